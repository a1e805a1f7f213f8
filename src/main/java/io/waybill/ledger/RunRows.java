package io.waybill.ledger;

import io.waybill.facts.FileFacts;
import io.waybill.flow.ExportedTable;
import io.waybill.ledger.RunEntry.Status;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Runs, and their files, in their tables. */
final class RunRows {

    /** So many at a time. */
    static final int MOST_FORGOTTEN = 200;

    private static final int MOST_ERROR = 4000;

    /** Of runs that have ended, and whose files are kept to be delivered. */
    private static final String UNDELIVERED = "status IN ('FAILED', 'INTERRUPTED') AND dead_letter IS NOT NULL";

    private static final Set<Status> ENDED_UNDELIVERED = EnumSet.of(Status.FAILED, Status.INTERRUPTED);

    private static final List<String> TABLES = List.of(
            "waybill_expectation",
            "waybill_delivery",
            "waybill_delivery_file",
            "waybill_file",
            "waybill_request",
            "waybill_untreated",
            "waybill_row_groups",
            "waybill_division",
            "waybill_range",
            "waybill_range_file",
            "waybill_run");

    /** Enough to see that a text tells no run from others. */
    private static final int MOST_FOUND = 20;

    private RunRows() {}

    /**
     * Begins a run.
     *
     * @param parent the run of many tables, of one of which it is; null for any other
     */
    static int insert(Handle handle, String runId, String flow, String parent, Owner owner, Instant now) {
        return handle.createUpdate(
                        "INSERT INTO waybill_run (run_id, flow, owner, status, stage, row_count, started_ms, parent_run_id)"
                                + " VALUES (:runId, :flow, :owner, 'RUNNING', 'PLAN', 0, :now, :parent)")
                .bindMap(Map.of("runId", runId, "flow", flow, "owner", owner, "now", now))
                .bind("parent", parent)
                .execute();
    }

    /** It exports so many tables, each by a run of its own. */
    static int tables(Handle handle, String runId, int count) {
        return handle.execute(
                "UPDATE waybill_run SET table_count = ? WHERE run_id = ? AND status = 'RUNNING'", count, runId);
    }

    /** The runs of the tables of one, in the order in which they began, without their files. */
    static List<RunEntry> ofTables(Handle handle, String parent) {
        return handle.select("SELECT * FROM waybill_run WHERE parent_run_id = ? ORDER BY started_ms, flow", parent)
                .mapTo(RunEntry.class)
                .list();
    }

    /** The tables that a run has done before it came to nothing are those of the run in its place: they go out once. */
    static void adoptDone(Handle transaction, String before, String runId) {
        transaction.execute(
                "UPDATE waybill_run SET parent_run_id = ? WHERE parent_run_id = ? AND status = 'DONE'", runId, before);
    }

