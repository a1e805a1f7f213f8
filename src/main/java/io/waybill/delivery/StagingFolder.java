package io.waybill.delivery;

import io.waybill.WaybillException.Stage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The private folder of a run's staged files.
 *
 * @param path where it is; its parent holds those of other runs, and nothing else
 */
public record StagingFolder(Path path) {

    private static final int MOST_TRIES = 100;

    public void create() {
        try {
            for (int tries = 1; !Files.isDirectory(path); tries++) {
                try {
                    Files.createDirectories(path);
                } catch (NoSuchFileException e) { // a neighbour has removed the folder of all, which was empty
                    if (tries == MOST_TRIES) {
                        throw e;
                    }
                }
            }
        } catch (IOException e) {
            throw FileFailure.of(Stage.STAGE, "the folder " + path + " cannot be made", e);
        }
    }

    /** Those of other runs beside it. */
    public List<StagingFolder> others() {
        try (Stream<Path> all = Files.list(path.getParent())) {
            return all.filter(other -> !other.equals(path))
                    .map(StagingFolder::new)
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of(); // they may be removed just now
        }
    }

    /** Removes the folder, and what is in it. */
    public void remove() {
        Path others = path.getParent();
        try {
            DeadLetter.deleteFolder(path);
            try (DirectoryStream<Path> left = Files.newDirectoryStream(others)) {
                if (!left.iterator().hasNext()) {
                    Files.delete(others);
                }
            }
        } catch (IOException e) {
            // another run has begun in it, or has removed it just now
        }
    }
}
