package io.waybill.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of a run that were not delivered, in a folder of their own, with what it takes to deliver them later: {@code
 * dead-letter.json} beside them says where each was to go, and what stopped it.
 *
 * @param runId the run's id
 * @param flow the flow's id
 * @param error what stopped the delivery
 * @param failedAt when
 * @param root the destination's folder
 * @param waybill the waybill's name below it; it lies in the folder as the other files do
 * @param files the files, in their order
 */
public record DeadLetter(
        String runId, String flow, String error, Instant failedAt, String root, String waybill, List<Letter> files) {

    private static final String INDEX = "dead-letter.json";
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /**
     * A file.
     *
     * @param file its name in the folder
     * @param name its name below the destination's root
     * @param rows its rows
     * @param bytes its length
     * @param sha256 its SHA-256, in hex
     * @param rowGroups its row groups; 0 in formats that have none
     */
    public record Letter(String file, String name, long rows, long bytes, String sha256, int rowGroups) {}

    public DeadLetter {
        files = List.copyOf(files);
    }

    /**
     * Keeps the files that wait in a folder.
     *
     * @param staging the folder; it is gone afterwards
     * @param folder what becomes of it; there is none of that name yet
     * @throws IOException when they cannot be kept; those that wait are still there then
     */
    public void keep(Path staging, Path folder) throws IOException {
        JSON.writeValue(staging.resolve(INDEX).toFile(), toJson());
        Files.createDirectories(folder.toAbsolutePath().getParent());
        try {
            Files.move(staging, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) { // on another file system
            copy(staging, folder);
            deleteFolder(staging);
        }
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
        JsonNode json = JSON.readTree(folder.resolve(INDEX).toFile());
        List<Letter> files = new ArrayList<>();
        for (JsonNode file : json.path("files")) {
            files.add(new Letter(
                    file.path("file").asText(),
                    file.path("headers").path("CamelFileName").asText(),
                    file.path("rows").asLong(),
                    file.path("bytes").asLong(),
                    file.path("sha256").asText(),
                    file.path("row_groups").asInt()));
        }
        return new DeadLetter(
                json.path("run_id").asText(),
                json.path("flow").asText(),
                json.path("error").asText(),
                Instant.parse(json.path("failed_at").asText()),
                json.path("root").asText(),
                json.path("waybill").asText(),
                files);
    }

    private ObjectNode toJson() {
        ObjectNode json = JSON.createObjectNode();
        json.put("run_id", runId)
                .put("flow", flow)
                .put("error", error)
                .put("failed_at", failedAt.toString())
                .put("root", root)
                .put("waybill", waybill);
        ArrayNode list = json.putArray("files");
        for (Letter file : files) {
            ObjectNode entry = list.addObject();
            entry.put("file", file.file());
            entry.putObject("headers").put("CamelFileName", file.name());
            entry.put("rows", file.rows())
                    .put("bytes", file.bytes())
                    .put("sha256", file.sha256())
                    .put("row_groups", file.rowGroups());
        }
        return json;
    }
}
