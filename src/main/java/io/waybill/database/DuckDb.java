package io.waybill.database;

import static io.waybill.database.Phrase.LENGTH;
import static io.waybill.database.Phrase.LIMIT;
import static io.waybill.database.Phrase.LOCAL_CLOCK;
import static io.waybill.database.Phrase.MATCHES;
import static io.waybill.database.Phrase.TEXT_BYTES;
import static io.waybill.database.Phrase.ZONED_CLOCK;

import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;

/**
 * DuckDB. Its JDBC types say little (a bit string is a BIT, a number of 128 bits is an OTHER), so its own names decide; and
 * its driver hands infinite times over as the largest that the type's number could be.
 */
final class DuckDb extends Standard {

    /** What infinity is kept as, and its opposite, in a time's own unit. */
    private static final long INFINITE = Long.MAX_VALUE;

    private static final LocalDate INFINITE_DATE = LocalDate.ofEpochDay(Integer.MAX_VALUE);
    private static final LocalDate NEGATIVE_INFINITE_DATE = LocalDate.ofEpochDay(-Integer.MAX_VALUE);

    DuckDb() {
        super(new Product("DuckDB", "duckdb")
                .driver("duckdb", "org.duckdb.DuckDBDriver", "org.duckdb:duckdb_jdbc", "data/name.duckdb")
                .writes(LIMIT, "\nLIMIT {}")
                .writes(MATCHES, "regexp_full_match({}, ?)")
                .writes(LENGTH, "LENGTH({})")
                .writes(TEXT_BYTES, "encode({})")
                .writes(ZONED_CLOCK, "date_trunc('second', now()) - INTERVAL ({}) SECOND")
                .writes(LOCAL_CLOCK, "date_trunc('second', CAST(now() AS TIMESTAMP)) - INTERVAL ({}) SECOND"));
    }

    /** Within lists, and where a time is declared text. */
    @Override
    public void enterUtc(Connection connection) throws SQLException {
        Ask.execute(connection, "SET TimeZone = 'UTC'");
    }

    @Override
    public void leaveUtc(Connection connection) throws SQLException {
        Ask.execute(connection, "RESET TimeZone");
    }

    /** Else the driver shows Java's text of what is in it. */
    @Override
    public String selected(SourceColumn column) {
        String quoted = quote(column.name());
        if (column.type().kind() == Kind.TEXT && column.found().kind() != Kind.TEXT) {
            return "CAST(" + quoted + " AS VARCHAR)";
        }
        String type = column.nativeType().toUpperCase(Locale.ROOT);
        boolean nested = type.endsWith("]")
                || type.startsWith("STRUCT(")
                || type.startsWith("MAP(")
                || type.startsWith("UNION(");
        return nested || type.equals("TIME WITH TIME ZONE") ? "CAST(" + quoted + " AS VARCHAR)" : quoted;
    }

    /** Its driver binds times to the microsecond, and decimals of 38 digits, where a column may have more. */
    @Override
    public Object parameter(SourceColumn column, Object value) {
        String type = column.nativeType().toUpperCase(Locale.ROOT);
        if (value instanceof LocalDateTime && type.equals("TIMESTAMP_NS")
                || value instanceof LocalTime && type.equals("TIME_NS")) {
            return value.toString();
        }
        boolean wide = type.equals("HUGEINT") || type.equals("UHUGEINT");
        return value instanceof BigDecimal number
                        && wide
                        && number.stripTrailingZeros().scale() <= 0
                ? number.toBigInteger()
                : super.parameter(column, value);
    }

    @Override
    String typeInText(Kind kind) {
        return switch (kind) {
            case TIME -> "TIME";
            case TIMESTAMP -> "TIMESTAMP";
            case INSTANT -> "TIMESTAMPTZ";
            default -> super.typeInText(kind);
        };
    }

    /** MAX() goes by the order in which an enum's texts were declared. */
    @Override
    public boolean hasOrderOfItsOwn(SourceColumn column) {
        return column.nativeType().toUpperCase(Locale.ROOT).startsWith("ENUM");
    }

    @Override
    public String endless(ColumnType type, Connection connection) {
        return type.isTimed() ? "'infinity'" : null;
    }

    @Override
    public Optional<Pushdown> pushdown() {
        return Optional.of(new DuckDbPushdown(this));
    }

    @Override
    public ReportSql reports() {
        return new DuckDbReports(this);
    }

    @Override
    public ColumnReader reader(ColumnType type, String typeName, boolean declared) {
        ColumnReader usual = JdbcReaders.of(type, declared);
        String name = typeName.toUpperCase(Locale.ROOT);
        return switch (type.kind()) {
            // as LocalDate, a year BC loses its sign
            case DATE ->
                name.equals("DATE")
                        ? JdbcReaders.objects(
                                (row, index) -> row.getObject(index, LocalDateTime.class), DuckDb::appendDate)
                        : usual;
            case TIME -> name.startsWith("TIME") ? JdbcReaders.times() : usual;
            case TIMESTAMP ->
                switch (name) {
                    case "TIMESTAMP" -> DuckDb::readMicros;
                    case "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS" -> timestamp(name);
                    default -> usual;
                };
            case INSTANT -> name.equals("TIMESTAMP WITH TIME ZONE") ? DuckDb::readMicros : usual;
            case DECIMAL -> name.equals("BIGNUM") || name.equals("VARINT") ? JdbcReaders.digits() : usual;
            case TEXT -> isJavaInside(name) ? DuckDb::refuse : usual;
            default -> usual;
        };
    }

