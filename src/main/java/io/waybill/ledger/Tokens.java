package io.waybill.ledger;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ColumnName;

/** Who may come by the server. A token is shown when it is made, and never again: the ledger has its SHA-256 alone. */
public final class Tokens {

    /** What all begin with, so that whoever finds one knows what it is. */
    public static final String PREFIX = "waybill_";

    private static final int RANDOM_BYTES = 32;

    /** How exactly the last use of a token is known: each call writing it would be in the way of others. */
    static final Duration USE_KEPT_EVERY = Duration.ofMinutes(1);

    private final LedgerDatabase database;
    private final Clock clock;
    private final Audit audit;

    Tokens(LedgerDatabase database, Clock clock, Audit audit) {
        this.database = database;
        this.clock = clock;
        this.audit = audit;
    }

    /**
     * A token, without what it is proved by.
     *
     * @param id tells it from others, and opens nothing
     * @param name who or what has it
     * @param grants what it allows, as it was written: {@code view@*, create@namespace:sales}
     * @param expiresAt null for never
     * @param revokedAt null where it is not
     * @param lastUsedAt to the minute; null where it has not been used
     * @param limits what a day of it may come to
     */
    public record Token(
            @ColumnName("token_id") String id,
            String name,
            String grants,
            @ColumnName("created_ms") Instant createdAt,
            String createdBy,
            @ColumnName("expires_ms") Instant expiresAt,
            @ColumnName("revoked_ms") Instant revokedAt,
            @ColumnName("last_used_ms") Instant lastUsedAt,
            @org.jdbi.v3.core.mapper.Nested DailyLimits limits) {

        /** Whether it opens anything at a time. */
        public boolean holds(Instant now) {
            return revokedAt == null && (expiresAt == null || now.isBefore(expiresAt));
        }
    }

    /**
     * What the runs that a token asks for within 24 hours may come to; null for no limit.
     *
     * @param rows rows
     * @param bytes bytes of files
     * @param exports runs
     */
    public record DailyLimits(
            @ColumnName("max_rows") Long rows,
            @ColumnName("max_bytes") Long bytes,
            @ColumnName("max_exports") Long exports) {

        /** None. */
        public static final DailyLimits NONE = new DailyLimits(null, null, null);

        public boolean isNone() {
            return rows == null && bytes == null && exports == null;
        }
    }

    /**
     * A new token.
     *
     * @param secret what it is proved by; to be shown once, and kept nowhere
     */
    public record Created(Token token, String secret) {

        /** Shows no secret. */
        @Override
        public String toString() {
            return "Created[" + token + "]";
        }
    }

    /**
     * Makes a token.
     *
     * @param expiresAt null for never
     */
    public Created create(String name, String grants, Instant expiresAt, DailyLimits limits) {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        String secret = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        String sha256 = sha256(secret);
        Token token = new Token(
                sha256.substring(0, 12), name, grants, clock.instant(), audit.actor(), expiresAt, null, null, limits);
        Map<String, Object> row = new HashMap<>();
        row.put("expires", expiresAt == null ? null : expiresAt.toEpochMilli());
        row.put("rows", limits.rows());
        row.put("bytes", limits.bytes());
        row.put("exports", limits.exports());
        database.inTransaction(transaction -> {
            transaction
                    .createUpdate("INSERT INTO waybill_token (token_id, sha256, name, grants, created_ms, created_by,"
                            + " expires_ms, max_rows, max_bytes, max_exports) VALUES (:id, :sha256, :name, :grants,"
                            + " :createdAt, :createdBy, :expires, :rows, :bytes, :exports)")
                    .bindMethods(token)
                    .bind("sha256", sha256)
                    .bindMap(row)
                    .execute();
            return audit.write(transaction, "token create", token.id(), name + ": " + grants);
        });
        return new Created(token, secret);
    }

    /** Has a token open nothing any more; false where there is none of that id that still does. */
    public boolean revoke(String id) {
        return database.inTransaction(transaction -> {
            int revoked = transaction
                    .createUpdate(
                            "UPDATE waybill_token SET revoked_ms = :now WHERE token_id = :id AND revoked_ms IS NULL")
                    .bindMap(Map.of("id", id, "now", clock.instant()))
                    .execute();
            transaction.execute("DELETE FROM waybill_session WHERE token_id = ?", id);
            if (revoked == 1) {
                audit.write(transaction, "token revoke", id, null);
            }
            return revoked == 1;
        });
    }

    /** All, those that open nothing any more among them, the oldest first. */
    public List<Token> all() {
        return database.call(handle -> handle.createQuery("SELECT * FROM waybill_token ORDER BY created_ms, token_id")
                .mapTo(Token.class)
                .list());
    }

    /** Whether any was ever made. */
    public boolean any() {
        return database.call(handle -> handle.createQuery("SELECT token_id FROM waybill_token")
                .setMaxRows(1)
                .mapTo(String.class)
                .findFirst()
                .isPresent());
    }

    /** The token that a secret proves, and notes that it is used; empty where it proves none, or one that has ended. */
    public Optional<Token> open(String secret) {
        String sha256 = sha256(secret);
        Instant now = clock.instant();
        // what is compared by the database is a hash, of which who guesses at a token chooses no byte
        return database.call(handle -> find(handle, sha256))
                .filter(token -> token.holds(now))
                .map(token -> used(token, now));
    }

    /** A token whose owner is known by other means, and notes that it is used; empty where it has ended. */
    Optional<Token> use(String id) {
        Instant now = clock.instant();
        return database.call(handle -> byId(handle, id))
                .filter(token -> token.holds(now))
                .map(token -> used(token, now));
    }

    private Token used(Token token, Instant now) {
        if (token.lastUsedAt() == null
                || token.lastUsedAt().plus(USE_KEPT_EVERY).isBefore(now)) {
            database.call(
                    handle -> handle.createUpdate("UPDATE waybill_token SET last_used_ms = :now WHERE token_id = :id")
                            .bindMap(Map.of("now", now, "id", token.id()))
                            .execute());
        }
        return token;
    }

    private static Optional<Token> byId(Handle handle, String id) {
        return handle.select("SELECT * FROM waybill_token WHERE token_id = ?", id)
                .mapTo(Token.class)
                .findOne();
    }

    private static Optional<Token> find(Handle handle, String sha256) {
        return handle.select("SELECT * FROM waybill_token WHERE sha256 = ?", sha256)
                .map((row, context) -> {
                    byte[] kept = row.getString("sha256").getBytes(StandardCharsets.US_ASCII);
                    boolean same = MessageDigest.isEqual(kept, sha256.getBytes(StandardCharsets.US_ASCII));
                    return same ? row.getString("token_id") : "";
                })
                .findOne()
                .flatMap(id -> byId(handle, id));
    }

    /** The SHA-256 of a text, in hex. */
    static String sha256(String text) {
        return HexFormat.of()
                .formatHex(io.waybill.facts.FileContent.newSha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
