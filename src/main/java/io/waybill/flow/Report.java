package io.waybill.flow;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An export of what rows come to, instead of the rows: a row for each group.
 *
 * @param groupBy the columns whose values make the groups; empty for one group of all rows
 * @param bucket spans of time that make groups, too; null for none
 * @param metrics what is told of each group
 * @param having conditions on the report's rows
 */
public record Report(List<String> groupBy, Bucket bucket, List<Metric> metrics, List<Filter> having) {

    /** What is made of a group's values. */
    public enum Function {
        COUNT,
        SUM,
        AVG,
        MIN,
        MAX,
        COUNT_DISTINCT,
        PERCENTILE;

        /** Whether it tells how many there are, and nothing of any value. */
        public boolean counts() {
            return this == COUNT || this == COUNT_DISTINCT;
        }
    }

    /**
     * Something that is told of each group.
     *
     * @param column of what; null for rows
     * @param name as what, in the files; null for a name of {@code function} and {@code column}
     * @param percent of a percentile; null for all others
     */
    public record Metric(Function function, String column, String name, BigDecimal percent) {

        /**
         * Of the values of {@link ReportKeys#OF_A_METRIC}.
         *
         * @return null where there is no function, which has been told of
         */
        public static Metric of(Values values) {
            return values.has(ReportKeys.FUNCTION)
                    ? new Metric(
                            values.get(ReportKeys.FUNCTION),
                            values.get(ReportKeys.COLUMN),
                            values.get(ReportKeys.NAME),
                            values.get(ReportKeys.PERCENT))
                    : null;
        }

        /** What it is called in the files. */
        public String label() {
            if (name != null) {
                return name;
            }
            return Form.lower(function)
                    + (percent == null ? "" : "_" + percent.toPlainString())
                    + (column == null ? "" : "_" + column);
        }

        /** What is wrong with it; empty where nothing is. */
        public Optional<Refusal> refusal() {
            if (column == null && function != Function.COUNT) {
                return refusal(ReportKeys.COLUMN, "is missing; \"" + Form.lower(function) + "\" is of a column");
            }
            if ((percent == null) == (function == Function.PERCENTILE)) {
                return refusal(
                        ReportKeys.PERCENT,
                        percent == null
                                ? "is missing; write for example percent = 95"
                                : "is for \"percentile\" alone, not for \"" + Form.lower(function) + "\"");
            }
            return Optional.empty();
        }

        private static Optional<Refusal> refusal(Key<?> key, String message) {
            return Optional.of(new Refusal(key.name(), message));
        }
    }

    /**
     * Spans of time by the calendar.
     *
     * @param column a column of dates or times
     * @param name as what, in the files; null for a name of {@code column} and {@code every}
     * @param fill whether spans without rows are there, too
     */
    public record Bucket(String column, Split.Period every, String name, boolean fill) {

        /** What it is called in the files. */
        public String label() {
            return name == null ? column + "_" + Form.lower(every) : name;
        }
    }

    public Report {
        groupBy = List.copyOf(groupBy);
        metrics = List.copyOf(metrics);
        having = List.copyOf(having);
    }

    /**
     * Of the values of {@link ReportKeys}, and of what its lists hold.
     *
     * @return null where none of it is there
     */
    public static Report of(Values values, List<Metric> metrics, List<Filter> having) {
        boolean hasBucket = values.has(ReportKeys.BUCKET_COLUMN);
        if (!values.has(ReportKeys.GROUP_BY) && !hasBucket && metrics.isEmpty() && having.isEmpty()) {
            return null;
        }
        Bucket bucket = hasBucket
                ? new Bucket(
                        values.get(ReportKeys.BUCKET_COLUMN),
                        values.get(ReportKeys.BUCKET_EVERY),
                        values.get(ReportKeys.BUCKET_NAME),
                        values.get(ReportKeys.BUCKET_FILL))
                : null;
        return new Report(values.get(ReportKeys.GROUP_BY), bucket, metrics, having);
    }

    /** The values of {@link ReportKeys} that stand for it, without those of its lists. */
    public Values values() {
        Values values = Values.NONE.with(ReportKeys.GROUP_BY, groupBy);
        return bucket == null
                ? values
                : values.with(ReportKeys.BUCKET_COLUMN, bucket.column())
                        .with(ReportKeys.BUCKET_EVERY, bucket.every())
                        .with(ReportKeys.BUCKET_NAME, bucket.name())
                        .with(ReportKeys.BUCKET_FILL, bucket.fill());
    }

    /** The names of its columns in the files, in their order: groups, the span of time, metrics. */
    public List<String> labels() {
        List<String> labels = new ArrayList<>(groupBy);
        if (bucket != null) {
            labels.add(bucket.label());
        }
        metrics.forEach(metric -> labels.add(metric.label()));
        return labels;
    }
}
