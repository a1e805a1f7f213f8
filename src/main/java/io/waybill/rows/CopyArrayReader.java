package io.waybill.rows;

import io.waybill.flow.ColumnType;
import java.nio.charset.StandardCharsets;
import java.sql.Date;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * A PostgreSQL array's binary form ({@code array_send}): the dimensions, each with its length and lower bound, and the
 * elements, each with its length. It becomes the same JSON text as by JDBC.
 */
final class CopyArrayReader implements CopyColumnReader {

    private final CopyColumnReader elementReader;
    private final ColumnType element;
    private final ColumnVector scratch;
    private int next;

    private CopyArrayReader(CopyColumnReader elementReader, ColumnType element) {
        this.elementReader = elementReader;
        this.element = element;
        this.scratch = new ColumnVector(element, 1);
    }

    /** The reader of arrays of that type of elements; null where there is none. */
    static CopyArrayReader of(String elementName) {
        ColumnType type = switch (elementName) {
            case "bool" -> ColumnType.BOOLEAN;
            case "int2" -> ColumnType.INT16;
            case "int4" -> ColumnType.INT32;
            case "int8" -> ColumnType.INT64;
            case "float4" -> ColumnType.FLOAT32;
            case "float8" -> ColumnType.FLOAT64;
            case "numeric" -> ColumnType.UNLIMITED_DECIMAL;
            case "text", "varchar", "bpchar" -> ColumnType.TEXT;
            case "uuid" -> ColumnType.UUID;
            case "bytea" -> ColumnType.BINARY;
            case "date" -> ColumnType.DATE;
            case "timestamp" -> ColumnType.timestamp(6);
            case "timestamptz" -> ColumnType.instant(6);
            default -> null;
        };
        return type == null ? null : new CopyArrayReader(CopyColumnReader.of(elementName), type);
    }

    @Override
    public void read(byte[] bytes, int at, int length, ColumnVector out) {
        int dimensions = CopyColumnReader.int32(bytes, at);
        int[] lengths = new int[dimensions];
        next = at + 12;
        for (int i = 0; i < dimensions; i++) {
            lengths[i] = CopyColumnReader.int32(bytes, next);
            next += 8;
        }
        StringBuilder json = new StringBuilder();
        ArrayJson.appendElements(json, dimensions == 0 ? new Object[0] : elements(bytes, lengths, 0), element);
        out.appendText(json.toString());
    }

    private Object[] elements(byte[] bytes, int[] lengths, int dimension) {
        Object[] elements = new Object[lengths[dimension]];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = dimension + 1 < lengths.length ? elements(bytes, lengths, dimension + 1) : element(bytes);
        }
        return elements;
    }

    private Object element(byte[] bytes) {
        int length = CopyColumnReader.int32(bytes, next);
        next += 4;
        if (length < 0) {
            return null;
        }
        scratch.clear();
        elementReader.read(bytes, next, length, scratch);
        next += length;
        return switch (element.kind()) {
            case BOOLEAN -> scratch.longAt(0) != 0;
            case INT16, INT32, INT64 -> scratch.longAt(0);
            case FLOAT32 -> (float) scratch.doubleAt(0);
            case FLOAT64 -> scratch.doubleAt(0);
            case DECIMAL -> new java.math.BigDecimal(scratch.textAt(0));
            case BINARY -> scratch.bytesAt(0);
            case DATE -> Date.valueOf(LocalDate.ofEpochDay(scratch.longAt(0)));
            case TIMESTAMP -> LocalDateTime.ofInstant(instant(), ZoneOffset.UTC);
            case INSTANT -> instant();
            default -> new String(scratch.bytes(), 0, scratch.end(0), StandardCharsets.UTF_8);
        };
    }

    private Instant instant() {
        return Instant.EPOCH.plus(scratch.longAt(0), ChronoUnit.MICROS);
    }
}
