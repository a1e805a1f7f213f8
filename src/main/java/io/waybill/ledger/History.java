package io.waybill.ledger;

import io.waybill.ledger.RunEntry.Status;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
     * @param files how many it has
     * @param bytes what they come to
     */
    public record Line(RunEntry run, long files, long bytes) {}

    private record Files(String runId, long number, long bytes) {}

    /** Runs, the latest first. */
    public List<Line> page(Asked asked, int limit) {
        if (asked.flows() != null && asked.flows().isEmpty()) {
            return List.of();
        }
        return database.call(handle -> lines(handle, runs(handle, asked, limit)));
    }

    private static List<RunEntry> runs(Handle handle, Asked asked, int limit) {
        String sql = "SELECT * FROM waybill_run WHERE 1 = 1"
                + (asked.flows() == null ? "" : " AND flow IN (<flows>)")
                + (asked.status() == null ? "" : " AND status = :status")
                + (asked.since() == null ? "" : " AND started_ms >= :since")
                + (asked.after() == null
                        ? ""
                        : " AND started_ms <= :before AND (started_ms < :before OR run_id < :runId)")
                + " ORDER BY started_ms DESC, run_id DESC LIMIT :limit";
        Map<String, Object> values = new HashMap<>();
        values.put("status", asked.status());
        values.put("since", asked.since());
        values.put("before", asked.after() == null ? null : asked.after().startedAt());
        values.put("runId", asked.after() == null ? null : asked.after().runId());
        values.values().removeIf(Objects::isNull);
        Query query = handle.createQuery(sql).bind("limit", limit).bindMap(values);
        if (asked.flows() != null) {
            query.bindList("flows", List.copyOf(asked.flows()));
        }
        return query.mapTo(RunEntry.class).list();
    }

    private static List<Line> lines(Handle handle, List<RunEntry> runs) {
        if (runs.isEmpty()) {
            return List.of();
        }
        Map<String, Files> files = handle
                .createQuery("SELECT run_id, COUNT(*), SUM(byte_count) FROM waybill_file"
                        + " WHERE run_id IN (<ids>) GROUP BY run_id")
                .bindList("ids", runs.stream().map(RunEntry::runId).toList())
                .map((row, context) -> new Files(row.getString(1), row.getLong(2), row.getLong(3)))
                .stream()
                .collect(Collectors.toMap(Files::runId, each -> each));
        return runs.stream()
                .map(run -> {
                    Files of = files.getOrDefault(run.runId(), new Files(run.runId(), 0, 0));
                    return new Line(run, of.number(), of.bytes());
                })
                .toList();
    }

    /** The latest run of each of these flows, without its files. */
    public Map<String, RunEntry> latest(Collection<String> flows) {
        if (flows.isEmpty()) {
            return Map.of();
        }
        return database.call(handle -> handle
                .createQuery("SELECT r.* FROM waybill_run r JOIN (SELECT flow, MAX(started_ms) AS latest_ms"
                        + " FROM waybill_run WHERE flow IN (<flows>) GROUP BY flow) l"
                        + " ON r.flow = l.flow AND r.started_ms = l.latest_ms ORDER BY r.run_id")
                .bindList("flows", List.copyOf(flows))
                .mapTo(RunEntry.class)
                .stream()
                .collect(Collectors.toMap(RunEntry::flow, run -> run, (one, other) -> other)));
    }

    /** The flows that have runs. */
    public List<String> flows() {
        return database.call(handle -> handle.createQuery("SELECT DISTINCT flow FROM waybill_run")
                .mapTo(String.class)
                .list());
    }

    /** What the runs have come to, by flow and how they ended. */
    public List<RunTotal> totals() {
        return database.call(RunTotal::all);
    }

    /** How many runs of each flow have files that are kept, to be delivered. */
    public Map<String, Long> deadLetters() {
        return database.call(handle -> handle
                .createQuery("SELECT flow, COUNT(*) FROM waybill_run WHERE status IN ('FAILED', 'INTERRUPTED')"
                        + " AND dead_letter IS NOT NULL GROUP BY flow")
                .map((row, context) -> Map.entry(row.getString(1), row.getLong(2)))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }
}
