package io.waybill.flow;

import java.util.List;
import java.util.stream.Stream;

/** The keys of one of {@code filters}. */
public final class FilterKeys {

    public static final Key<String> COLUMN = Key.text("column", "the column").mandatory();
    public static final Key<String> OP = Key.text("op", "how it is compared with `value` or `values`");
    public static final Key<Object> VALUE = Key.any("value", "what it is compared with");
    public static final Key<Object> VALUES = Key.any("values", "what it is compared with: a list");

    /** What all values are: those of a bean are texts. */
    public static final Key<String> TYPE =
            Key.text("type", "what the values are").otherwise("text").inRoutesAlone();

    /** Those that its bean has, beside its values. */
    public static final List<Key<?>> OF_A_BEAN = List.of(COLUMN, OP, TYPE);

    /** Those of flows: a column and its condition, and a key for each operator that speaks of time. */
    public static final List<Key<?>> ALL = Stream.<Key<?>>concat(
                    Stream.of(COLUMN, OP, VALUE, VALUES),
                    FilterOperator.times().stream().map(time -> Key.any(time.symbol(), "a span of time, or times")))
            .toList();

    private FilterKeys() {}
}
