package io.waybill.rows;

import io.waybill.flow.ColumnType;
import java.util.Objects;

/**
 * One column of a {@link RowSchema}.
 *
 * @param name the name that consumers see
 * @param type what the values mean
 * @param nullable false only where NOT NULL is known for certain
 */
public record Column(String name, ColumnType type, boolean nullable) {

    public Column {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
    }

    public Column(String name, ColumnType type) {
        this(name, type, true);
    }

    /**
     * Where one of its values stands, for messages.
     *
     * @param row the row's number, from 1
     */
    public String at(long row) {
        return "row " + row + ", column \"" + name + "\"";
    }
}
