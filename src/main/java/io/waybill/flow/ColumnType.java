package io.waybill.flow;

import java.io.Serializable;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the values of one column mean, whatever database they come from.
 *
 * @param kind the family of the type, which also says how a column vector keeps the values
 * @param precision digits of a decimal, or digits after the second's point of a time; 0 where unknown or without meaning
 * @param scale digits after the decimal point; 0 where it has no meaning
 * @param element the type of an array's elements; null for all other kinds
 */
public record ColumnType(Kind kind, int precision, int scale, ColumnType element) implements Serializable {

    /** The families of types. */
    public enum Kind {
        /** 0 or 1 in a long. */
        BOOLEAN("boolean"),
        /** A signed 16-bit integer in a long. */
        INT16("smallint"),
        /** A signed 32-bit integer in a long. */
        INT32("integer"),
        /** A signed 64-bit integer in a long. */
        INT64("bigint"),
        /** An IEEE 754 single, kept in a double. */
        FLOAT32("real"),
        /** An IEEE 754 double. */
        FLOAT64("double"),
        /** An exact number: its plain decimal digits as ASCII ({@code -12.50}), or {@code NaN}, {@code Infinity}. */
        DECIMAL("decimal"),
        /** Text, UTF-8. */
        TEXT("text"),
        /** A JSON document, UTF-8. */
        JSON("json"),
        /** A UUID in its 36-character form, ASCII. */
        UUID("uuid"),
        /** Bytes. */
        BINARY("binary"),
        /** Days since 1970-01-01, proleptic Gregorian, in a long. */
        DATE("date"),
        /** Nanoseconds since midnight in a long. */
        TIME("time"),
        /** A local date and time: microseconds since 1970-01-01T00:00, and nanoseconds below them. */
        TIMESTAMP("timestamp"),
        /** A point in time: microseconds since 1970-01-01T00:00Z, and nanoseconds below them. */
        INSTANT("timestamptz"),
        /** An array, kept as its JSON text. */
        ARRAY("[]");

        private final String declared;

        /** @param declared as a flow's author would declare it, without digits */
        Kind(String declared) {
            this.declared = declared;
        }
    }

    public static final ColumnType BOOLEAN = of(Kind.BOOLEAN);
    public static final ColumnType INT16 = of(Kind.INT16);
    public static final ColumnType INT32 = of(Kind.INT32);
    public static final ColumnType INT64 = of(Kind.INT64);
    public static final ColumnType FLOAT32 = of(Kind.FLOAT32);
    public static final ColumnType FLOAT64 = of(Kind.FLOAT64);
    public static final ColumnType TEXT = of(Kind.TEXT);
    public static final ColumnType JSON = of(Kind.JSON);
    public static final ColumnType UUID = of(Kind.UUID);
    public static final ColumnType BINARY = of(Kind.BINARY);
    public static final ColumnType DATE = of(Kind.DATE);
    /** A decimal whose digits are not limited by its declaration. */
    public static final ColumnType UNLIMITED_DECIMAL = of(Kind.DECIMAL);

    /** A column vector keeps an infinite date or timestamp as this value. */
    public static final long POSITIVE_INFINITY = Long.MAX_VALUE;
    /** A column vector keeps a negative infinite date or timestamp as this value. */
    public static final long NEGATIVE_INFINITY = Long.MIN_VALUE;

    private static final Pattern DECLARED =
            Pattern.compile("([a-z0-9_ ]+?)\\s*(?:\\(\\s*(\\d+)\\s*(?:,\\s*(\\d+)\\s*)?\\))?(\\[])?");

    public ColumnType {
        Objects.requireNonNull(kind, "kind");
        if ((kind == Kind.ARRAY) != (element != null)) {
            throw new IllegalArgumentException("an array, and nothing else, has an element type");
        }
    }

    private static ColumnType of(Kind kind) {
        return new ColumnType(kind, 0, 0, null);
    }

    /** A decimal of at most {@code precision} digits, {@code scale} of them after the point. */
    public static ColumnType decimal(int precision, int scale) {
        return new ColumnType(Kind.DECIMAL, precision, scale, null);
    }

    /** A time of day with {@code digits} digits after the second's point. */
    public static ColumnType time(int digits) {
        return new ColumnType(Kind.TIME, digits, 0, null);
    }

    /** A local timestamp with {@code digits} digits after the second's point. */
    public static ColumnType timestamp(int digits) {
        return new ColumnType(Kind.TIMESTAMP, digits, 0, null);
    }

    /** A point in time with {@code digits} digits after the second's point. */
    public static ColumnType instant(int digits) {
        return new ColumnType(Kind.INSTANT, digits, 0, null);
    }

    public static ColumnType array(ColumnType element) {
        return new ColumnType(Kind.ARRAY, 0, 0, element);
    }

