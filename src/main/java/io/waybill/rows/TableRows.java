package io.waybill.rows;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
    private static final byte[] DELETED = "deleted".getBytes(StandardCharsets.UTF_8);

    public TableRows {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
    }

    /** Whether a record type says that a row is gone: blanks at the end, by which CHAR(n) is filled up, say nothing. */
    public static boolean isDeleted(byte[] bytes, int start, int end) {
        int last = end;
        while (last > start && bytes[last - 1] == ' ') {
            last--;
        }
        return Arrays.equals(bytes, start, last, DELETED, 0, DELETED.length);
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
