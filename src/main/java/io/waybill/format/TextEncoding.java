package io.waybill.format;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;
import org.apache.commons.io.output.WriterOutputStream;

/**
 * The character encoding of a text file. Encoders write UTF-8; this carries it over into what was asked for.
 *
 * @param charset how characters become bytes
 * @param byteOrderMark the bytes at the file's start; empty for most
 * @param replaces whether a character that the charset lacks becomes {@code ?} instead of an error
 */
record TextEncoding(Charset charset, byte[] byteOrderMark, boolean replaces) {

    private static final int BUFFER_CHARS = 8192;

    /**
     * Reads an encoding's name: {@code utf-8}, {@code utf-8-sig} (with a byte order mark, as Excel wants it), {@code
     * utf-16} (little-endian with its mark), {@code iso-8859-1}, {@code windows-1252}, or any charset that Java knows.
     *
     * @throws IllegalArgumentException when the name is unknown; the message says what is allowed
     */
    static TextEncoding of(String name, boolean replaces) {
        String lower = name.trim().toLowerCase(Locale.ROOT).replace('_', '-');
        return switch (lower) {
            case "utf-8-sig", "utf-8-bom" ->
                new TextEncoding(StandardCharsets.UTF_8, new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF}, replaces);
            case "utf-16", "utf16" ->
                new TextEncoding(StandardCharsets.UTF_16LE, new byte[] {(byte) 0xFF, (byte) 0xFE}, replaces);
            default -> new TextEncoding(charset(lower, name), new byte[0], replaces);
        };
    }

    private static Charset charset(String lower, String name) {
        try {
            Charset charset = lower.equals("latin-1") ? StandardCharsets.ISO_8859_1 : Charset.forName(lower);
            if (charset.canEncode()) {
                return charset;
            }
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            // said below, in our words
        }
        throw new IllegalArgumentException(
                "\"" + name
                        + "\" is not an encoding; allowed: utf-8, utf-8-sig, utf-16, iso-8859-1, windows-1252 and what Java knows");
    }

    /** Whether the charset has every character of Unicode. */
    boolean isUnicode() {
        return charset.name().startsWith("UTF-");
    }

    /** An encoder to ask {@code canEncode} of each value; null where every value can be encoded or replaced. */
    CharsetEncoder checker() {
        return isUnicode() || replaces ? null : charset.newEncoder();
    }

    /**
     * A stream that takes UTF-8 and writes this encoding, its byte order mark first. Values were checked before; what still cannot be encoded is
     * replaced.
     */
    OutputStream wrap(OutputStream out) throws IOException {
        out.write(byteOrderMark);
        if (charset.equals(StandardCharsets.UTF_8)) {
            return out;
        }
        CharsetEncoder encoder = charset.newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        return WriterOutputStream.builder()
                .setWriter(new OutputStreamWriter(out, encoder))
                .setCharsetDecoder(StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPLACE)
                        .onUnmappableCharacter(CodingErrorAction.REPLACE))
                .setBufferSize(BUFFER_CHARS)
                .get();
    }
}
