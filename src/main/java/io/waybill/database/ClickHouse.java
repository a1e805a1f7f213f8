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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** ClickHouse. Its DateTime is a point in time, whatever zone it is shown in. */
final class ClickHouse extends Standard {

    private static final Pattern NULLABLE = Pattern.compile("(?:nullable|lowcardinality)\\((.*)\\)");
    private static final Pattern DIGITS = Pattern.compile("datetime64\\((\\d).*");

    ClickHouse() {
        super(new Product("ClickHouse", "clickhouse")
                .driver(
                        "clickhouse",
                        "com.clickhouse.jdbc.Driver",
                        "com.clickhouse:clickhouse-jdbc",
                        "//host:8123/database")
                .writes(QUOTES, "``")
                .writes(LIMIT, "\nLIMIT {}")
                .writes(MATCHES, "match({}, ?)")
                .writes(LENGTH, "lengthUTF8({})")
                .writes(NUMBER, "Nullable(Decimal(38, 10))")
                .writes(WHOLE_NUMBER, "Nullable(Int64)")
                .writes(ZONED_CLOCK, "now() - INTERVAL {} SECOND")
                .writes(LOCAL_CLOCK, "now() - INTERVAL {} SECOND"));
    }

    @Override
    public boolean hasTransactions() {
        return false;
    }

    @Override
    public Optional<Pushdown> pushdown() {
        return Optional.of(new ClickHousePushdown(this));
    }

    @Override
    public ColumnType typeOf(Connection connection, ResultSetMetaData metaData, int index) throws SQLException {
        String name = small(metaData.getColumnTypeName(index));
        for (Matcher within = NULLABLE.matcher(name); within.matches(); within = NULLABLE.matcher(name)) {
            name = within.group(1);
        }
        Matcher digits = DIGITS.matcher(name);
        if (digits.matches()) {
            return ColumnType.instant(Integer.parseInt(digits.group(1)));
        }
        return name.startsWith("datetime") ? ColumnType.instant(0) : super.typeOf(connection, metaData, index);
    }
}
