package io.waybill.database;

import io.waybill.flow.ColumnType.Kind;
import io.waybill.flow.Split.Period;
import java.sql.Connection;
import java.time.ZoneId;
import java.util.List;

/** How H2 adds up rows. */
final class H2Reports extends ReportSql {

    H2Reports(H2 database) {
        super(database, 100_000);
    }

    @Override
    String startOf(Period every, String local) {
        return switch (every) {
            case HOUR -> "CAST(DATE_TRUNC(HOUR, " + local + ") AS TIMESTAMP(0))";
            case DAY -> "CAST(" + local + " AS DATE)";
            // its weeks are those of the machine's country
            case WEEK -> "CAST(DATE_TRUNC(ISO_WEEK, " + local + ") AS DATE)";
            case MONTH, YEAR -> "CAST(DATE_TRUNC(" + every + ", " + local + ") AS DATE)";
        };
    }

    /** A cast of an instant to a date would go through the session's zone; the text shows the zone asked for. */
    @Override
    String localTime(Connection connection, String instant, ZoneId zone, List<Object> parameters) {
        parameters.add(StandardSql.zoneName("time_bucket", zone));
        return "CAST(REGEXP_REPLACE(CAST(" + instant
                + " AT TIME ZONE CAST(? AS VARCHAR) AS VARCHAR), ' .*', '') AS DATE)";
    }

    @Override
    String hourOf(String instant, ZoneId zone, List<Object> parameters) {
        parameters.add(StandardSql.zoneName("time_bucket", zone));
        return "CAST(DATE_TRUNC(HOUR, " + instant + " AT TIME ZONE CAST(? AS VARCHAR)) AS TIMESTAMP(0) WITH TIME ZONE)";
    }

    @Override
    public String spans(String bucket, Period every, Kind kind) {
        String ends = "(SELECT MIN(" + bucket + ") FROM m)";
        return "SELECT DATEADD(" + every + ", X, " + ends + ") AS " + bucket
                + " FROM SYSTEM_RANGE(0, (SELECT COALESCE(DATEDIFF(" + every + ", MIN(" + bucket + "), MAX(" + bucket
                + ")), -1) FROM m))";
    }
}
