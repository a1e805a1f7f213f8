package io.waybill.run;

import io.waybill.WaybillException.Stage;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.flow.ColumnType;
import io.waybill.flow.DataSet;
import io.waybill.flow.DataSet.DeclaredColumn;
import io.waybill.privacy.scan.Sample;
import io.waybill.rows.SqlFailure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Looks at the first rows of a data set for columns that look like data of persons, and proposes their marks. It decides nothing, and
 * tells of the values only how many look like what.
 *
 * @param source the data set as it is in its database
 * @param dataSet as it is declared
 * @param region whose telephone numbers are known without their country, {@code DE}; null for none
 */
public record ColumnScan(Source source, DataSet dataSet, String region) {

    /** How many rows it looks at. */
    public static final int ROWS = 1000;

    /**
     * A column that looks like data of persons.
     *
     * @param why in words, without a value
     * @param line what to write in {@code columns} of {@code datasets.toml}
     */
    public record Proposal(String column, String why, String line) {}

    /** What is proposed of the columns that nobody has marked, or looked at. */
    public List<Proposal> propose(DataSource database, String datasource) {
        List<SourceColumn> open = source.columns().stream()
                .filter(column -> !column.pii() && !declared(column).looked())
                .toList();
        try (Connection connection = database.getConnection()) {
            source.database().setReadOnly(connection, true);
            return among(connection, open, 0);
        } catch (SQLException e) {
            throw SqlFailure.of(Stage.READ, "data source " + datasource, e, true);
        }
    }

    /** Of the columns of {@code datasets.toml} that name it; one that says nothing where none does. */
    private DeclaredColumn declared(SourceColumn column) {
        return dataSet.columns().stream()
                .filter(declared ->
                        source.find(declared.name()).filter(column::equals).isPresent())
                .findFirst()
                .orElseGet(() -> new DeclaredColumn(column.name(), null, false, false));
    }

    /** Whether {@code columns} names it, whatever it says of it. */
    boolean isDeclared(SourceColumn column) {
        return dataSet.columns().stream()
                .anyMatch(declared ->
                        source.find(declared.name()).filter(column::equals).isPresent());
    }

    /**
     * Those of some columns that look like data of persons.
     *
     * @param seconds how long the database may take; 0 for as long as it does
     */
    List<Proposal> among(Connection connection, List<SourceColumn> columns, int seconds) throws SQLException {
        List<Sample> samples = columns.stream()
                .map(column -> new Sample(column.name(), holdsText(column.type()), mayBeOfAPerson(column.type())))
                .toList();
        if (samples.stream().anyMatch(Sample::holdsText)) {
            read(connection, samples.stream().filter(Sample::holdsText).toList(), seconds);
        }
        return java.util.stream.IntStream.range(0, samples.size())
                .boxed()
                .flatMap(i -> samples.get(i).why(region).stream()
                        .map(why -> new Proposal(columns.get(i).name(), why, line(columns.get(i)))))
                .toList();
    }

    private void read(Connection connection, List<Sample> samples, int seconds) throws SQLException {
        String sql = "SELECT " + source.database().limitBefore(ROWS)
                + samples.stream()
                        .map(sample -> source.database().quote(sample.column()))
                        .collect(Collectors.joining(", "))
                + " FROM " + source.relation() + source.database().limitAfter(ROWS);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setMaxRows(ROWS);
            statement.setQueryTimeout(seconds);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    for (int i = 0; i < samples.size(); i++) {
                        samples.get(i).take(rows.getString(i + 1));
                    }
                }
            }
        }
    }

    private static boolean holdsText(ColumnType type) {
        return switch (type.kind()) {
            case TEXT, INT32, INT64, DECIMAL -> true;
            default -> false;
        };
    }

    private static boolean mayBeOfAPerson(ColumnType type) {
        return switch (type.kind()) {
            case BOOLEAN, INT16, FLOAT32, FLOAT64, TIME, UUID -> false;
            default -> true;
        };
    }

    private String line(SourceColumn column) {
        DeclaredColumn declared = declared(column);
        return "{ name = " + quoted(declared.name())
                + (declared.type() == null
                        ? ""
                        : ", type = " + quoted(declared.type().toString()))
                + ", pii = true"
                + (declared.required() ? ", required = true" : "") + " }";
    }

    /** A basic string of TOML 1.0. */
    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
