package io.waybill.run;

import io.waybill.facts.FileFacts;
import io.waybill.flow.ExportedTable;
import io.waybill.flow.OnFailure;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import io.waybill.ledger.RunResult.TableResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How far a run has come that exports many tables, each by a run of its own. These may go on side by side. */
public final class TablesRun {

    /** So many of those that have failed are named with why. */
    private static final int MOST_NAMED = 5;

    private final ActiveRun whole;
    private final OnFailure onFailure;
    private final Map<ExportedTable, ActiveRun> begun = new LinkedHashMap<>();
    private final Map<ExportedTable, String> refused = new LinkedHashMap<>();
    private List<ExportedTable> tables = List.of();
    private List<TableResult> earlier = List.of();

    /** @param whole the run of all of them */
    public TablesRun(ActiveRun whole, OnFailure onFailure) {
        this.whole = whole;
        this.onFailure = onFailure;
        whole.ofTables(this);
        whole.stopping(this::cancel);
    }

    /** The run of all of them. */
    public ActiveRun whole() {
        return whole;
    }

    /**
     * Notes which tables there are.
     *
     * @param found those that it has to export
     * @param done those that the run in whose place it is has exported: they are as much of its result, and do not go out again
     */
    public synchronized void found(List<ExportedTable> found, List<TableResult> done) {
        this.tables = List.copyOf(found);
        this.earlier = List.copyOf(done);
    }

    /** Notes that the run of a table has begun. */
    public synchronized void begun(ExportedTable table, ActiveRun run) {
        begun.put(table, run);
        if (whole.isLeft()) {
            run.leave();
        } else if (whole.isCancelled()) {
            run.cancel();
        }
    }

    /** Notes why a table has no run. */
    public synchronized void refused(ExportedTable table, String why) {
        refused.put(table, why);
    }

    /** Whether no more tables begin. */
    public synchronized boolean isStopped() {
        return whole.isCancelled()
                || onFailure == OnFailure.STOP && results().stream().anyMatch(TablesRun::isFailed);
    }

    /** Lets all of them be that have not ended; none stops before all are marked, so that none of them fails of it. */
    synchronized void leave() {
        begun.values().forEach(ActiveRun::markLeft);
        begun.values().forEach(ActiveRun::leave);
    }

    private synchronized void cancel() {
        begun.values().forEach(ActiveRun::cancel);
    }

    private static boolean isFailed(TableResult table) {
        return table.error() != null;
    }

    /** Rows written so far, of all tables. */
    public synchronized long rows() {
        return begun.values().stream().mapToLong(ActiveRun::rowsToDeliver).sum()
                + earlier.stream().mapToLong(TableResult::rows).sum();
    }

    /** Whether whoever asked is to be told of columns of one of them that have changed. */
    synchronized boolean tellsOfColumns() {
        return begun.values().stream().anyMatch(ActiveRun::tellsOfColumns);
    }

    /** How the columns of each differ from those of its last run, in words; null where they do not. */
    synchronized String columnChanges() {
        String changes = begun.entrySet().stream()
                .filter(table -> table.getValue().columnChanges() != null)
                .map(table -> table.getKey().words() + ": " + table.getValue().columnChanges())
                .collect(Collectors.joining("; "));
        return changes.isEmpty() ? null : changes;
    }

    /** The tables that are being exported just now. */
    public synchronized List<ActiveRun> underWay() {
        return begun.values().stream().filter(run -> run.result() == null).toList();
    }

    /** How many tables there are, and how many runs of these have ended. */
    public synchronized String words() {
        long ended =
                begun.values().stream().filter(run -> run.result() != null).count() + refused.size() + earlier.size();
        int all = tables.size() + earlier.size();
        return ended + " of " + all + (all == 1 ? " table" : " tables");
    }

    /** Each table, and what its run has come to so far. */
    public synchronized List<TableResult> results() {
        return Stream.concat(earlier.stream(), tables.stream().map(this::result))
                .toList();
    }

    private TableResult result(ExportedTable table) {
        ActiveRun run = begun.get(table);
        if (run == null) {
            return new TableResult(table.words(), null, null, 0, List.of(), refused.get(table), null);
        }
        RunResult result = run.result();
        return result == null
                ? new TableResult(table.words(), run.runId(), Status.RUNNING, run.rows(), List.of(), null, null)
                : new TableResult(
                        table.words(),
                        run.runId(),
                        result.status(),
                        result.rows(),
                        result.files().stream().map(FileFacts::name).toList(),
                        result.status() == Status.DONE ? null : String.valueOf(result.error()),
                        result.deadLetter());
    }

    /** Why it is not done, in words; null where all tables are exported. */
    public String failure() {
        List<TableResult> all = results();
        List<TableResult> failed = all.stream().filter(TablesRun::isFailed).toList();
        long left = all.stream()
                .filter(table -> table.error() == null && table.status() != Status.DONE)
                .count();
        if (failed.isEmpty() && left == 0) {
            return null;
        }
        String words = failed.isEmpty()
                ? ""
                : failed.size() + " of " + all.size() + (all.size() == 1 ? " table" : " tables")
                        + (failed.size() == 1 && all.size() != 1 ? " has failed: " : " have failed: ")
                        + failed.stream()
                                .limit(MOST_NAMED)
                                .map(table -> table.table() + ": " + table.error())
                                .collect(Collectors.joining("; "))
                        + (failed.size() > MOST_NAMED ? "; and " + (failed.size() - MOST_NAMED) + " more" : "");
        String others = left == 0
                ? ""
                : left + " of " + all.size() + (left == 1 ? " has" : " have") + " not been exported"
                        + (whole.isCancelled() ? ", the run being stopped" : "");
        return words + (words.isEmpty() || others.isEmpty() ? "" : "; ") + others;
    }
}
