package io.waybill.database;

import io.waybill.flow.ColumnType;
import java.sql.Connection;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;

/** HSQLDB. */
final class Hsqldb extends Standard {

    Hsqldb() {
        super(new Product("HSQLDB", "hsql")
                .driver("hsqldb", "org.hsqldb.jdbc.JDBCDriver", "org.hsqldb:hsqldb", "file:data/name")
                .writes(Phrase.PERCENTILE, null));
    }

    @Override
    public ColumnType typeOf(Connection connection, ResultSetMetaData metaData, int index) throws SQLException {
        int precision = metaData.getPrecision(index);
        return switch (small(metaData.getColumnTypeName(index))) {
            case "uuid" -> ColumnType.UUID;
            case "bit" -> precision <= 1 ? ColumnType.BOOLEAN : ColumnType.TEXT;
            case "bit varying" -> ColumnType.TEXT;
            default -> JdbcTypes.typeOf(metaData.getColumnType(index), precision, metaData.getScale(index), true);
        };
    }
}
