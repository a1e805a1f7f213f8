package io.waybill.ledger;

import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.mapper.Nested;
import org.jdbi.v3.core.mapper.reflect.ColumnName;
import org.jdbi.v3.core.mapper.reflect.JdbiConstructor;

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
 */
public record RunEntry(
        String runId,
        String flow,
        Owner owner,
        Status status,
        RunStage stage,
        PlannedRun planned,
        long rows,
        Instant startedAt,
        Instant endedAt,
        String error,
        String deadLetter,
        List<FileEntry> files,
        int attempt) {

    /** Where a run stands. */
    public enum Status {
        RUNNING,
        DONE,
        FAILED,
        /** Its process ended before it did. */
        INTERRUPTED
    }

    /**
     * A file of a run.
     *
     * @param name its name below the destination's root
     * @param rows its rows
     * @param bytes its length
     * @param sha256 its SHA-256, in hex
     */
    public record FileEntry(
            String name,
            @ColumnName("row_count") long rows,
            @ColumnName("byte_count") long bytes,
            String sha256) {}

    public RunEntry {
        files = List.copyOf(files);
    }

    /** As it is read, without its files. */
    @JdbiConstructor
    RunEntry(
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
            int attempt) {
        this(
                runId,
                flow,
                owner,
                status,
                stage,
                planned,
                rows,
                startedAt,
                endedAt,
                error,
                deadLetter,
                List.of(),
                attempt);
    }

    RunEntry heldBy(Owner holder) {
        return new RunEntry(
                runId,
                flow,
                holder,
                status,
                stage,
                planned,
                rows,
                startedAt,
                endedAt,
                error,
                deadLetter,
                files,
                attempt);
    }

    RunEntry with(PlannedRun plan, List<FileEntry> ofIt) {
        return new RunEntry(
                runId, flow, owner, status, stage, plan, rows, startedAt, endedAt, error, deadLetter, ofIt, attempt);
    }

    public long bytes() {
        return files.stream().mapToLong(FileEntry::bytes).sum();
    }
}
