package io.waybill.ledger;

import io.waybill.facts.ColumnFacts;
import io.waybill.facts.DeliveryFacts;
import io.waybill.ledger.RunEntry.Status;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a ledger tells of runs. */
abstract class RecordedRuns {

    private final LedgerDatabase database;

    RecordedRuns(LedgerDatabase database) {
        this.database = database;
    }

    /** The runs whose delivery has failed, or has not ended, and whose files are kept; the oldest first. */
    public List<RunEntry> undelivered() {
        return database.call(RunRows::undelivered);
    }

    /**
     * Those of them whose process has ended before their delivery did, the oldest first; without their files. However many others have
     * failed, these are few: each flow sees to its own before it runs.
     */
    public List<RunEntry> interrupted() {
        return database.call(RunRows::interrupted);
    }

    /** Whether a file that the process of a run has staged, and that is not there, is gone: on another machine it may be where it was. */
    public boolean sharesFiles(String runId) {
        return database.call(handle -> RunRows.row(handle, runId))
                .map(run -> run.owner().sharesFiles())
                .orElse(true);
    }

    /** The columns that the last run of a flow wrote, in their order; empty where none has. */
    public List<ColumnFacts> columns(String flow) {
        return database.call(handle -> WrittenColumns.of(handle, flow));
    }

    /** The failed runs of a flow of whose files some are still where they were sent to: nobody could remove them. */
    public List<RunEntry> withLeftovers(String flow) {
        return database.call(handle -> RunRows.withLeftovers(handle, flow));
    }

    /**
     * Runs, the latest first.
     *
     * @param flow of that flow; null for all
     * @param status of that status; null for all
     * @param since that began then or later; null for all
     * @param limit at most so many
     */
    public List<RunEntry> runs(String flow, Status status, Instant since, int limit) {
        return database.call(handle -> RunRows.latest(handle, flow, status, since, limit));
    }

    /** Likewise, whenever they began. */
    public List<RunEntry> runs(String flow, Status status, int limit) {
        return runs(flow, status, null, limit);
    }

    /** The run of that id. */
    public Optional<RunEntry> run(String runId) {
        return database.call(handle -> RunRows.exactly(handle, runId));
    }

    /** The runs whose id it is, or begins with it or ends in it, the latest first; of very many, some. */
    public List<RunEntry> find(String runId) {
        return database.call(handle -> RunRows.find(handle, runId));
    }

    /**
     * The later runs that have delivered files of the names of a run's files, by the places and names of these files.
     *
     * @return a run's id by {@link DeliveryFacts#place} and name, with a space between
     */
    public Map<String, String> deliveredSince(RunEntry run) {
        return database.call(handle -> DeliveryRows.deliveredSince(handle, run));
    }

    /** The last run of a run's flow that has begun later, and has delivered to a place, be it that it failed elsewhere. */
    public Optional<String> deliveredThereSince(RunEntry run, String place) {
        return database.call(handle -> DeliveryRows.deliveredThereSince(handle, run, place));
    }
}
