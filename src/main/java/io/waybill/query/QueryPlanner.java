package io.waybill.query;

import io.waybill.WaybillException;
import io.waybill.database.Phrase;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.flow.ColumnType;
import io.waybill.flow.DataSetKind;
import io.waybill.flow.ExportMode;
import io.waybill.flow.ExportRules;
import io.waybill.flow.Filter;
import io.waybill.flow.Order;
import io.waybill.flow.Selection;
import io.waybill.flow.Window;
import io.waybill.query.Query.SelectedColumn;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes the query of an export.
 *
 * @param key the columns of which each row has other values: of several changes of a row, the last alone is selected; none for all
 */
public record QueryPlanner(Source source, List<String> key) {

    public QueryPlanner(Source source) {
        this(source, List.of());
    }

    /** The same, of the last change of each row alone. */
    public QueryPlanner lastOf(List<String> newKey) {
        return new QueryPlanner(source, newKey);
    }

    /**
     * Plans a query.
     *
     * @param mode which rows
     * @param window the rows of this run
     * @param now the run's logical time in the trigger's zone, for filters that speak of time
     * @param limit rows at most; 0 for all
     * @throws WaybillException when the mode does not go with the data set, or a column is not there; the message says
     *     what is allowed
     */
    public Query plan(
            ExportMode mode,
            Window window,
            Selection selection,
            List<Filter> filters,
            List<Order> orderBy,
            ZonedDateTime now,
            long limit) {
        List<Object> parameters = new ArrayList<>();
        List<String> conditions = conditions(mode, window, filters, now, parameters);
        Treatments treatments = Treatments.of(source, selection);
        refuseLeftOut(treatments);
        return query(select(treatments), withheld(treatments), conditions, parameters, orderBy, limit);
    }

    /** Those that a transform names, and that would not leave: somebody expects them. */
    private void refuseLeftOut(Treatments treatments) {
        Set<String> excluded = treatments.selection().exclude().stream()
                .map(name -> source.column("exclude_columns", name).name())
                .collect(Collectors.toSet());
        boolean unmarked = treatments.selection().columns().isEmpty()
                && treatments.selection().select() == Selection.Select.NO_PII;
        boolean required = treatments.selection().columns().isEmpty()
                && treatments.selection().select() == Selection.Select.REQUIRED;
        for (SourceColumn column : source.columns()) {
            if (treatments.named().containsKey(column.name()) && treatments.isChanged(column)) {
                if (excluded.contains(column.name())) {
                    throw WaybillException.refusal("transform: " + ExportRules.excludedToo(column.name()));
                }
                if (required && !isSelected(column, Selection.Select.REQUIRED)) {
                    throw WaybillException.refusal("transform: \"" + column.name()
                            + "\" is none of those that select = \"required\" takes: of the key, NOT NULL or declared required;"
                            + " leave out select, or the transform, or declare the column required");
                }
                if (unmarked && column.pii()) {
                    throw WaybillException.refusal("transform: " + ExportRules.unselectedToo(column.name()));
                }
            }
        }
    }

    /**
     * What the rows of a run meet.
     *
     * @param parameters gets the values of the conditions
     */
    List<String> conditions(
            ExportMode mode, Window window, List<Filter> filters, ZonedDateTime now, List<Object> parameters) {
        ModeRules.refusal(mode, source.kind(), source.id(), !(window instanceof Window.Everything))
                .ifPresent(refusal -> {
                    throw WaybillException.refusal(refusal);
                });
        List<String> conditions = new ArrayList<>();
        addRecordTypes("", mode, conditions, parameters);
        FilterSql filterSql = new FilterSql(source, now, parameters);
        if (window instanceof Window.Batch batch) {
            SourceColumn column = source.column("export_mode", DataSetKind.BATCH_ID);
            conditions.add(source.database().compared(column) + " = ?");
            parameters.add(batch.id() == null ? null : filterSql.boundBatch(column, batch.id()));
        }
        if (window instanceof Window.Range range) {
            conditions.add(range(filterSql, range, parameters));
        }
        if (window instanceof Window.Slice slice) {
            SourceColumn column = source.column("backfill", slice.column());
            String compared = source.database().compared(column);
            conditions.add(compared + " >= ? AND " + compared + " < ?");
            parameters.add(filterSql.bound(column, slice.from()));
            parameters.add(filterSql.bound(column, slice.to()));
        }
        addLast(mode, window, filterSql, conditions, parameters);
        filters.forEach(filter -> conditions.add(filterSql.condition(filter)));
        return conditions;
    }

