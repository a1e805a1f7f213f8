package io.waybill.database;

import io.waybill.flow.ColumnType;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.Locale;

/** DuckDB. */
final class DuckDb extends Standard {

    @Override
    public String productName() {
        return "DuckDB";
    }

    @Override
    public JdbcDriver driver() {
        return new JdbcDriver("duckdb", "org.duckdb.DuckDBDriver", "org.duckdb:duckdb_jdbc", "data/name.duckdb");
    }

    @Override
    public boolean isBehind(String name, DatabaseMetaData metaData) {
        return name.contains("duckdb");
    }

    /** Else the driver shows Java's text of what is in it. */
    @Override
    public String selected(SourceColumn column) {
        String quoted = quote(column.name());
        String type = column.nativeType().toUpperCase(Locale.ROOT);
        boolean nested = type.endsWith("]")
                || type.startsWith("STRUCT(")
                || type.startsWith("MAP(")
                || type.startsWith("UNION(");
        return nested || type.equals("TIME WITH TIME ZONE") ? "CAST(" + quoted + " AS VARCHAR)" : quoted;
    }

    @Override
    protected String limit(long rows) {
        return "\nLIMIT " + rows;
    }

    @Override
    public String matches(String expression) {
        return "regexp_full_match(" + expression + ", ?)";
    }

    @Override
    public String length(String text) {
        return "LENGTH(" + text + ")";
    }

    @Override
    protected String clock(boolean zoned, long ago) {
        return "date_trunc('second', " + (zoned ? "now()" : "CAST(now() AS TIMESTAMP)") + ") - INTERVAL (" + ago
                + ") SECOND";
    }

    @Override
    public String endless(ColumnType type, Connection connection) {
        return type.isTimed() ? "'infinity'" : null;
    }

    @Override
    public ColumnType typeOf(Connection connection, ResultSetMetaData metaData, int index) throws SQLException {
        return DuckDbColumns.typeOf(metaData, index);
    }

    @Override
    public ColumnReader reader(ColumnType type, String typeName, boolean declared) {
        ColumnReader own = DuckDbColumns.readerFor(type, typeName);
        return own != null ? own : JdbcReaders.of(type, declared);
    }
}
