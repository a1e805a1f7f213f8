package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transactions that are prepared while an export of what is new waits for them, or between two exports. */
class PreparedTransactionsIT extends NewRowsFixture {

    private void prepare(Connection writer, String name) throws SQLException {
        try (Statement statement = writer.createStatement()) {
            statement.execute("PREPARE TRANSACTION '" + unique(name) + "'");
        }
        writer.commit();
    }

    private void commitPrepared(String name) {
        execute("COMMIT PREPARED '" + unique(name) + "'");
    }

    /** Names are those of the whole server. */
    private String unique(String name) {
        return name + " of " + harness.folder().getFileName();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isWaitedForWhenItIsPreparedDuringTheRun(boolean restricted) throws Exception {
        open("postgresql");
        execute("CREATE TABLE t (id serial, w bigserial)", "INSERT INTO t DEFAULT VALUES");
        if (restricted) {
            restrict();
        }
        loadWithWatermark("watermark_wait = \"60s\"");
        assertThat(run()).containsExactly(1);
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (Connection writer = harness.database().getConnection();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("INSERT INTO t DEFAULT VALUES"); // 2
            execute("INSERT INTO t DEFAULT VALUES"); // 3

            Future<List<Integer>> run = threads.submit(this::run);
            awaitLooks(run, 2);
            prepare(writer, "during");
            awaitLooks(run, 2);
            commitPrepared("during");

            assertThat(run.get()).containsExactly(2, 3);
        } finally {
            threads.shutdown();
        }
        assertThat(run()).isEmpty();
    }

    /** Until a run has looked for open transactions so many times more, or has ended. */
    private void awaitLooks(Future<?> run, int looks) {
        List<String> seen = new ArrayList<>();
        await().pollInterval(Duration.ofMillis(5)).until(() -> {
            lastLook()
                    .filter(look -> seen.isEmpty() || !seen.get(seen.size() - 1).equals(look))
                    .ifPresent(seen::add);
            return run.isDone() || seen.size() > looks;
        });
    }

    private Optional<String> lastLook() throws SQLException {
        try (Connection connection = harness.database().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT max(query_start) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                        + " AND query LIKE '%pg_prepared_xacts%'")) {
            row.next();
            return Optional.ofNullable(row.getString(1));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bigint | nextval('s')",
                "numeric(20,2) | nextval('s')",
                "varchar(20) | to_char(nextval('s'), 'FM0000')",
                "timestamp | now()",
                "timestamptz | now()"
            })
    void isWaitedForWhenItIsPreparedBetweenRuns(String type, String value) throws Exception {
        open("postgresql");
        execute(
                "CREATE SEQUENCE s",
                "CREATE TABLE t (id serial, w " + type + " NOT NULL DEFAULT " + value + ")",
                "INSERT INTO t DEFAULT VALUES");
        restrict(); // else the start of a transaction bounds a timestamptz
        loadWithWatermark("watermark_wait = \"0s\"");
        List<Integer> out = new ArrayList<>();
        await().untilAsserted(
                        () -> { // an instant stays a second behind the clock
                            out.addAll(run());
                            assertThat(out).containsExactly(1);
                        });
        try (Connection writer = harness.database().getConnection();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("INSERT INTO t DEFAULT VALUES"); // 2
            execute("INSERT INTO t DEFAULT VALUES", "SELECT pg_sleep(2.1)"); // 3
            assertThat(run()).isEmpty();
            prepare(writer, "between");
        }

        assertThat(run()).isEmpty(); // 3 was seen while 2 was open, and 2 is open still
        assertThat(plan().increment().notes().toString()).contains("1 transaction is open; rows from w ");
        commitPrepared("between");

        assertThat(run()).containsExactly(2, 3);
        assertThat(run()).isEmpty();
    }

    @Test
    void othersThatArePreparedLaterAreNotWaitedForWithoutEnd() throws Exception {
        open("postgresql");
        execute("CREATE TABLE t (id serial, w bigserial)", "INSERT INTO t DEFAULT VALUES");
        loadWithWatermark("watermark_wait = \"0s\"");
        try (Connection first = harness.database().getConnection();
                Statement statement = first.createStatement()) {
            first.setAutoCommit(false);
            statement.execute("SELECT 1");
            assertThat(run()).isEmpty(); // 1 was seen, and the first is waited for
            first.rollback();
        }
        insertPrepared("a"); // 2: it may be the first, for all that is known
        assertThat(run()).isEmpty();
        insertPrepared("b"); // 3: it cannot be, since the first had gone before
        commitPrepared("a");

        assertThat(run()).containsExactly(1);
        commitPrepared("b");
        assertThat(run()).containsExactly(2, 3);
    }

    private void insertPrepared(String name) throws SQLException {
        try (Connection writer = harness.database().getConnection();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("INSERT INTO t DEFAULT VALUES");
            prepare(writer, name);
        }
    }

    @Test
    void aPreparedTransactionHoldsInstantsBackFromItsStart() throws Exception {
        open("postgresql");
        execute(
                "CREATE TABLE t (id integer, w timestamptz NOT NULL DEFAULT now())",
                "INSERT INTO t VALUES (1, now() - interval '1 hour')");
        loadWithWatermark("watermark_wait = \"0s\"");
        try (Connection writer = harness.database().getConnection();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("INSERT INTO t (id) VALUES (2)"); // dated when its transaction began
            execute("SELECT pg_sleep(1.1)", "INSERT INTO t (id) VALUES (3)", "SELECT pg_sleep(2.1)");
            assertThat(run()).containsExactly(1);
            prepare(writer, "held");
        }

        assertThat(run()).isEmpty();
        commitPrepared("held");
        assertThat(run()).containsExactly(2, 3);
    }
}
