package io.waybill.ledger;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.facts.ColumnFacts;
import io.waybill.facts.FileFacts;
import io.waybill.flow.ExportedTable;
import io.waybill.flow.Form;
import io.waybill.ledger.RunEntry.Status;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** What a ledger records of a run from its begin to its end, by whoever holds its flow. */
abstract class RunsUnderWay extends RecordedRuns {

    private final LedgerDatabase database;
    private final Clock clock;
    private final Owner owner;
    private final Audit audit;
    private final FlowLocks locks;

    RunsUnderWay(LedgerDatabase database, Clock clock, Owner owner, Audit audit, FlowLocks locks) {
        super(database);
        this.database = database;
        this.clock = clock;
        this.owner = owner;
        this.audit = audit;
        this.locks = locks;
    }

    /**
     * Begins a run: holds the flow, and records it.
     *
     * @param occasion what it is for; null where that is not to be on record
     * @param leftAlone the interrupted runs of the flow that it begins in spite of
     * @throws FlowHeldException when another run holds the flow; the message says who, and since when
     * @throws FiredAlreadyException when that has a run already
     * @throws DeliveryLeftException when another run of the flow was interrupted, and its files are still to be delivered
     */
    public void begin(String flow, String runId, Occasion occasion, Set<String> leftAlone) {
        locks.begin(flow, runId, occasion, leftAlone);
    }

    /** Likewise, in spite of none. */
    public void begin(String flow, String runId, Occasion occasion) {
        begin(flow, runId, occasion, Set.of());
    }

    /** Begins a run, for whatever it is. */
    public void begin(String flow, String runId) {
        begin(flow, runId, null);
    }

    /**
     * Takes up a run whose files are kept, which has failed or is quarantined: it holds its flow again, to publish them.
     *
     * @param reason why it is, for the record
     * @param actor who has it so; null for the user of this process
     * @throws WaybillException when a run holds the flow, or this one has been taken up or discarded meanwhile
     */
    public void resume(RunEntry run, String reason, String actor) {
        locks.take(run.flow(), run.runId());
        int resumed = database.inTransaction(transaction -> {
            int updated = RunRows.resume(transaction, run, owner);
            if (updated == 1) {
                DeliveryRows.reopen(transaction, run.runId());
                String action = run.status() == Status.QUARANTINED ? "release" : "redrive";
                audit.by(actor).write(transaction, action, run.runId(), reason);
            } else {
                locks.release(transaction, run.runId());
            }
            return updated;
        });
        if (resumed != 1) {
            locks.forget(run.runId());
            throw WaybillException.refusal("run " + run.runId() + " is not " + Form.lower(run.status())
                    + " any more: somebody else has taken it up, or removed its files");
        }
    }

    /** Notes that the undelivered files of a run are given up; answers false when it has none. */
    public boolean discard(RunEntry run, String actor) {
        return database.inTransaction(transaction -> {
            int updated = RunRows.discard(transaction, run.runId());
            if (updated == 1) {
                audit.by(actor).write(transaction, "discard", run.runId(), run.deadLetter());
            }
            return updated == 1;
        });
    }

    /**
     * Takes over the flow of a run that was abandoned, to clean up after it; its end lets go of it.
     *
     * @return the run as it stands now, with the process that was to have ended as its owner; empty when another process has taken
     *     it over meanwhile
     */
    public Optional<RunEntry> takeOver(RunEntry run) {
        if (!locks.takeOver(run)) {
            return Optional.empty();
        }
        return Optional.of(run(run.runId()).map(now -> now.heldBy(run.owner())).orElse(run));
    }

    /** Renews the lease of a run; answers false when its flow is not this process's any more. */
    public boolean renew(String runId) {
        return locks.renew(runId);
    }

    /** Whether a run goes on: it has not ended, and nobody has taken its flow over. */
    public boolean isHeld(String runId) {
        return locks.isHeld(runId);
    }

    /** Throws when a run is not the one under way any more: another process has ended it for this one. */
    public void requireHeld(String runId) {
        requireHeld(locks.isHeld(runId) ? 1 : 0, runId);
    }

    /** Likewise, and until the transaction ends nobody takes the run over. */
    private void requireHeld(Handle transaction, String runId) {
        requireHeld(locks.hold(transaction, runId) ? 1 : 0, runId);
    }

    static void requireHeld(int updated, String runId) {
        if (updated != 1) {
            throw WaybillException.passing(
                    Stage.COMMIT,
                    "run " + runId + " was not heard of for " + Ledger.LEASE.toSeconds()
                            + " seconds, and another process has cleaned up after it; run the flow again");
        }
    }

    /** Records what a run was planned to do; it goes on to read. */
    public void planned(String runId, PlannedRun planned) {
        database.inTransaction(transaction -> {
            requireHeld(transaction, runId);
            requireHeld(RunRows.plan(transaction, runId, planned), runId);
            DeliveryRows.plan(transaction, runId, planned.deliveries());
            return 1;
        });
    }

