package io.waybill.database;

import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import io.waybill.flow.Split.Period;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;

/**
 * How a product adds up rows: as the standard has it, which knows no spans of the calendar. Sums and averages of numbers with a known
 * count of digits are exact.
 */
public class ReportSql {

    /** Digits that a sum has room for. */
    static final int DIGITS = 38;

    /** How many digits an average has more than its values, behind the point. */
    public static final int MORE_DIGITS = 6;

    final Standard database;
    private final int mostDigits;

    /** @param mostDigits of a decimal */
    ReportSql(Standard database, int mostDigits) {
        this.database = database;
        this.mostDigits = mostDigits;
    }

    /** The type of a sum of values of a type. */
    public ColumnType sumOf(ColumnType type) {
        return exact(type, 0);
    }

    /** The type of an average of values of a type. */
    public ColumnType averageOf(ColumnType type) {
        return exact(type, MORE_DIGITS);
    }

    private static ColumnType exact(ColumnType type, int more) {
        if (type.isFloating()) {
            return ColumnType.FLOAT64;
        }
        return isUnlimited(type)
                ? ColumnType.UNLIMITED_DECIMAL
                : ColumnType.decimal(Math.max(DIGITS, type.precision() + more), type.scale() + more);
    }

    static boolean isUnlimited(ColumnType type) {
        return type.kind() == Kind.DECIMAL && !type.isLimitedDecimal();
    }

    /** A sum of a column of numbers. */
    public String sum(SourceColumn column) {
        return cast("SUM(" + wide(column, 0) + ")", sumOf(column.type()));
    }

    /** An average of a column of numbers. */
    public String average(SourceColumn column) {
        return cast("AVG(" + wide(column, MORE_DIGITS) + ")", averageOf(column.type()));
    }

    /** A column's values with so many digits that neither their sum nor their average is short of some. */
    private String wide(SourceColumn column, int more) {
        return cast(database.compared(column), exact(column.type(), more));
    }

    final String cast(String expression, ColumnType type) {
        if (isUnlimited(type)) {
            return expression;
        }
        String decimal = "DECIMAL(" + Math.min(type.precision(), mostDigits) + ", " + type.scale() + ")";
        return "CAST(" + expression + " AS " + (type.isFloating() ? "DOUBLE PRECISION" : decimal) + ")";
    }

    /** The least value of a column that a percentage of its values do not exceed. */
    public final String percentile(SourceColumn column, BigDecimal percent) {
        String share = percent.movePointLeft(2).toPlainString();
        String sql = database.written(Phrase.PERCENTILE, database.compared(column));
        if (sql == null) {
            throw new IllegalArgumentException("\"percentile\" is not known to " + database.productName());
        }
        return sql.replace("{share}", share);
    }

    /**
     * The first moment of the span of the calendar that a column's value lies in: a date, or of hours a time of the column's kind.
     *
     * @param zone whose calendar
     * @param parameters gets what the expression binds
     * @throws IllegalArgumentException when the product cannot; the message says what is allowed
     */
    public final String bucket(
            Connection connection, SourceColumn column, Period every, ZoneId zone, List<Object> parameters)
            throws SQLException {
        String quoted = database.quote(column.name());
        return switch (column.type().kind()) {
            case DATE, TIMESTAMP -> startOf(every, quoted);
            case INSTANT ->
                every == Period.HOUR
                        ? hourOf(quoted, zone, parameters)
                        : startOf(every, localTime(connection, quoted, zone, parameters));
            default -> throw new IllegalArgumentException("it goes by dates or times");
        };
    }

    /** The first moment of the span that a local time or a date lies in. It may hold parameters, and is written once. */
    String startOf(Period every, String local) {
        throw unknown();
    }

    /** What clocks show at a point in time. */
    String localTime(Connection connection, String instant, ZoneId zone, List<Object> parameters) throws SQLException {
        throw unknown();
    }

    /** The beginning of the hour by the clock that a point in time lies in; the hour that comes twice a year is two. */
    String hourOf(String instant, ZoneId zone, List<Object> parameters) {
        throw unknown();
    }

    private IllegalArgumentException unknown() {
        return new IllegalArgumentException(
                "it is known for PostgreSQL, MariaDB, MySQL, H2 and DuckDB, not for " + database.productName());
    }

    /**
     * A query of the first moments of all spans from the first to the last of a relation {@code m}.
     *
     * @param bucket its column of them, and that of the query
     * @param kind what they are
     * @return null where the product cannot
     */
    public String spans(String bucket, Period every, Kind kind) {
        return null;
    }

    /**
     * By how much the hours of a zone's clocks begin later than those of UTC, or earlier.
     *
     * @throws IllegalArgumentException when that changes; the message says so
     */
    public static ZoneOffset withinTheHour(ZoneId zone) {
        ZoneRules rules = zone.getRules();
        ZoneOffset first = rules.getOffset(Instant.EPOCH);
        Instant at = Instant.EPOCH;
        for (ZoneOffsetTransition next = rules.nextTransition(at);
                next != null && next.getInstant().isBefore(Instant.parse("2100-01-01T00:00:00Z"));
                next = rules.nextTransition(next.getInstant())) {
            if (Math.floorMod(next.getOffsetAfter().getTotalSeconds() - first.getTotalSeconds(), 3600) != 0) {
                throw new IllegalArgumentException(
                        "hours of " + zone + " begin at other minutes for a part of the year or in some years; "
                                + "day, week, month and year are allowed, or another time zone");
            }
        }
        return ZoneOffset.ofTotalSeconds(Math.floorMod(first.getTotalSeconds(), 3600));
    }
}
