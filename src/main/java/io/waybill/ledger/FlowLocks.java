package io.waybill.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Which run holds which flow. A lock is a row; whoever is first inserts it. */
final class FlowLocks {

    private final LedgerDatabase database;
    private final Clock clock;
    private final Owner owner;

    FlowLocks(LedgerDatabase database, Clock clock, Owner owner) {
        this.database = database;
        this.clock = clock;
        this.owner = owner;
    }

    /** Who holds a flow. */
    record Lock(String flow, String runId, Owner owner, Instant since, Instant leaseUntil) {}

    /** @throws FlowHeldException when another run holds the flow */
    void take(String flow, String runId) {
        if (!insertLock(flow, runId, clock.instant())) {
            throw held(flow, database.call(handle -> lockOf(handle, flow)).orElse(null));
        }
    }

    static int release(Handle handle, String runId) {
        return handle.createUpdate("DELETE FROM waybill_lock WHERE run_id = ?")
                .bind(0, runId)
                .execute();
    }

    private static FlowHeldException held(String flow, Lock lock) {
        String holder = lock == null
                ? "being run by another process, which has ended just now"
                : "running since " + lock.since() + " (run " + lock.runId() + ", "
                        + lock.owner().words() + ")";
        return new FlowHeldException("flow \"" + flow + "\" is " + holder + "; a flow never runs twice at once");
    }

    private boolean insertLock(String flow, String runId, Instant now) {
        return database.insertUnlessThere(handle -> handle.createUpdate(
                        "INSERT INTO waybill_lock (flow, run_id, owner, since_ms, lease_until_ms) VALUES (?, ?, ?, ?, ?)")
                .bind(0, flow)
                .bind(1, runId)
                .bind(2, owner.toString())
                .bind(3, now.toEpochMilli())
                .bind(4, now.plus(Ledger.LEASE).toEpochMilli())
                .execute());
    }

    private static Optional<Lock> lockOf(Handle handle, String flow) {
        return handle.createQuery("SELECT * FROM waybill_lock WHERE flow = ?")
                .bind(0, flow)
                .map((row, context) -> lock(row))
                .findOne();
    }

    private static Lock lock(ResultSet row) throws SQLException {
        return new Lock(
                row.getString("flow"),
                row.getString("run_id"),
                Owner.parse(row.getString("owner")),
                Instant.ofEpochMilli(row.getLong("since_ms")),
                Instant.ofEpochMilli(row.getLong("lease_until_ms")));
    }

    /** Those whose owner has ended, or has not been heard of for as long as a lease lasts. */
    List<Lock> over() {
        return database.call(handle ->
                handle.createQuery("SELECT * FROM waybill_lock").map((row, context) -> lock(row)).list().stream()
                        .filter(this::isOver)
                        .toList());
    }

    private boolean isOver(Lock lock) {
        return lock.leaseUntil().isBefore(clock.instant()) || lock.owner().isDead();
    }

    /** Lets the process that is gone have its lock back. */
    void giveBack(RunEntry run) {
        database.call(handle -> handle.createUpdate(
                        "UPDATE waybill_lock SET owner = ?, lease_until_ms = 0 WHERE run_id = ? AND owner = ?")
                .bind(0, run.owner().toString())
                .bind(1, run.runId())
                .bind(2, owner.toString())
                .execute());
    }

    /**
     * Takes over the flow of a run that was abandoned, to clean up after it; its end lets go of it.
     *
     * @return false when another process has done so meanwhile
     */
    boolean takeOver(RunEntry run) {
        return database.call(handle -> handle.createUpdate(
                                "UPDATE waybill_lock SET owner = ?, lease_until_ms = ? WHERE run_id = ? AND owner = ?")
                        .bind(0, owner.toString())
                        .bind(1, clock.instant().plus(Ledger.LEASE).toEpochMilli())
                        .bind(2, run.runId())
                        .bind(3, run.owner().toString())
                        .execute())
                == 1;
    }

    /** @return false when the flow is not this process's any more */
    boolean renew(String runId) {
        return database.call(handle -> handle.createUpdate(
                                "UPDATE waybill_lock SET lease_until_ms = ? WHERE run_id = ? AND owner = ?")
                        .bind(0, clock.instant().plus(Ledger.LEASE).toEpochMilli())
                        .bind(1, runId)
                        .bind(2, owner.toString())
                        .execute())
                == 1;
    }

    /** Whether a run holds its flow, and this process the run. */
    boolean isHeld(String runId) {
        return database.call(handle -> handle.createQuery("SELECT owner FROM waybill_lock WHERE run_id = ?")
                .bind(0, runId)
                .mapTo(String.class)
                .findOne()
                .filter(owner.toString()::equals)
                .isPresent());
    }
}