    /** Whether a column vector keeps an infinite date or timestamp by that value. */
    public static boolean isInfinite(long value) {
        return value == POSITIVE_INFINITY || value == NEGATIVE_INFINITY;
    }

    /** A record's own would make classes at each start, for each of its components. */
    @Override
    public boolean equals(Object other) {
        return other instanceof ColumnType type
                && kind == type.kind
                && precision == type.precision
                && scale == type.scale
                && Objects.equals(element, type.element);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, precision, scale, element);
    }

    /** Whether values of a type that was found are still to be checked or converted before they are of this, the declared one. */
    public boolean isConversionOf(ColumnType found) {
        return !equals(found) && !(kind == Kind.TEXT && found.kind() == Kind.TEXT);
    }

    /** Whether this is a decimal with a declared number of digits. */
    public boolean isLimitedDecimal() {
        return kind == Kind.DECIMAL && precision > 0;
    }

    /** Whether values have digits below the microsecond. */
    public boolean hasNanos() {
        return (kind == Kind.TIMESTAMP || kind == Kind.INSTANT) && precision > 6;
    }

    /** Whether values are dates, or dates with a time. */
    public boolean isTimed() {
        return kind == Kind.DATE || kind == Kind.TIMESTAMP || kind == Kind.INSTANT;
    }

    /** Whether values are whole numbers. */
    public boolean isInteger() {
        return kind == Kind.INT16 || kind == Kind.INT32 || kind == Kind.INT64;
    }

    /** Whether values are floating point numbers. */
    public boolean isFloating() {
        return kind == Kind.FLOAT32 || kind == Kind.FLOAT64;
    }

    /** Whether values are numbers. */
    public boolean isNumber() {
        return isInteger() || isFloating() || kind == Kind.DECIMAL;
    }

    /** Whether values are kept as bytes (text, digits, JSON, binary) rather than as numbers. */
    public boolean isBytes() {
        return switch (kind) {
            case DECIMAL, TEXT, JSON, UUID, BINARY, ARRAY -> true;
            case BOOLEAN, INT16, INT32, INT64, FLOAT32, FLOAT64, DATE, TIME, TIMESTAMP, INSTANT -> false;
        };
    }

    /** The names that {@link #parse} takes, for messages. */
    public static final String DECLARABLE =
            "boolean, smallint, integer, bigint, real, double, decimal(p,s), text, json, "
                    + "uuid, binary, date, time, timestamp, timestamptz";

    /**
     * Reads a declared type such as {@code bigint}, {@code decimal(12,2)} or {@code text[]}; the usual SQL spellings
     * are taken too.
     *
     * @throws IllegalArgumentException when the type is unknown; the message says what is allowed
     */
    public static ColumnType parse(String declared) {
        Matcher matcher = DECLARED.matcher(declared.trim().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw unknown(declared);
        }
        int first = matcher.group(2) == null ? -1 : Integer.parseInt(matcher.group(2));
        int second = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
        ColumnType type = switch (matcher.group(1)) {
            case "boolean", "bool" -> BOOLEAN;
            case "smallint", "tinyint", "int2", "int16" -> INT16;
            case "integer", "int", "int4", "int32" -> INT32;
            case "bigint", "int8", "int64", "long" -> INT64;
            case "real", "float4", "float32" -> FLOAT32;
            case "double", "double precision", "float", "float8", "float64" -> FLOAT64;
            case "decimal", "numeric", "number" -> first < 0 ? UNLIMITED_DECIMAL : decimal(first, second);
            case "text", "string", "varchar", "char", "character varying", "character" -> TEXT;
            case "json", "jsonb" -> JSON;
            case "uuid" -> UUID;
            case "binary", "bytes", "bytea", "varbinary", "blob" -> BINARY;
            case "date" -> DATE;
            case "time" -> time(first < 0 ? 6 : first);
            case "timestamp", "datetime", "timestamp without time zone" -> timestamp(first < 0 ? 6 : first);
            case "timestamptz", "timestamp with time zone", "instant" -> instant(first < 0 ? 6 : first);
            default -> throw unknown(declared);
        };
        return matcher.group(4) == null ? type : array(type);
    }

    private static IllegalArgumentException unknown(String declared) {
        return new IllegalArgumentException("\"" + declared + "\" is not a column type; allowed: " + DECLARABLE);
    }

    /** The type as a flow's author would declare it; {@link #parse} reads it back. */
    @Override
    public String toString() {
        return switch (kind) {
            case DECIMAL -> precision == 0 ? kind.declared : kind.declared + "(" + precision + "," + scale + ")";
            case TIME, TIMESTAMP, INSTANT -> kind.declared + "(" + precision + ")";
            case ARRAY -> element + kind.declared;
            default -> kind.declared;
        };
    }
}
