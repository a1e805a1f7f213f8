package io.waybill.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.database.Databases;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.database.Standard;
import io.waybill.flow.ColumnType;
import io.waybill.flow.DataSetKind;
import io.waybill.flow.ExportMode;
import io.waybill.flow.Filter;
import io.waybill.flow.FilterOperator;
import io.waybill.flow.Order;
import io.waybill.flow.Selection;
import io.waybill.flow.Selection.PiiPolicy;
import io.waybill.flow.Selection.Select;
import io.waybill.flow.Window;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The SQL of each product, for databases that no test of ours can start as well. */
class SqlOfProductsTest {

    @TempDir
    private Path folder;

    private static Standard product(String name) {
        return Databases.all().stream()
                .filter(product -> product.productName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Query plan(String product, String column, Filter filter) {
        Source source = new Source(
                "feed",
                DataSetKind.CHANGE_FEED,
                product(product),
                "t",
                "table t",
                List.of(),
                List.of(
                        new SourceColumn(
                                column, ColumnType.TEXT, ColumnType.TEXT, "varchar", true, false, false, false),
                        new SourceColumn(
                                "xt_record_type",
                                ColumnType.TEXT,
                                ColumnType.TEXT,
                                "varchar",
                                true,
                                false,
                                false,
                                false),
                        new SourceColumn(
                                "xt_batch_id",
                                ColumnType.INT32,
                                ColumnType.INT32,
                                "integer",
                                true,
                                false,
                                false,
                                false)));
        return new QueryPlanner(source)
                .plan(
                        ExportMode.INCREMENTAL,
                        new Window.Everything(),
                        new Selection(List.of(column), List.of(), Select.ALL, PiiPolicy.EXCLUDE),
                        List.of(filter),
                        List.of(new Order(column, true)),
                        ZonedDateTime.parse("2026-01-15T00:00Z"),
                        10);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PostgreSQL | SELECT \"a\" FROM t WHERE \"xt_record_type\" IN (?, ?) AND \"a\" ~ ? ORDER BY \"a\" DESC LIMIT 10",
                "MySQL      | SELECT `a` FROM t WHERE `xt_record_type` IN (?, ?) AND `a` REGEXP ? ORDER BY `a` DESC LIMIT 10",
                "MariaDB    | SELECT `a` FROM t WHERE `xt_record_type` IN (?, ?) AND `a` REGEXP ? ORDER BY `a` DESC LIMIT 10",
                "H2         | SELECT \"a\" FROM t WHERE \"xt_record_type\" IN (?, ?) AND \"a\" REGEXP ? ORDER BY \"a\" DESC LIMIT 10",
                "Oracle     | SELECT \"a\" FROM t WHERE \"xt_record_type\" IN (?, ?) AND REGEXP_LIKE(\"a\", ?) ORDER BY \"a\" DESC FETCH FIRST 10 ROWS ONLY",
                "DuckDB     | SELECT \"a\" FROM t WHERE \"xt_record_type\" IN (?, ?) AND regexp_full_match(\"a\", ?) ORDER BY \"a\" DESC LIMIT 10",
                "Redshift   | SELECT \"a\" FROM t WHERE \"xt_record_type\" IN (?, ?) AND \"a\" ~ ? ORDER BY \"a\" DESC LIMIT 10",
                "BigQuery   | SELECT `a` FROM t WHERE `xt_record_type` IN (?, ?) AND REGEXP_CONTAINS(`a`, ?) ORDER BY `a` DESC LIMIT 10",
                "ClickHouse | SELECT `a` FROM t WHERE `xt_record_type` IN (?, ?) AND match(`a`, ?) ORDER BY `a` DESC LIMIT 10",
                "Snowflake  | SELECT \"a\" FROM t WHERE \"xt_record_type\" IN (?, ?) AND REGEXP_LIKE(\"a\", ?) ORDER BY \"a\" DESC LIMIT 10"
            })
    void matchesAndLimitAreWrittenAsEachDatabaseTakesThem(String product, String sql) {
        Query query = plan(product, "a", new Filter("a", FilterOperator.MATCHES, List.of("x.*")));

        assertThat(query.sql().replaceAll("\\s+", " ")).isEqualTo(sql);
        boolean dollarIsBeforeLineEnds = product.equals("H2") || product.equals("MariaDB");
        assertThat(query.parameters())
                .containsExactly("new", "changed", dollarIsBeforeLineEnds ? "^(x.*)\\z" : "^(x.*)$");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SQL Server | SELECT TOP (10) [we]]ird] FROM t WHERE [xt_record_type] IN (?, ?) AND [we]]ird] = ? ORDER BY [we]]ird] DESC | we]ird",
                "SQLite    | SELECT \"we\"\"ird\" FROM t WHERE \"xt_record_type\" IN (?, ?) AND \"we\"\"ird\" = ? ORDER BY \"we\"\"ird\" DESC LIMIT 10 | we\"ird",
                "MariaDB   | SELECT `we``ird` FROM t WHERE `xt_record_type` IN (?, ?) AND `we``ird` = ? ORDER BY `we``ird` DESC LIMIT 10 | we`ird",
                "SQL       | SELECT \"we'ird\" FROM t WHERE \"xt_record_type\" IN (?, ?) AND \"we'ird\" = ? ORDER BY \"we'ird\" DESC FETCH FIRST 10 ROWS ONLY | we'ird"
            },
            quoteCharacter = '~')
    void namesAreQuotedAsEachDatabaseQuotes(String product, String sql, String column) {
        Query query = plan(product, column, new Filter(column, FilterOperator.EQUAL, List.of("'; DROP TABLE t; --")));

        assertThat(query.sql().replaceAll("\\s+", " ")).isEqualTo(sql);
        assertThat(query.parameters()).containsExactly("new", "changed", "'; DROP TABLE t; --");
    }

    @Test
    void aDatabaseWithoutRegularExpressionsSaysWhatItHas() {
        assertThatThrownBy(() -> plan("SQLite", "a", new Filter("a", FilterOperator.MATCHES, List.of("x"))))
                .hasMessage("filters: \"matches\" is not known to this database; \"like\" is");
    }

    @Test
    void aNameThatCannotBeQuotedIsRefused() {
        assertThatThrownBy(() -> plan("H2", "a:?b", new Filter("a:?b", FilterOperator.IS_NULL, List.of())))
                .hasMessage("the name \"a:?b\" cannot be quoted");
    }

    /** A database that Waybill has no reader of its own for: by the standard's types. */
    @Test
    void duckDbIsReadToo() throws Exception {
        try (HikariDataSource database = new HikariDataSource()) {
            database.setJdbcUrl("jdbc:duckdb:" + folder.resolve("source.duckdb"));
            TestDatabases.execute(
                    database,
                    "CREATE TABLE numbers AS SELECT i AS n, i / 4 AS quarter, 'text ' || i AS word, DATE '2026-01-01' + i::INT AS due"
                            + " FROM range(1, 4) r(i)");
            try (FlowHarness harness = new FlowHarness(folder, database)) {
                harness.export(
                        "source_dataset_id = \"numbers\"\nfile_path = \"{{root}}/n.jsonl\"\norder_by = \"n desc\"\n"
                                + "filters = [{ column = \"n\", op = \">\", value = 1 }]\n");
            }
        }
        assertThat(folder.resolve("n.jsonl"))
                .hasContent("{\"n\":3,\"quarter\":0.75,\"word\":\"text 3\",\"due\":\"2026-01-04\"}\n"
                        + "{\"n\":2,\"quarter\":0.5,\"word\":\"text 2\",\"due\":\"2026-01-03\"}");
    }

    /** Clocks in Vienna show the hour from two to three twice on 2026-10-25; what they showed does not say which of the two it was. */
    @ParameterizedTest
    @CsvSource({
        "2026-10-25T02:30+02:00, 2026-10-25T01:30, 2026-10-25T02:30",
        "2026-10-25T02:30+01:00, 2026-10-25T02:00, 2026-10-25T03:00",
        "2026-10-25T03:30+01:00, 2026-10-25T02:30, 2026-10-25T03:30",
        "2026-03-29T03:30+02:00, 2026-03-29T01:30, 2026-03-29T03:30",
        "2026-07-01T12:00+02:00, 2026-07-01T11:00, 2026-07-01T12:00"
    })
    void theLastHourHoldsWhatClocksMayHaveShownInIt(String now, LocalDateTime from, LocalDateTime to) {
        SourceColumn local = new SourceColumn(
                "at", ColumnType.timestamp(6), ColumnType.timestamp(6), "timestamp", true, false, false, false);
        List<Object> parameters = new ArrayList<>();
        Source source =
                new Source("t", DataSetKind.PLAIN, product("PostgreSQL"), "t", "table t", List.of(), List.of(local));

        String sql = new FilterSql(
                        source, OffsetDateTime.parse(now).atZoneSameInstant(ZoneId.of("Europe/Vienna")), parameters)
                .condition(new Filter("at", FilterOperator.LAST, List.of("1 hour")));

        assertThat(sql).isEqualTo("(\"at\" >= ? AND \"at\" < ?)");
        assertThat(parameters).containsExactly(from, to);
    }
}
