package io.waybill.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a driver would hand over as another value fails the run, and the message says which value it was and what to do. */
class RefusedValuesIT {

    @TempDir
    private Path folder;

    private int files;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "INTEGER|'text'|the text \"text\" is no bigint: declare the column as type = \"text\"",
                "BIGINT|1e30|1.0E30 is no bigint: declare the column as type = \"double\"",
                "INTEGER|1.5|1.5 is no bigint: declare the column as type = \"double\"",
                "INTEGER|x'00ff'|2 bytes are no bigint: declare the column as type = \"binary\"",
                "DOUBLE|'foo'|the text \"foo\" is no double",
                "DECIMAL(9,2)|98765432101.25|98765432101.25 does not fit decimal(9,2)",
                "DECIMAL(9,2)|0.125|0.125 does not fit decimal(9,2)",
                "DECIMAL(9,2)|'bar'|the text \"bar\" is no decimal(9,2)",
                "TEXT|x'00ff'|2 bytes are no text",
                "TEXT|CAST(x'ff41' AS TEXT)|2 bytes are no text in UTF-8",
                "BOOLEAN|5|5 is no boolean: declare the column as type = \"bigint\"",
                "BOOLEAN|'maybe'|the text \"maybe\" is no boolean",
                "DATE|'infinity'|the text \"infinity\" is not a date in ISO 8601",
                "DATE|'2026-02-30'|the text \"2026-02-30\" is not a date",
                "DATE|'2026-01-01 10:00:00'|is more than a date: declare the column as type = \"timestamp\"",
                "TIMESTAMP|1767225600000|the number 1767225600000 may stand for seconds, milliseconds or days",
                "TIMESTAMP|'2026-01-01T10:00:00Z'|has a zone: declare the column as type = \"timestamptz\"",
                "TIMESTAMP|'2026-01-01 10:00:00.123456789'|has more digits than timestamp(6) keeps",
                "BLOB|12|12 is no binary: declare the column as type = \"bigint\"",
            })
    void sqliteKeepsAnythingInAnyColumn(String type, String value, String message) throws Exception {
        try (HikariDataSource sqlite = TestDatabases.newSqlite(folder)) {
            assertThatExportFails(sqlite, type, "1".equals(value) ? "0" : "NULL", value)
                    .hasMessageContaining(message);
        }
    }

    @Test
    void aDeclaredTypeTakesWhatSqliteKeptOtherwise() throws Exception {
        try (HikariDataSource sqlite = TestDatabases.newSqlite(folder)) {
            TestDatabases.execute(
                    sqlite,
                    "CREATE TABLE t (r INTEGER, a TIMESTAMP, b TIMESTAMP, c TEXT, d INTEGER)",
                    "INSERT INTO t VALUES (1, '2026-01-01T10:00:00+01:00', 1767225600000, '12.50', 'text')");
            Files.writeString(folder.resolve("datasets.toml"), """
                    [[dataset]]
                    id = "t"
                    table = "t"
                    columns = [
                      { name = "a", type = "timestamptz" },
                      { name = "b", type = "bigint" },
                      { name = "c", type = "decimal(5,2)" },
                      { name = "d", type = "text" },
                    ]
                    """);
            assertThat(export(sqlite)).isEqualTo("r,a,b,c,d\n1,2026-01-01T09:00:00Z,1767225600000,12.50,text\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bigint", "double"})
    void aTextThatNoNumberOfTheDeclaredTypeHoldsIsRefused(String type) throws Exception {
        try (HikariDataSource sqlite = TestDatabases.newSqlite(folder)) {
            TestDatabases.execute(sqlite, "CREATE TABLE t (r INTEGER, a TEXT)", "INSERT INTO t VALUES (1, '1e999')");
            Files.writeString(
                    folder.resolve("datasets.toml"),
                    "[[dataset]]\nid = \"t\"\ntable = \"t\"\ncolumns = [{ name = \"a\", type = \"" + type + "\" }]\n");

            assertThatThrownBy(() -> export(sqlite)).hasMessageContaining("the text \"1e999\" is no " + type);
        }
    }

    @Test
    void infiniteTimesOfDuckdbAreInfinite() throws Exception {
        try (HikariDataSource duckdb = TestDatabases.duckdb(folder)) {
            String columns = "";
            String positive = "";
            String negative = "";
            for (String type : new String[] {"DATE", "TIMESTAMP", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMPTZ"}) {
                columns += ", " + type.toLowerCase(java.util.Locale.ROOT) + "_ " + type;
                positive += ", 'infinity'";
                negative += ", '-infinity'";
            }
            TestDatabases.execute(
                    duckdb,
                    "CREATE TABLE t (r INTEGER" + columns + ")",
                    "INSERT INTO t VALUES (1" + positive + ")",
                    "INSERT INTO t VALUES (2" + negative + ")");

            assertThat(export(duckdb).lines().skip(1))
                    .containsExactly(
                            "1,infinity,infinity,infinity,infinity,infinity",
                            "2,-infinity,-infinity,-infinity,-infinity,-infinity");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TIMESTAMP_S|'infinity'|a TIMESTAMP_S that the driver cannot hand over",
                "TIME|'24:00:00'|86400000000000",
            })
    void timesThatDuckdbsDriverDoesNotHandOverFail(String type, String value, String message) throws Exception {
        try (HikariDataSource duckdb = TestDatabases.duckdb(folder)) {
            assertThatExportFails(duckdb, type, "NULL", "'" + value.replace("'", "") + "'")
                    .hasMessageContaining(message);
        }
    }

    @ParameterizedTest
    @CsvSource({"mariadb, varbinary(9)", "mysql, blob", "h2, varbinary(9)"})
    void bytesThatAreDeclaredTextAreTextOrFail(String product, String type) throws Exception {
        try (HikariDataSource database =
                product.equals("mysql") ? TestDatabases.mariadbByMysqlDriver("") : TestDatabases.of(product)) {
            TestDatabases.execute(
                    database, "CREATE TABLE t (r int, a " + type + ")", "INSERT INTO t VALUES (1, x'c3bc')");
            Files.writeString(
                    folder.resolve("datasets.toml"),
                    "[[dataset]]\nid = \"t\"\ntable = \"t\"\ncolumns = [{ name = \"a\", type = \"text\" }]\n");
            assertThat(export(database)).isEqualTo("r,a\n1,ü\n");

            TestDatabases.execute(database, "INSERT INTO t VALUES (2, x'ff41')");
            assertThatThrownBy(() -> export(database))
                    .hasMessage("row 2, column \"a\": 2 bytes are no text in UTF-8: declare the column as type ="
                            + " \"binary\" in datasets.toml");
        }
    }

    @Test
    void halfACharacterFails() throws Exception {
        try (HikariDataSource h2 = TestDatabases.h2()) {
            assertThatExportFails(h2, "VARCHAR", "U&'\\+01F600'", "U&'a\\D83D'")
                    .hasMessageEndingWith("the text holds U+D83D, half a character, which no file of Unicode has");
        }
    }

    @Test
    void aDayThatOnlyHsqldbsCalendarHasFails() throws Exception {
        assertThatExportFails(TestDatabases.hsqldb(), "DATE", "NULL", "DATE '1500-02-29'")
                .hasMessageContaining("'1500' is not a leap year");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mariadb",
                "",
                "&useServerPrepStmts=true",
                "&zeroDateTimeBehavior=CONVERT_TO_NULL",
                "&zeroDateTimeBehavior=ROUND",
            })
    void zeroDatesFailWhateverTheDriverWouldMakeOfThem(String driver) throws Exception {
        try (HikariDataSource mariadb =
                driver.equals("mariadb") ? TestDatabases.mariadb() : TestDatabases.mariadbByMysqlDriver(driver)) {
            mariadb.setMaximumPoolSize(1); // the mode is the connection's
            TestDatabases.execute(mariadb, "SET sql_mode = ''");
            for (String type : new String[] {"DATE", "DATE NOT NULL", "DATETIME(6)", "TIMESTAMP NULL"}) {
                String first = type.equals("TIMESTAMP NULL") ? "'1970-01-01 05:30:01'" : "'0001-01-01'";
                assertThatExportFails(mariadb, type, first, "'0000-00-00'")
                        .hasMessageContaining(
                                "\"0000-00-00\" is no date: to export NULL for it, declare a data set by a"
                                        + " query that selects NULLIF(…, 0)");
            }
            assertThatExportFails(mariadb, "DATE", "NULL", "'2026-00-10'")
                    .hasMessageContaining("\"2026-00-10\" is no date");
            assertThatExportFails(mariadb, "DATETIME", "NULL", "'2026-10-00 12:00:00'")
                    .hasMessageContaining("\"2026-10-00\" is no date");
        }
    }

    @Test
    void aQueryExportsZeroDatesAsNull() throws Exception {
        for (HikariDataSource mariadb :
                new HikariDataSource[] {TestDatabases.mariadb(), TestDatabases.mariadbByMysqlDriver("")}) {
            TestDatabases.execute(
                    mariadb,
                    "CREATE TABLE t (r int, a date not null, b datetime(6) not null)",
                    "SET sql_mode = ''",
                    "INSERT INTO t VALUES (1, '0000-00-00', '0000-00-00'), (2, '2026-01-02', '2026-01-02 03:04:05.5')");
            Files.writeString(
                    folder.resolve("datasets.toml"),
                    "[[dataset]]\nid = \"t\"\nquery = \"SELECT r, NULLIF(a, 0) AS a, NULLIF(b, 0) AS b FROM t\"\n");

            assertThat(export(mariadb)).isEqualTo("r,a,b\n1,,\n2,2026-01-02,2026-01-02T03:04:05.5\n");
        }
    }

    @Test
    void timesBeyondADayOfMariadbFailOnlyWhereTheFormatHasNone() throws Exception {
        for (HikariDataSource mariadb :
                new HikariDataSource[] {TestDatabases.mariadb(), TestDatabases.mariadbByMysqlDriver("")}) {
            TestDatabases.execute(
                    mariadb,
                    "CREATE TABLE t (r int, a time(6))",
                    "INSERT INTO t VALUES (1, '-838:59:59.999999'), (2, '24:00:00.5'), (3, '-00:00:01.5')");

            assertThat(export(mariadb)).isEqualTo("r,a\n1,-838:59:59.999999\n2,24:00:00.5\n3,-00:00:01.5\n");
        }
    }

    @Test
    void aFloatThatTheServerHasRoundedIsRefusedInRoutesByHand() throws Exception {
        HikariDataSource mariadb = TestDatabases.mariadb();
        TestDatabases.execute(mariadb, "CREATE TABLE t (a float)", "INSERT INTO t VALUES (NULL), (1234567.875)");
        try (FlowHarness harness = new FlowHarness(folder, mariadb)) {
            String route = """
                    - route:
                        id: %s
                        from:
                          uri: direct:%s
                          steps:
                            - setBody:
                                constant: "%s"
                            - to: rows:db
                            - marshal:
                                custom:
                                  ref: waybill-csv
                            - to: file:{{root}}?fileName=%s.csv
                    """;
            harness.load("a.camel.yaml", route.formatted("a", "a", "SELECT a FROM t", "a"));
            harness.load("b.camel.yaml", route.formatted("b", "b", "SELECT a * 1e0 AS a FROM t", "b"));

            assertThatThrownBy(() -> send(harness, "direct:a"))
                    .hasStackTraceContaining(
                            "row 2, column \"a\": the server rounds a FLOAT to six digits where it hands it"
                                    + " over: select it times 1e0");
            send(harness, "direct:b");
        }
        assertThat(folder.resolve("b.csv")).hasContent("a\n\n1234567.875\n");
    }

    private static void send(FlowHarness harness, String endpoint) {
        harness.context().createProducerTemplate().sendBody(endpoint, null);
    }

    /** Exports two rows, the second of which holds a value that has to fail. */
    private AbstractThrowableAssert<?, ? extends Throwable> assertThatExportFails(
            DataSource dataSource, String type, String first, String second) {
        TestDatabases.execute(
                dataSource,
                "CREATE TABLE t" + ++files + " (r INTEGER, a " + type + ")",
                "INSERT INTO t" + files + " VALUES (1, " + first + ")",
                "INSERT INTO t" + files + " VALUES (2, " + second + ")");
        return assertThatThrownBy(() -> export(dataSource, "t" + files))
                .hasMessageContaining("row 2, column \"")
                .hasMessageContaining(": ");
    }

    private String export(DataSource dataSource) throws Exception {
        return export(dataSource, "t");
    }

    private String export(DataSource dataSource, String table) throws Exception {
        try (FlowHarness harness = new FlowHarness(folder, dataSource)) {
            harness.export("source_dataset_id = \"" + table + "\"\nfile_path = \"{{root}}/t.csv\"\norder_by = \"r\"\n"
                    + "if_exists = \"overwrite\"");
        }
        return Files.readString(folder.resolve("t.csv"));
    }
}
