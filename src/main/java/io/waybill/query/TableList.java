package io.waybill.query;

import io.waybill.database.Ask;
import io.waybill.database.Standard;
import io.waybill.database.Trait;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The tables and views of a database, to be chosen from; each with the name by which a flow finds just it.
 *
 * @param schemas those that a flow looks in which names none, in their order
 */
public record TableList(Connection connection, Standard database, List<String> schemas) {

    /**
     * A table or view.
     *
     * @param schema where it lies; null where the database has none
     * @param name as the database has it
     * @param isView whether it is a view
     * @param written its name as a flow writes it
     */
    public record Listed(String schema, String name, boolean isView, String written) {

        /** Whether that is its name, with its schema or as a flow writes it, in any case. */
        public boolean isCalled(String other) {
            return other.equalsIgnoreCase(written) || schema != null && other.equalsIgnoreCase(schema + "." + name);
        }
    }

    /** A table as the catalog has it. */
    private record Found(String schema, String name, boolean isView) {}

    /** Of a catalog, as a flow without a namespace of its own looks in it. */
    public static TableList of(Catalog catalog) throws SQLException {
        return new TableList(catalog.connection(), catalog.database(), catalog.schemas("public"));
    }

    /** All of them, those first that need no schema before their names. */
    public List<Listed> all() throws SQLException {
        List<Found> found = found();
        Set<Found> exact = new HashSet<>(found);
        Set<String> inSchemas =
                found.stream().map(Found::schema).filter(Objects::nonNull).collect(Collectors.toSet());
        Map<String, Found> first = new HashMap<>();
        for (String schema : schemas) {
            found.stream()
                    .filter(table -> table.schema() == null || table.schema().equals(schema))
                    .forEach(table -> first.putIfAbsent(table.name().toLowerCase(Locale.ROOT), table));
        }
        List<Listed> all = new ArrayList<>();
        for (Found table : found) {
            String name = written(
                    table.name(),
                    exact.stream()
                            .noneMatch(each -> Objects.equals(each.schema(), table.schema())
                                    && each.name().equals(table.name().toLowerCase(Locale.ROOT))));
            boolean isFirst = table.equals(first.get(table.name().toLowerCase(Locale.ROOT)));
            String written = isFirst || table.schema() == null
                    ? name
                    : written(table.schema(), !inSchemas.contains(table.schema().toLowerCase(Locale.ROOT))) + "."
                            + name;
            all.add(new Listed(table.schema(), table.name(), table.isView(), written));
        }
        all.sort(Comparator.comparing((Listed table) -> table.written().indexOf('.') >= 0)
                .thenComparing(Listed::written));
        return all;
    }

    /** Capitals in which a database keeps what was written in small letters are found by these. */
    private static String written(String name, boolean isFoundInSmallLetters) {
        return isFoundInSmallLetters && name.equals(name.toUpperCase(Locale.ROOT))
                ? name.toLowerCase(Locale.ROOT)
                : name;
    }

    private List<Found> found() throws SQLException {
        boolean isCatalog = database.has(Trait.SCHEMAS_ARE_CATALOGS);
        DatabaseMetaData metaData = connection.getMetaData();
        ResultSet tables = metaData.getTables(isCatalog ? null : connection.getCatalog(), null, "%", null);
        return Ask.all(tables, row -> {
                    String type = String.valueOf(row.getString("TABLE_TYPE"));
                    String schema = row.getString(isCatalog ? "TABLE_CAT" : "TABLE_SCHEM");
                    boolean isOffered = (type.contains("TABLE") || type.contains("VIEW") || type.equals("SYNONYM"))
                            && !type.contains("SYSTEM")
                            && !type.contains("TOAST")
                            && (schema == null || !database.ownSchemas().contains(schema.toLowerCase(Locale.ROOT)));
                    return isOffered ? new Found(schema, row.getString("TABLE_NAME"), type.contains("VIEW")) : null;
                })
                .stream()
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }
}
