package io.waybill.ledger;

import io.waybill.facts.FileFacts;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.mapper.Nested;
import org.jdbi.v3.core.mapper.reflect.ColumnName;

/**
 * What the ledger knows of a run.
 *
 * @param runId its id
 * @param flow the flow's id
 * @param owner the process that runs it, or ran it
 * @param status whether it is under way, or how it ended
 * @param stage how far it came
 * @param planned what it was planned to do; null until it was
 * @param rows the rows that it wrote
 * @param startedAt when it began
 * @param endedAt when it ended; null while it is under way
 * @param error what stopped it; null where nothing did
 * @param deadLetter the folder of its files that were not delivered; null where there is none
 * @param files its files, in their order; empty until they were staged
 * @param attempt how many processes have taken it up, one after the other
 * @param parentRunId the run of many tables, of one of which it is; null for any other
 * @param tableCount how many tables it exports, each by a run of its own; null where it is the run of one export
 */
public record RunEntry(
        String runId,
        String flow,
        Owner owner,
        Status status,
        RunStage stage,
        @Nested PlannedRun planned,
        @ColumnName("row_count") long rows,
        @ColumnName("started_ms") Instant startedAt,
        @ColumnName("ended_ms") Instant endedAt,
        String error,
        String deadLetter,
        @Nullable List<FileFacts> files,
        int attempt,
        String parentRunId,
        Integer tableCount) {

    /** Where a run stands. */
    public enum Status {
        RUNNING,
        DONE,
        FAILED,
        /** Its process ended before it did. */
        INTERRUPTED,
        /** Something that must hold does not: its files are kept, and nothing of it was seen. */
        QUARANTINED,
        /** It was quarantined, and its files are removed. */
        DISCARDED
    }

    public RunEntry {
        files = files == null ? List.of() : List.copyOf(files); // its row is read without them
    }

    RunEntry heldBy(Owner holder) {
        return with(holder, planned, files);
    }

    RunEntry with(Owner holder, PlannedRun plan, List<FileFacts> ofIt) {
        return new RunEntry(
                runId,
                flow,
                holder,
                status,
                stage,
                plan,
                rows,
                startedAt,
                endedAt,
                error,
                deadLetter,
                ofIt,
                attempt,
                parentRunId,
                tableCount);
    }

    public long bytes() {
        return files.stream().mapToLong(FileFacts::bytes).sum();
    }
}
