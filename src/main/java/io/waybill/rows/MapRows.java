package io.waybill.rows;

import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
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
 */
public final class MapRows implements Rows {

    /** Maps that are looked at before the schema is settled. */
    public static final int SAMPLE = 1024;

    private final RowSchema schema;
    private final Iterator<Map<String, ?>> sampled;
    private final Iterator<? extends Map<String, ?>> rest;
    private long rows;

    public MapRows(Iterator<? extends Map<String, ?>> maps) {
        List<Map<String, ?>> sample = new ArrayList<>();
        while (sample.size() < SAMPLE && maps.hasNext()) {
            sample.add(maps.next());
        }
        this.schema = schemaOf(sample);
        this.sampled = sample.iterator();
        this.rest = maps;
    }

    private static RowSchema schemaOf(List<Map<String, ?>> sample) {
        Map<String, ColumnType> types = new LinkedHashMap<>();
        for (Map<String, ?> row : sample) {
            row.forEach((name, value) -> types.merge(name, typeOf(value), MapRows::common));
        }
        return new RowSchema(types.entrySet().stream()
                .map(column ->
                        new Column(column.getKey(), column.getValue() == NULL ? ColumnType.TEXT : column.getValue()))
                .toList());
    }

    /** Stands for a column without a value so far; never leaves this class. */
    private static final ColumnType NULL = new ColumnType(Kind.TEXT, -1, 0, null);

    private static ColumnType typeOf(Object value) {
        if (value == null) {
            return NULL;
        }
        if (value instanceof Boolean) {
            return ColumnType.BOOLEAN;
        }
        if (value instanceof Short || value instanceof Byte) {
            return ColumnType.INT16;
        }
        if (value instanceof Integer) {
            return ColumnType.INT32;
        }
        if (value instanceof Long) {
            return ColumnType.INT64;
        }
        if (value instanceof Float) {
            return ColumnType.FLOAT32;
        }
        if (value instanceof Double) {
            return ColumnType.FLOAT64;
        }
        if (value instanceof BigDecimal || value instanceof BigInteger) {
            return ColumnType.UNLIMITED_DECIMAL;
        }
        if (value instanceof LocalDate || value instanceof java.sql.Date) {
            return ColumnType.DATE;
        }
        if (value instanceof LocalTime || value instanceof java.sql.Time) {
            return ColumnType.time(9);
        }
        if (value instanceof LocalDateTime || value instanceof java.sql.Timestamp) {
            return ColumnType.timestamp(9);
        }
        if (value instanceof Instant
                || value instanceof OffsetDateTime
                || value instanceof ZonedDateTime
                || value instanceof Date) {
            return ColumnType.instant(9);
        }
        if (value instanceof UUID) {
            return ColumnType.UUID;
        }
        if (value instanceof byte[]) {
            return ColumnType.BINARY;
        }
        if (value instanceof Object[] || value instanceof Collection<?>) {
            return ColumnType.array(ColumnType.TEXT);
        }
        return ColumnType.TEXT;
    }

    private static final List<Kind> NUMBERS =
            List.of(Kind.INT16, Kind.INT32, Kind.INT64, Kind.FLOAT32, Kind.FLOAT64, Kind.DECIMAL);

    private static ColumnType common(ColumnType one, ColumnType other) {
        if (one.equals(other) || other == NULL) {
            return one;
        }
        if (one == NULL) {
            return other;
        }
        int first = NUMBERS.indexOf(one.kind());
        int second = NUMBERS.indexOf(other.kind());
        if (first < 0 || second < 0) {
            return ColumnType.TEXT;
        }
        ColumnType wider = first > second ? one : other;
        // a long does not fit a double without loss, so integers and floats meet in decimals
        boolean mixed = Math.min(first, second) <= 2 && (wider.kind() == Kind.FLOAT32 || wider.kind() == Kind.FLOAT64);
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
            int seen = 0;
            for (int i = 0; i < schema.size(); i++) {
                String name = schema.column(i).name();
                seen += row.containsKey(name) ? 1 : 0;
                append(batch.column(i), row.get(name), name);
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

    private void append(ColumnVector out, Object value, String name) {
        if (value == null) {
            out.appendNull();
            return;
        }
        try {
            appendValue(out, value);
        } catch (ClassCastException | ArithmeticException e) {
            throw new WaybillException(
                    Stage.READ,
                    "row " + rows + ", column \"" + name + "\": "
                            + value.getClass().getSimpleName() + " does not fit the column's type, " + out.type(),
                    e);
        }
    }

    private static void appendValue(ColumnVector out, Object value) {
        switch (out.type().kind()) {
            case BOOLEAN -> out.appendBoolean((Boolean) value);
            case INT16, INT32, INT64 -> out.appendLong(integer(value));
            case FLOAT32, FLOAT64 -> out.appendDouble(floating(value));
            case DECIMAL -> out.appendText(digits(value));
            case TEXT, JSON, UUID -> out.appendText(value.toString());
            case BINARY -> out.appendBytes((byte[]) value);
            case DATE ->
                TimeText.append(out, value instanceof java.sql.Date date ? date.toLocalDate() : (LocalDate) value);
            case TIME ->
                TimeText.append(out, value instanceof java.sql.Time time ? time.toLocalTime() : (LocalTime) value);
            case TIMESTAMP ->
                TimeText.append(
                        out, value instanceof java.sql.Timestamp time ? time.toLocalDateTime() : (LocalDateTime) value);
            case INSTANT -> TimeText.append(out, instant(value));
            case ARRAY -> {
                StringBuilder json = new StringBuilder();
                Object[] elements = value instanceof Collection<?> list ? list.toArray() : (Object[]) value;
                ArrayJson.appendElements(json, elements, out.type().element());
                out.appendText(json.toString());
            }
        }
    }

    private static long integer(Object value) {
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        throw new ClassCastException();
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
        return ((Number) value).toString();
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
    public void cancel() {
        // nothing is under way between two calls of read
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
