package io.waybill.database;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** How PostgreSQL tells changes. */
final class PostgreSqlChanges extends ChangeSql {

    /** The types whose own equality is told by their values; of some others it is told by less, or there is none. */
    private static final Set<String> EQUAL_BY_VALUE = Set.of(
            "bool",
            "int2",
            "int4",
            "int8",
            "smallserial",
            "serial",
            "bigserial",
            "oid",
            "float4",
            "float8",
            "numeric",
            "date",
            "time",
            "timestamp",
            "timestamptz",
            "uuid",
            "bytea",
            "jsonb",
            "inet",
            "cidr",
            "macaddr");

    private static final Set<String> TEXTS = Set.of("text", "varchar", "name");

    private static final Pattern COARSE = Pattern.compile("(.*\\.)?citext|interval\\b.*");

    private static final String PROBE = "waybill_types";

    PostgreSqlChanges(Standard database) {
        super(database);
    }

    /** A collation may take different texts for equal, and an interval of 30 days is equal to one of a month. */
    @Override
    public String exact(SourceColumn column, String value) {
        String type = column.nativeType();
        if (EQUAL_BY_VALUE.contains(type)) {
            return value;
        }
        return (TEXTS.contains(type) ? value : "CAST(" + value + " AS text)") + " COLLATE \"C\"";
    }

    @Override
    public String matches(SourceColumn column, String source, String state, boolean inSource, String type) {
        return exact(column, source) + " = " + exact(column, state);
    }

    @Override
    public Optional<ChangeLog> log(Connection connection, String relation, String schema, String flow)
            throws SQLException {
        return Optional.of(new ChangeLog(relation, flow, connection.getCatalog() + "/" + schema));
    }

    @Override
    public boolean joinsFully() {
        return true;
    }

    /** A table without rows knows them, where a query's metadata know no lengths. */
    @Override
    public Map<String, String> types(Connection connection, String relation, List<SourceColumn> columns)
            throws SQLException {
        dropWork(connection, PROBE);
        execute(connection, "CREATE TEMP TABLE " + PROBE + " AS " + noRows(relation, columns));
        Map<String, String> types = new LinkedHashMap<>();
        Ask.all(
                connection,
                "SELECT attname, format_type(atttypid, atttypmod) FROM pg_catalog.pg_attribute WHERE attrelid = 'pg_temp."
                        + PROBE + "'::regclass AND attnum > 0 ORDER BY attnum",
                row -> types.put(row.getString(1), row.getString(2)));
        dropWork(connection, PROBE);
        return types;
    }

    /** Types that take more for equal than {@link #exact} does: two such keys could not be there at once. */
    @Override
    public String keyType(String type) {
        return COARSE.matcher(type).matches() ? "text" : type;
    }

    @Override
    public String oldKeyType(String type) {
        return keyType(type);
    }

    @Override
    public String finite(SourceColumn column) {
        return switch (column.nativeType()) {
            case "date", "timestamp", "timestamptz" -> "isfinite(" + quote(column.name()) + ")";
            case "float4", "float8" -> quote(column.name()) + " < 'Infinity'"; // which NaN lies above
            default -> null;
        };
    }

    /** Tables that inherit from another have keys of their own; partitions have not. */
    @Override
    public boolean isKeyOfAllRows(Connection connection, String relation) throws SQLException {
        return Ask.first(
                        connection,
                        "SELECT 1 FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhparent"
                                + " WHERE c.oid = CAST(? AS regclass) AND c.relkind = 'r'",
                        row -> true,
                        relation)
                == null;
    }

    @Override
    public String timeType() {
        return "timestamp(6) with time zone";
    }

    /** It counts bytes, and cuts longer names off. */
    @Override
    public int length(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length;
    }

    @Override
    public String comment() {
        return "SELECT obj_description(c.oid, 'pg_class') FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
                + " ON n.oid = c.relnamespace WHERE n.nspname = ? AND c.relname = ?";
    }

    /** In one transaction: one without its comment would be somebody else's. */
    @Override
    public void create(Connection connection, String table, String definitions, String comment) throws SQLException {
        execute(connection, "CREATE TABLE IF NOT EXISTS " + table + " (" + definitions + ")");
        execute(connection, changeComment(table, comment));
    }

    @Override
    public String changeType(String table, String column, String type, boolean required) {
        return "ALTER TABLE " + table + " ALTER COLUMN " + column + " TYPE " + type;
    }

    @Override
    public String createWork(String name, String definitions) {
        return "CREATE TEMP TABLE " + name + " (" + definitions + ") ON COMMIT DROP";
    }

    @Override
    String removalOfWork(String name) {
        return "DROP TABLE IF EXISTS pg_temp." + name;
    }
}
