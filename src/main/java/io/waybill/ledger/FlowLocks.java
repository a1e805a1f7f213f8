package io.waybill.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/**
 * Which run holds which flow. A lock is a row; whoever is first inserts it. Its lease is told by clocks that its holder and whoever
 * looks have in common: that of the kernel between processes of one machine, which nobody sets, else that of the database.
 */
final class FlowLocks {

    private final LedgerDatabase database;
    private final Clock clock;
    private final Owner owner;

    FlowLocks(LedgerDatabase database, Clock clock, Owner owner) {
        this.database = database;
        this.clock = clock;
        this.owner = owner;
    }

    /**
     * Who holds a flow.
     *
     * @param leaseUntilMs until when, by the clock of the database
     * @param leaseBootMs until when, by the clock of the holder's kernel; null where it has none
     */
    record Lock(String flow, String runId, Owner owner, Instant since, long leaseUntilMs, Long leaseBootMs) {

        /** Why its run does not go on, in words. */
        String over() {
            return owner.isDead() ? "its process has ended" : "its process is not heard of any more";
        }

        private boolean isOver(long databaseMs) {
            if (owner.isDead()) {
                return true;
            }
            return leaseBootMs != null && owner.sharesClock()
                    ? leaseBootMs < Kernel.uptimeMs()
                    : leaseUntilMs < databaseMs;
        }
    }

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
        return database.insertUnlessThere(handle -> lease(
                        handle,
                        "INSERT INTO waybill_lock (lease_until_ms, lease_boot_ms, flow, run_id, owner, since_ms)"
                                + " VALUES (?, ?, ?, ?, ?, ?)")
                .bind(2, flow)
                .bind(3, runId)
                .bind(4, owner.toString())
                .bind(5, now.toEpochMilli())
                .execute());
    }

    /** A statement whose first two parameters are a lease that begins now. */
    private Update lease(Handle handle, String sql) {
        long millis = Ledger.LEASE.toMillis();
        return handle.createUpdate(sql)
                .bind(0, database.nowMs(handle) + millis)
                .bind(1, owner.sharesClock() ? Long.valueOf(Kernel.uptimeMs() + millis) : null);
    }

    private static Optional<Lock> lockOf(Handle handle, String flow) {
        return handle.createQuery("SELECT * FROM waybill_lock WHERE flow = ?")
                .bind(0, flow)
                .map((row, context) -> lock(row))
                .findOne();
    }

    private static Lock lock(ResultSet row) throws SQLException {
        long leaseBoot = row.getLong("lease_boot_ms");
        boolean bootless = row.wasNull();
        return new Lock(
                row.getString("flow"),
                row.getString("run_id"),
                Owner.parse(row.getString("owner")),
                Instant.ofEpochMilli(row.getLong("since_ms")),
                row.getLong("lease_until_ms"),
                bootless ? null : Long.valueOf(leaseBoot));
    }

    /** Those whose owner has ended, or has not been heard of for as long as a lease lasts. */
    List<Lock> over() {
        return database.call(this::over);
    }

    List<Lock> over(Handle handle) {
        List<Lock> locks = handle.createQuery("SELECT * FROM waybill_lock")
                .map((row, context) -> lock(row))
                .list();
        if (locks.isEmpty()) {
            return locks;
        }
        long now = database.nowMs(handle);
        return locks.stream().filter(lock -> lock.isOver(now)).toList();
    }

    /** Lets the process that is gone have its lock back. */
    void giveBack(RunEntry run) {
        database.call(
                handle -> handle.createUpdate("UPDATE waybill_lock SET owner = ?, lease_until_ms = 0, lease_boot_ms = 0"
                                + " WHERE run_id = ? AND owner = ?")
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
        return database.call(handle -> lease(
                                handle,
                                "UPDATE waybill_lock SET lease_until_ms = ?, lease_boot_ms = ?, owner = ?"
                                        + " WHERE run_id = ? AND owner = ?")
                        .bind(2, owner.toString())
                        .bind(3, run.runId())
                        .bind(4, run.owner().toString())
                        .execute())
                == 1;
    }

    /** @return false when the flow is not this process's any more */
    boolean renew(String runId) {
        return database.call(handle -> lease(
                                handle,
                                "UPDATE waybill_lock SET lease_until_ms = ?, lease_boot_ms = ?"
                                        + " WHERE run_id = ? AND owner = ?")
                        .bind(2, runId)
                        .bind(3, owner.toString())
                        .execute())
                == 1;
    }

    /** Whether a run holds its flow, and this process the run. */
    boolean isHeld(String runId) {
        return database.call(handle -> isHeld(handle, runId));
    }

    boolean isHeld(Handle handle, String runId) {
        return handle.createQuery("SELECT owner FROM waybill_lock WHERE run_id = ?")
                .bind(0, runId)
                .mapTo(String.class)
                .findOne()
                .filter(owner.toString()::equals)
                .isPresent();
    }
}
