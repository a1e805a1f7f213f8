package io.waybill.database;

import static io.waybill.database.Phrase.EPOCH_MILLIS;
import static io.waybill.database.Phrase.LIMIT;
import static io.waybill.database.Phrase.LOCAL_CLOCK;
import static io.waybill.database.Phrase.MATCHES;
import static io.waybill.database.Phrase.NUMBER;
import static io.waybill.database.Phrase.QUOTES;
import static io.waybill.database.Phrase.TODAY;
import static io.waybill.database.Phrase.TOP;
import static io.waybill.database.Phrase.WHOLE_NUMBER;
import static io.waybill.database.Phrase.ZONED_CLOCK;

import io.waybill.WaybillException;
import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

/** How SQL is written, and what is bound to it: as SQL:2016 says, where a product does not say otherwise. */
public abstract class StandardSql {

    final Product product;

    StandardSql(Product product) {
        this.product = product;
    }

    /** Whether something holds of it. */
    public final boolean has(Trait trait) {
        return product.has(trait);
    }

    /** A phrase as the product writes it; null where it does not. */
    public final String written(Phrase phrase, Object of) {
        String sql = product.phrase(phrase);
        return sql == null ? null : sql.replace("{}", of.toString());
    }

    /** An identifier in quotes. */
    public final String quote(String identifier) {
        if (identifier.indexOf('\0') >= 0 || identifier.contains(":?")) {
            // camel-jdbc takes :?name for a parameter wherever it stands
            throw WaybillException.refusal("the name \"" + identifier.replace('\0', '?') + "\" cannot be quoted");
        }
        String quotes = product.phrase(QUOTES);
        String close = quotes.substring(1);
        return quotes.charAt(0) + identifier.replace(close, close + close) + close;
    }

    /** A column as it is selected, so that the driver hands over each value as it is: most often the column alone. */
    public String selected(SourceColumn column) {
        return quote(column.name());
    }

    /** A column as its values are compared and ordered: as numbers, times or flags, where text is declared to hold them. */
    public String compared(SourceColumn column) {
        String quoted = quote(column.name());
        if (column.found().kind() != Kind.TEXT) {
            return quoted;
        }
        return switch (column.type().kind()) {
            case INT16, INT32, INT64, DECIMAL -> "CAST(" + quoted + " AS " + number(column.type()) + ")";
            case BOOLEAN ->
                "CASE WHEN LOWER(TRIM(" + quoted
                        + ")) IN ('true', 't', 'yes', 'y', 'on', '1') THEN TRUE WHEN LOWER(TRIM(" + quoted
                        + ")) IN ('false', 'f', 'no', 'n', 'off', '0') THEN FALSE END";
            case UUID -> has(Trait.BINDS_UUIDS) ? "CAST(" + quoted + " AS UUID)" : "LOWER(" + quoted + ")";
            case FLOAT32, FLOAT64, DATE, TIME, TIMESTAMP, INSTANT ->
                "CAST(" + quoted + " AS " + typeInText(column.type().kind()) + ")";
            case TEXT, JSON, BINARY, ARRAY -> quoted;
        };
    }

    /** What a text is cast to that is declared to hold such values. */
    String typeInText(Kind kind) {
        return switch (kind) {
            case DATE -> "DATE";
            case TIME -> "TIME(6)";
            case TIMESTAMP -> "TIMESTAMP(6)";
            case INSTANT -> "TIMESTAMP(6) WITH TIME ZONE";
            default -> "DOUBLE PRECISION";
        };
    }

    private String number(ColumnType type) {
        return type.isLimitedDecimal()
                ? "DECIMAL(" + type.precision() + ", " + type.scale() + ")"
                : product.phrase(type.kind() == Kind.DECIMAL ? NUMBER : WHOLE_NUMBER);
    }

    /** A column as it is compared with the values of a filter. */
    public String filtered(SourceColumn column) {
        return compared(column);
    }

    /** Whether a column that is read as text is of a type with an order of its own. */
    public boolean hasOrderOfItsOwn(SourceColumn column) {
        return false;
    }

    /** A query without rows whose result has a relation's columns. */
    public String described(String relation) {
        return "SELECT * FROM " + relation + " WHERE 1 = 0";
    }

