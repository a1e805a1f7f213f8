package io.waybill.database;

import io.waybill.WaybillException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * How a database tells that rows have changed, and keeps what they were: the SQL in which products differ. What is equal is told by
 * bytes, not by a collation, and NULL is equal to NULL.
 */
public abstract class ChangeSql {

    final Standard database;

    ChangeSql(Standard database) {
        this.database = database;
    }

    /** A name in quotes. */
    public final String quote(String name) {
        return database.quote(name);
    }

    /** A table's name, with its schema's. */
    public final String qualified(String schema, String table) {
        return schema.isEmpty() ? quote(table) : quote(schema) + "." + quote(table);
    }

    /** A column's value as something that is equal where the value is the same; most often the column alone. */
    public abstract String exact(SourceColumn column, String value);

    /** The condition that two values of a column differ; NULL differs from all but NULL. */
    public String differs(SourceColumn column, String one, String other) {
        return exact(column, one) + " IS DISTINCT FROM " + exact(column, other);
    }

    /**
     * The condition that a row of the source and one of the state have the same value in a column of the key.
     *
     * @param source the source's value
     * @param state the state's value
     * @param inSource whether rows of the source are looked up by it, rather than those of the state
     * @param type the type of the source's column, as {@link #types} has it
     */
    public abstract String matches(SourceColumn column, String source, String state, boolean inSource, String type);

    /**
     * A key's value of the source beside those of the state, whose type may be another one.
     *
     * @param type the type of the source's column, as {@link #types} has it
     */
    public String besideState(String value, String type) {
        return value;
    }

    /** Whether a statement can join all rows of two tables, those too that are in one of them alone. */
    public boolean joinsFully() {
        return false;
    }

    /** Whether what is missing is found sooner by an outer join, which looks each key up, than by NOT EXISTS. */
    public boolean missesByJoin() {
        return false;
    }

    /**
     * The types of a relation's columns, as a table is declared with them.
     *
     * @param relation what stands behind FROM
     */
    public abstract Map<String, String> types(Connection connection, String relation, List<SourceColumn> columns)
            throws SQLException;

    /** The type of a key's column, in a table where keys are told apart by their bytes. */
    public String keyType(String type) {
        return type;
    }

    /** Why the values of a column tell no rows apart; null where they do. */
    public String keyProblem(SourceColumn column) {
        return null;
    }

    /** The type of the value of before of a key's column. */
    public String oldKeyType(String type) {
        return type;
    }

    /** The condition that others may lie above a column's value; null where it holds of all values. */
    public String finite(SourceColumn column) {
        return null;
    }

    /**
     * Whether the key of a table holds for all rows that a query of it answers.
     *
     * @param relation the table, with its schema and in quotes
     */
    public boolean isKeyOfAllRows(Connection connection, String relation) throws SQLException {
        return true;
    }

    /** The type of points in time. */
    public abstract String timeType();

    /** A column of a type that is never NULL, as a table is declared with it. */
    public String required(String type) {
        return type + " NOT NULL";
    }

    /** Whether two names are one column's. */
    public boolean isSameColumn(String one, String other) {
        return one.equals(other);
    }

    /** Whether a table is there for a moment before its comment is. */
    public boolean commentsLater() {
        return false;
    }

    /** The longest name of a table, in what {@link #length} counts. */
    public int longestName(Connection connection) throws SQLException {
        int longest = connection.getMetaData().getMaxTableNameLength();
        return longest == 0 ? Integer.MAX_VALUE : longest;
    }

    /** How long a name is. */
    public int length(String name) {
        return name.length();
    }

    /** A query for the comment of a table, by schema and table; it answers nothing where there is no such table. */
    public abstract String comment();

    /** What the comment of a feed's table says; nothing where there is no such table. */
    public final FeedComment feedComment(Connection connection, String schema, String table) throws SQLException {
        return FeedComment.read(Ask.first(connection, comment(), row -> row.getString(1), schema, table));
    }

    /** The longest comment of a table, in characters. */
    public int longestComment() {
        return Integer.MAX_VALUE;
    }

