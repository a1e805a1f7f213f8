package io.waybill.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.database.Databases;
import io.waybill.database.SharedSnapshot;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What nobody does to a table while others read ranges of it. */
class HeldSnapshotIT {

    @Test
    void theTableIsNeitherEmptiedNorWrittenAnewUntilAllIsRead() throws Exception {
        try (HikariDataSource database = TestDatabases.postgres()) {
            TestDatabases.execute(
                    database,
                    "CREATE TABLE t AS SELECT n AS id FROM generate_series(1, 9) n",
                    "CREATE VIEW v AS SELECT id FROM t",
                    "CREATE MATERIALIZED VIEW m AS SELECT id FROM t");

            refused(database, "t", "TRUNCATE t");
            refused(database, "t", "ALTER TABLE t ALTER COLUMN id TYPE bigint");
            refused(database, "v", "TRUNCATE t");
            refused(database, "m", "REFRESH MATERIALIZED VIEW m");

            TestDatabases.execute(database, "TRUNCATE t");
        }
    }

    /** Whoever waits for the lock with a snapshot in hand sees neither the rows of before nor those of after. */
    @ParameterizedTest
    @ValueSource(strings = {"postgres", "of_some_columns"})
    void whatIsEmptiedJustThenIsSeenAsItIsAfterwards(String user) throws Exception {
        try (HikariDataSource database = TestDatabases.postgres();
                HikariDataSource reading = TestDatabases.as(user, database);
                Connection writer = database.getConnection()) {
            TestDatabases.execute(
                    database,
                    "CREATE TABLE t AS SELECT n AS id, n AS secret FROM generate_series(1, 9) n",
                    "GRANT SELECT (id) ON t TO public");
            writer.setAutoCommit(false);
            execute(writer, "TRUNCATE t");
            execute(writer, "INSERT INTO t SELECT n, n FROM generate_series(10, 12) n");
            CompletableFuture<HeldSnapshot> opening = CompletableFuture.supplyAsync(() -> open(reading, "t"));
            await().until(() -> count(database, "SELECT count(*) FROM pg_locks WHERE NOT granted") == 1);

            writer.commit();

            try (HeldSnapshot held = opening.get(5, TimeUnit.MINUTES);
                    Connection joining = new ReadConnections(1).getConnection(reading, true)) {
                snapshot(database).join(joining, held.name());
                assertThat(count(joining, "SELECT count(id) FROM t")).isEqualTo(3);
            }
        }
    }

    private static HeldSnapshot open(HikariDataSource database, String table) {
        try {
            return HeldSnapshot.open(database, new AwaitedAnswers(), snapshot(database), "\"" + table + "\"");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SharedSnapshot snapshot(HikariDataSource database) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return Databases.of(connection).sharedSnapshot().orElseThrow();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int count(HikariDataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return count(connection, sql);
        }
    }

    private static int count(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getInt(1);
        }
    }

    private static void refused(HikariDataSource database, String relation, String statement) throws Exception {
        try (HeldSnapshot held = open(database, relation)) {
            assertThat(held.name()).isNotEmpty();
            assertThatThrownBy(() -> TestDatabases.execute(database, "SET lock_timeout = 50; " + statement))
                    .hasStackTraceContaining("lock timeout");
        } finally {
            TestDatabases.execute(database, "SET lock_timeout = 0");
        }
    }
}
