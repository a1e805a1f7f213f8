package io.waybill.rows;

import io.waybill.database.SharedSnapshot.Another;
import io.waybill.database.Standard;
import io.waybill.flow.ColumnType;
import io.waybill.rows.HeapFailure.LargestValue;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks the database how large the values of some rows of a result are, after one of them did not fit into the heap.
 *
 * @param again gives a connection once more; that of the result is of no use any longer
 * @param sql the query of the rows, with its values in it; null where the driver does not tell
 */
record ValueSizes(Standard database, Another again, String sql, RowSchema schema) {

    /** @param statement the result's */
    static ValueSizes of(Standard database, Another again, Statement statement, RowSchema schema) throws SQLException {
        return new ValueSizes(database, again, database.inlined(statement), schema);
    }

    /**
     * The largest value of some rows.
     *
     * @param before how many rows come before them
     * @return empty where nothing can be told
     */
    Optional<LargestValue> largest(long before, int rows) {
        Map<String, ColumnType> columns = new LinkedHashMap<>();
        schema.columns().stream()
                .filter(column -> column.type().isBytes())
                .forEach(column -> columns.put(column.name(), column.type()));
        if (sql == null || columns.isEmpty()) {
            return Optional.empty();
        }
        List<String> names = List.copyOf(columns.keySet());
        LargestValue largest = null;
        try (Connection connection = again.connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(database.sizes(sql, columns, before, rows))) {
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
