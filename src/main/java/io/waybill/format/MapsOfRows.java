package io.waybill.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.flow.ColumnType;
import io.waybill.rows.Column;
import io.waybill.rows.ColumnVector;
import io.waybill.rows.MapRows;
import io.waybill.rows.RowBatch;
import io.waybill.rows.Rows;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.UUID;

/**
 * Rows as maps, one after the other, for steps that take nothing else: what {@link MapRows} makes rows of, and the other way round. Closing it
 * closes the rows; so does its end.
 */
final class MapsOfRows implements Iterator<Map<String, Object>>, AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.USE_LONG_FOR_INTS);

    private final Rows rows;
    private final List<Column> columns;
    private final RowBatch batch;
    private int next;
    private boolean ended;

    /** @param rows taken by who asks for the maps */
    MapsOfRows(Rows rows) {
        this.rows = rows;
        this.columns = rows.schema().columns();
        this.batch = new RowBatch(rows.schema());
    }

    @Override
    public boolean hasNext() {
        while (!ended && next == batch.rows()) {
            next = 0;
            if (!rows.read(batch)) {
                close();
            }
        }
        return !ended;
    }

    @Override
    public Map<String, Object> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Map<String, Object> row = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            row.put(columns.get(i).name(), value(batch.column(i), next));
        }
        next++;
        return row;
    }

    @Override
    public void close() {
        ended = true;
        rows.close();
    }

    /** For logs, which are no readers. */
    @Override
    public String toString() {
        return "maps of " + String.join(", ", rows.schema().names()) + ", to be read once";
    }

    private static Object value(ColumnVector column, int row) {
        if (column.isNull(row)) {
            return null;
        }
        ColumnType type = column.type();
        return switch (type.kind()) {
            case BOOLEAN -> column.longAt(row) != 0;
            case INT16, INT32 -> (int) column.longAt(row);
            case INT64 -> column.longAt(row);
            case FLOAT32 -> (float) column.doubleAt(row);
            case FLOAT64 -> column.doubleAt(row);
            case DECIMAL -> decimal(column.textAt(row));
            case TEXT, JSON -> column.textAt(row);
            case UUID -> UUID.fromString(column.textAt(row));
            case BINARY -> column.bytesAt(row);
            case DATE -> date(column.longAt(row));
            case TIME -> time(column.longAt(row));
            case TIMESTAMP -> timestamp(column, row);
            case INSTANT -> instant(column, row);
            case ARRAY -> array(column.textAt(row));
        };
    }

    /** What is no number is none of Java's decimals. */
    private static Number decimal(String digits) {
        return Character.isLetter(digits.charAt(digits.length() - 1)) ? Double.valueOf(digits) : new BigDecimal(digits);
    }

    private static LocalDate date(long days) {
        if (ColumnType.isInfinite(days)) {
            return days == ColumnType.POSITIVE_INFINITY ? LocalDate.MAX : LocalDate.MIN;
        }
        return LocalDate.ofEpochDay(days);
    }

    /** MariaDB's may be any span, and a span it is then. */
    private static Object time(long nanos) {
        return nanos < 0 || nanos > LocalTime.MAX.toNanoOfDay()
                ? Duration.ofNanos(nanos)
                : LocalTime.ofNanoOfDay(nanos);
    }

    private static LocalDateTime timestamp(ColumnVector column, int row) {
        long micros = column.longAt(row);
        if (ColumnType.isInfinite(micros)) {
            return micros == ColumnType.POSITIVE_INFINITY ? LocalDateTime.MAX : LocalDateTime.MIN;
        }
        return LocalDateTime.ofEpochSecond(
                Math.floorDiv(micros, 1_000_000L),
                (int) Math.floorMod(micros, 1_000_000L) * 1000 + column.subMicrosAt(row),
                ZoneOffset.UTC);
    }

    private static OffsetDateTime instant(ColumnVector column, int row) {
        LocalDateTime time = timestamp(column, row);
        if (time.equals(LocalDateTime.MAX)) {
            return OffsetDateTime.MAX;
        }
        return time.equals(LocalDateTime.MIN) ? OffsetDateTime.MIN : time.atOffset(ZoneOffset.UTC);
    }

    private static List<?> array(String text) {
        try {
            return JSON.readValue(text, List.class);
        } catch (JsonProcessingException e) {
            throw new WaybillException(Stage.READ, "an array cannot be read", e); // not its text, which may be anything
        }
    }
}
