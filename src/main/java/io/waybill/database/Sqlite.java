package io.waybill.database;

import static io.waybill.database.Phrase.EPOCH_MILLIS;
import static io.waybill.database.Phrase.LENGTH;
import static io.waybill.database.Phrase.LIMIT;
import static io.waybill.database.Phrase.LOCAL_CLOCK;
import static io.waybill.database.Phrase.PERCENTILE;
import static io.waybill.database.Phrase.TEXT_BYTES;
import static io.waybill.database.Phrase.TODAY;
import static io.waybill.database.Phrase.ZONED_CLOCK;

import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import io.waybill.flow.FloatText;
import io.waybill.flow.NumberRange;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.temporal.Temporal;
import java.util.Locale;
import java.util.Optional;

/**
 * SQLite. A declared type is a preference there and no promise: any column may hold whole numbers of 64 bits, doubles, texts
 * and bytes, side by side. What its driver's typed getters make of them is another value (0 of a text, -1 of a large number),
 * so each value is taken as it is stored, and is refused where it is none of its column's type.
 */
final class Sqlite extends Standard {

    private static final String URL = "jdbc:sqlite:";

    Sqlite() {
        super(new Product("SQLite", "sqlite")
                .driver("sqlite", "org.sqlite.JDBC", "org.xerial:sqlite-jdbc", "data/name.db")
                .writes(LIMIT, "\nLIMIT {}")
                .writes(LENGTH, "LENGTH({})")
                .writes(TEXT_BYTES, "CAST({} AS BLOB)")
                .writes(PERCENTILE, null)
                .writes(ZONED_CLOCK, "datetime('now', '-{} seconds')")
                .writes(LOCAL_CLOCK, "datetime('now', '-{} seconds')")
                // in the westernmost zone, where a day ends last
                .writes(TODAY, "date('now', '-12 hours', '-{} seconds')")
                .writes(EPOCH_MILLIS, "SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)")
                .with(Trait.TIMES_AS_TEXT));
    }

    /** It compares by what a value happens to be stored as: times are put into one form of text, and flags into numbers. */
    @Override
    public String compared(SourceColumn column) {
        String quoted = quote(column.name());
        return switch (column.type().kind()) {
            case BOOLEAN -> column.found().kind() == Kind.TEXT ? super.compared(column) : SqliteTimes.truth(quoted);
            case DATE, TIME, TIMESTAMP, INSTANT ->
                SqliteTimes.compared(quoted, column.type().kind());
            case FLOAT32, FLOAT64 -> column.found().kind() == Kind.TEXT ? "CAST(" + quoted + " AS REAL)" : quoted;
            default -> super.compared(column);
        };
    }

    /** Its driver binds times and decimals as texts of other forms than are stored. */
    @Override
    public Object parameter(SourceColumn column, Object value) {
        if (value instanceof BigDecimal number) {
            boolean whole = number.stripTrailingZeros().scale() <= 0
                    && number.toBigInteger().bitLength() < Long.SIZE;
            return whole ? (Object) number.longValue() : (Object) number.doubleValue();
        }
        return value instanceof Temporal time ? SqliteTimes.text(time) : value;
    }

    @Override
    public String timeOfDay(SourceColumn column) {
        return column.type().kind() == Kind.TIME ? compared(column) : "substr(" + compared(column) + ", 12)";
    }

    @Override
    Optional<Path> file(String url) {
        String place = url.startsWith(URL) ? url.substring(URL.length()).replaceFirst("\\?.*", "") : "";
        boolean isOther = place.isEmpty()
                || place.startsWith(":")
                || place.startsWith("file:"); // in memory, or with options of its own
        return isOther ? Optional.empty() : Optional.of(Path.of(place));
    }

    /** Whatever the database says, a value may be of any kind. */
    @Override
    public boolean converts(ColumnType declared, ColumnType found) {
        return true;
    }

    /** Its driver takes that before a connection is opened only. */
    @Override
    public void setReadOnly(Connection connection, boolean readOnly) {}

    /** By the declared name alone: what else the driver says of a type, it takes from the row that it stands on. */
    @Override
    public ColumnType typeOf(Connection connection, ResultSetMetaData metaData, int index) throws SQLException {
        String name = metaData.getColumnTypeName(index).toUpperCase(Locale.ROOT);
        if (name.contains("INT")) {
            return ColumnType.INT64;
        }
        if (name.contains("CHAR") || name.contains("CLOB") || name.contains("TEXT")) {
            return ColumnType.TEXT;
        }
        if (name.contains("REAL") || name.contains("FLOA") || name.contains("DOUB")) {
            return ColumnType.FLOAT64;
        }
        return switch (name) {
            // NUMERIC is also what the driver calls an expression
            case "NUMERIC", "DECIMAL", "NUMBER" ->
                JdbcTypes.decimal(metaData.getPrecision(index), metaData.getScale(index));
            case "BOOLEAN", "BOOL" -> ColumnType.BOOLEAN;
            case "BLOB" -> ColumnType.BINARY;
            case "JSON" -> ColumnType.JSON;
            case "DATE" -> ColumnType.DATE;
            case "TIME" -> ColumnType.time(6);
            case "DATETIME", "TIMESTAMP" -> ColumnType.timestamp(6);
            default -> ColumnType.TEXT;
        };
    }

    @Override
    public ReportSql reports() {
        return new SqliteReports(this);
    }

