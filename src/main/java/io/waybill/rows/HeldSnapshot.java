package io.waybill.rows;

import io.waybill.database.SharedSnapshot;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * A snapshot that a transaction of this process keeps, for others to read in, until it is closed.
 *
 * @param name by which they join it
 */
public record HeldSnapshot(Connection connection, String name) implements AutoCloseable {

    /**
     * @param answers those of whoever waits for it
     * @param snapshot of a database whose snapshots cross processes
     * @param table the quoted name of the table to be read, which nobody empties or rewrites meanwhile
     */
    public static HeldSnapshot open(
            DataSource dataSource, AwaitedAnswers answers, SharedSnapshot snapshot, String table) throws SQLException {
        Connection connection = new ReadConnections(1, answers).getConnection(dataSource, true);
        try {
            return new HeldSnapshot(connection, snapshot.export(connection, table));
        } catch (Throwable e) {
            connection.close();
            throw e;
        }
    }

    /** Those who have joined it go on to see it. */
    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // the connection is broken; its pool will find out
        }
    }
}
