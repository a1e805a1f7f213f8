package io.waybill.ledger;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.database.Databases;
import io.waybill.rows.SqlFailure;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** The ledger's database: its tables, and its failures as the one exception that the rest of the program knows. */
final class LedgerDatabase {

    /** How long a transaction that others were in the way of is begun again. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int MOST_PAUSE_MS = 50;

    /** PostgreSQL: serialization failure, deadlock detected, lock not available; MariaDB, MySQL and H2 have the first two. */
    private static final Set<String> IN_THE_WAY = Set.of("40001", "40P01", "55P03");

    /** MariaDB since 11.8, where another has written what a transaction has read before: it has no state of its own. */
    private static final int RECORD_HAS_CHANGED = 1020;

    private static final Set<SQLiteErrorCode> DAMAGED = Set.of(
            SQLiteErrorCode.SQLITE_CORRUPT,
            SQLiteErrorCode.SQLITE_NOTADB,
            SQLiteErrorCode.SQLITE_CORRUPT_VTAB,
            SQLiteErrorCode.SQLITE_IOERR_SHORT_READ);

    /** SQLSTATE: connection, login, no such database, out of the way, no resources, shut down, system error; H2: in use, closed, I/O. */
    private static final Set<String> AWAY = Set.of(
            "08", "28", "3D", "40", "53", "55", "57", "58", "90020", "90028", "90031", "90067", "90098", "90121");

    private static final Set<SQLiteErrorCode> AWAY_FILE = Set.of(
            SQLiteErrorCode.SQLITE_BUSY,
            SQLiteErrorCode.SQLITE_LOCKED,
            SQLiteErrorCode.SQLITE_IOERR,
            SQLiteErrorCode.SQLITE_CANTOPEN,
            SQLiteErrorCode.SQLITE_FULL,
            SQLiteErrorCode.SQLITE_READONLY);

    /** How long those wait for their turn who take turns. */
    private static final Duration MOST_WAIT = Duration.ofSeconds(20);

    private final Jdbi jdbi;

    /** Asks for the time of the database: one for all machines that share a ledger. */
    private final String clock;

    /** Those who are at it at the same time; as many as there are connections where they need not take turns. */
    private final Semaphore turns;

    /** The latest migration that this version knows. */
    private final int migration;

