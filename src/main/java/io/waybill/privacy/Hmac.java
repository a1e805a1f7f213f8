package io.waybill.privacy;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * HMAC-SHA-256 (RFC 2104) of many short texts: what both digests come to after the key is kept, and not made again for each text, as {@code
 * Mac} does. For one thread.
 */
final class Hmac {

    static final int BYTES = 32;

    private static final int BLOCK = 64;

    private final MessageDigest inner;
    private final MessageDigest outer;
    private final byte[] result = new byte[BYTES];

    /** @param key of no more than 64 bytes */
    Hmac(SecretKey key) {
        byte[] padded = Arrays.copyOf(key.getEncoded(), BLOCK);
        inner = begun(padded, 0x36);
        outer = begun(padded, 0x5c);
        Arrays.fill(padded, (byte) 0);
    }

    private static MessageDigest begun(byte[] key, int pad) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] block = new byte[BLOCK];
            for (int i = 0; i < BLOCK; i++) {
                block[i] = (byte) (key[i] ^ pad);
            }
            digest.update(block);
            return digest;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The HMAC of some bytes, 32 of them; the array is another's with the next. */
    byte[] of(byte[] text, int from, int to) {
        try {
            MessageDigest first = (MessageDigest) inner.clone();
            first.update(text, from, to - from);
            first.digest(result, 0, BYTES);
            MessageDigest second = (MessageDigest) outer.clone();
            second.update(result, 0, BYTES);
            second.digest(result, 0, BYTES);
            return result;
        } catch (CloneNotSupportedException | DigestException e) {
            throw new IllegalStateException("SHA-256 of Java is cloned, and has 32 bytes", e);
        }
    }
}
