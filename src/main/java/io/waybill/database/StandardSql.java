package io.waybill.database;

import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;

/** How SQL is written, and what is bound to it: as SQL:2016 says, where a product does not say otherwise. */
public abstract class StandardSql {

    /** An identifier in quotes. */
    public final String quote(String identifier) {
        if (identifier.indexOf('\0') >= 0 || identifier.contains(":?")) {
            // camel-jdbc takes :?name for a parameter wherever it stands
            throw new WaybillException(
                    Stage.PLAN, "the name \"" + identifier.replace('\0', '?') + "\" cannot be quoted");
        }
        String close = quotes().substring(1);
        return quotes().charAt(0) + identifier.replace(close, close + close) + close;
    }

    /** What stands before and behind an identifier; the latter is doubled within it. */
    protected String quotes() {
        return "\"\"";
    }

    /** A column as it is selected, so that the driver hands over each value as it is: most often the column alone. */
    public String selected(SourceColumn column) {
        return quote(column.name());
    }

    /** A column as its values are compared and ordered: as numbers, where text is declared to hold them. */
    public final String compared(SourceColumn column) {
        String quoted = quote(column.name());
        return column.isNumberInText() ? "CAST(" + quoted + " AS " + number(column.type()) + ")" : quoted;
    }

    private String number(ColumnType type) {
        return type.isLimitedDecimal()
                ? "DECIMAL(" + type.precision() + ", " + type.scale() + ")"
                : number(type.kind() != Kind.DECIMAL);
    }

    /** The type of all whole numbers, or of all numbers. */
    protected String number(boolean whole) {
        return whole ? "BIGINT" : "DECIMAL(38, 10)";
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
    public String limitBefore(long rows) {
        return "";
    }

    /** What stands at the query's end to take a number of rows at most; 0 for all. */
    public final String limitAfter(long rows) {
        return rows == 0 ? "" : limit(rows);
    }

    /** The query's last line, which takes a number of rows. */
    protected String limit(long rows) {
        return "\nFETCH FIRST " + rows + " ROWS ONLY";
    }

    /** The condition that an expression matches a bound regular expression. */
    public String matches(String expression) {
        throw new WaybillException(Stage.PLAN, "filters: \"matches\" is not known to this database; \"like\" is");
    }

    /** A column of text as functions of text take it. */
    public String plainText(String quoted) {
        return quoted;
    }

    /** The number of characters of a text. */
    public String length(String text) {
        return "CHAR_LENGTH(" + text + ")";
    }

    /** A text without its digits. */
    public final String withoutDigits(String text) {
        String without = text;
        for (char digit = '0'; digit <= '9'; digit++) {
            without = "REPLACE(" + without + ", '" + digit + "', '')";
        }
        return without;
    }

    /** Whether an empty text is NULL. */
    public boolean isEmptyNull() {
        return false;
    }

    /** A text as something in which only equal texts are equal; null where it is that itself, or nobody knows how. */
    public String exactText(String text) {
        return null;
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
            case DATE -> today(secondsAgo);
            default -> throw new IllegalArgumentException(kind + " is not compared with a clock");
        };
    }

    /** The clock down to a second, with or without a zone. */
    protected String clock(boolean zoned, long ago) {
        return (zoned ? "CURRENT_TIMESTAMP(0)" : "LOCALTIMESTAMP(0)") + " - INTERVAL '" + (ago + 1) + "' SECOND(9)";
    }

    /** The clock's day. */
    protected String today(long ago) {
        return "CAST(" + clock(false, ago) + " AS DATE)";
    }

    /** A query of the milliseconds since 1970-01-01T00:00Z by the database's clock; null where a ledger cannot be in one. */
    public String epochMillis() {
        return null;
    }

    /** The least value that is endless, as a literal; null where the type has none. */
    public String endless(ColumnType type, Connection connection) throws SQLException {
        return null;
    }

    /** Whether MAX() of a time is to be asked for as text. */
    public boolean asksTimesAsText() {
        return false;
    }

    /** A UUID as a parameter that is compared with a column of them. */
    public Object uuid(String text) {
        return text;
    }

    /** A point in time as a parameter that is compared with a column of them. */
    public Object instant(OffsetDateTime utc) {
        return utc;
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

    /** Some read the sign of {@code +01:00} the other way round (POSIX); a name or UTC is safe. */
    static String zoneName(ZoneId zone) {
        if (zone instanceof ZoneOffset offset && !offset.equals(ZoneOffset.UTC)) {
            throw new IllegalArgumentException(
                    "hours takes a time zone by its name, such as Europe/Vienna, not by an offset, " + zone);
        }
        return zone.getId().equals("Z") ? "UTC" : zone.getId();
    }
}
