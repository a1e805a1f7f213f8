package io.waybill.database;

import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import io.waybill.flow.Form;
import io.waybill.flow.Split.Period;
import java.sql.Connection;
import java.time.ZoneId;
import java.util.List;

/** How DuckDB adds up rows. It divides numbers as doubles, whatever they are. */
final class DuckDbReports extends ReportSql {

    DuckDbReports(DuckDb database) {
        super(database, 38);
    }

    @Override
    public ColumnType averageOf(ColumnType type) {
        return ColumnType.FLOAT64;
    }

    @Override
    public String average(SourceColumn column) {
        return "AVG(" + database.compared(column) + ")";
    }

    @Override
    String startOf(Period every, String local) {
        String start = "date_trunc('" + Form.lower(every) + "', " + local + ")";
        return "CAST(" + start + " AS " + (every == Period.HOUR ? "TIMESTAMP)" : "DATE)");
    }

    @Override
    String localTime(Connection connection, String instant, ZoneId zone, List<Object> parameters) {
        parameters.add(StandardSql.zoneName("time_bucket", zone));
        return "timezone(CAST(? AS VARCHAR), " + instant + ")";
    }

    @Override
    String hourOf(String instant, ZoneId zone, List<Object> parameters) {
        long minutes = withinTheHour(zone).getTotalSeconds() / 60;
        return "time_bucket(INTERVAL 1 HOUR, " + instant + ", INTERVAL (-" + minutes + ") MINUTE)";
    }

    @Override
    public String spans(String bucket, Period every, Kind kind) {
        String type = kind == Kind.INSTANT ? "TIMESTAMPTZ" : "TIMESTAMP";
        String all = "unnest(generate_series(least::" + type + ", most::" + type + ", INTERVAL 1 " + every + "))";
        return "SELECT CAST(" + all + " AS " + (every == Period.HOUR ? type : "DATE") + ") AS " + bucket
                + " FROM (SELECT MIN(" + bucket + ") AS least, MAX(" + bucket + ") AS most FROM m WHERE isfinite("
                + bucket + ")) f";
    }
}
