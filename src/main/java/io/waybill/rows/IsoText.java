package io.waybill.rows;

import io.waybill.flow.ColumnType;
import java.io.IOException;

/**
 * Dates and times in ISO 8601, written without making objects. Fractions of a second are as long as they need to be;
 * infinite dates are {@code infinity} and {@code -infinity}, as PostgreSQL writes them.
 */
public final class IsoText {

    private static final long MICROS_PER_SECOND = 1_000_000L;
    private static final long SECONDS_PER_DAY = 86_400L;

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
            putDate(days, out);
        }
    }

    public static void time(ColumnVector column, int row, ByteSink out) throws IOException {
        long nanos = column.longAt(row);
        if (nanos < 0) {
            out.put('-');
            nanos = -nanos;
        }
        putTime(nanos / 1_000_000_000L, (int) (nanos % 1_000_000_000L), out);
    }

    public static void timestamp(ColumnVector column, int row, ByteSink out) throws IOException {
        long micros = column.longAt(row);
        if (!putInfinity(micros, out)) {
            putTimestamp(micros, column.subMicrosAt(row), out);
        }
    }

    public static void instant(ColumnVector column, int row, ByteSink out) throws IOException {
        long micros = column.longAt(row);
        if (!putInfinity(micros, out)) {
            putTimestamp(micros, column.subMicrosAt(row), out);
            out.put('Z');
        }
    }

    private static boolean putInfinity(long value, ByteSink out) throws IOException {
        if (value == ColumnType.POSITIVE_INFINITY) {
            out.putAscii("infinity");
            return true;
        }
        if (value == ColumnType.NEGATIVE_INFINITY) {
            out.putAscii("-infinity");
            return true;
        }
        return false;
    }

    private static void putTimestamp(long micros, int nanosBelow, ByteSink out) throws IOException {
        long seconds = Math.floorDiv(micros, MICROS_PER_SECOND);
        int nanos = (int) Math.floorMod(micros, MICROS_PER_SECOND) * 1000 + nanosBelow;
        long days = Math.floorDiv(seconds, SECONDS_PER_DAY);
        putDate(days, out);
        out.put('T');
        putTime(seconds - days * SECONDS_PER_DAY, nanos, out);
    }

    private static void putTime(long seconds, int nanos, ByteSink out) throws IOException {
        long hours = seconds / 3600;
        out.putPadded(hours, hours > 99 ? 3 : 2);
        out.put(':');
        out.putPadded(seconds / 60 % 60, 2);
        out.put(':');
        out.putPadded(seconds % 60, 2);
        if (nanos != 0) {
            int width = 9;
            int fraction = nanos;
            while (fraction % 10 == 0) {
                fraction /= 10;
                width--;
            }
            out.put('.');
            out.putPadded(fraction, width);
        }
    }

    /** Days since 1970 to year, month and day: Howard Hinnant's civil_from_days. */
    private static void putDate(long days, ByteSink out) throws IOException {
        long shifted = days + 719_468;
        long era = Math.floorDiv(shifted, 146_097);
        long dayOfEra = shifted - era * 146_097;
        long yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        long shiftedMonth = (5 * dayOfYear + 2) / 153;
        long month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
        long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        putYear(year, out);
        out.put('-');
        out.putPadded(month, 2);
        out.put('-');
        out.putPadded(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1, 2);
    }

    /** Years beyond four digits carry their sign (ISO 8601, 4.1.2.4). */
    private static void putYear(long year, ByteSink out) throws IOException {
        if (year < 0) {
            out.put('-');
        } else if (year > 9999) {
            out.put('+');
        }
        long magnitude = Math.abs(year);
        if (magnitude > 9999) {
            out.putLong(magnitude);
        } else {
            out.putPadded(magnitude, 4);
        }
    }
}
