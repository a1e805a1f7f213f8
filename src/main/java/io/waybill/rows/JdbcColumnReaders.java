package io.waybill.rows;

import io.waybill.database.ColumnReader;
import io.waybill.database.JdbcReaders;
import io.waybill.database.Standard;
import io.waybill.database.TextReaders;
import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import java.sql.Connection;
import java.sql.SQLException;

/** Picks the {@link ColumnReader} of a column: the product's own, or one that converts or takes apart what that reads. */
record JdbcColumnReaders(Standard database, Connection connection) {

    /**
     * The reader of a column.
     *
     * @param type what its values are to be
     * @param found what the database says
     * @param typeName the database's own name of its type
     */
    ColumnReader readerFor(ColumnType type, ColumnType found, String typeName) throws SQLException {
        if (type.element() != null && found.element() != null) {
            String name = database.elementName(typeName);
            return array(found.element(), typeName, type.element(), readerFor(type.element(), found.element(), name));
        }
        if (database.converts(type, found)) {
            return readerFor(type, typeName, false);
        }
        if (found.kind() == Kind.TEXT && type.kind() != Kind.TEXT && type.element() == null) {
            return TextReaders.of(type);
        }
        if (found.kind() == Kind.BINARY && type.kind() == Kind.TEXT && database.makesTextOf(typeName)) {
            return JdbcReaders.textOfBytes();
        }
        if (type.isConversionOf(found) && ConvertedColumn.converts(found, type)) {
            return new ConvertedColumn(readerFor(found, typeName, false), found);
        }
        return readerFor(type, typeName, type.isConversionOf(found));
    }

    private ColumnReader readerFor(ColumnType type, String typeName, boolean declared) throws SQLException {
        if (!declared && database.givesTextAsBytes(connection, type.kind(), typeName)) {
            return JdbcReaders::readBytes;
        }
        ColumnReader own = database.reader(type, typeName, declared);
        return own != null
                ? own
                : array(type.element(), typeName, type.element(), readerFor(type.element(), typeName, declared));
    }

    private ColumnReader array(ColumnType found, String typeName, ColumnType element, ColumnReader reader) {
        return new JdbcArrayReader((row, index) -> database.array(row, index, found, typeName), element, reader);
    }
}
