package io.waybill.rows;

import io.waybill.flow.ColumnType.Kind;
import io.waybill.rows.HeapFailure.LargestValue;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postgresql.PGStatement;

/** Asks PostgreSQL how large the values of some rows of a result are, after one of them did not fit into the heap. */
final class PostgresSizes {

    /** Gives a connection once more; that of the result is of no use any longer. */
    @FunctionalInterface
    interface Again {
        Connection connect() throws SQLException;
    }

    private final Again again;
    private final String sql;
    private final RowSchema schema;

    private PostgresSizes(Again again, String sql, RowSchema schema) {
        this.again = again;
        this.sql = sql;
        this.schema = schema;
    }

    /** @param statement the result's, whose values the driver has quoted */
    static PostgresSizes of(Again again, Statement statement, RowSchema schema) throws SQLException {
        return new PostgresSizes(again, statement.unwrap(PGStatement.class).toString(), schema);
    }

    /**
     * The largest value of some rows.
     *
     * @param before how many rows come before them
     * @return empty where nothing can be told
     */
    Optional<LargestValue> largest(long before, int rows) {
        List<String> names = new ArrayList<>();
        List<String> sizes = new ArrayList<>();
        for (Column column : schema.columns()) {
            if (column.type().isBytes()) {
                String quoted = '"' + column.name().replace("\"", "\"\"") + '"';
                names.add(column.name());
                sizes.add("octet_length(" + quoted + (column.type().kind() == Kind.BINARY ? ")" : "::text)"));
            }
        }
        if (names.isEmpty()) {
            return Optional.empty();
        }
        String query = "SELECT " + String.join(", ", sizes) + " FROM (SELECT * FROM (" + sql + ") q OFFSET " + before
                + " LIMIT " + rows + ") r";
        LargestValue largest = null;
        try (Connection connection = again.connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            for (long row = before + 1; result.next(); row++) {
                for (int i = 0; i < names.size(); i++) {
                    long bytes = result.getLong(i + 1);
                    largest = largest == null || bytes > largest.bytes()
                            ? new LargestValue(row, names.get(i), bytes)
                            : largest;
                }
            }
        } catch (SQLException e) {
            return Optional.empty(); // two columns of one name, or no connection is left: the message says less
        }
        return Optional.ofNullable(largest);
    }
}
