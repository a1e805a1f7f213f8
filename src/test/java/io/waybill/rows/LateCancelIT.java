package io.waybill.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.database.Databases;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

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
