package io.waybill.ledger;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.database.DatabaseIdentity;
import io.waybill.facts.Seen;
import io.waybill.flow.Window;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.Query;

/**
 * How far each flow has exported. A watermark is moved by compare-and-set: whoever read another version than the one that is there
 * moves nothing.
 */
public final class Watermarks {

    private static final int MOST_TRANSACTIONS = 8000;

    private static final String SOURCE = "waybill_watermark_source";

    private static final String OBSERVATION = "waybill_observation";

    private static final String RESET = "watermark reset";

    private final LedgerDatabase database;
    private final Clock clock;
    private final Audit audit;
    private final FlowLocks locks;

    Watermarks(LedgerDatabase database, Clock clock, Audit audit, FlowLocks locks) {
        this.database = database;
        this.clock = clock;
        this.audit = audit;
        this.locks = locks;
    }

    /** The watermark of a flow; empty where nothing was exported yet. */
    public Optional<Watermark> find(String flow) {
        return database.call(handle -> find(handle, flow));
    }

    private static Optional<Watermark> find(Handle handle, String flow) {
        return handle.select("SELECT * FROM waybill_watermark WHERE flow = ?", flow)
                .mapTo(Watermark.class)
                .findOne();
    }

    /** All watermarks, by their flows. */
    public List<Watermark> all() {
        return database.call(handle -> handle.createQuery("SELECT * FROM waybill_watermark ORDER BY flow")
                .mapTo(Watermark.class)
                .list());
    }

    /** The database that a flow's watermark was reached in; empty where nobody has written it yet. */
    public Optional<DatabaseIdentity> source(String flow) {
        return database.call(handle -> source(handle, flow));
    }

    private static Optional<DatabaseIdentity> source(Handle handle, String flow) {
        return handle.select(
                        "SELECT product, database_name, address, system_id FROM " + SOURCE + " WHERE flow = ?", flow)
                .map((row, context) ->
                        new DatabaseIdentity(row.getString(1), row.getString(2), row.getString(3), row.getString(4)))
                .findOne();
    }

    /** Writes which database a flow's watermark is of, or will be. */
    public void reachedIn(String flow, DatabaseIdentity source) {
        database.inTransaction(handle -> {
            if (source(handle, flow).filter(source::equals).isPresent()) {
                return 0;
            }
            delete(handle, SOURCE, flow);
            return handle.createUpdate("INSERT INTO " + SOURCE
                            + " (flow, product, database_name, address, system_id)"
                            + " VALUES (:flow, :product, :database, :address, :system)")
                    .bind("flow", flow)
                    .bindMethods(source)
                    .execute();
        });
    }

    /**
     * Moves the watermark of a flow by hand, or gives it its first, for whatever database its next run reads.
     *
     * @throws WaybillException when the flow is running
     */
    public void set(String flow, String dataset, String column, String value) {
        database.inTransaction(handle -> {
            refuseWhileRunning(handle, flow);
            Optional<Watermark> before = find(handle, flow);
            Watermark next = new Watermark(
                    flow, dataset, column, value, before.map(Watermark::version).orElse(0L), null, clock.instant());
            move(handle, next);
            delete(handle, SOURCE, flow);
            delete(handle, OBSERVATION, flow);
            return audit.write(
                    handle,
                    "watermark set",
                    flow,
                    column + ": " + before.map(Watermark::value).orElse("none") + " -> " + value);
        });
    }

    /**
     * Takes the watermark of a flow away, so that its next run exports everything. Of a flow that never had one, it is noted that it
     * may begin.
     *
     * @return false when it has none, and may begin anyway
     * @throws WaybillException when the flow is running
     */
    public boolean reset(String flow) {
        return database.inTransaction(handle -> {
            refuseWhileRunning(handle, flow);
            Optional<Watermark> before = find(handle, flow);
            delete(handle, OBSERVATION, flow);
            delete(handle, SOURCE, flow);
            if (before.isEmpty() && mayBegin(handle, flow)) {
                return false;
            }
            delete(handle, "waybill_watermark", flow);
            String was = before.map(known -> known.column() + ": " + known.value() + " -> none")
                    .orElse("none: it begins from the first row");
            audit.write(handle, RESET, flow, was);
            return true;
        });
    }

    /** Whether it is known that a flow without a watermark begins from the first row: it has exported, or somebody has said so. */
    public boolean mayBegin(String flow) {
        return database.call(handle -> mayBegin(handle, flow));
    }

    private static boolean mayBegin(Handle handle, String flow) {
        return isThere(handle, "SELECT run_id FROM waybill_run WHERE flow = ? AND status = 'DONE' LIMIT 1", flow)
                || isThere(
                        handle,
                        "SELECT subject FROM waybill_audit WHERE subject = ? AND action = ? LIMIT 1",
                        flow,
                        RESET);
    }

    private static boolean isThere(Handle handle, String sql, Object... values) {
        return handle.select(sql, values).mapTo(String.class).findFirst().isPresent();
    }

