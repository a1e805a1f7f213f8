package io.waybill.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The transactions of a PostgreSQL database that are open at a moment and may still write or commit: those of clients and of
 * replication, and prepared ones, but not our own readers. Everybody may see which there are; when they began, only who may read the
 * statistics of all sessions ({@code pg_read_all_stats}), and of prepared ones nobody.
 *
 * <p>A transaction goes by its virtual name while its session has it, and by another one once it is prepared; the server does not say
 * which was which. So whoever waits for a virtual name waits for {@link #unended} names.
 *
 * @param names the server's own names of them
 * @param oldestStart when the first of them began; null where there is none
 * @param startsKnown whether it is known of all of them when they began
 */
public record OpenTransactions(Set<String> names, OffsetDateTime oldestStart, boolean startsKnown) {

    private static final String PREPARED = "prepared ";

    private static final String IN_SESSIONS = """
            SELECT l.virtualtransaction, a.xact_start
            FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
            WHERE l.locktype = 'virtualxid' AND l.mode = 'ExclusiveLock' AND l.granted AND l.pid <> pg_backend_pid()
              AND a.datname = current_database() AND a.usesysid IS NOT NULL AND a.application_name IS DISTINCT FROM '""" + PostgreSql.READER + "'";

    private static final String IN_NO_SESSION =
            "SELECT '" + PREPARED + "' || transaction FROM pg_prepared_xacts WHERE database = current_database()";

    public OpenTransactions {
        names = Set.copyOf(names);
    }

    /**
     * Looks. The sessions come first, in a statement of their own, and the prepared ones after them: PREPARE TRANSACTION makes the
     * prepared transaction visible before it lets go of the virtual name (EndPrepare before the locks' release, in the server's
     * xact.c). So one that the first statement does not see any more has ended, or was prepared before the second begins and is seen by
     * that, unless it has ended meanwhile. The other way round, one that is prepared between the two would be in neither.
     *
     * @param connection commits by itself, so that each statement sees what is there then
     */
    static OpenTransactions of(Connection connection) throws SQLException {
        Set<String> names = new HashSet<>();
        List<OffsetDateTime> starts = Ask.all(connection, IN_SESSIONS, row -> {
            names.add(row.getString(1));
            return row.getObject(2, OffsetDateTime.class);
        });
        List<String> prepared = Ask.all(connection, IN_NO_SESSION, row -> row.getString(1));
        names.addAll(prepared);
        return new OpenTransactions(
                names,
                starts.stream()
                        .filter(Objects::nonNull)
                        .min(OffsetDateTime.timeLineOrder())
                        .orElse(null),
                prepared.isEmpty() && !starts.contains(null));
    }

    /**
     * What is left of a set that was open earlier, by the names to ask for the next time.
     *
     * <p>A virtual name that is gone has ended, or was prepared: as one of those that are prepared now, since this look came after. So
     * they all are waited for in its place. That is done once for each virtual name; those that are prepared later cannot be it. The set
     * therefore runs empty, however many others are prepared meanwhile.
     */
    public Set<String> unended(Set<String> earlier) {
        Set<String> left = earlier.stream().filter(names::contains).collect(Collectors.toSet());
        if (earlier.stream().anyMatch(name -> !isPrepared(name) && !names.contains(name))) {
            names.stream().filter(OpenTransactions::isPrepared).forEach(left::add);
        }
        return left;
    }

    private static boolean isPrepared(String name) {
        return name.startsWith(PREPARED);
    }
}
