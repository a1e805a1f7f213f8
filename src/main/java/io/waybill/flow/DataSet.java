package io.waybill.flow;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A data set that {@code datasets.toml} declares.
 *
 * @param id its name
 * @param datasource where it is; null for the default
 * @param table its table or view, with its schema where it needs one; null where it is a query
 * @param query its SQL; null where it is a table
 * @param kind what its rows stand for; null to tell it from the columns
 * @param primaryKey the key's columns; empty to ask the database
 * @param watermark the column that grows with each change; null for none
 * @param watermarkLag how far exports of what is new stay behind the database's clock; null for what the flow says
 * @param columns what is declared of columns; others keep what the database says
 * @param limits what one export of it may not exceed
 * @param place where it is declared
 */
public record DataSet(
        String id,
        String datasource,
        String table,
        String query,
        DataSetKind kind,
        List<String> primaryKey,
        String watermark,
        Duration watermarkLag,
        List<DeclaredColumn> columns,
        Limits limits,
        Place place) {

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
    public record Limits(long maxRows, long maxBytes) {

        public static final Limits NONE = new Limits(0, 0);
    }

    public DataSet {
        primaryKey = List.copyOf(primaryKey);
        columns = List.copyOf(columns);
    }

    /** A data set that nobody declared: a table or view of that name. */
    public static DataSet undeclared(String id, String datasource) {
        return new DataSet(id, datasource, null, null, null, List.of(), null, null, List.of(), Limits.NONE, null);
    }

    public Optional<DeclaredColumn> column(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }
}
