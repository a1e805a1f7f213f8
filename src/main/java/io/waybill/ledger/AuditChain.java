package io.waybill.ledger;

import io.waybill.WaybillException;
import io.waybill.facts.FileContent;
import io.waybill.ledger.Audit.Entry;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The chain of the entries of {@link Audit}: how one is hashed, added to those before it, and how all are looked at. */
final class AuditChain {

    /** What the first entry has for the hash of the one before. */
    static final String NONE = "0".repeat(64);

    /** Entries that are read at once. */
    private static final int PAGE = 1000;

    /** What tells the entry that begins the chain behind those of an earlier version. */
    static final String BEGUN = "chain begun";

    /** Actions that were put on record from the first version on that chains. */
    private static final List<String> OF_NO_EARLIER_VERSION =
            List.of(BEGUN, Audit.TEXT, "run", "backfill", "release", "detokenize");

    private AuditChain() {}

    /** Adds entries, one at least, and those of an earlier version before them. */
    static void append(Handle transaction, List<Entry> entries) {
        // whoever else adds one waits here until the transaction ends
        int held = transaction.execute("UPDATE waybill_audit_head SET number = number + 1 WHERE id = 1");
        if (held != 1) {
            throw WaybillException.refusal(
                    "the ledger's table waybill_audit_head has lost its row, without which nothing"
                            + " can be put on record; put the ledger back from a backup");
        }
        AuditHead head = head(transaction).orElseThrow();
        AuditHead last = head.sha256() == null
                ? chainOlder(transaction, entries.get(0))
                : new AuditHead(head.number() - 1, head.sha256());
        AuditHead added = add(transaction, entries, last);
        transaction.execute(
                "UPDATE waybill_audit_head SET number = ?, sha256 = ? WHERE id = 1", added.number(), added.sha256());
    }

    private static AuditHead add(Handle transaction, List<Entry> entries, AuditHead before) {
        PreparedBatch insert = transaction.prepareBatch(
                "INSERT INTO waybill_audit (number, at_ms, actor, action, subject, flow, detail,"
                        + " previous_sha256, sha256) VALUES (:number, :at, :actor, :action, :subject, :flow, :detail,"
                        + " :previous, :sha256)");
        AuditHead last = before;
        for (Entry entry : entries) {
            Entry chained = chained(entry, last);
            insert.bindMethods(chained).add();
            last = new AuditHead(chained.number(), chained.sha256());
        }
        insert.execute();
        return last;
    }

    static Optional<AuditHead> head(Handle handle) {
        return handle.createQuery("SELECT number, sha256 FROM waybill_audit_head WHERE id = 1")
                .mapTo(AuditHead.class)
                .findOne();
    }

    /** An entry behind another. */
    private static Entry chained(Entry entry, AuditHead last) {
        Entry next = new Entry(
                last.number() + 1,
                entry.at(),
                entry.actor(),
                entry.action(),
                entry.subject(),
                entry.flow(),
                entry.detail(),
                last.sha256(),
                null);
        return with(next, hash(next));
    }

    private static Entry with(Entry entry, String hash) {
        return new Entry(
                entry.number(),
                entry.at(),
                entry.actor(),
                entry.action(),
                entry.subject(),
                entry.flow(),
                entry.detail(),
                entry.previous(),
                hash);
    }

    /** Chains the entries of an earlier version, and one that says so. */
    private static AuditHead chainOlder(Handle transaction, Entry first) {
        AuditHead last = new AuditHead(0, NONE);
        for (List<Entry> page = page(transaction, 0); !page.isEmpty(); page = page(transaction, last.number())) {
            for (Entry older : page) {
                Entry chained = chained(older, last);
                transaction
                        .createUpdate("UPDATE waybill_audit SET previous_sha256 = :previous, sha256 = :sha256"
                                + " WHERE number = :number")
                        .bindMethods(chained)
                        .execute();
                last = new AuditHead(chained.number(), chained.sha256());
            }
        }
        if (last.number() == 0) {
            return last;
        }
        return add(
                transaction,
                List.of(new Entry(
                        0,
                        first.at(),
                        first.actor(),
                        BEGUN,
                        "ledger",
                        "ledger",
                        "up to entry " + last.number() + " of an earlier version, as they were then",
                        null,
                        null)),
                last);
    }

    private static List<Entry> page(Handle handle, long after) {
        return handle.createQuery("SELECT * FROM waybill_audit WHERE number > :after ORDER BY number")
                .bind("after", after)
                .setMaxRows(PAGE)
                .mapTo(Entry.class)
                .list();
    }

