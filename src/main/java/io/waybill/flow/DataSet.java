package io.waybill.flow;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A data set that {@code datasets.toml} declares.
 *
 * @param values the values of its keys, {@link DataSetKeys}
 * @param columns what is declared of columns; others keep what the database says
 * @param place where it is declared
 */
public record DataSet(Values values, List<DeclaredColumn> columns, Place place) {

    /**
     * A declared column.
     *
     * @param name its name
     * @param type what its values mean; null for what the database says
     * @param pii whether it identifies a person
     * @param required whether {@code select = "required"} takes it
     */
    public record DeclaredColumn(String name, ColumnType type, boolean pii, boolean required) {}

    /**
     * What one export may not exceed; 0 stands for no limit.
     *
     * @param maxRows rows
     * @param maxBytes bytes, before compression
     */
    public record Limits(long maxRows, long maxBytes) {}

    public DataSet {
        columns = List.copyOf(columns);
    }

    /** A data set that nobody declared: a table or view of that name. */
    public static DataSet undeclared(String id, String datasource) {
        return new DataSet(
                Values.NONE.with(DataSetKeys.ID, id).with(DataSetKeys.DATASOURCE, datasource), List.of(), null);
    }

    /** Its name. */
    public String id() {
        return values.get(DataSetKeys.ID);
    }

    /** Where it is; null for the default. */
    public String datasource() {
        return values.get(DataSetKeys.DATASOURCE);
    }

    /** Its table or view, with its schema where it needs one; null where it is a query. */
    public String table() {
        return values.get(DataSetKeys.TABLE);
    }

    /** Its SQL; null where it is a table. */
    public String query() {
        return values.get(DataSetKeys.QUERY);
    }

    /** What its rows stand for; null to tell it from the columns. */
    public DataSetKind kind() {
        return values.get(DataSetKeys.KIND);
    }

    /** The key's columns; empty to ask the database. */
    public List<String> primaryKey() {
        return values.get(DataSetKeys.PRIMARY_KEY);
    }

    /** The column that grows with each change; null for none. */
    public String watermark() {
        return values.get(DataSetKeys.WATERMARK);
    }

    /** How far exports of what is new stay behind the database's clock; null for what the flow says. */
    public Duration watermarkLag() {
        return values.get(DataSetKeys.WATERMARK_LAG);
    }

    /** What one export of it may not exceed. */
    public Limits limits() {
        return new Limits(values.get(DataSetKeys.MAX_ROWS), values.get(DataSetKeys.MAX_BYTES));
    }

    public Optional<DeclaredColumn> column(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }
}
