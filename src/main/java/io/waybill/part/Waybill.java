package io.waybill.part;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.DatabindException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.waybill.flow.FactsJson;
import io.waybill.flow.Window;
import io.waybill.rows.ColumnChecksum;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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
@JsonPropertyOrder({
    "waybill",
    "flow",
    "run_id",
    "dataset",
    "mode",
    "window",
    "sql",
    "format",
    "columns",
    "rows",
    "files",
    "checked_by",
    "started_at",
    "finished_at"
})
public record Waybill(
        String flow,
        String runId,
        @JsonProperty("dataset") String dataSet,
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

    /**
     * A column.
     *
     * @param name its name in the files
     * @param type what its values mean
     * @param fileType the type that it has in the files
     * @param checksum what its values come to; null where nobody asked
     */
    public record ColumnEntry(
            String name,
            String type,
            String fileType,
            @JsonInclude(JsonInclude.Include.NON_NULL) ColumnChecksum checksum) {

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
    public record FileEntry(
            String name,
            long rows,
            long bytes,
            String sha256,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) int rowGroups) {

        public FileEntry {
            name = Objects.requireNonNullElse(name, "");
            sha256 = Objects.requireNonNullElse(sha256, "");
        }
    }

    public Waybill {
        columns = List.copyOf(columns);
        files = List.copyOf(files);
    }

    @JsonProperty("waybill")
    int form() {
        return FORM;
    }

    @JsonProperty("rows")
    public long rows() {
        return files.stream().mapToLong(FileEntry::rows).sum();
    }

    public void write(Path file) throws IOException {
        Files.writeString(file, FactsJson.MAPPER.writeValueAsString(this) + "\n");
    }

    /** What is read of a waybill; what it does not say is empty. */
    private record Read(
            int waybill, String flow, String runId, long rows, List<ColumnEntry> columns, List<FileEntry> files) {

        private static Read of(InputStream in) throws IOException {
            Read read = FactsJson.MAPPER.readValue(in, Read.class);
            if (read == null) {
                throw new IOException("is not a waybill of form " + FORM);
            }
            return read;
        }

        private static Read of(Path file) throws IOException {
            try (InputStream in = Files.newInputStream(file)) {
                return of(in);
            }
        }
    }

    /** The id of the run that wrote a waybill; empty where it is none. */
    public static String runId(Path waybill) throws IOException {
        try (InputStream in = Files.newInputStream(waybill)) {
            return runId(in);
        }
    }

    /** The id of the run that wrote a waybill; empty where it is none. */
    public static String runId(InputStream waybill) throws IOException {
        try {
            return Objects.requireNonNullElse(Read.of(waybill).runId(), "");
        } catch (MismatchedInputException e) {
            return ""; // JSON of another kind, or nothing at all
        }
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
        Read read = Read.of(waybill);
        return new Origin(String.valueOf(read.flow()), String.valueOf(read.runId()), read.rows());
    }

    /**
     * What the columns of a waybill come to, by their names; empty where it does not say.
     *
     * @throws IOException when it cannot be read
     */
    public static Map<String, ColumnChecksum> checksums(Path waybill) throws IOException {
        Map<String, ColumnChecksum> checksums = new LinkedHashMap<>();
        for (ColumnEntry column : Objects.requireNonNullElse(Read.of(waybill).columns(), List.<ColumnEntry>of())) {
            if (column.checksum() != null) {
                checksums.put(column.name(), column.checksum().of(column.name()));
            }
        }
        return checksums;
    }

    /** The rows that a waybill tells of. */
    public static long rows(Path waybill) throws IOException {
        return Read.of(waybill).rows();
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
        try {
            Read read = Read.of(waybill);
            if (read.waybill() == FORM && read.files() != null) {
                return read.files();
            }
        } catch (StreamReadException e) {
            throw new IOException("is not JSON: " + e.getOriginalMessage(), e);
        } catch (DatabindException e) {
            if (e.getCause() instanceof StreamReadException cut) {
                throw new IOException("is not JSON: " + cut.getOriginalMessage(), e);
            }
            throw new IOException("is not a waybill of form " + FORM, e);
        }
        throw new IOException("is not a waybill of form " + FORM);
    }
}
