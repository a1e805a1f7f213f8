package io.waybill.rows;

import io.waybill.flow.Digits;
import io.waybill.flow.FloatText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A buffer in front of a stream, for encoders that write a few bytes at a time. */
public final class ByteSink {

    private static final byte[] BASE64 =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".getBytes(StandardCharsets.US_ASCII);

    private final OutputStream out;
    private final byte[] buffer = new byte[1 << 16];
    private int size;
    private long flushed;

    public ByteSink(OutputStream out) {
        this.out = out;
    }

    public void put(int value) throws IOException {
        if (size == buffer.length) {
            flushBuffer();
        }
        buffer[size++] = (byte) value;
    }

    public void put(byte[] bytes) throws IOException {
        put(bytes, 0, bytes.length);
    }

    public void put(byte[] bytes, int from, int length) throws IOException {
        if (length > buffer.length - size) {
            flushBuffer();
            if (length > buffer.length) {
                out.write(bytes, from, length);
                flushed += length;
                return;
            }
        }
        System.arraycopy(bytes, from, buffer, size, length);
        size += length;
    }

    /** Puts the bytes of a column's value. */
    public void put(ColumnVector column, int row) throws IOException {
        put(column.bytes(), column.start(row), column.end(row) - column.start(row));
    }

    /** Puts text that has no characters beyond ASCII. */
    @SuppressWarnings("deprecation") // getBytes by char is exactly what ASCII needs, and makes no copy
    public void putAscii(String text) throws IOException {
        int length = text.length();
        if (length > buffer.length - size) {
            flushBuffer();
        }
        text.getBytes(0, length, buffer, size);
        size += length;
    }

    public void putLong(long value) throws IOException {
        room(Digits.MOST_BYTES);
        size = Digits.put(value, buffer, size);
    }

    /**
     * Makes room for that many bytes; they are put from {@link #at} on, and {@link #filledTo} says where they end.
     *
     * @param most no more than 1024
     */
    public byte[] room(int most) throws IOException {
        if (buffer.length - size < most) {
            flushBuffer();
        }
        return buffer;
    }

    /** Where the next byte goes in the array of {@link #room}. */
    public int at() {
        return size;
    }

    /** Says before which byte of {@link #room}'s array the bytes end that were put there. */
    public void filledTo(int end) {
        size = end;
    }

    public void putDouble(FloatText text, double value) throws IOException {
        room(FloatText.MOST_BYTES);
        size = text.put(value, buffer, size);
    }

    public void putFloat(FloatText text, float value) throws IOException {
        room(FloatText.MOST_BYTES);
        size = text.put(value, buffer, size);
    }

    /** Puts bytes as Base64 (RFC 4648, section 4). */
    public void putBase64(byte[] bytes, int start, int end) throws IOException {
        int from = start;
        while (from < end) {
            int to = Math.min(end, from + 3 * 256);
            room(4 * 256);
            size = putBase64(bytes, from, to, buffer, size);
            from = to;
        }
    }

    private static int putBase64(byte[] bytes, int start, int end, byte[] out, int at) {
        int to = at;
        int i = start;
        for (; i <= end - 3; i += 3) {
            int bits = (bytes[i] & 0xFF) << 16 | (bytes[i + 1] & 0xFF) << 8 | bytes[i + 2] & 0xFF;
            out[to] = BASE64[bits >> 18];
            out[to + 1] = BASE64[bits >> 12 & 63];
            out[to + 2] = BASE64[bits >> 6 & 63];
            out[to + 3] = BASE64[bits & 63];
            to += 4;
        }
        if (i < end) {
            boolean two = end - i == 2;
            int bits = (bytes[i] & 0xFF) << 16 | (two ? (bytes[i + 1] & 0xFF) << 8 : 0);
            out[to] = BASE64[bits >> 18];
            out[to + 1] = BASE64[bits >> 12 & 63];
            out[to + 2] = two ? BASE64[bits >> 6 & 63] : (byte) '=';
            out[to + 3] = '=';
            to += 4;
        }
        return to;
    }

    /** Bytes put so far. */
    public long written() {
        return flushed + size;
    }

    public void flush() throws IOException {
        flushBuffer();
        out.flush();
    }

    private void flushBuffer() throws IOException {
        out.write(buffer, 0, size);
        flushed += size;
        size = 0;
    }
}
