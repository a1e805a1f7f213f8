package io.waybill.format;

import io.waybill.rows.Column;
import io.waybill.rows.ColumnVector;
import io.waybill.rows.RowBatch;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes a map of each row: the columns' names, in their order, with their values; NULL is null. */
final class RowMaps implements RowMaker {

    private final List<Column> columns;
    private final int[] selection;
    private final JavaValue[] values;
    private final int capacity;

    /** @param selection where the columns are in a batch */
    RowMaps(List<Column> columns, int[] selection, ValueStyle style) {
        this.columns = columns;
        this.selection = selection;
        this.values = columns.stream().map(column -> style.of(column.type())).toArray(JavaValue[]::new);
        this.capacity = columns.size() * 4 / 3 + 1;
    }

    @Override
    public Map<String, Object> make(RowBatch batch, int row, long number) {
        Map<String, Object> map = new LinkedHashMap<>(capacity);
        for (int i = 0; i < values.length; i++) {
            ColumnVector column = batch.column(selection[i]);
            map.put(columns.get(i).name(), column.isNull(row) ? null : value(i, column, row, number));
        }
        return map;
    }

    private Object value(int index, ColumnVector column, int row, long number) {
        try {
            return values[index].at(column, row);
        } catch (IllegalArgumentException | IOException e) {
            throw RowDataFormat.failure(number, columns.get(index), e);
        }
    }
}
