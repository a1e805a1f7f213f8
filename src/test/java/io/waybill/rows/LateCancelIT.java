package io.waybill.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.database.Databases;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Producer;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who stops reading late does not stop what somebody else does by the same connection. */
class LateCancelIT {

    @Test
    void rowsThatAreClosedCancelNothing() throws Exception {
        try (HikariDataSource database = TestDatabases.postgres();
                Connection connection = database.getConnection();
                Connection other = database.getConnection()) {
            Rows rows = read(connection);
            first(other, "SELECT pg_advisory_lock(1)");
            CompletableFuture<String> next = CompletableFuture.supplyAsync(
                    () -> unchecked(() -> first(connection, "SELECT pg_advisory_lock(1)")));
            awaitLock(other);

            rows.cancel();

            first(other, "SELECT pg_advisory_unlock(1)");
            assertThat(next).succeedsWithin(5, TimeUnit.MINUTES);
        }
    }

    @Test
    void aConnectionThatWasGivenBackIsLetBe() throws Exception {
        try (HikariDataSource database = TestDatabases.postgres();
                Connection connection = database.getConnection();
                Connection other = database.getConnection()) {
            AwaitedAnswers answers = new AwaitedAnswers();
            Connection own = answers.watched(lent(connection));
            assertThat(first(own, "SELECT 1")).isEqualTo("1");
            own.close();
            first(other, "SELECT pg_advisory_lock(1)");
            CompletableFuture<String> next = CompletableFuture.supplyAsync(
                    () -> unchecked(() -> first(connection, "SELECT pg_advisory_lock(1)")));
            awaitLock(other);

            answers.cancel();

            first(other, "SELECT pg_advisory_unlock(1)");
            assertThat(next).succeedsWithin(5, TimeUnit.MINUTES);
        }
    }

