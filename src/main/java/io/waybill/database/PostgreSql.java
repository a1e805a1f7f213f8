package io.waybill.database;

import static io.waybill.database.Phrase.EPOCH_MILLIS;
import static io.waybill.database.Phrase.EXACT_TEXT;
import static io.waybill.database.Phrase.LIMIT;
import static io.waybill.database.Phrase.LOCAL_CLOCK;
import static io.waybill.database.Phrase.MATCHES;
import static io.waybill.database.Phrase.NUMBER;
import static io.waybill.database.Phrase.PLAIN_TEXT;
import static io.waybill.database.Phrase.TEXT_BYTES;
import static io.waybill.database.Phrase.TODAY;
import static io.waybill.database.Phrase.WHOLE_NUMBER;
import static io.waybill.database.Phrase.ZONED_CLOCK;

import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.PGResultSetMetaData;
import org.postgresql.PGStatement;

/** PostgreSQL. What takes room stands beside it: types, arrays, snapshots, open transactions, where values come from. */
final class PostgreSql extends Standard {

    /** What the connections that rows are read over call themselves: they never write. */
    static final String READER = "waybill reader";

    /** From this version on it has crc32. */
    private static final int CRC_VERSION = 18;

    /** From this version on its numbers may be infinite. */
    private static final int INFINITY_VERSION = 14;

    PostgreSql() {
        super(new Product("PostgreSQL", "postgresql")
                .driver("postgresql", "org.postgresql.Driver", "org.postgresql:postgresql", "//host:5432/database")
                .writes(WHOLE_NUMBER, "bigint")
                .writes(NUMBER, "numeric")
                .writes(LIMIT, "\nLIMIT {}")
                .writes(MATCHES, "{} ~ ?")
                .writes(PLAIN_TEXT, "CAST({} AS text)")
                .writes(EXACT_TEXT, "CAST({} AS text) COLLATE \"C\"")
                .writes(TEXT_BYTES, "CAST({} AS text) COLLATE \"C\"")
                .writes(ZONED_CLOCK, "date_trunc('second', clock_timestamp()) - INTERVAL '{} seconds'")
                .writes(LOCAL_CLOCK, "date_trunc('second', clock_timestamp())::timestamp - INTERVAL '{} seconds'")
                // in the westernmost zone, where a day ends last
                .writes(TODAY, "CAST(clock_timestamp() AT TIME ZONE INTERVAL '-12:00' - INTERVAL '{} seconds' AS date)")
                .writes(EPOCH_MILLIS, "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)")
                .with(Trait.BINDS_UUIDS)
                .with(Trait.COPIES));
    }

    /** Each cluster has a number of its own, which copies of its files keep. */
    @Override
    public DatabaseIdentity identity(Connection connection) throws SQLException {
        return Ask.first(
                connection,
                "SELECT current_database(), has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')",
                row -> DatabaseIdentity.of(
                        this, connection, row.getString(1), row.getBoolean(2) ? system(connection) : null));
    }

    /** A standby has its cluster's number, and may be behind it. */
    @Override
    public String reader(Connection connection) throws SQLException {
        return super.reader(connection)
                + Ask.first(
                        connection,
                        "SELECT pg_catalog.pg_is_in_recovery()",
                        row -> row.getBoolean(1) ? " of a standby" : "");
    }

    private static String system(Connection connection) throws SQLException {
        return Ask.first(connection, "SELECT system_identifier FROM pg_control_system()", row -> row.getString(1));
    }

    /** Of a type that COPY would hand over in a form of its own, and whose text is what is wanted. */
    private static boolean isShownAsText(SourceColumn column) {
        return column.type().equals(ColumnType.TEXT)
                && column.found().equals(ColumnType.TEXT)
                && !CopyForm.reads(column.nativeType());
    }

    /**
     * The type's own output, as a client would see it; a cast to text may differ (of inet it does), and format makes NULL an empty text.
     * IS NOT NULL would be false of a row that holds a NULL.
     */
    @Override
    public String selected(SourceColumn column) {
        String quoted = quote(column.name());
        return isShownAsText(column)
                ? "CASE WHEN " + quoted + " IS DISTINCT FROM NULL THEN format('%s', " + quoted + ") END"
                : quoted;
    }

    /** Its enums and other types of its own are compared with text only after a cast. */
    @Override
    public String filtered(SourceColumn column) {
        boolean cast = column.type().kind() == Kind.TEXT && !PostgreSqlTypes.TEXTS.contains(column.nativeType());
        return cast ? "CAST(" + compared(column) + " AS text)" : compared(column);
    }

    @Override
    public boolean listen(Connection connection, String channel) throws SQLException {
        connection.setAutoCommit(true); // what is said comes between transactions
        try (Statement listen = connection.createStatement()) {
            listen.execute("LISTEN " + quote(channel));
        }
        return true;
    }

