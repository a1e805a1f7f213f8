package io.waybill.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pieces of SQL that products write in ways of their own. */
class StandardSqlTest {

    private static Standard product(String name) {
        return Databases.all().stream()
                .filter(product -> product.productName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static SourceColumn column(String nativeType, ColumnType type, ColumnType found) {
        return new SourceColumn("c", type, found, nativeType, true, false, false, false);
    }

    @Test
    void whatADriverWouldBindOtherwiseIsBoundInAnotherForm() {
        SourceColumn nanos = column("TIMESTAMP_NS", ColumnType.timestamp(9), ColumnType.timestamp(9));
        LocalDateTime time = LocalDateTime.of(2026, 1, 15, 10, 0, 0, 500_000_001);
        assertThat(product("DuckDB").parameter(nanos, time)).isEqualTo("2026-01-15T10:00:00.500000001");
        assertThat(product("DuckDB")
                        .parameter(column("TIMESTAMP", ColumnType.timestamp(6), ColumnType.timestamp(6)), time))
                .isSameAs(time);
        assertThat(product("DuckDB")
                        .parameter(column("TIME_NS", ColumnType.time(9), ColumnType.time(9)), time.toLocalTime()))
                .isEqualTo("10:00:00.500000001");
        assertThat(product("DuckDB")
                        .parameter(
                                column("HUGEINT", ColumnType.UNLIMITED_DECIMAL, ColumnType.UNLIMITED_DECIMAL),
                                new BigDecimal("1E+38")))
                .isEqualTo(new BigInteger("1" + "0".repeat(38)));

        SourceColumn any = column("", ColumnType.TEXT, ColumnType.TEXT);
        assertThat(product("SQLite").parameter(any, time)).isEqualTo("2026-01-15 10:00:00.500000001");
        assertThat(product("SQLite").parameter(any, time.withNano(500_000_000))).isEqualTo("2026-01-15 10:00:00.5");
        assertThat(product("SQLite").parameter(any, time.withNano(0).atOffset(ZoneOffset.ofHours(1))))
                .isEqualTo("2026-01-15 09:00:00");
        assertThat(product("SQLite").parameter(any, new BigDecimal("3.00"))).isEqualTo(3L);
        assertThat(product("SQLite").parameter(any, new BigDecimal("2.5"))).isEqualTo(2.5);
        assertThat(product("SQLite").parameter(any, new BigDecimal("1E+30"))).isEqualTo(1e30);
        assertThat(product("H2").parameter(any, time)).isSameAs(time);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "PostgreSQL | a\"b | \"a\"\"b\"",
                "MySQL | a`b | `a``b`",
                "MariaDB | a\"b | `a\"b`",
                "SQL Server | a]b[c | [a]]b[c]",
                "Oracle | a\"b | \"a\"\"b\"",
                "HSQLDB | A | \"A\""
            })
    void aNamesQuotesAreDoubledWithinIt(String product, String name, String quoted) {
        assertThat(product(product).quote(name)).isEqualTo(quoted);
    }

    @Test
    void aNameThatEndsTheTextOrIsTakenForAParameterIsRefused() {
        assertThatThrownBy(() -> product("MySQL").quote("a\0b")).hasMessage("the name \"a?b\" cannot be quoted");
        assertThatThrownBy(() -> product("Oracle").quote("a:?b")).hasMessage("the name \"a:?b\" cannot be quoted");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "PostgreSQL | date_trunc('second', clock_timestamp()) - INTERVAL '5 seconds'",
                "MariaDB | NOW() - INTERVAL 5 SECOND",
                "H2 | DATEADD(SECOND, -5, DATE_TRUNC(SECOND, CURRENT_TIMESTAMP))",
                "SQL Server | DATEADD(second, -6, CAST(SYSDATETIMEOFFSET() AS datetimeoffset(0)))",
                "Oracle | CURRENT_TIMESTAMP(0) - NUMTODSINTERVAL(6, 'SECOND')",
                "SQLite | datetime('now', '-5 seconds')",
                "DuckDB | date_trunc('second', now()) - INTERVAL (5) SECOND",
                "Snowflake | DATEADD(second, -5, DATE_TRUNC('second', CURRENT_TIMESTAMP()))",
                "Redshift | DATEADD(second, -5, DATE_TRUNC('second', GETDATE())) AT TIME ZONE 'UTC'",
                "BigQuery | TIMESTAMP_SUB(TIMESTAMP_TRUNC(CURRENT_TIMESTAMP(), SECOND), INTERVAL 5 SECOND)",
                "ClickHouse | now() - INTERVAL 5 SECOND",
                "Derby | CURRENT_TIMESTAMP(0) - INTERVAL '6' SECOND(9)"
            })
    void theClockStaysBehindByWholeSeconds(String product, String sql) {
        assertThat(product(product).clock(Kind.INSTANT, 5)).isEqualTo(sql);
    }

