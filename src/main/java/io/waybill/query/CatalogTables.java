package io.waybill.query;

import io.waybill.database.Ask;
import io.waybill.database.Source;
import io.waybill.database.Standard;
import io.waybill.database.TableName;
import io.waybill.database.Trait;
import io.waybill.flow.ExportedTable;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The tables and views of a database, found by their names. */
record CatalogTables(Connection connection, Standard database) {

    private static final String SYNONYM = "synonym ";

    /**
     * A table or view of the database.
     *
     * @param kind what it is, with a blank: {@link Source#TABLE}, or what stands for others
     */
    record Table(String catalog, String schema, String name, String kind) {

        boolean isTable() {
            return kind.equals(Source.TABLE);
        }
    }

    /** A table in the first schema that has it, else by its own schema; null where there is none. */
    Table look(String name, List<String> schemas) throws SQLException {
        for (String schema : schemas) {
            Table found = lookUp(schema, name);
            if (found != null) {
                return found;
            }
        }
        int dot = name.indexOf('.');
        return dot < 0 ? null : lookUp(name.substring(0, dot), name.substring(dot + 1));
    }

    /** The schemas to look in: the namespace, then those that the connection looks in by default. */
    List<String> schemas(String namespace) throws SQLException {
        Set<String> schemas = new LinkedHashSet<>();
        DatabaseMetaData metaData = connection.getMetaData();
        ResultSet known = database.has(Trait.SCHEMAS_ARE_CATALOGS) ? metaData.getCatalogs() : metaData.getSchemas();
        if (Ask.all(known, row -> row.getString(1)).contains(namespace)) {
            schemas.add(namespace);
        }
        schemas.addAll(database.schemas(connection));
        return schemas.isEmpty() ? List.of("") : List.copyOf(schemas);
    }

    /** A table by its name as given, else in capitals, else in small letters. */
    private Table lookUp(String schema, String name) throws SQLException {
        for (String variant : List.of(name, name.toUpperCase(Locale.ROOT), name.toLowerCase(Locale.ROOT))) {
            for (String inSchema : List.of(schema, schema.toUpperCase(Locale.ROOT), schema.toLowerCase(Locale.ROOT))) {
                try (ResultSet tables = tables(inSchema, escape(variant))) {
                    while (tables.next()) {
                        if (hasRows(tables)) {
                            return meant(table(tables));
                        }
                    }
                }
            }
        }
        return null;
    }

    /** What is listed among tables, and none: an index, a sequence, a type. */
    private static boolean hasRows(ResultSet tables) throws SQLException {
        String type = String.valueOf(tables.getString("TABLE_TYPE"));
        return !type.contains("INDEX") && !type.contains("SEQUENCE") && !type.equals("TYPE");
    }

    /** What a synonym stands for, where the database says it; else the table itself. */
    private Table meant(Table found) throws SQLException {
        if (found.kind().equals(SYNONYM)) {
            Optional<TableName> meant = database.meantBy(connection, new TableName(found.schema(), found.name()));
            if (meant.isPresent()) {
                return lookUp(meant.get().schema(), meant.get().name());
            }
        }
        return found;
    }

    private ResultSet tables(String schema, String pattern) throws SQLException {
        DatabaseMetaData metaData = connection.getMetaData();
        if (database.has(Trait.SCHEMAS_ARE_CATALOGS)) {
            return metaData.getTables(schema, null, pattern, null);
        }
        return metaData.getTables(connection.getCatalog(), schema.isEmpty() ? null : escape(schema), pattern, null);
    }

    String escape(String name) throws SQLException {
        String escape = connection.getMetaData().getSearchStringEscape();
        return name.replace(escape, escape + escape).replace("_", escape + "_").replace("%", escape + "%");
    }

    List<String> names(List<String> schemas) throws SQLException {
        List<String> names = new ArrayList<>();
        for (String schema : schemas) {
            try (ResultSet tables = tables(schema, "%")) {
                while (tables.next()) {
                    if (hasRows(tables)) {
                        names.add(tables.getString("TABLE_NAME"));
                    }
                }
            }
        }
        return names;
    }

