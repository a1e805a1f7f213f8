package io.waybill.database;

import static io.waybill.database.Phrase.LENGTH;
import static io.waybill.database.Phrase.LIMIT;
import static io.waybill.database.Phrase.LOCAL_CLOCK;
import static io.waybill.database.Phrase.PERCENTILE;
import static io.waybill.database.Phrase.QUOTES;
import static io.waybill.database.Phrase.TEXT_BYTES;
import static io.waybill.database.Phrase.TOP;
import static io.waybill.database.Phrase.ZONED_CLOCK;

import io.waybill.flow.ColumnType;
import java.sql.Connection;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.Optional;

/** Microsoft SQL Server. */
final class SqlServer extends Standard {

    /** Microsoft's number of its type (microsoft.sql.Types). */
    private static final int DATETIMEOFFSET = -155;

    SqlServer() {
        super(new Product("SQL Server", "sql server")
                .driver(
                        "sqlserver",
                        "com.microsoft.sqlserver.jdbc.SQLServerDriver",
                        "com.microsoft.sqlserver:mssql-jdbc",
                        "//host:1433;databaseName=database")
                .writes(QUOTES, "[]")
                .writes(TOP, "TOP ({}) ")
                .writes(LIMIT, "")
                .writes(LENGTH, "LEN({})")
                .writes(TEXT_BYTES, "CAST(CAST({} AS nvarchar(max)) AS varbinary(max))")
                .writes(PERCENTILE, null)
                .writes(ZONED_CLOCK, "DATEADD(second, -{+1}, CAST(SYSDATETIMEOFFSET() AS datetimeoffset(0)))")
                .writes(LOCAL_CLOCK, "DATEADD(second, -{+1}, CAST(SYSDATETIME() AS datetime2(0)))"));
    }

    @Override
    public Optional<Pushdown> pushdown() {
        return Optional.of(new SqlServerPushdown(this));
    }

    @Override
    public ColumnType typeOf(Connection connection, ResultSetMetaData metaData, int index) throws SQLException {
        return metaData.getColumnType(index) == DATETIMEOFFSET
                ? ColumnType.instant(metaData.getScale(index))
                : super.typeOf(connection, metaData, index);
    }
}
