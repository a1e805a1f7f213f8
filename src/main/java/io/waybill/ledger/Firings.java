package io.waybill.ledger;

import io.waybill.ledger.Occasion.Due;
import io.waybill.ledger.Occasion.News;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * What triggers have started runs for. A time of a trigger is a row, and whoever is first inserts it, with the run's own row and its
 * lock: a process that ends in between leaves none of them.
 */
public final class Firings {

    private static final String OF_DUE = " WHERE flow = :flow AND trigger_id = :trigger AND due_ms = :due";
    private static final String OF_TRIGGER = " WHERE flow = :flow AND trigger_id = :trigger";

    private static final int MOST_SAYS = 1000;

    private static final int MOST_FLOWS = 1000;

    private final LedgerDatabase database;

    Firings(LedgerDatabase database) {
        this.database = database;
    }

    /** What a trigger that looks for new data has come to. */
    public record LastNews(String seen, String runId) {}

    /** Whether a time of a trigger has its run, or was left out. */
    public boolean isFired(String flow, Due firing) {
        return database.call(handle -> row(handle, flow, firing)
                .filter(row -> !firing.catchesUp()
                        && !(isInstead(firing, row.runId())
                                // one under way yet is nobody's any more, and ended when the next begins
                                && (mayRunAgain(handle, firing, row.runId()) || is(handle, row.runId(), "'RUNNING'"))))
                .isPresent());
    }

    /** Notes that a time of a trigger is left out, so that nobody makes up for it. */
    public void leaveOut(String flow, Due firing, Instant now) {
        database.insertUnlessThere(handle -> insert(handle, flow, firing, null, now));
    }

    /**
     * Since when a trigger is known to fire as it does: what was before that, it has not missed.
     *
     * @param says what says when it fires
     */
    public Instant knownSince(String flow, String trigger, String says, Instant now) {
        String kept = LedgerDatabase.cut(says, MOST_SAYS);
        Optional<Instant> known = known(flow, trigger, kept);
        if (known.isPresent()) {
            return known.get();
        }
        boolean first = database.insertUnlessThere(handle -> handle.inTransaction(transaction -> {
            transaction
                    .createUpdate("DELETE FROM waybill_trigger" + OF_TRIGGER
                            + " AND (says IS NULL OR says <> :says OR known_ms IS NULL)")
                    .bindMap(Map.of("flow", flow, "trigger", trigger, "says", kept))
                    .execute();
            return transaction
                    .createUpdate("INSERT INTO waybill_trigger (flow, trigger_id, known_ms, says)"
                            + " VALUES (:flow, :trigger, :now, :says)")
                    .bindMap(Map.of("flow", flow, "trigger", trigger, "now", now, "says", kept))
                    .execute();
        }));
        // another process that starts, too, may have been quicker
        return first ? now : known(flow, trigger, kept).orElse(now);
    }

    private Optional<Instant> known(String flow, String trigger, String says) {
        return database.call(handle -> handle.createQuery("SELECT known_ms FROM waybill_trigger" + OF_TRIGGER
                        + " AND says = :says AND known_ms IS NOT NULL")
                .bindMap(Map.of("flow", flow, "trigger", trigger, "says", says))
                .mapTo(Instant.class)
                .findOne());
    }

    /** What a trigger that looks for new data has started a run for last; empty where it has not yet. */
    public Optional<LastNews> lastNews(String flow, String trigger) {
        return database.call(handle -> lastNews(handle, flow, trigger));
    }

    private static Optional<LastNews> lastNews(Handle handle, String flow, String trigger) {
        return handle.createQuery("SELECT seen, run_id FROM waybill_trigger" + OF_TRIGGER)
                .bindMap(Map.of("flow", flow, "trigger", trigger))
                .map((row, context) -> new LastNews(row.getString(1), row.getString(2)))
                .findOne();
    }

    /**
     * Forgets the times before one, but for each trigger's last.
     *
     * @param before those that were fired before then
     */
    public void forget(Instant before) {
        Optional<String> flow = forget(before, "", MOST_FLOWS);
        while (flow.isPresent()) {
            flow = forget(before, flow.get(), MOST_FLOWS);
        }
    }

    /**
     * Likewise, of some flows: a look at each, however many times there are.
     *
     * @param after the flow behind which they come, in the database's order
     * @param most how many flows
     * @return the last of these flows; empty where no more come
     */
    public Optional<String> forget(Instant before, String after, int most) {
        String last = after;
        for (int i = 0; i < most; i++) {
            Optional<String> flow = next("flow", "flow > :after", Map.of("after", last));
            if (flow.isEmpty()) {
                return flow;
            }
            last = flow.get();
            forget(last, before);
        }
        return Optional.of(last);
    }

