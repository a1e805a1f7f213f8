package io.waybill.database;

import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;

/** How one driver's column is read. Chosen once per column, from the metadata. */
@FunctionalInterface
public interface ColumnReader {

    /**
     * Appends the value of the current row, or NULL.
     *
     * @param index the column, from 1
     * @throws IllegalArgumentException when the value does not fit the column's type
     */
    void read(ResultSet row, int index, ColumnValues out) throws SQLException, IOException;
}