    @Override
    public boolean hears(Connection connection, Duration wait) throws SQLException {
        PGNotification[] heard =
                connection.unwrap(PGConnection.class).getNotifications(Math.toIntExact(wait.toMillis()));
        return heard != null && heard.length > 0;
    }

    /** The server follows a column through subqueries to its table, or view. */
    @Override
    public Optional<ResultOrigin> origin(ResultSetMetaData result, int column, String query) throws SQLException {
        if (!result.isWrapperFor(PGResultSetMetaData.class)) {
            return Optional.empty();
        }
        PGResultSetMetaData base = result.unwrap(PGResultSetMetaData.class);
        return ResultOrigin.of(
                this, base.getBaseSchemaName(column), base.getBaseTableName(column), base.getBaseColumnName(column));
    }

    @Override
    public boolean hasOrderOfItsOwn(SourceColumn column) {
        return column.found().kind() == Kind.TEXT && !PostgreSqlTypes.TEXTS.contains(column.nativeType());
    }

    /**
     * The driver asks the catalog whether a table's columns are numbered by the server, with a branch of a UNION for each; of a union's
     * columns, which belong to no table, it does not ask.
     */
    @Override
    public String described(String relation) {
        return super.described(relation) + " UNION ALL " + super.described(relation);
    }

    @Override
    public String endless(ColumnType type, Connection connection) throws SQLException {
        if (type.isTimed()) {
            return "'infinity'";
        }
        if (type.kind() != Kind.DECIMAL) {
            return null;
        }
        // NaN lies above infinity
        return connection.getMetaData().getDatabaseMajorVersion() >= INFINITY_VERSION ? "'Infinity'" : "'NaN'";
    }

    @Override
    public String timeOfDay(String quoted, ZoneId zone, List<Object> parameters) {
        parameters.add(zoneName("hours", zone));
        return "CAST(" + quoted + " AT TIME ZONE CAST(? AS VARCHAR) AS TIME)";
    }

    @Override
    public String timeMark(Kind kind) {
        return "CAST(? AS TIME)";
    }

    @Override
    public ColumnType typeOf(Connection connection, ResultSetMetaData metaData, int index) throws SQLException {
        String name = metaData.getColumnTypeName(index);
        return metaData.getColumnType(index) == Types.ARRAY
                ? PostgreSqlArrays.typeOf(connection, name)
                : PostgreSqlTypes.of(name, metaData.getPrecision(index), metaData.getScale(index));
    }

    @Override
    public ResultSetMetaData columns(Connection connection, Statement statement, ResultSetMetaData own)
            throws SQLException {
        return PostgreSqlColumns.of(connection, statement, own);
    }

    @Override
    public String elementName(String typeName) {
        return PostgreSqlTypes.elementOf(typeName);
    }

    @Override
    public ColumnReader reader(ColumnType type, String typeName, boolean declared) {
        return type.kind() == Kind.DECIMAL // which may be NaN or infinite, as no BigDecimal is
                ? JdbcReaders.digits(type, declared)
                : JdbcReaders.of(type, declared);
    }

    @Override
    public boolean givesTextAsBytes(Connection connection, Kind kind, String typeName) {
        return (kind == Kind.TEXT || kind == Kind.JSON) && PostgreSqlTypes.UTF8.contains(typeName);
    }

    @Override
    public Array array(ResultSet row, int index, ColumnType element, String typeName) throws SQLException {
        return PostgreSqlArrays.arrayOf(row, index, element, typeName);
    }

    @Override
    public boolean copies(SourceColumn column) {
        return !column.type().isConversionOf(column.found())
                && (CopyForm.reads(column.nativeType()) || isShownAsText(column));
    }

    @Override
    public void beginReading(Connection connection) throws SQLException {
        // else a large table may be read from its middle on, where another scan is or was; ends with the transaction
        Ask.execute(connection, "SET LOCAL synchronize_seqscans = off");
        // the driver sets the machine's zone; the text of a timestamp, and what a query does with one, depend on it
        Ask.execute(connection, "SET LOCAL TimeZone = 'UTC'");
        // the driver asks for all digits, and settings of the connection or the user may say otherwise
        Ask.execute(connection, "SET LOCAL extra_float_digits = 3");
        Ask.execute(connection, "SET LOCAL application_name = '" + READER + "'");
    }

    @Override
    public void prepare(Statement statement, Connection connection, int fetchSize) throws SQLException {
        super.prepare(statement, connection, fetchSize);
        if (statement.isWrapperFor(PGStatement.class)) {
            // a prepared statement gets binary values, which the driver prints otherwise than the server: the sixth
            // run of a flow would write other text than the first five
            statement.unwrap(PGStatement.class).setPrepareThreshold(0);
        }
    }

    @Override
    public void cancel(Connection connection, Statement latest) throws SQLException {
        if (connection.isWrapperFor(PGConnection.class)) {
            connection.unwrap(PGConnection.class).cancelQuery();
        } else {
            super.cancel(connection, latest);
        }
    }

