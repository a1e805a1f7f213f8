package io.waybill.cli;

import io.waybill.part.PartNames;
import io.waybill.part.Verification;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the waybill that is meant where somebody names a file, or a folder, that is none. */
final class NearbyWaybill {

    private static final String ENDING = PartNames.WAYBILL_SUFFIX;
    private static final int MOST_NAMED = 5;

    private NearbyWaybill() {}

    static boolean isWaybill(Path file) {
        return file.getFileName().toString().endsWith(ENDING);
    }

    /** The waybill that lists a data file: beside it, or in the folder above, as those of several folders are. */
    static Optional<Path> of(Path file) throws IOException {
        Path named = Path.of(file + ENDING);
        if (Files.isRegularFile(named)) {
            return Optional.of(named);
        }
        Path folder = file.toAbsolutePath().getParent();
        for (int above = 0; folder != null && above < 2; above++, folder = folder.getParent()) {
            for (Path waybill : in(folder)) {
                if (lists(waybill, file)) {
                    return Optional.of(Workspace.userPath(waybill.toString()));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean lists(Path waybill, Path file) {
        Path folder = waybill.toAbsolutePath().getParent();
        try (InputStream in = Files.newInputStream(waybill)) {
            return Verification.fileNames(in).stream()
                    .anyMatch(name -> folder.resolve(name)
                            .normalize()
                            .equals(file.toAbsolutePath().normalize()));
        } catch (IOException e) {
            return false; // then it is not the one
        }
    }

    private static List<Path> in(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> Files.isRegularFile(file) && isWaybill(file))
                    .sorted()
                    .toList();
        }
    }

    /** What to say of a folder. */
    static String ofFolder(Path folder) throws IOException {
        List<Path> waybills = in(folder);
        if (waybills.isEmpty()) {
            return folder + " is a folder, and holds no waybill, *" + ENDING;
        }
        String named = waybills.stream().limit(MOST_NAMED).map(Path::toString).collect(Collectors.joining(", "));
        int more = waybills.size() - MOST_NAMED;
        return folder + " is a folder; name a waybill in it: " + named + (more > 0 ? " and " + more + " more" : "");
    }
}
