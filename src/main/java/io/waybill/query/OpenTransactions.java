package io.waybill.query;

import io.waybill.rows.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.Set;

/**
 * The transactions of a PostgreSQL database that are open at a moment and may still write: those of clients and of replication, and
 * prepared ones, but not our own readers. Everybody may see which there are; when they began, only who may read the statistics of
 * all sessions ({@code pg_read_all_stats}).
 *
 * @param names the server's own names of them
 * @param oldestStart when the first of them began; null where there is none
 * @param startsKnown whether it is known of all of them when they began
 */
record OpenTransactions(Set<String> names, OffsetDateTime oldestStart, boolean startsKnown) {

    /** What our readers call themselves while they read; they never write. */
    static final String READER = Rows.READER_NAME;

    private static final String SQL = """
            SELECT l.virtualtransaction, a.xact_start
            FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
            WHERE l.locktype = 'virtualxid' AND l.mode = 'ExclusiveLock' AND l.granted AND l.pid <> pg_backend_pid()
              AND a.datname = current_database() AND a.usesysid IS NOT NULL AND a.application_name IS DISTINCT FROM '%s'
            UNION ALL
            SELECT 'prepared ' || transaction, NULL FROM pg_prepared_xacts WHERE database = current_database()""".formatted(READER);

    OpenTransactions {
        names = Set.copyOf(names);
    }

    static OpenTransactions of(Connection connection) throws SQLException {
        Set<String> names = new HashSet<>();
        OffsetDateTime oldest = null;
        boolean known = true;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SQL)) {
            while (row.next()) {
                names.add(row.getString(1));
                OffsetDateTime start = row.getObject(2, OffsetDateTime.class);
                known &= start != null;
                if (start != null && (oldest == null || start.isBefore(oldest))) {
                    oldest = start;
                }
            }
        }
        return new OpenTransactions(names, oldest, known);
    }

    /** Those of a set that are still open. */
    Set<String> among(Set<String> earlier) {
        Set<String> still = new HashSet<>(earlier);
        still.retainAll(names);
        return still;
    }
}
