package io.waybill.database;

import static io.waybill.database.Phrase.EPOCH_MILLIS;
import static io.waybill.database.Phrase.LIMIT;
import static io.waybill.database.Phrase.LOCAL_CLOCK;
import static io.waybill.database.Phrase.MATCHES;
import static io.waybill.database.Phrase.NEXT_VALUE;
import static io.waybill.database.Phrase.NUMBER;
import static io.waybill.database.Phrase.PERCENTILE;
import static io.waybill.database.Phrase.TEXT_BYTES;
import static io.waybill.database.Phrase.WHOLE_TEXT;
import static io.waybill.database.Phrase.ZONED_CLOCK;

import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** H2. */
final class H2 extends Standard {

    /** What H2 calls so, beside the levels of JDBC. */
    private static final int SNAPSHOT = 6;

    /** How it names an array's type, and its elements'. */
    private static final Pattern ARRAY = Pattern.compile("(.*) array(?:\\[\\d+])?", Pattern.DOTALL);

    private static final Pattern TYPE = Pattern.compile("([a-z ]+?)(?:\\((\\d+)(?:, (\\d+))?\\))?( with time zone)?");

    H2() {
        super(new Product("H2", "h2")
                .driver("h2", "org.h2.Driver", "com.h2database:h2", "file:./data/name")
                .writes(NUMBER, "DECFLOAT")
                .writes(TEXT_BYTES, "CAST(CAST({} AS VARCHAR) AS VARBINARY)")
                .writes(LIMIT, "\nLIMIT {}")
                .writes(MATCHES, "{} REGEXP ?")
                .writes(WHOLE_TEXT, "^({})\\z")
                .writes(ZONED_CLOCK, "DATEADD(SECOND, -{}, DATE_TRUNC(SECOND, CURRENT_TIMESTAMP))")
                .writes(LOCAL_CLOCK, "DATEADD(SECOND, -{}, DATE_TRUNC(SECOND, LOCALTIMESTAMP))")
                .writes(EPOCH_MILLIS, "SELECT CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000 AS BIGINT)")
                .writes(
                        NEXT_VALUE,
                        "SELECT IDENTITY_BASE FROM INFORMATION_SCHEMA.COLUMNS"
                                + " WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND COLUMN_NAME = ? AND IS_IDENTITY = 'YES'")
                // its own takes the value nearest to that share of the way, and not the first that reaches it
                .writes(
                        PERCENTILE,
                        "(ARRAY_AGG({} ORDER BY {}) FILTER (WHERE {} IS NOT NULL))"
                                + "[GREATEST(1, CAST(CEIL({share} * COUNT({})) AS INTEGER))]")
                .with(Trait.BINDS_UUIDS));
    }

    @Override
    public boolean isBehind(String name, DatabaseMetaData metaData) {
        return name.equals("h2");
    }

    @Override
    public Optional<TableName> meantBy(Connection connection, TableName synonym) throws SQLException {
        return Optional.ofNullable(Ask.first(
                connection,
                "SELECT SYNONYM_FOR_SCHEMA, SYNONYM_FOR FROM INFORMATION_SCHEMA.SYNONYMS"
                        + " WHERE SYNONYM_SCHEMA = ? AND SYNONYM_NAME = ?",
                row -> new TableName(row.getString(1), row.getString(2)),
                synonym.schema(),
                synonym.name()));
    }

    /** It names subqueries by their aliases. */
    @Override
    public Optional<ResultOrigin> origin(ResultSetMetaData result, int column, String query) throws SQLException {
        return ResultOrigin.byNames(this, result.getSchemaName(column), result, column, query);
    }

    /** Of a file that another process has, and of a server that is not there. */
    @Override
    protected Set<String> awayStates() {
        return Set.of("90020", "90067");
    }

    /** A cast to TIME would go through the session's zone; the text shows the zone asked for. */
    @Override
    public String timeOfDay(String quoted, ZoneId zone, List<Object> parameters) {
        parameters.add(zoneName("hours", zone));
        return "SUBSTRING(CAST(" + quoted + " AT TIME ZONE CAST(? AS VARCHAR) AS VARCHAR) FROM 12 FOR 8)";
    }

    @Override
    public String timeMark(Kind kind) {
        return kind == Kind.INSTANT ? "?" : "CAST(? AS TIME)";
    }

    @Override
    public Object time(Kind kind, LocalTime time) {
        return kind == Kind.INSTANT ? time + ":00" : time;
    }

    @Override
    public ColumnType typeOf(Connection connection, ResultSetMetaData metaData, int index) throws SQLException {
        String name = small(metaData.getColumnTypeName(index));
        return typeOf(name, metaData.getPrecision(index), metaData.getScale(index));
    }

    @Override
    public String elementName(String typeName) {
        Matcher array = ARRAY.matcher(small(typeName));
        return array.matches() ? array.group(1) : typeName;
    }

