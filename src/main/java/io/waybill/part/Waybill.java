package io.waybill.part;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.DatabindException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.waybill.facts.ColumnChecksum;
import io.waybill.facts.ColumnFacts;
import io.waybill.facts.ExpectationFacts;
import io.waybill.facts.FactsJson;
import io.waybill.facts.FileFacts;
import io.waybill.flow.Window;
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
 * @param firstDay the first day, of UTC, whose rows it may have; null for any
 * @param sql the query, its parameters not shown
 * @param columns the columns, in their order
 * @param format the files' format
 * @param files the files, in their order
 * @param checkedBy what is compared once they are published, before this is: {@code sha256} where they can be read, else {@code length}
 * @param startedAt when the run began
 * @param finishedAt when its files were complete
 * @param expectations what came of what was expected of its rows; empty where nothing was
 */
@JsonPropertyOrder({
    "waybill",
    "flow",
    "run_id",
    "dataset",
    "mode",
    "window",
    "first_day",
    "sql",
    "format",
    "columns",
    "rows"
})
public record Waybill(
        String flow,
        String runId,
        @JsonProperty("dataset") String dataSet,
        String mode,
        Window window,
        @JsonInclude(JsonInclude.Include.NON_NULL) String firstDay,
        String sql,
        List<ColumnFacts> columns,
        String format,
        List<FileFacts> files,
        String checkedBy,
        Instant startedAt,
        Instant finishedAt,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ExpectationFacts> expectations) {

    /** The version of the manifest's own form. */
    public static final int FORM = 1;

    public Waybill {
        columns = List.copyOf(columns);
        files = List.copyOf(files);
        expectations = List.copyOf(expectations);
    }

    @JsonProperty("waybill")
    int form() {
        return FORM;
    }

    @JsonProperty("rows")
    public long rows() {
        return files.stream().mapToLong(FileFacts::rows).sum();
    }

    /** Has it known how waybills are written and read before there is one: to find that out takes its time. */
    public static void prepare() {
        FactsJson.MAPPER.canSerialize(Waybill.class);
        FactsJson.MAPPER.canDeserialize(FactsJson.MAPPER.constructType(Read.class));
    }

    public void write(Path file) throws IOException {
        Files.writeString(file, FactsJson.MAPPER.writeValueAsString(this) + "\n");
    }

    /** What is read of a waybill; what it does not say is empty. */
    public record Read(
            int waybill, String flow, String runId, long rows, List<ColumnFacts> columns, List<FileFacts> files) {

        /** The names of the columns whose values left in another form. */
        public List<String> changed() {
            return Objects.requireNonNullElse(columns, List.<ColumnFacts>of()).stream()
                    .filter(column -> column.privacy() != null)
                    .map(ColumnFacts::name)
                    .toList();
        }

        /** What its columns come to, by their names; empty where it does not say. */
        public Map<String, ColumnChecksum> checksums() {
            Map<String, ColumnChecksum> checksums = new LinkedHashMap<>();
            for (ColumnFacts column : Objects.requireNonNullElse(columns, List.<ColumnFacts>of())) {
                if (column.checksum() != null) {
                    checksums.put(column.name(), column.checksum());
                }
            }
            return checksums;
        }
    }

    /**
     * Reads a waybill.
     *
     * @throws IOException when it cannot be read
     */
    public static Read read(Path waybill) throws IOException {
        try (InputStream in = Files.newInputStream(waybill)) {
            return read(in);
        }
    }

    /** See {@link #read(Path)}. */
    public static Read read(InputStream waybill) throws IOException {
        Read read = FactsJson.MAPPER.readValue(waybill, Read.class);
        if (read == null) {
            throw new IOException("is not a waybill of form " + FORM);
        }
        return read;
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
            return Objects.requireNonNullElse(read(waybill).runId(), "");
        } catch (MismatchedInputException e) {
            return ""; // JSON of another kind, or nothing at all
        }
    }

    /**
     * Reads the files that a waybill lists.
     *
     * @throws IOException when it cannot be read, or is no waybill; the message says so
     */
    static List<FileFacts> readFiles(Path waybill) throws IOException {
        try (InputStream in = Files.newInputStream(waybill)) {
            return readFiles(in);
        }
    }

    static List<FileFacts> readFiles(InputStream waybill) throws IOException {
        try {
            Read read = read(waybill);
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
