package io.waybill.flow;

import java.util.Arrays;
import java.util.List;

/** How a filter compares a column with its values. */
public enum FilterOperator {
    EQUAL("=", 1, 1),
    NOT_EQUAL("!=", 1, 1),
    LESS("<", 1, 1),
    AT_MOST("<=", 1, 1),
    GREATER(">", 1, 1),
    AT_LEAST(">=", 1, 1),
    IN("in", 1, 1000),
    NOT_IN("not_in", 1, 1000),
    /** Both bounds included. */
    BETWEEN("between", 2, 2),
    /** SQL's LIKE. */
    LIKE("like", 1, 1),
    /** A regular expression that the whole text matches, {@code a.*}, in the database's own flavour. */
    MATCHES("matches", 1, 1),
    IS_NULL("is_null", 0, 0),
    NOT_NULL("not_null", 0, 0),
    /** The time that a duration such as {@code 30 days} spans, up to the run's time; what lies in the future is not in it. */
    LAST("last", 1, 1),
    /** The calendar day, week or month before the present one. */
    PREVIOUS("previous", 1, 1),
    /** Any of some days. */
    ON("on", 1, 1000),
    /** A time of day, {@code 09:00-17:00}; the end is not included, and may be on the next day. */
    HOURS("hours", 1, 1);

    private final String symbol;
    private final int fewest;
    private final int most;

    FilterOperator(String symbol, int fewest, int most) {
        this.symbol = symbol;
        this.fewest = fewest;
        this.most = most;
    }

    /** The operator as flows write it. */
    public String symbol() {
        return symbol;
    }

    public int fewestValues() {
        return fewest;
    }

    public int mostValues() {
        return most;
    }

    /** Whether it stands as a key of its own ({@code last = "30 days"}) and speaks of time. */
    public boolean isTime() {
        return ordinal() >= LAST.ordinal();
    }

    /** The operators that stand as keys of their own. */
    public static List<FilterOperator> times() {
        return Arrays.stream(values()).filter(FilterOperator::isTime).toList();
    }

    /** The symbols of those that stand behind {@code op}. */
    public static List<String> symbols() {
        return Arrays.stream(values())
                .filter(operator -> !operator.isTime())
                .map(FilterOperator::symbol)
                .toList();
    }

    /**
     * Finds an operator by its symbol.
     *
     * @throws IllegalArgumentException when there is none; the message says what is allowed
     */
    public static FilterOperator parse(String symbol) {
        return Arrays.stream(values())
                .filter(operator -> operator.symbol.equals(symbol))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(NearestName.refusal(symbol, "is not an operator", symbols())));
    }
}