    @Test
    void aDayEndsLastInTheWesternmostZoneThatAProductTells() {
        assertThat(product("PostgreSQL").clock(Kind.DATE, 0))
                .isEqualTo("CAST(clock_timestamp() AT TIME ZONE INTERVAL '-12:00' - INTERVAL '0 seconds' AS date)");
        assertThat(product("SQLite").clock(Kind.DATE, 0)).isEqualTo("date('now', '-12 hours', '-0 seconds')");
        assertThatThrownBy(() -> product("H2").clock(Kind.TEXT, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "PostgreSQL | CAST(\"c\" AS bigint) | CAST(\"c\" AS numeric)",
                "MySQL | CAST(`c` AS SIGNED) | CAST(`c` AS DECIMAL(65, 20))",
                "H2 | CAST(\"c\" AS BIGINT) | CAST(\"c\" AS DECFLOAT)",
                "Oracle | CAST(\"c\" AS NUMBER) | CAST(\"c\" AS NUMBER)",
                "SQL | CAST(\"c\" AS BIGINT) | CAST(\"c\" AS DECIMAL(38, 10))"
            })
    void textThatIsDeclaredToHoldNumbersIsComparedAsNumbers(String product, String whole, String decimal) {
        assertThat(product(product).compared(column("varchar", ColumnType.INT32, ColumnType.TEXT)))
                .isEqualTo(whole);
        assertThat(product(product).compared(column("varchar", ColumnType.UNLIMITED_DECIMAL, ColumnType.TEXT)))
                .isEqualTo(decimal);
        assertThat(product(product).compared(column("varchar", ColumnType.decimal(9, 2), ColumnType.TEXT)))
                .endsWith("AS DECIMAL(9, 2))");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "PostgreSQL | inet | CASE WHEN \"c\" IS DISTINCT FROM NULL THEN format('%s', \"c\") END",
                "PostgreSQL | varchar | \"c\"",
                "PostgreSQL | _varchar | \"c\"",
                "MariaDB | FLOAT | `c` * 1e0",
                "MariaDB | DOUBLE | `c`",
                "DuckDB | MAP(INTEGER, VARCHAR) | CAST(\"c\" AS VARCHAR)",
                "DuckDB | VARCHAR | \"c\"",
                "H2 | GEOMETRY | \"c\""
            })
    void aColumnIsSelectedAsItsDriverHandsItOverWhole(String product, String nativeType, String sql) {
        assertThat(product(product).selected(column(nativeType, ColumnType.TEXT, ColumnType.TEXT)))
                .isEqualTo(sql);
    }

    @Test
    void theTimeOfDayOfAnInstantIsAskedForInAZone() {
        List<Object> parameters = new ArrayList<>();

        assertThat(product("PostgreSQL").timeOfDay("c", ZoneId.of("Europe/Vienna"), parameters))
                .isEqualTo("CAST(c AT TIME ZONE CAST(? AS VARCHAR) AS TIME)");
        assertThat(product("H2").timeOfDay("c", ZoneId.of("Z"), parameters)).startsWith("SUBSTRING(CAST(c AT");
        assertThat(product("MySQL").timeOfDay("c", ZoneId.of("+01:00"), parameters))
                .isEqualTo("CAST(CONVERT_TZ(c, '+00:00', ?) AS TIME)");
        assertThat(parameters).containsExactly("Europe/Vienna", "UTC", "+01:00");

        assertThat(product("H2").time(Kind.INSTANT, LocalTime.of(8, 0))).isEqualTo("08:00:00");
        assertThat(product("H2").timeMark(Kind.TIMESTAMP)).isEqualTo("CAST(? AS TIME)");
        assertThatThrownBy(() -> product("PostgreSQL").timeOfDay("c", ZoneId.of("+01:00"), parameters))
                .hasMessageContaining("not by an offset");
        assertThatThrownBy(() -> product("H2").timeOfDay("c", ZoneId.of("GMT+5"), parameters))
                .hasMessage("hours takes a time zone by its name, such as Europe/Vienna, not by an offset, GMT+05:00");
        assertThatThrownBy(() -> product("MySQL").timeOfDay("c", ZoneId.of("Europe/Vienna"), parameters))
                .hasMessageContaining("fixed offset");
        for (String beyond : List.of("Etc/GMT-14", "-13:00", "+01:00:30")) {
            assertThatThrownBy(() -> product("MySQL").timeOfDay("c", ZoneId.of(beyond), parameters))
                    .hasMessageEndingWith("takes whole minutes from -12:59 to +13:00, not " + beyond);
        }
        assertThatThrownBy(() -> product("Oracle").timeOfDay("c", ZoneId.of("UTC"), parameters))
                .hasMessageContaining("is known for PostgreSQL, MariaDB, MySQL and H2");
    }
}
