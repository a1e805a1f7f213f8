package io.waybill.rows;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * The data source of some settings: a pool, and another one once the settings say so. Who holds the pool from before has it as long as they
 * do; all others get connections of the new one from then on, whenever they have found this.
 */
final class ConfiguredSource implements DataSource, AutoCloseable {

    private final Set<DatabasePool> ending = ConcurrentHashMap.newKeySet();
    private Map<String, String> settings;
    private volatile DatabasePool pool;
    private boolean ended;

    ConfiguredSource(Map<String, String> settings, DatabasePool pool) {
        this.settings = settings;
        this.pool = pool;
    }

    /** Shows no password. */
    @Override
    public String toString() {
        return "data source " + pool.getPoolName();
    }

    /** What the pool was made of. */
    synchronized Map<String, String> settings() {
        return settings;
    }

    /** The pool of now. */
    DatabasePool pool() {
        return pool;
    }

    /** The pool of now, which stays until it is let go. */
    synchronized DatabasePool hold() {
        pool.hold();
        return pool;
    }

    /** From now on another pool gives the connections. */
    synchronized void use(Map<String, String> newSettings, DatabasePool newPool) {
        DatabasePool before = pool;
        settings = newSettings;
        pool = newPool;
        end(before);
    }

    /** Nobody who comes from now on has it; those who hold it have it to their end. */
    synchronized void end() {
        ended = true;
        end(pool);
    }

    private void end(DatabasePool before) {
        ending.removeIf(DatabasePool::isClosed);
        ending.add(before);
        before.endWhenUnused();
    }

    @Override
    public Connection getConnection() throws SQLException {
        while (true) {
            DatabasePool now = pool;
            try {
                return now.getConnection();
            } catch (SQLException e) {
                if (now == pool || !now.isClosed()) {
                    throw e;
                } // else it has ended while it was asked
            }
        }
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        return pool.getConnection(username, password);
    }

    /** At the end of its context; one that has ended by settings ends with the last who holds it. */
    @Override
    public synchronized void close() {
        if (!ended) {
            pool.close();
            ending.forEach(DatabasePool::close);
        }
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        return pool.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        pool.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        pool.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return pool.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return pool.getParentLogger();
    }

    /** Not the pool: a connection may be of another one. */
    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        throw new SQLException("a data source of settings is no " + type.getName());
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }
}
