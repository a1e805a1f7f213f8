package io.waybill.rows;

import io.waybill.database.ColumnReader;
import io.waybill.database.ColumnValues;
import io.waybill.database.JdbcReaders.Getter;
import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import java.io.IOException;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;

/**
 * Reads an array by the result set that JDBC gives of it ({@code Array.getResultSet}: a row an element, the element in column
 * 2), so that the reader of a column of the elements' type reads each element.
 */
final class JdbcArrayReader implements ColumnReader {

    private static final int VALUE = 2;

    /** How a row's array is had; null for NULL. */
    private final Getter<Array> source;

    private final ColumnReader elementReader;
    private final boolean dimensionsByType;
    private final ArrayText text;

    /** @param elementReader reads a column of that element type */
    JdbcArrayReader(Getter<Array> source, ColumnType element, ColumnReader elementReader) {
        this.source = source;
        this.elementReader = elementReader;
        this.dimensionsByType = element.kind() == Kind.ARRAY;
        this.text = new ArrayText(element);
    }

    @Override
    public void read(ResultSet row, int index, ColumnValues out) throws SQLException, IOException {
        Array value = source.get(row, index);
        if (value == null) {
            out.appendNull();
            return;
        }
        append(value);
        text.appendTo(out);
    }

    private void append(Array value) throws SQLException, IOException {
        text.open();
        try (ResultSet elements = value.getResultSet()) {
            // PostgreSQL's arrays of one type have any number of dimensions
            boolean nested = !dimensionsByType && elements.getMetaData().getColumnType(VALUE) == Types.ARRAY;
            while (elements.next()) {
                if (nested) {
                    append(elements.getArray(VALUE));
                } else {
                    elementReader.read(elements, VALUE, text.next());
                    text.add();
                }
            }
        }
        value.free();
        text.close();
    }
}
