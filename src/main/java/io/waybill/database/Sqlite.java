package io.waybill.database;

import io.waybill.flow.ColumnType;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;

/** SQLite, in which any column may hold any value. */
final class Sqlite extends Standard {

    @Override
    public String productName() {
        return "SQLite";
    }

    @Override
    public JdbcDriver driver() {
        return new JdbcDriver("sqlite", "org.sqlite.JDBC", "org.xerial:sqlite-jdbc", "data/name.db");
    }

    @Override
    public boolean isBehind(String name, DatabaseMetaData metaData) {
        return name.contains("sqlite");
    }

    @Override
    protected String limit(long rows) {
        return "\nLIMIT " + rows;
    }

    @Override
    public String length(String text) {
        return "LENGTH(" + text + ")";
    }

    @Override
    protected String clock(boolean zoned, long ago) {
        return "datetime('now', '-" + ago + " seconds')";
    }

    @Override
    public ColumnType typeOf(Connection connection, ResultSetMetaData metaData, int index) throws SQLException {
        return SqliteColumns.typeOf(metaData, index);
    }

    @Override
    public ColumnReader reader(ColumnType type, String typeName, boolean declared) {
        return SqliteColumns.readerFor(type);
    }

    /** Whatever the database says, a value may be of any kind. */
    @Override
    public boolean converts(ColumnType declared, ColumnType found) {
        return true;
    }

    /** Its driver takes that before a connection is opened only. */
    @Override
    public void setReadOnly(Connection connection, boolean readOnly) {}
}
