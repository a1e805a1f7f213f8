package io.waybill.server.oidc;

import io.waybill.facts.FileContent;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * An attempt to log in, as long as the provider asks somebody who they are. The browser alone keeps it; what the provider is told of it, and
 * what the attempt is known again by, comes of that, and leads nobody back to it. So any process of the server can end what another has begun.
 *
 * @param secret what nobody else can guess
 * @param begunAt when it has begun, to the second
 * @param to the page that is gone to then
 */
public record LoginAttempt(String secret, Instant begunAt, String to) {

    /** How long somebody may take. */
    public static final Duration LONGEST = Duration.ofMinutes(10);

    private static final int RANDOM_BYTES = 32;

    /** A new one. */
    public static LoginAttempt begin(Instant now, String to) {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        return new LoginAttempt(base64(random), Instant.ofEpochSecond(now.getEpochSecond()), to);
    }

    /** That which a browser has kept; empty where it is none. */
    public static Optional<LoginAttempt> read(String kept) {
        String[] parts = kept.split("\\.", -1);
        if (parts.length != 3 || !parts[1].matches("\\d{1,12}")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new LoginAttempt(
                    parts[0],
                    Instant.ofEpochSecond(Long.parseLong(parts[1])),
                    new String(Base64.getUrlDecoder().decode(parts[2]), StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** What a browser keeps. */
    public String kept() {
        return secret + "." + begunAt.getEpochSecond() + "." + base64(to.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether it has taken too long. */
    public boolean isOld(Instant now) {
        return now.isAfter(begunAt.plus(LONGEST));
    }

    /** What the provider sends the browser back with: it is the browser that was sent (RFC 6749, 10.12). */
    String state() {
        return hash("state");
    }

    /** What the provider writes into the ID token: it is made for this attempt (OpenID Connect Core, 3.1.2.1). */
    String nonce() {
        return hash("nonce");
    }

    /** What the code is exchanged by, and by nothing else (RFC 7636, 4.1). */
    String verifier() {
        return hash("verifier");
    }

    private String hash(String what) {
        return base64(FileContent.newSha256().digest((what + "\n" + kept()).getBytes(StandardCharsets.US_ASCII)));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Shows no secret. */
    @Override
    public String toString() {
        return "LoginAttempt[" + begunAt + "]";
    }
}
