package io.waybill.ledger;

import io.waybill.flow.ExportedTable;
import io.waybill.ledger.RunEntry.Status;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** The runs of a ledger for somebody who reads them page by page, however many there are. */
public final class History {

    private final LedgerDatabase database;

    History(LedgerDatabase database) {
        this.database = database;
    }

    /**
     * Which runs are asked for.
     *
     * @param flows those of these flows; null for all
     * @param status those of that status; null for all
     * @param since those that began then or later; null for all
     * @param after those behind this one; null from the latest on
     */
    public record Asked(Collection<String> flows, Status status, Instant since, Position after) {}

    /** Where a page has ended: the run that was its last. */
    public record Position(Instant startedAt, String runId) {}

    /**
     * A run, without its files.
     *
     * @param files how many it has; of a run of many tables, those of all of these
     * @param bytes what they come to
     */
    public record Line(RunEntry run, long files, long bytes) {}

    private record Files(String runId, long number, long bytes) {}

    /** Runs, the latest first. */
    public List<Line> page(Asked asked, int limit) {
        if (asked.flows() != null && asked.flows().isEmpty()) {
            return List.of();
        }
        return database.call(handle -> lines(handle, runs(handle, withTables(handle, asked), limit)));
    }

    /** Likewise, without the runs of single tables of the flows that are named, which are the shares of runs of these. */
    public List<Line> pageWithoutTables(Asked asked, int limit) {
        return database.call(handle -> lines(handle, runs(handle, asked, limit)));
    }

    /** Those of flows that export many tables are asked for with the runs of these, which are flows by themselves here. */
    static Asked withTables(Handle handle, Asked asked) {
        if (asked.flows() == null) {
            return asked;
        }
        Set<String> flows = new LinkedHashSet<>(asked.flows());
        handle.createQuery("SELECT flow FROM waybill_total WHERE flow LIKE '%/%'"
                        + " UNION SELECT flow FROM waybill_lock WHERE flow LIKE '%/%'")
                .mapTo(String.class)
                .filter(table -> asked.flows().contains(ExportedTable.flow(table)))
                .forEach(flows::add);
        return new Asked(flows, asked.status(), asked.since(), asked.after());
    }

    /**
     * An index leads from each question to its page: what is the same for all of a page's runs stands in the order too, and each has a
     * latest time, since H2 finds the index that has both by these alone.
     */
    static List<RunEntry> runs(Handle handle, Asked asked, int limit) {
        boolean ofOne = asked.flows() != null && asked.flows().size() == 1;
        String sql = "SELECT * FROM waybill_run WHERE started_ms <= :before"
                + (asked.flows() == null ? "" : ofOne ? " AND flow = :flow" : " AND flow IN (<flows>)")
                + (asked.status() == null ? "" : " AND status = :status")
                + (asked.since() == null ? "" : " AND started_ms >= :since")
                + (asked.after() == null ? "" : " AND (started_ms < :before OR run_id < :runId)")
                + " ORDER BY " + (ofOne ? "flow DESC, " : "") + (asked.status() == null ? "" : "status DESC, ")
                + "started_ms DESC, run_id DESC LIMIT :limit";
        Map<String, Object> values = new HashMap<>();
        values.put("status", asked.status());
        values.put("since", asked.since());
        values.put(
                "before",
                asked.after() == null
                        ? Long.MAX_VALUE
                        : asked.after().startedAt().toEpochMilli());
        values.put("runId", asked.after() == null ? null : asked.after().runId());
        values.put("flow", ofOne ? asked.flows().iterator().next() : null);
        values.values().removeIf(Objects::isNull);
        Query query = handle.createQuery(sql).bind("limit", limit).bindMap(values);
        if (asked.flows() != null && !ofOne) {
            query.bindList("flows", List.copyOf(asked.flows()));
        }
        return query.mapTo(RunEntry.class).list();
    }

    private static List<Line> lines(Handle handle, List<RunEntry> runs) {
        if (runs.isEmpty()) {
            return List.of();
        }
        Map<String, Files> files = new HashMap<>();
        addFiles(
                handle,
                "SELECT run_id, COUNT(*), SUM(byte_count) FROM waybill_file WHERE run_id IN (<ids>) GROUP BY run_id",
                runs.stream().filter(run -> run.tableCount() == null).toList(),
                files);
        addFiles(
                handle,
                "SELECT t.parent_run_id, COUNT(*), SUM(f.byte_count) FROM waybill_run t JOIN waybill_file f"
                        + " ON f.run_id = t.run_id WHERE t.parent_run_id IN (<ids>) GROUP BY t.parent_run_id",
                runs.stream().filter(run -> run.tableCount() != null).toList(),
                files);
        return runs.stream()
                .map(run -> {
                    Files of = files.getOrDefault(run.runId(), new Files(run.runId(), 0, 0));
                    return new Line(run, of.number(), of.bytes());
                })
                .toList();
    }

    private static void addFiles(Handle handle, String sql, List<RunEntry> runs, Map<String, Files> found) {
        if (!runs.isEmpty()) {
            handle.createQuery(sql)
                    .bindList("ids", runs.stream().map(RunEntry::runId).toList())
                    .map((row, context) -> new Files(row.getString(1), row.getLong(2), row.getLong(3)))
                    .forEach(each -> found.put(each.runId(), each));
        }
    }

    /** The latest run of each of these flows, without its files. */
    public Map<String, RunEntry> latest(Collection<String> flows) {
        return database.call(handle -> flows.stream()
                .distinct()
                .flatMap(flow -> runs(handle, new Asked(List.of(flow), null, null, null), 1).stream())
                .collect(Collectors.toMap(RunEntry::flow, run -> run)));
    }

    /**
     * The flows that have runs, or had some; no more of them are read than there are flows.
     *
     * @param calls whether calls of the server are meant, too, each of which is a flow by itself
     */
    public Set<String> flows(boolean calls) {
        Set<String> flows = database.call(
                handle -> handle.createQuery("SELECT flow FROM waybill_total UNION SELECT flow FROM waybill_lock")
                        .mapTo(String.class)
                        .map(ExportedTable::flow)
                        .collect(Collectors.toCollection(TreeSet::new)));
        flows.removeIf(RunTotal::isOfCalls);
        if (calls) {
            flows.addAll(database.call(handle -> handle.createQuery(
                            "SELECT DISTINCT flow FROM waybill_run WHERE flow LIKE :calls ESCAPE '!'")
                    .bind("calls", RunTotal.flowOfCall("").replace("_", "!_") + "%")
                    .mapTo(String.class)
                    .list()));
        }
        return flows;
    }

    /** What the runs have come to, by flow and how they ended. */
    public List<RunTotal> totals() {
        return database.call(RunTotal::all);
    }

    /** How many runs of each flow have files that are kept, to be delivered. */
    public Map<String, Long> deadLetters() {
        return database.call(RunRows::undeliveredByFlow);
    }
}