    /** What stands between SELECT and the columns to take a number of rows at most; 0 for all. */
    public final String limitBefore(long rows) {
        return rows == 0 ? "" : written(TOP, rows);
    }

    /** What stands at the query's end to take a number of rows at most; 0 for all. */
    public final String limitAfter(long rows) {
        return rows == 0 ? "" : written(LIMIT, rows);
    }

    /** The condition that an expression matches a bound regular expression. */
    public final String matches(String expression) {
        String matches = written(MATCHES, expression);
        if (matches == null) {
            throw WaybillException.refusal("filters: \"matches\" is not known to this database; \"like\" is");
        }
        return matches;
    }

    /** A text without its digits. */
    public final String withoutDigits(String text) {
        String without = text;
        for (char digit = '0'; digit <= '9'; digit++) {
            without = "REPLACE(" + without + ", '" + digit + "', '')";
        }
        return without;
    }

    /**
     * The database's clock, some seconds ago and down to a whole second: what is dated before it is not written any more, unless by
     * a transaction that is open.
     *
     * @param kind that of the column that is compared with it: a date, a timestamp, or an instant
     */
    public final String clock(Kind kind, long secondsAgo) {
        return switch (kind) {
            case INSTANT, TIMESTAMP -> clock(kind == Kind.INSTANT, secondsAgo);
            case DATE -> {
                String today = written(TODAY, secondsAgo);
                yield today == null ? "CAST(" + clock(false, secondsAgo) + " AS DATE)" : today;
            }
            default -> throw new IllegalArgumentException(kind + " is not compared with a clock");
        };
    }

    private String clock(boolean zoned, long ago) {
        return written(zoned ? ZONED_CLOCK : LOCAL_CLOCK, ago).replace("{+1}", Long.toString(ago + 1));
    }

    /** A query of the milliseconds since 1970-01-01T00:00Z by the database's clock; null where a ledger cannot be in one. */
    public final String epochMillis() {
        return product.phrase(EPOCH_MILLIS);
    }

    /**
     * A value as it is bound where {@link #compared} is compared with it: most often as it is.
     *
     * @param value of the column's type
     */
    public Object parameter(SourceColumn column, Object value) {
        boolean isLocal = column.found().kind() == Kind.TIMESTAMP; // and declared to be one of UTC
        return isLocal && value instanceof OffsetDateTime instant
                ? instant.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime()
                : value;
    }

    /** The least value that is endless, as a literal; null where the type has none. */
    public String endless(ColumnType type, Connection connection) throws SQLException {
        return null;
    }

    /** A UUID as a parameter that is compared with a column of them. */
    public final Object uuid(String text) {
        return has(Trait.BINDS_UUIDS) ? UUID.fromString(text) : text;
    }

    /** A point in time as a parameter that is compared with a column of them. */
    public Object instant(OffsetDateTime utc) {
        return utc;
    }

    /** The time of day of a column of times or local timestamps. */
    public String timeOfDay(SourceColumn column) {
        String quoted = quote(column.name());
        return column.type().kind() == Kind.TIME ? quoted : "CAST(" + quoted + " AS TIME)";
    }

    /**
     * The time of day of a column of instants.
     *
     * @param zone where
     * @param parameters gets what the expression binds
     */
    public String timeOfDay(String quoted, ZoneId zone, List<Object> parameters) {
        throw new IllegalArgumentException(
                "hours on a timestamp with time zone is known for PostgreSQL, MariaDB, MySQL and H2");
    }

    /** The parameter that is compared with a time of day, in SQL. */
    public String timeMark(Kind kind) {
        return "?";
    }

    /** The parameter that is compared with a time of day of a column. */
    public Object time(Kind kind, LocalTime time) {
        return time;
    }

    /** Some read the sign of {@code +01:00} and {@code UTC+1} the other way round (POSIX); a name that all have, or UTC, is safe. */
    static String zoneName(String key, ZoneId zone) {
        if (zone.equals(ZoneOffset.UTC)) {
            return "UTC";
        }
        if (!ZoneId.getAvailableZoneIds().contains(zone.getId())) {
            throw new IllegalArgumentException(
                    key + " takes a time zone by its name, such as Europe/Vienna, not by an offset, " + zone);
        }
        return zone.getId();
    }
}
