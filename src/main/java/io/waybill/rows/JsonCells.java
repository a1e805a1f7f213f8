package io.waybill.rows;

import io.waybill.flow.ColumnType;
import io.waybill.flow.FloatText;
import java.io.IOException;

/**
 * How each type's values are written as JSON (RFC 8259): in a file of JSON, and as an element of an array in any file. What JSON
 * has no number for, NaN and the infinities, is a string.
 */
public final class JsonCells {

    private JsonCells() {}

    /**
     * The writer of a column's values.
     *
     * @param text how its strings are written
     */
    public static CellWriter of(ColumnType type, JsonText text) {
        return switch (type.kind()) {
            case BOOLEAN -> (column, row, sink) -> sink.putAscii(column.longAt(row) == 0 ? "false" : "true");
            case INT16, INT32, INT64 -> (column, row, sink) -> sink.putLong(column.longAt(row));
            case FLOAT32, FLOAT64 -> floating(FloatCells.of(type));
            case DECIMAL -> JsonCells::putDecimal;
            case UUID -> quoted((column, row, sink) -> sink.put(column, row));
            case BINARY ->
                quoted((column, row, sink) -> sink.putBase64(column.bytes(), column.start(row), column.end(row)));
            case DATE, TIME, TIMESTAMP, INSTANT -> quoted(IsoText.writer(type));
            case TEXT ->
                (column, row, sink) -> text.putString(column.bytes(), column.start(row), column.end(row), sink);
            case JSON, ARRAY ->
                (column, row, sink) -> text.putDocument(column.bytes(), column.start(row), column.end(row), sink);
        };
    }

    private static CellWriter floating(CellWriter finite) {
        return (column, row, sink) -> {
            double value = column.doubleAt(row);
            if (Double.isFinite(value)) {
                finite.write(column, row, sink);
            } else {
                sink.put('"');
                sink.putAscii(FloatText.of(value));
                sink.put('"');
            }
        };
    }

    private static CellWriter quoted(CellWriter plain) {
        return (column, row, sink) -> {
            sink.put('"');
            plain.write(column, row, sink);
            sink.put('"');
        };
    }

    /** Digits are a number; PostgreSQL's numeric may also be NaN or Infinity. */
    private static void putDecimal(ColumnVector column, int row, ByteSink sink) throws IOException {
        byte last = column.bytes()[column.end(row) - 1];
        if (last >= '0' && last <= '9') {
            sink.put(column, row);
        } else {
            sink.put('"');
            sink.put(column, row);
            sink.put('"');
        }
    }
}