    /**
     * The tables and views there are, but those of the database itself, by the names that data sets find them by: with their schema where
     * it is none of those that are looked in, or an earlier one has one of that name.
     *
     * @param namespace the first schema to look in
     */
    List<String> listed(String namespace) throws SQLException {
        List<String> looked = schemas(namespace);
        Map<Integer, Set<String>> names = new TreeMap<>(); // those of the first schema first
        try (ResultSet tables = connection.getMetaData().getTables(connection.getCatalog(), null, "%", null)) {
            while (tables.next()) {
                String type = String.valueOf(tables.getString("TABLE_TYPE"));
                String schema = schemaOf(
                        new Table(tables.getString("TABLE_CAT"), tables.getString("TABLE_SCHEM"), "", Source.TABLE));
                boolean isOwn = (type.contains("TABLE") || type.contains("VIEW"))
                        && !type.contains("SYSTEM")
                        && !"information_schema".equalsIgnoreCase(schema);
                if (isOwn) {
                    int place = schema == null ? 0 : looked.indexOf(schema);
                    String name = tables.getString("TABLE_NAME");
                    names.computeIfAbsent(place < 0 ? looked.size() : place, each -> new TreeSet<>())
                            .add(place < 0 ? schema + "." + name : name);
                }
            }
        }
        Set<String> seen = new LinkedHashSet<>();
        names.forEach((place, all) ->
                all.forEach(name -> seen.add(seen.contains(name) ? looked.get(place) + "." + name : name)));
        return List.copyOf(seen);
    }

    String schemaOf(Table table) {
        return database.has(Trait.SCHEMAS_ARE_CATALOGS) ? table.catalog() : table.schema();
    }

    /** All tables and views that there are, but for those of the database itself, temporary ones, and synonyms. */
    List<ExportedTable> all() throws SQLException {
        boolean isCatalog = database.has(Trait.SCHEMAS_ARE_CATALOGS);
        DatabaseMetaData metaData = connection.getMetaData();
        Set<ExportedTable> all = new LinkedHashSet<>();
        try (ResultSet rows = metaData.getTables(isCatalog ? null : connection.getCatalog(), null, "%", null)) {
            while (rows.next()) {
                Table found = table(rows);
                if (isOffered(found, rows.getString("TABLE_TYPE"))) {
                    all.add(new ExportedTable(schemaOf(found), found.name()));
                }
            }
        }
        return List.copyOf(all);
    }

    /** A table that was among all, and no other that its name could mean; empty where it is gone. */
    Optional<Table> again(ExportedTable table) throws SQLException {
        try (ResultSet rows = tables(table.schema() == null ? "" : table.schema(), escape(table.name()))) {
            while (rows.next()) {
                Table found = table(rows);
                if (isOffered(found, rows.getString("TABLE_TYPE"))
                        && found.name().equals(table.name())
                        && Objects.equals(schemaOf(found), table.schema())) {
                    return Optional.of(found);
                }
            }
        }
        return Optional.empty();
    }

    private boolean isOffered(Table table, String type) {
        String schema = schemaOf(table);
        return type != null
                && (type.contains("TABLE") || type.contains("VIEW"))
                && !type.contains("SYSTEM")
                && !type.contains("TEMPORARY")
                && !type.contains("TOAST")
                && (schema == null || !database.ownSchemas().contains(schema.toLowerCase(Locale.ROOT)));
    }

    private static Table table(ResultSet row) throws SQLException {
        String type = String.valueOf(row.getString("TABLE_TYPE"));
        return new Table(
                row.getString("TABLE_CAT"),
                row.getString("TABLE_SCHEM"),
                row.getString("TABLE_NAME"),
                type.contains("VIEW") ? "view " : type.equals("SYNONYM") ? SYNONYM : Source.TABLE);
    }
}
