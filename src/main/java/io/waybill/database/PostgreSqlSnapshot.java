package io.waybill.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** One transaction exports its snapshot, and the others import it (PostgreSQL, Snapshot Synchronization Functions). */
final class PostgreSqlSnapshot implements SharedSnapshot {

    /** As the server gives them. */
    private static final Pattern NAME = Pattern.compile("[0-9A-F]+(-[0-9A-F]+)*");

    private static final String SIZE = """
            SELECT c.relkind, greatest(c.reltuples, 0)::bigint,
              CASE WHEN c.relkind IN ('r', 'm') AND a.amname = 'heap' AND current_setting('server_version_num')::int >= 140000
                THEN pg_relation_size(c.oid) / current_setting('block_size')::bigint ELSE -1 END
            FROM pg_class c LEFT JOIN pg_am a ON a.oid = c.relam WHERE c.oid = cast(? AS regclass)""";

    /** It is a view of rows that are kept, or the rows of another server (wrong_object_type), or of columns (insufficient_privilege). */
    private static final Set<String> QUERIED = Set.of("42809", "42501");

    /** Who speaks PostgreSQL's protocol and has no such statement (syntax_error, feature_not_supported) does not empty tables so, either. */
    private static final Set<String> UNKNOWN = Set.of("42601", "0A000");

    private static final int MOST_TRIES = 20;

    /** What the snapshot sees of where the rows lie, against what is there now. */
    private static final String WRITTEN_ANEW = """
            WITH RECURSIVE t(oid) AS (SELECT cast(cast(? AS regclass) AS oid)
                UNION SELECT i.inhrelid FROM pg_inherits i JOIN t ON i.inhparent = t.oid)
            SELECT EXISTS (SELECT 1 FROM pg_class c JOIN t ON c.oid = t.oid
                WHERE c.relkind IN ('r', 'm') AND c.relfilenode <> pg_relation_filenode(c.oid))""";

    @Override
    public String words() {
        return "in one exported snapshot";
    }

    @Override
    public void share(List<Connection> connections, String table, Another another) throws SQLException {
        hold(connections.get(0), table);
        String snapshot = Ask.first(connections.get(0), "SELECT pg_export_snapshot()", row -> row.getString(1));
        for (Connection connection : connections.subList(1, connections.size())) {
            set(connection, snapshot);
        }
    }

    private static void set(Connection connection, String snapshot) throws SQLException {
        if (!NAME.matcher(snapshot).matches()) {
            throw new SQLException("\"" + snapshot + "\" is no name of a snapshot");
        }
        // the command takes no parameter
        Ask.execute(connection, "SET TRANSACTION SNAPSHOT '" + snapshot + "'");
    }

    @Override
    public boolean crossesProcesses() {
        return true;
    }

    /** Names are numbers that another cluster has given as well; which transactions it sees, tells it from theirs. */
    @Override
    public String export(Connection connection, String table) throws SQLException {
        hold(connection, table);
        return Ask.first(connection, "SELECT pg_export_snapshot()", row -> row.getString(1)) + " " + seen(connection);
    }

    /**
     * Locks a table, and what is beneath a view, to the end of a transaction that has not begun, before it has its snapshot: snapshots alone do
     * not keep rows where a table is emptied or written anew, and one that was taken while somebody did so sees neither the rows of before nor
     * those of after. LOCK TABLE takes no snapshot (13.2.2, Repeatable Read), and is neither for each kind of relation nor for who may read
     * some columns alone. A query locks, too, once it has its snapshot.
     */
    @Override
    public void hold(Connection connection, String table) throws SQLException {
        try {
            Ask.execute(connection, "LOCK TABLE " + table + " IN ACCESS SHARE MODE");
            return;
        } catch (SQLException e) {
            String state = String.valueOf(e.getSQLState());
            if (UNKNOWN.contains(state)) {
                connection.rollback();
                return;
            }
            if (!QUERIED.contains(state)) {
                throw e;
            }
        }
        for (int tries = 1; ; tries++) {
            connection.rollback();
            Ask.execute(connection, "SELECT 1 FROM " + table + " LIMIT 0");
            if (!Ask.first(connection, WRITTEN_ANEW, row -> row.getBoolean(1), table)) {
                return;
            }
            if (tries == MOST_TRIES) {
                throw new SQLException(table + " was emptied or written anew each time it was to be read", "40001");
            }
        }
    }

    @Override
    public void waitFor(Connection connection, String query, List<?> parameters) throws SQLException {
        Ask.first(connection, "SELECT 1 FROM (\n" + query + "\n) AS waited LIMIT 0", row -> true, parameters.toArray());
        connection.rollback(); // the next transaction has a snapshot of its own
    }

    @Override
    public void join(Connection connection, String name) throws SQLException {
        int space = name.indexOf(' ');
        set(connection, name.substring(0, Math.max(0, space)));
        if (!seen(connection).equals(name.substring(space + 1))) {
            throw new SQLException("the snapshot is another database's");
        }
    }

    private static String seen(Connection connection) throws SQLException {
        return Ask.first(connection, "SELECT md5(txid_current_snapshot()::text)", row -> row.getString(1));
    }

    @Override
    public Size size(Connection connection, Source source) throws SQLException {
        Size size = Ask.first(
                connection,
                SIZE,
                row -> new Size(
                        row.getString(1),
                        row.getLong(2),
                        row.getLong(3),
                        row.getString(1).equals("v")),
                source.relation());
        return size == null ? Size.UNKNOWN : size;
    }

    @Override
    public String sample(double share) {
        return String.format(Locale.ROOT, " TABLESAMPLE SYSTEM (%.6f) REPEATABLE (1)", share * 100);
    }
}