    private void refuseWhileRunning(Handle handle, String flow) {
        locks.over(handle).stream()
                .filter(lock -> lock.flow().equals(flow))
                .findFirst()
                .ifPresent(lock -> {
                    throw WaybillException.passing(
                            Stage.PLAN,
                            "run " + lock.runId() + " of flow \"" + flow + "\" is not cleaned up after ("
                                    + lock.over() + "), and may move its watermark yet; waybill run " + flow
                                    + " cleans up, and any other run");
                });
        handle.select("SELECT run_id FROM waybill_lock WHERE flow = ?", flow)
                .mapTo(String.class)
                .findOne()
                .ifPresent(run -> {
                    throw WaybillException.passing(
                            Stage.PLAN,
                            "flow \"" + flow + "\" is running (run " + run
                                    + "), and would overwrite its watermark; wait for its end");
                });
    }

    /**
     * Moves a watermark, in a transaction of the caller's.
     *
     * @param next its version is the one that it is to replace
     * @throws WaybillException when another version is there
     */
    static void move(Handle handle, Watermark next) {
        int moved = next.version() == 0 ? insert(handle, next) : update(handle, next);
        if (moved != 1) {
            throw new WaybillException(
                    Stage.COMMIT,
                    "the watermark of flow \"" + next.flow()
                            + "\" was moved by somebody else during the run; waybill watermark show says to what");
        }
    }

    private static int insert(Handle handle, Watermark next) {
        try {
            return handle.createUpdate("INSERT INTO waybill_watermark"
                            + " (watermark, version, dataset, column_name, run_id, changed_ms, flow)"
                            + " VALUES (:value, 1, :dataset, :column, :runId, :changedAt, :flow)")
                    .bindMethods(next)
                    .execute();
        } catch (JdbiException e) {
            if (LedgerDatabase.isDuplicate(e)) {
                return 0;
            }
            throw e;
        }
    }

    private static int update(Handle handle, Watermark next) {
        return handle.createUpdate(
                        "UPDATE waybill_watermark SET watermark = :value, version = version + 1, dataset = :dataset,"
                                + " column_name = :column, run_id = :runId, changed_ms = :changedAt"
                                + " WHERE flow = :flow AND version = :version")
                .bindMethods(next)
                .execute();
    }

    /**
     * How far the runs of a flow have delivered that began before the first one for the same rows: above its watermark, where that was
     * moved back by hand.
     *
     * @return the upper ends of their windows
     */
    public List<String> deliveredBefore(String flow, Window.Range window) {
        String ofColumn = " FROM waybill_run r WHERE r.flow = :flow AND r.window_column = :column AND r.high_value ";
        String low = window.after() == null ? "IS NULL" : "= :low";
        return database.call(handle -> {
            Query first = handle.createQuery("SELECT MIN(r.started_ms)" + ofColumn + "= :high AND r.low_value " + low);
            if (window.after() != null) {
                first.bind("low", window.after());
            }
            Optional<Long> began = first.bind("flow", flow)
                    .bind("column", window.column())
                    .bind("high", window.upTo())
                    .mapTo(Long.class)
                    .findOne();
            return handle.createQuery("SELECT DISTINCT r.high_value" + ofColumn
                            + "IS NOT NULL AND r.started_ms < :began AND (r.status = 'DONE' OR EXISTS (SELECT 1 FROM"
                            + " waybill_delivery d WHERE d.run_id = r.run_id AND d.status = 'DELIVERED'))")
                    .bind("flow", flow)
                    .bind("column", window.column())
                    .bind("began", began.orElse(Long.MAX_VALUE))
                    .mapTo(String.class)
                    .list();
        });
    }

    /** The bound that a flow saw and could not use yet; empty where there is none for that column. */
    public Optional<Seen> observation(String flow, String dataset, String column) {
        return database.call(handle -> handle.createQuery("SELECT bound, open_transactions FROM " + OBSERVATION
                        + " WHERE flow = :flow AND dataset = :dataset AND column_name = :column")
                .bindMap(Map.of("flow", flow, "dataset", dataset, "column", column))
                .map((row, context) ->
                        new Seen(row.getString(1), Set.of(row.getString(2).split("\n"))))
                .findOne());
    }

    /** Keeps a bound for a later run, in place of any older one; null for none. */
    public void observe(String flow, String dataset, String column, Seen observation) {
        database.inTransaction(handle -> {
            delete(handle, OBSERVATION, flow);
            String open = observation == null ? "" : String.join("\n", new TreeSet<>(observation.open()));
            if (observation == null || open.length() > MOST_TRANSACTIONS) {
                return 0; // the next run sees a bound of its own
            }
            return handle.createUpdate(
                            "INSERT INTO " + OBSERVATION + " (flow, dataset, column_name, bound, open_transactions)"
                                    + " VALUES (:flow, :dataset, :column, :bound, :open)")
                    .bindMap(Map.of("flow", flow, "dataset", dataset, "column", column, "open", open))
                    .bind("bound", observation.bound())
                    .execute();
        });
    }

    private static void delete(Handle handle, String table, String flow) {
        handle.execute("DELETE FROM " + table + " WHERE flow = ?", flow);
    }
}
