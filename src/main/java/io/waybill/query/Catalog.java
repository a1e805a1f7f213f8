package io.waybill.query;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.database.Ask;
import io.waybill.database.ChangeSql;
import io.waybill.database.Databases;
import io.waybill.database.Estimate;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.database.Standard;
import io.waybill.flow.ColumnType;
import io.waybill.flow.DataSet;
import io.waybill.flow.DataSetKeys;
import io.waybill.flow.DataSetKind;
import io.waybill.flow.ExportedTable;
import io.waybill.flow.NearestName;
import io.waybill.query.CatalogTables.Table;
import io.waybill.rows.SqlFailure;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Finds data sets in one database. It reads the catalog and results without rows, and nothing else.
 *
 * @param datasource the data source's name, for messages
 */
public record Catalog(Connection connection, Standard database, String datasource) {

    public Catalog(Connection connection, String datasource) throws SQLException {
        this(connection, Databases.of(connection), datasource);
    }

    /**
     * Finds a data set.
     *
     * @param dataSet as it is declared, or {@link DataSet#undeclared}
     * @param namespace the first schema to look in
     * @throws WaybillException when there is none of that name, or it has no columns that were declared
     */
    public Source find(DataSet dataSet, String namespace) throws SQLException {
        if (dataSet.query() != null) {
            String relation = "(" + dataSet.query().strip().replaceAll(";\\s*$", "") + ") q";
            return source(dataSet, relation, Source.QUERY, Set.of(), List.of(), Set.of());
        }
        Table table = findTable(dataSet, namespace);
        Set<String> marked = marksOfTable(dataSet, table, namespace);
        String relation = qualified(table);
        String location = table.kind() + (schemaOf(table) == null ? "" : schemaOf(table) + ".") + table.name();
        return source(dataSet, relation, location, notNull(table), primaryKey(table), marked);
    }

    /**
     * Likewise, and tells what is wrong with the SQL of a data set whose values are hidden: no row is read yet.
     *
     * @throws WaybillException also where the database fails
     */
    public Source found(DataSet dataSet, String namespace) {
        try {
            return find(dataSet, namespace);
        } catch (SQLException e) {
            throw SqlFailure.of(Stage.PLAN, "data source " + datasource, e, dataSet.hidesValues());
        }
    }

    /**
     * The schema that the table of a data set lies in; empty for a query, and where the database has none.
     *
     * @param namespace the first schema to look in
     * @throws WaybillException when there is none of that name
     */
    public Optional<String> schemaOf(DataSet dataSet, String namespace) throws SQLException {
        return dataSet.query() != null
                ? Optional.empty()
                : Optional.ofNullable(schemaOf(findTable(dataSet, namespace)));
    }

    /**
     * Whether a data set is the same table, whichever of two schemas is looked in first; a query always is.
     *
     * @return false where it is no table in either
     */
    public boolean isSame(DataSet dataSet, String namespace, String other) throws SQLException {
        if (dataSet.query() != null) {
            return true;
        }
        Table found = look(dataSet.table(), schemas(namespace));
        return found != null && found.equals(look(dataSet.table(), schemas(other)));
    }

    /**
     * The columns that other data sets of the same table mark, and those that it says itself: marks hold for a table, however it is spelt.
     *
     * @throws WaybillException when nobody has declared the data set: by its table's other name it is meant
     */
    private Set<String> marksOfTable(DataSet dataSet, Table table, String namespace) throws SQLException {
        Set<String> marked = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (DataSet other : dataSet.beside()) {
            if (!table.equals(look(other.table(), schemas(namespace)))
                    && !table.equals(look(other.table(), schemas("")))) {
                continue;
            }
            if (dataSet.isUndeclared()) {
                throw WaybillException.refusal("source_dataset_id: \"" + dataSet.id()
                        + "\" is the table that data set \""
                        + other.id() + "\" declares, with columns marked pii; write source_dataset_id = \"" + other.id()
                        + "\"");
            }
            marked.addAll(other.markedColumns());
        }
        Optional<ChangeSql> feeds = database.changes();
        if (feeds.isPresent()) { // where the table is a feed's, it says what was marked when its rows were written
            String schema = schemaOf(table) == null ? "" : schemaOf(table);
            feeds.get()
                    .feedComment(connection, schema, table.name())
                    .markedColumns()
                    .forEach(marked::add);
        }
        return marked;
    }

