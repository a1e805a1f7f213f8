package io.waybill.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A data set that {@code datasets.toml} declares.
 *
 * @param values the values of its keys, {@link DataSetKeys}
 * @param columns what is declared of columns; others keep what the database says
 * @param place where it is declared
 * @param beside what else of its data source is known to have marked columns, and may be the same table, or beneath it
 * @param inherited the names of columns that are marked pii where its rows come from: it is the table of a feed
 * @param found its table, where that was found in the catalog already, and no other of a like name is meant; null for one to be looked for
 */
public record DataSet(
        Values values,
        List<DeclaredColumn> columns,
        Place place,
        List<DataSet> beside,
        Set<String> inherited,
        ExportedTable found) {

    public DataSet(Values values, List<DeclaredColumn> columns, Place place) {
        this(values, columns, place, List.of(), Set.of(), null);
    }

    /**
     * A declared column.
     *
     * @param name its name
     * @param type what its values mean; null for what the database says
     * @param pii whether it identifies a person
     * @param required whether {@code select = "required"} takes it
     * @param looked whether somebody has said that it does, or that it does not
     */
    public record DeclaredColumn(String name, ColumnType type, boolean pii, boolean required, boolean looked) {

        public DeclaredColumn(String name, ColumnType type, boolean pii, boolean required) {
            this(name, type, pii, required, pii);
        }
    }

    /**
     * What one export may not exceed; 0 stands for no limit.
     *
     * @param maxRows rows
     * @param maxBytes bytes, before compression
     */
    public record Limits(long maxRows, long maxBytes) {}

    public DataSet {
        columns = List.copyOf(columns);
        beside = List.copyOf(beside);
        inherited = Set.copyOf(inherited);
    }

    /**
     * The same, that is not to be taken for one of those unseen.
     *
     * @param marked the names of columns that are marked where its rows come from
     */
    public DataSet beside(List<DataSet> others, Set<String> marked) {
        return new DataSet(values, columns, place, others, marked, found);
    }

    /** The same, with another value of a key. */
    public <T> DataSet with(Key<T> key, T value) {
        return new DataSet(values.with(key, value), columns, place, beside, inherited, found);
    }

    /** The same, whose table is that one. */
    public DataSet of(ExportedTable table) {
        return new DataSet(values, columns, place, beside, inherited, table);
    }

    /**
     * Whether a column identifies a person: by what is declared of it, else by what is marked where its rows come from.
     *
     * @param name as the database has it
     * @param declared what is declared of it; null for nothing
     * @param ofTable what other data sets of the same table mark
     */
    public boolean isMarked(String name, DeclaredColumn declared, Set<String> ofTable) {
        return declared != null && declared.looked()
                ? declared.pii()
                : Stream.concat(inherited.stream(), ofTable.stream()).anyMatch(name::equalsIgnoreCase);
    }

    /** The names of the columns that it marks itself. */
    public List<String> markedColumns() {
        return columns.stream()
                .filter(DeclaredColumn::pii)
                .map(DeclaredColumn::name)
                .toList();
    }

    /** The name of its table; null where it is a query. */
    public String table() {
        return query() != null ? null : get(DataSetKeys.TABLE) == null ? id() : get(DataSetKeys.TABLE);
    }

    /** Whether nobody declared it: neither {@code datasets.toml} nor the bean of a route. */
    public boolean isUndeclared() {
        return query() == null && get(DataSetKeys.TABLE) == null;
    }

    /** A data set that nobody declared: a table or view of that name. */
    public static DataSet undeclared(String id, String datasource) {
        return new DataSet(
                Values.NONE.with(DataSetKeys.ID, id).with(DataSetKeys.DATASOURCE, datasource), List.of(), null);
    }

    /** The value of a key of {@link DataSetKeys}, or what holds without it. */
    public <T> T get(Key<T> key) {
        return values.get(key);
    }

    /** Its name. */
    public String id() {
        return get(DataSetKeys.ID);
    }

    /** The name of the column that tells of which day a row is; null where nobody has declared one. */
    public String timeColumn() {
        return get(DataSetKeys.TIME) == null ? get(DataSetKeys.WATERMARK) : get(DataSetKeys.TIME);
    }

    /** Its SQL; null where it is a table. */
    public String query() {
        return get(DataSetKeys.QUERY);
    }

    /** What one export of it may not exceed. */
    public Limits limits() {
        return new Limits(get(DataSetKeys.MAX_ROWS), get(DataSetKeys.MAX_BYTES));
    }

    /** Whether columns of it are marked pii: what a driver quotes may be a value of theirs. */
    public boolean hidesValues() {
        return !inherited.isEmpty()
                || !markedColumns().isEmpty()
                || table() != null
                        && beside.stream()
                                .anyMatch(other -> ownName(other.table()).equalsIgnoreCase(ownName(table())));
    }

    /** The name without a schema. */
    private static String ownName(String table) {
        return table.substring(table.lastIndexOf('.') + 1);
    }

    public Optional<DeclaredColumn> column(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }

    /** What is not allowed of it, by the keys of a data set; the same for {@code datasets.toml} and for the beans of routes. */
    public List<Refusal> refusals() {
        List<Refusal> refusals = new ArrayList<>();
        if ((get(DataSetKeys.TABLE) == null) == (query() == null)) {
            refusals.add(
                    get(DataSetKeys.TABLE) == null
                            ? new Refusal("table", "is missing; a data set is a table or a query")
                            : new Refusal("query", "is there beside table; one of them is allowed"));
        }
        for (Key<Long> limit : List.of(DataSetKeys.MAX_ROWS, DataSetKeys.MAX_BYTES)) {
            if (get(limit) < 0) { // 0 stands for one that is not set
                refusals.add(new Refusal(limit.name(), Form.Whole.tooSmall(get(limit), 1)));
            }
        }
        List<String> names = columns.stream().map(DataSet.DeclaredColumn::name).toList();
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i) != null && names.indexOf(names.get(i)) < i) {
                refusals.add(new Refusal("columns", "\"" + names.get(i) + "\" is there twice"));
            }
        }
        return refusals;
    }
}
