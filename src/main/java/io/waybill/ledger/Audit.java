package io.waybill.ledger;

import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ColumnName;

/**
 * Who changed or asked for what, and when. Entries are added, never changed and never forgotten, and each holds the hash of the one
 * before it: who changes one in the database later breaks the chain, or has to write all that follow anew.
 */
public final class Audit {

    /** The action that an entry of a flow's text has. */
    static final String TEXT = "flow changed";

    private static final int MOST_SUBJECT = 300;

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
     * @param number its number, from 1 on
     * @param at when, to the millisecond
     * @param actor who made it
     * @param action what was done: {@code watermark set}
     * @param subject to what: a flow's or a run's id
     * @param flow the flow that it is about
     * @param detail from what to what; null where there is nothing to say
     * @param previous the hash of the entry before; null where it was written before entries were chained
     * @param sha256 its own hash, as docs/ledger.md has it; null likewise
     */
    public record Entry(
            long number,
            @ColumnName("at_ms") Instant at,
            String actor,
            String action,
            String subject,
            String flow,
            String detail,
            @ColumnName("previous_sha256") String previous,
            String sha256) {}

    /**
     * Which entries are asked for; null for all.
     *
     * @param flow those about a flow
     * @param subject those about a flow itself, or about a run
     * @param since those of then or later
     */
    public record Filter(String flow, String subject, Instant since, String actor, String action) {

        /** All. */
        public static final Filter ALL = new Filter(null, null, null, null, null);
    }

    String actor() {
        return actor;
    }

    /** The same, by somebody else; null for nobody else. */
    Audit by(String other) {
        return other == null ? this : new Audit(database, clock, other);
    }

    /**
     * Notes a change in the transaction that makes it, as the last thing there: others who note something wait until it ends, and
     * hold nothing that it may yet need.
     */
    int write(Handle transaction, String action, String subject, String detail) {
        return write(transaction, List.of(new Note(actor, action, subject, detail)));
    }

    private int write(Handle transaction, List<Note> notes) {
        Map<String, String> flows = RunRows.flows(
                transaction,
                notes.stream().map(note -> kept(note.subject(), MOST_SUBJECT)).toList());
        List<Entry> entries = notes.stream().map(note -> entry(note, flows)).toList();
        AuditChain.append(transaction, entries);
        return entries.size();
    }

    private Entry entry(Note note, Map<String, String> flows) {
        String about = kept(note.subject(), MOST_SUBJECT);
        return new Entry(
                0,
                Instant.ofEpochMilli(clock.millis()),
                kept(note.actor(), MOST_SUBJECT),
                note.action(),
                about,
                flows.getOrDefault(about, about),
                kept(note.detail(), MOST_DETAIL),
                null,
                null);
    }

    /** Something to be noted, and who has done it. */
    public record Note(String actor, String action, String subject, String detail) {}

    /** Notes some things at once, all or none, in their order. */
    public void write(List<Note> notes) {
        database.inTransaction(transaction -> write(transaction, notes));
    }

    /** As each database gives it back: half a character or a zero is none anywhere. */
    private static String kept(String text, int most) {
        if (text == null) {
            return null;
        }
        int[] points = text.codePoints()
                .map(point -> point == 0 || point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE
                        ? '\uFFFD'
                        : point)
                .toArray();
        return new String(points, 0, Math.min(points.length, most));
    }

    /** Notes a change. */
    public void write(String action, String subject, String detail) {
        database.inTransaction(transaction -> write(transaction, action, subject, detail));
    }

    /**
     * Notes the text of a flow that a run has, where it is another than the last one noted.
     *
     * @param text what tells it from others
     */
    public void writeText(String flow, String text) {
        String kept = kept(text, MOST_DETAIL);
        Optional<String> last = database.call(handle -> handle.createQuery("SELECT detail FROM waybill_audit"
                        + " WHERE subject = :flow AND action = :action ORDER BY number DESC")
                .bindMap(Map.of("flow", flow, "action", TEXT))
                .setMaxRows(1)
                .mapTo(String.class)
                .findFirst());
        if (!last.equals(Optional.of(kept))) {
            write(TEXT, flow, kept);
        }
    }

    /** The latest entries, the latest first. */
    public List<Entry> latest(int limit) {
        return latest(Filter.ALL, limit);
    }

    /** The latest of the entries that are asked for, the latest first. */
    public List<Entry> latest(Filter filter, int limit) {
        return latest(filter, Long.MAX_VALUE, limit);
    }

    /**
     * Likewise of those that were written before one.
     *
     * @param before the number of that
     */
    public List<Entry> latest(Filter filter, long before, int limit) {
        String sql = "SELECT * FROM waybill_audit WHERE number < :before"
                + (filter.flow() == null ? "" : " AND flow = :flow")
                + (filter.subject() == null ? "" : " AND subject = :subject")
                + (filter.since() == null ? "" : " AND at_ms >= :since")
                + (filter.actor() == null ? "" : " AND actor = :actor")
                + (filter.action() == null ? "" : " AND action = :action")
                + " ORDER BY number DESC";
        Map<String, Object> asked = new HashMap<>();
        asked.put("before", before);
        asked.put("flow", filter.flow());
        asked.put("subject", filter.subject());
        asked.put("since", filter.since());
        asked.put("actor", filter.actor());
        asked.put("action", filter.action());
        asked.values().removeIf(Objects::isNull);
        return database.call(handle -> handle.createQuery(sql)
                .bindMap(asked)
                .setMaxRows(limit)
                .mapTo(Entry.class)
                .list());
    }

    /** The entries about a flow itself, or about a run, the oldest first. */
    public List<Entry> of(String subject) {
        return database.call(
                handle -> handle.select("SELECT * FROM waybill_audit WHERE subject = ? ORDER BY number", subject)
                        .mapTo(Entry.class)
                        .list());
    }

    /** The entry that says up to which the entries of an earlier version were chained, and when; empty where there were none. */
    public Optional<Entry> chainBegun() {
        return latest(new Filter(null, null, null, null, AuditChain.BEGUN), 1).stream()
                .findFirst();
    }

    /** The latest entry's number and hash, to be kept elsewhere; empty while nothing is chained. */
    public Optional<AuditHead> head() {
        return database.call(AuditChain::head).filter(head -> head.sha256() != null);
    }

    /**
     * Walks the chain.
     *
     * @param head a hash that an entry had, kept elsewhere; null for none
     */
    public AuditVerdict verify(String head) {
        return database.call(handle -> AuditChain.verify(handle, head));
    }
}
