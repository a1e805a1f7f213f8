package io.waybill.flow;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;

/**
 * A character encoding as a flow names it.
 *
 * @param charset how characters become bytes
 * @param byteOrderMark the bytes at the file's start; empty for most
 */
public record TextCharset(Charset charset, byte[] byteOrderMark) {

    /**
     * Reads an encoding's name: {@code utf-8}, {@code utf-8-sig} (with a byte order mark, as Excel wants it), {@code
     * utf-16} (little-endian with its mark), {@code iso-8859-1}, {@code windows-1252}, or any charset that Java knows.
     *
     * @throws IllegalArgumentException when the name is unknown; the message says what is allowed
     */
    public static TextCharset parse(String name) {
        String lower = name.trim().toLowerCase(Locale.ROOT).replace('_', '-');
        switch (lower) {
            case "utf-8-sig", "utf-8-bom":
                return new TextCharset(StandardCharsets.UTF_8, new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF});
            case "utf-16", "utf16":
                return new TextCharset(StandardCharsets.UTF_16LE, new byte[] {(byte) 0xFF, (byte) 0xFE});
            case "latin-1":
                return new TextCharset(StandardCharsets.ISO_8859_1, new byte[0]);
            default:
        }
        try {
            Charset charset = Charset.forName(lower);
            if (charset.canEncode()) {
                return new TextCharset(charset, new byte[0]);
            }
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            // said below, in our words
        }
        throw new IllegalArgumentException(
                "\"" + name
                        + "\" is not an encoding; allowed: utf-8, utf-8-sig, utf-16, iso-8859-1, windows-1252 and what Java knows");
    }
}
