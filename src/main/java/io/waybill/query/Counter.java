package io.waybill.query;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** The counter of a table that sets a column, where the database has one and shows it. */
final class Counter {

    private static final String MYSQL = "SELECT t.AUTO_INCREMENT FROM information_schema.TABLES t"
            + " JOIN information_schema.COLUMNS c ON c.TABLE_SCHEMA = t.TABLE_SCHEMA AND c.TABLE_NAME = t.TABLE_NAME"
            + " WHERE t.TABLE_SCHEMA = ? AND t.TABLE_NAME = ? AND c.COLUMN_NAME = ? AND c.EXTRA LIKE '%auto_increment%'";

    private static final String H2 = "SELECT IDENTITY_BASE FROM INFORMATION_SCHEMA.COLUMNS"
            + " WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND COLUMN_NAME = ? AND IS_IDENTITY = 'YES'";

    private final Connection connection;
    private final Source source;
    private final SourceColumn column;

    Counter(Connection connection, Source source, SourceColumn column) {
        this.connection = connection;
        this.source = source;
        this.column = column;
    }

    /** The next value; null where nobody knows it. */
    BigDecimal next() throws SQLException {
        String sql = switch (source.database()) {
            case MARIADB, MYSQL -> MYSQL;
            case H2 -> H2;
            default -> null;
        };
        int dot = source.location().indexOf('.');
        if (sql == null || !source.isTable() || dot < 0) {
            return null;
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, source.location().substring(Source.TABLE.length(), dot));
            statement.setString(2, source.location().substring(dot + 1));
            statement.setString(3, column.name());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getBigDecimal(1) : null;
            }
        }
    }
}
