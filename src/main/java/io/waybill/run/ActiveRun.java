package io.waybill.run;

import io.waybill.delivery.Transfer;
import io.waybill.facts.BatchFacts;
import io.waybill.facts.ExpectationFacts;
import io.waybill.facts.FileFacts;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import io.waybill.ledger.RunResult.DeliveryResult;
import io.waybill.rows.AwaitedAnswers;
import io.waybill.rows.HeldSources;
import io.waybill.rows.Rows;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A run under way: what its steps have come to so far. The steps take turns; progress may be read, and a cancellation may
 * come, from any thread.
 */
public final class ActiveRun {

    private final String flow;
    private final Instant startedAt;
    private final HeldSources sources;
    private final AwaitedAnswers answers = new AwaitedAnswers();
    private volatile Transfer transfer;
    private final long startedNanos = System.nanoTime();
    private volatile long plannedNanos;
    private volatile long stagedNanos;
    private volatile Plan plan;
    private volatile String columnChanges;
    private volatile boolean tellsOfColumns;
    private volatile Rows rows;
    private volatile SendingAhead sendingAhead;
    private volatile StagedRun staged;
    private volatile List<ExpectationFacts> expectations = List.of();
    private volatile FeedRun feed;
    private volatile TablesRun tables;
    private volatile BatchFacts found;
    private volatile Runnable stop = () -> {};
    private volatile long rowsWritten;
    private volatile long bytesWritten;
    private volatile int partNumber = 1;
    private volatile boolean released;
    private volatile boolean cancelled;
    private volatile boolean left;
    private volatile boolean settled;
    private volatile RunResult result;

    /** @param sources the data sources that it begins with, and keeps */
    public ActiveRun(String flow, String runId, Instant startedAt, HeldSources sources) {
        this.flow = flow;
        this.sources = sources;
        this.transfer = Transfer.first(runId);
        this.startedAt = startedAt;
    }

    public String flow() {
        return flow;
    }

    public String runId() {
        return transfer.runId();
    }

    /** What its files are on their way by. */
    public Transfer transfer() {
        return transfer;
    }

    /** Notes that another process has begun it, and this one goes on. */
    public void takenUp(Transfer taken) {
        this.transfer = taken;
    }

    public Instant startedAt() {
        return startedAt;
    }

    /** The data sources that it has begun with, whatever the settings say since. */
    public HeldSources sources() {
        return sources;
    }

    /** What it waits for of databases, until it is cancelled. */
    public AwaitedAnswers answers() {
        return answers;
    }

    /** Null until the run is planned. */
    public Plan plan() {
        return plan;
    }

    public void planned(Plan newPlan) {
        this.plan = newPlan;
        this.plannedNanos = System.nanoTime();
    }

    /** Notes how the columns differ from those of the last run. */
    public void columnsChanged(String changes, boolean toBeTold) {
        this.columnChanges = changes;
        this.tellsOfColumns = toBeTold;
    }

    /** How the columns differ from those of the last run, in words; null where they do not. */
    public String columnChanges() {
        return tables == null ? columnChanges : tables.columnChanges();
    }

    /** Whether whoever asked is to be told of them. */
    boolean tellsOfColumns() {
        return tables == null ? tellsOfColumns : tables.tellsOfColumns();
    }

    /** What there is to tell of it. */
    public String events(String outcome) {
        return tellsOfColumns() ? outcome + ",schema_change" : outcome;
    }

    public void reading(Rows newRows) {
        this.rows = newRows;
    }

    public void sendingAhead(SendingAhead sending) {
        this.sendingAhead = sending;
    }

    /** What sends its files on while the next ones are written; empty until it stages them. */
    public Optional<SendingAhead> sendingAhead() {
        return Optional.ofNullable(sendingAhead);
    }

    public void progress(long newRows, long bytes, int part) {
        this.rowsWritten = newRows;
        this.bytesWritten = bytes;
        this.partNumber = part;
    }

    public void staged(StagedRun staged) {
        this.staged = staged;
        this.stagedNanos = System.nanoTime();
    }

    /** What is to be delivered; null until it is staged. */
    public StagedRun staged() {
        return staged;
    }

    /** Notes what came of what was expected of its rows. */
    public void found(List<ExpectationFacts> facts) {
        this.expectations = List.copyOf(facts);
    }

    /** What came of what was expected of its rows; empty where nothing was, or it has not come to that. */
    public List<ExpectationFacts> expectations() {
        return expectations;
    }

    /** Whether something does not hold that has to: nothing of it may be seen. */
    public boolean isQuarantined() {
        return staged != null && expectations.stream().anyMatch(ExpectationFacts::isViolated);
    }

