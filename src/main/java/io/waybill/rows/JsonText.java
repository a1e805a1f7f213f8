package io.waybill.rows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** JSON strings and documents (RFC 8259) from UTF-8 bytes. */
public final class JsonText {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    /** Per byte: 0 to copy it, 1 for a \\u escape, else the letter after the backslash. */
    private static final byte[] ESCAPES = new byte[256];

    static {
        for (int i = 0; i < 0x20; i++) {
            ESCAPES[i] = 1;
        }
        ESCAPES['"'] = '"';
        ESCAPES['\\'] = '\\';
        ESCAPES['\n'] = 'n';
        ESCAPES['\r'] = 'r';
        ESCAPES['\t'] = 't';
        ESCAPES['\b'] = 'b';
        ESCAPES['\f'] = 'f';
    }

    private final boolean ascii;
    private final ByteSearch escaped;

    /**
     * @param ascii whether characters beyond ASCII are written as \\u escapes
     */
    public JsonText(boolean ascii) {
        this.ascii = ascii;
        boolean[] escaped = new boolean[256];
        for (int i = 0; i < escaped.length; i++) {
            escaped[i] = ESCAPES[i] != 0 || ascii && i >= 0x80;
        }
        this.escaped = new ByteSearch(escaped);
    }

    /** Writes text as a JSON string, its quotes included. */
    public void putString(byte[] bytes, int start, int end, ByteSink out) throws IOException {
        out.put('"');
        int from = start;
        for (int i = escaped.next(bytes, start, end); i < end; i = escaped.next(bytes, from, end)) {
            byte b = bytes[i];
            out.put(bytes, from, i - from);
            if (b < 0) {
                from = putUnicodeEscape(bytes, i, out) + 1;
            } else {
                putEscape(b, ESCAPES[b], out);
                from = i + 1;
            }
        }
        out.put(bytes, from, end - from);
        out.put('"');
    }

    private static void putEscape(byte b, byte escape, ByteSink out) throws IOException {
        if (escape == 1) {
            putHex(b, out);
        } else {
            out.put('\\');
            out.put(escape);
        }
    }

    private static void putHex(int unit, ByteSink out) throws IOException {
        out.put('\\');
        out.put('u');
        out.put(HEX[unit >> 12 & 15]);
        out.put(HEX[unit >> 8 & 15]);
        out.put(HEX[unit >> 4 & 15]);
        out.put(HEX[unit & 15]);
    }

    /** Writes the character that begins at {@code i} as one or two escapes; answers its last byte's index. */
    private static int putUnicodeEscape(byte[] bytes, int i, ByteSink out) throws IOException {
        int lead = bytes[i] & 0xFF;
        int length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        int point = lead & (0xFF >> (length + 1));
        for (int k = 1; k < length; k++) {
            point = point << 6 | bytes[i + k] & 0x3F;
        }
        if (length == 4) {
            putHex(Character.highSurrogate(point), out);
            putHex(Character.lowSurrogate(point), out);
        } else {
            putHex(point, out);
        }
        return i + length - 1;
    }

    /** Writes a JSON document as it is, less the white space between its tokens (a line break would end a line of JSONL). */
    public void putDocument(byte[] bytes, int start, int end, ByteSink out) throws IOException {
        boolean inString = false;
        int from = start;
        for (int i = start; i < end; i++) {
            byte b = bytes[i];
            if (b < 0 && ascii) {
                out.put(bytes, from, i - from);
                i = putUnicodeEscape(bytes, i, out);
                from = i + 1;
            } else if (inString) {
                if (b == '\\') {
                    i++;
                } else if (b == '"') {
                    inString = false;
                }
            } else if (b == '"') {
                inString = true;
            } else if (b == ' ' || b == '\n' || b == '\r' || b == '\t') {
                out.put(bytes, from, i - from);
                from = i + 1;
            }
        }
        out.put(bytes, from, end - from);
    }
}