    @Override
    public ColumnType typeOf(Connection connection, ResultSetMetaData metaData, int index) throws SQLException {
        String name = metaData.getColumnTypeName(index).toUpperCase(Locale.ROOT);
        if (name.startsWith("DECIMAL(") && name.endsWith(")")) {
            return JdbcTypes.decimal(metaData.getPrecision(index), metaData.getScale(index));
        }
        return switch (name) {
            case "BOOLEAN" -> ColumnType.BOOLEAN;
            case "TINYINT", "UTINYINT", "SMALLINT" -> ColumnType.INT16;
            case "USMALLINT", "INTEGER" -> ColumnType.INT32;
            case "UINTEGER", "BIGINT" -> ColumnType.INT64;
            case "UBIGINT" -> ColumnType.decimal(20, 0);
            case "HUGEINT", "UHUGEINT", "BIGNUM", "VARINT" -> ColumnType.UNLIMITED_DECIMAL;
            case "FLOAT" -> ColumnType.FLOAT32;
            case "DOUBLE" -> ColumnType.FLOAT64;
            case "BLOB" -> ColumnType.BINARY;
            case "UUID" -> ColumnType.UUID;
            case "JSON" -> ColumnType.JSON;
            case "DATE" -> ColumnType.DATE;
            case "TIME" -> ColumnType.time(6);
            case "TIME_NS" -> ColumnType.time(9);
            case "TIMESTAMP_S" -> ColumnType.timestamp(0);
            case "TIMESTAMP_MS" -> ColumnType.timestamp(3);
            case "TIMESTAMP" -> ColumnType.timestamp(6);
            case "TIMESTAMP_NS" -> ColumnType.timestamp(9);
            case "TIMESTAMP WITH TIME ZONE" -> ColumnType.instant(6);
            default -> ColumnType.TEXT; // bit strings, intervals, lists, structs, …: in DuckDB's own text form
        };
    }

    /** Whether the driver would show Java's own text of an object within the value. */
    private static boolean isJavaInside(String name) {
        return name.lastIndexOf("MAP(") > 0 || name.lastIndexOf("UNION(") > 0;
    }

    private static void refuse(ResultSet row, int index, ColumnValues out) throws SQLException {
        if (row.getObject(index) != null) {
            throw new IllegalArgumentException("the driver does not hand over what is in a "
                    + row.getMetaData().getColumnTypeName(index) + " as DuckDB shows it: select CAST(… AS VARCHAR)");
        }
        out.appendNull();
    }

    private static void appendDate(ColumnValues out, LocalDateTime midnight) {
        LocalDate date = midnight.toLocalDate();
        LocalDate bounded = date.equals(NEGATIVE_INFINITE_DATE) ? LocalDate.MIN : date;
        TimeText.append(out, date.equals(INFINITE_DATE) ? LocalDate.MAX : bounded);
    }

    private static void readMicros(ResultSet row, int index, ColumnValues out) throws SQLException {
        long micros = row.getLong(index);
        if (row.wasNull()) {
            out.appendNull();
        } else {
            out.appendTimestamp(micros == -INFINITE ? ColumnType.NEGATIVE_INFINITY : micros, 0);
        }
    }

    private static ColumnReader timestamp(String name) {
        long unitsASecond = switch (name) {
            case "TIMESTAMP_S" -> 1;
            case "TIMESTAMP_MS" -> 1000;
            default -> 1_000_000_000;
        };
        LocalDateTime infinite = unitsASecond == 1 ? null : epoch(INFINITE, unitsASecond);
        LocalDateTime negative = unitsASecond == 1 ? null : epoch(-INFINITE, unitsASecond);
        return JdbcReaders.objects((row, index) -> timestamp(row, index, name), (out, value) -> {
            LocalDateTime bounded = value.equals(negative) ? LocalDateTime.MIN : value;
            TimeText.append(out, value.equals(infinite) ? LocalDateTime.MAX : bounded);
        });
    }

    private static LocalDateTime timestamp(ResultSet row, int index, String name) throws SQLException {
        try {
            return row.getObject(index, LocalDateTime.class);
        } catch (DateTimeException e) {
            throw new DateTimeException("a " + name + " that the driver cannot hand over, an infinite one for "
                    + "example: select CAST(… AS TIMESTAMP)");
        }
    }

    private static LocalDateTime epoch(long units, long unitsASecond) {
        return LocalDateTime.ofEpochSecond(units / unitsASecond, 0, ZoneOffset.UTC)
                .plusNanos(units % unitsASecond * (1_000_000_000 / unitsASecond));
    }
}
