package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.waybill.facts.FileFacts;
import io.waybill.ledger.RunResult;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exports of what no earlier run has exported. */
class SinceLastIT extends NewRowsFixture {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "postgresql | bigint          | 9 | 10 | 11 | 11",
                "postgresql | numeric(20,4)   | 9.5 | 10.25 | 11 | 11.0000",
                "postgresql | varchar(20)     | 'b' | 'c' | 'd' | d",
                "postgresql | date            | '2025-12-30' | '2025-12-31' | '2026-01-01' | 2026-01-01",
                "postgresql | timestamp       | '2025-12-30 00:00:00' | '2026-01-01 00:00:00.000001' | '2026-01-01 00:00:00.000002' | 2026-01-01T00:00:00.000002",
                "postgresql | timestamp(0)    | '2025-12-30 00:00:00' | '2026-01-01 00:00:00' | '2026-01-01 00:00:01' | 2026-01-01T00:00:01",
                "postgresql | timestamptz     | '2025-12-30 00:00:00Z' | '2026-01-01 00:00:00.000001Z' | '2026-01-01 00:00:00.000002Z' | 2026-01-01T00:00:00.000002Z",
                "postgresql | timestamptz(3)  | '2025-12-30 00:00:00Z' | '2026-01-01 00:00:00.001Z' | '2026-01-01 00:00:00.002Z' | 2026-01-01T00:00:00.002Z",
                "mariadb    | bigint unsigned | 9 | 10 | 18446744073709551615 | 18446744073709551615",
                "mariadb    | decimal(20,4)   | 9.5 | 10.25 | 11 | 11.0000",
                "mariadb    | varchar(20)     | 'b' | 'c' | 'd' | d",
                "mariadb    | date            | '2025-12-30' | '2025-12-31' | '2026-01-01' | 2026-01-01",
                "mariadb    | datetime        | '2025-12-30 00:00:00' | '2026-01-01 00:00:00' | '2026-01-01 00:00:01' | 2026-01-01T00:00:01",
                "mariadb    | datetime(6)     | '2025-12-30 00:00:00' | '2026-01-01 00:00:00.000001' | '2026-01-01 00:00:00.000002' | 2026-01-01T00:00:00.000002",
                "mariadb    | timestamp(6)    | '2025-12-30 00:00:00' | '2026-01-01 05:30:00.000001' | '2026-01-01 05:30:00.000002' | 2026-01-01T00:00:00.000002Z",
                "h2         | integer         | 9 | 10 | 11 | 11",
                "h2         | decimal(20,4)   | 9.5 | 10.25 | 11 | 11.0000",
                "h2         | varchar(20)     | 'b' | 'c' | 'd' | d",
                "h2         | date            | '2025-12-30' | '2025-12-31' | '2026-01-01' | 2026-01-01",
                "h2         | timestamp(9)    | '2025-12-30 00:00:00' | '2026-01-01 00:00:00.000000001' | '2026-01-01 00:00:00.000000002' | 2026-01-01T00:00:00.000000002",
                "h2         | timestamp(9) with time zone | '2025-12-30 00:00:00Z' | '2026-01-01 00:00:00.000000001Z' | '2026-01-01 00:00:00.000000002Z' | 2026-01-01T00:00:00.000000002Z",
                "sqlite     | integer         | 9 | 10 | 11 | 11",
                "sqlite     | decimal(20,4)   | 9.5 | 10.25 | 11 | 11",
                "sqlite     | date            | '2025-12-30' | '2025-12-31' | '2026-01-01' | 2026-01-01",
                "sqlite     | datetime        | '2026-01-01 08:00' | '2026-01-01T09:00:00.50' | '2026-01-01 09:00:00.75' | 2026-01-01T09:00:00.750",
                "duckdb     | hugeint         | 9 | 10 | 170141183460469231731687303715884105727 | 170141183460469231731687303715884105727",
                "duckdb     | timestamp_ns    | '2025-12-30' | '2026-01-01 00:00:00.000000001' | '2026-01-01 00:00:00.000000002' | 2026-01-01T00:00:00.000000002"
            })
    void everyRowGoesOutOnceForAWatermarkOfAnyType(
            String product, String type, String first, String second, String third, String last) throws Exception {
        open(product);
        execute("CREATE TABLE t (id integer, w " + type + " NOT NULL)", "INSERT INTO t VALUES (1, " + first + ")");
        loadWithWatermark("");

        assertThat(run()).containsExactly(1);
        execute("INSERT INTO t VALUES (2, " + second + ")");
        assertThat(run()).containsExactly(2);
        execute("INSERT INTO t VALUES (3, " + third + ")");
        assertThat(run()).containsExactly(3);
        assertThat(watermark()).isEqualTo(last);

        assertThat(run()).isEmpty();

        assertThat(watermark()).isEqualTo(last);
        assertThat(watermarks().find("f").orElseThrow().version()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "h2"})
    void batchesThatHaveNotGoneOutGoOutTogether(String product) throws Exception {
        open(product);
        execute("CREATE TABLE t (id integer, xt_batch_id integer)", "INSERT INTO t VALUES (1, 1), (2, 2)");
        load("", "export_mode = \"incremental\"");

        assertThat(run()).containsExactly(1, 2);
        execute("INSERT INTO t VALUES (3, 3), (4, 4), (5, 4)");
        RunResult result = harness.run("f");

        assertThat(result.rows()).isEqualTo(3);
        assertThat(result.batchId()).isEqualTo("4");
        assertThat(watermark()).isEqualTo("4");
    }

    @Test
    void aChangeFeedKeepsItsRecordTypes() throws Exception {
        open("h2");
        execute(
                "CREATE TABLE t (id integer, xt_record_type varchar(10), xt_batch_id integer)",
                "INSERT INTO t VALUES (1, 'new', 1), (2, 'deleted', 1)");
        load("", "export_mode = \"incremental\"");

        assertThat(run()).containsExactly(1);
        execute("INSERT INTO t VALUES (3, 'changed', 2), (4, 'unchanged', 2)");
        assertThat(run()).containsExactly(3);
        assertThat(plan().query().parameters()).containsExactly("new", "changed", 2L, 2L);
    }

    @Test
    void aRunThatFailsLeavesItsRowsToTheNext() throws Exception {
        open("h2");
        execute("CREATE TABLE t (id integer, w integer NOT NULL)", "INSERT INTO t VALUES (1, 1)");
        loadWithWatermark("");
        Files.writeString(harness.file("out"), "a file in the way");

        assertThatThrownBy(() -> harness.run("f")).hasMessageContaining("cannot be made");
        assertThat(watermark()).isNull();
        Files.delete(harness.file("out"));

        assertThat(run()).containsExactly(1);
    }

    @Test
    void aRowThatIsCommittedLateGoesOutOnceItIs() throws Exception {
        open("postgresql");
        execute(
                "CREATE TABLE t (id integer, w timestamptz NOT NULL DEFAULT now())",
                "INSERT INTO t VALUES (1, now() - interval '1 hour')");
        loadWithWatermark("");
        try (Connection late = harness.database().getConnection();
                Statement statement = late.createStatement()) {
            late.setAutoCommit(false);
            statement.execute("INSERT INTO t (id, w) VALUES (2, now() - interval '0 s')");
            execute("INSERT INTO t (id, w) VALUES (3, clock_timestamp() + interval '1 ms')");

            assertThat(run()).containsExactly(1);

            await().untilAsserted(() -> assertThat(plan().increment().notes())
                    .singleElement()
                    .asString()
                    .startsWith("a transaction is open since ")
                    .endsWith("; later rows wait for its end"));
            late.commit();
        }
        List<Integer> late = new ArrayList<>();
        await().untilAsserted(
                        () -> { // a bound keeps a second from the clock
                            late.addAll(run());
                            assertThat(late).containsExactlyInAnyOrder(2, 3);
                        });
        assertThat(run()).isEmpty();
    }

    @Test
    void aNumberThatIsCommittedLateGoesOutOnceItIs() throws Exception {
        open("postgresql");
        execute("CREATE TABLE t (id serial, w bigserial)", "INSERT INTO t DEFAULT VALUES");
        loadWithWatermark("watermark_wait = \"0s\"");
        assertThat(run()).containsExactly(1);
        try (Connection late = harness.database().getConnection();
                Statement statement = late.createStatement()) {
            late.setAutoCommit(false);
            statement.execute("INSERT INTO t DEFAULT VALUES"); // 2
            execute("INSERT INTO t DEFAULT VALUES"); // 3

            assertThat(run()).isEmpty(); // 3 has been seen, and 2 may still come
            execute("INSERT INTO t DEFAULT VALUES"); // 4
            assertThat(run()).isEmpty();
            late.commit();
        }
        try (Connection another = harness.database().getConnection();
                Statement statement = another.createStatement()) {
            another.setAutoCommit(false);
            statement.execute("INSERT INTO t DEFAULT VALUES"); // 5

            assertThat(run()).containsExactly(2, 3); // 4 came after the first look
            assertThat(plan().increment().notes())
                    .contains("1 transaction is open; rows from w 4 on may wait for its end");
            another.rollback();
        }
        assertThat(run()).containsExactly(4);
        assertThat(run()).isEmpty();
    }

    @Test
    void openTransactionsAreWaitedForAMoment() throws Exception {
        open("postgresql");
        execute("CREATE TABLE t (id serial, w bigserial)");
        loadWithWatermark("watermark_wait = \"30s\"");
        try (Connection late = harness.database().getConnection();
                Statement statement = late.createStatement()) {
            late.setAutoCommit(false);
            statement.execute("INSERT INTO t DEFAULT VALUES");
            execute("INSERT INTO t DEFAULT VALUES");
            ExecutorService threads = Executors.newSingleThreadExecutor();
            Future<?> committed = threads.submit(() -> {
                execute("SELECT pg_sleep(0.3)");
                late.commit();
                return null;
            });

            assertThat(run()).containsExactly(1, 2);
            committed.get();
            threads.shutdown();
        }
        assertThat(run()).isEmpty();
    }

    @Test
    void preparedTransactionsHoldItBack() throws Exception {
        open("postgresql");
        execute(
                "CREATE TABLE t (id integer, w timestamptz NOT NULL DEFAULT now())",
                "INSERT INTO t VALUES (1, now() - interval '1 hour')");
        loadWithWatermark("watermark_wait = \"0s\"");
        assertThat(run()).containsExactly(1);
        try (Connection late = harness.database().getConnection();
                Statement statement = late.createStatement()) {
            late.setAutoCommit(false);
            statement.execute("INSERT INTO t VALUES (2, now() - interval '5 minutes')");
            statement.execute("PREPARE TRANSACTION 'late'");
        }
        execute("INSERT INTO t VALUES (3, now() - interval '4 minutes')");

        assertThat(run()).isEmpty();
        execute("COMMIT PREPARED 'late'");
        assertThat(run()).containsExactly(2, 3);
    }

    @Test
    void whoMayNotSeeOtherSessionsWaitsForThemInstead() throws Exception {
        open("postgresql");
        execute(
                "CREATE TABLE t (id integer, w timestamptz NOT NULL DEFAULT now())",
                "INSERT INTO t VALUES (1, now() - interval '1 hour')");
        restrict();
        try (Connection late = harness.database().getConnection();
                Statement statement = late.createStatement()) {
            loadWithWatermark("watermark_wait = \"0s\"");
            late.setAutoCommit(false);
            statement.execute("SELECT 1");

            assertThat(run()).isEmpty();
            assertThat(plan().increment().notes().toString()).contains("1 transaction is open; rows from w ");
            late.rollback();
            assertThat(run()).containsExactly(1);
        }
    }

    @Test
    void aReaderOfAnotherFlowHoldsNothingBack() throws Exception {
        open("postgresql");
        execute("CREATE TABLE t (id serial, w bigserial)", "INSERT INTO t DEFAULT VALUES");
        loadWithWatermark("watermark_wait = \"0s\"");
        try (Connection reading = harness.database().getConnection();
                Statement statement = reading.createStatement()) {
            reading.setAutoCommit(false);
            statement.execute("SET LOCAL application_name = 'waybill reader'");

            assertThat(run()).containsExactly(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "mariadb,datetime(6),now(6)",
        "mariadb,timestamp(6),now(6)",
        "h2,timestamp,localtimestamp",
        "h2,timestamp with time zone,current_timestamp",
        "postgresql,timestamptz,now()"
    })
    void aLagKeepsBehindTheClock(String product, String type, String now) throws Exception {
        open(product);
        String ago = product.equals("mariadb") ? now + " - interval %d second" : now + " - interval '%d' second";
        execute(
                "CREATE TABLE t (id integer, w " + type + " NOT NULL)",
                "INSERT INTO t VALUES (1, " + ago.formatted(1200) + ")",
                "INSERT INTO t VALUES (2, " + ago.formatted(60) + ")");
        load("watermark = \"w\"\nwatermark_lag = \"2 hours\"", "watermark_lag = \"10 minutes\"");

        assertThat(run()).containsExactly(1);
        assertThat(plan().increment().bound().guarantee())
                .contains(product.equals("postgresql") ? "10 minutes behind the clock" : "lagged 10 minutes: rows");
        execute("INSERT INTO t VALUES (3, " + ago.formatted(900) + ")"); // late, and not too late
        assertThat(run()).containsExactly(3);
    }

    @Test
    void whatIsDatedInTheFutureWaitsForItsTime() throws Exception {
        open("h2");
        execute(
                "CREATE TABLE t (id integer, w timestamp NOT NULL)",
                "INSERT INTO t VALUES (1, localtimestamp + interval '1' hour), (2, localtimestamp - interval '1' hour)");
        loadWithWatermark("");

        assertThat(run()).containsExactly(2);
    }

    @Test
    void rowsWithoutAWatermarkAreTreatedAsTheFlowSays() throws Exception {
        open("h2");
        execute("CREATE TABLE t (id integer, w integer)", "INSERT INTO t VALUES (1, 1), (2, NULL)");
        loadWithWatermark("");
        assertThat(plan().increment().notes()).containsExactly("rows whose w is NULL are never exported");
        assertThat(run()).containsExactly(1);

        watermarks().reset("f");
        loadWithWatermark("watermark_nulls = \"first\"");
        assertThat(plan().increment().notes())
                .containsExactly("rows whose w is NULL are exported once, with the first export");
        assertThat(run()).containsExactly(1, 2);
        execute("INSERT INTO t VALUES (3, 3), (4, NULL)");
        assertThat(run()).containsExactly(3);

        loadWithWatermark("watermark_nulls = \"fail\"");
        assertThatThrownBy(this::run)
                .hasMessage("watermark_nulls: 2 rows of data set \"t\" have no w, and watermark_nulls = \"fail\"");
        execute("DELETE FROM t WHERE w IS NULL", "INSERT INTO t VALUES (5, 5)");
        assertThat(run()).containsExactly(5);
    }

    @Test
    void filteredRowsDoNotComeBackOnceOthersHaveGoneOut() throws Exception {
        open("h2");
        execute("CREATE TABLE t (id integer, w integer NOT NULL)", "INSERT INTO t VALUES (1, 1)");
        loadWithWatermark("filters = [{ column = \"id\", op = \">\", value = 1 }]");

        assertThat(run()).isEmpty();
        assertThat(watermark()).isNull();
        execute("INSERT INTO t VALUES (2, 2)");
        assertThat(run()).containsExactly(2);
        assertThat(watermark()).isEqualTo("2");
    }

    @Test
    void filesOfOneRunNeverReplaceThoseOfAnother() throws Exception {
        open("h2");
        execute("CREATE TABLE t (id integer, w integer NOT NULL)", "INSERT INTO t VALUES (1, 1)");
        Files.writeString(harness.file("datasets.toml"), "[[dataset]]\nid = \"t\"\ntable = \"t\"\nwatermark = \"w\"\n");
        harness.load(
                "f.toml",
                "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"{{root}}/out/t.csv\"\nsince_last_export = true\n");

        assertThat(published().get(0)).endsWith("t.csv");
        execute("INSERT INTO t VALUES (2, 2)");
        assertThat(published().get(0)).endsWith("t_v2.csv");
    }

    private List<String> published() throws Exception {
        return harness.run("f").files().stream().map(FileFacts::name).toList();
    }

    @Test
    void aClockThatWasSetBackIsNamed() throws Exception {
        open("postgresql");
        execute("CREATE TABLE t (id integer, w timestamptz NOT NULL)", "INSERT INTO t VALUES (1, '2025-01-01 00:00Z')");
        loadWithWatermark("");
        run();
        watermarks().set("f", "t", "w", "2999-01-01T00:00:00Z");

        assertThatThrownBy(this::run)
                .hasMessageMatching(
                        "the clock of the database shows \\d{4}-.*, and rows up to 2999-01-01T00:00:00Z are exported"
                                + " already: it was set back, and what is written now would be skipped; set it right, or move the"
                                + " watermark \\(waybill watermark set\\)");
        watermarks().set("f", "t", "w", "2024-01-01T00:00:00Z");
        assertThat(run()).containsExactly(1);
    }

    @Test
    void whatCannotBeAWatermarkIsNamed() throws Exception {
        open("h2");
        execute("CREATE TABLE t (id integer, w double precision)");
        load("", "");
        assertThatThrownBy(this::run)
                .hasMessage("since_last_export: data set \"t\" has no batches and no watermark; declare one in"
                        + " datasets.toml: watermark = \"<a column that grows>\"");
        loadWithWatermark("");
        assertThatThrownBy(this::run)
                .hasMessage("watermark: column w is double; allowed: whole numbers, decimals, text, dates, timestamps");
        load("watermark = \"v\"", "");
        assertThatThrownBy(this::run)
                .hasMessage("watermark: data set \"t\" has no column \"v\"; did you mean \"w\"?; it has id, w");
        load("watermark = \"id\"", "watermark_lag = \"1 minute\"");
        assertThatThrownBy(this::run)
                .hasMessage("watermark_lag: column id is integer, and a lag goes with dates and times; leave it out, or"
                        + " take a watermark of time");
        loadWithWatermark("export_mode = \"changes_only\"");
        assertThatThrownBy(this::run).hasMessageStartingWith("export_mode: \"changes_only\" is refused");
    }

    @Test
    void aWatermarkOfAnotherColumnIsNotMistakenForThisOnes() throws Exception {
        open("h2");
        execute("CREATE TABLE t (id integer, w integer NOT NULL)", "INSERT INTO t VALUES (1, 100)");
        loadWithWatermark("");
        run();
        load("watermark = \"id\"", "");

        assertThatThrownBy(this::run)
                .hasMessage(
                        "since_last_export: the watermark of flow \"f\" is of column w of data set \"t\", and the flow"
                                + " now exports by id of \"t\"; waybill watermark reset f begins again, waybill watermark set"
                                + " goes on from a value");
    }

    @Test
    void thePlanSaysWhatItPromises() throws Exception {
        open("h2");
        execute("CREATE TABLE t (id integer NOT NULL, w timestamp NOT NULL)");
        loadWithWatermark("");
        assertThat(plan().increment().bound().guarantee())
                .isEqualTo("best effort: rows that are committed after later ones were exported are not exported;"
                        + " watermark_lag gives them time");
        load("watermark = \"id\"", "");
        assertThat(plan().increment().bound().guarantee())
                .endsWith("a watermark of time, with watermark_lag, gives them time");
        assertThat(plan().window().words()).isEqualTo("nothing yet of id");
        assertThat(plan().query().sql()).endsWith("WHERE 1 = 0");
    }
}
