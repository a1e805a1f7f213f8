package io.waybill.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.facts.ExpectationFacts;
import io.waybill.flow.Flow;
import io.waybill.flow.toml.FlowFolder;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import io.waybill.route.step.Planning;
import io.waybill.rows.Rows;
import io.waybill.run.Planner;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is expected of exports of the databases' own types, by their own ways to read. */
class ExpectationsIT {

    private static final String EXPORT = """
            [properties.export]
            source_dataset_id = "t"
            file_path = "{{root}}/out/t_{part}.csv"
            """;

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.overAny();

    private void open(String product, String... statements) throws Exception {
        harness.open(TestDatabases.of(product), statements);
    }

    private static String expect(String keys) {
        return "[[properties.export.expect]]\n" + keys + "\n";
    }

    private List<String> found(String keys) throws Exception {
        harness.load("t.toml", EXPORT + keys);
        RunResult result = harness.fail("t");
        assertThat(result.status()).isEqualTo(Status.QUARANTINED);
        return result.expectations().stream()
                .map(facts -> facts.words() + (facts.rows().isEmpty() ? "" : " " + facts.rows()))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "h2"})
    void ofTypesThatAllHave(String product) throws Exception {
        open(
                product,
                "CREATE TABLE t (id BIGINT PRIMARY KEY, n NUMERIC(20, 4), v VARCHAR(20), d DATE, f DOUBLE PRECISION)",
                "INSERT INTO t VALUES (1, 0.5000, 'ä', DATE '2020-01-01', 0.1), (2, 12345678901234.5678, '', NULL, -0.0),"
                        + " (3, NULL, 'Ä', DATE '2020-01-01', 0.0)");

        assertThat(found(expect("column = \"n\"\nbetween = [0.5, \"12345678901234.5677\"]")
                        + expect("column = \"v\"\nin = [\"ä\", \"Ä\"]")
                        + expect("column = \"v\"\nunique = true")
                        + expect("column = \"f\"\nunique = true")
                        + expect("columns = [\"d\", \"f\"]\nunique = true")
                        + expect("column = \"d\"\nbetween = [2020-01-01, 2020-01-01]")
                        + expect("column = \"v\"\nmatches = \"\\\\pL\"")))
                .containsExactly(
                        "n is between 0.5 and \"12345678901234.5677\" (1 of 3 rows violates it) [id = 2]",
                        "v is one of \"ä\", \"Ä\" (1 of 3 rows violates it) [id = 2]",
                        "v is unique (3 rows, none twice)",
                        "f is unique (1 of 3 rows repeats an earlier one) [id = 3]",
                        "(d, f) is unique (3 rows, none twice)",
                        "d is between 2020-01-01 and 2020-01-01 (all of 3 rows)",
                        "v matches \\pL (1 of 3 rows violates it) [id = 2]");
    }

    @Test
    void ofTypesThatPostgresqlHas() throws Exception {
        open(
                "postgresql",
                "CREATE TABLE t (id UUID PRIMARY KEY, n NUMERIC, at TIMESTAMPTZ, d DATE, tags TEXT[], r REAL, ok BOOLEAN)",
                "INSERT INTO t VALUES ('00000000-0000-0000-0000-000000000001', 'NaN', 'infinity', 'infinity', '{a}', 0.1, true),"
                        + " ('00000000-0000-0000-0000-000000000002', 1.50, '2026-01-15 23:00+00', '2026-01-15', '{a}', 0.1, NULL),"
                        + " ('00000000-0000-0000-0000-000000000003', 1.5, NULL, NULL, NULL, 'NaN', false)");

        assertThat(found(expect("column = \"n\"\nbetween = [0, 100]")
                        + expect("column = \"n\"\nunique = true")
                        + expect("column = \"at\"\nbetween = [2000-01-01, 2100-01-01]")
                        + expect("column = \"at\"\nfresh_within = \"30m\"")
                        + expect("column = \"d\"\nfresh_within = \"1 day\"")
                        + expect("column = \"tags\"\nunique = true")
                        + expect("column = \"r\"\nin = [0.1]")
                        + expect("column = \"ok\"\nin = [true]")))
                .containsExactly(
                        "n is between 0 and 100 (1 of 3 rows violates it) [id = 00000000-0000-0000-0000-000000000001]",
                        "n is unique (1 of 3 rows repeats an earlier one) [id = 00000000-0000-0000-0000-000000000003]",
                        "at is between 2000-01-01 and 2100-01-01 (1 of 3 rows violates it)"
                                + " [id = 00000000-0000-0000-0000-000000000001]",
                        "at is no older than 30 minutes (the newest is 2026-01-15T23:00:00Z)",
                        "d is no older than 1 day (the newest is 2026-01-15)",
                        "tags is unique (1 of 3 rows repeats an earlier one) [id = 00000000-0000-0000-0000-000000000002]",
                        "r is one of 0.1 (1 of 3 rows violates it) [id = 00000000-0000-0000-0000-000000000003]",
                        "ok is one of true (1 of 3 rows violates it) [id = 00000000-0000-0000-0000-000000000003]");
    }

    @Test
    void ofTimesWithDigitsBelowTheMicrosecond() throws Exception {
        open(
                "h2",
                "CREATE TABLE t (id INT PRIMARY KEY, at TIMESTAMP(9), of_day TIME(9))",
                "INSERT INTO t VALUES (1, TIMESTAMP '2026-01-01 00:00:00.000000001', TIME '08:00:00.000000001'),"
                        + " (2, TIMESTAMP '2026-01-01 00:00:00.000000002', TIME '08:00:00')");

        assertThat(found(expect("column = \"at\"\nbetween = [2026-01-01T00:00:00, 2026-01-01T00:00:00.000000001]")
                        + expect("column = \"at\"\nunique = true")
                        + expect("column = \"of_day\"\nbetween = [07:00:00, 08:00:00]")))
                .containsExactly(
                        "at is between 2026-01-01T00:00 and 2026-01-01T00:00:00.000000001 (1 of 2 rows violates it) [id = 2]",
                        "at is unique (2 rows, none twice)",
                        "of_day is between 07:00 and 08:00 (1 of 2 rows violates it) [id = 1]");
    }

    @ParameterizedTest
    @CsvSource({"postgresql, copy", "postgresql, jdbc", "mariadb, jdbc"})
    void ofSeveralReadersAndFiles(String product, String reader) throws Exception {
        boolean postgres = product.equals("postgresql");
        open(
                product,
                "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20))",
                "INSERT INTO t SELECT n, CASE WHEN MOD(n, 1000) = 0 THEN NULL ELSE CONCAT('v', MOD(n, 49999)) END FROM "
                        + (postgres ? "generate_series(1, 50000) n" : "(SELECT seq AS n FROM seq_1_to_50000) s"));

        List<String> found = found("parallelism = 3\nmax_rows_per_file = 7000\nreader = \"" + reader + "\"\n"
                + expect("column = \"v\"\nnot_null = true\nunique = true")
                + expect("min_rows = 50000\nmax_rows = 50000")
                + expect("sql = \"SELECT id FROM t WHERE v IS NULL ORDER BY id\""));

        assertThat(found.get(0)).startsWith("v is not NULL (50 of 50,000 rows are NULL) [id = ");
        // 50,000 gives no v, so that 1 of 49,999 and of 50,000 is the pair: none is left
        assertThat(found.get(1)).isEqualTo("v is unique (50,000 rows, none twice)");
        assertThat(found.get(2)).isEqualTo("50,000 to 50,000 rows (50,000 rows)");
        assertThat(found.get(3)).startsWith("no rows of: SELECT id").contains("(50 rows) [id = 1000, id = 2000,");
    }

    /** Somebody changes what the query asks for while the rows are read. */
    @ParameterizedTest
    @CsvSource({"postgresql, 1", "postgresql, 3", "mariadb, 1", "mariadb, 3", "h2, 1"})
    void aQuerySeesWhatTheRowsWereReadFrom(String product, int readers) throws Exception {
        open(
                product,
                "CREATE TABLE t (id INT PRIMARY KEY, v INT)",
                "INSERT INTO t VALUES " + values(5000),
                "CREATE TABLE missing (id INT PRIMARY KEY)");
        harness.load(
                "t.toml",
                EXPORT + "parallelism = " + readers + "\n"
                        + expect("sql = \"SELECT t.id FROM t WHERE v = 99 UNION ALL SELECT id FROM missing\""));
        AtomicBoolean changed = new AtomicBoolean();
        AdviceWith.adviceWith(
                harness.context(),
                "t",
                route -> route.weaveById("t.stage").before().process(exchange -> change(exchange, changed)));

        RunResult result = harness.run("t");

        assertThat(changed).isTrue();
        assertThat(result.expectations()).extracting(ExpectationFacts::measured).containsExactly("none");
    }

    /** Who waited for it with a snapshot in hand would see neither the rows of before nor those of after. */
    @ParameterizedTest
    @CsvSource({"table, 1", "table, 3", "query, 1"})
    void aTableThatIsFilledAnewJustThenIsReadAsItIsAfterwards(String kind, int readers) throws Exception {
        open("postgresql", "CREATE TABLE t (id INT PRIMARY KEY, v INT)", "INSERT INTO t VALUES " + values(5000));
        harness.load(
                "datasets.toml",
                "[[dataset]]\nid = \"t\"\n" + kind + " = \""
                        + (kind.equals("table") ? "t" : "SELECT id, v FROM t WHERE v = 1 ORDER BY id") + "\"\n");
        harness.load(
                "t.toml",
                EXPORT + "parallelism = " + readers + "\n" + expect("sql = \"SELECT id FROM t WHERE v = 99\""));
        try (Connection writer = harness.database().getConnection();
                Statement statement = writer.createStatement()) {
            AdviceWith.adviceWith(
                    harness.context(),
                    "t",
                    route -> route.weaveById("t.rows").before().process(exchange -> {
                        writer.setAutoCommit(false);
                        statement.execute("TRUNCATE t");
                        statement.execute("INSERT INTO t VALUES " + values(2));
                        CompletableFuture.runAsync(() -> {
                            await().until(() -> isWaitedFor(statement));
                            commit(writer);
                        });
                    }));

            assertThat(harness.run("t").rows()).isEqualTo(2);
        }
    }

    private static boolean isWaitedFor(Statement statement) throws SQLException {
        try (ResultSet waiting =
                statement.executeQuery("SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 't'::regclass")) {
            return waiting.next();
        }
    }

    private static void commit(Connection connection) {
        try {
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String values(int count) {
        StringBuilder values = new StringBuilder();
        for (int id = 1; id <= count; id++) {
            values.append(id == 1 ? "" : ", ").append('(').append(id).append(", 1)");
        }
        return values.toString();
    }

    private void change(Exchange exchange, AtomicBoolean changed) {
        assertThat(exchange.getMessage().getBody()).isInstanceOf(Rows.class);
        TestDatabases.execute(harness.database(), "UPDATE t SET v = 99 WHERE id = 7", "INSERT INTO missing VALUES (1)");
        changed.set(true);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "postgresql, ERROR: column \"idd\" does not exist",
                "mariadb, (conn=0) Unknown column 'idd' in 'SELECT'",
                "h2, Column \"idd\" not found"
            })
    void aPlanTellsOfAQueryThatCannotBeAsked(String product, String why) throws Exception {
        open(product, "CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)");
        harness.load("t.toml", EXPORT + expect("sql = \"SELECT idd FROM t\""));

        assertThatThrownBy(() -> plan("t"))
                .message()
                .satisfies(message -> assertThat(message.replaceAll("conn=\\d+", "conn=0"))
                        .isEqualTo("expect: sql: \"SELECT idd FROM t\": " + why));
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "h2"})
    void aPlanTellsOfAStatementThatIsNoQuery(String product) throws Exception {
        open(product, "CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)");
        harness.load("t.toml", EXPORT + expect("sql = \"DELETE FROM t\""));

        assertThatThrownBy(() -> plan("t"))
                .hasMessage("expect: sql: \"DELETE FROM t\" is no query that answers rows; one SELECT is allowed");
    }

    private void plan(String id) throws Exception {
        FlowFolder flows = harness.flows();
        Flow flow = flows.flows().get(id);
        Planning.of(harness.context(), flow, flows.dataSetOf(flow).orElse(null))
                .plan(Planner.Request.look("plan", FlowHarness.NOW.atZone(ZoneOffset.UTC)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "h2"})
    void whatAnswersNoRowsIsNoQuery(String product) throws Exception {
        open(product, "CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)");
        harness.load("t.toml", EXPORT + expect("sql = \"COMMIT\""));

        assertThat(harness.failure("t"))
                .hasMessage("expect: sql: \"COMMIT\" is no query that answers rows; one SELECT is allowed");
    }

    @Test
    void whatTheDriverQuotesIsNotTold() throws Exception {
        open("postgresql", "CREATE TABLE t (id INT PRIMARY KEY, v TEXT)", "INSERT INTO t VALUES (1, 'ann@x.org')");
        harness.load("t.toml", EXPORT + expect("sql = \"SELECT id FROM t WHERE v::int > 0\""));

        assertThat(harness.failure("t"))
                .hasMessageStartingWith("expect: sql: ")
                .message()
                .doesNotContain("ann@x.org");
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "h2"})
    void aQueryChangesNothing(String product) throws Exception {
        open(product, "CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)");
        harness.load("t.toml", EXPORT + expect("sql = \"DELETE FROM t\""));

        assertThat(harness.failure("t")).hasMessageStartingWith("expect: sql: ");

        harness.load("u.toml", EXPORT + expect("min_rows = 1"));
        assertThat(harness.run("u").rows()).isEqualTo(1);
    }
}
