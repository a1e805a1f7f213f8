package io.waybill.format;

import io.waybill.flow.ColumnType;
import io.waybill.rows.CellWriter;
import io.waybill.rows.ColumnVector;
import io.waybill.rows.IsoText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;

/**
 * How a text format writes dates and times.
 *
 * @param dateFormat a pattern of {@link DateTimeFormatter}; null for ISO 8601
 * @param timestampFormat likewise, for timestamps with and without zone; null for ISO 8601
 * @param zone the zone that points in time are shown in; null for UTC, written {@code Z}
 */
record TimeStyle(DateTimeFormatter dateFormat, DateTimeFormatter timestampFormat, ZoneId zone) {

    static final TimeStyle ISO = new TimeStyle(null, null, null);

    static TimeStyle of(String dateFormat, String timestampFormat, String zone) {
        return new TimeStyle(pattern(dateFormat), pattern(timestampFormat), zone == null ? null : ZoneId.of(zone));
    }

    private static DateTimeFormatter pattern(String pattern) {
        return pattern == null ? null : DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
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
        return switch (type.kind()) {
            case DATE -> dateFormat == null ? IsoText.writer(type) : formatted(dateFormat, TimeStyle::date);
            case TIME -> IsoText.writer(type);
            case TIMESTAMP ->
                timestampFormat == null ? IsoText.writer(type) : formatted(timestampFormat, TimeStyle::localTime);
            case INSTANT -> instantWriter();
            default -> throw new IllegalArgumentException(type + " is not a date or time");
        };
    }

    private CellWriter instantWriter() {
        if (timestampFormat == null && zone == null) {
            return IsoText::instant;
        }
        ZoneId shown = zone == null ? ZoneOffset.UTC : zone;
        DateTimeFormatter formatter =
                timestampFormat == null ? DateTimeFormatter.ISO_OFFSET_DATE_TIME : timestampFormat;
        return formatted(formatter, (column, row) -> {
            long micros = column.longAt(row);
            return Instant.ofEpochSecond(
                            Math.floorDiv(micros, 1_000_000L),
                            Math.floorMod(micros, 1_000_000L) * 1000 + column.subMicrosAt(row))
                    .atZone(shown);
        });
    }

    @FunctionalInterface
    private interface Temporals {
        TemporalAccessor at(ColumnVector column, int row);
    }

    private static CellWriter formatted(DateTimeFormatter formatter, Temporals values) {
        return (column, row, out) -> {
            long value = column.longAt(row);
            if (value == ColumnType.POSITIVE_INFINITY || value == ColumnType.NEGATIVE_INFINITY) {
                out.putAscii(value > 0 ? "infinity" : "-infinity");
            } else {
                out.put(formatter.format(values.at(column, row)).getBytes(StandardCharsets.UTF_8));
            }
        };
    }

    private static TemporalAccessor date(ColumnVector column, int row) {
        return LocalDate.ofEpochDay(column.longAt(row)).atTime(LocalTime.MIDNIGHT);
    }

    private static TemporalAccessor localTime(ColumnVector column, int row) {
        long micros = column.longAt(row);
        return LocalDateTime.ofEpochSecond(
                Math.floorDiv(micros, 1_000_000L),
                (int) Math.floorMod(micros, 1_000_000L) * 1000 + column.subMicrosAt(row),
                ZoneOffset.UTC);
    }
}