    /** Puts another comment into the place of a table's. */
    public String changeComment(String table, String comment) {
        return "COMMENT ON TABLE " + table + " IS " + literal(comment);
    }

    /** A text in quotes. */
    static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** The columns of a table's primary key; empty where there is no such table. */
    public final Set<String> key(Connection connection, String schema, String table) throws SQLException {
        boolean isCatalog = database.has(Trait.SCHEMAS_ARE_CATALOGS);
        return new TreeSet<>(Ask.all(
                connection
                        .getMetaData()
                        .getPrimaryKeys(isCatalog ? schema : connection.getCatalog(), isCatalog ? null : schema, table),
                row -> row.getString("COLUMN_NAME")));
    }

    /** The type of whole numbers, of a parameter. */
    public final String wholeNumber() {
        return database.written(Phrase.WHOLE_NUMBER, "");
    }

    /** Makes a table, with a comment, unless it is there. */
    public abstract void create(Connection connection, String table, String definitions, String comment)
            throws SQLException;

    /**
     * Changes the type of a table's column.
     *
     * @param required whether it is never NULL, as before
     */
    public abstract String changeType(String table, String column, String type, boolean required);

    /** Makes a table that this connection alone sees, within its transaction. */
    public abstract String createWork(String name, String definitions);

    /** Removes it, where it is there; outside a transaction. */
    public void dropWork(Connection connection, String name) throws SQLException {
        execute(connection, removalOfWork(name));
    }

    abstract String removalOfWork(String name);

    /**
     * Removes from a table the rows whose key is in another one.
     *
     * @param keys the key's columns, by those of the other table
     * @param condition which rows of the other table; its columns are unqualified
     */
    public String removal(String table, String other, Map<String, String> keys, String condition) {
        return "DELETE FROM " + table + "\nWHERE (" + String.join(", ", keys.values()) + ") IN (SELECT "
                + String.join(", ", keys.keySet()) + " FROM " + other + " WHERE " + condition + ")";
    }

    /**
     * What the database's own log says of a table.
     *
     * @param relation the table, with its schema and in quotes
     * @param schema of the flow's own tables
     * @param flow the id of the flow that asks
     */
    public Optional<ChangeLog> log(Connection connection, String relation, String schema, String flow)
            throws SQLException {
        return Optional.empty();
    }

    /** Prepares a transaction in which a statement sees one state of all tables; it begins with the next statement. */
    public final void begin(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        database.enterUtc(connection);
    }

    /** Puts back what {@link #begin} has set. */
    public final void end(Connection connection) throws SQLException {
        database.leaveUtc(connection);
    }

    /** What a query ends with that is to answer some rows at most. */
    public final String atMost(int rows) {
        return database.limitAfter(rows);
    }

    /** Runs what answers nothing. */
    public static void execute(Connection connection, String sql) throws SQLException {
        Ask.execute(connection, sql);
    }

    /** The types that a query's metadata name. */
    static Map<String, String> described(Connection connection, String sql, TypeText text) throws SQLException {
        Map<String, String> types = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet empty = statement.executeQuery(sql)) {
            ResultSetMetaData metaData = empty.getMetaData();
            for (int i = 1; i <= metaData.getColumnCount(); i++) {
                types.put(metaData.getColumnLabel(i), text.of(metaData, i));
            }
        }
        return types;
    }

    /** A column's type as a table is declared with it. */
    @FunctionalInterface
    interface TypeText {
        String of(ResultSetMetaData metaData, int column) throws SQLException;
    }

    /** A query without rows of some columns of a relation. */
    final String noRows(String relation, List<SourceColumn> columns) {
        return "SELECT "
                + String.join(
                        ", ",
                        columns.stream().map(column -> quote(column.name())).toList()) + " FROM " + relation
                + " WHERE 1 = 0";
    }

    /** Of a product that feeds do not run on. */
    public static WaybillException unknown(Standard database) {
        return WaybillException.refusal(
                "feeds run on PostgreSQL, MariaDB, MySQL and H2, not on " + database.productName());
    }
}
