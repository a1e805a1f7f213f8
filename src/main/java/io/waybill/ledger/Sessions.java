package io.waybill.ledger;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.mapper.reflect.ColumnName;

/**
 * Who is logged in by the page, for a token that they had then, or since a provider knows them. It ends with that token or with what the
 * provider has said, when nobody has come with it for long, and in any case after some hours. The ledger has the SHA-256 of what a browser keeps.
 */
public final class Sessions {

    /** How long one is there at most. */
    public static final Duration LONGEST = Duration.ofHours(12);

    /** How long one is there that nobody comes with. */
    public static final Duration LONGEST_UNUSED = Duration.ofHours(2);

    /** How many characters the names of a user's groups may have, with one more between two. */
    public static final int MOST_GROUPS = 8_000;

    private static final int RANDOM_BYTES = 32;

    /** How exactly the last use is known. */
    private static final Duration USE_KEPT_EVERY = Duration.ofMinutes(1);

    private final LedgerDatabase database;
    private final Clock clock;
    private final Audit audit;

    Sessions(LedgerDatabase database, Clock clock, Audit audit) {
        this.database = database;
        this.clock = clock;
        this.audit = audit;
    }

    /** One of the table: of a token, or of a user. */
    record Row(
            @ColumnName("token_id") String tokenId,
            @ColumnName("subject_id") String subjectId,
            @ColumnName("subject_groups") String groups,
            @ColumnName("last_used_ms") Instant lastUsedAt,
            @ColumnName("expires_ms") Instant expiresAt) {

        boolean holds(Instant now) {
            return now.isBefore(expiresAt) && now.isBefore(lastUsedAt.plus(LONGEST_UNUSED));
        }
    }

    /**
     * Begins one of a token; those that have ended are forgotten.
     *
     * @return what the browser is to keep, and nobody else has
     */
    public String begin(String tokenId) {
        Map<String, Object> row = new HashMap<>();
        row.put("token", tokenId);
        row.put("subject", null);
        row.put("groups", null);
        row.put("expires", clock.instant().plus(LONGEST));
        return begin(row, tokenId);
    }

    /**
     * Begins one of a user of a provider, who {@link Subjects#came has come}.
     *
     * @param until when what they are known by ends
     * @return what the browser is to keep, and nobody else has
     */
    public String begin(String subjectId, List<String> groups, Instant until) {
        Instant longest = clock.instant().plus(LONGEST);
        Map<String, Object> row = new HashMap<>();
        row.put("token", null);
        row.put("subject", subjectId);
        row.put("groups", String.join("\n", groups));
        row.put("expires", until.isBefore(longest) ? until : longest);
        return begin(row, subjectId);
    }

    private String begin(Map<String, Object> row, String whose) {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        Instant now = clock.instant();
        row.put("sha256", Tokens.sha256(secret));
        row.put("now", now);
        database.inTransaction(transaction -> {
            transaction
                    .createUpdate("DELETE FROM waybill_session WHERE expires_ms <= :now OR last_used_ms <= :unused")
                    .bindMap(Map.of("now", now, "unused", now.minus(LONGEST_UNUSED)))
                    .execute();
            transaction
                    .createUpdate("INSERT INTO waybill_session (sha256, token_id, subject_id, subject_groups, made_ms,"
                            + " last_used_ms, expires_ms)"
                            + " VALUES (:sha256, :token, :subject, :groups, :now, :now, :expires)")
                    .bindMap(row)
                    .execute();
            return audit.write(transaction, "log in", whose, null);
        });
        return secret;
    }

    /** Who is logged in by what a browser has kept; empty where the session or the token has ended, or there is none. */
    public Optional<Session> open(String secret) {
        String sha256 = Tokens.sha256(secret);
        Instant now = clock.instant();
        return database.call(handle -> handle.select("SELECT * FROM waybill_session WHERE sha256 = ?", sha256)
                        .mapTo(Row.class)
                        .findOne())
                .filter(row -> row.holds(now))
                .flatMap(row -> {
                    Optional<Session> session = session(row);
                    if (session.isPresent()
                            && row.lastUsedAt().plus(USE_KEPT_EVERY).isBefore(now)) {
                        database.call(handle -> handle.execute(
                                "UPDATE waybill_session SET last_used_ms = ? WHERE sha256 = ?", now, sha256));
                    }
                    return session;
                });
    }

    private Optional<Session> session(Row row) {
        return row.tokenId() != null
                ? new Tokens(database, clock, audit).use(row.tokenId()).<Session>map(Session.OfToken::new)
                : new Subjects(database, clock)
                        .find(row.subjectId())
                        .map(user ->
                                new Session.OfUser(user, List.of(row.groups().split("\n"))));
    }

    /** How many there are of whom, by the id of a token or of a user of a provider; those that have ended are none. */
    public Map<String, Integer> open() {
        Instant now = clock.instant();
        return database.call(handle -> handle.createQuery(
                        "SELECT COALESCE(token_id, subject_id), COUNT(*) FROM waybill_session"
                                + " WHERE expires_ms > :now AND last_used_ms > :unused GROUP BY COALESCE(token_id, subject_id)")
                .bindMap(Map.of("now", now, "unused", now.minus(LONGEST_UNUSED)))
                .map((row, context) -> Map.entry(row.getString(1), row.getInt(2)))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    /**
     * Ends all of somebody. Who comes with the token itself, or whom their provider still knows, may log in again.
     *
     * @param whose the id of a token, or of a user of a provider
     * @return how many there were
     */
    public int endAll(String whose) {
        return database.inTransaction(transaction -> {
            int ended = transaction.execute(
                    "DELETE FROM waybill_session WHERE token_id = ? OR subject_id = ?", whose, whose);
            if (ended > 0) {
                audit.write(transaction, "sessions end", whose, ended + (ended == 1 ? " session" : " sessions"));
            }
            return ended;
        });
    }

    /** Ends one, if it is there. */
    public void end(String secret) {
        String sha256 = Tokens.sha256(secret);
        database.inTransaction(transaction -> {
            Optional<String> whose = transaction
                    .select("SELECT COALESCE(token_id, subject_id) FROM waybill_session WHERE sha256 = ?", sha256)
                    .mapTo(String.class)
                    .findOne();
            if (whose.isEmpty()) {
                return 0;
            }
            transaction.execute("DELETE FROM waybill_session WHERE sha256 = ?", sha256);
            return audit.write(transaction, "log out", whose.get(), null);
        });
    }
}
