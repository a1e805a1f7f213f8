package io.waybill.query;

import io.waybill.database.TableName;
import io.waybill.flow.ExportedTable;
import io.waybill.flow.TablePattern;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The tables that a pattern stands for: those that are there when it is asked.
 *
 * @param exclude what is not meant; a pattern without a schema is of tables of any
 * @param own the names of tables that are Waybill's, and nobody's data
 */
public record ManyTables(TablePattern pattern, List<TablePattern> exclude, Set<String> own) {

    /** How many names a note tells. */
    private static final int MOST_NAMED = 5;

    /**
     * What was found.
     *
     * @param tables by their schemas and names
     * @param excluded how many are left out that are like the pattern
     * @param notes what somebody should know who reads a plan
     */
    public record Found(List<ExportedTable> tables, int excluded, List<String> notes) {}

    /**
     * Asks a database.
     *
     * @param namespace the first schema to look in, for a pattern that names none
     */
    public Found in(Catalog catalog, String namespace) throws SQLException {
        List<ExportedTable> like =
                like(new CatalogTables(catalog.connection(), catalog.database()), catalog, namespace);
        List<String> notes = new ArrayList<>();
        List<ExportedTable> owned = like.stream()
                .filter(table -> own.stream().anyMatch(table.name()::equalsIgnoreCase))
                .toList();
        if (!owned.isEmpty()) {
            notes.add("left out, being Waybill's own: " + named(owned));
        }
        List<ExportedTable> tables = new ArrayList<>(like);
        tables.removeAll(owned);
        int before = tables.size();
        for (TablePattern each : exclude) {
            if (tables.stream().noneMatch(table -> each.fits(table.schema(), table.name()))
                    && like.stream().noneMatch(table -> each.fits(table.schema(), table.name()))) {
                notes.add("exclude: no table is like \"" + each + "\" now");
            }
        }
        tables.removeIf(table -> exclude.stream().anyMatch(each -> each.fits(table.schema(), table.name())));
        int excluded = before - tables.size();
        removePartitions(catalog, tables, notes);
        return new Found(List.copyOf(tables), excluded, List.copyOf(notes));
    }

    private List<ExportedTable> like(CatalogTables catalog, Catalog names, String namespace) throws SQLException {
        List<ExportedTable> all = catalog.all();
        Comparator<ExportedTable> order = Comparator.comparing(
                        ExportedTable::schema, Comparator.nullsFirst(Comparator.naturalOrder()))
                .thenComparing(ExportedTable::name);
        if (pattern.schema() != null) {
            return all.stream()
                    .filter(table -> pattern.fits(table.schema(), table.name()))
                    .sorted(order)
                    .toList();
        }
        List<ExportedTable> like = new ArrayList<>();
        Set<String> seen = new HashSet<>(); // a table hides those of its name in later schemas, as where one is named
        for (String schema : names.schemas(namespace)) {
            List<ExportedTable> there = all.stream()
                    .filter(table -> table.schema() == null || table.schema().equals(schema))
                    .filter(table -> pattern.fits(table.schema(), table.name()) && !seen.contains(table.name()))
                    .sorted(order)
                    .toList();
            there.forEach(table -> seen.add(table.name()));
            like.addAll(there);
        }
        return like;
    }

    /** The rows of a partition are exported with those of its table, where that is exported. */
    private static void removePartitions(Catalog catalog, List<ExportedTable> tables, List<String> notes)
            throws SQLException {
        Map<TableName, TableName> wholes = catalog.database().partitions(catalog.connection());
        Set<ExportedTable> exported = new HashSet<>(tables);
        List<ExportedTable> parts = tables.stream()
                .filter(table -> isWithin(table, wholes, exported))
                .toList();
        if (!parts.isEmpty()) {
            tables.removeAll(parts);
            notes.add("exported with the table that has their rows, being partitions: " + named(parts));
        }
    }

    private static boolean isWithin(
            ExportedTable table, Map<TableName, TableName> wholes, Set<ExportedTable> exported) {
        TableName whole = wholes.get(new TableName(table.schema(), table.name()));
        while (whole != null) {
            if (exported.contains(new ExportedTable(whole.schema(), whole.name()))) {
                return true;
            }
            whole = wholes.get(whole);
        }
        return false;
    }

    private static String named(List<ExportedTable> tables) {
        return tables.stream().limit(MOST_NAMED).map(ExportedTable::words).collect(Collectors.joining(", "))
                + (tables.size() > MOST_NAMED ? " and " + (tables.size() - MOST_NAMED) + " more" : "");
    }
}
