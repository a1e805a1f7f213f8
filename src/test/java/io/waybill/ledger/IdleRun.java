package io.waybill.ledger;

import io.waybill.database.DatabaseIdentity;
import io.waybill.facts.ColumnFacts;
import io.waybill.facts.DeliveryFacts;
import io.waybill.facts.FileFacts;
import io.waybill.flow.Window;
import io.waybill.ledger.Occasion.Due;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/**
 * All that the run of a flow with {@code since_last_export} asks of its ledger, from the time of its trigger to its commit, and nothing else of
 * a run: it reads no rows and writes no file. {@code IdleRunTest} holds that a real one asks the same.
 *
 * @param columns how many its file has
 */
public record IdleRun(Ledger ledger, String flow, int columns) {

    /** What the parts of a run took that others wait for, in nanoseconds. */
    public record Took(long begin, long commit, long all) {}

    /**
     * Runs for a time of the flow's trigger.
     *
     * @param runId of a new run
     * @return null where the time has its run already
     */
    public Took run(Due due, String runId) {
        long started = System.nanoTime();
        if (ledger.firings().isFired(flow, due) || ledger.pauses().find(flow).isPresent()) {
            return null;
        }
        ledger.abandoned();
        ledger.withLeftovers(flow);
        ledger.quarantine().halfDiscarded(flow);
        ledger.interrupted();
        long began = System.nanoTime();
        try {
            ledger.begin(flow, runId, due);
        } catch (FiredAlreadyException e) {
            return null;
        }
        long begin = System.nanoTime() - began;
        ledger.audit().writeText(flow, "the text of " + flow);
        plan(due.due(), runId);
        ledger.requireHeld(runId);
        FileFacts file = new FileFacts("out/" + runId + "/1.csv", 1, 40, "0".repeat(64));
        ledger.staged(runId, 1, List.of(file), List.of(List.of(file.name())));
        for (int step = 0; step < 3; step++) { // the file, the waybill, and what is left of both
            ledger.requireHeld(runId);
        }
        ledger.committing(runId);
        ledger.requireHeld(runId);
        ledger.delivered(runId);
        long committed = System.nanoTime();
        ledger.commit(runId, 1, written());
        long ended = System.nanoTime();
        return new Took(begin, ended - committed, ended - started);
    }

    private void plan(Instant time, String runId) {
        Watermarks watermarks = ledger.watermarks();
        boolean isKnown = watermarks.find(flow).isPresent() || watermarks.mayBegin(flow);
        Watermark before = watermarks.find(flow).orElse(null);
        if (before != null) {
            watermarks.source(flow);
        }
        watermarks.observation(flow, "t", "id");
        watermarks.find(flow);
        ledger.columns(flow);
        watermarks.observe(flow, "t", "id", null);
        watermarks.reachedIn(flow, new DatabaseIdentity("PostgreSQL", "shop", "db:5432", null));
        ledger.planned(
                runId,
                new PlannedRun(
                        "full",
                        "t",
                        null,
                        time,
                        new Window.Range(
                                "id",
                                before == null ? null : before.value(),
                                Long.toString(time.toEpochMilli()),
                                false),
                        before == null ? 0 : before.version(),
                        List.of(RecordedDelivery.planned(new DeliveryFacts(
                                "local",
                                "file:{{root}}",
                                "/srv/exports",
                                "out/" + runId + "/" + flow + ".waybill.json")))));
    }

    private List<ColumnFacts> written() {
        return IntStream.rangeClosed(1, columns)
                .mapToObj(i -> new ColumnFacts("column" + i, "INT64"))
                .toList();
    }
}
