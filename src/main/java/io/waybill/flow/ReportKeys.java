package io.waybill.flow;

import java.util.List;

/** The keys of {@code [properties.export.report]}, which are checked, and cannot run yet. */
public final class ReportKeys {

    private static final Key<List<String>> GROUP_BY = Key.names("group_by", "");
    public static final List<Key<?>> OF_A_METRIC = List.of(
            Key.oneOf("function", List.of("count", "sum", "avg", "min", "max", "count_distinct"), null, "")
                    .mandatory(),
            Key.text("column", ""),
            Key.text("name", ""));
    public static final Key<Object> METRICS = Key.tables("metrics", OF_A_METRIC, "");
    private static final Key<Object> TIME_BUCKET = Key.table(
            "time_bucket",
            List.of(
                    Key.text("time_bucket.column", "").mandatory(),
                    Key.oneOf("time_bucket.every", List.of("hour", "day", "week", "month"), null, "")
                            .mandatory()),
            "");

    public static final List<Key<?>> ALL = List.of(GROUP_BY, METRICS, TIME_BUCKET);

    private ReportKeys() {}
}
