package io.waybill.format;

import io.waybill.flow.ColumnType;
import io.waybill.rows.FloatText;

/** Floating point numbers as text; a single is not shown with the digits of a double. */
final class FloatCells {

    private FloatCells() {}

    static CellWriter of(ColumnType type) {
        return type.kind() == ColumnType.Kind.FLOAT32
                ? (column, row, out) -> out.putAscii(FloatText.of((float) column.doubleAt(row)))
                : (column, row, out) -> out.putAscii(FloatText.of(column.doubleAt(row)));
    }
}
