package io.waybill.query;

import io.waybill.WaybillException;
import io.waybill.database.Ask;
import io.waybill.database.ReportSql;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import io.waybill.flow.DataSetKind;
import io.waybill.flow.ExportMode;
import io.waybill.flow.Filter;
import io.waybill.flow.Form;
import io.waybill.flow.Order;
import io.waybill.flow.Report;
import io.waybill.flow.Report.Metric;
import io.waybill.flow.Selection;
import io.waybill.flow.Split.Period;
import io.waybill.flow.Transform;
import io.waybill.flow.Transform.Method;
import io.waybill.flow.Window;
import io.waybill.query.Query.SelectedColumn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes the query of a report: the rows of a run, of which groups are made, whose rows are a data set of their own; {@code having}, the
 * order and the limit are those of a query of it.
 *
 * @param now the run's logical time in the trigger's zone, whose days and hours count
 */
public record ReportPlanner(
        Connection connection, Source source, Report report, Selection selection, ZonedDateTime now) {

    /** What has no order, or none that databases agree on. */
    private static final Set<Kind> NOT_ORDERED =
            EnumSet.of(Kind.BOOLEAN, Kind.UUID, Kind.JSON, Kind.BINARY, Kind.ARRAY);

    /** Whose values are not compared with each other. */
    private static final Set<Kind> NOT_COMPARED = EnumSet.of(Kind.JSON, Kind.BINARY, Kind.ARRAY);

    /**
     * A column of the report.
     *
     * @param label its name in the files
     * @param sql what it is of the rows of a group
     * @param type what its values mean; null for what the database says
     * @param empty what it is in a span of time without rows; null for NULL
     */
    private record Told(String label, String sql, ColumnType type, String empty) {}

    /**
     * Plans the query.
     *
     * @param orderBy says which of the report's columns its rows are ordered by; the groups follow, so that the same rows come in the
     *     same order
     * @param limit rows at most; 0 for all
     * @throws WaybillException when a column is not there, or not for what is asked of it; the message says what is allowed
     */
    public Query plan(
            ExportMode mode,
            Window window,
            List<Filter> filters,
            List<Filter> having,
            Function<Source, List<Order>> orderBy,
            long limit)
            throws SQLException {
        List<Object> parameters = new ArrayList<>();
        List<Told> groups = groups();
        Told bucket = bucket(parameters);
        List<Told> metrics = report.metrics().stream().map(this::metric).toList();
        List<String> conditions = new QueryPlanner(source).conditions(mode, window, filters, now, parameters);
        String sql = grouped(rows(bucket, conditions), groups, bucket, metrics);
        if (bucket != null && report.bucket().fill()) {
            sql = filled(sql, groups, bucket, metrics);
        }
        List<Told> told = new ArrayList<>(groups);
        Stream.ofNullable(bucket).forEach(told::add);
        told.addAll(metrics);
        Source groupsFound = described(sql, parameters, told);
        FilterSql havingSql = new FilterSql("report.having", groupsFound, now, parameters);
        List<SelectedColumn> selected = selected(groupsFound, groups.size());
        return new QueryPlanner(groupsFound)
                .query(
                        selected,
                        List.of(),
                        having.stream().map(havingSql::condition).toList(),
                        parameters,
                        ordered(groupsFound, orderBy.apply(groupsFound), selected, groups, bucket),
                        limit);
    }

    /** @param groups how many of the columns, the first, are the values of the data set's own */
    private List<SelectedColumn> selected(Source groupsFound, int groups) {
        Treatments treatments = treatments();
        List<SelectedColumn> selected = new ArrayList<>();
        for (SourceColumn column : groupsFound.columns()) {
            Transform transform = selected.size() < groups ? treatments.ofGroup(column) : treatments.ofLabel(column);
            if (transform != null && transform.method() == Method.EXCLUDE) {
                throw WaybillException.refusal("transform: column " + column.name()
                        + " is one of the report; leave it out there, or choose another method");
            }
            selected.add(new SelectedColumn(column, column.name(), transform));
        }
        return selected;
    }

    private Treatments treatments() {
        return Treatments.of(source, selection, report);
    }

    private String quote(String name) {
        return source.database().quote(name);
    }

    private List<Told> groups() {
        List<Told> groups = new ArrayList<>();
        for (String name : report.groupBy()) {
            SourceColumn column = shown("report.group_by", name, null);
            if (NOT_COMPARED.contains(column.type().kind())) {
                throw wrong("report.group_by", column, "whose values are not compared");
            }
            groups.add(new Told(column.name(), quote(column.name()), column.type(), null));
        }
        return groups;
    }

    /**
     * A column whose values show in the report.
     *
     * @param label what is made of it is called there; null where its values are a group, and treated as they are
     */
    private SourceColumn shown(String key, String name, String label) {
        SourceColumn column = source.column(key, name);
        Treatments treatments = treatments();
        if (label != null
                && treatments.isChanged(column)
                && selection.transform(label).isEmpty()) {
            throw WaybillException.refusal(
                    key + ": \"" + label + "\" would show values of column " + column.name() + ", which is to be "
                            + treatments.of(column).words() + "; give it a transform, too, count it, or leave it out");
        }
        if (treatments.isWithheld(column)) {
            throw WaybillException.refusal(
                    key + ": \"" + name
                            + "\" is marked pii, and a group may be one person; set pii_policy = \"allow\" to tell of it, or count it");
        }
        if (new QueryPlanner(source).excluded(treatments).contains(column.name())) {
            throw WaybillException.refusal(
                    key + ": \"" + name + "\" is among the columns that do not go out; leave it out, or count it");
        }
        return column;
    }

    private static WaybillException wrong(String key, SourceColumn column, String why) {
        return WaybillException.refusal(key + ": column " + column.name() + " is " + column.type() + ", " + why);
    }

    /** @param parameters gets those of the rows' query */
    private Told bucket(List<Object> parameters) throws SQLException {
        Report.Bucket bucket = report.bucket();
        if (bucket == null) {
            return null;
        }
        String key = "report.time_bucket";
        SourceColumn column = shown(key, bucket.column(), bucket.label());
        Kind kind = column.type().kind();
        if (bucket.every() == Period.HOUR && kind == Kind.DATE) {
            throw wrong(key, column, "which has no hours; allowed: day, week, month, year");
        }
        if (source.find(bucket.label()).isPresent()) {
            throw WaybillException.refusal(key + ".name: \"" + bucket.label()
                    + "\" is a column of the data set; give the spans of time another name");
        }
        try {
            String sql =
                    source.database().reports().bucket(connection, column, bucket.every(), now.getZone(), parameters);
            if (bucket.fill() && bucket.every() == Period.HOUR && kind == Kind.INSTANT) {
                ReportSql.withinTheHour(now.getZone()); // spans are added an hour after the one before
            }
            return new Told(bucket.label(), sql, typeOf(bucket.every(), kind), null);
        } catch (IllegalArgumentException e) {
            throw WaybillException.refusal(
                    key + ": column " + column.name() + " is " + column.type() + ": " + e.getMessage(), e);
        }
    }

    private static ColumnType typeOf(Period every, Kind kind) {
        if (every != Period.HOUR) {
            return ColumnType.DATE;
        }
        return kind == Kind.INSTANT ? ColumnType.instant(0) : ColumnType.timestamp(0);
    }

    private Told metric(Metric metric) {
        String key = "report.metrics";
        if (metric.column() == null) {
            return new Told(metric.label(), "COUNT(*)", ColumnType.INT64, "0");
        }
        SourceColumn column = metric.function().counts()
                ? source.column(key, metric.column())
                : shown(key, metric.column(), metric.label());
        check(key, metric.function(), column);
        ReportSql reports = source.database().reports();
        String values = source.database().compared(column);
        ColumnType type = column.type();
        return switch (metric.function()) {
            case COUNT -> new Told(metric.label(), "COUNT(" + values + ")", ColumnType.INT64, "0");
            case COUNT_DISTINCT -> new Told(metric.label(), "COUNT(DISTINCT " + values + ")", ColumnType.INT64, "0");
            case SUM -> new Told(metric.label(), reports.sum(column), reports.sumOf(type), null);
            case AVG -> new Told(metric.label(), reports.average(column), reports.averageOf(type), null);
            case MIN -> new Told(metric.label(), "MIN(" + values + ")", type, null);
            case MAX -> new Told(metric.label(), "MAX(" + values + ")", type, null);
            case PERCENTILE -> new Told(metric.label(), percentile(key, metric, column), type, null);
        };
    }

    private String percentile(String key, Metric metric, SourceColumn column) {
        try {
            return source.database().reports().percentile(column, metric.percent());
        } catch (IllegalArgumentException e) {
            throw WaybillException.refusal(key + ": " + e.getMessage(), e);
        }
    }

    private static void check(String key, Report.Function function, SourceColumn column) {
        Kind kind = column.type().kind();
        boolean fits = switch (function) {
            case COUNT -> true;
            case COUNT_DISTINCT -> !NOT_COMPARED.contains(kind);
            case SUM, AVG -> column.type().isNumber();
            case MIN, MAX -> !NOT_ORDERED.contains(kind);
            case PERCENTILE -> !NOT_ORDERED.contains(kind) && kind != Kind.TEXT;
        };
        if (!fits) {
            String allowed = switch (function) {
                case COUNT, COUNT_DISTINCT -> "values that are compared; \"count\" is allowed";
                case SUM, AVG -> "numbers";
                case MIN, MAX -> "numbers, texts, dates and times";
                case PERCENTILE -> "numbers, dates and times";
            };
            throw wrong(key, column, "and \"" + Form.lower(function) + "\" is for " + allowed);
        }
    }

    /** The rows that groups are made of: the columns that are told of, and the spans of time. */
    private String rows(Told bucket, List<String> conditions) {
        Set<String> columns = new LinkedHashSet<>();
        report.groupBy().forEach(name -> columns.add(quotedColumn(name)));
        if (bucket != null) {
            columns.add(bucket.sql() + " AS " + quote(bucket.label()));
        }
        report.metrics().stream()
                .filter(metric -> metric.column() != null)
                .forEach(metric -> columns.add(quotedColumn(metric.column())));
        return "SELECT " + (columns.isEmpty() ? "1 AS " + quote("one") : String.join(", ", columns)) + "\nFROM "
                + source.relation() + QueryPlanner.where(conditions);
    }

    private String quotedColumn(String name) {
        return quote(source.column("report", name).name());
    }

    private String grouped(String rows, List<Told> groups, Told bucket, List<Told> metrics) {
        List<String> by = new ArrayList<>(groups.stream().map(Told::sql).toList());
        if (bucket != null) {
            by.add(quote(bucket.label()));
        }
        List<String> selected = new ArrayList<>(by);
        metrics.forEach(metric -> selected.add(metric.sql() + " AS " + quote(metric.label())));
        return "SELECT " + String.join(", ", selected) + "\nFROM (\n" + indented(rows) + "\n) r"
                + (by.isEmpty() ? "" : "\nGROUP BY " + String.join(", ", by));
    }

    private static String indented(String sql) {
        return "  " + sql.replace("\n", "\n  ");
    }

    /**
     * Each group with each span of time. What is there is grouped once more with what would be empty, rather than joined with it: not every
     * database keeps {@code m}.
     */
    private String filled(String grouped, List<Told> groups, Told bucket, List<Told> metrics) {
        String time = quote(bucket.label());
        String spans = source.database()
                .reports()
                .spans(time, report.bucket().every(), bucket.type().kind());
        if (spans == null) {
            throw WaybillException.refusal(
                    "report.time_bucket.fill: is known for PostgreSQL, MariaDB, H2 and DuckDB, not for "
                            + source.database().productName());
        }
        List<String> names = groups.stream().map(Told::sql).toList();
        List<String> by = new ArrayList<>(names);
        by.add(time);
        List<String> found = new ArrayList<>(by);
        List<String> empty =
                new ArrayList<>(names.stream().map(name -> "g." + name).toList());
        empty.add("b." + time);
        List<String> selected = new ArrayList<>(by);
        for (Told metric : metrics) {
            String name = quote(metric.label());
            found.add(name);
            empty.add("NULL");
            String one = "MAX(" + name + ")";
            selected.add(
                    (metric.empty() == null ? one : "COALESCE(" + one + ", " + metric.empty() + ")") + " AS " + name);
        }
        String all = names.isEmpty() ? "" : "(SELECT DISTINCT " + String.join(", ", names) + " FROM m) g CROSS JOIN ";
        return "WITH m AS (\n" + indented(grouped) + "\n)\nSELECT " + String.join(", ", selected)
                + "\nFROM (\n  SELECT "
                + String.join(", ", found) + " FROM m\n  UNION ALL\n  SELECT " + String.join(", ", empty) + " FROM "
                + all + "("
                + spans + ") b\n) f\nGROUP BY " + String.join(", ", by);
    }

    /** The report as a data set, whose columns the database tells. */
    private Source described(String sql, List<Object> parameters, List<Told> told) throws SQLException {
        String relation = "(\n" + indented(sql) + "\n) q";
        List<SourceColumn> columns = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("SELECT * FROM " + relation)) {
            Ask.bind(statement, parameters);
            ResultSetMetaData metaData = statement.getMetaData();
            for (int i = 0; i < told.size(); i++) {
                String name = metaData.getColumnLabel(i + 1);
                if (!name.equals(told.get(i).label())) {
                    throw WaybillException.refusal("report: \"" + told.get(i).label() + "\" is \"" + name + "\" to "
                            + source.database().productName() + "; give it another name");
                }
                ColumnType found = source.database().typeOf(connection, metaData, i + 1);
                ColumnType type = told.get(i).type();
                columns.add(new SourceColumn(
                        name, type, found, metaData.getColumnTypeName(i + 1), true, false, false, false));
            }
        }
        return new Source(
                "the report of " + source.id(),
                DataSetKind.PLAIN,
                source.database(),
                relation,
                Source.QUERY,
                List.of(),
                columns);
    }

    /** What leaves in another form has no part in it: the rows' order would tell of its values. */
    private static List<Order> ordered(
            Source report, List<Order> orderBy, List<SelectedColumn> selected, List<Told> groups, Told bucket) {
        Set<String> changed = selected.stream()
                .filter(column -> column.transform() != null)
                .map(SelectedColumn::label)
                .collect(Collectors.toSet());
        List<Order> order = new ArrayList<>(orderBy);
        Stream.concat(Stream.ofNullable(bucket), groups.stream())
                .map(Told::label)
                .filter(label -> !changed.contains(label))
                .filter(label -> orderBy.stream()
                        .noneMatch(one ->
                                report.column("order_by", one.column()).name().equals(label)))
                .forEach(label -> order.add(new Order(label, false)));
        return order;
    }
}
