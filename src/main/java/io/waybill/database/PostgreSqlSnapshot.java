package io.waybill.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
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

    @Override
    public String words() {
        return "in one exported snapshot";
    }

    @Override
    public void share(List<Connection> connections, String table, Another another) throws SQLException {
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

    /**
     * Names are numbers that another cluster has given as well; which transactions it sees, tells it from theirs. Snapshots alone do not keep
     * rows where a table is emptied or written anew. A query keeps its lock to the end of its transaction, on what is beneath a view, too,
     * where LOCK TABLE is not for each kind of relation.
     */
    @Override
    public String export(Connection connection, String table) throws SQLException {
        Ask.execute(connection, "SELECT 1 FROM " + table + " LIMIT 0");
        return Ask.first(connection, "SELECT pg_export_snapshot()", row -> row.getString(1)) + " " + seen(connection);
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
