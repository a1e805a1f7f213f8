package io.waybill.ledger;

import io.waybill.ledger.Tokens.Token;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.mapper.reflect.ColumnName;

/**
 * Who is logged in by the page, for a token that they had then. It ends with that token, when nobody has come with it for long, and in
 * any case after some hours. The ledger has the SHA-256 of what a browser keeps.
 */
public final class Sessions {

    /** How long one is there at most. */
    public static final Duration LONGEST = Duration.ofHours(12);

    /** How long one is there that nobody comes with. */
    public static final Duration LONGEST_UNUSED = Duration.ofHours(2);

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

    /** One of the table. */
    record Session(
            @ColumnName("token_id") String tokenId,
            @ColumnName("last_used_ms") Instant lastUsedAt,
            @ColumnName("expires_ms") Instant expiresAt) {

        boolean holds(Instant now) {
            return now.isBefore(expiresAt) && now.isBefore(lastUsedAt.plus(LONGEST_UNUSED));
        }
    }

    /**
     * Begins one; those that have ended are forgotten.
     *
     * @return what the browser is to keep, and nobody else has
     */
    public String begin(String tokenId) {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        Instant now = clock.instant();
        database.inTransaction(transaction -> {
            transaction
                    .createUpdate("DELETE FROM waybill_session WHERE expires_ms <= :now OR last_used_ms <= :unused")
                    .bindMap(Map.of("now", now, "unused", now.minus(LONGEST_UNUSED)))
                    .execute();
            transaction
                    .createUpdate("INSERT INTO waybill_session (sha256, token_id, made_ms, last_used_ms, expires_ms)"
                            + " VALUES (:sha256, :token, :now, :now, :expires)")
                    .bindMap(Map.of(
                            "sha256",
                            Tokens.sha256(secret),
                            "token",
                            tokenId,
                            "now",
                            now,
                            "expires",
                            now.plus(LONGEST)))
                    .execute();
            return audit.write(transaction, "log in", tokenId, null);
        });
        return secret;
    }

    /** The token of a session, as it is now; empty where the session or the token has ended, or there is none. */
    public Optional<Token> open(String secret) {
        String sha256 = Tokens.sha256(secret);
        Instant now = clock.instant();
        return database.call(handle -> handle.select("SELECT * FROM waybill_session WHERE sha256 = ?", sha256)
                        .mapTo(Session.class)
                        .findOne())
                .filter(session -> session.holds(now))
                .flatMap(session -> {
                    Optional<Token> token = new Tokens(database, clock, audit).use(session.tokenId());
                    if (token.isPresent()
                            && session.lastUsedAt().plus(USE_KEPT_EVERY).isBefore(now)) {
                        database.call(handle -> handle.execute(
                                "UPDATE waybill_session SET last_used_ms = ? WHERE sha256 = ?", now, sha256));
                    }
                    return token;
                });
    }

    /** Ends one, if it is there. */
    public void end(String secret) {
        String sha256 = Tokens.sha256(secret);
        database.inTransaction(transaction -> {
            Optional<String> token = transaction
                    .select("SELECT token_id FROM waybill_session WHERE sha256 = ?", sha256)
                    .mapTo(String.class)
                    .findOne();
            if (token.isEmpty()) {
                return 0;
            }
            transaction.execute("DELETE FROM waybill_session WHERE sha256 = ?", sha256);
            return audit.write(transaction, "log out", token.get(), null);
        });
    }
}