    /**
     * The hash of an entry: SHA-256 of its fields in their order, each in UTF-8 as a netstring ({@code 3:abc,}), so that no two entries
     * are written alike; what is null is {@code ~,}.
     */
    static String hash(Entry entry) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        Stream.of(
                        entry.previous(),
                        String.valueOf(entry.number()),
                        String.valueOf(entry.at().toEpochMilli()),
                        entry.actor(),
                        entry.action(),
                        entry.subject(),
                        entry.flow(),
                        entry.detail())
                .forEach(field -> {
                    if (field == null) {
                        text.writeBytes(new byte[] {'~', ','});
                        return;
                    }
                    byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
                    text.writeBytes((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
                    text.writeBytes(bytes);
                    text.write(',');
                });
        return HexFormat.of().formatHex(FileContent.newSha256().digest(text.toByteArray()));
    }

    /** @param wanted a hash that an entry had; null for none */
    static AuditVerdict verify(Handle handle, String wanted) {
        Optional<AuditHead> before = head(handle);
        if (before.isEmpty()) {
            return bad(0, null, 1, "the row of waybill_audit_head, which says how far the entries go, is gone");
        }
        if (before.get().sha256() == null) {
            return unchained(handle, before.get(), wanted);
        }
        Entry last = null;
        Long asked = null;
        String atHead = null;
        for (List<Entry> page = page(handle, Long.MIN_VALUE); !page.isEmpty(); page = page(handle, last.number())) {
            for (Entry entry : page) {
                String problem = problem(last, entry);
                if (problem != null) {
                    return bad(last == null ? 0 : last.number(), asked, expected(last), problem);
                }
                asked = entry.sha256().equalsIgnoreCase(wanted) ? Long.valueOf(entry.number()) : asked;
                atHead = entry.number() == before.get().number() ? entry.sha256() : atHead;
                last = entry;
            }
        }
        return ending(last == null ? 0 : last.number(), before.get(), atHead, head(handle), asked, wanted);
    }

    private static AuditVerdict unchained(Handle handle, AuditHead head, String wanted) {
        long older = handle.createQuery("SELECT COUNT(*) FROM waybill_audit")
                .mapTo(Long.class)
                .one();
        if (head.number() > 0
                || handle.createQuery("SELECT COUNT(sha256) FROM waybill_audit")
                                .mapTo(Long.class)
                                .one()
                        > 0) {
            return bad(0, null, 1, "the hash of the latest entry was taken out of waybill_audit_head");
        }
        Optional<Entry> newer = handle.createQuery(
                        "SELECT * FROM waybill_audit WHERE action IN (<actions>) ORDER BY number")
                .bindList("actions", OF_NO_EARLIER_VERSION)
                .setMaxRows(1)
                .mapTo(Entry.class)
                .findFirst();
        if (newer.isPresent()) {
            return bad(
                    0,
                    null,
                    newer.get().number(),
                    "entry " + newer.get().number() + " has no hash, and no earlier version wrote \""
                            + newer.get().action() + "\": the hashes were taken out");
        }
        return wanted == null
                ? new AuditVerdict(0, older, null, null, null)
                : bad(0, null, 1, "no entry has the hash " + wanted + ": nothing is chained");
    }

    private static long expected(Entry last) {
        return last == null ? 1 : last.number() + 1;
    }

    /** What is wrong with an entry behind the one before it; null for nothing. */
    private static String problem(Entry last, Entry entry) {
        long expected = expected(last);
        if (entry.number() < expected) {
            return "entry " + entry.number() + " was inserted: entries are numbered from 1 on";
        }
        if (entry.number() > expected) {
            return "entry " + expected + " is gone: entry " + entry.number() + " comes next";
        }
        if (entry.sha256() == null || entry.previous() == null) {
            return "entry " + expected + " has no hash: it was inserted, or its hash was taken out";
        }
        if (!entry.sha256().equals(hash(entry))) {
            return "entry " + expected + " was changed: its fields do not give its hash";
        }
        if (!entry.previous().equals(last == null ? NONE : last.sha256())) {
            return "entry " + expected
                    + " follows another entry than the one before it: that was replaced, or this one was" + " inserted";
        }
        return null;
    }

    private static AuditVerdict ending(
            long last, AuditHead before, String atHead, Optional<AuditHead> after, Long asked, String wanted) {
        if (last < before.number()) {
            return bad(
                    last,
                    asked,
                    last + 1,
                    last + 1 == before.number()
                            ? "entry " + before.number() + ", the latest one, is gone"
                            : "entries " + (last + 1) + " to " + before.number() + ", the latest ones, are gone");
        }
        if (!before.sha256().equals(atHead)) {
            return bad(
                    before.number() - 1,
                    asked,
                    before.number(),
                    "entry " + before.number() + ", the latest one, was replaced: waybill_audit_head has another hash");
        }
        long now = after.map(AuditHead::number).orElse(before.number());
        if (last > now) {
            return bad(now, asked, now + 1, "entry " + (now + 1) + " was inserted: the latest one is entry " + now);
        }
        if (wanted != null && asked == null) {
            return new AuditVerdict(
                    last,
                    0,
                    null,
                    "no entry has the hash " + wanted
                            + ": what was there when it was noted was cut off, or all that is there was written anew",
                    null);
        }
        return new AuditVerdict(last, 0, null, null, asked);
    }

    private static AuditVerdict bad(long good, Long asked, long number, String problem) {
        return new AuditVerdict(good, 0, number, problem, asked);
    }
}