    private Source source(
            DataSet dataSet,
            String relation,
            String location,
            Set<String> notNull,
            List<String> foundKey,
            Set<String> marked)
            throws SQLException {
        List<SourceColumn> columns = new ArrayList<>();
        List<String> key =
                dataSet.get(DataSetKeys.PRIMARY_KEY).isEmpty() ? foundKey : dataSet.get(DataSetKeys.PRIMARY_KEY);
        try (Statement statement = connection.createStatement();
                ResultSet empty = statement.executeQuery(database.described(relation))) {
            ResultSetMetaData metaData = empty.getMetaData();
            for (int i = 1; i <= metaData.getColumnCount(); i++) {
                String name = metaData.getColumnLabel(i);
                DataSet.DeclaredColumn declared = declared(dataSet, name, metaData);
                ColumnType found = database.typeOf(connection, metaData, i);
                ColumnType type = declared == null || declared.type() == null ? found : declared.type();
                columns.add(new SourceColumn(
                        name,
                        type,
                        found,
                        metaData.getColumnTypeName(i),
                        !notNull.contains(name),
                        key.contains(name),
                        dataSet.isMarked(name, declared, marked),
                        declared != null && declared.required()));
            }
        }
        Source source = new Source(dataSet.id(), null, database, relation, location, key, columns);
        dataSet.get(DataSetKeys.PRIMARY_KEY).forEach(column -> source.column(at(dataSet, "primary_key"), column));
        dataSet.columns().forEach(column -> source.column(at(dataSet, "columns"), column.name()));
        return new Source(dataSet.id(), kindOf(dataSet, source), database, relation, location, key, columns);
    }

    /** What is declared of a column: by its name, else by its name in other letters' case where that is one column. */
    private static DataSet.DeclaredColumn declared(DataSet dataSet, String name, ResultSetMetaData metaData)
            throws SQLException {
        Optional<DataSet.DeclaredColumn> exact = dataSet.column(name);
        if (exact.isPresent()) {
            return exact.get();
        }
        Set<String> names = new HashSet<>();
        int alike = 0;
        for (int i = 1; i <= metaData.getColumnCount(); i++) {
            names.add(metaData.getColumnLabel(i));
            alike += metaData.getColumnLabel(i).equalsIgnoreCase(name) ? 1 : 0;
        }
        return alike == 1
                ? dataSet.columns().stream()
                        .filter(column -> column.name().equalsIgnoreCase(name) && !names.contains(column.name()))
                        .findFirst()
                        .orElse(null)
                : null;
    }

    /** Where a key of a declared data set stands, for messages. */
    private static String at(DataSet dataSet, String key) {
        return dataSet.place() == null ? key : dataSet.place() + ": " + key;
    }

    private static DataSetKind kindOf(DataSet dataSet, Source source) {
        boolean batches = source.find(DataSetKind.BATCH_ID).isPresent();
        boolean types = source.find(DataSetKind.RECORD_TYPE).isPresent();
        DataSetKind kind = dataSet.get(DataSetKeys.KIND);
        if (kind == null) {
            if (!batches) {
                return DataSetKind.PLAIN;
            }
            if (dataSet.id().endsWith("_delta_transaction")) {
                return DataSetKind.DELTA_TRANSACTION;
            }
            return types ? DataSetKind.CHANGE_FEED : DataSetKind.BATCH_TRACKED;
        }
        if (kind.hasBatches()) {
            source.column(at(dataSet, "kind"), DataSetKind.BATCH_ID);
        }
        if (kind == DataSetKind.CHANGE_FEED) {
            source.column(at(dataSet, "kind"), DataSetKind.RECORD_TYPE);
        }
        return kind;
    }

