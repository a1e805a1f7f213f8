package io.waybill.database;

import io.waybill.flow.ColumnType;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Dates and times between the JDBC drivers' forms, text, and the numbers of a column. */
public final class TimeText {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private TimeText() {}

    public static void append(ColumnValues out, LocalDate date) {
        if (date.equals(LocalDate.MAX)) {
            out.appendLong(ColumnType.POSITIVE_INFINITY);
        } else if (date.equals(LocalDate.MIN)) {
            out.appendLong(ColumnType.NEGATIVE_INFINITY);
        } else {
            out.appendLong(date.toEpochDay());
        }
    }

    public static void append(ColumnValues out, LocalTime time) {
        out.appendLong(time.toNanoOfDay());
    }

    public static void append(ColumnValues out, LocalDateTime time) {
        if (time.equals(LocalDateTime.MAX)) {
            out.appendTimestamp(ColumnType.POSITIVE_INFINITY, 0);
        } else if (time.equals(LocalDateTime.MIN)) {
            out.appendTimestamp(ColumnType.NEGATIVE_INFINITY, 0);
        } else {
            appendTimestamp(out, time.toEpochSecond(ZoneOffset.UTC), time.getNano());
        }
    }

    public static void append(ColumnValues out, OffsetDateTime time) {
        if (time.equals(OffsetDateTime.MAX)) {
            out.appendTimestamp(ColumnType.POSITIVE_INFINITY, 0);
        } else if (time.equals(OffsetDateTime.MIN)) {
            out.appendTimestamp(ColumnType.NEGATIVE_INFINITY, 0);
        } else {
            appendTimestamp(out, time.toEpochSecond(), time.getNano());
        }
    }

    public static void append(ColumnValues out, Instant time) {
        appendTimestamp(out, time.getEpochSecond(), time.getNano());
    }

    private static void appendTimestamp(ColumnValues out, long second, int nano) {
        out.appendTimestamp(micros(second, nano), nano % 1000);
    }

    /**
     * Microseconds since the epoch.
     *
     * @throws IllegalArgumentException when they are beyond 64 bits, or are those that stand for infinity
     */
    public static long micros(long second, int nano) {
        try {
            long micros = Math.addExact(Math.multiplyExact(second, 1_000_000L), nano / 1000);
            if (!ColumnType.isInfinite(micros)) {
                return micros;
            }
        } catch (ArithmeticException e) {
            // falls through
        }
        throw beyond(LocalDateTime.ofEpochSecond(second, nano, ZoneOffset.UTC));
    }

    /** What says that a timestamp is beyond the range of a vector. */
    public static IllegalArgumentException beyond(LocalDateTime time) {
        return new IllegalArgumentException(
                time + " is beyond what a timestamp reaches here, the years -290308 to 294247"
                        + " (64 bits of microseconds); declare the column as type = \"text\" in datasets.toml, or filter such rows out");
    }

    /**
     * Nanoseconds of {@code [-]H…H:MM:SS[.fraction]}; the hours may go beyond 24 (MariaDB's TIME is a duration).
     *
     * @throws DateTimeException when the text has another form
     */
    public static long parseTime(String text) {
        int at = text.startsWith("-") ? 1 : 0;
        int colon = text.indexOf(':', at);
        if (colon < 0 || text.length() < colon + 6 || text.charAt(colon + 3) != ':') {
            throw new DateTimeException("\"" + text + "\" is not a time");
        }
        try {
            int minutes = Integer.parseInt(text.substring(colon + 1, colon + 3));
            int seconds = Integer.parseInt(text.substring(colon + 4, colon + 6));
            if (minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59) {
                throw new DateTimeException("\"" + text + "\" is not a time");
            }
            long hours = Integer.parseInt(text.substring(at, colon));
            long nanos = (hours * 3600 + minutes * 60 + seconds) * NANOS_PER_SECOND;
            if (text.length() > colon + 6) {
                nanos += fraction(text, colon + 6);
            }
            return at == 1 ? -nanos : nanos;
        } catch (NumberFormatException e) {
            throw new DateTimeException("\"" + text + "\" is not a time", e);
        }
    }

    /** Of digits behind a point, nanoseconds at most. */
    private static long fraction(String text, int point) {
        String digits = text.substring(point + 1);
        if (text.charAt(point) != '.'
                || digits.isEmpty()
                || !digits.chars().allMatch(each -> each >= '0' && each <= '9')) {
            throw new DateTimeException("\"" + text + "\" is not a time");
        }
        if (digits.length() > 9 && !digits.substring(9).matches("0+")) {
            throw new DateTimeException("\"" + text + "\" has more digits than the nanoseconds that a time has here");
        }
        return Long.parseLong((digits + "000000000").substring(0, 9));
    }
}
