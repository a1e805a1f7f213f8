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
import java.util.Optional;

/** Amazon Redshift, by its own driver. */
final class Redshift extends Standard {

    private static final int MICROSECONDS = 6;

    Redshift() {
        super(new Product("Redshift", "redshift")
                .driver(
                        "redshift",
                        "com.amazon.redshift.jdbc42.Driver",
                        "com.amazon.redshift:redshift-jdbc42",
                        "//name.region.redshift.amazonaws.com:5439/database")
                .writes(LIMIT, "\nLIMIT {}")
                .writes(MATCHES, "{} ~ ?")
                .writes(LENGTH, "LEN({})")
                .writes(ZONED_CLOCK, "DATEADD(second, -{}, DATE_TRUNC('second', GETDATE())) AT TIME ZONE 'UTC'")
                .writes(LOCAL_CLOCK, "DATEADD(second, -{}, DATE_TRUNC('second', GETDATE()))"));
    }

    @Override
    public Optional<Pushdown> pushdown() {
        return Optional.of(new RedshiftPushdown(this));
    }

    @Override
    public ColumnType typeOf(Connection connection, ResultSetMetaData metaData, int index) throws SQLException {
        return switch (small(metaData.getColumnTypeName(index))) {
            case "timestamptz", "timestamp with time zone" -> ColumnType.instant(MICROSECONDS);
            case "super" -> ColumnType.JSON;
            default -> super.typeOf(connection, metaData, index);
        };
    }
}
