package io.waybill.flow;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One condition on the rows of an export; all of a flow's filters must hold.
 *
 * @param column the column's name
 * @param operator how it is compared
 * @param values texts, numbers, truth values, dates and times, as many as the operator takes
 */
public record Filter(String column, FilterOperator operator, List<Object> values) {

    private static final Pattern HOURS = Pattern.compile("(\\d\\d:\\d\\d)\\s*-\\s*(\\d\\d:\\d\\d)");

    /** @throws IllegalArgumentException when the values do not go with the operator; the message says why */
    public Filter {
        values = List.copyOf(values);
        if (values.size() < operator.fewestValues() || values.size() > operator.mostValues()) {
            throw new IllegalArgumentException(
                    "op \"" + operator.symbol() + "\" takes " + count(operator) + ", not " + values.size());
        }
        for (Object value : values) {
            if (value instanceof Double number && !Double.isFinite(number)) {
                throw new IllegalArgumentException(
                        number
                                + " is no number that databases compare alike; leave it out, or use a view that says what is meant");
            }
        }
        switch (operator) {
            case LAST -> Span.positive(values.get(0));
            case HOURS -> hours(values.get(0));
            case PREVIOUS -> calendarUnit(values.get(0));
            case ON -> values.forEach(Filter::day);
            default -> {}
        }
    }

    private static String count(FilterOperator operator) {
        if (operator.fewestValues() == operator.mostValues()) {
            return operator.fewestValues() == 0
                    ? "no value"
                    : operator.fewestValues() + " value" + (operator.fewestValues() == 1 ? "" : "s");
        }
        return operator.fewestValues() + " to " + operator.mostValues() + " values";
    }

    /** The two times of {@code 09:00-17:00}. */
    public static List<LocalTime> hours(Object value) {
        Matcher matcher = HOURS.matcher(value.toString().trim());
        if (matcher.matches()) {
            try {
                LocalTime from = LocalTime.parse(matcher.group(1));
                LocalTime to = LocalTime.parse(matcher.group(2));
                if (from.equals(to)) {
                    throw new IllegalArgumentException(
                            "\"" + value + "\" begins and ends at the same time, so that no row is in it");
                }
                return List.of(from, to);
            } catch (DateTimeException e) {
                // said below
            }
        }
        throw new IllegalArgumentException("\"" + value + "\" is not a time of day; write for example \"09:00-17:00\"");
    }

    private static void calendarUnit(Object value) {
        if (!List.of("day", "week", "month").contains(value)) {
            throw new IllegalArgumentException("\"" + value + "\" is not known; allowed: day, week, month");
        }
    }

    /** The same, with its texts resolved. */
    public Filter resolved(UnaryOperator<String> placeholders) {
        return new Filter(
                column,
                operator,
                values.stream()
                        .map(value -> value instanceof String text ? placeholders.apply(text) : value)
                        .toList());
    }

    /** A day of {@code on}: a date, or a text such as {@code 2026-01-15}. */
    public static LocalDate day(Object value) {
        try {
            return value instanceof LocalDate date ? date : LocalDate.parse(value.toString());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("\"" + value + "\" is not a date; write for example \"2026-01-15\"", e);
        }
    }
}