    /** No later batch of the window has a change of the row, be it one that filters leave out. */
    private void addLast(
            ExportMode mode, Window window, FilterSql filterSql, List<String> conditions, List<Object> parameters) {
        if (key.isEmpty() || !source.kind().hasBatches() || window instanceof Window.Batch) {
            return;
        }
        SourceColumn batch = source.column("export_mode", DataSetKind.BATCH_ID);
        String name = source.isQuery() ? "q" : source.relation();
        String later = source.isQuery() ? source.relation().replaceFirst("q$", "later") : source.relation() + " later";
        List<String> same = new ArrayList<>();
        for (String each : key) {
            String quoted = source.database().quote(each);
            same.add("later." + quoted + " = " + name + "." + quoted);
            if (source.column("primary_key", each).found().kind() == ColumnType.Kind.TEXT) {
                same.add(bytes(each, "later." + quoted) + " = " + bytes(each, name + "." + quoted));
            }
        }
        String quoted = source.database().quote(batch.name());
        String compared = source.database().compared(batch);
        String ofLater = compared.replace(quoted, "later." + quoted);
        same.add(ofLater + " > " + compared.replace(quoted, name + "." + quoted));
        if (window instanceof Window.Range range
                && range.upTo() != null
                && range.column().equals(batch.name())) {
            same.add(ofLater + " <= ?");
            parameters.add(filterSql.bound(batch, range.upTo()));
        }
        addRecordTypes("later.", mode, same, parameters);
        conditions.add("NOT EXISTS (SELECT 1 FROM " + later + " WHERE " + String.join(" AND ", same) + ")");
    }

    /** What a collation holds for equal, or blanks at the end, are other rows to who gets them. */
    private String bytes(String column, String text) {
        String bytes = source.database().written(Phrase.TEXT_BYTES, text);
        if (bytes == null) {
            throw WaybillException.refusal("column \"" + column + "\" of the key of data set \"" + source.id()
                    + "\" is text, and rows take the place of those with their key: which changes are of one row cannot"
                    + " be told from text by its bytes on " + source.database().productName()
                    + "; declare a key of other columns in datasets.toml: primary_key = [\"<column>\"]");
        }
        return bytes;
    }

    /**
     * The query of some columns.
     *
     * @param parameters the values of what the source is, and of the conditions
     */
    Query query(
            List<SelectedColumn> columns,
            List<String> withheld,
            List<String> conditions,
            List<Object> parameters,
            List<Order> orderBy,
            long limit) {
        String sql = "SELECT " + source.database().limitBefore(limit) + joined(columns, this::selected) + "\nFROM "
                + source.relation()
                + where(conditions)
                + (orderBy.isEmpty() ? "" : "\nORDER BY " + joined(orderBy, this::ordered))
                + source.database().limitAfter(limit);
        return new Query(
                sql, parameters, columns, withheld, !conditions.isEmpty(), orderBy.isEmpty() && limit == 0, limit);
    }

    /** The clause of conditions. */
    static String where(List<String> conditions) {
        return conditions.isEmpty() ? "" : "\nWHERE " + String.join("\n  AND ", conditions);
    }

    private static <T> String joined(List<T> parts, Function<T, String> sql) {
        return parts.stream().map(sql).collect(Collectors.joining(", "));
    }

    private String range(FilterSql filterSql, Window.Range range, List<Object> parameters) {
        SourceColumn column = source.column("watermark", range.column());
        String quoted = source.database().compared(column);
        if (range.upTo() == null) {
            return range.withNulls() ? quoted + " IS NULL" : "1 = 0";
        }
        String above = "";
        if (range.after() != null) {
            above = quoted + " > ? AND ";
            parameters.add(filterSql.bound(column, range.after()));
        }
        parameters.add(filterSql.bound(column, range.upTo()));
        String condition = above + quoted + " <= ?";
        return range.withNulls() ? "(" + condition + " OR " + quoted + " IS NULL)" : condition;
    }

