package io.waybill.database;

import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A database product, and what is asked of it. This class answers as the SQL standard and JDBC say, for every database that is not known;
 * the class of a product that is known overrides what differs there.
 */
public class Standard extends StandardSql {

    /** Every database that is not known. */
    public Standard() {
        this(new Product("SQL", "")
                .driver("db2", "com.ibm.db2.jcc.DB2Driver", "com.ibm.db2:jcc", "//host:50000/database"));
    }

    protected Standard(Product product) {
        super(product);
    }

    /** The product's name as its users write it. */
    public final String productName() {
        return product.name;
    }

    /** Its driver, for messages. */
    public final JdbcDriver driver() {
        return product.driver;
    }

    /**
     * Whether it is the product behind a connection.
     *
     * @param name what the driver calls the product, in small letters
     */
    public boolean isBehind(String name, DatabaseMetaData metaData) throws SQLException {
        return name.contains(product.sign);
    }

    /** Whether it is known which functions it has; the standard's are not in every database. */
    public final boolean isKnown() {
        return getClass() != Standard.class;
    }

    /** SQLStates of its own for a database that cannot be connected to now, and may be later. */
    protected Set<String> awayStates() {
        return Set.of();
    }

    /** Which database a connection leads to. */
    public DatabaseIdentity identity(Connection connection) throws SQLException {
        return DatabaseIdentity.of(this, connection, connection.getCatalog(), null);
    }

    /** As whom a connection reads, and from which kind of copy, since rights and copies may show others other rows; the same wherever from. */
    public String reader(Connection connection) throws SQLException {
        return connection.getMetaData().getUserName();
    }

    /** The table that a synonym stands for; empty where the database is not asked for that. */
    public Optional<TableName> meantBy(Connection connection, TableName synonym) throws SQLException {
        return Optional.empty();
    }

    /** The file that a URL of its names, of which its driver makes an empty database where there is none; empty where it does not. */
    Optional<Path> file(String url) {
        return Optional.empty();
    }

    // ---- types, and how the driver hands values over

    /**
     * The type of a result's column {@code index} (from 1), decided from its metadata and never from a value.
     *
     * @param connection what the result comes over; asked for what the metadata does not tell
     */
    public ColumnType typeOf(Connection connection, ResultSetMetaData metaData, int index) throws SQLException {
        return JdbcTypes.typeOf(
                metaData.getColumnType(index),
                metaData.getPrecision(index),
                metaData.getScale(index),
                metaData.isSigned(index));
    }

    /**
     * What there is to know of a statement's columns.
     *
     * @param statement a statement that selects, with its values set
     * @param own the metadata that the driver gives of it
     */
    public ResultSetMetaData columns(Connection connection, Statement statement, ResultSetMetaData own)
            throws SQLException {
        return own;
    }

    /**
     * Where the values of a query's result come from, as far as that can be told for certain.
     *
     * @param column from 1
     * @param query the query, in words that the driver has no part in
     * @return empty where a column is computed, or where nobody says what it is
     */
    public Optional<ResultOrigin> origin(ResultSetMetaData result, int column, String query) throws SQLException {
        return Optional.empty();
    }

    /** The name of the elements' type of an array whose type has this name; the name itself where it is no array's. */
    public String elementName(String typeName) {
        return typeName;
    }

    /**
     * How a column is read.
     *
     * @param type what its values are to be
     * @param typeName the database's own name of its type
     * @param declared whether the author declared the type, so that the database's values are still to be checked
     * @return null for an array, which is read by the reader of its elements
     */
    public ColumnReader reader(ColumnType type, String typeName, boolean declared) {
        return switch (type.kind()) {
            case DATE, TIMESTAMP, INSTANT -> StandardTimes.readerFor(type.kind());
            default -> JdbcReaders.of(type, declared);
        };
    }

    /** Whether its reader itself makes values of a type that was declared over the one that the database says. */
    public boolean converts(ColumnType declared, ColumnType found) {
        return false;
    }

    /** Whether the driver makes text of the bytes of such a type as if they were UTF-8, whatever they are; others show them, as \x00ff. */
    public boolean makesTextOf(String typeName) {
        return false;
    }

    /** Whether the driver hands a column's text over as UTF-8 by {@code getBytes}. */
    public boolean givesTextAsBytes(Connection connection, Kind kind, String typeName) throws SQLException {
        return false;
    }

    /**
     * A row's array; null for NULL.
     *
     * @param element the type of the elements, as the database says
     * @param typeName the array's type, as the driver gives it
     */
    public Array array(ResultSet row, int index, ColumnType element, String typeName) throws SQLException {
        return row.getArray(index);
    }

    /** Whether a column of a query, as {@link #selected} writes it, can be read by COPY. */
    public boolean copies(SourceColumn column) {
        return false;
    }

    // ---- connections and statements that read

    /** Whether there are transactions; without, drivers refuse to turn autocommit off, and to roll back. */
    public boolean hasTransactions() {
        return true;
    }

    /** A hint to the database (JDBC 4.3, Connection.setReadOnly), which some drivers do not take on an open connection. */
    public void setReadOnly(Connection connection, boolean readOnly) throws SQLException {
        try {
            connection.setReadOnly(readOnly);
        } catch (SQLFeatureNotSupportedException e) {
            // then it is not read-only; what runs over it only reads
        }
    }

