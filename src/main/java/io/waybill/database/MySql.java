package io.waybill.database;

import static io.waybill.database.Phrase.EPOCH_MILLIS;
import static io.waybill.database.Phrase.EXACT_TEXT;
import static io.waybill.database.Phrase.LIMIT;
import static io.waybill.database.Phrase.LOCAL_CLOCK;
import static io.waybill.database.Phrase.MATCHES;
import static io.waybill.database.Phrase.NEXT_VALUE;
import static io.waybill.database.Phrase.NUMBER;
import static io.waybill.database.Phrase.PERCENTILE;
import static io.waybill.database.Phrase.QUOTES;
import static io.waybill.database.Phrase.TEXT_BYTES;
import static io.waybill.database.Phrase.WHOLE_NUMBER;
import static io.waybill.database.Phrase.ZONED_CLOCK;

import io.waybill.WaybillException;
import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import java.sql.Connection;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** MySQL, and what MariaDB has in common with it. Sessions that read or compare points in time are set to UTC. */
class MySql extends Standard {

    /** Seconds of the offset that all versions of its servers take, ahead of UTC; behind it is a minute less. */
    private static final int MOST_OFFSET = 13 * 3600;

    private static final String COUNTER = """
            SELECT t.AUTO_INCREMENT FROM information_schema.TABLES t
            JOIN information_schema.COLUMNS c ON c.TABLE_SCHEMA = t.TABLE_SCHEMA AND c.TABLE_NAME = t.TABLE_NAME
            WHERE t.TABLE_SCHEMA = ? AND t.TABLE_NAME = ? AND c.COLUMN_NAME = ? AND c.EXTRA LIKE '%auto_increment%'""";

    MySql() {
        this(new Product("MySQL", "mysql")
                .driver(
                        "mysql",
                        "com.mysql.cj.jdbc.Driver",
                        "com.mysql:mysql-connector-j",
                        "//host:3306/database",
                        "jdbc:mariadb:, whose driver is there and speaks to MySQL"));
    }

    /** Without the host that it comes from, which MySQL's driver tells with the user. */
    @Override
    public String reader(Connection connection) throws SQLException {
        return super.reader(connection).replaceFirst("@[^@]*$", "");
    }

    /** The server names views and merged subqueries by their aliases. */
    @Override
    public Optional<ResultOrigin> origin(ResultSetMetaData result, int column, String query) throws SQLException {
        return ResultOrigin.byNames(this, result.getCatalogName(column), result, column, query);
    }

    /** For MariaDB. */
    protected MySql(Product product) {
        super(product.writes(QUOTES, "``")
                .writes(WHOLE_NUMBER, "SIGNED")
                .writes(NUMBER, "DECIMAL(65, 20)")
                .writes(LIMIT, "\nLIMIT {}")
                .writes(MATCHES, "{} REGEXP ?")
                .writes(EXACT_TEXT, "CONVERT({} USING utf8mb4) COLLATE utf8mb4_bin")
                .writes(TEXT_BYTES, "CAST({} AS BINARY)")
                .writes(ZONED_CLOCK, "NOW() - INTERVAL {} SECOND")
                .writes(LOCAL_CLOCK, "NOW() - INTERVAL {} SECOND")
                // not of now(), which is of a zone whose hours may come twice
                .writes(
                        EPOCH_MILLIS,
                        "SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(6)) DIV 1000")
                .writes(NEXT_VALUE, COUNTER)
                .writes(PERCENTILE, null)
                // the driver would move a local time through the zone of this process
                .with(Trait.TIMES_AS_TEXT)
                .with(Trait.SCHEMAS_ARE_CATALOGS)
                .with(Trait.FETCHES_REST_ON_CLOSE));
    }

    /** The server rounds the text of a FLOAT to six digits; a product, unlike a sum, keeps the sign of zero. */
    @Override
    public String selected(SourceColumn column) {
        String quoted = quote(column.name());
        return column.nativeType().toUpperCase(Locale.ROOT).startsWith("FLOAT") ? quoted + " * 1e0" : quoted;
    }

    @Override
    public Object instant(OffsetDateTime utc) {
        return utc.toLocalDateTime();
    }

    @Override
    public String timeOfDay(String quoted, ZoneId zone, List<Object> parameters) {
        if (!zone.getRules().isFixedOffset()) {
            // CONVERT_TZ answers NULL for named zones unless the server's zone tables were loaded
            throw new IllegalArgumentException("hours on a TIMESTAMP of MariaDB or MySQL takes a time zone of a"
                    + " fixed offset, such as UTC or +01:00, not " + zone);
        }
        ZoneOffset offset = zone.getRules().getOffset(Instant.EPOCH);
        int seconds = offset.getTotalSeconds();
        if (seconds % 60 != 0 || seconds <= -MOST_OFFSET || seconds > MOST_OFFSET) { // NULL, too
            throw new IllegalArgumentException(
                    "hours on a TIMESTAMP of MariaDB or MySQL takes whole minutes from -12:59 to +13:00, not " + zone);
        }
        parameters.add(offset.equals(ZoneOffset.UTC) ? "+00:00" : offset.getId());
        return "CAST(CONVERT_TZ(" + quoted + ", '+00:00', ?) AS TIME)";
    }

