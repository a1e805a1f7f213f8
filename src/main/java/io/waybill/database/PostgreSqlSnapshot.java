package io.waybill.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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
    public boolean locks() {
        return false;
    }

    @Override
    public void share(List<Connection> connections, String table, Another another) throws SQLException {
        String snapshot;
        try (Statement statement = connections.get(0).createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_export_snapshot()")) {
            row.next();
            snapshot = row.getString(1);
        }
        for (Connection connection : connections.subList(1, connections.size())) {
            // the name is the server's own, hexadecimal digits and dashes, and the command takes no parameter
            Standard.execute(connection, "SET TRANSACTION SNAPSHOT '" + snapshot.replace("'", "''") + "'");
        }
    }

    @Override
    public Size size(Connection connection, Source source) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SIZE)) {
            statement.setString(1, source.relation());
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? new Size(
                                row.getString(1),
                                row.getLong(2),
                                row.getLong(3),
                                row.getString(1).equals("v"))
                        : new Size("", 0, -1, false);
            }
        }
    }

    @Override
    public String refusal(Size size) {
        return null;
    }

    @Override
    public String sample(double share) {
        return String.format(Locale.ROOT, " TABLESAMPLE SYSTEM (%.6f) REPEATABLE (1)", share * 100);
    }
}
