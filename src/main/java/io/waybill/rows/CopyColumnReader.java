package io.waybill.rows;

import io.waybill.database.CopyForm;
import io.waybill.database.TimeText;
import io.waybill.flow.ColumnType;
import io.waybill.flow.Digits;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * How a value of PostgreSQL's binary form gets into its vector (PostgreSQL, each type's {@code send} function). Chosen once
 * per column; never sees a NULL.
 */
@FunctionalInterface
interface CopyColumnReader {

    /** Days from 1970-01-01 to PostgreSQL's epoch, 2000-01-01. */
    int EPOCH_DAYS = 10_957;

    /** Microseconds between the two. */
    long EPOCH_MICROS = EPOCH_DAYS * 86_400_000_000L;

    /**
     * Appends a value.
     *
     * @param at where its bytes begin
     * @param length how many they are
     * @throws IllegalArgumentException when a timestamp is beyond what a vector holds
     */
    void read(byte[] bytes, int at, int length, ColumnVector out);

    /** The reader of a column of that type; null where there is none. */
    static CopyColumnReader of(String typeName) {
        Optional<CopyForm> form = CopyForm.of(typeName);
        if (form.isEmpty()) {
            return typeName.startsWith("_") ? CopyArrayReader.of(typeName.substring(1)) : null;
        }
        return switch (form.get()) {
            case BOOLEAN -> (bytes, at, length, out) -> out.appendLong(bytes[at]);
            case INT16 -> (bytes, at, length, out) -> out.appendLong(int16(bytes, at));
            case INT32 -> (bytes, at, length, out) -> out.appendLong(int32(bytes, at));
            case INT64 -> (bytes, at, length, out) -> out.appendLong(int64(bytes, at));
            case UNSIGNED32 -> (bytes, at, length, out) -> out.appendLong(int32(bytes, at) & 0xFFFF_FFFFL);
            case FLOAT32 -> (bytes, at, length, out) -> out.appendDouble(Float.intBitsToFloat(int32(bytes, at)));
            case FLOAT64 -> (bytes, at, length, out) -> out.appendDouble(Double.longBitsToDouble(int64(bytes, at)));
            case NUMERIC -> new Numeric();
            case BYTES -> (bytes, at, length, out) -> out.appendBytes(bytes, at, length);
            case VERSIONED_BYTES -> (bytes, at, length, out) -> out.appendBytes(bytes, at + 1, length - 1);
            case UUID -> new Uuid();
            case DATE -> (bytes, at, length, out) -> out.appendLong(date(int32(bytes, at)));
            case TIME -> (bytes, at, length, out) -> out.appendLong(int64(bytes, at) * 1000);
            case TIMESTAMP -> (bytes, at, length, out) -> out.appendTimestamp(timestamp(int64(bytes, at)), 0);
        };
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
        return bytes[at] << 24 | (bytes[at + 1] & 0xFF) << 16 | (bytes[at + 2] & 0xFF) << 8 | bytes[at + 3] & 0xFF;
    }

    static long int64(byte[] bytes, int at) {
        return (long) int32(bytes, at) << 32 | int32(bytes, at + 4) & 0xFFFF_FFFFL;
    }

    /** Groups of four decimal digits, as the digits that PostgreSQL itself would print. */
    final class Numeric implements CopyColumnReader {

        private static final int NEGATIVE = 0x4000;
        private static final int NAN = 0xC000;
        private static final int POSITIVE_INFINITE = 0xD000;
        private static final int NEGATIVE_INFINITE = 0xF000;

        private byte[] digits = new byte[64];
        private int size;

        @Override
        public void read(byte[] bytes, int at, int length, ColumnVector out) {
            int groups = int16(bytes, at);
            int weight = int16(bytes, at + 2);
            int sign = int16(bytes, at + 4) & 0xFFFF;
            int scale = int16(bytes, at + 6);
            switch (sign) {
                case NAN -> out.appendText("NaN");
                case POSITIVE_INFINITE -> out.appendText("Infinity");
                case NEGATIVE_INFINITE -> out.appendText("-Infinity");
                default -> {
                    size = 0;
                    reserve((Math.max(weight, 0) + 1) * 4 + scale + 8);
                    if (sign == NEGATIVE) {
                        digits[size++] = '-';
                    }
                    putWhole(bytes, at + 8, groups, weight);
                    putFraction(bytes, at + 8, groups, weight, scale);
                    out.appendBytes(digits, 0, size);
                }
            }
        }

        private void reserve(int capacity) {
            if (digits.length < capacity) {
                digits = new byte[capacity];
            }
        }

        private void putWhole(byte[] bytes, int at, int groups, int weight) {
            if (weight < 0) {
                digits[size++] = '0';
                return;
            }
            int group = 0;
            while (group < weight && group(bytes, at, groups, group) == 0) {
                group++;
            }
            size = Digits.put(group(bytes, at, groups, group), digits, size);
            while (group < weight) {
                group++;
                size = Digits.putFour(group(bytes, at, groups, group), digits, size);
            }
        }

        private void putFraction(byte[] bytes, int at, int groups, int weight, int scale) {
            if (scale <= 0) {
                return;
            }
            digits[size++] = '.';
            int end = size + scale;
            for (int group = weight + 1; size < end; group++) {
                size = Digits.putFour(group(bytes, at, groups, group), digits, size);
            }
            size = end;
        }

        /** Four decimal digits; those that are not sent are zeros. */
        private static int group(byte[] bytes, int at, int groups, int group) {
            return group >= 0 && group < groups ? int16(bytes, at + 2 * group) : 0;
        }
    }

    /** Sixteen bytes, as text. */
    final class Uuid implements CopyColumnReader {

        private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

        private final byte[] text = new byte[36];

        @Override
        public void read(byte[] bytes, int at, int length, ColumnVector out) {
            int to = 0;
            for (int i = 0; i < 16; i++) {
                if (i == 4 || i == 6 || i == 8 || i == 10) {
                    text[to++] = '-';
                }
                text[to++] = HEX[bytes[at + i] >> 4 & 15];
                text[to++] = HEX[bytes[at + i] & 15];
            }
            out.appendBytes(text);
        }
    }
}
