package io.waybill.flow;

import io.waybill.flow.Report.Function;
import java.math.BigDecimal;
import java.util.List;

/** The keys of {@code [properties.export.report]}, which are options of {@code waybill:begin} too. */
public final class ReportKeys {

    public static final Key<List<String>> GROUP_BY = Key.names(
                    "report.group_by", "columns whose values make the report's groups")
            .option("groupBy")
            .without("no groups: one row");

    public static final Key<Function> FUNCTION = Key.choice(
                    "function",
                    Function.class,
                    null,
                    "`count`, `sum`, `avg`, `min`, `max`, `count_distinct`, `percentile`")
            .mandatory();

    public static final Key<String> COLUMN =
            Key.text("column", "of which column").without("required, but for `count`: rows");

    public static final Key<String> NAME = Key.text("name", "the name of its column in the files")
            .without("`sum_amount`, `count`, `percentile_95_amount`");

    public static final Key<BigDecimal> PERCENT = Key.of(
                    "percent",
                    new DecimalForm(BigDecimal.ZERO, BigDecimal.valueOf(100)),
                    null,
                    "of `percentile`: the least value that so many percent of the values do not exceed; `50` is the median")
            .without("");

    /** Those of one metric, in a flow and as a bean. */
    public static final List<Key<?>> OF_A_METRIC = List.of(FUNCTION, COLUMN, NAME, PERCENT);

    public static final Key<Object> METRICS = Key.tables(
                    "report.metrics",
                    OF_A_METRIC,
                    "what the report tells of each group, `[{ function = …, column = … }]`")
            .option("metrics")
            .without("required");

    public static final Key<String> BUCKET_COLUMN = Key.text(
                    "report.time_bucket.column", "a column of dates or times, each span of which is a group of its own")
            .option("timeBucket")
            .mandatory();

    public static final Key<Split.Period> BUCKET_EVERY = Key.choice(
                    "report.time_bucket.every",
                    Split.Period.class,
                    Split.Period.DAY,
                    "how long such a span is: `hour`, `day`, `week`, `month`, `year`")
            .option("bucketEvery")
            .mandatory();

    public static final Key<String> BUCKET_NAME = Key.text(
                    "report.time_bucket.name", "the name of its column in the files")
            .option("bucketName")
            .without("`ordered_at_day`");

    public static final Key<Boolean> BUCKET_FILL = Key.flag(
                    "report.time_bucket.fill",
                    "whether each group has a row for each span from the first to the last one, also where it has no rows there")
            .option("fillBuckets");

    /** Those of {@code time_bucket}. */
    public static final List<Key<?>> OF_A_BUCKET = List.of(BUCKET_COLUMN, BUCKET_EVERY, BUCKET_NAME, BUCKET_FILL);

    public static final Key<Object> TIME_BUCKET = Key.table(
                    "report.time_bucket",
                    OF_A_BUCKET,
                    "spans of time as groups: `{ column = \"ordered_at\", every = \"day\" }`")
            .inFlowsAlone()
            .without("none");

    public static final Key<Object> HAVING = Key.tables(
                    "report.having",
                    FilterKeys.ALL,
                    "conditions on the report's rows, as filters are on those of the data set")
            .option("having")
            .without("all rows");

    public static final List<Key<?>> ALL = List.of(GROUP_BY, METRICS, TIME_BUCKET, HAVING);

    private ReportKeys() {}
}
