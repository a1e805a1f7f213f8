package io.waybill.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Asks a database for a few values. */
public final class Ask {

    /** What is made of a row, or of all of them. */
    @FunctionalInterface
    public interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private Ask() {}

    /** What a query's first row says; null where it answers none. */
    public static <T> T first(Connection connection, String sql, Reader<T> reader, Object... parameters)
            throws SQLException {
        return ask(connection, sql, rows -> rows.next() ? reader.read(rows) : null, parameters);
    }

    /** What each row of a query says. */
    public static <T> List<T> all(Connection connection, String sql, Reader<T> reader, Object... parameters)
            throws SQLException {
        return ask(connection, sql, rows -> all(rows, reader), parameters);
    }

    /** What each row of an open result says, which is closed after. */
    public static <T> List<T> all(ResultSet result, Reader<T> reader) throws SQLException {
        try (result) {
            List<T> all = new ArrayList<>();
            while (result.next()) {
                all.add(reader.read(result));
            }
            return all;
        }
    }

    private static <T> T ask(Connection connection, String sql, Reader<T> reader, Object... parameters)
            throws SQLException {
        // what is prepared a driver keeps, and may have its values come in another form the next times
        if (parameters.length == 0) {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(sql)) {
                return reader.read(rows);
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, Arrays.asList(parameters));
            try (ResultSet rows = statement.executeQuery()) {
                return reader.read(rows);
            }
        }
    }

    /** Sets a statement's values, some of which may be null. */
    public static void bind(PreparedStatement statement, List<?> values) throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            statement.setObject(i + 1, values.get(i));
        }
    }

    /** Runs what answers nothing. */
    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
