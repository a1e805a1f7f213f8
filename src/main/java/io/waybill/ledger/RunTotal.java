package io.waybill.ledger;

import io.waybill.flow.ExportedTable;
import io.waybill.ledger.RunEntry.Status;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * What the runs of a flow that ended in one way have come to since its ledger is there, those that are forgotten among them. A run whose
 * files were delivered later has ended twice.
 *
 * @param flow the flow's id, for its tables together where it exports many; {@link #CALLS} for all calls of the server together
 * @param runs how often one has ended so
 * @param bytes those of the files of runs that are done
 * @param milliseconds how long they took
 * @param last when one has ended so last
 */
public record RunTotal(String flow, Status status, long runs, long rows, long bytes, long milliseconds, Instant last) {

    /** What stands for calls of the server, each of which is a flow by itself. */
    public static final String CALLS = "export_call";

    private static final String ONE_CALL = CALLS + "_";

    /** The id of the flow of a call. */
    public static String flowOfCall(String id) {
        return ONE_CALL + id;
    }

    /** Whether a flow is a call, or what stands for all of them. */
    static boolean isOfCalls(String flow) {
        return flow.equals(CALLS) || flow.startsWith(ONE_CALL);
    }

    /** Whether a flow is that of a call. */
    public static boolean isCall(String flow) {
        return flow.startsWith(ONE_CALL);
    }

    /** Adds a run that has just ended, and still holds its flow: nobody else adds one of that flow meanwhile. */
    static void add(Handle transaction, RunEnd end, Instant now) {
        RunTotal run = of(transaction, end, now);
        int updated = bind(
                transaction,
                "UPDATE waybill_total SET run_count = run_count + :runs, row_count = row_count + :rows,"
                        + " byte_count = byte_count + :bytes, milliseconds = milliseconds + :milliseconds,"
                        + " last_ms = :last WHERE flow = :flow AND status = :status",
                run);
        if (updated == 0) {
            bind(
                    transaction,
                    "INSERT INTO waybill_total (flow, status, run_count, row_count, byte_count, milliseconds, last_ms)"
                            + " VALUES (:flow, :status, :runs, :rows, :bytes, :milliseconds, :last)",
                    run);
        }
    }

    private static int bind(Handle transaction, String sql, RunTotal run) {
        return transaction.createUpdate(sql).bindMethods(run).execute();
    }

    /** It took as long as it held its flow: files that were delivered later have lain there meanwhile. */
    private static RunTotal of(Handle transaction, RunEnd end, Instant now) {
        return transaction
                .select("SELECT flow, since_ms FROM waybill_lock WHERE run_id = ?", end.runId())
                .map((row, context) -> new RunTotal(
                        isCall(row.getString(1)) ? CALLS : row.getString(1),
                        end.status(),
                        1,
                        isOfMany(transaction, end.runId()) ? 0 : end.rows(), // which its tables' runs have
                        end.status() == Status.DONE ? bytes(transaction, end.runId()) : 0,
                        Math.max(0, now.toEpochMilli() - row.getLong(2)),
                        now))
                .one();
    }

    private static boolean isOfMany(Handle transaction, String runId) {
        return RunRows.row(transaction, runId)
                .filter(run -> run.tableCount() != null)
                .isPresent();
    }

    private static long bytes(Handle transaction, String runId) {
        return transaction
                .select("SELECT COALESCE(SUM(byte_count), 0) FROM waybill_file WHERE run_id = ?", runId)
                .mapTo(Long.class)
                .one();
    }

    static List<RunTotal> all(Handle handle) {
        Map<List<Object>, RunTotal> all = new LinkedHashMap<>();
        rows(handle).forEach(each -> all.merge(List.of(each.flow(), each.status()), each, RunTotal::plus));
        return List.copyOf(all.values());
    }

    private RunTotal plus(RunTotal other) {
        return new RunTotal(
                flow,
                status,
                runs + other.runs,
                rows + other.rows,
                bytes + other.bytes,
                milliseconds + other.milliseconds,
                last.isAfter(other.last) ? last : other.last);
    }

    /** Each table of a flow that exports many has a row of its own, so that none waits for the end of another. */
    private static List<RunTotal> rows(Handle handle) {
        return handle.createQuery("SELECT * FROM waybill_total ORDER BY flow, status")
                .map((row, context) -> new RunTotal(
                        ExportedTable.flow(row.getString("flow")),
                        Status.valueOf(row.getString("status")),
                        row.getLong("run_count"),
                        row.getLong("row_count"),
                        row.getLong("byte_count"),
                        row.getLong("milliseconds"),
                        Instant.ofEpochMilli(row.getLong("last_ms"))))
                .list();
    }
}
