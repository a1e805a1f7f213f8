package io.waybill.format;

import io.waybill.rows.ByteSink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Text in the XML of a workbook. Characters that XML has none for are written {@code _x0001_}, which Excel reads as them (ECMA-376, part 1,
 * 22.9.2.19), and text that looks like that has its first underscore written so.
 */
final class XlsxText {

    /** Characters of a cell, in UTF-16. */
    static final int MOST_CHARACTERS = 32_767;

    private static final byte[] AMPERSAND = ascii("&amp;");
    private static final byte[] LESS = ascii("&lt;");
    private static final byte[] GREATER = ascii("&gt;");
    private static final byte[] UNDERSCORE = ascii("_x005F_");
    private static final byte[][] NONE_IN_XML = {ascii("_xFFFE_"), ascii("_xFFFF_")};

    private XlsxText() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Puts a text.
     *
     * @param cuts whether what is too long is cut
     * @throws IllegalArgumentException when it is too long otherwise
     */
    static void put(byte[] bytes, int start, int end, boolean cuts, ByteSink out) throws IOException {
        int to = end - start <= MOST_CHARACTERS ? end : limit(bytes, start, end, cuts);
        int from = start;
        for (int i = start; i < to; i++) {
            byte[] instead = instead(bytes, i, to);
            if (instead != null) {
                out.put(bytes, from, i - from);
                out.put(instead);
                i += bytes[i] == (byte) 0xEF ? 2 : 0;
                from = i + 1;
            }
        }
        out.put(bytes, from, to - from);
    }

    /** What is written for the character that begins there; null for itself. */
    private static byte[] instead(byte[] bytes, int at, int end) {
        byte b = bytes[at];
        if (b > '>') {
            return b == '_' && looksEscaped(bytes, at, end) ? UNDERSCORE : null;
        }
        return switch (b) {
            case '&' -> AMPERSAND;
            case '<' -> LESS;
            case '>' -> GREATER;
            case '\t', '\n' -> null;
            case (byte) 0xEF -> // U+FFFE and U+FFFF
                at + 2 < end && bytes[at + 1] == (byte) 0xBF && (bytes[at + 2] & 0xFE) == 0xBE
                        ? NONE_IN_XML[bytes[at + 2] & 1]
                        : null;
            default -> b >= 0 && b < ' ' ? ascii(String.format(Locale.ROOT, "_x%04X_", b)) : null;
        };
    }

    /** Whether there is {@code _x}, four hexadecimal digits and {@code _}, which may be that of the next character's own escape. */
    private static boolean looksEscaped(byte[] bytes, int at, int end) {
        if (at + 7 > end || bytes[at + 1] != 'x' || !beginsWithUnderscore(bytes, at + 6, end)) {
            return false;
        }
        for (int i = at + 2; i < at + 6; i++) {
            if (Character.digit(bytes[i], 16) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean beginsWithUnderscore(byte[] bytes, int at, int end) {
        if (bytes[at] == '_') {
            return true;
        }
        byte[] instead = instead(bytes, at, end);
        return instead != null && instead[0] == '_';
    }

    /** Where the text ends, or is cut. */
    private static int limit(byte[] bytes, int start, int end, boolean cuts) {
        int characters = 0;
        for (int i = start; i < end; i++) {
            int b = bytes[i] & 0xFF;
            if (b < 0x80 || b >= 0xC0) { // the first byte of a character
                characters += b >= 0xF0 ? 2 : 1;
                if (characters > MOST_CHARACTERS) {
                    if (cuts) {
                        return i;
                    }
                    throw new IllegalArgumentException("the text has " + length(bytes, start, end)
                            + " characters, and a cell holds " + MOST_CHARACTERS
                            + "; leave the column out, or set exporter_config = { long_text = \"cut\" }");
                }
            }
        }
        return end;
    }

    private static int length(byte[] bytes, int start, int end) {
        return new String(bytes, start, end - start, StandardCharsets.UTF_8).length();
    }
}
