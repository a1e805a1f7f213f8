package io.waybill.part;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.flow.Window;
import io.waybill.rows.ColumnChecksum;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The manifest of a run, published last: a reader that finds it finds all its files, whole.
 *
 * @param flow the flow's id
 * @param runId the run's id
 * @param dataSet the data set's name
 * @param mode the export mode
 * @param window the rows that the run stands for
 * @param sql the query, its parameters not shown
 * @param columns the columns, in their order
 * @param format the files' format
 * @param files the files, in their order
 * @param checkedBy what is compared once they are published, before this is: {@code sha256} where they can be read, else {@code length}
 * @param startedAt when the run began
 * @param finishedAt when its files were complete
 */
public record Waybill(
        String flow,
        String runId,
        String dataSet,
        String mode,
        Window window,
        String sql,
        List<ColumnEntry> columns,
        String format,
        List<FileEntry> files,
        String checkedBy,
        Instant startedAt,
        Instant finishedAt) {

    /** The version of the manifest's own form. */
    public static final int FORM = 1;

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /**
     * A column.
     *
     * @param name its name in the files
     * @param type what its values mean
     * @param fileType the type that it has in the files
     * @param checksum what its values come to; null where nobody asked
     */
    public record ColumnEntry(String name, String type, String fileType, ColumnChecksum checksum) {

        public ColumnEntry with(ColumnChecksum newChecksum) {
            return new ColumnEntry(name, type, fileType, newChecksum);
        }
    }

    /**
     * A file.
     *
     * @param name its name, relative to the waybill
     * @param rows its rows
     * @param bytes its length
     * @param sha256 its SHA-256, in hex
     * @param rowGroups its row groups; 0 in formats that have none
     */
    public record FileEntry(String name, long rows, long bytes, String sha256, int rowGroups) {}

    public Waybill {
        columns = List.copyOf(columns);
        files = List.copyOf(files);
    }

    public long rows() {
        return files.stream().mapToLong(FileEntry::rows).sum();
    }

    /** The id of the run that wrote a waybill. */
    public static String runId(Path waybill) throws IOException {
        return JSON.readTree(waybill.toFile()).path("run_id").asText();
    }

    /** The id of the run that wrote a waybill. */
    public static String runId(InputStream waybill) throws IOException {
        return JSON.readTree(waybill).path("run_id").asText();
    }

    /**
     * What a waybill says it is of.
     *
     * @param flow the flow
     * @param runId the run
     * @param rows its rows
     */
    public record Origin(String flow, String runId, long rows) {}

    /** Reads what a waybill is of. */
    public static Origin origin(InputStream waybill) throws IOException {
        var json = JSON.readTree(waybill);
        return new Origin(
                json.path("flow").asText(),
                json.path("run_id").asText(),
                json.path("rows").asLong());
    }

    public void write(Path file) throws IOException {
        Files.writeString(file, JSON.writeValueAsString(toJson()) + "\n");
    }

    private ObjectNode toJson() {
        ObjectNode json = JSON.createObjectNode();
        json.put("waybill", FORM)
                .put("flow", flow)
                .put("run_id", runId)
                .put("dataset", dataSet)
                .put("mode", mode);
        json.set("window", windowJson());
        json.put("sql", sql).put("format", format);
        ArrayNode columnList = json.putArray("columns");
        columns.forEach(column -> put(columnList.addObject(), column));
        json.put("rows", rows());
        ArrayNode fileList = json.putArray("files");
        for (FileEntry file : files) {
            ObjectNode entry = fileList.addObject()
                    .put("name", file.name())
                    .put("rows", file.rows())
                    .put("bytes", file.bytes())
                    .put("sha256", file.sha256());
            if (file.rowGroups() > 0) {
                entry.put("row_groups", file.rowGroups());
            }
        }
        json.put("checked_by", checkedBy);
        json.put("started_at", startedAt.toString()).put("finished_at", finishedAt.toString());
        return json;
    }

    private static void put(ObjectNode node, ColumnEntry column) {
        node.put("name", column.name()).put("type", column.type()).put("file_type", column.fileType());
        ColumnChecksum checksum = column.checksum();
        if (checksum == null) {
            return;
        }
        ObjectNode sums = node.putObject("checksum").put("values", checksum.values());
        if (checksum.sum() != null) {
            sums.put("sum", checksum.sum().toPlainString()); // as text: readers of JSON round large numbers
        }
        if (checksum.bytes() != null) {
            sums.put("bytes", checksum.bytes());
        }
        if (checksum.crc32() != null) {
            sums.put("crc32", checksum.crc32());
        }
    }

    /**
     * What the columns of a waybill come to, by their names; empty where it does not say.
     *
     * @throws IOException when it cannot be read
     */
    public static Map<String, ColumnChecksum> checksums(Path waybill) throws IOException {
        Map<String, ColumnChecksum> checksums = new LinkedHashMap<>();
        for (JsonNode column : JSON.readTree(waybill.toFile()).path("columns")) {
            JsonNode sums = column.path("checksum");
            if (!sums.isMissingNode()) {
                String name = column.path("name").asText();
                checksums.put(
                        name,
                        new ColumnChecksum(
                                name,
                                sums.path("values").asLong(),
                                sums.has("sum") ? new BigDecimal(sums.get("sum").asText()) : null,
                                sums.has("bytes") ? sums.get("bytes").asLong() : null,
                                sums.has("crc32") ? sums.get("crc32").asLong() : null));
            }
        }
        return checksums;
    }

    /** The rows that a waybill tells of. */
    public static long rows(Path waybill) throws IOException {
        return JSON.readTree(waybill.toFile()).path("rows").asLong();
    }

    private ObjectNode windowJson() {
        ObjectNode json = JSON.createObjectNode();
        if (window instanceof Window.Batch batch) {
            json.put("type", "batch").putPOJO("batch_id", batch.id());
        } else if (window instanceof Window.Range range) {
            json.put("type", "range")
                    .put("column", range.column())
                    .put("after", range.after())
                    .put("up_to", range.upTo());
        } else if (window instanceof Window.Slice slice) {
            json.put("type", "slice")
                    .put("column", slice.column())
                    .put("from", slice.from())
                    .put("before", slice.to());
        } else {
            json.put("type", "all");
        }
        return json;
    }

    /**
     * Reads the files that a waybill lists.
     *
     * @throws IOException when it cannot be read, or is no waybill; the message says so
     */
    static List<FileEntry> readFiles(Path waybill) throws IOException {
        try (InputStream in = Files.newInputStream(waybill)) {
            return readFiles(in);
        }
    }

    static List<FileEntry> readFiles(InputStream waybill) throws IOException {
        JsonNode json;
        try {
            json = JSON.readTree(waybill);
        } catch (com.fasterxml.jackson.core.JacksonException e) {
            throw new IOException("is not JSON: " + e.getOriginalMessage(), e);
        }
        if (json == null
                || json.path("waybill").asInt() != FORM
                || !json.path("files").isArray()) {
            throw new IOException("is not a waybill of form " + FORM);
        }
        List<FileEntry> files = new ArrayList<>();
        for (JsonNode file : json.path("files")) {
            files.add(new FileEntry(
                    file.path("name").asText(),
                    file.path("rows").asLong(),
                    file.path("bytes").asLong(),
                    file.path("sha256").asText(),
                    file.path("row_groups").asInt()));
        }
        return files;
    }
}