    private CatalogTables tables() {
        return new CatalogTables(connection, database);
    }

    private Table findTable(DataSet dataSet, String namespace) throws SQLException {
        if (dataSet.found() != null) {
            return tables().again(dataSet.found())
                    .orElseThrow(() -> WaybillException.refusal("source_dataset_id: "
                            + dataSet.found().words() + " is not there any more, in data source " + datasource));
        }
        String name = dataSet.table();
        List<String> schemas = schemas(namespace);
        Table found = look(name, schemas);
        if (found != null) {
            return found;
        }
        throw WaybillException.refusal(
                (dataSet.place() == null ? "source_dataset_id" : dataSet.place() + ": table") + ": \"" + name
                        + "\" is no table or view of data source " + datasource + lookedIn(schemas)
                        + NearestName.hint(name, tables().names(schemas)));
    }

    /** Where some are: a product may have none. */
    private static String lookedIn(List<String> schemas) {
        String names = schemas.stream().filter(each -> !each.isEmpty()).collect(Collectors.joining(", "));
        return names.isEmpty() ? "" : "; looked in schema" + (names.contains(", ") ? "s " : " ") + names;
    }

    private Table look(String name, List<String> schemas) throws SQLException {
        return tables().look(name, schemas);
    }

    /** The schemas to look in: the namespace, then those that the connection looks in by default. */
    public List<String> schemas(String namespace) throws SQLException {
        return tables().schemas(namespace);
    }

    /**
     * The table that a name means, be it of a data set that somebody has declared; empty where there is none.
     *
     * @param namespace the first schema to look in
     */
    public Optional<ExportedTable> tableOf(String name, String namespace) throws SQLException {
        return Optional.ofNullable(look(name, schemas(namespace)))
                .map(found -> new ExportedTable(schemaOf(found), found.name()));
    }

    /**
     * The tables and views there are, but those of the database itself, by the names that data sets find them by: with their schema where
     * it is none of those that are looked in, or an earlier one has one of that name.
     *
     * @param namespace the first schema to look in
     */
    public List<String> listed(String namespace) throws SQLException {
        return tables().listed(namespace);
    }

    private Set<String> notNull(Table table) throws SQLException {
        if (!table.isTable()) {
            return Set.of(); // a view may show NULL where the table has NOT NULL: by an outer join
        }
        String schema = table.schema() == null ? null : tables().escape(table.schema());
        Set<String> names = new HashSet<>();
        Ask.all(
                connection.getMetaData().getColumns(table.catalog(), schema, tables().escape(table.name()), "%"),
                row -> row.getInt("NULLABLE") == DatabaseMetaData.columnNoNulls
                        && names.add(row.getString("COLUMN_NAME")));
        return names;
    }

    private List<String> primaryKey(Table table) throws SQLException {
        Map<Short, String> names = new TreeMap<>(); // they come in the order of their names
        Ask.all(
                connection.getMetaData().getPrimaryKeys(table.catalog(), table.schema(), table.name()),
                row -> names.put(row.getShort("KEY_SEQ"), row.getString("COLUMN_NAME")));
        return List.copyOf(names.values());
    }

    private String schemaOf(Table table) {
        return tables().schemaOf(table);
    }

    private String qualified(Table table) {
        String schema = schemaOf(table);
        return (schema == null ? "" : database.quote(schema) + ".") + database.quote(table.name());
    }

    /**
     * About how many rows a query will answer, as the database's planner guesses.
     *
     * @return {@link Estimate#UNKNOWN} where the database makes no guess
     */
    public Estimate estimate(Query query, Source source) throws SQLException {
        return database.estimate(connection, source, query.sql(), query.parameters(), query.hasConditions())
                .limitedTo(query.limit());
    }
}
