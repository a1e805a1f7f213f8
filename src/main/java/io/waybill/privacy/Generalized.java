package io.waybill.privacy;

import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import io.waybill.flow.FloatText;
import io.waybill.flow.Transform.Span;
import io.waybill.flow.TransformKeys;
import io.waybill.rows.ColumnVector;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.TemporalAdjusters;

/** Less exact values: the beginning of a span of the calendar, or of a range of numbers. */
final class Generalized {

    private static final long MICROS = 1_000_000;

    private Generalized() {}

    static ColumnTransform of(TreatedColumn column, ZoneId zone) {
        if (column.transform().get(TransformKeys.BUCKET) != null) {
            return bucket(
                    column.read().type(),
                    column.written().type(),
                    column.transform().get(TransformKeys.BUCKET));
        }
        Span span = column.transform().get(TransformKeys.TO);
        return column.read().type().kind() == Kind.DATE
                ? new Dates(span)
                : new Times(span, column.read().type().kind() == Kind.INSTANT ? zone : ZoneOffset.UTC);
    }

    private static LocalDate startOf(LocalDate day, Span span) {
        return switch (span) {
            case DAY, HOUR -> day;
            case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case MONTH -> day.withDayOfMonth(1);
            case QUARTER -> LocalDate.of(day.getYear(), (day.getMonthValue() - 1) / 3 * 3 + 1, 1);
            case YEAR -> day.withDayOfYear(1);
        };
    }

    /** Infinite ones stay. */
    private record Dates(Span span) implements ColumnTransform.OfValue {

        @Override
        public void append(ColumnVector values, int row, ColumnVector out) {
            long day = values.longAt(row);
            out.appendLong(
                    ColumnType.isInfinite(day)
                            ? day
                            : startOf(LocalDate.ofEpochDay(day), span).toEpochDay());
        }
    }

    /** Infinite ones stay. What lies in the same span as the value before is not reckoned anew. */
    private static final class Times implements ColumnTransform.OfValue {

        private final Span span;
        private final ZoneId zone;
        private long day = Long.MIN_VALUE;
        private long startOfDay;

        Times(Span span, ZoneId zone) {
            this.span = span;
            this.zone = zone;
        }

        @Override
        public void append(ColumnVector values, int row, ColumnVector out) {
            long micros = values.longAt(row);
            if (ColumnType.isInfinite(micros)) {
                out.appendTimestamp(micros, 0);
                return;
            }
            long second = Math.floorDiv(micros, MICROS);
            if (span == Span.HOUR) { // whatever a change of the clocks does to it
                LocalDateTime local = Instant.ofEpochSecond(second).atZone(zone).toLocalDateTime();
                out.appendTimestamp((second - local.getMinute() * 60L - local.getSecond()) * MICROS, 0);
                return;
            }
            ZonedDateTime time = Instant.ofEpochSecond(second).atZone(zone);
            long start = startOf(time.toLocalDate(), span).toEpochDay();
            if (start != day) {
                long first = LocalDate.ofEpochDay(start).atStartOfDay(zone).toEpochSecond();
                if (first < Long.MIN_VALUE / MICROS) {
                    throw new RefusedValueException(row, "the value's span begins before the first timestamp there is");
                }
                day = start;
                startOfDay = first * MICROS;
            }
            out.appendTimestamp(startOfDay, 0);
        }
    }

    private static ColumnTransform bucket(ColumnType read, ColumnType written, BigDecimal bucket) {
        if (read.isInteger()) {
            return whole(bucket.longValueExact());
        }
        if (read.isFloating()) {
            return floating(read, bucket);
        }
        return (ColumnTransform.OfValue) (values, row, out) -> {
            String digits = values.textAt(row);
            if (!Character.isDigit(digits.charAt(digits.length() - 1))) {
                out.appendText(digits); // NaN, Infinity
                return;
            }
            BigDecimal floor = floor(new BigDecimal(digits), bucket);
            int scale = written.isLimitedDecimal() ? written.scale() : Math.max(0, floor.scale());
            out.appendBytes(floor.setScale(scale, RoundingMode.UNNECESSARY)
                    .toPlainString()
                    .getBytes(StandardCharsets.US_ASCII));
        };
    }

    private static BigDecimal floor(BigDecimal value, BigDecimal bucket) {
        BigDecimal floor = value.divide(bucket, 0, RoundingMode.FLOOR).multiply(bucket);
        return floor.signum() == 0 ? BigDecimal.ZERO : floor.stripTrailingZeros();
    }

    /** The lowest bucket begins at the least number there is, where its own beginning lies below that. */
    private static ColumnTransform whole(long bucket) {
        return (ColumnTransform.OfValue) (values, row, out) -> {
            long value = values.longAt(row);
            long rest = Math.floorMod(value, bucket);
            out.appendLong(value < Long.MIN_VALUE + rest ? Long.MIN_VALUE : value - rest);
        };
    }

    /** Of the digits that the value is shown by: those of its bits would put 0.3 below three tenths. */
    private static ColumnTransform floating(ColumnType read, BigDecimal bucket) {
        return (ColumnTransform.OfValue) (values, row, out) -> {
            double value = values.doubleAt(row);
            if (!Double.isFinite(value)) {
                out.appendDouble(value);
                return;
            }
            boolean single = read.kind() == Kind.FLOAT32;
            BigDecimal floor =
                    floor(new BigDecimal(single ? FloatText.of((float) value) : FloatText.of(value)), bucket);
            out.appendDouble(single ? floor.floatValue() : floor.doubleValue());
        };
    }
}
