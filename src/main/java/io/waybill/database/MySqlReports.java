package io.waybill.database;

import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import io.waybill.flow.Split.Period;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;

/** How MySQL and MariaDB add up rows. A cast that is too narrow there gives another value, and no error: sums are not cast. */
final class MySqlReports extends ReportSql {

    /** Digits of a quotient more than are wanted of it, less the four that a division adds by itself. */
    private static final int GUARD = 2;

    /** What a sum has at most with that many digits behind the point, and its own twenty-two before it. */
    private static final int MOST_DIGITS = 35;

    /** Digits behind the point that MySQL has at most. */
    private static final int MOST_SCALE = 30;

    MySqlReports(MySql database) {
        super(database, 65);
    }

    @Override
    public String sum(SourceColumn column) {
        return "SUM(" + database.compared(column) + ")";
    }

    /** Its own average has four digits more than the values. */
    @Override
    public String average(SourceColumn column) {
        String values = database.compared(column);
        ColumnType type = averageOf(column.type());
        int scale = type.scale() + GUARD;
        if (type.kind() != Kind.DECIMAL || column.type().precision() > MOST_DIGITS || scale > MOST_SCALE) {
            return "AVG(" + values + ")";
        }
        return cast("CAST(SUM(" + values + ") AS DECIMAL(65, " + scale + ")) / COUNT(" + values + ")", type);
    }

    @Override
    String startOf(Period every, String local) {
        return switch (every) {
            case HOUR -> "CAST(DATE_FORMAT(" + local + ", '%Y-%m-%d %H:00:00') AS DATETIME)";
            case DAY -> "CAST(" + local + " AS DATE)";
            // the days of Mondays leave 2 when they are divided by 7
            case WEEK -> "FROM_DAYS((TO_DAYS(" + local + ") + 5) DIV 7 * 7 - 5)";
            case MONTH -> "CAST(DATE_FORMAT(" + local + ", '%Y-%m-01') AS DATE)";
            case YEAR -> "CAST(DATE_FORMAT(" + local + ", '%Y-01-01') AS DATE)";
        };
    }

    /** Of sessions in UTC. */
    @Override
    String localTime(Connection connection, String instant, ZoneId zone, List<Object> parameters) throws SQLException {
        String name = name(zone);
        if (name.equals("+00:00")) {
            return instant;
        }
        String known = Ask.first(
                connection, "SELECT CONVERT_TZ('2026-01-15 00:00:00', '+00:00', ?)", row -> row.getString(1), name);
        if (known == null) {
            throw new IllegalArgumentException("the server does not know the time zone " + name
                    + ": load its tables of time zones (mariadb-tzinfo-to-sql, mysql_tzinfo_to_sql), or take UTC or an offset"
                    + " such as +01:00");
        }
        parameters.add(name);
        return "CONVERT_TZ(" + instant + ", '+00:00', ?)";
    }

    private static String name(ZoneId zone) {
        if (!zone.getRules().isFixedOffset()) {
            return zone.getId();
        }
        ZoneOffset offset = zone.getRules().getOffset(Instant.EPOCH);
        return offset.equals(ZoneOffset.UTC) ? "+00:00" : offset.getId();
    }

    @Override
    String hourOf(String instant, ZoneId zone, List<Object> parameters) {
        ZoneOffset later = withinTheHour(zone);
        if (later.equals(ZoneOffset.UTC)) {
            return startOf(Period.HOUR, instant);
        }
        long minutes = later.getTotalSeconds() / 60;
        return startOf(Period.HOUR, instant + " + INTERVAL " + minutes + " MINUTE") + " - INTERVAL " + minutes
                + " MINUTE";
    }

    /** MariaDB's sequences are tables whose rows it makes up; the largest of these has an hour of each from the year 1 to 9999. */
    @Override
    public String spans(String bucket, Period every, Kind kind) {
        if (!(database instanceof MariaDb)) {
            return null;
        }
        String span = every.name();
        String start = "TIMESTAMPADD(" + span + ", s.seq, f.least)";
        return "SELECT " + (every == Period.HOUR ? start : "CAST(" + start + " AS DATE)") + " AS " + bucket
                + " FROM (SELECT MIN("
                + bucket + ") AS least, MAX(" + bucket + ") AS most FROM m) f"
                + " JOIN seq_0_to_99999999 s ON s.seq <= TIMESTAMPDIFF(" + span + ", f.least, f.most)";
    }
}
