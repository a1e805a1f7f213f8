package io.waybill.contract;

import io.waybill.WaybillException;
import io.waybill.contract.Contract.Clause;
import io.waybill.contract.Contract.KeyColumn;
import io.waybill.flow.ColumnType;
import io.waybill.flow.ExpectKeys;
import io.waybill.flow.Expectation;
import io.waybill.flow.Key;
import io.waybill.flow.NearestName;
import io.waybill.flow.Scalars;
import io.waybill.flow.Share;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Puts what a flow expects into the terms of what it exports.
 *
 * @param columns what is exported, in its order
 * @param key the names of the key's columns, exported or not
 * @param recordType the column that says of changes whether a row is gone, by its index; negative where there is none
 * @param origins tells which of them a query of the contract's own shows
 * @param now the run's logical time in the trigger's zone, which ages are counted from
 * @param placeholders resolves property placeholders
 * @param last asks for the last run that is done, and did what this one is to do
 */
public record ContractPlanner(
        List<Exported> columns,
        List<String> key,
        int recordType,
        Origins origins,
        ZonedDateTime now,
        UnaryOperator<String> placeholders,
        Supplier<Optional<Last>> last) {

    /**
     * A column of the files.
     *
     * @param isMarked whether its values are for the files alone, and not to be told elsewhere
     */
    public record Exported(String name, ColumnType type, boolean isMarked) {}

    /** How many rows a run had. */
    public record Last(String runId, long rows) {}

    /**
     * Plans what is measured.
     *
     * @throws WaybillException when a column is not there, or not for what is expected of it; the message says what is allowed
     */
    public Contract plan(List<Expectation> expectations) {
        if (expectations.isEmpty()) {
            return Contract.NONE;
        }
        List<Clause> clauses = new ArrayList<>();
        for (Expectation expectation : expectations) {
            List<Condition> conditions = new ArrayList<>();
            addConditions(expectation, conditions);
            conditions.forEach(condition -> clauses.add(new Clause(condition, expectation.severity())));
        }
        return new Contract(clauses, keyColumns(), recordType, origins);
    }

    /** Empty where one of them is not exported, or not to be told. */
    private List<KeyColumn> keyColumns() {
        List<KeyColumn> found = new ArrayList<>();
        for (String name : key) {
            Optional<Exported> column = find(name).filter(exported -> !exported.isMarked());
            if (column.isEmpty()) {
                return List.of();
            }
            found.add(new KeyColumn(column.get().name(), columns.indexOf(column.get())));
        }
        return found;
    }

    private Optional<Exported> find(String name) {
        Optional<Exported> exact =
                columns.stream().filter(column -> column.name().equals(name)).findFirst();
        if (exact.isPresent()) {
            return exact;
        }
        List<Exported> alike = columns.stream()
                .filter(column -> column.name().equalsIgnoreCase(name))
                .toList();
        return alike.size() == 1 ? Optional.of(alike.get(0)) : Optional.empty();
    }

    private Exported column(String name) {
        return find(name).orElseThrow(() -> {
            List<String> names = columns.stream().map(Exported::name).toList();
            return WaybillException.refusal("expect: column \"" + name + "\" is not among those that are exported"
                    + NearestName.hint(name, names) + "; these are " + String.join(", ", names));
        });
    }

    private void addConditions(Expectation expectation, List<Condition> conditions) {
        List<Exported> of = expectation.columns().stream().map(this::column).toList();
        for (Exported column : of) {
            addConditions(expectation, column, conditions);
        }
        if (expectation.get(ExpectKeys.UNIQUE)) {
            conditions.add(new Condition.Unique(
                    of.stream().map(columns::indexOf).toList(),
                    of.stream().map(Exported::name).toList()));
        }
        Long least = expectation.get(ExpectKeys.MIN_ROWS);
        Long most = expectation.get(ExpectKeys.MAX_ROWS);
        if (least != null || most != null) {
            conditions.add(new Condition.RowCount(least, most));
        }
        Share change = expectation.get(ExpectKeys.CHANGE_OF_ROWS);
        if (change != null) {
            Optional<Last> before = last.get();
            conditions.add(new Condition.RowChange(
                    change,
                    before.map(Last::rows).orElse(null),
                    before.map(Last::runId).orElse(null)));
        }
        String sql = expectation.get(ExpectKeys.SQL);
        if (sql != null) {
            conditions.add(new Condition.NoRows(sql.strip().replaceAll(";\\s*$", "")));
        }
    }

    private void addConditions(Expectation expectation, Exported column, List<Condition> conditions) {
        int index = columns.indexOf(column);
        Share share = expectation.get(ExpectKeys.NULL_SHARE);
        if (expectation.get(ExpectKeys.NOT_NULL) || share != null) {
            conditions.add(new Condition.NotNull(index, column.name(), share));
        }
        Typed typed = new Typed(column.type(), now.getZone());
        Scalars between = list(expectation, ExpectKeys.BETWEEN);
        if (between != null) {
            Object low = between.values().get(0);
            Object high = between.values().get(1);
            add(
                    conditions,
                    ExpectKeys.BETWEEN,
                    column,
                    " is between " + Scalars.text(low) + " and " + Scalars.text(high),
                    () -> ValueTests.between(typed, low, high));
        }
        Scalars in = list(expectation, ExpectKeys.IN);
        if (in != null) {
            String words = in.values().stream().map(Scalars::text).collect(Collectors.joining(", "));
            add(conditions, ExpectKeys.IN, column, " is one of " + words, () -> ValueTests.in(typed, in.values()));
        }
        String pattern = expectation.get(ExpectKeys.MATCHES);
        if (pattern != null) {
            add(
                    conditions,
                    ExpectKeys.MATCHES,
                    column,
                    " matches " + pattern,
                    () -> ValueTests.matches(column.type(), pattern));
        }
        Duration within = expectation.get(ExpectKeys.FRESH_WITHIN);
        if (within != null) {
            conditions.add(new Condition.Fresh(
                    index, column.name(), column.type(), within, oldest(column, within), column.isMarked()));
        }
    }

    private Scalars list(Expectation expectation, Key<Object> key) {
        Scalars given = expectation.list(key);
        return given == null ? null : given.withTexts(placeholders);
    }

    private void add(List<Condition> conditions, Key<?> key, Exported column, String words, Supplier<ValueTest> test) {
        try {
            test.get(); // what does not go with the column is told of now
        } catch (IllegalArgumentException e) {
            throw wrong(key, column, e.getMessage());
        }
        conditions.add(new Condition.EachValue(columns.indexOf(column), column.name() + words, test));
    }

    private static WaybillException wrong(Key<?> key, Exported column, String why) {
        return WaybillException.refusal("expect: column \"" + column.name() + "\": " + key.name() + ": " + why);
    }

    /** As filters with {@code last} have it: a date's whole day counts. */
    private long oldest(Exported column, Duration within) {
        ZonedDateTime from = now.minus(within);
        return switch (column.type().kind()) {
            case DATE -> from.toLocalDate().toEpochDay();
            case TIMESTAMP ->
                new Typed(column.type(), now.getZone())
                        .moment(from.toLocalDateTime())
                        .micros();
            case INSTANT -> Typed.of(from.toInstant()).micros();
            default ->
                throw wrong(
                        ExpectKeys.FRESH_WITHIN,
                        column,
                        "it is " + column.type() + "; fresh_within is for dates and times");
        };
    }
}