    /** Notes that it was quarantined, and somebody has released it. */
    public void release() {
        this.released = true;
    }

    /** Whether it was quarantined, until this attempt to deliver it or an earlier one. */
    public boolean isReleased() {
        return released;
    }

    /** Notes that it is the run of a feed, and how far that has come. */
    public void feeding(FeedRun newFeed) {
        this.feed = newFeed;
    }

    /** Null for the run of an export. */
    public FeedRun feed() {
        return feed;
    }

    /** Notes that it is the run of many tables, and how far these have come. */
    void ofTables(TablesRun newTables) {
        this.tables = newTables;
    }

    /** The tables that it exports; null for the run of one export. */
    public TablesRun tables() {
        return tables;
    }

    /** Notes what the batch has found that it exports; it is of no other. */
    public void found(BatchFacts changes) {
        this.found = changes;
    }

    /** What stops it where it reads no rows. */
    public void stopping(Runnable newStop) {
        this.stop = newStop;
    }

    /** Notes that it is planned by settings, and the routes that deliver are those of them until it ends. */
    public void settled() {
        this.settled = true;
    }

    /** Whether the routes that deliver have to stay as they are for it, until it has ended. */
    public boolean isSettled() {
        return settled && result == null;
    }

    /** Whether all rows are written, and their files on the way to where they go. */
    public boolean isStaged() {
        return stagedNanos != 0;
    }

    /** Rows written so far. */
    public long rows() {
        return rowsWritten;
    }

    /** Rows of the files that it delivers, which an earlier attempt may have written; until they are staged, those written so far. */
    public long rowsToDeliver() {
        if (tables != null) {
            return tables.rows();
        }
        StagedRun known = staged;
        return known == null ? rowsWritten : known.rows();
    }

    /** Bytes written so far, before the compression of the part under way. */
    public long bytes() {
        return bytesWritten;
    }

    /** The part under way, from 1. */
    public int part() {
        return partNumber;
    }

    /** Asks the run to stop; its step fails, and the run is cleaned up as any that fails. */
    public void cancel() {
        cancelled = true;
        stop.run();
        answers.cancel();
        Rows reading = rows;
        if (reading != null) {
            reading.cancel();
        }
    }

    /** Lets the run be: it is not at its end, and its process stops. Whoever comes next takes it up, as after a kill. */
    public void leave() {
        left = true; // before its tables are: one that begins meanwhile sees it
        TablesRun all = tables;
        if (all != null) {
            all.leave();
        }
        cancel();
    }

    /** Says that it is to be left, before anything of it stops. */
    void markLeft() {
        left = true;
    }

    /** Whether nothing more is to be done for it, nor taken back. */
    public boolean isLeft() {
        return left;
    }

    public boolean isCancelled() {
        return cancelled;
    }

    /** Null until the run has ended. */
    public RunResult result() {
        return result;
    }

    public RunResult end(Status status, String error, String deadLetter) {
        boolean done = status == Status.DONE && feed == null && tables == null;
        DeliveryUnderWay first = staged == null ? null : staged.first();
        List<FileFacts> files = done
                ? staged.parts().stream()
                        .map(part -> part.facts().named(first.where(part)))
                        .toList()
                : List.of();
        result = new RunResult(
                runId(),
                flow,
                feed != null ? feed.mode() : plan == null ? null : plan.mode().label(),
                status,
                feed != null ? feed.rows() : rowsToDeliver(),
                files,
                done && !files.isEmpty() && first.facts().waybill() != null
                        ? first.destination().where(first.facts().waybill())
                        : null,
                feed != null ? feed.batchId() : plan == null ? null : plan.batchId(),
                startedAt,
                (System.nanoTime() - startedNanos) / 1_000_000,
                stagedNanos == 0 || plannedNanos == 0 ? 0 : (stagedNanos - plannedNanos) / 1_000_000,
                error,
                deadLetter,
                deliveries(),
                feed == null ? found : feed.counts(),
                expectations,
                tables == null ? List.of() : tables.results());
        // a run of many tables keeps those of each until the last has ended, and not what they had in memory
        stop = () -> {};
        rows = null;
        return result;
    }

    /** For logs. */
    @Override
    public String toString() {
        return "run " + runId() + " of flow " + flow;
    }

    private List<DeliveryResult> deliveries() {
        if (staged == null || staged.parts().isEmpty()) {
            return List.of();
        }
        return staged.deliveries().stream()
                .map(delivery ->
                        new DeliveryResult(delivery.id(), delivery.place(), delivery.isDelivered(), delivery.error()))
                .toList();
    }
}
