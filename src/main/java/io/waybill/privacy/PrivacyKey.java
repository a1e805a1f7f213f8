package io.waybill.privacy;

import io.waybill.flow.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key of hashes and tokens. Each use has a key of its own, made of it, so that nothing that is known of one tells of another: HMAC-SHA-256 of
 * the use's name.
 */
public final class PrivacyKey {

    private static final String HMAC = "HmacSHA256";

    /** Of 32 bytes by chance, so few are different once in more tries than anybody makes. */
    private static final int LEAST_DIFFERENT = 8;

    private final String id;
    private final byte[] secret;

    private PrivacyKey(String id, byte[] secret) {
        this.id = id;
        this.secret = secret;
    }

    /** @throws IllegalArgumentException when the text is no key; the message says nothing of it */
    static PrivacyKey of(String id, String text) {
        byte[] secret = SecretBytes.parse(text);
        long different =
                IntStream.range(0, secret.length).map(i -> secret[i]).distinct().count();
        if (different < LEAST_DIFFERENT) {
            throw new IllegalArgumentException("the key has fewer than " + LEAST_DIFFERENT
                    + " different bytes, and can be guessed; make one with: openssl rand -hex 32");
        }
        return new PrivacyKey(id, secret);
    }

    /** What flows call it. */
    public String id() {
        return id;
    }

    /** The key of HMACs, of 32 bytes. */
    SecretKeySpec ofHashes() {
        return derived("waybill/hash", HMAC);
    }

    /** The key of FF1, for AES with 256 bits. */
    SecretKeySpec ofTokens() {
        return derived("waybill/tokenize", "AES");
    }

    /** The key of HMACs in the place of tokens, of 32 bytes. */
    SecretKeySpec ofSmallTokens() {
        return derived("waybill/tokenize-small", HMAC);
    }

    /** Tells it from other keys, and nothing of it. */
    public byte[] fingerprint() {
        return derived("waybill/fingerprint", HMAC).getEncoded();
    }

    private SecretKeySpec derived(String use, String algorithm) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(secret, HMAC));
            return new SecretKeySpec(mac.doFinal(use.getBytes(StandardCharsets.US_ASCII)), algorithm);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + HMAC, e);
        }
    }

    /** Without its bytes. */
    @Override
    public String toString() {
        return "privacy key " + id;
    }
}