    /** How many runs of the tables of one stand how. */
    static Map<Status, Integer> statesOfTables(Handle handle, String parent) {
        return handle
                .select("SELECT status, COUNT(*) FROM waybill_run WHERE parent_run_id = ? GROUP BY status", parent)
                .map((row, context) -> Map.entry(Status.valueOf(row.getString(1)), row.getInt(2)))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** A run that has ended, and whose files are kept, publishes them. */
    static int resume(Handle handle, RunEntry run, Owner owner) {
        return handle.createUpdate("UPDATE waybill_run SET status = 'RUNNING', stage = 'PUBLISH', owner = :owner,"
                        + " ended_ms = NULL, attempt = attempt + 1 WHERE run_id = :runId AND status = :status"
                        + " AND dead_letter IS NOT NULL")
                .bindMap(Map.of("runId", run.runId(), "owner", owner, "status", run.status()))
                .execute();
    }

    /** Its files are not kept any more. */
    static int discard(Handle handle, String runId) {
        return handle.execute(
                "UPDATE waybill_run SET dead_letter = NULL, kept = NULL WHERE run_id = ? AND " + UNDELIVERED, runId);
    }

    /** Another process takes it up. */
    static int takeUp(Handle handle, String runId) {
        return handle.execute("UPDATE waybill_run SET attempt = attempt + 1 WHERE run_id = ?", runId);
    }

    static int plan(Handle handle, String runId, PlannedRun planned) {
        WindowColumns window = WindowColumns.of(planned.window());
        FirstDayColumns first = FirstDayColumns.of(planned.firstDay());
        return handle.createUpdate(
                        "UPDATE waybill_run SET stage = 'STAGE', mode = :mode, dataset = :dataset,"
                                + " batch_id = :batchId, root = :place, waybill = :waybill, logical_ms = :logicalTime,"
                                + " window_kind = :kind, window_column = :column, low_value = :low, high_value = :high,"
                                + " first_day = :day, first_day_by = :by, watermark_version = :version WHERE run_id = :runId AND status = 'RUNNING'")
                .bindMethods(planned.delivery().facts())
                .bind("kind", window.kind())
                .bind("column", window.column())
                .bind("low", window.low())
                .bind("high", window.high())
                .bind("day", first.day())
                .bind("by", first.by())
                .bindMethods(planned)
                .bind("runId", runId)
                .execute();
    }

    /** Writes staged files; the first of them has a number. */
    static void insert(Handle transaction, String runId, int from, List<FileFacts> files) {
        for (int i = 0; i < files.size(); i++) {
            transaction
                    .createUpdate("INSERT INTO waybill_file (run_id, number, name, row_count, byte_count, sha256)"
                            + " VALUES (:runId, :number, :name, :rows, :bytes, :sha256)")
                    .bindMap(Map.of("runId", runId, "number", from + i))
                    .bindMethods(files.get(i))
                    .execute();
        }
    }

    /** All its files are staged, and go on to be published where all holds that must. */
    static int publish(Handle handle, String runId) {
        return handle.execute(
                "UPDATE waybill_run SET stage = CASE WHEN EXISTS (SELECT 1 FROM waybill_expectation WHERE run_id = ?"
                        + " AND state = 'VIOLATED') THEN 'QUARANTINE' ELSE 'PUBLISH' END, row_count = (SELECT"
                        + " COALESCE(SUM(row_count), 0) FROM waybill_file WHERE run_id = ?)"
                        + " WHERE run_id = ? AND status = 'RUNNING'",
                runId,
                runId,
                runId);
    }

    /** All its files are published. */
    static int committing(Handle handle, String runId) {
        return handle.execute("UPDATE waybill_run SET stage = 'COMMIT' WHERE run_id = ? AND status = 'RUNNING'", runId);
    }

    static int end(Handle handle, RunEnd end, Instant now) {
        return handle.createUpdate("UPDATE waybill_run SET status = :status, stage = 'END', row_count = :rows,"
                        + " ended_ms = :now, error = :error, dead_letter = :deadLetter, kept = :kept"
                        + " WHERE run_id = :runId AND status = 'RUNNING'")
                .bind("status", end.status())
                .bind("rows", end.rows())
                .bind("now", now)
                .bind("error", LedgerDatabase.cut(end.error(), MOST_ERROR))
                .bind("deadLetter", end.deadLetter())
                .bind("kept", end.deadLetter() == null ? null : 1)
                .bind("runId", end.runId())
                .execute();
    }

    /** It has moved the watermark, and moves none any more. */
    static void movesNoWatermark(Handle handle, String runId) {
        handle.execute("UPDATE waybill_run SET watermark_version = NULL WHERE run_id = ?", runId);
    }

    /** Forgets runs in pieces, so that others wait for none of them long. */
    static int forget(LedgerDatabase database, Instant endedBefore, int most) {
        int forgotten = 0;
        int piece;
        int asked;
        do {
            asked = Math.min(MOST_FORGOTTEN, most - forgotten);
            int limit = asked;
            piece = database.inTransaction(transaction -> forget(transaction, endedBefore, limit));
            forgotten += piece;
        } while (piece == asked && forgotten < most);
        return forgotten;
    }

    /** Forgets some runs that ended before a time, but for those whose files are kept as a dead letter. */
    private static int forget(Handle transaction, Instant endedBefore, int most) {
        List<String> old = transaction
                .createQuery("SELECT run_id FROM waybill_run WHERE status <> 'RUNNING' AND ended_ms < :before"
                        + " AND dead_letter IS NULL ORDER BY ended_ms LIMIT " + most)
                .bind("before", endedBefore)
                .mapTo(String.class)
                .list();
        if (!old.isEmpty()) {
            for (String table : TABLES) {
                transaction
                        .createUpdate("DELETE FROM " + table + " WHERE run_id IN (<ids>)")
                        .bindList("ids", old)
                        .execute();
            }
        }
        return old.size();
    }

    /** A run without its files. */
    static Optional<RunEntry> row(Handle handle, String runId) {
        return handle.select("SELECT * FROM waybill_run WHERE run_id = ?", runId)
                .mapTo(RunEntry.class)
                .findOne();
    }

    static Optional<RunEntry> exactly(Handle handle, String runId) {
        return row(handle, runId).map(run -> withFiles(handle, run));
    }

    /** Those whose files are kept, the oldest first. */
    static List<RunEntry> undelivered(Handle handle) {
        // by the index of those that are kept, which are few, and by none of those that have failed
        return handle
                .createQuery("SELECT * FROM waybill_run WHERE kept = 1 ORDER BY started_ms, run_id")
                .mapTo(RunEntry.class)
                .list()
                .stream()
                .filter(run -> ENDED_UNDELIVERED.contains(run.status()))
                .map(run -> withFiles(handle, run))
                .toList();
    }

    /** Those whose process has ended before their files were delivered, the oldest first; without their files. */
    static List<RunEntry> interrupted(Handle handle) {
        return handle.createQuery("SELECT * FROM waybill_run WHERE kept = 1 AND status = 'INTERRUPTED'"
                        + " ORDER BY started_ms, run_id")
                .mapTo(RunEntry.class)
                .list();
    }

    /** Those of a flow, by their ids. */
    static List<String> interrupted(Handle handle, String flow) {
        return handle.select(
                        "SELECT run_id FROM waybill_run WHERE kept = 1 AND status = 'INTERRUPTED' AND flow = ? ORDER BY started_ms",
                        flow)
                .mapTo(String.class)
                .list();
    }

    /** How many of each flow there are whose files are kept to be delivered. */
    static Map<String, Long> undeliveredByFlow(Handle handle) {
        return handle
                .createQuery("SELECT flow, status, COUNT(*) FROM waybill_run WHERE kept = 1 GROUP BY flow, status")
                .map((row, context) -> ENDED_UNDELIVERED.contains(Status.valueOf(row.getString(2)))
                        ? Map.entry(row.getString(1), row.getLong(3))
                        : null)
                .stream()
                .filter(Objects::nonNull)
                .collect(Collectors.toMap(each -> ExportedTable.flow(each.getKey()), Map.Entry::getValue, Long::sum));
    }

    /** The flows of runs, by their ids; what is no run's id is left out. */
    static Map<String, String> flows(Handle handle, Collection<String> runIds) {
        return handle
                .createQuery("SELECT run_id, flow FROM waybill_run WHERE run_id IN (<ids>)")
                .bindList("ids", List.copyOf(Set.copyOf(runIds)))
                .map((row, context) -> Map.entry(row.getString(1), row.getString(2)))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Those of a flow of whose files some are still where they were sent to. */
    static List<RunEntry> withLeftovers(Handle handle, String flow) {
        return handle
                // two questions, so that each has its index
                .createQuery("SELECT d.run_id FROM waybill_delivery d JOIN waybill_run r ON r.run_id = d.run_id"
                        + " WHERE r.flow = :flow AND r.status <> 'RUNNING' AND d.ahead > 0"
                        + " UNION SELECT d.run_id FROM waybill_delivery d JOIN waybill_run r ON r.run_id = d.run_id"
                        + " WHERE r.flow = :flow AND r.status <> 'RUNNING' AND d.status = 'FAILED' AND d.begun > 0")
                .bind("flow", flow)
                .mapTo(String.class)
                .list()
                .stream()
                .map(runId -> exactly(handle, runId).orElseThrow())
                .toList();
    }

    static List<RunEntry> latest(Handle handle, String flow, Status status, Instant since, int limit) {
        History.Asked asked = new History.Asked(flow == null ? null : List.of(flow), status, since, null);
        return History.runs(handle, History.withTables(handle, asked), limit).stream()
                .map(run -> withFiles(handle, run))
                .toList();
    }

    /** The runs whose id a text is, or begins with it or ends in it. */
    static List<RunEntry> find(Handle handle, String text) {
        return exactly(handle, text)
                .map(List::of)
                .orElseGet(() -> idsLike(handle, text, MOST_FOUND).stream()
                        .map(id -> exactly(handle, id).orElseThrow())
                        .toList());
    }

    /** The ids that begin with a text, or end in it; the database reads no more than these. */
    private static List<String> idsLike(Handle handle, String text, int limit) {
        String pattern = text.replaceAll("([!%_])", "!$1");
        return handle
                .createQuery("SELECT run_id FROM waybill_run WHERE run_id LIKE :begin ESCAPE '!'"
                        + " OR run_id LIKE :end ESCAPE '!' ORDER BY started_ms DESC, run_id DESC LIMIT :limit")
                .bindMap(Map.of("begin", pattern + "%", "end", "%" + pattern, "limit", limit))
                .mapTo(String.class)
                .list()
                .stream()
                // some databases know no capitals here
                .filter(id -> id.startsWith(text) || id.endsWith(text))
                .toList();
    }

    private static RunEntry withFiles(Handle handle, RunEntry run) {
        List<FileFacts> files = handle.select(
                        "SELECT name, row_count, byte_count, sha256 FROM waybill_file WHERE run_id = ? ORDER BY number",
                        run.runId())
                .map((row, context) ->
                        new FileFacts(row.getString(1), row.getLong(2), row.getLong(3), row.getString(4)))
                .list();
        return run.with(run.owner(), deliveries(handle, run, files), files);
    }

    private static PlannedRun deliveries(Handle handle, RunEntry run, List<FileFacts> files) {
        if (run.planned() == null) {
            return null;
        }
        List<RecordedDelivery> kept = DeliveryRows.of(handle, run.runId());
        List<String> names = files.stream().map(FileFacts::name).toList();
        return run.planned()
                .with(DeliveryRows.withNames(
                        handle, run.runId(), kept.isEmpty() ? run.planned().deliveries() : kept, names));
    }
}
