package io.waybill.ledger;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ColumnName;

/** Who changed what by hand, and when. Entries are added, and never changed. */
public final class Audit {

    private static final int MOST_DETAIL = 4000;

    private final LedgerDatabase database;
    private final Clock clock;
    private final String actor;

    /** @param actor who is at it: an operating system's user, or the owner of a token */
    Audit(LedgerDatabase database, Clock clock, String actor) {
        this.database = database;
        this.clock = clock;
        this.actor = actor;
    }

    /**
     * One change.
     *
     * @param at when
     * @param actor who made it
     * @param action what was done: {@code watermark set}
     * @param subject to what: a flow's or a run's id
     * @param detail from what to what; null where there is nothing to say
     */
    public record Entry(@ColumnName("at_ms") Instant at, String actor, String action, String subject, String detail) {}

    String actor() {
        return actor;
    }

    /** The same, by somebody else. */
    Audit by(String other) {
        return new Audit(database, clock, other);
    }

    /** Notes a change in the transaction that makes it. */
    int write(Handle handle, String action, String subject, String detail) {
        Entry entry = new Entry(clock.instant(), actor, action, subject, LedgerDatabase.cut(detail, MOST_DETAIL));
        return handle.createUpdate("INSERT INTO waybill_audit (at_ms, actor, action, subject, detail)"
                        + " VALUES (:at, :actor, :action, :subject, :detail)")
                .bindMethods(entry)
                .execute();
    }

    /** Notes a change. */
    public void write(String action, String subject, String detail) {
        database.call(handle -> write(handle, action, subject, detail));
    }

    /** The latest entries, the latest first. */
    public List<Entry> latest(int limit) {
        return database.call(handle -> handle.createQuery("SELECT * FROM waybill_audit ORDER BY at_ms DESC")
                .setMaxRows(limit)
                .mapTo(Entry.class)
                .list());
    }

    /** The entries of a flow or a run, the oldest first. */
    public List<Entry> of(String subject) {
        return database.call(
                handle -> handle.select("SELECT * FROM waybill_audit WHERE subject = ? ORDER BY at_ms", subject)
                        .mapTo(Entry.class)
                        .list());
    }
}
