package io.waybill.rows;

import io.waybill.flow.Digits;
import io.waybill.flow.FloatText;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A buffer for encoders that write a few bytes at a time: in front of a stream, or alone. */
public final class ByteSink {

    private static final int WORD = 8;

    /** Bytes that {@link #copy} may read and write beyond a text's end: two words. */
    public static final int SLACK = 2 * WORD;

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final byte[] BASE64 =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".getBytes(StandardCharsets.US_ASCII);

    /** Null where the bytes stay here. */
    private final OutputStream out;

    private byte[] buffer;
    private int size;
    private long flushed;

    public ByteSink(OutputStream out) {
        this(out, 1 << 14);
    }

    /** @param capacity bytes that it keeps before it writes them, about */
    public ByteSink(OutputStream out, int capacity) {
        this.out = out;
        this.buffer = new byte[capacity];
    }

    /** One that keeps what is put, until it is {@link #clear}ed. */
    public static ByteSink inMemory() {
        return new ByteSink(null, 0);
    }

    /** Forgets what was put. */
    public void clear() {
        size = 0;
    }

    /** Exchanges what was put, and the room for it, with another one in memory. */
    void exchange(ByteSink other) {
        byte[] otherBuffer = other.buffer;
        int otherSize = other.size;
        other.buffer = buffer;
        other.size = size;
        buffer = otherBuffer;
        size = otherSize;
    }

    /** What was put into one in memory, up to {@link #at}; another array when more is put. */
    public byte[] bytes() {
        return buffer;
    }

    public void put(int value) throws IOException {
        if (size == buffer.length) {
            makeRoom(1);
        }
        buffer[size++] = (byte) value;
    }

    public void put(byte[] bytes) throws IOException {
        put(bytes, 0, bytes.length);
    }

    public void put(byte[] bytes, int from, int length) throws IOException {
        if (length > buffer.length - size) {
            if (out != null && length > buffer.length) {
                flushBuffer();
                out.write(bytes, from, length);
                flushed += length;
                return;
            }
            makeRoom(length);
        }
        System.arraycopy(bytes, from, buffer, size, length);
        size += length;
    }

    /**
     * Copies some bytes, by words where they are few and both arrays go on for {@link #SLACK} bytes: what is copied too much is put over by what
     * follows.
     *
     * @return where they end in {@code to}
     */
    public static int copy(byte[] from, int start, int length, byte[] to, int at) {
        if (length <= SLACK && from.length - start >= SLACK && to.length - at >= SLACK) {
            WORDS.set(to, at, (long) WORDS.get(from, start));
            if (length > WORD) {
                WORDS.set(to, at + WORD, (long) WORDS.get(from, start + WORD));
            }
        } else {
            System.arraycopy(from, start, to, at, length);
        }
        return at + length;
    }

    /** Puts the bytes of a column's value. */
    public void put(ColumnVector column, int row) throws IOException {
        put(column.bytes(), column.start(row), column.end(row) - column.start(row));
    }

    /** Puts text that has no characters beyond ASCII. */
    @SuppressWarnings("deprecation") // getBytes by char is exactly what ASCII needs, and makes no copy
    public void putAscii(String text) throws IOException {
        int length = text.length();
        room(length);
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
     * @param most few, where there is a stream: the buffer keeps the size that it once needed
     */
    public byte[] room(int most) throws IOException {
        if (buffer.length - size < most) {
            makeRoom(most);
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

    private void makeRoom(int least) throws IOException {
        if (out != null) {
            flushBuffer();
        }
        if (least > buffer.length - size) {
            if (least > Integer.MAX_VALUE - 16 - size) {
                throw new IllegalArgumentException("the text takes more than 2 GiB");
            }
            buffer = Arrays.copyOf(buffer, (int)
                    Math.min(Integer.MAX_VALUE - 16L, Math.max(size + (long) least, Math.max(256, size * 2L))));
        }
    }

    private void flushBuffer() throws IOException {
        out.write(buffer, 0, size);
        flushed += size;
        size = 0;
    }
}
