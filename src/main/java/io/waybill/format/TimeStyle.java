package io.waybill.format;

import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import io.waybill.rows.CellWriter;
import io.waybill.rows.Column;
import io.waybill.rows.ColumnVector;
import io.waybill.rows.IsoText;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;

/**
 * How a text format writes dates and times.
 *
 * @param dateFormat a pattern; null for ISO 8601
 * @param timestampFormat likewise, for timestamps with and without zone; null for ISO 8601
 * @param zone the zone that points in time are shown in; null for UTC, written {@code Z}
 */
record TimeStyle(TimePattern dateFormat, TimePattern timestampFormat, ZoneId zone) {

    static TimeStyle of(String dateFormat, String timestampFormat, String zone) {
        return new TimeStyle(
                TimePattern.of(dateFormat), TimePattern.of(timestampFormat), zone == null ? null : ZoneId.of(zone));
    }

    /** Refuses a pattern that a column has not what it shows for. */
    void check(Column column) {
        switch (column.type().kind()) {
            case DATE -> check(dateFormat, column, "date_format");
            case TIMESTAMP -> check(timestampFormat, column, "timestamp_format");
            default -> {}
        }
    }

    private static void check(TimePattern pattern, Column column, String key) {
        if (pattern != null) {
            pattern.requireNoZone(column, key);
        }
    }

    /** Whether a value may hold characters that ISO 8601 does not use, so that a format has to look at them. */
    boolean isFreeText(ColumnType type) {
        return switch (type.kind()) {
            case DATE -> dateFormat != null;
            case TIMESTAMP, INSTANT -> timestampFormat != null;
            default -> false;
        };
    }

    /** Writes values of a date or time type. */
    CellWriter writer(ColumnType type) {
        boolean shifted = type.kind() == Kind.INSTANT && zone != null;
        if (!isFreeText(type) && !shifted) {
            return IsoText.writer(type);
        }
        return switch (type.kind()) {
            case DATE -> formatted(dateFormat, TimeStyle::date);
            case TIMESTAMP -> formatted(timestampFormat, TimeStyle::localTime);
            default -> instantWriter();
        };
    }

    private CellWriter instantWriter() {
        ZoneId shown = zone == null ? ZoneOffset.UTC : zone;
        TimePattern formatter = timestampFormat == null
                ? new TimePattern("ISO 8601", DateTimeFormatter.ISO_OFFSET_DATE_TIME, true)
                : timestampFormat;
        return formatted(
                formatter,
                (column, row) -> localTime(column, row).atZone(ZoneOffset.UTC).withZoneSameInstant(shown));
    }

    @FunctionalInterface
    private interface Temporals {
        TemporalAccessor at(ColumnVector column, int row);
    }

    private static CellWriter formatted(TimePattern formatter, Temporals values) {
        return (column, row, out) -> {
            if (!IsoText.putInfinity(column.longAt(row), out)) {
                out.put(formatter.format(values.at(column, row)).getBytes(StandardCharsets.UTF_8));
            }
        };
    }

    private static TemporalAccessor date(ColumnVector column, int row) {
        return LocalDate.ofEpochDay(column.longAt(row)).atTime(LocalTime.MIDNIGHT);
    }

    private static LocalDateTime localTime(ColumnVector column, int row) {
        long micros = column.longAt(row);
        return LocalDateTime.ofEpochSecond(
                Math.floorDiv(micros, 1_000_000L),
                (int) Math.floorMod(micros, 1_000_000L) * 1000 + column.subMicrosAt(row),
                ZoneOffset.UTC);
    }
}