    private void forget(String flow, Instant before) {
        Optional<String> trigger = nextTrigger(flow, "");
        while (trigger.isPresent()) {
            Map<String, Object> of = Map.of("flow", flow, "trigger", trigger.get());
            long last =
                    database.call(handle -> handle.createQuery("SELECT MAX(due_ms) FROM waybill_firing" + OF_TRIGGER)
                            .bindMap(of)
                            .mapTo(Long.class)
                            .one());
            database.call(handle -> handle.createUpdate(
                            "DELETE FROM waybill_firing" + OF_TRIGGER + " AND due_ms < :due AND at_ms < :before")
                    .bindMap(of)
                    .bind("due", last)
                    .bind("before", before)
                    .execute());
            trigger = nextTrigger(flow, trigger.get());
        }
    }

    private Optional<String> nextTrigger(String flow, String after) {
        return next("trigger_id", "flow = :flow AND trigger_id > :after", Map.of("flow", flow, "after", after));
    }

    /** By the table's key, which it stands at the beginning of: nothing that it passes by is read. */
    private Optional<String> next(String column, String behind, Map<String, Object> values) {
        return database.call(handle -> handle.createQuery("SELECT " + column + " FROM waybill_firing WHERE " + behind
                        + " ORDER BY " + column + " LIMIT 1")
                .bindMap(values)
                .mapTo(String.class)
                .findOne());
    }

    /**
     * Notes the run of an occasion, in the transaction that begins it.
     *
     * @return the run that it had, which came to nothing; empty where it is new
     * @throws FiredAlreadyException when it has one
     */
    static Optional<String> begin(Handle transaction, String flow, Occasion occasion, String runId, Instant now) {
        if (occasion instanceof Due due) {
            Optional<Row> there = row(transaction, flow, due);
            if (there.isEmpty()) {
                insert(transaction, flow, due, runId, now);
            } else if (!mayRunAgain(transaction, due, there.get().runId())
                    || replace(transaction, flow, due, runId, there.get().runId()) != 1) {
                throw new FiredAlreadyException(flow, due.trigger());
            }
            return there.map(Row::runId);
        }
        if (occasion instanceof News news) {
            String last = lastNews(transaction, flow, news.trigger())
                    .map(LastNews::runId)
                    .orElse(null);
            if (!Objects.equals(last, news.after())) {
                throw new FiredAlreadyException(flow, news.trigger());
            }
            put(transaction, flow, news, runId);
        }
        return Optional.empty();
    }

    private record Row(String runId) {}

    private static Optional<Row> row(Handle handle, String flow, Due firing) {
        return handle.createQuery("SELECT run_id FROM waybill_firing" + OF_DUE)
                .bindMap(ofDue(flow, firing))
                .map((row, context) -> new Row(row.getString(1)))
                .findOne();
    }

    private static boolean isInstead(Due firing, String runId) {
        return runId != null && runId.equals(firing.instead());
    }

    /** What has come to its end after all, or has files that are kept, stands. */
    private static boolean mayRunAgain(Handle handle, Due firing, String runId) {
        return isInstead(firing, runId) && is(handle, runId, "'FAILED', 'INTERRUPTED'")
                || runId != null && firing.catchesUp() && is(handle, runId, "'INTERRUPTED'");
    }

    /** Whether that is how a run stands, none of whose files are kept. */
    private static boolean is(Handle handle, String runId, String statuses) {
        return handle.select(
                        "SELECT run_id FROM waybill_run WHERE run_id = ? AND dead_letter IS NULL AND status IN ("
                                + statuses + ")",
                        runId)
                .mapTo(String.class)
                .findOne()
                .isPresent();
    }

    private static int insert(Handle handle, String flow, Due firing, String runId, Instant now) {
        return handle.createUpdate("INSERT INTO waybill_firing (flow, trigger_id, due_ms, at_ms, run_id)"
                        + " VALUES (:flow, :trigger, :due, :now, :runId)")
                .bindMap(ofDue(flow, firing))
                .bind("now", now)
                .bind("runId", runId)
                .execute();
    }

    private static int replace(Handle handle, String flow, Due firing, String runId, String before) {
        return handle.createUpdate("UPDATE waybill_firing SET run_id = :runId" + OF_DUE + " AND run_id = :before")
                .bindMap(ofDue(flow, firing))
                .bind("runId", runId)
                .bind("before", before)
                .execute();
    }

    private static Map<String, Object> ofDue(String flow, Due firing) {
        return Map.of("flow", flow, "trigger", firing.trigger(), "due", firing.due());
    }

    private static int delete(Handle handle, String flow, String trigger) {
        return handle.execute("DELETE FROM waybill_trigger WHERE flow = ? AND trigger_id = ?", flow, trigger);
    }

    /** Two of the same trigger have the same flow, which its lock lets begin one run. */
    private static void put(Handle handle, String flow, News news, String runId) {
        delete(handle, flow, news.trigger());
        Map<String, Object> row = new HashMap<>(Map.of("flow", flow, "trigger", news.trigger(), "runId", runId));
        row.put("seen", news.seen());
        handle.createUpdate("INSERT INTO waybill_trigger (flow, trigger_id, seen, run_id)"
                        + " VALUES (:flow, :trigger, :seen, :runId)")
                .bindMap(row)
                .execute();
    }
}
