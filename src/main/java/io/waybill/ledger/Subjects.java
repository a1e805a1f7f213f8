package io.waybill.ledger;

import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.mapper.reflect.ColumnName;

/** Users of an OpenID provider who have come by the server: when, and with what they might do then. What they may do is not asked of this. */
public final class Subjects {

    private static final int MOST_ISSUER = 500;
    private static final int MOST_SUBJECT = 255;
    private static final int MOST_NAME = 100;
    private static final int MOST_GRANTS = 4_000;

    private final LedgerDatabase database;
    private final Clock clock;

    Subjects(LedgerDatabase database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * A user who has come.
     *
     * @param id tells them from others in the ledger, also from tokens
     * @param grants what they might do when they came last
     * @param lastUsedAt when that was, to the minute
     */
    public record Subject(
            @ColumnName("subject_id") String id,
            String issuer,
            String subject,
            String name,
            String grants,
            @ColumnName("first_used_ms") Instant firstUsedAt,
            @ColumnName("last_used_ms") Instant lastUsedAt) {}

    /** What the ledger calls a user. */
    public static String id(String issuer, String subject) {
        return "oidc" + Tokens.sha256(issuer + "\n" + subject).substring(0, 16);
    }

    /**
     * Notes that somebody has come.
     *
     * @param grants what they may do
     */
    public void came(String issuer, String subject, String name, String grants) {
        Instant now = clock.instant();
        Map<String, Object> row = new HashMap<>();
        row.put("id", id(issuer, subject));
        row.put("issuer", LedgerDatabase.cut(issuer, MOST_ISSUER));
        row.put("subject", LedgerDatabase.cut(subject, MOST_SUBJECT));
        row.put("name", LedgerDatabase.cut(name, MOST_NAME));
        row.put("grants", LedgerDatabase.cut(grants, MOST_GRANTS));
        row.put("now", now);
        Optional<Subject> known = find((String) row.get("id"));
        if (known.isPresent() && isSaid(known.get(), row, now)) {
            return;
        }
        boolean isNew = known.isEmpty()
                && database.insertUnlessThere(handle -> handle.createUpdate(
                                "INSERT INTO waybill_subject (subject_id, issuer, subject, name, grants, first_used_ms,"
                                        + " last_used_ms) VALUES (:id, :issuer, :subject, :name, :grants, :now, :now)")
                        .bindMap(row)
                        .execute());
        if (!isNew) {
            database.call(handle -> handle.createUpdate("UPDATE waybill_subject SET name = :name, grants = :grants,"
                            + " last_used_ms = :now WHERE subject_id = :id")
                    .bindMap(row)
                    .execute());
        }
    }

    private static boolean isSaid(Subject known, Map<String, Object> row, Instant now) {
        return known.name().equals(row.get("name"))
                && known.grants().equals(row.get("grants"))
                && !known.lastUsedAt().plus(Tokens.USE_KEPT_EVERY).isBefore(now);
    }

    Optional<Subject> find(String id) {
        return database.call(handle -> handle.select("SELECT * FROM waybill_subject WHERE subject_id = ?", id)
                .mapTo(Subject.class)
                .findOne());
    }

    /** All who ever came, the first of them first. */
    public List<Subject> all() {
        return database.call(
                handle -> handle.createQuery("SELECT * FROM waybill_subject ORDER BY first_used_ms, subject_id")
                        .mapTo(Subject.class)
                        .list());
    }
}
