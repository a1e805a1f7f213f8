package io.waybill.rows;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pool that connects at its first use, so that a database that is down stops its own flows and nothing else. What is in vain however
 * often it is tried (a wrong password, a host that is not known) fails at once, after one login; a database that is not there yet is
 * waited for, as long as for a connection, and that is said at once.
 */
final class DatabasePool extends HikariDataSource {

    private static final Logger LOG = LoggerFactory.getLogger(DatabasePool.class);

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    DatabasePool(HikariConfig config) {
        config.copyStateTo(this);
        // the first connection is tried once, and its own failure told: the pool would say no more than that it has
        // none
        setInitializationFailTimeout(1);
    }

    @Override
    public Connection getConnection() throws SQLException {
        boolean told = false;
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
                if (!told) {
                    LOG.warn(
                            "data source {}: {}; trying for another {} s",
                            getPoolName(),
                            SqlFailure.reason(e).replaceFirst("\\.$", ""),
                            TimeUnit.NANOSECONDS.toSeconds(until - System.nanoTime()));
                    told = true;
                }
                LockSupport.parkNanos(this, PAUSE_NANOS);
            }
        }
    }
}