    @Override
    String typeInText(Kind kind) {
        return switch (kind) {
            case TIMESTAMP -> "DATETIME(6)";
            case INSTANT ->
                throw WaybillException.refusal("a text that is declared timestamptz cannot be compared on "
                        + productName() + ", which reads no offsets: have a query make a datetime of it");
            case FLOAT32, FLOAT64 -> "DOUBLE";
            default -> super.typeInText(kind);
        };
    }

    @Override
    public ColumnType typeOf(Connection connection, ResultSetMetaData metaData, int index) throws SQLException {
        return MySqlColumns.typeOf(metaData, index);
    }

    @Override
    public ColumnReader reader(ColumnType type, String typeName, boolean declared) {
        ColumnReader own = MySqlColumns.readerFor(type, typeName);
        return own != null ? own : JdbcReaders.of(type, declared || type.kind() == Kind.JSON);
    }

    @Override
    public boolean converts(ColumnType declared, ColumnType found) {
        return declared.kind() == Kind.FLOAT32 && found.kind() == Kind.FLOAT64;
    }

    /** Bits, which have more forms, it shows. */
    @Override
    public boolean makesTextOf(String typeName) {
        return !small(typeName).startsWith("bit");
    }

    /** Its own driver streams row by row for one value only. */
    @Override
    public void prepare(Statement statement, Connection connection, int fetchSize) throws SQLException {
        boolean own = connection.getMetaData().getDriverName().startsWith("MySQL");
        super.prepare(statement, connection, own ? Integer.MIN_VALUE : fetchSize);
    }

    /**
     * A session may be limited to some rows, of which nobody would tell, and get question marks for what its character set lacks. Where it
     * converts no texts, each comes in its column's own set. A mode of MariaDB's has it compare with NULL where a text is empty.
     */
    @Override
    public void beginReading(Connection connection) throws SQLException {
        super.beginReading(connection);
        Ask.execute(
                connection,
                "SET @waybill_limit = @@sql_select_limit, sql_select_limit = 18446744073709551615,"
                        + " @waybill_results = @@character_set_results,"
                        + " character_set_results = IF(@@character_set_results IS NULL, NULL, 'utf8mb4'),"
                        + " @waybill_mode = @@sql_mode, sql_mode = REPLACE(@@sql_mode, 'EMPTY_STRING_IS_NULL', '')");
    }

    @Override
    public void endReading(Connection connection) throws SQLException {
        Ask.execute(
                connection,
                "SET sql_select_limit = @waybill_limit, character_set_results = @waybill_results,"
                        + " sql_mode = @waybill_mode");
        super.endReading(connection);
    }

    @Override
    public void enterUtc(Connection connection) throws SQLException {
        Ask.execute(connection, "SET time_zone = '+00:00'");
    }

    @Override
    public void leaveUtc(Connection connection) throws SQLException {
        Ask.execute(connection, "SET time_zone = DEFAULT");
    }

    @Override
    public Estimate estimate(Connection connection, Source source, String sql, List<Object> parameters, boolean isBound)
            throws SQLException {
        return Estimate.explained(connection, "EXPLAIN FORMAT=JSON " + sql, parameters, "\"rows\":\\s*(\\d+)");
    }

    @Override
    public Aggregates aggregates(Connection connection, SourceColumn column, String quoted) {
        return switch (column.type().kind()) {
            case BOOLEAN -> Aggregates.ofTruths(quoted);
            case INT16, INT32, INT64, DECIMAL -> Aggregates.ofSum("SUM(" + quoted + ")");
            case DATE -> Aggregates.ofSum("SUM(DATEDIFF(" + quoted + ", '1970-01-01'))");
            case TIMESTAMP, INSTANT ->
                Aggregates.ofSum("SUM(TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', " + quoted + "))");
            case TEXT, UUID, JSON -> {
                String text = "CONVERT(" + quoted + " USING utf8mb4)";
                yield Aggregates.ofBytes("OCTET_LENGTH(" + text + ")", "CRC32(" + text + ")");
            }
            case BINARY -> Aggregates.ofBytes("OCTET_LENGTH(" + quoted + ")", "CRC32(" + quoted + ")");
            case FLOAT32, FLOAT64, TIME, ARRAY -> Aggregates.NONE;
        };
    }

    @Override
    public Optional<ChangeSql> changes() {
        return Optional.of(new MySqlChanges(this, false));
    }

    @Override
    public ReportSql reports() {
        return new MySqlReports(this);
    }

    @Override
    public Optional<SharedSnapshot> sharedSnapshot() {
        return Optional.of(new MySqlSnapshot());
    }

    @Override
    public Set<String> ownSchemas() {
        return Set.of("information_schema", "sys", "mysql", "performance_schema");
    }
}
