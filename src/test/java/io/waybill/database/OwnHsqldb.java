package io.waybill.database;

import io.waybill.flow.ColumnType;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;

/**
 * An example of a database that is added: one class, and one line, here in {@code META-INF/services/io.waybill.database.Standard}. (Waybill
 * knows HSQLDB, so this one takes a database of one name only.)
 */
public final class OwnHsqldb extends Standard {

    static final String URL = "jdbc:hsqldb:mem:own";

    public OwnHsqldb() {
        super(new Product("our HSQLDB", "hsql")
                .driver("hsqldb", "org.hsqldb.jdbc.JDBCDriver", "org.hsqldb:hsqldb", "file:data/name")
                .writes(Phrase.LIMIT, "\nLIMIT {}")
                .writes(Phrase.MATCHES, "REGEXP_MATCHES({}, ?)"));
    }

    @Override
    public boolean isBehind(String name, DatabaseMetaData metaData) throws SQLException {
        return super.isBehind(name, metaData) && URL.equals(metaData.getURL());
    }

    /** The standard's types, and one that the standard has not. */
    @Override
    public ColumnType typeOf(Connection connection, ResultSetMetaData metaData, int index) throws SQLException {
        return metaData.getColumnTypeName(index).equals("UUID")
                ? ColumnType.UUID
                : super.typeOf(connection, metaData, index);
    }
}
