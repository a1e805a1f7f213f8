package io.waybill.database;

import io.waybill.WaybillException;
import io.waybill.flow.ColumnType.Kind;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Redshift's UNLOAD, which takes its query as a text. */
final class RedshiftPushdown extends BucketPushdown {

    private final Literals literals = Literals.of("TIMESTAMP", "TIMESTAMPTZ");

    RedshiftPushdown(Redshift database) {
        super(
                database,
                "Redshift's UNLOAD",
                Set.of("snappy"),
                Set.of(Kind.TIME, Kind.ARRAY),
                Pattern.compile("default|arn:aws[a-z-]*:iam::\\d{12}:role/[A-Za-z0-9_+=,.@/-]{1,512}"),
                "the ARN of a role, or default");
    }

    @Override
    public Command command(Task task, String target) {
        String query = wrapped(written(literals, task));
        if (query.indexOf('\\') >= 0) {
            throw WaybillException.refusal(
                    "engine: \"pushdown\" has Redshift write the query, which stands between quotes,"
                            + " and a backslash in it may begin an escape there; change the data set's query, or leave engine out");
        }
        String role = task.access() == null || task.access().equals("default") ? "default" : quoted(task.access());
        return new Command(
                "UNLOAD ('" + query.replace("'", "''") + "')\nTO "
                        + quoted(plain(target, "Redshift") + "data_") + "\nIAM_ROLE " + role
                        + "\nFORMAT AS PARQUET\nPARALLEL " + (task.hasSeveral() ? "ON" : "OFF")
                        + "\nMAXFILESIZE 6200 MB",
                List.of());
    }
}
