package io.waybill.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reports, compared with what DuckDB makes of the rows that a plain export of the same table has written. */
class ReportIT {

    private static final String VIENNA = "\n[[triggers]]\ntype = \"manual\"\ntimezone = \"Europe/Vienna\"\n";

    private static final int ROWS = 700;

    @TempDir
    private static Path databases;

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.overAny();

    /** Sales with what goes wrong in sums: NULLs, duplicates, cents, losses, whole numbers whose sum is none of 64 bits, hours twice. */
    private void open(String product) throws Exception {
        HikariDataSource database =
                product.equals("duckdb") ? TestDatabases.duckdb(databases) : TestDatabases.of(product);
        boolean mariadb = product.equals("mariadb");
        String instants = mariadb
                ? "TIMESTAMP(3) NULL"
                : product.equals("duckdb") ? "TIMESTAMPTZ" : "TIMESTAMP(3) WITH TIME ZONE";
        String doubles = mariadb ? "DOUBLE" : "DOUBLE PRECISION";
        if (mariadb) {
            TimeZones.load(database, "Europe/Vienna");
        }
        harness.open(
                database,
                mariadb ? "SET time_zone = '+00:00'" : "SELECT 1",
                "CREATE TABLE sales (id INTEGER NOT NULL, region VARCHAR(10), shop SMALLINT, units BIGINT, amount DECIMAL(12, 2),"
                        + " share " + doubles
                        + ", due DATE, opened TIMESTAMP(0)".replace("TIMESTAMP(0)", mariadb ? "DATETIME" : "TIMESTAMP")
                        + ", sold_at " + instants + ")",
                "INSERT INTO sales VALUES " + rows(mariadb),
                mariadb ? "SET time_zone = DEFAULT" : "SELECT 1");
    }

    private static String rows(boolean mariadb) {
        Random random = new Random(4);
        StringJoiner rows = new StringJoiner(", ");
        for (int i = 0; i < ROWS; i++) {
            // the night of each change of clocks, and the days around it
            Instant change = Instant.parse(i % 2 == 0 ? "2026-03-29T01:00:00Z" : "2026-10-25T01:00:00Z");
            Instant sold = change.plusMillis((long) (random.nextGaussian() * 20 * 3_600_000));
            LocalDateTime utc = sold.atOffset(ZoneOffset.UTC).toLocalDateTime();
            String time = utc.toString().replace('T', ' ') + (mariadb ? "" : "+00:00");
            List<String> values = List.of(
                    "" + i,
                    orNull(random, "'" + List.of("north", "south", "Süd", "").get(random.nextInt(4)) + "'"),
                    orNull(random, "" + (random.nextInt(5) - 2)),
                    orNull(random, "" + (random.nextBoolean() ? 9_000_000_000_000_000_000L : random.nextInt(100))),
                    orNull(
                            random,
                            new BigDecimal(random.nextInt(2_000_000) - 500_000)
                                    .movePointLeft(2)
                                    .toPlainString()),
                    orNull(random, "" + random.nextInt(64) / 8.0),
                    orNull(random, "DATE '" + utc.toLocalDate().plusDays(random.nextInt(400)) + "'"),
                    orNull(random, "TIMESTAMP '" + utc.withNano(0).toString().replace('T', ' ') + "'"),
                    i == 5 ? "NULL" : "TIMESTAMP '" + time + "'");
            rows.add("(" + String.join(", ", values) + ")");
        }
        return mariadb
                ? rows.toString()
                : rows.toString().replaceAll("TIMESTAMP ('[^']*\\+00:00')", "TIMESTAMP WITH TIME ZONE $1");
    }

    private static String orNull(Random random, String value) {
        return random.nextInt(8) == 0 ? "NULL" : value;
    }

    private void export(String file, String keys) throws Exception {
        harness.export("source_dataset_id = \"sales\"\nfile_path = \"{{root}}/" + file + "\"\n" + keys);
    }

