package io.waybill.rows;

import io.waybill.flow.FloatText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A buffer in front of a stream, for encoders that write a few bytes at a time. */
public final class ByteSink {

    private static final byte[] DIGIT_PAIRS = new byte[200];
    private static final byte[] BASE64 =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MIN_LONG = Long.toString(Long.MIN_VALUE).getBytes(StandardCharsets.US_ASCII);

    static {
        for (int i = 0; i < 100; i++) {
            DIGIT_PAIRS[2 * i] = (byte) ('0' + i / 10);
            DIGIT_PAIRS[2 * i + 1] = (byte) ('0' + i % 10);
        }
    }

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
        if (value == Long.MIN_VALUE) {
            put(MIN_LONG);
            return;
        }
        if (buffer.length - size < 20) {
            flushBuffer();
        }
        long rest = value;
        if (rest < 0) {
            buffer[size++] = '-';
            rest = -rest;
        }
        int end = size + digits(rest);
        int at = end;
        while (rest >= 100) {
            int pair = (int) (rest % 100) * 2;
            rest /= 100;
            buffer[--at] = DIGIT_PAIRS[pair + 1];
            buffer[--at] = DIGIT_PAIRS[pair];
        }
        if (rest >= 10) {
            buffer[--at] = DIGIT_PAIRS[(int) rest * 2 + 1];
            buffer[--at] = DIGIT_PAIRS[(int) rest * 2];
        } else {
            buffer[--at] = (byte) ('0' + rest);
        }
        size = end;
    }

    public void putDouble(FloatText text, double value) throws IOException {
        if (buffer.length - size < FloatText.MOST_BYTES) {
            flushBuffer();
        }
        size = text.put(value, buffer, size);
    }

    public void putFloat(FloatText text, float value) throws IOException {
        if (buffer.length - size < FloatText.MOST_BYTES) {
            flushBuffer();
        }
        size = text.put(value, buffer, size);
    }

    /** Puts bytes as Base64 (RFC 4648, section 4). */
    public void putBase64(byte[] bytes, int start, int end) throws IOException {
        for (int i = start; i < end; i += 3) {
            int left = end - i;
            int bits = (bytes[i] & 0xFF) << 16
                    | (left > 1 ? (bytes[i + 1] & 0xFF) << 8 : 0)
                    | (left > 2 ? bytes[i + 2] & 0xFF : 0);
            if (buffer.length - size < 4) {
                flushBuffer();
            }
            buffer[size++] = BASE64[bits >> 18];
            buffer[size++] = BASE64[bits >> 12 & 63];
            buffer[size++] = left > 1 ? BASE64[bits >> 6 & 63] : (byte) '=';
            buffer[size++] = left > 2 ? BASE64[bits & 63] : (byte) '=';
        }
    }

    /** Puts the last {@code width} digits of a number that is not negative, with leading zeros. */
    public void putPadded(long value, int width) throws IOException {
        if (buffer.length - size < width) {
            flushBuffer();
        }
        long rest = value;
        for (int at = size + width - 1; at >= size; at--) {
            buffer[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        size += width;
    }

    private static int digits(long value) {
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        return digits;
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
