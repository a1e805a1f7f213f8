package io.waybill.delivery;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.facts.DeliveryFacts;
import io.waybill.facts.FactsJson;
import io.waybill.facts.FileFacts;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.commons.io.FileUtils;

/**
 * The files of a run that were not delivered, in a folder of their own, with what it takes to deliver them later: {@code
 * dead-letter.json} beside them says where each was to go, and what stopped it.
 *
 * @param runId the run's id
 * @param flow the flow's id
 * @param error what stopped the delivery
 * @param failedAt when
 * @param deliveries where its files were to go, and did not
 * @param files the files, in their order, by their names in the folder
 */
public record DeadLetter(
        String runId,
        String flow,
        String error,
        Instant failedAt,
        List<DeliveryFacts> deliveries,
        List<FileFacts> files) {

    private static final String INDEX = "dead-letter.json";

    /** Beside files that are to be delivered, and have not failed to be. */
    private static final String PLANNED = "shipment.json";

    private static final ObjectMapper JSON = FactsJson.MAPPER.copy().addMixIn(FileFacts.class, InFolder.class);

    /** Here, a file goes by its name in the folder, and its row groups are told in any case. */
    private abstract static class InFolder {

        @JsonProperty("file")
        abstract String name();

        @JsonInclude(JsonInclude.Include.ALWAYS)
        abstract int rowGroups();
    }

    public DeadLetter {
        deliveries = deliveries == null ? List.of() : List.copyOf(deliveries);
        files = files == null ? List.of() : List.copyOf(files);
    }

    /**
     * Keeps the files that wait in a folder.
     *
     * @param staging the folder; it is gone afterwards
     * @param folder what becomes of it; there is none of that name yet
     * @throws IOException when they cannot be kept; those that wait are still there then
     */
    public void keep(Path staging, Path folder) throws IOException {
        write(staging, INDEX);
        Files.deleteIfExists(staging.resolve(PLANNED));
        Files.createDirectories(folder.toAbsolutePath().getParent());
        try {
            Files.move(staging, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) { // on another file system
            copy(staging, folder);
            deleteFolder(staging);
        }
    }

    /** Writes what it takes to deliver the files of a folder later, or writes it anew. */
    public void write(Path folder) throws IOException {
        write(folder, INDEX);
    }

    /** Writes beside files that are staged where they are to go: whoever goes on where their process ends finds it there. */
    public void plan(Path folder) throws IOException {
        write(folder, PLANNED);
    }

    private void write(Path folder, String name) throws IOException {
        Path fresh = folder.resolve(name + ".new");
        JSON.writeValue(fresh.toFile(), this);
        Files.move(fresh, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The index comes last: a folder with it is whole. */
    private static void copy(Path staging, Path folder) throws IOException {
        FileUtils.copyDirectory(
                staging.toFile(), folder.toFile(), file -> !file.getName().equals(INDEX), false);
        Files.copy(staging.resolve(INDEX), folder.resolve(INDEX), StandardCopyOption.REPLACE_EXISTING);
    }

    /** Removes a folder, and what is in it: a database that was stopped may have left folders, too. */
    public static void deleteFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                    deleteFolder(file);
                } else {
                    Files.deleteIfExists(file);
                }
            }
        }
        Files.deleteIfExists(folder); // two may be at it
    }

    /** Whether a folder holds a whole dead letter. */
    public static boolean isIn(Path folder) {
        return Files.isRegularFile(folder.resolve(INDEX));
    }

    /**
     * Reads the dead letter of a folder.
     *
     * @throws IOException when it is not there, or not readable
     */
    public static DeadLetter read(Path folder) throws IOException {
        return readFile(folder.resolve(INDEX));
    }

    /**
     * Reads where the staged files of a folder are to go.
     *
     * @return empty where an earlier version has not said
     */
    public static Optional<DeadLetter> planned(Path folder) {
        for (String name : List.of(PLANNED, INDEX)) { // the second while it becomes a dead letter
            try {
                return Optional.of(readFile(folder.resolve(name)));
            } catch (IOException e) {
                continue;
            }
        }
        return Optional.empty();
    }

    private static DeadLetter readFile(Path index) throws IOException {
        return JSON.readValue(index.toFile(), DeadLetter.class);
    }
}
