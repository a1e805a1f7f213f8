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
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

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
    public record Undelivered(
            String id,
            String endpoint,
            String place,
            List<String> names,
            String waybill,
            String manifest,
            Map<String, String> variables,
            Boolean replaces) {

        public Undelivered {
            names = List.copyOf(names);
            variables = Map.copyOf(variables);
        }
    }

    public DeadLetter {
        deliveries = List.copyOf(deliveries);
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
        JSON.writeValue(fresh.toFile(), toJson());
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
        JsonNode json = JSON.readTree(index.toFile());
        List<Undelivered> deliveries = new ArrayList<>();
        for (JsonNode delivery : json.path("deliveries")) {
            List<String> names = new ArrayList<>();
            delivery.path("names").forEach(name -> names.add(name.asText()));
            Map<String, String> variables = new TreeMap<>();
            delivery.path("variables")
                    .properties()
                    .forEach(entry ->
                            variables.put(entry.getKey(), entry.getValue().asText()));
            deliveries.add(new Undelivered(
                    delivery.path("id").asText(),
                    delivery.path("endpoint").asText(),
                    delivery.path("place").asText(),
                    names,
                    delivery.path("waybill").textValue(),
                    delivery.path("manifest").textValue(),
                    variables,
                    delivery.has("replaces") ? delivery.get("replaces").asBoolean() : null));
        }
        List<Letter> files = new ArrayList<>();
        for (JsonNode file : json.path("files")) {
            files.add(new Letter(
                    file.path("file").asText(),
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
                deliveries,
                files);
    }

    private ObjectNode toJson() {
        ObjectNode json = JSON.createObjectNode();
        json.put("run_id", runId).put("flow", flow).put("error", error).put("failed_at", failedAt.toString());
        ArrayNode places = json.putArray("deliveries");
        for (Undelivered delivery : deliveries) {
            ObjectNode entry = places.addObject()
                    .put("id", delivery.id())
                    .put("endpoint", delivery.endpoint())
                    .put("place", delivery.place())
                    .put("waybill", delivery.waybill())
                    .put("manifest", delivery.manifest());
            ArrayNode names = entry.putArray("names");
            delivery.names().forEach(names::add);
            ObjectNode variables = entry.putObject("variables");
            new TreeMap<>(delivery.variables()).forEach(variables::put);
            if (delivery.replaces() != null) {
                entry.put("replaces", delivery.replaces());
            }
        }
        ArrayNode list = json.putArray("files");
        for (Letter file : files) {
            list.addObject()
                    .put("file", file.file())
                    .put("rows", file.rows())
                    .put("bytes", file.bytes())
                    .put("sha256", file.sha256())
                    .put("row_groups", file.rowGroups());
        }
        return json;
    }
}
