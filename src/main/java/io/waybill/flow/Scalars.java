package io.waybill.flow;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Values in a list, as TOML writes them: {@code [1, 10]}, {@code ["new", "paid"]}, {@code [2026-01-01, 2026-12-31]}. In a flow file it is a
 * list of TOML's, in a route the text that {@link #toString} answers.
 *
 * @param values texts, numbers, truth values, dates and times
 */
public record Scalars(List<Object> values) {

    /** A text in quotes, or anything else up to the next comma. */
    private static final Pattern ELEMENT =
            Pattern.compile("\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\",\\[\\]]+?))\\s*(,|$)", Pattern.DOTALL);

    /** Of a double, which has no other of so many. */
    private static final int CERTAIN_DIGITS = 15;

    private static final List<Function<String, Object>> READINGS = List.of(
            LocalDate::parse,
            Scalars::localTimestamp,
            OffsetDateTime::parse,
            LocalTime::parse,
            Scalars::truth,
            Scalars::number);

    public Scalars {
        values = List.copyOf(values);
    }

    /**
     * Of a list of a flow file, or of its text in a route.
     *
     * @throws IllegalArgumentException when it is none; the message says why
     */
    static Scalars of(Object given) {
        if (given instanceof Scalars scalars) {
            return scalars;
        }
        if (given instanceof String text) {
            return parse(text);
        }
        if (!(given instanceof List<?> list)) {
            throw new IllegalArgumentException(Form.describe(given) + "; a list is expected");
        }
        List<Object> values = new ArrayList<>();
        for (Object value : list) {
            if (value instanceof List<?> || value instanceof java.util.Map<?, ?>) {
                throw new IllegalArgumentException(Form.describe(value) + "; a list of single values is expected");
            }
            if (value instanceof Double number && !Double.isFinite(number)) {
                throw new IllegalArgumentException(number + " is no number to compare with");
            }
            values.add(value instanceof Double number ? decimal(number) : value);
        }
        return new Scalars(values);
    }

    /** TOML's floats are doubles: of more digits than these have, nobody knows which were meant. */
    private static BigDecimal decimal(Double number) {
        BigDecimal decimal = new BigDecimal(number.toString());
        if (decimal.precision() > CERTAIN_DIGITS) {
            throw new IllegalArgumentException(
                    decimal.toPlainString() + " has more digits than a number of TOML keeps; write it in" + " quotes");
        }
        return decimal;
    }

    /** What is wrong with a list; null where nothing is. */
    static String problem(Object given) {
        of(given);
        return null;
    }

    private static Scalars parse(String text) {
        String list = text.strip();
        if (!list.startsWith("[") || !list.endsWith("]")) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a list; write for example [1, 10] or [\"new\"]");
        }
        List<Object> values = new ArrayList<>();
        String inside = list.substring(1, list.length() - 1).strip();
        Matcher element = ELEMENT.matcher(inside);
        int at = 0;
        while (at < inside.length()) {
            element.region(at, inside.length());
            if (!element.lookingAt()) {
                throw new IllegalArgumentException(text + " is not a list of single values");
            }
            values.add(element.group(1) == null ? plain(element.group(2)) : unescaped(element.group(1)));
            at = element.end();
        }
        return new Scalars(values);
    }

    private static Object plain(String text) {
        for (Function<String, Object> reading : READINGS) {
            try {
                return reading.apply(text);
            } catch (DateTimeException | NumberFormatException e) {
                continue;
            }
        }
        throw new IllegalArgumentException(text + " is neither a number nor a date or time; texts stand in quotes");
    }

    private static Object localTimestamp(String text) {
        return LocalDateTime.parse(text.replace(' ', 'T'));
    }

    private static Object truth(String text) {
        if (text.equals("true") || text.equals("false")) {
            return Boolean.valueOf(text);
        }
        throw new NumberFormatException(text);
    }

    private static Object number(String text) {
        BigDecimal number = new BigDecimal(text);
        boolean whole = text.matches("[+-]?\\d{1,18}");
        return whole ? (Object) Long.valueOf(text) : number;
    }

    private static String unescaped(String text) {
        return text.replaceAll("(?s)\\\\(.)", "$1");
    }

    /** The same, with texts that are read anew. */
    public Scalars withTexts(UnaryOperator<String> reading) {
        return new Scalars(values.stream()
                .map(value -> value instanceof String text ? reading.apply(text) : value)
                .toList());
    }

    /** A value as it is written. */
    public static String text(Object value) {
        if (value instanceof String text) {
            return '"' + text.replaceAll("([\"\\\\])", "\\\\$1") + '"';
        }
        return value instanceof BigDecimal number ? number.toPlainString() : value.toString();
    }

    /** As it is written. */
    @Override
    public String toString() {
        return values.stream().map(Scalars::text).collect(Collectors.joining(", ", "[", "]"));
    }
}
