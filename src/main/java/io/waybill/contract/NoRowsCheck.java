package io.waybill.contract;

import io.waybill.WaybillException.Stage;
import io.waybill.contract.Condition.NoRows;
import io.waybill.contract.Contract.KeyColumn;
import io.waybill.rows.RowBatch;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Asks the database for rows that there should not be, once those of the export are read. */
final class NoRowsCheck implements Check {

    /** So many are counted. */
    private static final int MOST_COUNTED = 1_000;

    /** So many are fetched at a time: rows may be wide. */
    private static final int FETCHED = 100;

    /** What drivers say of a statement that answers no rows: PostgreSQL's, and H2's by its number. */
    private static final String NO_DATA = "02000";

    private static final int NO_QUERY_OF_H2 = 90002;

    private static final int MOST_CHARACTERS = 60;

    private final NoRows condition;
    private final Set<String> told;
    private final Origins origins;
    private final List<String> rows = new ArrayList<>();
    private long count;

    /**
     * @param contract says whose values may be told; other values of the query stay where they are
     */
    NoRowsCheck(NoRows condition, Contract contract) {
        this.condition = condition;
        this.told = contract.key().stream().map(KeyColumn::name).collect(Collectors.toSet());
        this.origins = contract.origins();
    }

    @Override
    public void add(RowBatch batch, long before) {
        // the rows of the export are not what it asks for
    }

    /**
     * Asks.
     *
     * @param stop gets what stops it while it asks
     */
    void ask(Connection connection, Consumer<Runnable> stop) {
        try (Statement statement = connection.createStatement()) {
            stop.accept(() -> cancel(statement));
            statement.setMaxRows(MOST_COUNTED + 1);
            statement.setFetchSize(FETCHED);
            try (ResultSet result = statement.executeQuery(condition.sql())) {
                ResultSetMetaData columns = result.getMetaData();
                while (result.next()) {
                    count++;
                    if (rows.size() < MOST_ROWS) {
                        rows.add(name(result, columns));
                    }
                }
            }
        } catch (SQLException e) {
            if (NO_DATA.equals(e.getSQLState()) || e.getErrorCode() == NO_QUERY_OF_H2) {
                throw condition.noQuery();
            }
            throw condition.failure(Stage.READ, e);
        } finally {
            stop.accept(() -> {});
        }
    }

    private static void cancel(Statement statement) {
        try {
            statement.cancel();
        } catch (SQLException e) {
            // it has ended
        }
    }

    private String name(ResultSet result, ResultSetMetaData columns) throws SQLException {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            if (origins.of(condition.sql(), columns, i).filter(told::contains).isPresent()) {
                String label = columns.getColumnLabel(i);
                String value = String.valueOf(result.getString(i)).replaceAll("\\p{Cntrl}", " ");
                values.add(label + " = "
                        + (value.length() > MOST_CHARACTERS ? value.substring(0, MOST_CHARACTERS) + "…" : value));
            }
        }
        return values.isEmpty() ? RowNames.numbered(count) + " of the query" : String.join(", ", values);
    }

    @Override
    public Found found(long all) {
        String measured = count > MOST_COUNTED
                ? "more than " + Condition.rows(MOST_COUNTED)
                : count == 0 ? "none" : Condition.rows(count);
        return new Found(count == 0, count, measured, rows);
    }
}
