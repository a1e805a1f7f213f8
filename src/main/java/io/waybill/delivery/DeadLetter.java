package io.waybill.delivery;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.waybill.flow.FactsJson;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files of a run that were not delivered, in a folder of their own, with what it takes to deliver them later: {@code
 * dead-letter.json} beside them says where each was to go, and what stopped it.
 *
 * @param runId the run's id
 * @param flow the flow's id
 * @param error what stopped the delivery
 * @param failedAt when
 * @param deliveries where its files were to go, and did not
 * @param files the files, in their order
 */
public record DeadLetter(
        String runId, String flow, String error, Instant failedAt, List<Undelivered> deliveries, List<Letter> files) {

    private static final String INDEX = "dead-letter.json";

    /** Beside files that are to be delivered, and have not failed to be. */
    private static final String PLANNED = "shipment.json";

    /**
     * A file.
     *
     * @param file its name in the folder
     * @param rows its rows
     * @param bytes its length
     * @param sha256 its SHA-256, in hex
     * @param rowGroups its row groups; 0 in formats that have none
     */
    public record Letter(String file, long rows, long bytes, String sha256, int rowGroups) {}

    /**
     * A destination that the files have not come to.
     *
     * @param id what the flow calls it
     * @param endpoint the Camel endpoint that publishes there, its placeholders not resolved
     * @param place the place that no name leaves
     * @param names the files' names there, in their order
     * @param waybill the waybill's name there; null where none is delivered
     * @param manifest the waybill's name in the folder; null where none is delivered
     * @param variables what the variables of its messages stand for
     * @param replaces whether its files take the place of those that are there; null where an earlier version has not said
     */
    @JsonPropertyOrder({"id", "endpoint", "place", "waybill", "manifest", "names"})
    public record Undelivered(
            String id,
            String endpoint,
            String place,
            List<String> names,
            String waybill,
            String manifest,
            Map<String, String> variables,
            @JsonInclude(JsonInclude.Include.NON_NULL) Boolean replaces) {

        public Undelivered {
            names = names == null ? List.of() : List.copyOf(names);
            variables = variables == null ? Map.of() : Map.copyOf(variables);
        }
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
        FactsJson.MAPPER.writeValue(fresh.toFile(), this);
        Files.move(fresh, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The index comes last: a folder with it is whole. */
    private static void copy(Path staging, Path folder) throws IOException {
        Files.createDirectories(folder);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(staging)) {
            for (Path file : files) {
                if (!file.getFileName().toString().equals(INDEX)) {
                    Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        Files.copy(staging.resolve(INDEX), folder.resolve(INDEX), StandardCopyOption.REPLACE_EXISTING);
    }

    /** Removes a folder, and the files in it. */
    public static void deleteFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
        Files.delete(folder);
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
        return FactsJson.MAPPER.readValue(index.toFile(), DeadLetter.class);
    }
}