    private List<List<String>> read(String sql) throws Exception {
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckdb.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
            try (ResultSet rows = statement.executeQuery(
                    sql.replace("{root}", harness.folder().toString()))) {
                List<List<String>> all = new ArrayList<>();
                while (rows.next()) {
                    List<String> row = new ArrayList<>();
                    for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                        row.add(rows.getString(i));
                    }
                    all.add(row);
                }
                return all;
            }
        }
    }

    private List<List<String>> report() throws Exception {
        return read("SELECT CAST(COLUMNS(*) AS VARCHAR) FROM read_parquet('{root}/report.parquet')");
    }

    /** As databases differ in where NULL comes. */
    private static List<List<String>> sorted(List<List<String>> rows) {
        return rows.stream().sorted(Comparator.comparing(Object::toString)).toList();
    }

    /** @param selected what is selected of the rows */
    private List<List<String>> expected(String selected) throws Exception {
        return read("SELECT CAST(COLUMNS(*) AS VARCHAR) FROM ("
                + selected.replace("sales", "read_parquet('{root}/sales.parquet')") + ")");
    }

    private void assertReports(String selected) throws Exception {
        assertThat(sorted(report())).as(selected).isEqualTo(sorted(expected(selected)));
    }

    private void assertReportsInOrder(String selected) throws Exception {
        assertThat(report()).as(selected).isEqualTo(expected(selected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "h2", "duckdb"})
    void sumsOfGroupsAreThoseOfTheRows(String product) throws Exception {
        open(product);
        export("sales.parquet", "");
        export("report.parquet", """
                [properties.export.report]
                group_by = ["region", "shop"]
                metrics = [
                  { function = "count" },
                  { function = "count", column = "amount" },
                  { function = "count_distinct", column = "amount", name = "prices" },
                  { function = "sum", column = "units" },
                  { function = "sum", column = "shop" },
                  { function = "sum", column = "amount" },
                  { function = "sum", column = "share" },
                  { function = "avg", column = "share" },
                  { function = "min", column = "amount" },
                  { function = "max", column = "due" },
                  { function = "max", column = "sold_at" },
                  { function = "avg", column = "amount" },
                  { function = "avg", column = "units" },
                ]
                """);

        List<List<String>> expected = expected(
                "SELECT region, shop, count(*), count(amount), count(DISTINCT amount), CAST(sum(units) AS DECIMAL(38, 0)),"
                        + " CAST(sum(shop) AS DECIMAL(38, 0)), sum(amount), sum(share), avg(share), min(amount), max(due),"
                        + " max(sold_at), sum(amount) AS a, count(amount) AS b, CAST(sum(units) AS DECIMAL(38, 0)) AS c,"
                        + " count(units) AS d FROM sales GROUP BY region, shop");
        for (List<String> row : expected) {
            String units = average(row.remove(15), row.remove(15), 6);
            row.add(average(row.remove(13), row.remove(13), 8));
            row.add(units);
        }
        List<List<String>> report = report();
        if (product.equals("duckdb")) { // whose averages are doubles
            Stream.of(report, expected)
                    .flatMap(List::stream)
                    .forEach(row -> row.subList(13, 15).replaceAll(ReportIT::about));
        }
        assertThat(sorted(report)).isEqualTo(sorted(expected));
    }

    private static String average(String sum, String count, int scale) {
        return sum == null
                ? null
                : new BigDecimal(sum)
                        .divide(new BigDecimal(count), scale, RoundingMode.HALF_UP)
                        .toPlainString();
    }

    private static String about(String number) {
        return number == null
                ? null
                : new BigDecimal(number)
                        .round(new MathContext(12))
                        .stripTrailingZeros()
                        .toPlainString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "h2", "duckdb"})
    void spansOfTimeAreThoseOfTheTriggersZone(String product) throws Exception {
        open(product);
        export("sales.parquet", "");
        for (String every : List.of("hour", "day", "week", "month", "year")) {
            String as = every.equals("hour") ? "TIMESTAMP" : "DATE";
            export("report.parquet", timeSeries("sold_at", every) + VIENNA);
            String instants = every.equals("hour")
                    ? "time_bucket(INTERVAL 1 HOUR, sold_at)"
                    : "date_trunc('" + every + "', sold_at AT TIME ZONE 'Europe/Vienna')::DATE";
            assertReportsInOrder(
                    "SELECT " + instants + " b, count(*), sum(amount) FROM sales GROUP BY b ORDER BY b NULLS "
                            + (product.equals("postgresql") || product.equals("duckdb") ? "LAST" : "FIRST"));
            export("report.parquet", timeSeries("opened", every) + VIENNA);
            assertReports("SELECT date_trunc('" + every + "', opened)::" + as
                    + " b, count(*), sum(amount) FROM sales GROUP BY b");
            if (!every.equals("hour")) {
                export("report.parquet", timeSeries("due", every));
                assertReports(
                        "SELECT date_trunc('" + every + "', due)::DATE b, count(*), sum(amount) FROM sales GROUP BY b");
            }
        }
    }

    private static String timeSeries(String column, String every) {
        return "[properties.export.report]\ntime_bucket = { column = \"" + column + "\", every = \"" + every
                + "\" }\nmetrics = [{ function = \"count\" }, { function = \"sum\", column = \"amount\" }]\n";
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "h2", "duckdb"})
    void spansWithoutRowsAreFilledForEachGroup(String product) throws Exception {
        open(product);
        export("sales.parquet", "");
        for (String every : List.of("hour", "day", "week", "month", "year")) {
            export(
                    "report.parquet",
                    "order_by = [\"region\", \"moment\"]\n[properties.export.report]\ngroup_by = [\"region\"]\n"
                            + "time_bucket = { column = \"sold_at\", every = \"" + every
                            + "\", name = \"moment\", fill = true }\n"
                            + "metrics = [{ function = \"count\" }, { function = \"max\", column = \"amount\" }]\n"
                            + VIENNA);
            String start = every.equals("hour")
                    ? "time_bucket(INTERVAL 1 HOUR, sold_at)"
                    : "date_trunc('" + every + "', sold_at AT TIME ZONE 'Europe/Vienna')::DATE";
            String as = every.equals("hour") ? "TIMESTAMPTZ" : "DATE";
            assertReports(
                    "WITH r AS (SELECT region, " + start + " AS moment, amount FROM sales),"
                            + " t AS (SELECT unnest(generate_series(min(moment)::TIMESTAMPTZ, max(moment)::TIMESTAMPTZ, INTERVAL 1 "
                            + every + "))::" + as + " AS moment FROM r)"
                            + " SELECT g.region, t.moment, count(r.moment), max(amount) FROM (SELECT DISTINCT region FROM r) g CROSS JOIN t"
                            + " LEFT JOIN r ON r.moment = t.moment AND r.region IS NOT DISTINCT FROM g.region GROUP BY g.region, t.moment"
                            + " UNION ALL SELECT region, moment, count(*), max(amount) FROM r WHERE moment IS NULL GROUP BY region, moment");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "h2", "duckdb"})
    void theBestOfWhatIsLeftComeFirst(String product) throws Exception {
        open(product);
        export("sales.parquet", "");
        export("report.parquet", """
                filters = [{ column = "amount", op = ">", value = 0 }]
                order_by = ["total desc"]
                limit = 3
                [properties.export.report]
                group_by = ["shop"]
                metrics = [{ function = "sum", column = "amount", name = "total" }, { function = "count" }]
                having = [{ column = "count", op = ">", value = 50 }, { column = "shop", op = "not_null" }]
                """);

        assertReportsInOrder(
                "SELECT shop, sum(amount) AS total, count(*) FROM sales WHERE amount > 0 AND shop IS NOT NULL GROUP BY shop"
                        + " HAVING count(*) > 50 ORDER BY total DESC LIMIT 3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "h2", "duckdb"})
    void aPercentileIsAValueThatSoManyDoNotExceed(String product) throws Exception {
        open(product);
        export("sales.parquet", "");
        StringJoiner metrics = new StringJoiner(", ");
        StringJoiner selected = new StringJoiner(", ");
        for (String percent : List.of("0", "12.5", "50", "99.9", "100")) {
            metrics.add("{ function = \"percentile\", column = \"amount\", percent = " + percent + " }");
            selected.add("list_sort(list(amount) FILTER (amount IS NOT NULL))[greatest(1, ceil(" + percent
                    + " / 100 * count(amount)))::INTEGER]");
        }
        metrics.add("{ function = \"percentile\", column = \"due\", percent = 50 }");
        selected.add("list_sort(list(due) FILTER (due IS NOT NULL))[ceil(count(due) / 2)::INTEGER]");
        export("report.parquet", "[properties.export.report]\ngroup_by = [\"shop\"]\nmetrics = [" + metrics + "]\n");

        assertReports("SELECT shop, " + selected + " FROM sales GROUP BY shop");
    }

    /** Of the standard's SQL, and what SQLite makes of it. */
    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "derby", "hsqldb"})
    void databasesThatKnowNoSpansOfTimeAddUpToo(String product) throws Exception {
        harness.open(
                product.equals("sqlite")
                        ? TestDatabases.newSqlite(databases)
                        : product.equals("derby") ? TestDatabases.derby() : TestDatabases.hsqldb(),
                "CREATE TABLE sales (shop INTEGER, amount DECIMAL(12, 2), due DATE)",
                "INSERT INTO sales VALUES (2147483647, 10.25, NULL), (2147483647, -0.75, NULL), (1, NULL, NULL), (1, 3, NULL), (1, 4, NULL),"
                        + " (1, 4, NULL)");
        String report = "[properties.export.report]\nmetrics = [{ function = \"count\" }]\n";
        export(
                "report.csv",
                "[properties.export.report]\ngroup_by = [\"shop\"]\nmetrics = [{ function = \"count\", name = \"n\" },"
                        + " { function = \"sum\", column = \"shop\", name = \"shops\" }, { function = \"sum\", column = \"amount\", name = \"total\" },"
                        + " { function = \"avg\", column = \"amount\", name = \"mean\" }, { function = \"max\", column = \"amount\", name = \"most\" }]\n");

        String[] text = Files.readString(harness.file("report.csv"))
                .toLowerCase(Locale.ROOT)
                .split("\n");
        assertThat(text[0]).isEqualTo("shop,n,shops,total,mean,most");
        // which may be doubles, of more or fewer digits
        assertThat(text[1]).matches("1,4,4,11(.00?)?,3.66666666.*,4(.00)?");
        assertThat(text[2]).matches("2147483647,2,4294967294,9.50?,4.750*,10.25");
        assertThatThrownBy(() -> export("x.csv", report + "time_bucket = { column = \"due\", every = \"day\" }"))
                .hasMessageContaining("is date: it is known for PostgreSQL, MariaDB, MySQL, H2 and DuckDB, not for ");
        assertThatThrownBy(
                        () -> export(
                                "x.csv",
                                "[properties.export.report]\nmetrics = [{ function = \"percentile\", column = \"shop\", percent = 50 }]"))
                .hasMessageStartingWith("report.metrics: \"percentile\" is not known to ");
    }

    /** {@code UTC+05:00} is five hours behind to PostgreSQL; hours that do not follow one another by an hour are not added. */
    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "h2", "duckdb"})
    void zonesWhoseSpansWouldBeOthersAreRefused(String product) throws Exception {
        open(product);
        for (String zone : List.of("UTC+05:00", "GMT-3", "+05:00")) {
            assertThatThrownBy(
                            () -> export("x.csv", timeSeries("sold_at", "day") + VIENNA.replace("Europe/Vienna", zone)))
                    .hasMessageContaining(
                            "time_bucket takes a time zone by its name, such as Europe/Vienna, not by an offset, ");
        }
        assertThatThrownBy(() -> export(
                        "x.csv",
                        timeSeries("sold_at", "hour").replace(" }\nm", ", fill = true }\nm")
                                + VIENNA.replace("Europe/Vienna", "Australia/Lord_Howe")))
                .hasMessageContaining(
                        "hours of Australia/Lord_Howe begin at other minutes for a part of the year or in some years; day, week,");
    }

    @Test
    void mariaDbSaysWhatItLacks() throws Exception {
        open("mariadb");
        String lima = VIENNA.replace("Europe/Vienna", "America/Lima");

        assertThatThrownBy(() -> export("x.csv", timeSeries("sold_at", "day") + lima))
                .hasMessage(
                        "report.time_bucket: column sold_at is timestamptz(6): the server does not know the time zone America/Lima:"
                                + " load its tables of time zones (mariadb-tzinfo-to-sql, mysql_tzinfo_to_sql), or take UTC or an offset such as +01:00");
        assertThatThrownBy(() -> export(
                        "x.csv",
                        timeSeries("sold_at", "hour") + VIENNA.replace("Europe/Vienna", "Australia/Lord_Howe")))
                .hasMessageContaining(
                        "hours of Australia/Lord_Howe begin at other minutes for a part of the year or in some years; day, week,");
        export("plus.csv", timeSeries("sold_at", "year") + VIENNA.replace("Europe/Vienna", "+13:00"));
        export(
                "kolkata.csv",
                timeSeries("sold_at", "hour") + "having = [{ column = \"sold_at_hour\", op = \"not_null\" }]\n"
                        + VIENNA.replace("Europe/Vienna", "Asia/Kolkata"));
        assertThat(Files.readAllLines(harness.file("kolkata.csv")).stream().skip(1))
                .isNotEmpty()
                .allMatch(line -> line.contains(":30:00Z,"));
    }
}