    /**
     * The isolation of a transaction that goes on seeing what it saw first, all tables as they were then; {@link
     * Connection#TRANSACTION_NONE} where it need not be set, or there is none.
     */
    public int snapshotIsolation(Connection connection) throws SQLException {
        int repeatable = Connection.TRANSACTION_REPEATABLE_READ;
        return connection.getMetaData().supportsTransactionIsolationLevel(repeatable)
                ? repeatable
                : Connection.TRANSACTION_NONE;
    }

    /** Prepares a connection, whose transaction has not begun, for reading a large result. */
    public void beginReading(Connection connection) throws SQLException {
        enterUtc(connection);
    }

    /** Puts back what was prepared and did not end with the transaction. */
    public void endReading(Connection connection) throws SQLException {
        leaveUtc(connection);
    }

    /** Prepares a statement that reads, so that its rows come a few at a time, and all of them: a URL may limit them. */
    public void prepare(Statement statement, Connection connection, int fetchSize) throws SQLException {
        if (statement.getMaxRows() != 0) { // some drivers cannot set it
            statement.setMaxRows(0);
        }
        statement.setFetchSize(fetchSize);
    }

    /**
     * Stops what a session is at, from another thread; where the driver can, also what it does for no statement's result, such as to describe one.
     *
     * @param latest by which it was asked last; null where it was asked nothing yet
     */
    public void cancel(Connection connection, Statement latest) throws SQLException {
        if (latest != null) {
            latest.cancel();
        }
    }

    /** Has the server end transactions of a connection that are silent for so long, where it can. */
    public void limitSilence(Connection connection, Duration longest) throws SQLException {}

    /** Has the session show points in time in UTC, where they are shown in the session's zone. */
    public void enterUtc(Connection connection) throws SQLException {}

    /** Puts back the session's zone. */
    public void leaveUtc(Connection connection) throws SQLException {}

    /** The connection that can be cut off, behind those that a pool hands out. */
    public Connection physical(Connection connection) throws SQLException {
        return connection;
    }

    /** A statement's SQL with its values in it, to be asked of once more; null where the driver does not tell. */
    public String inlined(Statement statement) throws SQLException {
        return null;
    }

    /**
     * A query for the sizes in bytes of some rows' values.
     *
     * @param sql the query of the rows, as {@link #inlined} gives it
     * @param columns names and types of what is kept as bytes
     * @param before how many rows come before them
     */
    public String sizes(String sql, Map<String, ColumnType> columns, long before, int rows) {
        throw new UnsupportedOperationException();
    }

    // ---- the catalog, and what the database knows of its tables

    /** The schemas that a connection looks in by default; empty where it tells none. */
    public List<String> schemas(Connection connection) throws SQLException {
        String current = has(Trait.SCHEMAS_ARE_CATALOGS) ? connection.getCatalog() : connection.getSchema();
        return current == null ? List.of() : List.of(current);
    }

    /** The schemas that hold what the database knows of itself, in small letters. */
    public Set<String> ownSchemas() {
        return Set.of("information_schema", "sys");
    }

    /** The tables that are parts of others, each with the one that has its rows, too. */
    public Map<TableName, TableName> partitions(Connection connection) throws SQLException {
        return Map.of();
    }

    /**
     * About how many rows a query will answer, as the database's planner guesses.
     *
     * @param isBound whether its conditions may leave fewer rows than the table has
     * @return {@link Estimate#UNKNOWN} where the database makes no guess
     */
    public Estimate estimate(Connection connection, Source source, String sql, List<Object> parameters, boolean isBound)
            throws SQLException {
        return Estimate.UNKNOWN;
    }

    /** What the database adds up a column to, whose values are read as they are found. */
    public Aggregates aggregates(Connection connection, SourceColumn column, String quoted) throws SQLException {
        return Aggregates.NONE;
    }

    /** How it adds up rows. */
    public ReportSql reports() {
        return new ReportSql(this, ReportSql.DIGITS);
    }

    /** How several connections see the same rows; empty where they cannot. */
    public Optional<SharedSnapshot> sharedSnapshot() {
        return Optional.empty();
    }

    /** How it tells changes and keeps what was; empty where feeds do not run on it. */
    public Optional<ChangeSql> changes() {
        return Optional.empty();
    }

    /** How it writes files of a query's rows itself; empty where it does not. */
    public Optional<Pushdown> pushdown() {
        return Optional.empty();
    }

    /** What the database behind a connection tells of its open transactions; empty where it does not. */
    public Optional<Transactions> transactions(Connection connection) throws SQLException {
        return Optional.empty();
    }

    /** The next value of a table's counter that sets a column; null where nobody knows it. */
    public final BigDecimal nextValue(Connection connection, Source source, SourceColumn column) throws SQLException {
        int dot = source.location().indexOf('.');
        String counter = product.phrase(Phrase.NEXT_VALUE);
        return counter == null || !source.isTable() || dot < 0
                ? null
                : Ask.first(
                        connection,
                        counter,
                        row -> row.getBigDecimal(1),
                        source.location().substring(Source.TABLE.length(), dot),
                        source.location().substring(dot + 1),
                        column.name());
    }

    // ---- what is told while nobody asks

    /**
     * Has a connection listen to a channel.
     *
     * @return false when the database has none
     */
    public boolean listen(Connection connection, String channel) throws SQLException {
        return false;
    }

    /** Waits until a connection that listens hears something; false when it has heard nothing for so long. */
    public boolean hears(Connection connection, Duration wait) throws SQLException {
        return false;
    }

    static String small(String typeName) {
        return typeName.toLowerCase(Locale.ROOT);
    }
}