    @Override
    public ColumnReader reader(ColumnType type, String typeName, boolean declared) {
        return (row, index, out) -> {
            Object value = row.getObject(index);
            if (value == null) {
                out.appendNull();
            } else {
                append(out, type, value, row, index);
            }
        };
    }

    private static void append(ColumnValues out, ColumnType type, Object value, ResultSet row, int index)
            throws SQLException {
        switch (type.kind()) {
            case BOOLEAN -> out.appendBoolean(truth(value));
            case INT16, INT32, INT64 -> out.appendLong(whole(value, type));
            case FLOAT32, FLOAT64 -> out.appendDouble(floating(value, type));
            case DECIMAL -> out.appendText(digits(value, type));
            case TEXT -> out.appendText(text(value, row, index));
            case JSON -> out.appendText(JdbcReaders.checkedJson(text(value, row, index)));
            case UUID -> out.appendText(TextReaders.uuid(text(value, row, index)));
            case BINARY -> out.appendBytes(bytes(value, row, index));
            case DATE -> TimeText.append(out, IsoTimes.date(timeText(value, type)));
            case TIME -> out.appendLong(TimeText.parseTime(timeText(value, type)));
            case TIMESTAMP -> IsoTimes.appendLocal(out, timeText(value, type));
            case INSTANT -> IsoTimes.appendInstant(out, timeText(value, type));
            case ARRAY -> throw isNot(value, type);
        }
    }

    private static boolean truth(Object value) {
        if (value instanceof Integer number && (number == 0 || number == 1)) {
            return number == 1;
        }
        if (value instanceof String text && (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false"))) {
            return text.equalsIgnoreCase("true");
        }
        throw isNot(value, ColumnType.BOOLEAN);
    }

    private static long whole(Object value, ColumnType type) {
        try {
            return NumberRange.check(
                    value instanceof String text ? parsed(text, type).longValueExact() : integer(value, type), type);
        } catch (IllegalArgumentException | ArithmeticException e) { // it has a fraction, or more digits than the type
            throw isNot(value, type);
        }
    }

    private static long integer(Object value, ColumnType type) {
        if (value instanceof Integer || value instanceof Long) {
            return ((Number) value).longValue();
        }
        throw isNot(value, type);
    }

    private static double floating(Object value, ColumnType type) {
        double number;
        if (value instanceof Double stored) {
            number = stored;
        } else if (value instanceof String text) {
            number = parsed(text, type).doubleValue();
            if (Double.isInfinite(number)) {
                throw isNot(value, type);
            }
        } else {
            long stored = integer(value, type);
            number = stored;
            if (!new BigDecimal(number).toBigInteger().equals(BigInteger.valueOf(stored))) {
                throw isNot(value, type);
            }
        }
        if (type.kind() == Kind.FLOAT32 && Double.isFinite(number) && Float.isInfinite((float) number)) {
            throw isNot(value, type);
        }
        return type.kind() == Kind.FLOAT32 ? (float) number : number;
    }

    private static String digits(Object value, ColumnType type) {
        if (value instanceof Double stored && !Double.isFinite(stored)) {
            return stored.toString();
        }
        BigDecimal number;
        if (value instanceof Double stored) {
            number = new BigDecimal(FloatText.of(stored));
        } else {
            number = value instanceof String text ? parsed(text, type) : BigDecimal.valueOf(integer(value, type));
        }
        if (type.isLimitedDecimal()) {
            NumberRange.fit(number, type);
        }
        return number.toPlainString();
    }

    private static BigDecimal parsed(String text, ColumnType type) {
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw isNot(text, type);
        }
    }

    /** Numbers as SQLite itself shows them. */
    private static String text(Object value, ResultSet row, int index) throws SQLException {
        if (value instanceof byte[]) {
            throw isNot(value, ColumnType.TEXT);
        }
        if (value instanceof String text) {
            // which the driver puts in the place of bytes that are no text
            return text.indexOf('\uFFFD') < 0 ? text : JdbcReaders.utf8(row.getBytes(index));
        }
        return row.getString(index);
    }

    private static byte[] bytes(Object value, ResultSet row, int index) throws SQLException {
        if (value instanceof byte[] bytes) {
            return bytes;
        }
        if (value instanceof String) {
            return row.getBytes(index); // those of its UTF-8, as SQLite casts it
        }
        throw isNot(value, ColumnType.BINARY);
    }

    private static String timeText(Object value, ColumnType type) {
        if (value instanceof Number) {
            throw new IllegalArgumentException(
                    "the number " + value + " may stand for seconds, milliseconds or days, and "
                            + "is no " + type + ": declare the column as type = \""
                            + (value instanceof Double ? "double" : "bigint")
                            + "\" in datasets.toml, or a query that calls datetime(…) or date(…)");
        }
        if (value instanceof String text) {
            return text;
        }
        throw isNot(value, type);
    }

    private static IllegalArgumentException isNot(Object value, ColumnType type) {
        String found;
        String fitting;
        if (value instanceof byte[] bytes) {
            found = bytes.length + " bytes are";
            fitting = "binary";
        } else if (value instanceof String text) {
            found = "the text \"" + (text.length() > 40 ? text.substring(0, 40) + "…" : text) + "\" is";
            fitting = "text";
        } else {
            found = value + " is";
            fitting = value instanceof Double ? "double" : "bigint";
        }
        return new IllegalArgumentException(
                found + " no " + type + ": declare the column as type = \"" + fitting + "\" in datasets.toml");
    }
}
