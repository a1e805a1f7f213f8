package io.waybill.rows;

import io.waybill.flow.ColumnType;
import io.waybill.flow.Digits;
import java.io.IOException;

/**
 * Dates and times in ISO 8601, written without making objects. Fractions of a second are as long as they need to be;
 * infinite dates are {@code infinity} and {@code -infinity}, as PostgreSQL writes them.
 */
public final class IsoText {

    private static final long MICROS_PER_SECOND = 1_000_000L;
    private static final long SECONDS_PER_DAY = 86_400L;
    private static final int DAYS_FROM_MARCH_OF_YEAR_0 = 719_468;
    private static final int LAST_OF_YEAR_9999 = 2_932_896;

    /** Of a timestamp whose year is as far away as a {@code long} of days reaches. */
    private static final int MOST_BYTES = 64;

    private IsoText() {}

    /** The writer of a date or time type. */
    public static CellWriter writer(ColumnType type) {
        return switch (type.kind()) {
            case DATE -> IsoText::date;
            case TIME -> IsoText::time;
            case TIMESTAMP -> IsoText::timestamp;
            case INSTANT -> IsoText::instant;
            default -> throw new IllegalArgumentException(type + " is not a date or time");
        };
    }

    public static void date(ColumnVector column, int row, ByteSink out) throws IOException {
        long days = column.longAt(row);
        if (!putInfinity(days, out)) {
            out.filledTo(putDate(days, out.room(MOST_BYTES), out.at()));
        }
    }

    public static void time(ColumnVector column, int row, ByteSink out) throws IOException {
        long nanos = column.longAt(row);
        if (nanos < 0) {
            out.put('-');
            nanos = -nanos;
        }
        long seconds = nanos / 1_000_000_000L;
        out.filledTo(putTime(seconds, (int) (nanos - seconds * 1_000_000_000L), out.room(MOST_BYTES), out.at()));
    }

    public static void timestamp(ColumnVector column, int row, ByteSink out) throws IOException {
        long micros = column.longAt(row);
        if (!putInfinity(micros, out)) {
            out.filledTo(putTimestamp(micros, column.subMicrosAt(row), out.room(MOST_BYTES), out.at()));
        }
    }

    public static void instant(ColumnVector column, int row, ByteSink out) throws IOException {
        long micros = column.longAt(row);
        if (!putInfinity(micros, out)) {
            byte[] bytes = out.room(MOST_BYTES);
            int end = putTimestamp(micros, column.subMicrosAt(row), bytes, out.at());
            bytes[end] = 'Z';
            out.filledTo(end + 1);
        }
    }

    /** Puts the value of a date or timestamp where that is infinite; answers whether it is. */
    public static boolean putInfinity(long value, ByteSink out) throws IOException {
        boolean infinite = ColumnType.isInfinite(value);
        if (infinite) {
            out.putAscii(value > 0 ? "infinity" : "-infinity");
        }
        return infinite;
    }

    private static int putTimestamp(long micros, int nanosBelow, byte[] out, int at) {
        long seconds = Math.floorDiv(micros, MICROS_PER_SECOND);
        int nanos = (int) (micros - seconds * MICROS_PER_SECOND) * 1000 + nanosBelow;
        long days = Math.floorDiv(seconds, SECONDS_PER_DAY);
        int end = putDate(days, out, at);
        out[end] = 'T';
        return putTime(seconds - days * SECONDS_PER_DAY, nanos, out, end + 1);
    }

    private static int putTime(long seconds, int nanos, byte[] out, int at) {
        int hours = (int) (seconds / 3600);
        int inHour = (int) (seconds - hours * 3600L);
        int minutes = inHour / 60;
        int end = hours > 99 ? Digits.putPadded(hours, 3, out, at) : Digits.putTwo(hours, out, at);
        out[end] = ':';
        end = Digits.putTwo(minutes, out, end + 1);
        out[end] = ':';
        end = Digits.putTwo(inHour - minutes * 60, out, end + 1);
        return nanos == 0 ? end : putFraction(nanos, out, end);
    }

    private static int putFraction(int nanos, byte[] out, int at) {
        out[at] = '.';
        int micros = nanos / 1000;
        int below = nanos - micros * 1000;
        int high = micros / 100;
        int end = Digits.putTwo(micros - high * 100, out, Digits.putFour(high, out, at + 1));
        if (below != 0) {
            end = Digits.putPadded(below, 3, out, end);
        }
        while (out[end - 1] == '0') {
            end--;
        }
        return end;
    }

    private static int putDate(long days, byte[] out, int at) {
        long sinceMarch = days + DAYS_FROM_MARCH_OF_YEAR_0;
        return sinceMarch >= 0 && days <= LAST_OF_YEAR_9999
                ? putUsualDate((int) sinceMarch, out, at)
                : putAnyDate(days, out, at);
    }

    /**
     * Days since the first of March of the year 0 to year, month and day: Cassio Neri and Lorenz Schneider, "Euclidean affine functions
     * and their application to calendar algorithms" (2022).
     */
    private static int putUsualDate(int days, byte[] out, int at) {
        int quarters = 4 * days + 3;
        int century = quarters / 146_097;
        long ofCentury = 2_939_745L * ((quarters - century * 146_097) / 4 * 4 + 3);
        int dayOfYear = (int) ((ofCentury & 0xFFFF_FFFFL) / 2_939_745 / 4);
        int scaled = 2141 * dayOfYear + 197_913;
        int month = scaled >> 16;
        boolean next = dayOfYear >= 306;
        int year = 100 * century + (int) (ofCentury >>> 32) + (next ? 1 : 0);
        int end = Digits.putFour(year, out, at);
        out[end] = '-';
        end = Digits.putTwo(next ? month - 12 : month, out, end + 1);
        out[end] = '-';
        return Digits.putTwo((scaled & 0xFFFF) / 2141 + 1, out, end + 1);
    }

    /** Howard Hinnant's civil_from_days. Years beyond four digits carry their sign (ISO 8601, 4.1.2.4). */
    private static int putAnyDate(long days, byte[] out, int at) {
        long shifted = days + DAYS_FROM_MARCH_OF_YEAR_0;
        long era = Math.floorDiv(shifted, 146_097);
        long dayOfEra = shifted - era * 146_097;
        long yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        long shiftedMonth = (5 * dayOfYear + 2) / 153;
        long month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
        long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        int end = at;
        if (year < 0) {
            out[end++] = '-';
        } else if (year > 9999) {
            out[end++] = '+';
        }
        long magnitude = Math.abs(year);
        end = magnitude > 9999 ? Digits.put(magnitude, out, end) : Digits.putPadded(magnitude, 4, out, end);
        out[end] = '-';
        end = Digits.putTwo((int) month, out, end + 1);
        out[end] = '-';
        return Digits.putTwo((int) (dayOfYear - (153 * shiftedMonth + 2) / 5 + 1), out, end + 1);
    }
}
