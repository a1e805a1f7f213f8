package io.waybill.rows;

import io.waybill.database.CopyForm;
import io.waybill.database.TimeText;
import io.waybill.flow.ColumnType;
import io.waybill.flow.Digits;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * How values of PostgreSQL's binary form get into their vector (PostgreSQL, each type's {@code send} function). Chosen once
 * per column.
 */
final class CopyColumnReader {

    /** Days from 1970-01-01 to PostgreSQL's epoch, 2000-01-01. */
    private static final int EPOCH_DAYS = 10_957;

    /** Microseconds between the two. */
    private static final long EPOCH_MICROS = EPOCH_DAYS * 86_400_000_000L;

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final CopyForm form;

    /** Null where it is no array. */
    private final CopyArrayReader array;

    private CopyColumnReader(CopyForm form, CopyArrayReader array) {
        this.form = form;
        this.array = array;
    }

    /** The reader of a column of that type; null where there is none. */
    static CopyColumnReader of(String typeName) {
        Optional<CopyForm> form = CopyForm.of(typeName);
        if (form.isPresent()) {
            return new CopyColumnReader(form.get(), null);
        }
        CopyArrayReader array = typeName.startsWith("_") ? CopyArrayReader.of(typeName.substring(1)) : null;
        return array == null ? null : new CopyColumnReader(null, array);
    }

    /**
     * Appends a column's values, one after the other.
     *
     * @param starts where the values begin, each behind its length
     * @param first the index of the first of them in {@code starts}
     * @param step how much later the next one is
     * @throws IllegalArgumentException when a timestamp is beyond what a vector holds
     */
    void read(byte[] bytes, int[] starts, int first, int step, int count, ColumnVector out) {
        int from = first;
        for (int i = 0; i < count; i++) {
            int at = starts[from];
            int length = lengthOf(bytes, at);
            if (length < 0) {
                out.appendNull();
            } else {
                read(bytes, at, length, out);
            }
            from += step;
        }
    }

    /** The length of the value that begins there; negative for NULL. */
    static int lengthOf(byte[] bytes, int at) {
        return int32(bytes, at - Integer.BYTES);
    }

    /**
     * Appends a value, which is not NULL.
     *
     * @param at where its bytes begin
     * @param length how many they are
     */
    void read(byte[] bytes, int at, int length, ColumnVector out) {
        if (form == null) {
            array.read(bytes, at, out);
            return;
        }
        switch (form) {
            case BOOLEAN -> out.appendLong(bytes[at]);
            case INT16 -> out.appendLong(int16(bytes, at));
            case INT32 -> out.appendLong(int32(bytes, at));
            case INT64 -> out.appendLong(int64(bytes, at));
            case UNSIGNED32 -> out.appendLong(int32(bytes, at) & 0xFFFF_FFFFL);
            case FLOAT32 -> out.appendDouble(Float.intBitsToFloat(int32(bytes, at)));
            case FLOAT64 -> out.appendDouble(Double.longBitsToDouble(int64(bytes, at)));
            case NUMERIC -> numeric(bytes, at, out);
            case BYTES -> out.appendBytes(bytes, at, length);
            case VERSIONED_BYTES -> out.appendBytes(bytes, at + 1, length - 1);
            case UUID -> uuid(bytes, at, out);
            case DATE -> out.appendLong(date(int32(bytes, at)));
            case TIME -> out.appendLong(int64(bytes, at) * 1000);
            case TIMESTAMP -> out.appendTimestamp(timestamp(int64(bytes, at)), 0);
        }
    }

    private static long date(int days) {
        return switch (days) {
            case Integer.MAX_VALUE -> ColumnType.POSITIVE_INFINITY;
            case Integer.MIN_VALUE -> ColumnType.NEGATIVE_INFINITY;
            default -> days + (long) EPOCH_DAYS;
        };
    }

    private static long timestamp(long micros) {
        if (micros == Long.MAX_VALUE || micros == Long.MIN_VALUE) {
            return micros; // infinity, there and here
        }
        long sinceEpoch = micros + EPOCH_MICROS;
        if (sinceEpoch < micros || sinceEpoch == Long.MAX_VALUE) {
            throw TimeText.beyond(LocalDateTime.ofEpochSecond(
                    Math.floorDiv(micros, 1_000_000L) + EPOCH_DAYS * 86_400L,
                    (int) Math.floorMod(micros, 1_000_000L) * 1000,
                    ZoneOffset.UTC));
        }
        return sinceEpoch;
    }

    static int int16(byte[] bytes, int at) {
        return bytes[at] << 8 | bytes[at + 1] & 0xFF;
    }

    static int int32(byte[] bytes, int at) {
        return (int) INTS.get(bytes, at);
    }

    private static long int64(byte[] bytes, int at) {
        return (long) LONGS.get(bytes, at);
    }

    private static final int NEGATIVE = 0x4000;
    private static final int NAN = 0xC000;
    private static final int POSITIVE_INFINITE = 0xD000;
    private static final int NEGATIVE_INFINITE = 0xF000;

    /** Groups of four decimal digits, as the digits that PostgreSQL itself would print. */
    private static void numeric(byte[] bytes, int at, ColumnVector out) {
        int groups = int16(bytes, at);
        int weight = int16(bytes, at + 2);
        int sign = int16(bytes, at + 4) & 0xFFFF;
        int scale = int16(bytes, at + 6);
        switch (sign) {
            case NAN -> out.appendText("NaN");
            case POSITIVE_INFINITE -> out.appendText("Infinity");
            case NEGATIVE_INFINITE -> out.appendText("-Infinity");
            default -> {
                byte[] digits = out.room((Math.max(weight, 0) + 1) * 4 + scale + 8);
                int to = out.byteSize();
                if (sign == NEGATIVE) {
                    digits[to++] = '-';
                }
                to = putWhole(bytes, at + 8, groups, weight, digits, to);
                out.appended(scale > 0 ? putFraction(bytes, at + 8, groups, weight, scale, digits, to) : to);
            }
        }
    }

    private static int putWhole(byte[] bytes, int at, int groups, int weight, byte[] digits, int from) {
        if (weight < 0) {
            digits[from] = '0';
            return from + 1;
        }
        int group = 0;
        while (group < weight && group(bytes, at, groups, group) == 0) {
            group++;
        }
        int to = Digits.put(group(bytes, at, groups, group), digits, from);
        while (group < weight) {
            group++;
            to = Digits.putFour(group(bytes, at, groups, group), digits, to);
        }
        return to;
    }

    private static int putFraction(byte[] bytes, int at, int groups, int weight, int scale, byte[] digits, int from) {
        digits[from] = '.';
        int end = from + 1 + scale;
        int to = from + 1;
        for (int group = weight + 1; to < end; group++) {
            to = Digits.putFour(group(bytes, at, groups, group), digits, to);
        }
        return end;
    }

    /** Four decimal digits; those that are not sent are zeros. */
    private static int group(byte[] bytes, int at, int groups, int group) {
        return group >= 0 && group < groups ? int16(bytes, at + 2 * group) : 0;
    }

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    /** Sixteen bytes, as text. */
    private static void uuid(byte[] bytes, int at, ColumnVector out) {
        byte[] text = out.room(36);
        int to = out.byteSize();
        for (int i = 0; i < 16; i++) {
            if (i == 4 || i == 6 || i == 8 || i == 10) {
                text[to++] = '-';
            }
            text[to++] = HEX[bytes[at + i] >> 4 & 15];
            text[to++] = HEX[bytes[at + i] & 15];
        }
        out.appended(to);
    }
}
