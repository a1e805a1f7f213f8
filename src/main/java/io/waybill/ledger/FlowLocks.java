package io.waybill.ledger;

import io.waybill.ledger.RunEntry.Status;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ColumnName;
import org.jdbi.v3.core.statement.Update;

/**
 * Which run holds which flow. A lock is a row; whoever is first inserts it. Its lease is told by clocks that its holder and whoever
 * looks have in common: that of the kernel between processes of one machine, which nobody sets, else that of the database.
 *
 * <p>Each holding has a number, its fence, by which whatever its holder writes is checked. It is counted up when another process takes the
 * run over: who held it before, and was taken for dead, changes nothing any more, also when the run is given back.
 *
 * @param fences the fences of what this process holds, by the ids of the runs
 */
record FlowLocks(LedgerDatabase database, Clock clock, Owner owner, Audit audit, Map<String, Long> fences) {

    private static final String OWN = " WHERE run_id = :runId AND owner = :owner AND fence = :fence";

    /**
     * Who holds a flow.
     *
     * @param leaseUntilMs until when, by the clock of the database
     * @param leaseBootMs until when, by the clock of the holder's kernel; null where it has none
     */
    record Lock(
            String flow,
            String runId,
            Owner owner,
            @ColumnName("since_ms") Instant since,
            long leaseUntilMs,
            Long leaseBootMs) {

        /** Its run, where its process has ended between its lock and its record of the run. */
        RunEntry run() {
            return new RunEntry(
                    runId,
                    flow,
                    owner,
                    Status.RUNNING,
                    RunStage.PLAN,
                    null,
                    0,
                    since,
                    null,
                    null,
                    null,
                    List.of(),
                    1,
                    null,
                    null);
        }

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

    /**
     * Takes a flow for a run that begins, and records the run and what it begins for, all or nothing.
     *
     * @param occasion null for one that nobody is to know of
     * @throws FlowHeldException when another run holds the flow
     * @throws FlowQuarantinedException when a run of the flow is quarantined
     * @throws FiredAlreadyException when what it begins for has a run already
     * @throws DeliveryLeftException when a run of the flow was interrupted, but those that are left alone
     */
    void begin(String flow, String runId, Occasion occasion, Set<String> leftAlone) {
        boolean begun = false;
        try {
            begun = database.insertUnlessThere(handle -> handle.inTransaction(transaction -> {
                int inserted = insert(transaction, flow, runId, occasion);
                refuseLeft(transaction, flow, leftAlone);
                return inserted;
            }));
        } finally {
            if (!begun) {
                forget(runId);
            }
        }
        if (!begun) {
            if (occasion instanceof Occasion.Due due && new Firings(database).isFired(flow, due)) {
                throw new FiredAlreadyException(flow, due.trigger());
            }
            if (occasion instanceof Occasion.Requested request
                    && request.key() != null
                    && new Requests(database).find(request.key()).isPresent()) {
                throw new FiredAlreadyException(flow, "a request of that key");
            }
            throw held(flow);
        }
    }

    /**
     * Now that the flow is held: until then another process may have gone on with a run of it, which was under way when this one looked what
     * was to be delivered first, and has left it to the next.
     */
    private static void refuseLeft(Handle transaction, String flow, Set<String> leftAlone) {
        RunRows.interrupted(transaction, flow).stream()
                .filter(left -> !leftAlone.contains(left))
                .findFirst()
                .ifPresent(left -> {
                    throw new DeliveryLeftException(flow, left);
                });
    }

    private int insert(Handle transaction, String flow, String runId, Occasion occasion) {
        database.requireUsable(transaction);
        Instant now = clock.instant();
        Optional<String> before =
                occasion == null ? Optional.empty() : Firings.begin(transaction, flow, occasion, runId, now);
        if (occasion instanceof Occasion.Requested request) {
            Requests.insert(transaction, request, runId, now);
        }
        if (occasion instanceof Occasion.Message message) {
            before = Requests.begin(transaction, flow, message, runId, now);
        }
        insert(transaction, flow, runId, now);
        Quarantine.runOf(transaction, flow).ifPresent(quarantined -> {
            throw new FlowQuarantinedException(flow, quarantined);
        });
        String parent = occasion instanceof Occasion.OfTable table ? table.parent() : null;
        int inserted =
                RunRows.insert(transaction, runId, flow, parent, owner, afterThoseBefore(transaction, flow, now));
        before.ifPresent(replaced -> RunRows.adoptDone(transaction, replaced, runId));
        if (occasion instanceof Occasion.Asked asked) {
            audit.write(transaction, "run", runId, asked.what());
        }
        if (occasion instanceof Occasion.Message message) {
            audit.write(transaction, "run", runId, message.what());
        }
        return inserted;
    }

    /** A run begins later than those of its flow before, whatever the clock of the process says that began these. */
    private static Instant afterThoseBefore(Handle handle, String flow, Instant now) {
        return handle.select("SELECT MAX(started_ms) FROM waybill_run WHERE flow = ?", flow)
                .map((row, context) -> {
                    long last = row.getLong(1);
                    return row.wasNull() || last < now.toEpochMilli() ? now : Instant.ofEpochMilli(last + 1);
                })
                .one();
    }

    /** @throws FlowHeldException when another run holds the flow */
    void take(String flow, String runId) {
        if (!database.insertUnlessThere(handle -> insert(handle, flow, runId, clock.instant()))) {
            throw held(flow);
        }
    }

    /** Why a flow cannot be taken. */
    FlowHeldException held(String flow) {
        return held(flow, database.call(handle -> lockOf(handle, flow)).orElse(null));
    }

    /** Lets go of the flow of a run; {@link #forget} what it was held by when the transaction has ended. */
    int release(Handle handle, String runId) {
        return handle.createUpdate("DELETE FROM waybill_lock" + OWN)
                .bindMap(own(runId))
                .execute();
    }

    void forget(String runId) {
        fences.remove(runId);
    }

    private static FlowHeldException held(String flow, Lock lock) {
        String holder = lock == null
                ? "being run by another process, which has ended just now"
                : "running since " + lock.since() + " (run " + lock.runId() + ", "
                        + lock.owner().words() + ")";
        return new FlowHeldException("flow \"" + flow + "\" is " + holder + "; a flow never runs twice at once");
    }

    private int insert(Handle handle, String flow, String runId, Instant now) {
        // higher than that of an earlier holding of the run: a dead letter is tried again
        long fence = database.nowMs(handle);
        int inserted = lease(
                        handle,
                        "INSERT INTO waybill_lock (lease_until_ms, lease_boot_ms, flow, run_id, owner, since_ms, fence)"
                                + " VALUES (:until, :untilBoot, :flow, :runId, :owner, :now, :fence)")
                .bindMap(Map.of("flow", flow, "runId", runId, "now", now, "fence", fence))
                .execute();
        fences.put(runId, fence);
        return inserted;
    }

    /** A statement about a lease of this process that begins now. */
    private Update lease(Handle handle, String sql) {
        long millis = Ledger.LEASE.toMillis();
        return handle.createUpdate(sql)
                .bind("until", database.nowMs(handle) + millis)
                .bind("untilBoot", owner.sharesClock() ? Long.valueOf(Kernel.uptimeMs() + millis) : null)
                .bind("owner", owner);
    }

    private static Optional<Lock> lockOf(Handle handle, String flow) {
        return handle.select("SELECT * FROM waybill_lock WHERE flow = ?", flow)
                .mapTo(Lock.class)
                .findOne();
    }

    /** Those whose owner has ended, or has not been heard of for as long as a lease lasts. */
    List<Lock> over() {
        return database.call(this::over);
    }

    /** That of a run, if it is one of them. */
    Optional<Lock> over(String runId) {
        return database
                .call(handle -> over(
                        handle,
                        handle.select("SELECT * FROM waybill_lock WHERE run_id = ?", runId)
                                .mapTo(Lock.class)
                                .list()))
                .stream()
                .findFirst();
    }

    List<Lock> over(Handle handle) {
        return over(
                handle,
                handle.createQuery("SELECT * FROM waybill_lock")
                        .mapTo(Lock.class)
                        .list());
    }

    private List<Lock> over(Handle handle, List<Lock> locks) {
        if (locks.isEmpty()) {
            return locks;
        }
        long now = database.nowMs(handle);
        return locks.stream().filter(lock -> lock.isOver(now)).toList();
    }

    /** Lets the process that is gone have its lock back; what it holds it by is over. */
    void giveBack(RunEntry run) {
        database.call(handle -> handle.createUpdate(
                        "UPDATE waybill_lock SET owner = :before, lease_until_ms = 0, lease_boot_ms = 0" + OWN)
                .bindMap(own(run.runId()))
                .bind("before", run.owner())
                .execute());
        fences.remove(run.runId());
    }

    /**
     * Takes over the flow of a run that was abandoned, to clean up after it; its end lets go of it.
     *
     * @return false when another process has done so meanwhile
     */
    boolean takeOver(RunEntry run) {
        return database.inTransaction(transaction -> {
            int taken = lease(
                            transaction,
                            "UPDATE waybill_lock SET lease_until_ms = :until, lease_boot_ms = :untilBoot, owner = :owner,"
                                    + " fence = fence + 1 WHERE run_id = :runId AND owner = :before")
                    .bindMap(Map.of("runId", run.runId(), "before", run.owner()))
                    .execute();
            if (taken == 1) {
                fences.put(
                        run.runId(),
                        transaction
                                .select("SELECT fence FROM waybill_lock WHERE run_id = ?", run.runId())
                                .mapTo(Long.class)
                                .one());
                RunRows.takeUp(transaction, run.runId());
            }
            return taken == 1;
        });
    }

    /** @return false when the flow is not this process's any more */
    boolean renew(String runId) {
        return database.call(handle -> lease(
                                handle,
                                "UPDATE waybill_lock SET lease_until_ms = :until, lease_boot_ms = :untilBoot" + OWN)
                        .bindMap(own(runId))
                        .execute())
                == 1;
    }

    /** Whether a run holds its flow, and this process the run. */
    boolean isHeld(String runId) {
        return database.call(handle -> handle.createQuery("SELECT run_id FROM waybill_lock" + OWN)
                .bindMap(own(runId))
                .mapTo(String.class)
                .findOne()
                .isPresent());
    }

    /** Likewise, and until the transaction ends nobody takes it over. */
    boolean hold(Handle transaction, String runId) {
        return transaction
                        .createUpdate("UPDATE waybill_lock SET fence = :fence" + OWN)
                        .bindMap(own(runId))
                        .execute()
                == 1;
    }

    private Map<String, Object> own(String runId) {
        return Map.of("runId", runId, "owner", owner, "fence", fences.getOrDefault(runId, -1L));
    }
}
