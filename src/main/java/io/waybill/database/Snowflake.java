package io.waybill.database;

import io.waybill.flow.ColumnType;
import java.sql.Connection;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;

/** Snowflake. */
final class Snowflake extends Standard {

    Snowflake() {
        super(
                "Snowflake",
                "snowflake",
                new JdbcDriver(
                        "snowflake",
                        "net.snowflake.client.jdbc.SnowflakeDriver",
                        "net.snowflake:snowflake-jdbc",
                        "//account.snowflakecomputing.com/"));
    }

    @Override
    protected String limit(long rows) {
        return "\nLIMIT " + rows;
    }

    @Override
    public String matches(String expression) {
        return "REGEXP_LIKE(" + expression + ", ?)";
    }

    @Override
    public String length(String text) {
        return "LENGTH(" + text + ")";
    }

    @Override
    protected String clock(boolean zoned, long ago) {
        return "DATEADD(second, -" + ago + ", DATE_TRUNC('second', "
                + (zoned ? "CURRENT_TIMESTAMP()" : "LOCALTIMESTAMP()") + "))";
    }

    @Override
    public ColumnType typeOf(Connection connection, ResultSetMetaData metaData, int index) throws SQLException {
        int jdbcType = metaData.getColumnType(index);
        int precision = metaData.getPrecision(index);
        int scale = metaData.getScale(index);
        if (jdbcType == Types.BIGINT && precision > 18) {
            return JdbcTypes.decimal(precision, 0); // each NUMBER without a scale is a BIGINT to its driver
        }
        return switch (small(metaData.getColumnTypeName(index))) {
            case "timestampltz", "timestamptz" -> ColumnType.instant(scale);
            default -> JdbcTypes.typeOf(jdbcType, precision, scale, true);
        };
    }
}