    /** A run whose rows the database does not give for now. */
    @ParameterizedTest
    @CsvSource({"copy, 0", "jdbc, 0", "auto, 1", "jdbc, 1", "auto, 2"})
    void rowsThatAreWaitedForAreStopped(String reader, int ranges) throws Exception {
        try (HikariDataSource database = TestDatabases.postgres();
                Connection writer = database.getConnection();
                DefaultCamelContext context = new DefaultCamelContext()) {
            TestDatabases.execute(database, "CREATE TABLE t AS SELECT 1 AS id");
            context.getRegistry().bind("db", database);
            writer.setAutoCommit(false);
            execute(writer, "LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
            AwaitedAnswers answers = new AwaitedAnswers();
            CompletableFuture<Void> read = read(
                    context,
                    "rows:db?reader=" + reader,
                    answers,
                    "SELECT id FROM t",
                    ranges(ranges, "SELECT id FROM t"));
            awaitLock(writer);

            answers.cancel();

            assertThat(read)
                    .failsWithin(5, TimeUnit.MINUTES)
                    .withThrowableThat()
                    .withMessageContaining("the run was interrupted after 0 rows")
                    .havingRootCause()
                    .withMessageContaining("canceling statement due to user request");
            assertThat(database.getHikariPoolMXBean().getActiveConnections()).isEqualTo(1);
            assertThat(read(context, "rows:db?reader=" + reader, answers, "SELECT id FROM t", null))
                    .failsWithin(5, TimeUnit.MINUTES)
                    .withThrowableThat()
                    .havingRootCause()
                    .withMessage("the run was interrupted");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mariadb", "mysql"})
    void rowsOfMariadbThatAreWaitedForAreStopped(String driver) throws Exception {
        try (HikariDataSource database =
                        driver.equals("mysql") ? TestDatabases.mariadbByMysqlDriver("") : TestDatabases.mariadb();
                Connection writer = database.getConnection();
                DefaultCamelContext context = new DefaultCamelContext()) {
            TestDatabases.execute(database, "CREATE TABLE t AS SELECT 1 AS id");
            context.getRegistry().bind("db", database);
            execute(writer, "LOCK TABLES t WRITE");
            AwaitedAnswers answers = new AwaitedAnswers();
            CompletableFuture<Void> read = read(context, "rows:db", answers, "SELECT id FROM t", null);
            await().until(() -> first(
                            writer,
                            "SELECT count(*) FROM information_schema.processlist WHERE db = database()"
                                    + " AND state LIKE 'Waiting for table%'")
                    .equals("1"));

            answers.cancel();

            assertThat(read)
                    .failsWithin(5, TimeUnit.MINUTES)
                    .withThrowableThat()
                    .withMessageContaining("the run was interrupted after 0 rows");
        }
    }

    private static RowRanges ranges(int count, String sql) {
        return count == 0 ? null : new RowRanges("t", Collections.nCopies(count, new RowRange(sql, List.of())));
    }

    private static CompletableFuture<Void> read(
            DefaultCamelContext context, String uri, AwaitedAnswers answers, String sql, RowRanges ranges) {
        Exchange exchange = context.getEndpoint(uri).createExchange();
        exchange.setProperty(AwaitedAnswers.PROPERTY, answers);
        exchange.setProperty(RowRanges.PROPERTY, ranges);
        exchange.getMessage().setBody(sql);
        return CompletableFuture.runAsync(() -> unchecked(() -> {
            try (Producer producer = context.getEndpoint(uri).createProducer()) {
                producer.start();
                producer.process(exchange);
            }
            return null;
        }));
    }

    /** What waits for a lock has no rows yet that could be cancelled. */
    @ParameterizedTest
    @ValueSource(strings = {"copy", "jdbc"})
    void aRangeThatIsJustBeingOpenedIsStopped(String reader) throws Exception {
        try (HikariDataSource database = TestDatabases.postgres();
                Connection writer = database.getConnection();
                DefaultCamelContext context = new DefaultCamelContext()) {
            TestDatabases.execute(database, "CREATE TABLE t AS SELECT 1 AS id");
            context.getRegistry().bind("db", database);
            RangeOpening opening = RangeReader.of(context, "rows:db?reader=" + reader, new HeldSources(context))
                    .opening(new RowRange("SELECT id FROM t", List.of()), new RowHints(Map.of(), false), null);
            writer.setAutoCommit(false);
            execute(writer, "LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
            CompletableFuture<Rows> opened = CompletableFuture.supplyAsync(opening::open);
            awaitLock(writer);

            opening.cancel();

            assertThat(opened)
                    .failsWithin(5, TimeUnit.MINUTES)
                    .withThrowableThat()
                    .havingRootCause()
                    .withMessageContaining("canceling statement due to user request");
            assertThatThrownBy(opening::open).hasMessage("the run was interrupted");
        }
    }

    /** Reads all rows, and gives the connection back to where others take it from: here, it stays open. */
    private static Rows read(Connection connection) throws SQLException {
        Connection lent = lent(connection);
        Rows rows = CopyRows.open(
                        Databases.of(connection),
                        lent,
                        lent.prepareStatement("SELECT 1 AS id"),
                        new RowHints(Map.of(), false),
                        () -> null)
                .orElseThrow();
        RowBatch batch = new RowBatch(rows.schema());
        while (rows.read(batch)) {
            assertThat(batch.rows()).isEqualTo(1);
        }
        rows.close();
        return rows;
    }

    private static Connection lent(Connection connection) {
        return Forwarding.of(
                Connection.class,
                (method, arguments) ->
                        method.getName().equals("close") ? null : Forwarding.to(connection, method, arguments));
    }

    private static void awaitLock(Connection other) {
        await().until(() ->
                first(other, "SELECT count(*) FROM pg_locks WHERE NOT granted").equals("1"));
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static <T> T unchecked(Callable<T> call) {
        try {
            return call.call();
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    private static String first(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
