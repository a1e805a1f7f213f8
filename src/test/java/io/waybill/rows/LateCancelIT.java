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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
            CompletableFuture<Void> next = CompletableFuture.runAsync(() -> {
                try {
                    first(connection, "SELECT pg_advisory_lock(1)");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> first(other, "SELECT count(*) FROM pg_locks WHERE NOT granted")
                            .equals("1"));

            rows.cancel();

            first(other, "SELECT pg_advisory_unlock(1)");
            assertThat(next).succeedsWithin(1, TimeUnit.MINUTES);
        }
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
            try (Statement statement = writer.createStatement()) {
                statement.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
            }
            CompletableFuture<Rows> opened = CompletableFuture.supplyAsync(opening::open);
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> first(writer, "SELECT count(*) FROM pg_locks WHERE NOT granted")
                            .equals("1"));

            opening.cancel();

            assertThat(opened)
                    .failsWithin(1, TimeUnit.MINUTES)
                    .withThrowableThat()
                    .havingRootCause()
                    .withMessageContaining("canceling statement due to user request");
            assertThatThrownBy(opening::open).hasMessage("the run was interrupted");
        }
    }

    /** Reads all rows, and gives the connection back to where others take it from: here, it stays open. */
    private static Rows read(Connection connection) throws SQLException {
        Connection lent = Forwarding.of(
                Connection.class,
                (method, arguments) ->
                        method.getName().equals("close") ? null : Forwarding.to(connection, method, arguments));
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

    private static String first(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
