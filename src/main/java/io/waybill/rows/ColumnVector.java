package io.waybill.rows;

import io.waybill.database.ColumnValues;
import io.waybill.flow.ColumnType;
import java.util.Arrays;
import java.util.Locale;

/**
 * The values of one column in a {@link RowBatch}. Numbers and times lie in a {@code long[]} or {@code double[]}, all
 * else as bytes end to end with their offsets; {@link ColumnType.Kind} says what they mean. A vector is filled once,
 * value after value, and reused for the next batch.
 */
public final class ColumnVector implements ColumnValues {

    private static final byte[] NO_BYTES = {};

    private final ColumnType type;
    private final boolean[] nulls;
    private final long[] longs;
    private final double[] doubles;
    private final short[] subMicros;
    private final int[] offsets;
    private byte[] bytes;
    private int size;

    ColumnVector(ColumnType type, int capacity) {
        this.type = type;
        this.nulls = new boolean[capacity];
        this.doubles = type.isFloating() ? new double[capacity] : null;
        this.longs = type.isFloating() || type.isBytes() ? null : new long[capacity];
        this.subMicros = type.hasNanos() ? new short[capacity] : null;
        this.offsets = type.isBytes() ? new int[capacity + 1] : null;
        this.bytes = type.isBytes() ? new byte[capacity * 8] : NO_BYTES;
    }

    @Override
    public ColumnType type() {
        return type;
    }

    public boolean isNull(int row) {
        return nulls[row];
    }

    public long longAt(int row) {
        return longs[row];
    }

    public double doubleAt(int row) {
        return doubles[row];
    }

    /** Nanoseconds below the microsecond, 0 to 999, of a timestamp. */
    public int subMicrosAt(int row) {
        return subMicros == null ? 0 : subMicros[row];
    }

    /** The bytes of all values; a row's own lie from {@link #start} to before {@link #end}. Not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    public int start(int row) {
        return offsets[row];
    }

    public int end(int row) {
        return offsets[row + 1];
    }

    /** Where the values of {@link #bytes} begin, and after the last where it ends. Not to be changed. */
    public int[] offsets() {
        return offsets;
    }

    /** The value's bytes as text; for messages and for readers that need a String. */
    public String textAt(int row) {
        return new String(bytes, start(row), end(row) - start(row), java.nio.charset.StandardCharsets.UTF_8);
    }

    /** A copy of the value's bytes. */
    public byte[] bytesAt(int row) {
        return Arrays.copyOfRange(bytes, start(row), end(row));
    }

    void clear() {
        size = 0;
    }

    /** Forgets all values; the next one is that of a row. */
    void clear(int row) {
        size = row;
        if (offsets != null) {
            offsets[row] = 0;
        }
    }

    /** Becomes some values of another vector of the same type, in an order of their own. */
    void take(ColumnVector other, int[] order, int count) {
        for (int i = 0; i < count; i++) {
            nulls[i] = other.nulls[order[i]];
        }
        if (longs != null) {
            for (int i = 0; i < count; i++) {
                longs[i] = other.longs[order[i]];
            }
        }
        if (doubles != null) {
            for (int i = 0; i < count; i++) {
                doubles[i] = other.doubles[order[i]];
            }
        }
        if (subMicros != null) {
            for (int i = 0; i < count; i++) {
                subMicros[i] = other.subMicros[order[i]];
            }
        }
        if (offsets != null) {
            takeBytes(other, order, count);
        }
        size = count;
    }

    private void takeBytes(ColumnVector other, int[] order, int count) {
        size = 0;
        ensure(other.byteSize() + (long) ByteSink.SLACK);
        int at = 0;
        for (int i = 0; i < count; i++) {
            int start = other.offsets[order[i]];
            at = ByteSink.copy(other.bytes, start, other.offsets[order[i] + 1] - start, bytes, at);
            offsets[i + 1] = at;
        }
    }

    /** How many bytes the values take so far; 0 for numbers. */
    int byteSize() {
        return byteSize(size);
    }

    /** How many bytes the first values take; 0 for numbers. */
    int byteSize(int values) {
        return offsets == null ? 0 : offsets[values];
    }

    /** How many values there are. */
    int size() {
        return size;
    }

    /** Forgets all values but the first ones. */
    void keep(int values) {
        size = values;
    }

    @Override
    public void appendNull() {
        nulls[size] = true;
        if (offsets != null) {
            offsets[size + 1] = offsets[size];
        }
        size++;
    }

    @Override
    public void appendLong(long value) {
        nulls[size] = false;
        longs[size++] = value;
    }

    @Override
    public void appendDouble(double value) {
        nulls[size] = false;
        doubles[size++] = value;
    }

    @Override
    public void appendTimestamp(long micros, int nanosBelow) {
        if (subMicros != null) {
            subMicros[size] = (short) nanosBelow;
        } else if (nanosBelow != 0) {
            throw new IllegalArgumentException("the value has digits below the microsecond, which " + type
                    + " has not; declare the column as type = \""
                    + (type.kind() == ColumnType.Kind.INSTANT ? "timestamptz" : "timestamp")
                    + "(9)\" in datasets.toml");
        }
        appendLong(micros);
    }

    @Override
    public void appendBytes(byte[] source, int from, int length) {
        int start = offsets[size];
        ensure(start + (long) length + ByteSink.SLACK);
        appended(ByteSink.copy(source, from, length, bytes, start));
    }

    /**
     * Makes room for that many bytes of the next value: they are put from {@link #byteSize()} on, and {@link #appended} says where they end.
     */
    byte[] room(int most) {
        ensure(offsets[size] + (long) most);
        return bytes;
    }

    /** Ends a value, which is not NULL, whose bytes were put into {@link #room}. */
    void appended(int end) {
        nulls[size] = false;
        offsets[++size] = end;
    }

    @Override
    public void appendText(String text) {
        int start = offsets[size];
        ensure(start + text.length() * 3L);
        appended(encodeUtf8(text, bytes, start));
    }

    private static int encodeUtf8(String text, byte[] target, int start) {
        int at = start;
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                target[at++] = (byte) c;
            } else if (c < 0x800) {
                target[at++] = (byte) (0xC0 | c >> 6);
                target[at++] = (byte) (0x80 | c & 0x3F);
            } else if (Character.isHighSurrogate(c) && i + 1 < length && Character.isLowSurrogate(text.charAt(i + 1))) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                target[at++] = (byte) (0xF0 | point >> 18);
                target[at++] = (byte) (0x80 | point >> 12 & 0x3F);
                target[at++] = (byte) (0x80 | point >> 6 & 0x3F);
                target[at++] = (byte) (0x80 | point & 0x3F);
            } else if (Character.isSurrogate(c)) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT, "the text holds U+%04X, half a character, which no file of Unicode has", (int) c));
            } else {
                target[at++] = (byte) (0xE0 | c >> 12);
                target[at++] = (byte) (0x80 | c >> 6 & 0x3F);
                target[at++] = (byte) (0x80 | c & 0x3F);
            }
        }
        return at;
    }

    private void ensure(long capacity) {
        if (capacity <= bytes.length) {
            return;
        }
        if (capacity > Integer.MAX_VALUE - 16) {
            throw new IllegalArgumentException("the value, or the room for it, takes more than 2 GiB");
        }
        bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 16L, Math.max(capacity, bytes.length * 2L)));
    }
}
