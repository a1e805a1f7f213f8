package io.waybill.database;

import static io.waybill.database.Phrase.LENGTH;
import static io.waybill.database.Phrase.LIMIT;
import static io.waybill.database.Phrase.LOCAL_CLOCK;
import static io.waybill.database.Phrase.MATCHES;
import static io.waybill.database.Phrase.NUMBER;
import static io.waybill.database.Phrase.QUOTES;
import static io.waybill.database.Phrase.WHOLE_NUMBER;
import static io.waybill.database.Phrase.ZONED_CLOCK;

import io.waybill.flow.ColumnType;
import java.sql.Connection;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.Optional;

/** Google BigQuery. Its TIMESTAMP is a point in time, its DATETIME is none. */
final class BigQuery extends Standard {

    private static final int MICROSECONDS = 6;

    BigQuery() {
        super(new Product("BigQuery", "bigquery")
                .driver(
                        "bigquery",
                        "com.google.cloud.bigquery.jdbc.BigQueryDriver",
                        "com.google.cloud:google-cloud-bigquery-jdbc",
                        "//https://www.googleapis.com/bigquery/v2:443;ProjectId=project")
                .writes(QUOTES, "``")
                .writes(LIMIT, "\nLIMIT {}")
                .writes(MATCHES, "REGEXP_CONTAINS({}, ?)")
                .writes(LENGTH, "LENGTH({})")
                .writes(NUMBER, "BIGNUMERIC")
                .writes(WHOLE_NUMBER, "INT64")
                .writes(ZONED_CLOCK, "TIMESTAMP_SUB(TIMESTAMP_TRUNC(CURRENT_TIMESTAMP(), SECOND), INTERVAL {} SECOND)")
                .writes(LOCAL_CLOCK, "DATETIME_SUB(DATETIME_TRUNC(CURRENT_DATETIME(), SECOND), INTERVAL {} SECOND)"));
    }

    @Override
    public boolean hasTransactions() {
        return false;
    }

    @Override
    public Optional<Pushdown> pushdown() {
        return Optional.of(new BigQueryPushdown(this));
    }

    @Override
    public ColumnType typeOf(Connection connection, ResultSetMetaData metaData, int index) throws SQLException {
        return switch (small(metaData.getColumnTypeName(index))) {
            case "timestamp" -> ColumnType.instant(MICROSECONDS);
            case "datetime" -> ColumnType.timestamp(MICROSECONDS);
            case "json" -> ColumnType.JSON;
            default -> super.typeOf(connection, metaData, index);
        };
    }
}
