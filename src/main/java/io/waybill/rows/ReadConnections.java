package io.waybill.rows;

import com.zaxxer.hikari.HikariDataSource;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.apache.camel.component.jdbc.ConnectionStrategy;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;

/**
 * Gives connections set up for reading a large result: read-only, without autocommit (with it, PostgreSQL's driver
 * ignores the fetch size and loads the whole result), streaming, in UTC where the session's time zone would shift
 * values. Closing one rolls back and puts every setting back as it was before the pool gets it.
 */
final class ReadConnections implements ConnectionStrategy {

    private final int fetchSize;

    ReadConnections(int fetchSize) {
        this.fetchSize = fetchSize;
    }

    int fetchSize() {
        return Math.max(1, fetchSize);
    }

    @Override
    public Connection getConnection(DataSource dataSource) throws SQLException {
        return getConnection(dataSource, false);
    }

    /** A connection whose transaction goes on seeing what it saw first. */
    Connection getSnapshotConnection(DataSource dataSource) throws SQLException {
        return getConnection(dataSource, true);
    }

    private Connection getConnection(DataSource dataSource, boolean snapshot) throws SQLException {
        Connection connection = dataSource.getConnection();
        try {
            return prepare(dataSource, connection, snapshot);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private Connection prepare(DataSource dataSource, Connection connection, boolean snapshot) throws SQLException {
        Database database = Database.of(connection);
        boolean autoCommit = connection.getAutoCommit();
        boolean readOnly = connection.isReadOnly();
        int isolation = snapshot ? connection.getTransactionIsolation() : Connection.TRANSACTION_NONE;
        setReadOnly(connection, database, true);
        if (snapshot) {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        }
        connection.setAutoCommit(false);
        switch (database) {
            // H2 would build the whole result before it hands out the first row
            case H2 -> execute(connection, "SET LAZY_QUERY_EXECUTION 1");
            // else a large table may be read from its middle on, where another scan is or was; ends with the
            // transaction
            case POSTGRESQL -> {
                execute(connection, "SET LOCAL synchronize_seqscans = off");
                // the driver sets the machine's zone; the text of a timestamp, and what a query does with one, depend
                // on it
                execute(connection, "SET LOCAL TimeZone = 'UTC'");
                execute(connection, "SET LOCAL application_name = '" + Rows.READER_NAME + "'");
            }
            // TIMESTAMP values are shown in the session's zone
            case MARIADB, MYSQL -> execute(connection, "SET time_zone = '+00:00'");
            default -> {}
        }
        return (Connection) Proxy.newProxyInstance(
                ReadConnections.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        giveBack(connection, database, autoCommit, readOnly, isolation);
                        return null;
                    }
                    if (method.getName().equals("abort")) {
                        discard(dataSource, connection);
                        return null;
                    }
                    Object answer = invoke(connection, method, arguments);
                    if (answer instanceof Statement statement) {
                        prepare(statement, connection, database);
                    }
                    return answer;
                });
    }

    private void prepare(Statement statement, Connection connection, Database database) throws SQLException {
        statement.setFetchSize(fetchSizeFor(connection, database));
        if (database == Database.POSTGRESQL && statement.isWrapperFor(PGStatement.class)) {
            // a prepared statement gets binary values, which the driver prints otherwise than the server: the sixth
            // run of a flow would write other text than the first five
            statement.unwrap(PGStatement.class).setPrepareThreshold(0);
        }
    }

    /** MySQL's own driver streams row by row for this one value only. */
    private int fetchSizeFor(Connection connection, Database database) throws SQLException {
        boolean mySqlDriver = database.isMySqlFamily()
                && connection.getMetaData().getDriverName().startsWith("MySQL");
        return mySqlDriver ? Integer.MIN_VALUE : fetchSize;
    }

    /** Ends the connection, and lets its pool know rather than find out. */
    private static void discard(DataSource dataSource, Connection connection) throws SQLException {
        Connection physical = connection.isWrapperFor(PGConnection.class)
                ? (Connection) connection.unwrap(PGConnection.class)
                : connection;
        if (dataSource.isWrapperFor(HikariDataSource.class)) {
            dataSource.unwrap(HikariDataSource.class).evictConnection(connection);
        }
        physical.abort(Runnable::run);
        connection.close();
    }

    private static void giveBack(
            Connection connection, Database database, boolean autoCommit, boolean readOnly, int isolation)
            throws SQLException {
        if (connection.isClosed()) {
            return;
        }
        try (connection) {
            connection.rollback();
            switch (database) {
                case H2 -> execute(connection, "SET LAZY_QUERY_EXECUTION 0");
                case MARIADB, MYSQL -> execute(connection, "SET time_zone = DEFAULT");
                default -> {}
            }
            if (isolation != Connection.TRANSACTION_NONE) {
                connection.setTransactionIsolation(isolation);
            }
            connection.setAutoCommit(autoCommit);
            setReadOnly(connection, database, readOnly);
        }
    }

    /** A hint to the database (JDBC 4.3, Connection.setReadOnly), which some drivers do not take on an open connection. */
    private static void setReadOnly(Connection connection, Database database, boolean readOnly) throws SQLException {
        if (database == Database.SQLITE) {
            return;
        }
        try {
            connection.setReadOnly(readOnly);
        } catch (SQLFeatureNotSupportedException e) {
            // then it is not read-only; what runs over it only reads
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Object invoke(Connection connection, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Override
    public boolean isConnectionTransactional(Connection connection, DataSource dataSource) {
        return false;
    }
}
