package io.waybill.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;

/** One transaction exports its snapshot, and the others import it (PostgreSQL, Snapshot Synchronization Functions). */
final class PostgreSqlSnapshot implements SharedSnapshot {

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
        String snapshot = export(connections.get(0));
        for (Connection connection : connections.subList(1, connections.size())) {
            join(connection, snapshot);
        }
    }

    @Override
    public boolean crossesProcesses() {
        return true;
    }

    @Override
    public String export(Connection connection) throws SQLException {
        return Ask.first(connection, "SELECT pg_export_snapshot()", row -> row.getString(1));
    }

    @Override
    public void join(Connection connection, String snapshot) throws SQLException {
        // the name is the server's own, hexadecimal digits and dashes, and the command takes no parameter
        Ask.execute(connection, "SET TRANSACTION SNAPSHOT '" + snapshot.replace("'", "''") + "'");
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
