package io.waybill.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.TestFiles;
import io.waybill.facts.ExpectationFacts;
import io.waybill.facts.ExpectationFacts.State;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.camel.builder.AdviceWith;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is expected of an export: whether it holds, what is told, and that nothing leaves where it does not. */
class ExpectationsTest {

    private static final String EXPORT = """
            [properties.export]
            source_dataset_id = "customers"
            file_path = "{{root}}/out/FLOW/customers.csv"

            """;

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            "CREATE TABLE customers (id INT PRIMARY KEY, email VARCHAR(50), score DECIMAL(10, 2), state VARCHAR(10),"
                    + " weight DOUBLE PRECISION, born DATE, seen TIMESTAMP, touched TIMESTAMP WITH TIME ZONE, tags VARCHAR(10) ARRAY)",
            "INSERT INTO customers VALUES"
                    + " (1, 'ann@example.com', 1.50, 'new', 1.5, DATE '1990-01-01', TIMESTAMP '2026-01-15 22:00:00',"
                    + " TIMESTAMP WITH TIME ZONE '2026-01-15 23:00:00+00:00', ARRAY['a']),"
                    + " (2, NULL, 10.00, 'paid', 'NaN', DATE '2020-02-29', NULL, NULL, NULL),"
                    + " (3, 'bob', 99.90, 'gone', NULL, NULL, TIMESTAMP '2026-01-14 00:00:00', NULL, ARRAY['a']),"
                    + " (4, '', NULL, 'new', -0.0, DATE '1990-01-01', NULL, NULL, ARRAY[])");

    private int flows;

    /** Loads a flow of its own. */
    private String load(String expectations) throws Exception {
        String flow = "t" + ++flows;
        harness.load(flow + ".toml", EXPORT.replace("FLOW", flow) + expectations);
        return flow;
    }

    private RunResult run(String expectations) throws Exception {
        return harness.run(load(expectations));
    }

    private RunResult fail(String expectations) throws Exception {
        return harness.fail(load(expectations));
    }

    private String refusal(String keys) throws Exception {
        return harness.failure(load(expect(keys))).getMessage();
    }

    private static String expect(String keys) {
        return "[[properties.export.expect]]\n" + keys + "\n";
    }

    /** The files that were delivered by the flow that was loaded last. */
    private List<String> out() throws Exception {
        Path out = harness.file("out/t" + flows);
        return TestFiles.below(out);
    }

    /** What is told of the one expectation that does not hold. */
    private String violated(String keys) throws Exception {
        RunResult result = fail(expect(keys));
        assertThat(result.status()).isEqualTo(Status.QUARANTINED);
        assertThat(out()).isEmpty();
        assertThat(result.expectations()).hasSize(1);
        ExpectationFacts facts = result.expectations().get(0);
        assertThat(facts.state()).isEqualTo(State.VIOLATED);
        return facts.words() + (facts.rows().isEmpty() ? "" : " " + facts.rows());
    }

    private String held(String keys) throws Exception {
        RunResult result = run(expect(keys));
        assertThat(result.status()).isEqualTo(Status.DONE);
        ExpectationFacts facts = result.expectations().get(0);
        assertThat(facts.state()).isEqualTo(State.HELD);
        assertThat(facts.rows()).isEmpty();
        return facts.words();
    }

    private void tick() {
        harness.component().setClock(Clock.offset(harness.component().getClock(), Duration.ofMinutes(1)));
    }

    @Test
    void tellsOfRowsWhoseValueIsNullByTheirKeys() throws Exception {
        assertThat(violated("column = \"email\"\nnot_null = true"))
                .isEqualTo("email is not NULL (1 of 4 rows is NULL) [id = 2]");
    }

    @Test
    void takesAnEmptyTextForAValue() throws Exception {
        assertThat(held("column = \"state\"\nnot_null = true")).isEqualTo("state is not NULL (0 of 4 rows are NULL)");
        assertThat(held("column = \"email\"\nnull_share = \"25%\""))
                .isEqualTo("at most 25% of email is NULL (1 of 4 rows is NULL, 25%)");
    }

    @Test
    void tellsOfTheShareOfNulls() throws Exception {
        assertThat(violated("column = \"score\"\nnull_share = \"24.9%\""))
                .isEqualTo("at most 24.9% of score is NULL (1 of 4 rows is NULL, 25%) [id = 4]");
    }

    @Test
    void asksEachOfSeveralColumnsByItself() throws Exception {
        RunResult result = fail(expect("columns = [\"email\", \"id\", \"born\"]\nnot_null = true"));

        assertThat(result.expectations())
                .extracting(ExpectationFacts::words)
                .containsExactly(
                        "email is not NULL (1 of 4 rows is NULL)",
                        "id is not NULL (0 of 4 rows are NULL)",
                        "born is not NULL (1 of 4 rows is NULL)");
        assertThat(result.error())
                .isEqualTo("2 of 3 expectations do not hold: email is not NULL (1 of 4 rows is NULL);"
                        + " born is not NULL (1 of 4 rows is NULL)");
    }

    @Test
    void findsRowsThatRepeatAValueAndTakesNullForNone() throws Exception {
        assertThat(violated("column = \"state\"\nunique = true"))
                .isEqualTo("state is unique (1 of 4 rows repeats an earlier one) [id = 4]");
        assertThat(held("column = \"touched\"\nunique = true")).isEqualTo("touched is unique (4 rows, none twice)");
    }

    @Test
    void findsRowsThatRepeatSeveralValuesTogether() throws Exception {
        assertThat(violated("columns = [\"state\", \"born\"]\nunique = true"))
                .isEqualTo("(state, born) is unique (1 of 4 rows repeats an earlier one) [id = 4]");
        assertThat(held("columns = [\"state\", \"id\"]\nunique = true")).startsWith("(state, id) is unique (4 rows");
    }

    @Test
    void comparesNumbersByTheirValueAndTakesNanForBetweenNothing() throws Exception {
        assertThat(held("column = \"score\"\nbetween = [1.5, 99.90]"))
                .isEqualTo("score is between 1.5 and 99.9 (all of 4 rows)");
        assertThat(violated("column = \"score\"\nbetween = [1.501, 99]"))
                .isEqualTo("score is between 1.501 and 99 (2 of 4 rows violate it) [id = 1, id = 3]");
        assertThat(violated("column = \"weight\"\nbetween = [0, 100]"))
                .isEqualTo("weight is between 0 and 100 (1 of 4 rows violates it) [id = 2]");
        assertThat(violated("column = \"id\"\nbetween = [1.5, 3]"))
                .isEqualTo("id is between 1.5 and 3 (2 of 4 rows violate it) [id = 1, id = 4]");
    }

    @Test
    void comparesDatesAndTimes() throws Exception {
        assertThat(violated("column = \"born\"\nbetween = [1990-01-01, 2020-02-28]"))
                .isEqualTo("born is between 1990-01-01 and 2020-02-28 (1 of 4 rows violates it) [id = 2]");
        assertThat(violated("column = \"seen\"\nbetween = [\"2026-01-14 00:00:00.000001\", 2026-01-16]"))
                .startsWith("seen is between")
                .endsWith("(1 of 4 rows violates it) [id = 3]");
        assertThat(held("column = \"touched\"\nbetween = [2026-01-16T00:00:00+01:00, 2026-01-15T23:00:00Z]"))
                .endsWith("(all of 4 rows)");
    }

    @Test
    void findsValuesThatAreNoneOfThoseAllowed() throws Exception {
        assertThat(violated("column = \"state\"\nin = [\"new\", \"paid\"]"))
                .isEqualTo("state is one of \"new\", \"paid\" (1 of 4 rows violates it) [id = 3]");
        assertThat(held("column = \"score\"\nin = [1.5, 10, 99.9]")).endsWith("(all of 4 rows)");
        assertThat(violated("column = \"weight\"\nin = [0, 1.5]")).endsWith("(1 of 4 rows violates it) [id = 2]");
        assertThat(held("column = \"born\"\nin = [\"1990-01-01\", 2020-02-29]")).endsWith("(all of 4 rows)");
        assertThat(violated("column = \"seen\"\nin = [2026-01-15T22:00:00]")).endsWith("[id = 3]");
        assertThat(held("column = \"id\"\nin = [4, 3, 2, 1]")).endsWith("(all of 4 rows)");
    }

    @Test
    void findsTextsThatAPatternDoesNotMatchAsAWhole() throws Exception {
        assertThat(violated("column = \"email\"\nmatches = '[a-z]+@example\\.com'"))
                .isEqualTo("email matches [a-z]+@example\\.com (2 of 4 rows violate it) [id = 3, id = 4]");
        assertThat(held("column = \"state\"\nmatches = '\\pL{3,4}'")).endsWith("(all of 4 rows)");
    }

    @Test
    void takesNoLongerForAPatternThatBacktracks() throws Exception {
        assertThat(violated("column = \"email\"\nmatches = '(a*)*(n*)*(x+x+)+y'"))
                .endsWith("[id = 1, id = 3, id = 4]");
    }

    @Test
    void tellsHowOldTheNewestValueIs() throws Exception {
        assertThat(held("column = \"touched\"\nfresh_within = \"30m\""))
                .isEqualTo("touched is no older than 30 minutes (the newest is 2026-01-15T23:00:00Z)");
        assertThat(violated("column = \"touched\"\nfresh_within = \"29m\""))
                .isEqualTo("touched is no older than 29 minutes (the newest is 2026-01-15T23:00:00Z)");
        assertThat(held("column = \"seen\"\nfresh_within = \"90m\"")).contains("2026-01-15T22:00");
        assertThat(violated("column = \"born\"\nfresh_within = \"7 days\"")).endsWith("(the newest is 2020-02-29)");
    }

    @Test
    void countsRows() throws Exception {
        assertThat(held("min_rows = 4\nmax_rows = 4")).isEqualTo("4 to 4 rows (4 rows)");
        assertThat(violated("min_rows = 5")).isEqualTo("at least 5 rows (4 rows)");
        assertThat(violated("max_rows = 3")).isEqualTo("at most 3 rows (4 rows)");
    }

    @Test
    void holdsNothingOfWithoutRowsButWhatAsksForSome() throws Exception {
        String empty = "[[properties.export.filters]]\ncolumn = \"id\"\nop = \">\"\nvalue = 9\n";

        RunResult result = fail(empty
                + expect("column = \"id\"\nnot_null = true")
                + expect("column = \"id\"\nnull_share = \"0%\"\nunique = true\nbetween = [1, 2]")
                + expect("column = \"touched\"\nfresh_within = \"1h\"")
                + expect("min_rows = 1"));

        assertThat(result.expectations())
                .filteredOn(facts -> facts.state() == State.VIOLATED)
                .extracting(ExpectationFacts::words)
                .containsExactly("touched is no older than 1 hour (no rows)", "at least 1 row (0 rows)");
    }

    @Test
    void comparesWithTheLastRunThatIsDone() throws Exception {
        String flow = load(expect("change_of_rows = \"25%\""));
        assertThat(harness.run(flow).expectations().get(0).words())
                .isEqualTo("at most 25% more or fewer rows than the last run (4 rows; no earlier run to compare with)");

        tick();
        TestDatabases.execute(harness.database(), "DELETE FROM customers WHERE id = 4");
        RunResult second = harness.run(flow);
        assertThat(second.expectations().get(0).measured()).startsWith("3 rows, 25% fewer than the 4 of run ");

        tick();
        TestDatabases.execute(harness.database(), "DELETE FROM customers WHERE id = 3");
        RunResult third = harness.fail(flow);
        assertThat(third.expectations().get(0).measured())
                .isEqualTo("2 rows, 33.3% fewer than the 3 of run " + second.runId());
    }

    @Test
    void asksTheDatabaseForRowsThatThereShouldNotBe() throws Exception {
        assertThat(held("sql = \"SELECT id FROM customers WHERE score < 0\""))
                .isEqualTo("no rows of: SELECT id FROM customers WHERE score < 0 (none)");
        assertThat(violated("sql = \"\"\"\nSELECT email, id FROM customers\nWHERE score > 5 ORDER BY id;\n\"\"\""))
                .isEqualTo("no rows of: SELECT email, id FROM customers WHERE score > 5 ORDER BY id (2 rows)"
                        + " [id = 2, id = 3]");
        assertThat(violated("sql = \"SELECT email FROM customers WHERE id = 1\""))
                .endsWith("[row 1 of the query]");
    }

    @Test
    void asksByAConnectionOfItsOwnWhereRowsComeAsMapsAndGivesItBackAsItWas() throws Exception {
        String flow = load("columns = [\"id\"]\n" + expect("sql = \"SELECT id FROM customers WHERE score > 5\""));
        AdviceWith.adviceWith(
                harness.context(),
                flow,
                route -> route.weaveById(flow + ".stage").before().process(exchange -> {
                    List<Object> maps = new ArrayList<>();
                    exchange.getMessage().getBody(Iterator.class).forEachRemaining(maps::add);
                    exchange.getMessage().setBody(maps);
                }));

        assertThat(harness.fail(flow).expectations().get(0).words())
                .isEqualTo("no rows of: SELECT id FROM customers WHERE score > 5 (2 rows)");

        try (Connection connection = harness.database().getConnection()) {
            assertThat(connection.getAutoCommit()).isTrue();
            assertThat(connection.isReadOnly()).isFalse();
        }
    }

    @Test
    void leavesTheDatabaseAsItIsWhateverTheQueryDoes() throws Exception {
        violated("sql = \"SELECT id FROM FINAL TABLE (UPDATE customers SET score = 0)\"");

        RunResult after = run(expect("sql = \"SELECT id FROM customers WHERE score = 0\""));
        assertThat(after.status()).isEqualTo(Status.DONE);
    }

    @Test
    void failsWhereTheDatabaseDoesNotTakeTheQuery() throws Exception {
        assertThat(refusal("sql = \"SELECT nothing FROM customers\""))
                .startsWith("expect: sql: ")
                .contains("nothing");
        assertThat(out()).isEmpty();
    }

    @Test
    void onlyTellsOfWhatIsAWarning() throws Exception {
        RunResult result = run(expect("column = \"email\"\nnot_null = true\nseverity = \"warn\""));

        assertThat(result.status()).isEqualTo(Status.DONE);
        assertThat(result.expectations().get(0).state()).isEqualTo(State.WARNED);
        assertThat(out()).contains("customers.csv");
        assertThat(Files.readString(harness.file("out/t1/customers.csv.waybill.json")))
                .contains("\"expectation\" : \"email is not NULL\"", "\"state\" : \"warned\"", "1 of 4 rows is NULL")
                .doesNotContain("id = 2");
    }

    @Test
    void tellsOfNoMoreThanTenRows() throws Exception {
        TestDatabases.execute(
                harness.database(), "INSERT INTO customers (id, state) SELECT x, 'old' FROM system_range(100, 4000)");

        assertThat(violated("column = \"email\"\nnot_null = true"))
                .isEqualTo("email is not NULL (3,902 of 3,905 rows are NULL) [id = 2, id = 100, id = 101, id = 102,"
                        + " id = 103, id = 104, id = 105, id = 106, id = 107, id = 108]");
        assertThat(violated("column = \"state\"\nunique = true"))
                .contains("3,901 of 3,905 rows repeat earlier ones")
                .contains("[id = 4, id = 101, id = 102,");
    }

    @Test
    void tellsOfRowsByTheirNumbersWhereTheKeyIsNotToBeTold() throws Exception {
        harness.load("datasets.toml", """
                [[dataset]]
                id = "people"
                table = "customers"
                columns = [{ name = "id", pii = true }, { name = "touched", pii = true }]
                """);
        String people = EXPORT.replace("\"customers\"", "\"people\"") + "pii_policy = \"allow\"\n";
        harness.load(
                "p.toml",
                people
                        + expect("column = \"email\"\nnot_null = true")
                        + expect("column = \"state\"\nunique = true")
                        + expect("sql = \"SELECT id FROM customers\"")
                        + expect("column = \"touched\"\nfresh_within = \"1s\""));

        RunResult result = harness.fail("p");

        assertThat(result.expectations().get(0).rows()).containsExactly("row 2");
        assertThat(result.expectations().get(1).rows()).containsExactly("row 4");
        assertThat(result.expectations().get(2).rows())
                .startsWith("row 1 of the query")
                .hasSize(4);
        assertThat(result.expectations().get(3).measured()).isEqualTo("it is older");
    }

    @Test
    void tellsOfKeysOfSeveralColumnsAndOfTextsThatATerminalWouldActUpon() throws Exception {
        TestDatabases.execute(
                harness.database(),
                "CREATE TABLE k (a VARCHAR(200), b INT, c INT, PRIMARY KEY (a, b))",
                "INSERT INTO k VALUES ('x' || CHAR(27) || '[1m\"', 1, NULL), (REPEAT('ü', 100), 2, NULL)");
        harness.load("k.toml", EXPORT.replace("\"customers\"", "\"k\"") + expect("column = \"c\"\nnot_null = true"));

        assertThat(harness.fail("k").expectations().get(0).rows())
                .containsExactlyInAnyOrder("a = \"" + "ü".repeat(30) + "…\", b = 2", "a = \"x [1m\"\", b = 1");
    }

    @Test
    void refusesWhatDoesNotGoWithAColumn() throws Exception {
        assertThat(refusal("column = \"emial\"\nnot_null = true"))
                .isEqualTo(
                        "expect: column \"emial\" is not among those that are exported; did you mean \"email\"?; these"
                                + " are id, email, score, state, weight, born, seen, touched, tags");
        assertThat(refusal("column = \"email\"\nbetween = [1, 2]"))
                .isEqualTo("expect: column \"email\": between: it is text; between is for numbers, dates and times");
        assertThat(refusal("column = \"score\"\nbetween = [1, \"a\"]"))
                .isEqualTo("expect: column \"score\": between: \"a\" does not go with decimal(10,2)");
        assertThat(refusal("column = \"score\"\nbetween = [2, 1]"))
                .isEqualTo("expect: column \"score\": between: the first is higher than the second, so that no value is"
                        + " between them");
        assertThat(refusal("column = \"born\"\nin = [1]"))
                .isEqualTo("expect: column \"born\": in: 1 does not go with date");
        assertThat(refusal("column = \"id\"\nin = [1.5]"))
                .isEqualTo("expect: column \"id\": in: 1.5 does not go with integer");
        assertThat(refusal("column = \"tags\"\nin = [\"a\"]"))
                .isEqualTo("expect: column \"tags\": in: it is text[], whose values are not compared");
        assertThat(refusal("column = \"id\"\nmatches = \"1\""))
                .isEqualTo("expect: column \"id\": matches: it is integer; matches is for text");
        assertThat(refusal("column = \"state\"\nfresh_within = \"1h\""))
                .isEqualTo("expect: column \"state\": fresh_within: it is text; fresh_within is for dates and times");
    }

    @Test
    void goesWithReportsByTheNamesOfTheirColumns() throws Exception {
        String report = "[properties.export.report]\ngroup_by = [\"state\"]\nmetrics = [{ function = \"count\" }]\n";

        RunResult result = fail(report + expect("column = \"count\"\nbetween = [1, 1]"));

        assertThat(result.expectations().get(0).words())
                .isEqualTo("count is between 1 and 1 (1 of 3 rows violates it)");
        assertThat(result.expectations().get(0).rows())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("row ");
    }
}
