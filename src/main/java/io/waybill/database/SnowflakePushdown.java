package io.waybill.database;

import io.waybill.flow.ColumnType.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Snowflake's COPY INTO a location. */
final class SnowflakePushdown extends BucketPushdown {

    /** Larger than any file that it writes as one. */
    private static final String MOST_BYTES = "5368709120";

    private final Literals literals = Literals.of("TIMESTAMP_NTZ", "TIMESTAMP_TZ");

    SnowflakePushdown(Snowflake database) {
        super(
                database,
                "Snowflake's COPY INTO",
                Set.of("snappy", "none"),
                Set.of(Kind.INSTANT, Kind.TIME, Kind.ARRAY),
                Pattern.compile("[A-Za-z_][A-Za-z0-9_$]{0,254}"),
                "the name of a storage integration");
    }

    @Override
    public Command command(Task task, String target) {
        String pages = task.option("compression", "snappy").toUpperCase(Locale.ROOT);
        return new Command(
                "COPY INTO " + quoted(plain(target, "Snowflake") + (task.hasSeveral() ? "data_" : "data_0.parquet"))
                        + "\nFROM (\n" + wrapped(written(literals, task))
                        + "\n)\n"
                        + (task.access() == null ? "" : "STORAGE_INTEGRATION = " + task.access() + "\n")
                        + "FILE_FORMAT = (TYPE = PARQUET COMPRESSION = " + pages + ")\nHEADER = TRUE\n"
                        + "OVERWRITE = FALSE\nSINGLE = " + (task.hasSeveral() ? "FALSE" : "TRUE") + "\nMAX_FILE_SIZE = "
                        + MOST_BYTES,
                List.of());
    }
}
