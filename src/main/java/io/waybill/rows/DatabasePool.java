package io.waybill.rows;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
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

    private static final long LOOK_MILLIS = 200;

    private final Object lock = new Object();

    /** Those who keep it to their end. */
    private int holders;

    private boolean ending;

    DatabasePool(HikariConfig config) {
        config.copyStateTo(this);
        // the first connection is tried once, and its own failure told: the pool would say no more than that it has
        // none
        setInitializationFailTimeout(1);
    }

    /** Keeps it until it is let go. */
    void hold() {
        synchronized (lock) {
            holders++;
        }
    }

    void letGo() {
        synchronized (lock) {
            holders--;
        }
        endLater(0);
    }

    /** Ends when nobody keeps it any more, and all its connections are given back; those that are idle end at once then. */
    void endWhenUnused() {
        synchronized (lock) {
            ending = true;
        }
        endLater(0);
    }

    /** In no thread of who lets it go: to end a connection may take a while. */
    private void endLater(long millis) {
        CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS).execute(this::endIfUnused);
    }

    private void endIfUnused() {
        synchronized (lock) {
            if (!ending || holders > 0 || isClosed()) {
                return;
            }
        }
        HikariPoolMXBean begun = getHikariPoolMXBean();
        if (begun != null) {
            begun.softEvictConnections();
            if (begun.getActiveConnections() > 0) {
                endLater(LOOK_MILLIS);
                return;
            }
        }
        close();
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
