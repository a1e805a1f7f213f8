package io.waybill.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.flow.Flow;
import io.waybill.flow.toml.FlowReader;
import io.waybill.route.RouteYaml;
import io.waybill.route.WaybillConstants;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What reports say, and what they are refused for. */
class ReportTest {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            "CREATE TABLE orders (id integer primary key, customer_id integer, email varchar, status varchar, currency varchar(3),"
                    + " amount decimal(10, 2), paid boolean, details json, due date, ordered_at timestamp with time zone)",
            "INSERT INTO orders VALUES"
                    + " (1, 1, 'ada@example.com', 'paid', 'EUR', 1000, true, JSON '{}', DATE '2026-01-05', TIMESTAMP WITH TIME ZONE '2026-01-04 23:30:00+00:00'),"
                    + " (2, 2, 'bob@example.com', 'paid', 'EUR', 500.5, true, JSON '{}', DATE '2026-01-06', TIMESTAMP WITH TIME ZONE '2026-01-11 22:59:59+00:00'),"
                    + " (3, 1, 'ada@example.com', 'shipped', 'EUR', 2000, true, JSON '{}', DATE '2026-01-30', TIMESTAMP WITH TIME ZONE '2026-01-25 23:00:00+00:00'),"
                    + " (4, 3, 'eve@example.com', 'shipped', 'CHF', 1200, true, JSON '{}', NULL, TIMESTAMP WITH TIME ZONE '2026-01-05 12:00:00+00:00'),"
                    + " (5, 3, 'eve@example.com', 'void', 'CHF', 9000, false, JSON '{}', NULL, TIMESTAMP WITH TIME ZONE '2026-01-05 13:00:00+00:00')");

    @BeforeEach
    void declareOrders() throws Exception {
        Files.writeString(
                harness.file("datasets.toml"),
                "[[dataset]]\nid = \"orders\"\ntable = \"orders\"\ncolumns = [{ name = \"email\", pii = true }]\n");
    }

    private String export(String keys) throws Exception {
        harness.export("source_dataset_id = \"orders\"\nfile_path = \"{{root}}/report.csv\"\n" + keys);
        return read();
    }

    private String read() throws Exception {
        return Files.readString(harness.file("report.csv"));
    }

    @Test
    void theExampleOfTheDocumentationTellsOfEachWeekInVienna() throws Exception {
        Matcher example = Pattern.compile("```toml\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("docs/reports.md")));
        assertThat(example.find()).isTrue();
        String text = example.group(1).replace("exports/revenue_{ds}.csv", "{{root}}/report.csv");

        harness.load("weekly_revenue.toml", text).run("weekly_revenue");

        // the first order was on a Monday there; the week from the 19th has none, and without revenue is no row of
        // having
        assertThat(read())
                .isEqualTo(
                        "currency,ordered_at_week,orders,revenue,customers\nEUR,2026-01-05,2,1500.50,2\nCHF,2026-01-05,1,1200.00,1\n"
                                + "EUR,2026-01-26,1,2000.00,1\n");
    }

    @Test
    void aReportOfAllRowsIsOneRow() throws Exception {
        assertThat(export(
                        "parallelism = 2\n[properties.export.report]\nmetrics = [{ function = \"count\" }, { function = \"avg\", column ="
                                + " \"amount\" }, { function = \"min\", column = \"status\" }]"))
                .isEqualTo("count,avg_amount,min_status\n5,2740.10000000,paid\n");
        assertThat(export(
                        "filters = [{ column = \"id\", op = \"<\", value = 0 }]\n[properties.export.report]\nmetrics = [{ function ="
                                + " \"count\" }, { function = \"sum\", column = \"amount\" }]"))
                .isEqualTo("count,sum_amount\n0,\n");
    }

    @Test
    void theRoutePrintedOfAReportMakesTheSameFile() throws Exception {
        String toml = """
                id = "monthly"
                [properties.export]
                source_dataset_id = "orders"
                file_path = "{{root}}/report.csv"
                order_by = ["p50 desc"]
                [properties.export.report]
                group_by = ["status"]
                time_bucket = { column = "ordered_at", every = "hour", fill = true }
                metrics = [{ function = "percentile", column = "amount", percent = 50, name = "p50" }, { function = "count_distinct", column = "email" }]
                having = [{ column = "count_distinct_email", op = ">=", value = 1 }]
                """;
        Flow flow = new FlowReader(UnaryOperator.identity())
                .read("monthly.toml", toml)
                .value();
        String expected = "status,ordered_at_hour,p50,count_distinct_email\nvoid,2026-01-05T13:00:00Z,9000.00,1\n"
                + "shipped,2026-01-25T23:00:00Z,2000.00,1\nshipped,2026-01-05T12:00:00Z,1200.00,1\n"
                + "paid,2026-01-04T23:00:00Z,1000.00,1\npaid,2026-01-11T22:00:00Z,500.50,1\n";

        harness.load("monthly.camel.yaml", new RouteYaml(harness.context()).print(flow, null))
                .run("monthly");

        assertThat(read()).isEqualTo(expected);
    }

    @Test
    void aBackfillOfAReportGoesByItsTimeBucket() throws Exception {
        harness.load(
                "daily.toml",
                "[properties.export]\nsource_dataset_id = \"orders\"\nfile_path = \"{{root}}/report.csv\"\n[properties.export.report]\n"
                        + "time_bucket = { column = \"due\", every = \"day\" }\nmetrics = [{ function = \"count\" }]\n");

        harness.run("daily", Map.of(WaybillConstants.FROM, "2026-01-06", WaybillConstants.TO, "2026-02-01"));

        assertThat(read()).isEqualTo("due_day,count\n2026-01-06,1\n2026-01-30,1\n");
    }

    @Test
    void filesMayGoByTheSpansOfTheReport() throws Exception {
        harness.export("source_dataset_id = \"orders\"\nfile_path = \"{{root}}/out/\"\nformat = \"csv\"\n"
                + "chunk_by = { column = \"due_day\", every = \"month\" }\n[properties.export.report]\n"
                + "time_bucket = { column = \"due\", every = \"day\" }\nmetrics = [{ function = \"count\" }]\n"
                + "having = [{ column = \"due_day\", op = \"not_null\" }]");

        assertThat(harness.file("out/part-00000.csv"))
                .hasContent("due_day,count\n2026-01-05,1\n2026-01-06,1\n2026-01-30,1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "group_by = [\"statu\"] | report.group_by: data set \"orders\" has no column \"statu\"; did you mean \"status\"?",
                "group_by = [\"details\"] | report.group_by: column details is json, whose values are not compared",
                "group_by = [\"email\"] | report.group_by: \"email\" is marked pii, and a group may be one person; set pii_policy = \"allow\""
                        + " to tell of it, or count it",
                "metrics = [{ function = \"max\", column = \"email\" }] | report.metrics: \"email\" is marked pii",
                "metrics = [{ function = \"sum\", column = \"status\" }] | report.metrics: column status is text, and \"sum\" is for numbers",
                "metrics = [{ function = \"min\", column = \"paid\" }] | report.metrics: column paid is boolean, and \"min\" is for numbers, texts, dates and times",
                "metrics = [{ function = \"count_distinct\", column = \"details\" }] | report.metrics: column details is json, and"
                        + " \"count_distinct\" is for values that are compared; \"count\" is allowed",
                "metrics = [{ function = \"percentile\", column = \"status\", percent = 5 }] | report.metrics: column status is text, and"
                        + " \"percentile\" is for numbers, dates and times",
                "time_bucket = { column = \"amount\", every = \"day\" } | report.time_bucket: column amount is decimal(10,2): it goes by"
                        + " dates or times",
                "time_bucket = { column = \"due\", every = \"hour\" } | report.time_bucket: column due is date, which has no hours; allowed:"
                        + " day, week, month, year",
                "time_bucket = { column = \"due\", every = \"day\", name = \"Status\" } | report.time_bucket.name: \"Status\" is a column of"
                        + " the data set; give the spans of time another name",
                "having = [{ column = \"cnt\", op = \">\", value = 1 }] | report.having: data set \"the report of orders\" has no column"
                        + " \"cnt\"; did you mean \"count\"?; it has count",
                "having = [{ column = \"count\", op = \">\", value = \"many\" }] | report.having: column \"count\" is bigint: \"many\" does not"
                        + " go with that type",
            })
    void whatIsNotForAReportIsRefusedBeforeTheRunBegins(String keys, String message) {
        String metrics = keys.contains("metrics") ? "" : "\nmetrics = [{ function = \"count\" }]";

        assertThatThrownBy(() -> export("[properties.export.report]\n" + keys + metrics))
                .hasMessageStartingWith(message);
    }

    @Test
    void aTimeZoneThatIsAnOffsetIsRefusedWhereTheDatabaseMayReadItTheOtherWayRound() {
        String report =
                "[properties.export.report]\ntime_bucket = { column = \"ordered_at\", every = \"day\" }\nmetrics = [{ function ="
                        + " \"count\" }]\n[[triggers]]\ntype = \"manual\"\ntimezone = \"+01:00\"\n";

        assertThatThrownBy(() -> export(report))
                .hasMessage(
                        "report.time_bucket: column ordered_at is timestamptz(6): time_bucket takes a time zone by its name, such as"
                                + " Europe/Vienna, not by an offset, +01:00");
    }

    @Test
    void theOrderAndTheColumnsThatPrivacyExcludesAreLookedAt() {
        String report = "\n[properties.export.report]\ngroup_by = [\"status\"]\nmetrics = [{ function = \"count\" }]\n";

        assertThatThrownBy(() -> export("order_by = [\"amount\"]" + report))
                .hasMessage(
                        "order_by: data set \"the report of orders\" has no column \"amount\"; did you mean \"count\"?; it has status, count");
        assertThatThrownBy(() -> export(report + "[properties.export.privacy]\nstatus = \"exclude\"\n"))
                .hasMessage(
                        "report.group_by: \"status\" is among the columns that do not go out; leave it out, or count it");
        assertThatThrownBy(() -> export("pii_policy = \"allow\"\n" + report.replace("count", "median")))
                .hasMessageContaining("\"median\" is not known");
    }

    @Test
    void personalDataIsToldOfWhereTheFlowAllowsIt() throws Exception {
        assertThat(export(
                        "pii_policy = \"allow\"\nlimit = 1\n[properties.export.report]\ngroup_by = [\"email\"]\nmetrics = [{ function ="
                                + " \"count\" }]\n"))
                .isEqualTo("email,count\nada@example.com,2\n");
    }
}
