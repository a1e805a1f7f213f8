package io.waybill.database;

import io.waybill.flow.ColumnType.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How MariaDB and MySQL tell changes. They commit a transaction before each change of a table; temporary ones are none. */
final class MySqlChanges extends ChangeSql {

    private static final String PROBE = "waybill_types";

    private static final Pattern COLLATED = Pattern.compile("(.*) CHARACTER SET (\\w+) COLLATE (\\w+)", Pattern.DOTALL);

    private static final Pattern TIMESTAMP = Pattern.compile("timestamp(\\(\\d\\))?");

    private final boolean isMariaDb;

    MySqlChanges(Standard database, boolean isMariaDb) {
        super(database);
        this.isMariaDb = isMariaDb;
    }

    /** Collations take large and small letters for equal, and text with blanks at its end. */
    @Override
    public String exact(SourceColumn column, String value) {
        return isText(column) ? "CAST(" + value + " AS BINARY)" : value;
    }

    private static boolean isText(SourceColumn column) {
        return column.found().kind() == Kind.TEXT || column.found().kind() == Kind.JSON;
    }

    @Override
    public String differs(SourceColumn column, String one, String other) {
        return "NOT (" + exact(column, one) + " <=> " + exact(column, other) + ")";
    }

    /** By the collation of the table that is looked up in, whose index has it, and then by bytes. */
    @Override
    public String matches(SourceColumn column, String source, String state, boolean inSource, String type) {
        Matcher ofSource = COLLATED.matcher(type);
        if (!ofSource.matches()) {
            return source + " = " + state;
        }
        String collation = inSource ? ofSource.group(3) : binary(ofSource.group(2));
        String left = inSource ? source : source + " COLLATE " + collation;
        String right = inSource ? state + " COLLATE " + collation : state;
        return left + " = " + right + " AND " + exact(column, source) + " = " + exact(column, state);
    }

    /** Of two collations that both tell texts apart, none goes before the other. */
    @Override
    public String besideState(String value, String type) {
        Matcher collated = COLLATED.matcher(type);
        return collated.matches() ? value + " COLLATE " + binary(collated.group(2)) : value;
    }

    /** MariaDB would copy all keys into a table for NOT EXISTS: that takes twice as long. */
    @Override
    public boolean missesByJoin() {
        return isMariaDb;
    }

    /** The collation of a character set in which different texts are different. */
    private String binary(String charset) {
        if (isMariaDb) {
            return charset + "_nopad_bin";
        }
        return charset.equals("utf8mb4") ? "utf8mb4_0900_bin" : charset + "_bin";
    }

    @Override
    public String keyType(String type) {
        Matcher collated = COLLATED.matcher(type);
        return collated.matches()
                ? collated.group(1) + " CHARACTER SET " + collated.group(2) + " COLLATE " + binary(collated.group(2))
                : type;
    }

    /** A table without rows knows them; of JSON, which MariaDB keeps as text, the driver does. */
    @Override
    public Map<String, String> types(Connection connection, String relation, List<SourceColumn> columns)
            throws SQLException {
        Map<String, String> types = new LinkedHashMap<>();
        dropWork(connection, PROBE);
        execute(connection, "CREATE TEMPORARY TABLE " + PROBE + " AS " + noRows(relation, columns));
        Ask.all(connection, "SHOW FULL COLUMNS FROM " + PROBE, row -> {
            String collation = row.getString("Collation");
            return types.put(
                    row.getString("Field"),
                    row.getString("Type")
                            + (collation == null
                                    ? ""
                                    : " CHARACTER SET " + collation.replaceFirst("_.*", "") + " COLLATE " + collation));
        });
        dropWork(connection, PROBE);
        columns.stream()
                .filter(column -> column.found().kind() == Kind.JSON)
                .forEach(column -> types.put(column.name(), "json"));
        return types;
    }

    @Override
    public String timeType() {
        return "timestamp(6)";
    }

    @Override
    public String comment() {
        return "SELECT TABLE_COMMENT FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?";
    }

    @Override
    public void create(Connection connection, String table, String definitions, String comment) throws SQLException {
        execute(
                connection,
                "CREATE TABLE IF NOT EXISTS " + table + " (" + definitions + ") ENGINE = InnoDB COMMENT = "
                        + literal(comment));
    }

    @Override
    public int longestComment() {
        return 2048;
    }

    @Override
    public String changeComment(String table, String comment) {
        return "ALTER TABLE " + table + " COMMENT = " + literal(comment);
    }

    /** All that is not said again is lost; a timestamp would be NOT NULL then, depending on the server's settings. */
    @Override
    public String changeType(String table, String column, String type, boolean required) {
        return "ALTER TABLE " + table + " MODIFY COLUMN " + column + " " + (required ? required(type) : type + " NULL");
    }

    /** Depending on the server's settings, the first timestamp without a default would change with each change of its row. */
    @Override
    public String required(String type) {
        Matcher timestamp = TIMESTAMP.matcher(type);
        return timestamp.matches()
                ? type + " NOT NULL DEFAULT CURRENT_TIMESTAMP" + (timestamp.group(1) == null ? "" : timestamp.group(1))
                : super.required(type);
    }

    @Override
    public boolean isSameColumn(String one, String other) {
        return one.equalsIgnoreCase(other);
    }

    @Override
    public String createWork(String name, String definitions) {
        return "CREATE TEMPORARY TABLE " + name + " (" + definitions + ") ENGINE = InnoDB";
    }

    @Override
    String removalOfWork(String name) {
        return "DROP TEMPORARY TABLE IF EXISTS " + name;
    }

    /** A condition with a query would be asked of each row of the table. */
    @Override
    public String removal(String table, String other, Map<String, String> keys, String condition) {
        List<String> equal = new ArrayList<>();
        keys.forEach((there, here) -> equal.add("t." + here + " = w." + there));
        return "DELETE t FROM " + other + " w JOIN " + table + " t ON " + String.join(" AND ", equal) + "\nWHERE "
                + condition;
    }
}