    private LedgerDatabase(Jdbi jdbi, String clock, int migration, int turns) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.migration = migration;
        this.turns = new Semaphore(turns, true);
    }

    /**
     * The same, for some who take turns at half the connections of a source, however many they are: the others are always there for runs, and
     * of one alone these have every other turn.
     */
    LedgerDatabase takingTurns(DataSource source) {
        int most = source instanceof HikariDataSource pool ? Math.max(1, pool.getMaximumPoolSize() / 2) : 1;
        return new LedgerDatabase(jdbi, clock, migration, most);
    }

    /** Opens the database; its tables are made, or brought up to date, where they are not. */
    static LedgerDatabase open(DataSource dataSource) {
        return open(dataSource, Ledger.LEASE);
    }

    /** @param silent how long a transaction may be silent, which goes on with nothing then */
    static LedgerDatabase open(DataSource dataSource, Duration silent) {
        try {
            Jdbi jdbi = RowTypes.register(Jdbi.create(new LedgerConnections(dataSource, silent)));
            String clock;
            try (Handle handle = jdbi.open()) {
                clock = clock(handle);
            }
            new Migrations(dataSource, jdbi).make();
            int migration = Migrations.newest().orElse(Integer.MAX_VALUE);
            return new LedgerDatabase(jdbi, clock, migration, Integer.MAX_VALUE);
        } catch (WaybillException e) {
            throw e;
        } catch (RuntimeException e) {
            throw failure("the ledger cannot be opened", e);
        }
    }

    /** @throws IllegalStateException when the database is none that a ledger can be in */
    private static String clock(Handle handle) {
        try {
            String sql = Databases.of(handle.getConnection()).epochMillis();
            if (sql == null) {
                throw new IllegalStateException("waybill.ledger.url names a database of "
                        + handle.getConnection().getMetaData().getDatabaseProductName()
                        + "; PostgreSQL, MariaDB, MySQL and H2 can hold a ledger");
            }
            return sql;
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    static WaybillException failure(String what, RuntimeException e) {
        String message = what + ": " + reason(e) + advice(e);
        return isAway(e) ? new LedgerAwayException(message, e) : new WaybillException(Stage.PLAN, true, message, e);
    }

    private static boolean isAway(Throwable e) {
        return WaybillException.causes(e)
                .anyMatch(cause -> cause instanceof SQLiteException failure
                        ? AWAY_FILE.contains(SQLiteErrorCode.getErrorCode(failure.getResultCode().code & 0xff))
                        : cause instanceof SQLTransientException
                                || cause instanceof SQLRecoverableException
                                || cause instanceof SQLNonTransientConnectionException
                                || AWAY.stream().anyMatch(state(cause)::startsWith));
    }

    /** The SQLSTATE of a failure; empty where it has none. */
    private static String state(Throwable cause) {
        return cause instanceof SQLException failure && failure.getSQLState() != null ? failure.getSQLState() : "";
    }

    /** What the innermost cause says that says anything. */
    static String reason(Throwable e) {
        return SqlFailure.unknownHost(e).orElseGet(() -> innermost(e));
    }

    private static String innermost(Throwable e) {
        String reason = e.getClass().getSimpleName();
        for (Throwable cause = e; cause != null; cause = cause.getCause() == cause ? null : cause.getCause()) {
            String message =
                    String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
            reason = cause.getMessage() == null || message.isBlank()
                    ? cause.getClass().getSimpleName()
                    : message;
        }
        return reason;
    }

    /** What to look at, by the class of the SQLSTATE (SQL:2016). */
    private static String advice(Throwable e) {
        if (WaybillException.causes(e).anyMatch(cause -> state(cause).startsWith("28"))) {
            return "; waybill.ledger.username and waybill.ledger.password say who asks";
        }
        return WaybillException.causes(e).anyMatch(cause -> state(cause).startsWith("3D"))
                ? "; waybill.ledger.url names the database"
                : "";
    }

    /** The beginning of a text that is longer than its column; null stays null. */
    static String cut(String text, int most) {
        return text == null || text.length() <= most ? text : text.substring(0, most);
    }

    static void close(AutoCloseable source) {
        if (source != null) {
            try {
                source.close();
            } catch (Exception e) {
                throw new IllegalStateException("the ledger cannot be closed", e);
            }
        }
    }

    int migration() {
        return migration;
    }

    /** @throws WaybillException when a later version has changed the tables so that this one cannot use them any more */
    void requireUsable(Handle handle) {
        int oldest = Migrations.oldest(handle);
        if (oldest > migration) {
            throw Migrations.tooLate(oldest, migration);
        }
    }

    /** The time of the database, in milliseconds since 1970-01-01T00:00Z. */
    long nowMs(Handle handle) {
        return handle.createQuery(clock).mapTo(Long.class).one();
    }

    <T> T call(Function<Handle, T> work) {
        return patiently(work);
    }

    <T> T inTransaction(Function<Handle, T> work) {
        return patiently(handle -> handle.inTransaction(work::apply));
    }

    /** Does work that leaves nothing when it fails, once more where it failed since another process was at it. */
    private <T> T patiently(Function<Handle, T> work) {
        long began = System.nanoTime();
        while (true) {
            try {
                return inTurn(work);
            } catch (JdbiException e) {
                boolean patient = System.nanoTime() - began < PATIENCE.toNanos()
                        && !Thread.currentThread().isInterrupted();
                if (!patient || !isInTheWay(e)) {
                    throw failure("the ledger failed", e);
                }
                LockSupport.parkNanos(this, ThreadLocalRandom.current().nextInt(1, MOST_PAUSE_MS) * 1_000_000L);
            }
        }
    }

    private <T> T inTurn(Function<Handle, T> work) {
        try {
            if (!turns.tryAcquire(MOST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new LedgerAwayException(
                        "more is asked of the ledger than it answers: a turn was waited for for "
                                + MOST_WAIT.toSeconds() + " seconds",
                        null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LedgerAwayException("the ledger is not waited for any more", e);
        }
        // given back first is the connection: who waits for one has it before the next turn begins
        try (Handle handle = jdbi.open()) {
            return work.apply(handle);
        } finally {
            turns.release();
        }
    }

    private static boolean isInTheWay(Throwable e) {
        return WaybillException.causes(e)
                .anyMatch(cause -> IN_THE_WAY.contains(state(cause))
                        || cause instanceof SQLException failure
                                && failure.getErrorCode() == RECORD_HAS_CHANGED
                                && state(cause).equals("HY000")
                        || cause instanceof SQLiteException failure
                                && (failure.getResultCode().code & 0xff) == SQLiteErrorCode.SQLITE_BUSY.code);
    }

    /** Whether the file of the database is not what it was. */
    static boolean isDamage(Throwable e) {
        return WaybillException.causes(e)
                .anyMatch(
                        cause -> cause instanceof SQLiteException failure && DAMAGED.contains(failure.getResultCode()));
    }

    /**
     * Inserts a row, unless one of its key is there.
     *
     * @return false when one is there
     */
    boolean insertUnlessThere(Function<Handle, Integer> insert) {
        return patiently(handle -> {
            try {
                insert.apply(handle);
                return true;
            } catch (JdbiException e) {
                if (isDuplicate(e)) {
                    return false; // another was quicker
                }
                throw e;
            }
        });
    }

    /** Integrity constraint violation (SQL:2016, SQLSTATE class 23). */
    static boolean isDuplicate(JdbiException e) {
        return state(e.getCause()).startsWith("23")
                || e.getCause() instanceof SQLiteException failure
                        && failure.getErrorCode() == SQLiteErrorCode.SQLITE_CONSTRAINT.code;
    }
}