    /**
     * A value that is to bound a window of a column, as the ledger keeps it: a time in ISO 8601, an instant in UTC.
     *
     * @param now gives a time without a zone its zone
     * @throws WaybillException when it is none of the column's type
     */
    public String bound(SourceColumn column, String value, ZonedDateTime now) {
        Object converted = new FilterSql(source, now, new ArrayList<>()).converted("", column, value);
        if (converted instanceof OffsetDateTime instant) {
            return instant.toInstant().toString();
        }
        boolean utc = column.type().kind() == ColumnType.Kind.INSTANT && converted instanceof LocalDateTime;
        return utc ? ((LocalDateTime) converted).toInstant(ZoneOffset.UTC).toString() : converted.toString();
    }

    private void addRecordTypes(String of, ExportMode mode, List<String> conditions, List<Object> parameters) {
        if (source.kind() != DataSetKind.CHANGE_FEED) {
            return;
        }
        List<String> types = switch (mode) {
            case INCREMENTAL -> List.of("new", "changed");
            case CHANGES_ONLY -> List.of("new", "changed", "deleted");
            case FULL, BATCH -> List.of();
        };
        if (!types.isEmpty()) {
            String marks = joined(types, type -> "?");
            String column = source.database()
                    .quote(source.column("export_mode", DataSetKind.RECORD_TYPE).name());
            conditions.add(of + column + " IN (" + marks + ")");
            parameters.addAll(types);
        }
    }

    private String selected(SelectedColumn column) {
        String quoted = source.database().quote(column.source().name());
        String selected = source.database().selected(column.source());
        boolean named =
                selected.equals(quoted) && column.label().equals(column.source().name());
        return named ? selected : selected + " AS " + source.database().quote(column.label());
    }

    private String ordered(Order order) {
        SourceColumn column = source.column("order_by", order.column());
        String quoted = source.database().quote(column.name());
        String compared = source.database().compared(column);
        if (compared.equals(quoted) && !source.database().selected(column).equals(quoted)) {
            // the name alone would be the result's column, in the order of its text
            compared = (source.isQuery() ? "q" : source.relation()) + "." + quoted;
        }
        return order.descending() ? compared + " DESC" : compared;
    }

    /** Those that nobody has named, and nobody has asked to leave out. */
    private List<String> withheld(Treatments treatments) {
        return treatments.selection().columns().isEmpty()
                ? unnamed(treatments)
                        .filter(treatments::isWithheld)
                        .map(SourceColumn::name)
                        .toList()
                : List.of();
    }

    /** What is selected where no columns are named. */
    private Stream<SourceColumn> unnamed(Treatments treatments) {
        Set<String> excluded = excluded(treatments);
        return source.columns().stream()
                .filter(column ->
                        isSelected(column, treatments.selection().select()) && !excluded.contains(column.name()));
    }

    /** The names of those that are not to go out. */
    Set<String> excluded(Treatments treatments) {
        Stream<String> named = treatments.selection().exclude().stream()
                .map(name -> source.column("exclude_columns", name).name());
        return Stream.concat(named, treatments.excluded()).collect(Collectors.toSet());
    }

    private List<SelectedColumn> select(Treatments treatments) {
        List<SelectedColumn> columns = treatments.selection().columns().isEmpty()
                ? unnamed(treatments)
                        .filter(column -> !treatments.isWithheld(column))
                        .map(column -> new SelectedColumn(column, column.name(), treatments.of(column)))
                        .toList()
                : named(treatments);
        if (columns.isEmpty()) {
            throw WaybillException.refusal("columns: no column of data set \"" + source.id() + "\" is left to export");
        }
        return columns;
    }

    private List<SelectedColumn> named(Treatments treatments) {
        Set<String> excluded = excluded(treatments);
        List<SelectedColumn> columns = new ArrayList<>();
        for (String name : treatments.selection().columns()) {
            SourceColumn column = source.column("columns", name);
            if (treatments.isWithheld(column)) {
                throw WaybillException.refusal("columns: \"" + name + "\" is marked pii"
                        + treatments.unfitPolicy(column)
                        + "; set pii_policy = \"allow\" to export it, or leave it out");
            }
            if (!excluded.contains(column.name())) {
                columns.add(new SelectedColumn(column, name, treatments.of(column)));
            }
        }
        return columns;
    }

    private static boolean isSelected(SourceColumn column, Selection.Select select) {
        return switch (select) {
            case ALL -> true;
            case NO_PII -> !column.pii();
            case REQUIRED -> column.key() || !column.nullable() || column.required();
        };
    }
}
