package io.waybill.flow;

import java.util.ArrayList;
import java.util.List;

/** The keys of one of {@code filters}. */
final class FilterKeys {

    static final Key<String> COLUMN = Key.text("column", "the column").mandatory();
    static final Key<String> OP = Key.text("op", "how it is compared with `value` or `values`");
    static final Key<Object> VALUE = Key.any("value", "what it is compared with");
    static final Key<Object> VALUES = Key.any("values", "what it is compared with: a list");

    /** Those above, and a key for each operator that speaks of time. */
    static final List<Key<?>> ALL = all();

    private FilterKeys() {}

    private static List<Key<?>> all() {
        List<Key<?>> keys = new ArrayList<>(List.of(COLUMN, OP, VALUE, VALUES));
        FilterOperator.times().forEach(time -> keys.add(Key.any(time.symbol(), "a span of time, or times")));
        return List.copyOf(keys);
    }
}
