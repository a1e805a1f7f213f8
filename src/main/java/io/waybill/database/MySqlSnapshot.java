package io.waybill.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;

/**
 * MySQL and MariaDB cannot share a snapshot, so each transaction takes its own while a read lock keeps the table as it is; the lock is
 * held for as long as that takes, and waited for a few seconds at most.
 */
final class MySqlSnapshot implements SharedSnapshot {

    private static final int LOCK_WAIT_SECONDS = 5;

    @Override
    public String words() {
        return "each in the snapshot of one moment, under a short read lock";
    }

    @Override
    public boolean locks() {
        return true;
    }

    /** The lock waits until transactions that have written to the table have ended, so that every snapshot sees the same. */
    @Override
    public void share(List<Connection> connections, String table, Another another) throws SQLException {
        try (Connection locking = another.connect()) {
            Ask.execute(locking, "SET SESSION lock_wait_timeout = " + LOCK_WAIT_SECONDS);
            try {
                Ask.execute(locking, "LOCK TABLES " + table + " READ");
            } catch (SQLException e) {
                throw new LockRefusedException(e);
            } finally {
                Ask.execute(locking, "SET SESSION lock_wait_timeout = DEFAULT");
            }
            try {
                for (Connection connection : connections) {
                    Ask.execute(connection, "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
                }
            } finally {
                Ask.execute(locking, "UNLOCK TABLES");
            }
        }
    }

    @Override
    public Size size(Connection connection, Source source) throws SQLException {
        Size size = Ask.first(
                connection,
                "SELECT engine, coalesce(table_rows, 0) FROM information_schema.tables"
                        + " WHERE concat(table_schema, '.', table_name) = ?",
                row -> new Size(row.getString(1), row.getLong(2), -1, false),
                // an identifier's quotes are doubled inside, and a table's name is all that stands behind the last dot
                source.location().substring(source.location().indexOf(' ') + 1));
        return size == null ? Size.UNKNOWN : size;
    }

    @Override
    public String refusal(Size size) {
        return size.kind().equalsIgnoreCase("InnoDB") ? null : "its engine " + size.kind() + " has no snapshots";
    }

    @Override
    public String sample(double share) {
        return String.format(Locale.ROOT, " WHERE rand(1) < %.8f", share);
    }
}
