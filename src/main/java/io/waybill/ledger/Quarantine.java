package io.waybill.ledger;

import io.waybill.facts.ExpectationFacts;
import io.waybill.flow.ExportMode;
import io.waybill.flow.Window;
import io.waybill.ledger.RunEntry.Status;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * What came of what was expected of runs, and the runs that are quarantined for it: their files are kept, and their flow begins no other
 * run until somebody releases or discards them.
 */
public final class Quarantine {

    private static final int MOST_EXPECTATION = 1000;
    private static final int MOST_ROWS = 4000;

    private final LedgerDatabase database;
    private final Audit audit;

    Quarantine(LedgerDatabase database, Audit audit) {
        this.database = database;
        this.audit = audit;
    }

    /** A run, as far as a later one is compared with it. */
    public record Last(String runId, long rows) {}

    /** Records what came of what was expected of a run. Where something does not hold, its files are not published when they are staged. */
    public void found(String runId, List<ExpectationFacts> expectations) {
        database.inTransaction(transaction -> {
            int number = 0;
            for (ExpectationFacts facts : expectations) {
                number++;
                transaction
                        .createUpdate("INSERT INTO waybill_expectation"
                                + " (run_id, number, expectation, state, violations, measured, told_rows)"
                                + " VALUES (:runId, :number, :expectation, :state, :violations, :measured, :rows)")
                        .bindMap(Map.of("runId", runId, "number", number, "violations", facts.violations()))
                        .bind("expectation", LedgerDatabase.cut(facts.expectation(), MOST_EXPECTATION))
                        .bind("state", facts.state())
                        .bind("measured", LedgerDatabase.cut(facts.measured(), MOST_EXPECTATION))
                        .bind("rows", LedgerDatabase.cut(String.join("\n", facts.rows()), MOST_ROWS))
                        .execute();
            }
            return number;
        });
    }

    /** What came of what was expected of a run; empty where nothing was, or it did not come to that. */
    public List<ExpectationFacts> of(String runId) {
        return database.call(handle -> handle.select(
                        "SELECT expectation, state, violations, measured, told_rows FROM waybill_expectation"
                                + " WHERE run_id = ? ORDER BY number",
                        runId)
                .map((row, context) -> new ExpectationFacts(
                        row.getString(1),
                        ExpectationFacts.State.valueOf(row.getString(2)),
                        row.getLong(3),
                        row.getString(4),
                        Optional.ofNullable(row.getString(5))
                                .filter(rows -> !rows.isEmpty())
                                .map(rows -> List.of(rows.split("\n")))
                                .orElse(List.of())))
                .list());
    }

    /** Whether something that had to hold of a run does not: that it is under way, or was, is somebody's decision. */
    public boolean wasDecidedAbout(String runId) {
        return of(runId).stream().anyMatch(ExpectationFacts::isViolated);
    }

    /** The quarantined run of a flow, by its id; empty where there is none. */
    public Optional<String> runOf(String flow) {
        return database.call(handle -> runOf(handle, flow));
    }

    static Optional<String> runOf(Handle handle, String flow) {
        return handle.select(
                        "SELECT run_id FROM waybill_run WHERE flow = ? AND status = 'QUARANTINED' ORDER BY started_ms",
                        flow)
                .mapTo(String.class)
                .findFirst();
    }

    /** The quarantined runs by their flows. */
    public Map<String, String> all() {
        Map<String, String> runs = new LinkedHashMap<>();
        database.call(handle -> handle.select(
                                "SELECT flow, run_id FROM waybill_run WHERE status = 'QUARANTINED' ORDER BY flow")
                        .map((row, context) -> Map.entry(row.getString(1), row.getString(2)))
                        .list())
                .forEach(run -> runs.put(run.getKey(), run.getValue()));
        return runs;
    }

    /**
     * Notes that the files of a quarantined run are given up; they are still to be removed.
     *
     * @param reason why
     * @return false where it is not quarantined any more
     */
    public boolean discard(RunEntry run, String reason) {
        return database.inTransaction(transaction -> {
            int updated = transaction.execute(
                    "UPDATE waybill_run SET status = 'DISCARDED' WHERE run_id = ? AND status = 'QUARANTINED'",
                    run.runId());
            if (updated == 1) {
                audit.write(transaction, "discard", run.runId(), reason);
            }
            return updated == 1;
        });
    }

    /** The discarded runs of a flow whose files are still to be removed, by their ids: who was to do that has ended before. */
    public List<String> halfDiscarded(String flow) {
        return database.call(handle -> handle.select(
                        "SELECT run_id FROM waybill_run WHERE flow = ? AND status = 'DISCARDED' AND dead_letter IS NOT NULL",
                        flow)
                .mapTo(String.class)
                .list());
    }

    /** Notes that the files of a discarded run are removed. */
    public void removed(RunEntry run) {
        database.call(handle -> handle.execute(
                "UPDATE waybill_run SET dead_letter = NULL, kept = NULL WHERE run_id = ? AND status = ?",
                run.runId(),
                Status.DISCARDED));
    }

    /**
     * The last run of a flow that is done, and whose rows were those of a mode and of such a window.
     *
     * @param counts whether it has moved the watermark
     * @param isLimited whether it had no rows of days before one
     */
    public Optional<Last> lastLike(String flow, ExportMode mode, Window window, boolean counts, boolean isLimited) {
        WindowColumns columns = WindowColumns.of(window);
        return database.call(handle -> handle.createQuery("SELECT run_id, row_count FROM waybill_run WHERE flow = :flow"
                        + " AND status = 'DONE' AND mode = :mode AND window_kind = :kind"
                        + " AND low_value IS " + isNull(columns.low() == null)
                        + " AND first_day IS " + isNull(!isLimited)
                        + " AND watermark_version IS " + isNull(!counts)
                        + " ORDER BY started_ms DESC, run_id DESC LIMIT 1")
                .bindMap(Map.of("flow", flow, "mode", mode.label(), "kind", columns.kind()))
                .map((row, context) -> new Last(row.getString(1), row.getLong(2)))
                .findFirst());
    }

    private static String isNull(boolean is) {
        return is ? "NULL" : "NOT NULL";
    }
}
