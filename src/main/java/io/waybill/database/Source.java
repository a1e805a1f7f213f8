package io.waybill.database;

import io.waybill.WaybillException;
import io.waybill.flow.DataSetKind;
import io.waybill.flow.NearestName;
import java.util.List;
import java.util.Optional;

/**
 * A data set as it was found in the database.
 *
 * @param id its name
 * @param kind what its rows stand for
 * @param database the product that it lies in
 * @param relation what stands behind FROM: a quoted table, or a query in parentheses
 * @param location where it was found, for people: {@code table public.orders}
 * @param key the names of its primary key's columns, in the key's order; empty where none is known
 * @param columns its columns, in their order
 */
public record Source(
        String id,
        DataSetKind kind,
        Standard database,
        String relation,
        String location,
        List<String> key,
        List<SourceColumn> columns) {

    /** The location of a query. */
    public static final String QUERY = "query";

    /** What the location of a table begins with. */
    public static final String TABLE = "table ";

    public Source {
        key = List.copyOf(key);
        columns = List.copyOf(columns);
    }

    /** Whether it is a query of a declared data set. */
    public boolean isQuery() {
        return location.equals(QUERY);
    }

    /** Whether it is a table, rather than a view or a query. */
    public boolean isTable() {
        return location.startsWith(TABLE);
    }

    /** Whether columns of it are marked pii. */
    public boolean isMarked() {
        return columns.stream().anyMatch(SourceColumn::pii);
    }

    /**
     * A column whose values are told beside the export.
     *
     * @param where where they would be
     * @throws WaybillException when there is none, or it is marked pii
     */
    public SourceColumn toldColumn(String key, String name, String where) {
        SourceColumn column = column(key, name);
        if (column.pii()) {
            throw WaybillException.refusal(key + ": column " + column.name()
                    + " is marked pii, and its values would be in " + where + "; name another column");
        }
        return column;
    }

    /** A column by its name: exactly, or else in other letters' case where that is one column. */
    public Optional<SourceColumn> find(String name) {
        Optional<SourceColumn> exact =
                columns.stream().filter(column -> column.name().equals(name)).findFirst();
        if (exact.isPresent()) {
            return exact;
        }
        List<SourceColumn> alike = columns.stream()
                .filter(column -> column.name().equalsIgnoreCase(name))
                .toList();
        return alike.size() == 1 ? Optional.of(alike.get(0)) : Optional.empty();
    }

    /**
     * A column that somebody named.
     *
     * @param key where it was named, for the message
     * @throws WaybillException when there is none
     */
    public SourceColumn column(String key, String name) {
        return find(name).orElseThrow(() -> {
            List<String> names = columns.stream().map(SourceColumn::name).toList();
            return WaybillException.refusal(key + ": data set \"" + id + "\" has no column \"" + name + "\""
                    + NearestName.hint(name, names) + "; it has " + String.join(", ", names));
        });
    }
}
