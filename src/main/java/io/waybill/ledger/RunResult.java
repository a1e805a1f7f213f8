package io.waybill.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.waybill.facts.BatchFacts;
import io.waybill.facts.ExpectationFacts;
import io.waybill.facts.FileFacts;
import java.time.Instant;
import java.util.List;

/**
 * How a run came out.
 *
 * @param runId its id
 * @param flow the flow's id
 * @param mode the export mode
 * @param status whether it is done
 * @param rows the rows that it wrote
 * @param files the files that it published, in their order, each by where it is
 * @param waybill where its waybill is; null where it has none
 * @param batchId the batch that it stands for, or the latest when it began; null where the data set has none
 * @param startedAt when it began
 * @param elapsedMs how long it took, in milliseconds
 * @param stagedMs how much of that went by between the plan and the last staged row: the query, reading, and writing; 0 where it
 *     did not come to that
 * @param error what stopped it; null where it is done
 * @param deadLetter the folder of its files that were not delivered; null where there are none
 * @param deliveries where its files were to go; empty where it did not come to that
 * @param changes what the batch of a feed, or of an export of changes, has found; null for other exports, and where it did not come to that
 * @param expectations what came of what was expected of its rows; empty where nothing was, or it did not come to that
 * @param tables the tables that it exports, each by a run of its own; empty for a run of one export
 */
@JsonPropertyOrder({"run_id", "flow", "mode", "status", "rows", "files", "deliveries", "batch_id"})
public record RunResult(
        String runId,
        String flow,
        String mode,
        RunEntry.Status status,
        long rows,
        List<FileFacts> files,
        String waybill,
        Object batchId,
        Instant startedAt,
        long elapsedMs,
        long stagedMs,
        String error,
        String deadLetter,
        List<DeliveryResult> deliveries,
        @JsonInclude(JsonInclude.Include.NON_NULL) BatchFacts changes,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ExpectationFacts> expectations,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<TableResult> tables) {

    /**
     * A destination of its files.
     *
     * @param id what the flow calls it
     * @param place where it is
     * @param delivered whether all files are there
     * @param error what stopped it; null where nothing did
     */
    public record DeliveryResult(String id, String place, boolean delivered, String error) {}

    /**
     * One of many tables.
     *
     * @param table with its schema
     * @param runId its run; null where it has none
     * @param status how that ended; null where it has none
     * @param rows the rows that it wrote
     * @param files where they are, in their order
     * @param error what stopped it, or kept it from beginning; null where nothing did
     * @param deadLetter the folder of its files that were not delivered; null where there are none
     */
    public record TableResult(
            String table,
            String runId,
            RunEntry.Status status,
            long rows,
            List<String> files,
            String error,
            @JsonInclude(JsonInclude.Include.NON_NULL) String deadLetter) {}

    public RunResult {
        files = List.copyOf(files);
        deliveries = List.copyOf(deliveries);
        expectations = List.copyOf(expectations);
        tables = List.copyOf(tables);
    }

    public long bytes() {
        return files.stream().mapToLong(FileFacts::bytes).sum();
    }
}