    @Override
    public Connection physical(Connection connection) throws SQLException {
        return connection.isWrapperFor(PGConnection.class)
                ? (Connection) connection.unwrap(PGConnection.class)
                : connection;
    }

    @Override
    public String inlined(Statement statement) throws SQLException {
        return statement.isWrapperFor(PGStatement.class)
                ? statement.unwrap(PGStatement.class).toString()
                : null;
    }

    @Override
    public String sizes(String sql, Map<String, ColumnType> columns, long before, int rows) {
        List<String> sizes = new ArrayList<>();
        columns.forEach((name, type) -> sizes.add(
                "octet_length(\"" + name.replace("\"", "\"\"") + '"' + (type.kind() == Kind.BINARY ? ")" : "::text)")));
        return "SELECT " + String.join(", ", sizes) + " FROM (SELECT * FROM (" + sql + ") q OFFSET " + before
                + " LIMIT " + rows + ") r";
    }

    @Override
    public List<String> schemas(Connection connection) throws SQLException {
        return Ask.all(connection, "SELECT unnest(current_schemas(false))", row -> row.getString(1));
    }

    @Override
    public Estimate estimate(Connection connection, Source source, String sql, List<Object> parameters, boolean isBound)
            throws SQLException {
        return Estimate.explained(connection, "EXPLAIN (FORMAT JSON) " + sql, parameters, "\"Plan Rows\":\\s*(\\d+)");
    }

    @Override
    public Aggregates aggregates(Connection connection, SourceColumn column, String quoted) throws SQLException {
        return switch (column.type().kind()) {
            case BOOLEAN -> Aggregates.ofTruths(quoted);
            case INT16, INT32, INT64 -> Aggregates.ofSum("SUM(CAST(" + quoted + " AS numeric))");
            case DECIMAL ->
                Aggregates.ofSum(
                        "SUM(" + quoted + ") FILTER (WHERE " + quoted + " NOT IN ('NaN', 'Infinity', '-Infinity'))");
            case DATE ->
                Aggregates.ofSum("SUM(CAST(" + quoted + " - DATE '1970-01-01' AS numeric)) FILTER (WHERE isfinite("
                        + quoted + "))");
            case TIMESTAMP, INSTANT ->
                Aggregates.ofSum("SUM(CAST(extract(epoch FROM " + quoted
                        + ") AS numeric) * 1000000) FILTER (WHERE isfinite(" + quoted + "))");
            case TEXT, UUID, JSON ->
                column.nativeType().equals("bpchar") // loses its blanks when it is cast
                        ? Aggregates.NONE
                        : bytes(connection, "convert_to(CAST(" + quoted + " AS text), 'UTF8')");
            case BINARY -> bytes(connection, quoted);
            case FLOAT32, FLOAT64, TIME, ARRAY -> Aggregates.NONE;
        };
    }

    private static Aggregates bytes(Connection connection, String value) throws SQLException {
        boolean hasCrc = connection.getMetaData().getDatabaseMajorVersion() >= CRC_VERSION;
        return Aggregates.ofBytes("octet_length(" + value + ")", hasCrc ? "crc32(" + value + ")" : null);
    }

    @Override
    public ReportSql reports() {
        return new PostgreSqlReports(this);
    }

    @Override
    public void limitSilence(Connection connection, Duration longest) throws SQLException {
        Ask.execute(connection, "SET idle_in_transaction_session_timeout = " + longest.toMillis());
    }

    @Override
    public Optional<SharedSnapshot> sharedSnapshot() {
        return Optional.of(new PostgreSqlSnapshot());
    }

    @Override
    public Optional<ChangeSql> changes() {
        return Optional.of(new PostgreSqlChanges(this));
    }

    @Override
    public Optional<Transactions> transactions(Connection connection) throws SQLException {
        return PostgreSqlTransactions.areTold(connection)
                ? Optional.of(new PostgreSqlTransactions(this, connection))
                : Optional.empty();
    }

    @Override
    public Set<String> ownSchemas() {
        return Set.of("information_schema", "pg_catalog");
    }

    @Override
    public Map<TableName, TableName> partitions(Connection connection) throws SQLException {
        Map<TableName, TableName> partitions = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT n.nspname, c.relname, m.nspname, p.relname FROM pg_catalog.pg_inherits i"
                                + " JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid AND c.relispartition"
                                + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                                + " JOIN pg_catalog.pg_class p ON p.oid = i.inhparent"
                                + " JOIN pg_catalog.pg_namespace m ON m.oid = p.relnamespace"
                                + " WHERE c.relkind IN ('r', 'p', 'f')")) {
            while (rows.next()) {
                partitions.put(
                        new TableName(rows.getString(1), rows.getString(2)),
                        new TableName(rows.getString(3), rows.getString(4)));
            }
        }
        return partitions;
    }
}
