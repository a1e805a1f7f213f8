package io.waybill.database;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A table of PostgreSQL that {@link ChangeLog} is to tell of: whether it can.
 *
 * @param relation with its schema and in quotes
 */
record LoggedTable(String relation) {

    /** For people. */
    String shown() {
        return relation.replace("\"", "");
    }

    /**
     * Why the log cannot tell all changes of the table; null where it can.
     *
     * @param key the columns of the key
     */
    String problem(Connection connection, List<String> key) throws SQLException {
        String level = Ask.first(connection, "SHOW wal_level", row -> row.getString(1));
        if (!level.equals("logical")) {
            return "the server's wal_level is " + level + "; it has to be logical";
        }
        List<String> problems = Ask.all(
                connection,
                "SELECT c.relkind, c.relpersistence, c.relreplident, array_to_string(ARRAY(SELECT a.attname"
                        + " FROM pg_catalog.pg_index i JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid"
                        + " AND a.attnum = ANY (i.indkey) WHERE i.indrelid = c.oid AND CASE WHEN c.relkind = 'p' OR c.relreplident = 'd'"
                        + " THEN i.indisprimary AND i.indimmediate ELSE c.relreplident = 'i' AND i.indisreplident END), E'\\t'),"
                        + " CAST(CAST(c.oid AS regclass) AS text), c.oid = CAST(? AS regclass),"
                        + " EXISTS (SELECT 1 FROM pg_catalog.pg_inherits h WHERE h.inhparent = c.oid)"
                        + " FROM pg_catalog.pg_class c WHERE c.oid = CAST(? AS regclass)"
                        + " OR c.oid IN (SELECT relid FROM pg_catalog.pg_partition_tree(CAST(? AS regclass)) WHERE isleaf)"
                        + " ORDER BY 6 DESC, 5",
                row -> problem(row, key),
                relation,
                relation,
                relation);
        return problems.stream().filter(Objects::nonNull).findFirst().orElseGet(() -> keyProblem(connection, key));
    }

    private String problem(ResultSet row, List<String> key) throws SQLException {
        String kind = row.getString(1);
        String table = row.getBoolean(6) ? shown() : row.getString(5);
        if (!List.of("r", "p").contains(kind)) {
            return table + " is no table, and the log speaks of tables alone";
        }
        if (!row.getString(2).equals("p")) {
            return table + " is not logged";
        }
        if (kind.equals("r") && row.getBoolean(7)) {
            return "other tables inherit from " + table + ", and the log tells of partitions alone";
        }
        boolean saysAll = kind.equals("r") && row.getString(3).equals("f");
        if (!saysAll && !List.of(row.getString(4).split("\t")).containsAll(key)) {
            return "the log does not name the key (" + String.join(", ", key)
                    + ") of rows that are deleted; make it the primary key of " + table
                    + (kind.equals("p") ? "" : ", or set its REPLICA IDENTITY to an index of it or to FULL");
        }
        return null;
    }

    /** The rows that the log names are looked up by the key's own equality. */
    private String keyProblem(Connection connection, List<String> key) {
        try {
            return Ask.first(
                    connection,
                    "SELECT a.attname FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type y ON y.oid = a.atttypid"
                            + " LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation"
                            + " WHERE a.attrelid = CAST(? AS regclass) AND a.attname = ANY (CAST(? AS text[]))"
                            + " AND (y.typname IN ('citext', 'interval') OR NOT coalesce(l.collisdeterministic, true))",
                    row -> "texts or values that differ are equal in column " + row.getString(1)
                            + " of the key; strategy \"check\" tells them apart",
                    relation,
                    connection.createArrayOf("text", key.toArray()));
        } catch (SQLException e) {
            throw new WaybillException(
                    Stage.PLAN, "the key of " + shown() + " cannot be looked at: " + e.getMessage(), e);
        }
    }

    /** The files of the table and its partitions, and its columns: what is written anew, put in, or added shows in it. */
    List<String> facts(Connection connection) throws SQLException {
        List<String> facts = new ArrayList<>();
        facts.addAll(Ask.all(
                connection,
                "SELECT c.oid, pg_catalog.pg_relation_filenode(c.oid) FROM pg_catalog.pg_class c"
                        + " WHERE c.oid = CAST(? AS regclass)"
                        + " OR c.oid IN (SELECT relid FROM pg_catalog.pg_partition_tree(CAST(? AS regclass))) ORDER BY 1",
                row -> row.getString(1) + ":" + row.getString(2),
                relation,
                relation));
        facts.addAll(Ask.all(
                connection,
                "SELECT a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), pg_catalog.pg_get_expr(d.adbin, d.adrelid)"
                        + " FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_attrdef d ON a.attgenerated <> ''"
                        + " AND d.adrelid = a.attrelid AND d.adnum = a.attnum"
                        + " WHERE a.attrelid = CAST(? AS regclass) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY 1",
                row -> row.getString(1) + ":" + row.getString(2) + ":" + row.getString(3) + ":" + row.getString(4),
                relation));
        return facts;
    }
}
