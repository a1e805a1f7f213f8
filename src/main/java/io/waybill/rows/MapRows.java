package io.waybill.rows;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.database.TimeText;
import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import io.waybill.flow.FloatText;
import io.waybill.flow.NumberRange;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Rows made of maps, for routes by hand that marshal a list or an iterator. Maps carry no types, so a column's type is
 * what all its values among the first {@link #SAMPLE} maps have in common; a later value that does not fit it, or a key
 * that none of them had, is an error that names its row.
 *
 * <p>Where the columns are known before, as of a run, each map has to have all of them and no other.
 */
public final class MapRows implements Rows {

    /** Maps that are looked at before the schema is settled. */
    public static final int SAMPLE = 1024;

    private final RowSchema schema;
    private final Iterator<Map<String, ?>> sampled;
    private final Iterator<? extends Map<String, ?>> rest;
    private final MapArray[] arrays;
    private final boolean planned;
    private long rows;

    public MapRows(Iterator<? extends Map<String, ?>> maps) {
        List<Map<String, ?>> sample = new ArrayList<>();
        while (sample.size() < SAMPLE && maps.hasNext()) {
            sample.add(maps.next());
        }
        this.schema = schemaOf(sample);
        this.sampled = sample.iterator();
        this.rest = maps;
        this.arrays = arrays(schema);
        this.planned = false;
    }

    /**
     * Rows of columns that are known.
     *
     * @param maps the maps; what is none of them is an error that names its row
     */
    public MapRows(Iterator<?> maps, RowSchema schema) {
        this.schema = schema;
        this.sampled = Collections.emptyIterator();
        this.rest = new Maps(maps);
        this.arrays = arrays(schema);
        this.planned = true;
    }

    private static MapArray[] arrays(RowSchema schema) {
        return schema.columns().stream()
                .map(column -> column.type().element() == null ? null : new MapArray(column.type()))
                .toArray(MapArray[]::new);
    }

    /** The elements of a body, each of which has to be a map. */
    private static final class Maps implements Iterator<Map<String, ?>>, AutoCloseable {

        private final Iterator<?> elements;
        private long row;

        Maps(Iterator<?> elements) {
            this.elements = elements;
        }

        @Override
        public boolean hasNext() {
            return elements.hasNext();
        }

        @Override
        @SuppressWarnings("unchecked") // a key that is no text is none of the columns, and refused as that
        public Map<String, ?> next() {
            Object element = elements.next();
            row++;
            if (element instanceof Map<?, ?> map) {
                return (Map<String, ?>) map;
            }
            throw new WaybillException(
                    Stage.READ,
                    "row " + row + ": "
                            + (element == null
                                    ? "there is nothing"
                                    : "it is a " + element.getClass().getName())
                            + " where a map of columns has to be");
        }

        @Override
        public void close() throws Exception {
            if (elements instanceof AutoCloseable closeable) {
                closeable.close();
            }
        }
    }

    private static RowSchema schemaOf(List<Map<String, ?>> sample) {
        Map<String, ColumnType> types = new LinkedHashMap<>();
        for (Map<String, ?> row : sample) {
            row.forEach((name, value) -> types.merge(name, typeOf(value), MapRows::common));
        }
        return new RowSchema(types.entrySet().stream()
                .map(column -> new Column(column.getKey(), settled(column.getValue())))
                .toList());
    }

    private static ColumnType settled(ColumnType type) {
        if (type.element() != null) {
            return ColumnType.array(settled(type.element()));
        }
        return type.equals(NULL) ? ColumnType.TEXT : type;
    }

    /** Stands for a column without a value so far; never leaves this class. */
    private static final ColumnType NULL = new ColumnType(Kind.TEXT, -1, 0, null);

    /** The type of what is of some classes. */
    private record Known(ColumnType type, Class<?>... classes) {}

    /** A class stands before those that it extends: each date of java.sql is one of java.util. */
    private static final List<Known> TYPES = List.of(
            new Known(ColumnType.BOOLEAN, Boolean.class),
            new Known(ColumnType.INT16, Short.class, Byte.class),
            new Known(ColumnType.INT32, Integer.class),
            new Known(ColumnType.INT64, Long.class),
            new Known(ColumnType.FLOAT32, Float.class),
            new Known(ColumnType.FLOAT64, Double.class),
            new Known(ColumnType.UNLIMITED_DECIMAL, BigDecimal.class, BigInteger.class),
            new Known(ColumnType.DATE, LocalDate.class, java.sql.Date.class),
            new Known(ColumnType.time(9), LocalTime.class, java.sql.Time.class),
            new Known(ColumnType.timestamp(9), LocalDateTime.class, java.sql.Timestamp.class),
            new Known(ColumnType.instant(9), Instant.class, OffsetDateTime.class, ZonedDateTime.class, Date.class),
            new Known(ColumnType.UUID, UUID.class),
            new Known(ColumnType.BINARY, byte[].class));

    private static ColumnType typeOf(Object value) {
        if (value == null) {
            return NULL;
        }
        if (MapArray.isArray(value)) {
            ColumnType element = NULL;
            for (Object each : MapArray.elements(value)) {
                element = common(element, typeOf(each));
            }
            return ColumnType.array(element);
        }
        return TYPES.stream()
                .filter(known -> Arrays.stream(known.classes()).anyMatch(each -> each.isInstance(value)))
                .findFirst()
                .map(Known::type)
                .orElse(ColumnType.TEXT);
    }

    private static final List<Kind> NUMBERS =
            List.of(Kind.INT16, Kind.INT32, Kind.INT64, Kind.FLOAT32, Kind.FLOAT64, Kind.DECIMAL);

    private static ColumnType common(ColumnType one, ColumnType other) {
        if (one.equals(other) || other.equals(NULL)) {
            return one;
        }
        if (one.equals(NULL)) {
            return other;
        }
        if (one.element() != null && other.element() != null) {
            return ColumnType.array(common(one.element(), other.element()));
        }
        int first = NUMBERS.indexOf(one.kind());
        int second = NUMBERS.indexOf(other.kind());
        if (first < 0 || second < 0) {
            return ColumnType.TEXT;
        }
        ColumnType wider = first > second ? one : other;
        // a long does not fit a double without loss, so integers and floats meet in decimals
        boolean mixed = Math.min(first, second) <= 2 && wider.isFloating();
        return mixed ? ColumnType.UNLIMITED_DECIMAL : wider;
    }

    @Override
    public RowSchema schema() {
        return schema;
    }

    @Override
    public boolean read(RowBatch batch) {
        batch.clear();
        while (!batch.isFull() && (sampled.hasNext() || rest.hasNext())) {
            Map<String, ?> row = sampled.hasNext() ? sampled.next() : rest.next();
            rows++;
            if (planned) {
                requireColumns(row);
            }
            int seen = 0;
            for (int i = 0; i < schema.size(); i++) {
                String name = schema.column(i).name();
                seen += row.containsKey(name) ? 1 : 0;
                append(i, batch.column(i), row.get(name));
            }
            if (seen < row.size()) {
                throw new WaybillException(
                        Stage.READ,
                        "row " + rows + ": it has a key that none of the first " + SAMPLE + " rows has; those have "
                                + schema.names());
            }
            batch.endRow();
        }
        return batch.rows() > 0;
    }

    private void requireColumns(Map<String, ?> row) {
        for (String name : schema.names()) {
            if (!row.containsKey(name)) {
                throw new WaybillException(
                        Stage.READ,
                        "row " + rows + ": it lacks column \"" + name + "\"; each row has all columns of the plan, "
                                + schema.names() + ", and null where there is no value");
            }
        }
        if (row.size() > schema.size()) {
            List<Object> others = new ArrayList<>(row.keySet());
            others.removeAll(schema.names());
            throw new WaybillException(
                    Stage.READ,
                    "row " + rows + ": it has \"" + others.get(0) + "\", which is no column of the plan; those are "
                            + schema.names());
        }
    }

    private void append(int index, ColumnVector out, Object value) {
        try {
            if (planned && value != null && (hasNoText(value) || arrays[index] == null && MapArray.isArray(value))) {
                throw new ClassCastException();
            }
            if (arrays[index] == null || value == null) {
                append(out, value);
            } else {
                arrays[index].append(out, value);
            }
        } catch (ClassCastException | ArithmeticException | IllegalArgumentException e) {
            throw new WaybillException(
                    Stage.READ,
                    schema.column(index).at(rows) + ": " + shown(value) + " does not fit the column's type, "
                            + out.type(),
                    e);
        }
    }

    /** Whether what it says of itself is not its content. */
    private static boolean hasNoText(Object value) {
        return value instanceof java.sql.Clob || value instanceof java.sql.Blob || value instanceof Map<?, ?>;
    }

    /** What a message says of a value: its number, or its class alone, for text may be long or nobody's business. */
    private static String shown(Object value) {
        return value instanceof Number number
                ? number.toString()
                : value.getClass().getSimpleName();
    }

    /** Appends a value that is no array, or NULL. */
    static void append(ColumnVector out, Object value) {
        if (value == null) {
            out.appendNull();
            return;
        }
        switch (out.type().kind()) {
            case BOOLEAN -> out.appendBoolean((Boolean) value);
            case INT16, INT32, INT64 -> out.appendLong(NumberRange.check(integer(value), out.type()));
            case FLOAT32 -> out.appendDouble(single(value));
            case FLOAT64 -> out.appendDouble(floating(value));
            case DECIMAL -> out.appendText(digits(value));
            case TEXT, JSON, UUID -> out.appendText(text(value));
            case BINARY -> out.appendBytes((byte[]) value);
            case DATE ->
                TimeText.append(out, value instanceof java.sql.Date date ? date.toLocalDate() : (LocalDate) value);
            case TIME ->
                TimeText.append(out, value instanceof java.sql.Time time ? time.toLocalTime() : (LocalTime) value);
            case TIMESTAMP ->
                TimeText.append(
                        out, value instanceof java.sql.Timestamp time ? time.toLocalDateTime() : (LocalDateTime) value);
            case INSTANT -> TimeText.append(out, instant(value));
            case ARRAY -> throw new ClassCastException();
        }
    }

    /** Bytes have no text of their own. */
    private static String text(Object value) {
        if (value instanceof byte[]) {
            throw new ClassCastException();
        }
        return value.toString();
    }

    private static long integer(Object value) {
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        throw new ClassCastException();
    }

    private static double single(Object value) {
        double number = floating(value);
        if (!Double.isNaN(number) && (float) number != number) {
            throw new ArithmeticException(number + " is no single");
        }
        return number;
    }

    private static double floating(Object value) {
        if (value instanceof Double || value instanceof Float) {
            return ((Number) value).doubleValue();
        }
        throw new ClassCastException();
    }

    private static String digits(Object value) {
        if (value instanceof BigDecimal number) {
            return number.toPlainString();
        }
        if (value instanceof Double number) {
            return Double.isFinite(number) ? new BigDecimal(FloatText.of(number)).toPlainString() : number.toString();
        }
        if (value instanceof Float number) {
            return Float.isFinite(number) ? new BigDecimal(FloatText.of(number)).toPlainString() : number.toString();
        }
        return value instanceof BigInteger ? value.toString() : Long.toString(integer(value));
    }

    private static Instant instant(Object value) {
        if (value instanceof OffsetDateTime time) {
            return time.toInstant();
        }
        if (value instanceof ZonedDateTime time) {
            return time.toInstant();
        }
        return value instanceof Date date ? date.toInstant() : (Instant) value;
    }

    @Override
    public void close() {
        if (rest instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                throw new WaybillException(Stage.READ, "closing the rows failed: " + e.getMessage(), e);
            }
        }
    }
}
