package io.waybill.rows;

import io.waybill.database.Databases;
import io.waybill.database.Standard;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.apache.camel.component.jdbc.ConnectionStrategy;

/**
 * Gives connections set up for reading a large result: read-only, without autocommit (with it, PostgreSQL's driver
 * ignores the fetch size and loads the whole result), streaming, in UTC where the session's time zone would shift
 * values. Closing one rolls back and puts every setting back as it was before the pool gets it.
 *
 * @param answers those of whoever waits for theirs
 */
record ReadConnections(int fetchSize, AwaitedAnswers answers) implements ConnectionStrategy {

    /** For what nobody stops. */
    ReadConnections(int fetchSize) {
        this(fetchSize, new AwaitedAnswers());
    }

    ReadConnections of(AwaitedAnswers other) {
        return new ReadConnections(fetchSize, other);
    }

    @Override
    public Connection getConnection(DataSource dataSource) throws SQLException {
        return getConnection(dataSource, false);
    }

    /** @param snapshot whether its transaction goes on seeing what it saw first */
    Connection getConnection(DataSource dataSource, boolean snapshot) throws SQLException {
        Connection connection = dataSource.getConnection();
        try {
            return prepare(dataSource, connection, snapshot);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private Connection prepare(DataSource dataSource, Connection connection, boolean snapshot) throws SQLException {
        Standard database = Databases.of(connection);
        boolean autoCommit = connection.getAutoCommit();
        boolean readOnly = connection.isReadOnly();
        int repeatable = snapshot ? database.snapshotIsolation(connection) : Connection.TRANSACTION_NONE;
        boolean sets = repeatable != Connection.TRANSACTION_NONE;
        int isolation = sets ? connection.getTransactionIsolation() : Connection.TRANSACTION_NONE;
        database.setReadOnly(connection, true);
        if (sets) {
            connection.setTransactionIsolation(repeatable);
        }
        if (database.hasTransactions()) {
            connection.setAutoCommit(false);
        }
        database.beginReading(connection);
        AwaitedAnswers.Watch watch = answers.watch(database, connection);
        return Forwarding.of(Connection.class, (method, arguments) -> {
            if (method.getName().equals("close")) {
                watch.end();
                giveBack(connection, database, autoCommit, readOnly, isolation);
                return null;
            }
            if (method.getName().equals("abort")) {
                watch.end();
                DataSources.discard(dataSource, connection, database);
                return null;
            }
            Object answer = Forwarding.to(connection, method, arguments);
            if (answer instanceof Statement statement) {
                database.prepare(statement, connection, fetchSize);
                watch.asking(statement);
            }
            return answer;
        });
    }

    private static void giveBack(
            Connection connection, Standard database, boolean autoCommit, boolean readOnly, int isolation)
            throws SQLException {
        if (connection.isClosed()) {
            return;
        }
        try (connection) {
            if (database.hasTransactions()) {
                connection.rollback();
            }
            database.endReading(connection);
            if (isolation != Connection.TRANSACTION_NONE) {
                connection.setTransactionIsolation(isolation);
            }
            if (database.hasTransactions()) {
                connection.setAutoCommit(autoCommit);
            }
            database.setReadOnly(connection, readOnly);
        }
    }

    @Override
    public boolean isConnectionTransactional(Connection connection, DataSource dataSource) {
        return false;
    }
}
