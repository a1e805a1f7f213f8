package io.waybill.contract;

import io.waybill.flow.ColumnType;
import io.waybill.flow.Scalars;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.regex.Pattern;

/**
 * A flow's values as a column vector keeps those of a column.
 *
 * @param zone the zone of times that have none, and are compared with points in time
 */
record Typed(ColumnType type, ZoneId zone) {

    private static final long MICROS = 1_000_000;
    /** In quotes, so that all digits count. */
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,1000}(\\.\\d{1,1000})?");

    private static final BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);

    /** A time: microseconds and nanoseconds below them. */
    record Moment(long micros, int nanos) implements Comparable<Moment> {

        @Override
        public int compareTo(Moment other) {
            return micros == other.micros ? Integer.compare(nanos, other.nanos) : Long.compare(micros, other.micros);
        }
    }

    /** A number as digits. */
    static byte[] digits(BigDecimal number) {
        return number.toPlainString().getBytes(StandardCharsets.US_ASCII);
    }

    BigDecimal number(Object value) {
        if (value instanceof BigDecimal number) {
            return number;
        }
        if (value instanceof Long number) {
            return BigDecimal.valueOf(number);
        }
        if (value instanceof String text && NUMBER.matcher(text).matches()) {
            return new BigDecimal(text);
        }
        throw mismatch(value);
    }

    /** The nearest whole number in a direction, as far as a column of whole numbers goes. */
    long whole(Object value, RoundingMode direction) {
        BigInteger whole = number(value).setScale(0, direction).toBigInteger();
        return whole.max(LEAST).min(MOST).longValue();
    }

    long whole(Object value) {
        BigDecimal number = number(value);
        if (number.stripTrailingZeros().scale() > 0) {
            throw mismatch(value);
        }
        return whole(value, RoundingMode.UNNECESSARY);
    }

    /** A number as a column of floats has it. */
    double floating(Object value) {
        BigDecimal number = number(value);
        return type.kind() == ColumnType.Kind.FLOAT32 ? number.floatValue() : number.doubleValue();
    }

    long truth(Object value) {
        if (value instanceof Boolean truth) {
            return truth ? 1 : 0;
        }
        throw mismatch(value);
    }

    byte[] text(Object value) {
        if (value instanceof String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        throw mismatch(value);
    }

    long day(Object value) {
        try {
            if (value instanceof LocalDate date) {
                return date.toEpochDay();
            }
            if (value instanceof String text) {
                return LocalDate.parse(text).toEpochDay();
            }
        } catch (DateTimeException e) {
            throw mismatch(value);
        }
        throw mismatch(value);
    }

    long timeOfDay(Object value) {
        try {
            if (value instanceof LocalTime time) {
                return time.toNanoOfDay();
            }
            if (value instanceof String text) {
                return LocalTime.parse(text).toNanoOfDay();
            }
        } catch (DateTimeException e) {
            throw mismatch(value);
        }
        throw mismatch(value);
    }

    /** A point in time, or what clocks show. */
    Moment moment(Object value) {
        try {
            return type.kind() == ColumnType.Kind.INSTANT
                    ? of(instant(value))
                    : of(local(value).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            throw mismatch(value);
        }
    }

    static Moment of(Instant instant) {
        int nanos = instant.getNano();
        return new Moment(
                Math.addExact(Math.multiplyExact(instant.getEpochSecond(), MICROS), nanos / 1000), nanos % 1000);
    }

    private Instant instant(Object value) {
        if (value instanceof OffsetDateTime time) {
            return time.toInstant();
        }
        if (value instanceof String text && text.matches(".{11,}(Z|[+-]\\d\\d:\\d\\d)")) {
            return OffsetDateTime.parse(text.replace(' ', 'T')).toInstant();
        }
        return local(value).atZone(zone).toInstant();
    }

    private LocalDateTime local(Object value) {
        if (value instanceof LocalDateTime time) {
            return time;
        }
        if (value instanceof LocalDate date) {
            return date.atStartOfDay();
        }
        if (!(value instanceof String text)) {
            throw mismatch(value); // one with an offset too: nobody knows whose clocks the column is of
        }
        return text.length() <= 10 ? LocalDate.parse(text).atStartOfDay() : LocalDateTime.parse(text.replace(' ', 'T'));
    }

    IllegalArgumentException mismatch(Object value) {
        return new IllegalArgumentException(Scalars.text(value) + " does not go with " + type);
    }
}
