package io.waybill.rows;

import io.waybill.flow.ColumnType;
import io.waybill.flow.FloatText;

/** Floating point numbers as text; a single is not shown with the digits of a double. */
public final class FloatCells {

    private FloatCells() {}

    public static CellWriter of(ColumnType type) {
        FloatText text = new FloatText();
        return type.kind() == ColumnType.Kind.FLOAT32
                ? (column, row, out) -> out.putFloat(text, (float) column.doubleAt(row))
                : (column, row, out) -> out.putDouble(text, column.doubleAt(row));
    }
}
