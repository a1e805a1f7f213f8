package io.waybill.rows;

import java.util.List;

/**
 * What the rows of a run are to a table that gets them.
 *
 * @param columns as they are written
 * @param key the names of those by whose values rows take the place of others; empty where rows are only added
 * @param recordType the name of the column that tells rows that are gone from others, which no table has; null where there is none
 */
public record TableRows(List<Column> columns, List<String> key, String recordType) {

    /** What the column of record types says of a row that is gone. */
    public static final String DELETED = "deleted";

    public TableRows {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
    }

    /** Rows that are added to those that are there. */
    public static TableRows added(List<Column> columns) {
        return new TableRows(columns, List.of(), null);
    }

    /** The columns that a table has of them. */
    public List<Column> kept() {
        return columns.stream()
                .filter(column -> !column.name().equals(recordType))
                .toList();
    }
}
