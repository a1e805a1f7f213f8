package io.waybill.database;

import io.waybill.flow.ColumnType.Kind;
import java.util.Set;
import java.util.regex.Pattern;

/** ClickHouse's INSERT INTO FUNCTION s3: one file, by a named collection whose url is that of the bucket. */
final class ClickHousePushdown extends BucketPushdown {

    ClickHousePushdown(ClickHouse database) {
        super(
                database,
                "ClickHouse's INSERT INTO FUNCTION s3",
                Set.of("snappy", "zstd", "gzip", "none"),
                Set.of(Kind.ARRAY, Kind.TIME),
                Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}"),
                "the name of a named collection with the url of the bucket");
    }

    @Override
    public Command command(Task task, String target) {
        return new Command(
                "INSERT INTO FUNCTION s3(" + (task.access() == null ? "none" : task.access()) + ", filename = "
                        + quoted(plain(pathOf(target), "ClickHouse") + "data_0.parquet")
                        + ", format = 'Parquet')\n" + wrapped(task.sql())
                        + "\nSETTINGS output_format_parquet_string_as_string = 1, output_format_parquet_compression_method = '"
                        + task.option("compression", "snappy") + "', s3_truncate_on_insert = 0",
                task.parameters());
    }
}
