package io.waybill.flow.toml;

import io.waybill.flow.Filter;
import io.waybill.flow.FilterKeys;
import io.waybill.flow.FilterOperator;
import io.waybill.flow.Key;
import java.util.ArrayList;
import java.util.List;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/** Reads a list of filters: {@code filters}, and {@code having} of a report. */
final class FiltersReader {

    private FiltersReader() {}

    static List<Filter> read(TomlSection section, Key<?> key) {
        List<Filter> filters = new ArrayList<>();
        for (TomlSection filter : section.sections(key)) {
            String column = filter.get(FilterKeys.COLUMN);
            filter.has(FilterKeys.VALUE);
            filter.has(FilterKeys.VALUES);
            List<FilterOperator> times = FilterOperator.times().stream()
                    .filter(time -> filter.has(time.symbol()))
                    .toList();
            int count = times.size() + (filter.has(FilterKeys.OP) ? 1 : 0);
            if (count != 1) {
                filter.problem(
                        FilterKeys.OP,
                        count == 0
                                ? "is missing; allowed: " + String.join(", ", FilterOperator.symbols())
                                        + ", or one of the keys last, previous, on, hours"
                                : "stands beside another condition; one filter holds one");
            } else if (times.isEmpty()) {
                addComparison(filter, column, filters);
            } else {
                FilterOperator time = times.get(0);
                add(filter, time.symbol(), column, time, filter.values(time.symbol()), filters);
            }
            filter.refuseUnknownKeys();
        }
        return filters;
    }

    private static void addComparison(TomlSection filter, String column, List<Filter> filters) {
        String symbol = filter.get(FilterKeys.OP);
        List<Object> values =
                filter.values(filter.has(FilterKeys.VALUES) ? FilterKeys.VALUES.name() : FilterKeys.VALUE.name());
        if (symbol == null) {
            return;
        }
        try {
            FilterOperator operator = FilterOperator.parse(symbol);
            add(filter, operator.mostValues() == 0 ? "op" : "value", column, operator, values, filters);
        } catch (IllegalArgumentException e) {
            filter.problem(FilterKeys.OP, e.getMessage());
        }
    }

    private static void add(
            TomlSection filter,
            String key,
            String column,
            FilterOperator operator,
            List<Object> values,
            List<Filter> filters) {
        for (Object value : values) {
            if (value instanceof TomlTable || value instanceof TomlArray) {
                filter.problem(key, TomlSection.describe(value) + "; a single value is expected");
                return;
            }
            if (value instanceof String text && filter.resolve(key, text) == null) {
                return;
            }
        }
        try {
            filters.add(new Filter(column == null ? "" : column, operator, values));
        } catch (IllegalArgumentException e) {
            filter.problem(key, e.getMessage());
        }
    }
}
