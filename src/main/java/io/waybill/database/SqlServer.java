package io.waybill.database;

import io.waybill.flow.ColumnType;
import java.sql.Connection;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;

/** Microsoft SQL Server. */
final class SqlServer extends Standard {

    /** Microsoft's number of its type (microsoft.sql.Types). */
    private static final int DATETIMEOFFSET = -155;

    SqlServer() {
        super(
                "SQL Server",
                "sql server",
                new JdbcDriver(
                        "sqlserver",
                        "com.microsoft.sqlserver.jdbc.SQLServerDriver",
                        "com.microsoft.sqlserver:mssql-jdbc",
                        "//host:1433;databaseName=database"));
    }

    @Override
    protected String quotes() {
        return "[]";
    }

    @Override
    public String limitBefore(long rows) {
        return rows > 0 ? "TOP (" + rows + ") " : "";
    }

    @Override
    protected String limit(long rows) {
        return "";
    }

    @Override
    public String length(String text) {
        return "LEN(" + text + ")";
    }

    @Override
    protected String clock(boolean zoned, long ago) {
        return "DATEADD(second, -" + (ago + 1) + ", CAST(" + (zoned ? "SYSDATETIMEOFFSET()" : "SYSDATETIME()") + " AS "
                + (zoned ? "datetimeoffset(0)" : "datetime2(0)") + "))";
    }

    @Override
    public ColumnType typeOf(Connection connection, ResultSetMetaData metaData, int index) throws SQLException {
        return metaData.getColumnType(index) == DATETIMEOFFSET
                ? ColumnType.instant(metaData.getScale(index))
                : super.typeOf(connection, metaData, index);
    }
}