    /**
     * Notes how far a delivery of a run has come.
     *
     * @param id the delivery's
     * @param begun how many of its files, the waybill as the last, were sent or are about to be
     * @param ahead how many of its files, from the first on, lie or may lie where nobody sees them
     * @param error what stopped it; null where nothing did
     * @throws WaybillException when another process has taken the run's flow over
     */
    public void delivering(
            String runId, String id, int begun, int ahead, RecordedDelivery.Status status, String error) {
        database.inTransaction(transaction -> {
            requireHeld(transaction, runId);
            return DeliveryRows.update(transaction, runId, id, begun, ahead, status, error);
        });
    }

    /**
     * Records the staged files of a run; it goes on to publish them.
     *
     * @param from the number of the first of these files; those before it are recorded already, as sent ahead
     * @param names their names at each destination
     */
    public void staged(String runId, int from, List<FileFacts> files, List<List<String>> names) {
        database.inTransaction(transaction -> {
            requireHeld(transaction, runId);
            insert(transaction, runId, from, files, names);
            requireHeld(RunRows.publish(transaction, runId), runId);
            return files.size();
        });
    }

    private static void insert(
            Handle transaction, String runId, int from, List<FileFacts> files, List<List<String>> names) {
        DeliveryRows.name(transaction, runId, from, names);
        RunRows.insert(transaction, runId, from, files);
    }

    /**
     * Records files that are staged and about to be sent to where nobody sees them, while the next ones are still written.
     *
     * @param from the number of the first of these files; those before it are recorded already
     * @param names their names at each destination
     * @param deliveries the ids of the destinations that the last of them is sent ahead to
     * @throws WaybillException when another process has taken the run's flow over
     */
    public void ahead(
            String runId, int from, List<FileFacts> files, List<List<String>> names, List<String> deliveries) {
        database.inTransaction(transaction -> {
            requireHeld(transaction, runId);
            insert(transaction, runId, from, files, names);
            deliveries.forEach(id -> DeliveryRows.ahead(transaction, runId, id, from + files.size() - 1));
            return files.size();
        });
    }

    /** Records that all destinations of a run have all files, and nothing that waits for them is needed any more. */
    public void delivered(String runId) {
        database.inTransaction(transaction -> {
            requireHeld(transaction, runId);
            DeliveryRows.delivered(transaction, runId);
            return 1;
        });
    }

    /** Records that the files of a run are published; its waybill comes next. */
    public void committing(String runId) {
        database.inTransaction(transaction -> {
            requireHeld(transaction, runId);
            requireHeld(RunRows.committing(transaction, runId), runId);
            return 1;
        });
    }

    /** Likewise, and keeps the columns of an earlier run. */
    public void commit(String runId, long rows) {
        commit(runId, rows, List.of());
    }

    /**
     * Commits a run: records it as done, moves the watermark to where its rows end, keeps its columns to compare the next run's with, and
     * lets go of its flow, in one transaction. A run without rows leaves the watermark where it is.
     *
     * @param columns in their order; empty to keep those of an earlier run
     * @throws WaybillException when another has moved the watermark since it began; nothing is changed then
     */
    public void commit(String runId, long rows, List<ColumnFacts> columns) {
        end(new RunEnd(runId, Status.DONE, rows, null, null, columns));
    }

    /**
     * Records how a run ended that was not done, and lets go of its flow, in one transaction.
     *
     * @param rows the rows that it wrote
     * @param error what stopped it
     * @param deadLetter the folder of its files that were not delivered; null where there are none
     */
    public void fail(String runId, Status status, long rows, String error, String deadLetter) {
        end(new RunEnd(runId, status, rows, error, deadLetter, List.of()));
    }

    private void end(RunEnd end) {
        database.inTransaction(transaction -> {
            if (locks.hold(transaction, end.runId())) {
                end.record(transaction, clock.instant());
                return locks.release(transaction, end.runId());
            }
            // another process has taken it over, and says how it ends
            requireHeld(end.status() == Status.DONE ? 0 : 1, end.runId());
            return 0;
        });
        locks.forget(end.runId());
    }

    /** Notes that nothing of a failed delivery lies where it was sent to. */
    public void swept(String runId, String id) {
        database.call(handle -> DeliveryRows.swept(handle, runId, id));
    }

    /** Gives the flow of a run that was taken over back to the process that is gone: it cannot be cleaned up after yet. */
    public void giveBack(RunEntry run) {
        locks.giveBack(run);
    }

    /** The runs that hold a flow and whose process has ended, or has not been heard of for as long as a lease lasts; those of tables first. */
    public List<RunEntry> abandoned() {
        return abandonedIds().stream()
                .flatMap(runId -> abandoned(runId).stream())
                .toList();
    }

    /** Their ids, in this order. */
    public List<String> abandonedIds() {
        return locks.over().stream()
                .sorted(Comparator.comparing(lock -> !ExportedTable.isOne(lock.flow())))
                .map(FlowLocks.Lock::runId)
                .toList();
    }

    /** One of them; empty where somebody has gone on with it. */
    public Optional<RunEntry> abandoned(String runId) {
        return locks.over(runId).map(lock -> run(runId).orElseGet(lock::run).heldBy(lock.owner()));
    }

    /** Why runs that seem to go on do not, in words, by their ids: what their processes have left is not cleaned up after yet. */
    public Map<String, String> silent() {
        return locks.over().stream().collect(Collectors.toMap(FlowLocks.Lock::runId, FlowLocks.Lock::over));
    }
}
