package io.waybill.database;

import static io.waybill.database.Phrase.LENGTH;
import static io.waybill.database.Phrase.LIMIT;
import static io.waybill.database.Phrase.LOCAL_CLOCK;
import static io.waybill.database.Phrase.MATCHES;
import static io.waybill.database.Phrase.ZONED_CLOCK;

import io.waybill.flow.ColumnType;
import java.sql.Connection;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Optional;

/** Snowflake. */
final class Snowflake extends Standard {

    Snowflake() {
        super(new Product("Snowflake", "snowflake")
                .driver(
                        "snowflake",
                        "net.snowflake.client.jdbc.SnowflakeDriver",
                        "net.snowflake:snowflake-jdbc",
                        "//account.snowflakecomputing.com/")
                .writes(LIMIT, "\nLIMIT {}")
                .writes(MATCHES, "REGEXP_LIKE({}, ?)")
                .writes(LENGTH, "LENGTH({})")
                .writes(ZONED_CLOCK, "DATEADD(second, -{}, DATE_TRUNC('second', CURRENT_TIMESTAMP()))")
                .writes(LOCAL_CLOCK, "DATEADD(second, -{}, DATE_TRUNC('second', LOCALTIMESTAMP()))"));
    }

    @Override
    public Optional<Pushdown> pushdown() {
        return Optional.of(new SnowflakePushdown(this));
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
