package io.waybill.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import io.waybill.flow.Split.Period;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How products add up rows; {@code ReportIT} shows of those that run here that it is right. */
class ReportSqlTest {

    private static ReportSql product(String name) {
        return Databases.all().stream()
                .filter(product -> product.productName().equals(name))
                .findFirst()
                .orElseThrow()
                .reports();
    }

    private static SourceColumn column(String type) {
        ColumnType parsed = ColumnType.parse(type);
        return new SourceColumn("c", parsed, parsed, type, true, false, false, false);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "Oracle | integer | CAST(SUM(CAST(\"c\" AS DECIMAL(38, 0))) AS DECIMAL(38, 0))",
                "Oracle | decimal | SUM(\"c\")",
                "SQL Server | real | CAST(SUM(CAST([c] AS DOUBLE PRECISION)) AS DOUBLE PRECISION)",
                "PostgreSQL | bigint | CAST(SUM(\"c\") AS DECIMAL(38, 0))",
                "PostgreSQL | decimal(50,2) | CAST(SUM(\"c\") AS DECIMAL(50, 2))",
                "PostgreSQL | real | CAST(SUM(\"c\"::double precision) AS DOUBLE PRECISION)",
                "MySQL | bigint | SUM(`c`)",
            })
    void aSumHasRoomForItsDigits(String product, String type, String sql) {
        assertThat(product(product).sum(column(type))).isEqualTo(sql);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "Oracle | decimal(9,2) | CAST(AVG(CAST(\"c\" AS DECIMAL(38, 8))) AS DECIMAL(38, 8))",
                "PostgreSQL | integer | CAST(CAST(SUM(\"c\") AS DECIMAL(82, 12)) / COUNT(\"c\") AS DECIMAL(38, 6))",
                "PostgreSQL | decimal | AVG(\"c\")",
                "MySQL | decimal(9,2) | CAST(CAST(SUM(`c`) AS DECIMAL(65, 10)) / COUNT(`c`) AS DECIMAL(38, 8))",
                "MySQL | decimal(40,2) | AVG(`c`)",
                "MySQL | double | AVG(`c`)",
                "DuckDB | decimal(9,2) | AVG(\"c\")",
            })
    void anAverageHasSixDigitsMoreThanItsValues(String product, String type, String sql) {
        assertThat(product(product).average(column(type))).isEqualTo(sql);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "PostgreSQL | WEEK | date | CAST(date_trunc('week', CAST(\"c\" AS timestamp)) AS date) |",
                "PostgreSQL | DAY | timestamptz | CAST(date_trunc('day', CAST(\"c\" AT TIME ZONE CAST(? AS text) AS timestamp)) AS date) |"
                        + " Europe/Vienna",
                "PostgreSQL | HOUR | timestamptz | CAST(date_trunc('hour', \"c\", CAST(? AS text)) AS timestamptz(0)) | Europe/Vienna",
                "MySQL | WEEK | date | FROM_DAYS((TO_DAYS(`c`) + 5) DIV 7 * 7 - 5) |",
                "MySQL | HOUR | timestamptz | CAST(DATE_FORMAT(`c`, '%Y-%m-%d %H:00:00') AS DATETIME) |",
                "H2 | WEEK | timestamp | CAST(DATE_TRUNC(ISO_WEEK, \"c\") AS DATE) |",
                "DuckDB | HOUR | timestamptz | time_bucket(INTERVAL 1 HOUR, \"c\", INTERVAL (-0) MINUTE) |",
            })
    void aSpanOfTimeIsToldByItsFirstMoment(String product, Period every, String type, String sql, String bound)
            throws SQLException {
        List<Object> parameters = new ArrayList<>();

        assertThat(product(product).bucket(null, column(type), every, ZoneId.of("Europe/Vienna"), parameters))
                .isEqualTo(sql);
        assertThat(parameters).isEqualTo(bound == null ? List.of() : List.of(bound));
    }

    @Test
    void whatAProductDoesNotKnowItSays() {
        assertThatThrownBy(() ->
                        product("Oracle").bucket(null, column("date"), Period.DAY, ZoneId.of("UTC"), new ArrayList<>()))
                .hasMessage("it is known for PostgreSQL, MariaDB, MySQL, H2 and DuckDB, not for Oracle");
        assertThatThrownBy(() -> product("SQL Server").percentile(column("date"), BigDecimal.TEN))
                .hasMessage("\"percentile\" is not known to SQL Server");
        assertThat(product("MySQL").spans("`b`", Period.DAY, Kind.DATE)).isNull();
        assertThat(product("Snowflake").percentile(column("integer"), new BigDecimal("99.5")))
                .isEqualTo("PERCENTILE_DISC(0.995) WITHIN GROUP (ORDER BY \"c\")");
    }
}