    /**
     * Of an array's element there is its name only: {@code TIMESTAMP(9) WITH TIME ZONE}.
     *
     * @param precision that of a type whose name does not say it; -1 where it is not known
     * @param scale likewise, also the digits of a time
     */
    private ColumnType typeOf(String name, int precision, int scale) {
        if (ARRAY.matcher(name).matches()) {
            String element = elementName(name);
            return ColumnType.array(typeOf(element, -1, element.startsWith("timestamp") ? 6 : 0));
        }
        Matcher parts = TYPE.matcher(name);
        if (!parts.matches()) {
            return ColumnType.TEXT;
        }
        boolean zoned = parts.group(4) != null;
        int first = parts.group(2) == null ? precision : Integer.parseInt(parts.group(2));
        int second = parts.group(3) == null ? scale : Integer.parseInt(parts.group(3));
        int digits = parts.group(2) == null ? scale : first;
        return switch (parts.group(1)) {
            case "boolean" -> ColumnType.BOOLEAN;
            case "tinyint", "smallint" -> ColumnType.INT16;
            case "integer" -> ColumnType.INT32;
            case "bigint" -> ColumnType.INT64;
            case "real" -> ColumnType.FLOAT32;
            case "double precision", "double", "float" -> ColumnType.FLOAT64;
            case "numeric", "decimal" -> JdbcTypes.decimal(first, second);
            case "decfloat" -> ColumnType.UNLIMITED_DECIMAL;
            case "binary", "binary varying", "varbinary", "binary large object", "blob" -> ColumnType.BINARY;
            case "json" -> ColumnType.JSON;
            case "uuid" -> ColumnType.UUID;
            case "date" -> ColumnType.DATE;
            case "time" -> zoned ? ColumnType.TEXT : ColumnType.time(digits);
            case "timestamp" -> zoned ? ColumnType.instant(digits) : ColumnType.timestamp(digits);
            default -> ColumnType.TEXT; // characters, enums, intervals, geometry, rows
        };
    }

    @Override
    public ColumnReader reader(ColumnType type, String typeName, boolean declared) {
        return switch (type.kind()) {
            case DECIMAL -> JdbcReaders.digits(type, declared); // a DECFLOAT may be NaN or infinite
            case TIME -> JdbcReaders.times();
            default -> JdbcReaders.of(type, declared);
        };
    }

    @Override
    public boolean makesTextOf(String typeName) {
        return true;
    }

    /** Its repeatable reads are of the tables that were read; another sees what was written meanwhile. */
    @Override
    public int snapshotIsolation(Connection connection) {
        return SNAPSHOT;
    }

    /** It would build the whole result before it hands out the first row. */
    @Override
    public void beginReading(Connection connection) throws SQLException {
        Ask.execute(connection, "SET LAZY_QUERY_EXECUTION 1");
    }

    @Override
    public void endReading(Connection connection) throws SQLException {
        Ask.execute(connection, "SET LAZY_QUERY_EXECUTION 0");
    }

    @Override
    public Estimate estimate(Connection connection, Source source, String sql, List<Object> parameters, boolean isBound)
            throws SQLException {
        int dot = source.location().indexOf('.');
        if (dot < 0) {
            return Estimate.UNKNOWN;
        }
        Estimate estimate = Ask.first(
                connection,
                "SELECT ROW_COUNT_ESTIMATE FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?",
                row -> new Estimate(row.getLong(1), isBound),
                source.location().substring(source.location().indexOf(' ') + 1, dot),
                source.location().substring(dot + 1));
        return estimate == null ? Estimate.UNKNOWN : estimate;
    }

    @Override
    public Optional<ChangeSql> changes() {
        return Optional.of(new H2Changes(this));
    }

    @Override
    public ReportSql reports() {
        return new H2Reports(this);
    }

    /** It has no CRC-32; lengths are compared. */
    @Override
    public Aggregates aggregates(Connection connection, SourceColumn column, String quoted) {
        return switch (column.type().kind()) {
            case BOOLEAN -> Aggregates.ofTruths(quoted);
            case INT16, INT32, INT64, DECIMAL ->
                Aggregates.ofSum("SUM(CAST(" + quoted + " AS DECIMAL(1000, "
                        + column.type().scale() + ")))");
            case DATE -> Aggregates.ofSum("SUM(CAST(DATEDIFF(DAY, DATE '1970-01-01', " + quoted + ") AS DECIMAL(38)))");
            case TIMESTAMP, INSTANT ->
                Aggregates.ofSum("SUM(FLOOR(CAST(EXTRACT(EPOCH FROM " + quoted + ") AS DECIMAL(38, 9)) * 1000000))");
            case TEXT, BINARY -> Aggregates.ofBytes("OCTET_LENGTH(" + quoted + ")", null);
            case UUID, JSON, FLOAT32, FLOAT64, TIME, ARRAY -> Aggregates.NONE;
        };
    }
}
