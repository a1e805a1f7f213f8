package io.waybill.rows;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A pool that connects at its first use, so that a database that is down stops its own flows and nothing else. What is in vain however
 * often it is tried (a wrong password, a host that is not known) fails at once, after one login; a database that is not there yet is
 * waited for, as long as for a connection.
 */
final class DatabasePool extends HikariDataSource {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    DatabasePool(HikariConfig config) {
        config.copyStateTo(this);
        // the first connection is tried once, and its own failure told: the pool would say no more than that it has
        // none
        setInitializationFailTimeout(1);
    }

    @Override
    public Connection getConnection() throws SQLException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(getConnectionTimeout());
        while (true) {
            try {
                return super.getConnection();
            } catch (SQLException e) {
                boolean begun = getHikariPoolMXBean() != null; // then the pool has waited itself
                if (begun
                        || !SqlFailure.mayPass(e)
                        || System.nanoTime() - until > 0
                        || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                LockSupport.parkNanos(this, PAUSE_NANOS);
            }
        }
    }
}
