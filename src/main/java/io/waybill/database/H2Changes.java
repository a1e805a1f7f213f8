package io.waybill.database;

import io.waybill.flow.ColumnType.Kind;
import java.sql.Connection;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How H2 tells changes. */
final class H2Changes extends ChangeSql {

    H2Changes(Standard database) {
        super(database);
    }

    /** A collation may take different texts for equal. Of enums, intervals and others the text is compared. */
    @Override
    public String exact(SourceColumn column, String value) {
        if (column.found().kind() != Kind.TEXT) {
            return value;
        }
        return "CAST(" + (isCharacters(column) ? value : text(value)) + " AS VARBINARY)";
    }

    private static boolean isCharacters(SourceColumn column) {
        return column.nativeType().toLowerCase(Locale.ROOT).matches("(var)?char.*|clob.*");
    }

    private static String text(String value) {
        return "CAST(" + value + " AS VARCHAR)";
    }

    /** It joins by an index, or else looks at all pairs. */
    @Override
    public String matches(SourceColumn column, String source, String state, boolean inSource, String type) {
        String equal = source + " = " + state;
        return column.found().kind() == Kind.TEXT
                ? equal + " AND " + exact(column, source) + " = " + exact(column, state)
                : equal;
    }

    @Override
    public String keyProblem(SourceColumn column) {
        return column.nativeType().equalsIgnoreCase("VARCHAR_IGNORECASE")
                ? "VARCHAR_IGNORECASE, whose index H2 leaves as it was where a text changes its case alone"
                : null;
    }

    @Override
    public Map<String, String> types(Connection connection, String relation, List<SourceColumn> columns)
            throws SQLException {
        return described(connection, noRows(relation, columns), H2Changes::type);
    }

    private static String type(ResultSetMetaData metaData, int column) throws SQLException {
        String name = metaData.getColumnTypeName(column);
        int precision = metaData.getPrecision(column);
        int scale = metaData.getScale(column);
        return switch (name.toUpperCase(Locale.ROOT)) {
            case "CHARACTER", "CHARACTER VARYING", "BINARY", "BINARY VARYING", "VARCHAR_IGNORECASE", "DECFLOAT" ->
                name + "(" + precision + ")";
            case "NUMERIC", "DECIMAL" -> name + "(" + precision + ", " + scale + ")";
            case "TIME", "TIMESTAMP" -> name + "(" + scale + ")";
            case "TIME WITH TIME ZONE", "TIMESTAMP WITH TIME ZONE" ->
                name.substring(0, name.indexOf(' ')) + "(" + scale + ") WITH TIME ZONE";
            default -> name;
        };
    }

    @Override
    public String keyType(String type) {
        return type.replace("VARCHAR_IGNORECASE", "CHARACTER VARYING");
    }

    @Override
    public String timeType() {
        return "TIMESTAMP(6) WITH TIME ZONE";
    }

    @Override
    public String comment() {
        return "SELECT REMARKS FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?";
    }

    @Override
    public void create(Connection connection, String table, String definitions, String comment) throws SQLException {
        execute(connection, "CREATE TABLE IF NOT EXISTS " + table + " (" + definitions + ")");
        execute(connection, changeComment(table, comment));
    }

    /** Each of the two statements commits. */
    @Override
    public boolean commentsLater() {
        return true;
    }

    @Override
    public String changeType(String table, String column, String type, boolean required) {
        return "ALTER TABLE " + table + " ALTER COLUMN " + column + " SET DATA TYPE " + type;
    }

    /** A condition with a query would be asked anew for each row, since the statement changes what it might read. */
    @Override
    public String removal(String table, String other, Map<String, String> keys, String condition) {
        List<String> equal = new ArrayList<>();
        keys.forEach((there, here) -> equal.add("t." + here + " = w." + there));
        return "MERGE INTO " + table + " t USING (SELECT " + String.join(", ", keys.keySet()) + " FROM " + other
                + " WHERE " + condition + ") w ON " + String.join(" AND ", equal) + "\nWHEN MATCHED THEN DELETE";
    }

    /** Else it would commit what came before. */
    @Override
    public String createWork(String name, String definitions) {
        return "CREATE LOCAL TEMPORARY TABLE " + name + " (" + definitions + ") NOT PERSISTENT TRANSACTIONAL";
    }

    /** Where there is none, somebody's table of that name would be meant. */
    @Override
    public void dropWork(Connection connection, String name) throws SQLException {
        String own = "SELECT 1 FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_TYPE = 'LOCAL TEMPORARY'"
                + " AND LOWER(TABLE_NAME) = ?";
        if (Ask.first(connection, own, row -> true, name) != null) {
            super.dropWork(connection, name);
        }
    }

    @Override
    String removalOfWork(String name) {
        return "DROP TABLE IF EXISTS " + name;
    }
}
