package io.waybill.database;

import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import io.waybill.flow.Form;
import io.waybill.flow.Split.Period;
import java.sql.Connection;
import java.time.ZoneId;
import java.util.List;

/** How PostgreSQL adds up rows: a sum of whole numbers has as many digits as it takes there, without a cast of each. */
final class PostgreSqlReports extends ReportSql {

    /** Digits of a quotient more than are wanted of it, so that it is not rounded twice. */
    private static final int GUARD = 6;

    PostgreSqlReports(PostgreSql database) {
        super(database, 1000);
    }

    @Override
    public String sum(SourceColumn column) {
        String values = database.compared(column);
        return cast(
                "SUM(" + (column.type().isFloating() ? values + "::double precision" : values) + ")",
                sumOf(column.type()));
    }

    /** Its own average has 16 digits that count, or a few more. */
    @Override
    public String average(SourceColumn column) {
        ColumnType type = averageOf(column.type());
        if (type.kind() != Kind.DECIMAL || isUnlimited(type)) {
            return super.average(column);
        }
        ColumnType guarded = ColumnType.decimal(type.precision() + GUARD + DIGITS, type.scale() + GUARD);
        String values = database.compared(column);
        return cast(cast("SUM(" + values + ")", guarded) + " / COUNT(" + values + ")", type);
    }

    @Override
    String startOf(Period every, String local) {
        String start = "date_trunc('" + Form.lower(every) + "', CAST(" + local + " AS timestamp))";
        return "CAST(" + start + " AS " + (every == Period.HOUR ? "timestamp(0))" : "date)");
    }

    @Override
    String localTime(Connection connection, String instant, ZoneId zone, List<Object> parameters) {
        parameters.add(StandardSql.zoneName("time_bucket", zone));
        return instant + " AT TIME ZONE CAST(? AS text)";
    }

    @Override
    String hourOf(String instant, ZoneId zone, List<Object> parameters) {
        parameters.add(StandardSql.zoneName("time_bucket", zone));
        return "CAST(date_trunc('hour', " + instant + ", CAST(? AS text)) AS timestamptz(0))";
    }

    @Override
    public String spans(String bucket, Period every, Kind kind) {
        String type = kind == Kind.INSTANT ? "timestamptz" : "timestamp";
        String all = "generate_series(CAST(MIN(" + bucket + ") AS " + type + "), CAST(MAX(" + bucket + ") AS " + type
                + "), INTERVAL '1 " + Form.lower(every) + "')";
        String as = every == Period.HOUR ? type + "(0)" : "date";
        return "SELECT CAST(" + all + " AS " + as + ") AS " + bucket + " FROM m WHERE isfinite(" + bucket + ")";
    }
}
