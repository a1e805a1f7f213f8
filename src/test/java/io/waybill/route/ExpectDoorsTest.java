package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.TestFiles;
import io.waybill.facts.ExpectationFacts;
import io.waybill.flow.Flow;
import io.waybill.flow.Problem;
import io.waybill.flow.toml.FlowFolder;
import io.waybill.flow.toml.FlowReader;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import java.nio.file.Files;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.camel.support.PropertyBindingSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is expected of an export, in a flow's file and as beans of a route: refused for the same, and measured the same. */
class ExpectDoorsTest {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20), n DECIMAL(30, 4), d DATE, at TIMESTAMP WITH TIME ZONE)",
            "INSERT INTO t VALUES (1, '#12', 1.25, DATE '2026-01-15', TIMESTAMP WITH TIME ZONE '2026-01-15 23:00:00+00:00'),"
                    + " (2, 'a, b', 12345678901234567890.5, DATE '1999-01-01', NULL), (3, NULL, NULL, NULL, NULL)");

    private static String toml(String keys) {
        return "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"{{root}}/out/t.csv\"\n"
                + "[[properties.export.expect]]\n" + keys + "\n";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "column = 'a' | column=a | not_null: is missing, or another that says what is expected; allowed: not_null, null_share, unique, between, in, matches, fresh_within",
                "severity = 'warn' | severity=warn | min_rows: is missing, or another that says what is expected; allowed: min_rows, max_rows, change_of_rows, sql",
                "column = 'a'; not_null = false | column=a&notNull=false | not_null: is missing, or another that says what is expected;",
                "not_null = true | notNull=true | column: is missing; not_null is about a column",
                "unique = true; in = [1] | unique=true&in=[1] | column: is missing; unique, in are about a column",
                "column = 'a'; not_null = true; min_rows = 1 | column=a&notNull=true&minRows=1 | min_rows: is about the export as a whole, and stands beside column; write it as an expectation of its own",
                "column = 'a'; columns = ['b']; not_null = true | column=a&columns=b&notNull=true | columns: is there beside column; one of them is allowed",
                "columns = ['a', 'b', 'a']; unique = true | columns=a,b,a&unique=true | columns: \"a\" is there twice",
                "columns = []; unique = true | columns=&unique=true | columns: is empty",
                "column = 'a'; not_null = true; null_share = '5%' | column=a&notNull=true&nullShare=5% | null_share: is there beside not_null; one of them is allowed",
                "column = 'a'; null_share = '5' | column=a&nullShare=5 | null_share: \"5\" is not a share; write for example \"5%\"",
                "column = 'a'; null_share = '-5%' | column=a&nullShare=-5% | null_share: \"-5%\" is not a share; write for example \"5%\"",
                "column = 'a'; null_share = '101%' | column=a&nullShare=101% | null_share: 101% is more than all; 0% to 100% is allowed",
                "column = 'a'; between = [1] | column=a&between=[1] | between: holds 1 values; the lowest and the highest are expected: [1, 10]",
                "column = 'a'; between = [1, 2, 3] | column=a&between=[1, 2, 3] | between: holds 3 values; the lowest and the highest are expected: [1, 10]",
                "column = 'a'; in = [] | column=a&in=[] | in: is empty, and no value would be in it",
                "column = 'a'; in = ['x', 'x'] | column=a&in=['x', 'x'] | in: holds a value twice",
                "column = 'a'; in = 'x' | column=a&in=x | in: \"x\" is not a list; write for example [1, 10] or [\"new\"]",
                "column = 'a'; matches = '(a' | column=a&matches=(a | matches: \"(a\" is not a regular expression of RE2: missing closing )",
                "column = 'a'; matches = '(?=a)b' | column=a&matches=(?=a)b | matches: \"(?=a)b\" is not a regular expression of RE2: invalid or unsupported Perl syntax (?=; look-ahead, look-behind and back references are not in it",
                "column = 'a'; fresh_within = 'soon' | column=a&freshWithin=soon | fresh_within: \"soon\" is not a span of time;",
                "column = 'a'; fresh_within = '1 month' | column=a&freshWithin=1 month | fresh_within: \"1 month\" is longer or shorter by the calendar;",
                "sql = 'COMMIT;SELECT 1;' | sql=COMMIT;SELECT 1; | sql: \"COMMIT;SELECT 1;\" holds a semicolon, which begins another statement; one SELECT is allowed",
                "min_rows = 0 | minRows=0 | min_rows: 0 is too small; a whole number of at least 1 is allowed",
                "max_rows = -1 | maxRows=-1 | max_rows: -1 is too small; a whole number of at least 0 is allowed",
                "min_rows = 9; max_rows = 8 | minRows=9&maxRows=8 | max_rows: 8 is less than min_rows, 9",
                "change_of_rows = 'a lot' | changeOfRows=a lot | change_of_rows: \"a lot\" is not a share; write for example \"5%\"",
                "sql = ' ' | sql= %20 | sql: is empty",
                "min_rows = 1; severity = 'wran' | minRows=1&severity=wran | severity: \"wran\" is not known; allowed: error, warn; did you mean \"warn\"?",
            })
    void whatIsWrongIsRefusedAtBoth(String keys, String properties, String message) throws Exception {
        String file = toml(keys.replace("; ", "\n").replace('\'', '"')).replace("{{root}}/", "");
        assertThat(new FlowReader(UnaryOperator.identity()).read("t.toml", file).problems())
                .extracting(Problem::toString)
                .anyMatch(problem -> problem.contains(": expect." + message));

        ExpectBean bean = new ExpectBean();
        assertThatThrownBy(() -> {
                    for (String property : properties.replace('\'', '"').split("&")) {
                        String[] parts = property.split("=", 2);
                        bean.set(parts[0], parts[1].replace("%20", " "));
                    }
                    bean.toExpectation();
                })
                .hasMessageContaining(asOption(message));
    }

    /** As {@code Refusal} has it: not what stands in quotes, or is allowed. */
    private static String asOption(String message) {
        int colon = message.indexOf(": ");
        return new io.waybill.flow.Refusal(message.substring(0, colon), message.substring(colon + 2))
                .asOption()
                .toString();
    }

    @Test
    void aNumberThatTomlDoesNotKeepIsRefused() {
        assertThat(new FlowReader(UnaryOperator.identity())
                        .read(
                                "t.toml",
                                toml("column = \"n\"\nin = [0.1234567890123456]")
                                        .replace("{{root}}/", ""))
                        .problems())
                .extracting(Problem::toString)
                .containsExactly("t.toml:6: expect.in: 0.1234567890123456 has more digits than a number of TOML"
                        + " keeps; write it in quotes");
    }

    @Test
    void aKeyThatIsNotKnownIsNamed() {
        assertThat(new FlowReader(UnaryOperator.identity())
                        .read("t.toml", toml("column = \"n\"\nnot_nul = true").replace("{{root}}/", ""))
                        .problems())
                .extracting(Problem::toString)
                .anyMatch(problem -> problem.contains(
                        "t.toml:6: expect.not_nul: is not a key that is known here; did you mean \"not_null\"?"));
    }

    @Test
    void aFeedIsToldThatItHasNone() {
        String feed = "flow_type = \"change_feed\"\nid = \"t_change_feed\"\n[properties.change_feed]\n"
                + "[[properties.change_feed.expect]]\nmin_rows = 1\n";
        assertThat(new FlowReader(UnaryOperator.identity()).read("t.toml", feed).problems())
                .extracting(Problem::toString)
                .containsExactly("t.toml:4: change_feed.expect: is for exports: a feed delivers nothing; put it into"
                        + " the export that reads what the feed has found");
        assertThatThrownBy(() -> harness.context().getEndpoint("waybill:feed/t_change_feed?expect=#x"))
                .hasMessageContaining("expect: is an option of waybill:begin, not of waybill:feed");
    }

    @Test
    void aBeanThatIsWrongStopsTheRouteByItsNumber() throws Exception {
        for (String name : new String[] {"right", "wrong"}) {
            ExpectBean bean = new ExpectBean();
            PropertyBindingSupport.build()
                    .withTarget(bean)
                    .withCamelContext(harness.context())
                    .withProperties(new java.util.HashMap<>(
                            name.equals("right") ? Map.of("minRows", "1") : Map.of("column", "v", "matches", "(")))
                    .bind();
            harness.context().getRegistry().bind(name, bean);
        }
        String route = """
                - route:
                    id: r
                    from:
                      uri: direct:r
                      steps:
                        - to: "waybill:begin/r?sourceDatasetId=t&filePath=out/t.csv&expect=#right,#wrong"
                """;

        assertThatThrownBy(() -> harness.load("r.yaml", route))
                .hasStackTraceContaining(
                        "waybill:begin/r: expect[2]: matches: \"(\" is not a regular expression of RE2:");
    }

    @Test
    void aPrintedRouteMeasuresTheSameAndIsReleasedTheSame() throws Exception {
        String expectations = toml("column = \"v\"\nmatches = '#\\d{2}'\nin = [\"#12\", \"a, \\\"b\\\\\"]")
                + "[[properties.export.expect]]\ncolumn = \"n\"\nin = [1.25, \"12345678901234567890.5\"]\n"
                + "[[properties.export.expect]]\ncolumn = \"d\"\nbetween = [2000-01-01, 2030-12-31]\nnull_share = \"34%\"\n"
                + "[[properties.export.expect]]\ncolumn = \"at\"\nfresh_within = \"30m\"\n"
                + "[[properties.export.expect]]\ncolumns = [\"id\", \"d\"]\nunique = true\n"
                + "[[properties.export.expect]]\nchange_of_rows = \"20%\"\nmin_rows = 1\nmax_rows = 3\nseverity = \"warn\"\n"
                + "[[properties.export.expect]]\nsql = \"SELECT id FROM t WHERE id > 2 AND v IS NULL\"\n";
        harness.load("t.toml", expectations);
        RunResult byFlow = harness.fail("t");
        FlowFolder flows = harness.flows();
        Flow flow = flows.flows().get("t");
        String printed = new RouteYaml(harness.context()).print(flow, null);
        Files.delete(harness.file("t.toml"));

        try (FlowHarness other = new FlowHarness(harness.folder(), harness.database())) {
            other.load("t.yaml", printed);
            RunResult byRoute = other.fail("t");

            assertThat(byRoute.status()).isEqualTo(Status.QUARANTINED);
            assertThat(byRoute.expectations()).hasSize(10).containsExactlyElementsOf(byFlow.expectations());
            assertThat(byRoute.expectations().stream()
                            .map(ExpectationFacts::state)
                            .distinct())
                    .hasSize(2);
            other.run("t.redrive", Map.of("WaybillRunId", byRoute.runId(), "WaybillReason", "known"));
        }
        assertThat(TestFiles.below(harness.file("out"))).containsExactly("t.csv", "t.csv.waybill.json");
    }
}
