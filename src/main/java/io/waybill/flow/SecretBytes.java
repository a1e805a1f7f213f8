package io.waybill.flow;

import java.util.Base64;
import java.util.HexFormat;

/** Keys as settings have them: bytes in hex, or else in base64, of either alphabet. What is wrong says nothing of them. */
public final class SecretBytes {

    /** Fewer can be found by trying. */
    private static final int LEAST = 32;

    private static final int MOST = 1024;

    private static final String EXPECTED =
            "32 bytes or more are expected, in hex or base64, as of: openssl rand -hex 32";

    private SecretBytes() {}

    /** @throws IllegalArgumentException when they are none, or too few; the message is for the user */
    public static byte[] parse(String text) {
        byte[] bytes = bytes(text.trim());
        if (bytes.length < LEAST || bytes.length > MOST) {
            throw new IllegalArgumentException(
                    "the key has " + bytes.length + (bytes.length == 1 ? " byte; " : " bytes; ") + EXPECTED);
        }
        return bytes;
    }

    private static byte[] bytes(String text) {
        try {
            return text.matches("([0-9A-Fa-f]{2})+")
                    ? HexFormat.of().parseHex(text)
                    : Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the key is neither hex nor base64; " + EXPECTED); // its cause would tell of it
        }
    }
}
