package io.waybill.rows;

import java.util.List;

/** The columns of some rows, in their order. */
public record RowSchema(List<Column> columns) {

    public RowSchema {
        columns = List.copyOf(columns);
    }

    public int size() {
        return columns.size();
    }

    public Column column(int index) {
        return columns.get(index);
    }

    /** The position of the column of that name, from 0; -1 where there is none. */
    public int indexOf(String name) {
        return names().indexOf(name);
    }

    public List<String> names() {
        return columns.stream().map(Column::name).toList();
    }
}
