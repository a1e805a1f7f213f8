package io.waybill.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import org.postgresql.PGStatement;

/**
 * The columns of a wide result of PostgreSQL. Its driver, asked for a column's type, asks the catalog whether the tables' columns are
 * numbered by the server: by a query with a branch of a UNION for each, which takes the server half a minute to plan for 1600. Of a union's
 * columns, which belong to no table, it does not ask.
 */
final class PostgreSqlColumns {

    /** Up to here the query is planned in a few milliseconds. */
    private static final int FEW = 100;

    private PostgreSqlColumns() {}

    /**
     * What there is to know of a statement's columns; the same, where they are few.
     *
     * @param statement a statement that selects, with its values set
     * @param metaData the statement's own
     */
    static ResultSetMetaData of(Connection connection, Statement statement, ResultSetMetaData metaData)
            throws SQLException {
        if (metaData.getColumnCount() <= FEW
                || !(statement instanceof PreparedStatement)
                || !statement.isWrapperFor(PGStatement.class)) {
            return metaData;
        }
        String sql = statement.unwrap(PGStatement.class).toString().strip();
        if (!sql.replaceFirst("(?s)^(/\\*.*?\\*/\\s*)+", "")
                .toLowerCase(Locale.ROOT)
                .startsWith("select")) {
            return metaData;
        }
        String empty = "SELECT * FROM (" + sql + ") q WHERE 1 = 0";
        try (PreparedStatement described = connection.prepareStatement(empty + " UNION ALL " + empty)) {
            return described.getMetaData();
        }
    }
}
