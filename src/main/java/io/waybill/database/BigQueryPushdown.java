package io.waybill.database;

import io.waybill.flow.ColumnType.Kind;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** BigQuery's EXPORT DATA: to S3 by a connection of BigQuery Omni, else to the bucket of Cloud Storage behind its S3 interface. */
final class BigQueryPushdown extends BucketPushdown {

    BigQueryPushdown(BigQuery database) {
        super(
                database,
                "BigQuery's EXPORT DATA",
                Set.of("snappy", "zstd", "gzip", "none"),
                Set.of(Kind.ARRAY),
                Pattern.compile("[A-Za-z0-9-]{1,63}(?:\\.[A-Za-z0-9_-]{1,63}){1,2}"),
                "a connection, aws-us-east-1.name, to write to S3; none, to Cloud Storage");
    }

    @Override
    boolean keepsOrder() {
        return false;
    }

    @Override
    boolean goesWithoutAccess() {
        return true;
    }

    @Override
    public Command command(Task task, String target) {
        boolean isS3 = task.access() != null;
        String place = isS3 ? target : target.replaceFirst("^s3://", "gs://");
        String pages = task.option("compression", "snappy");
        return new Command(
                "EXPORT DATA" + (isS3 ? " WITH CONNECTION `" + task.access() + "`" : "") + " OPTIONS (\n  uri = "
                        + quoted(plain(place, "BigQuery") + "data_*.parquet") + ",\n  format = 'PARQUET'"
                        + (pages.equals("none") ? "" : ",\n  compression = '" + pages.toUpperCase(Locale.ROOT) + "'")
                        + ",\n  overwrite = false\n) AS\n" + wrapped(task.sql()),
                task.parameters());
    }
}
