package io.waybill.flow;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How the value of a key is written: in a flow file as a value of TOML, in a route as the text of an option. What is wrong is an {@link
 * IllegalArgumentException}, its message for the user.
 */
public sealed interface Form<T>
        permits Form.Text,
                Form.Said,
                Form.Checked,
                Form.TextOrNumber,
                Form.Temporal,
                Form.Flag,
                Form.Whole,
                Form.Choice,
                Form.Time,
                Form.Names,
                Form.Table,
                DecimalForm,
                FlagOrName {

    /** Reads a value of a flow file: a text, a whole number, a truth value, a list or a map of these. */
    default T of(Object value) {
        T read = parse(text(value));
        check(read);
        return read;
    }

    /** Reads an option of a route, as {@link #print} writes it. */
    T parse(String text);

    default String print(T value) {
        return value.toString();
    }

    /** What holds for values however they are written. */
    default void check(T value) {}

    /**
     * Any text.
     *
     * @param isShown whether people are shown it, by terminals too
     */
    record Text(boolean isShown) implements Form<String> {

        Text() {
            this(false);
        }

        @Override
        public String parse(String text) {
            return isShown ? Printable.require(text) : text;
        }
    }

    /**
     * A text that says something.
     *
     * @param reading answers what
     * @param type what it is to those who only complete it: a text, a number, a truth value
     * @param allowed the texts there are, where they are a few; else empty
     */
    record Said<T>(Function<String, T> reading, Class<?> type, List<String> allowed) implements Form<T> {

        Said(Function<String, T> reading) {
            this(reading, String.class, List.of());
        }

        @Override
        public T parse(String text) {
            return reading.apply(text);
        }
    }

    /**
     * A value with a rule of its own.
     *
     * @param type what it is: a text, a list, anything
     * @param problem what is wrong with a value, or null; it may throw that as well
     */
    record Checked<T>(Class<T> type, Function<Object, String> problem) implements Form<T> {

        @Override
        public T of(Object value) {
            String wrong = problem.apply(value);
            if (wrong != null) {
                throw new IllegalArgumentException(wrong);
            }
            return type.cast(value);
        }

        @Override
        public T parse(String text) {
            return of(text);
        }
    }

    /** A text or a whole number. */
    record TextOrNumber() implements Form<Object> {

        @Override
        public Object of(Object value) {
            if (value instanceof String || value instanceof Long) {
                return value;
            }
            throw wrongType(value, "a number or text");
        }

        @Override
        public Object parse(String text) {
            return text;
        }
    }

    /**
     * A date or time: as TOML has them, or in quotes.
     *
     * @param reading what a text says; it throws a {@link DateTimeException} where it is none
     * @param expected what is expected, for messages
     */
    record Temporal<T>(Function<String, T> reading, String expected) implements Form<T> {

        @Override
        public T of(Object value) {
            if (value instanceof String || value instanceof TemporalAccessor) {
                try {
                    return reading.apply(value.toString());
                } catch (DateTimeException e) {
                    throw new IllegalArgumentException(describe(value) + "; " + expected + " is expected", e);
                }
            }
            throw wrongType(value, expected);
        }

        @Override
        public T parse(String text) {
            return of(text);
        }
    }

    /** True or false. */
    record Flag() implements Form<Boolean> {

        @Override
        public Boolean of(Object value) {
            if (value instanceof Boolean flag) {
                return flag;
            }
            throw wrongType(value, "true or false");
        }

        @Override
        public Boolean parse(String text) {
            if (text.equals("true") || text.equals("false")) {
                return Boolean.valueOf(text);
            }
            throw new IllegalArgumentException("\"" + text + "\" is not true or false");
        }
    }

    /**
     * A whole number.
     *
     * @param least the smallest one
     * @param most the largest one
     * @param counts whether it is a number of something, and not one of a range
     */
    record Whole(long least, long most, boolean counts) implements Form<Long> {

        @Override
        public Long of(Object value) {
            if (value instanceof Long number) {
                check(number);
                return number;
            }
            throw wrongType(value, counts ? "a whole number of at least " + least : "a whole number");
        }

        /** Camel would read {@code abc} as 0, and {@code 5m} as 300000. */
        @Override
        public Long parse(String text) {
            // those of the most that there is, or those that no number of them is too large with
            int digits = most <= 999_999_999 || most == Integer.MAX_VALUE ? 9 : 18;
            if (text.matches("-?[0-9]{1," + digits + "}")) {
                return Long.valueOf(text);
            }
            throw new IllegalArgumentException("\"" + text + "\" is not a number; a whole number of up to " + digits
                    + " digits is allowed, without unit and without separators");
        }

        @Override
        public void check(Long number) {
            if (number < least && counts) {
                throw new IllegalArgumentException(tooSmall(number, least));
            }
            if (number < least || number > most) {
                throw new IllegalArgumentException(number + (counts ? " is too many; " : " is out of range; ") + least
                        + " to " + most + (counts ? " are allowed" : " is allowed"));
            }
        }

        static String tooSmall(long number, long least) {
            return number + " is too small; a whole number of at least " + least + " is allowed";
        }
    }

    /**
     * One of some names.
     *
     * @param byName what each stands for, in the order in which they are told
     */
    record Choice<T>(Map<String, T> byName) implements Form<T> {

        /** The constants of an enum, in lower case. */
        public static <E extends Enum<E>> Choice<E> of(Class<E> type) {
            return of(List.of(type.getEnumConstants()), Form::lower);
        }

        public static <T> Choice<T> of(List<T> values, Function<T, String> name) {
            Map<String, T> byName = new LinkedHashMap<>();
            values.forEach(value -> byName.put(name.apply(value), value));
            return new Choice<>(byName);
        }

        @Override
        public T of(Object value) {
            if (value instanceof String) {
                return Form.super.of(value);
            }
            throw new IllegalArgumentException(describe(value) + "; allowed: " + String.join(", ", allowed()));
        }

        @Override
        public T parse(String name) {
            return parse(name, "is not known");
        }

        /** @param otherwise what is said of a name that is none of them */
        T parse(String name, String otherwise) {
            T value = byName.get(name);
            if (value == null) {
                throw new IllegalArgumentException(NearestName.refusal(name, otherwise, allowed()));
            }
            return value;
        }

        @Override
        public String print(T value) {
            return byName.entrySet().stream()
                    .filter(entry -> entry.getValue().equals(value))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElseThrow();
        }

        /** The names, in their order. */
        public List<String> allowed() {
            return List.copyOf(byName.keySet());
        }
    }

    /**
     * A span of time that is as long whenever it begins.
     *
     * @param least the shortest one
     */
    record Time(Duration least) implements Form<Duration> {

        @Override
        public Duration parse(String text) {
            return Span.exact(text);
        }

        @Override
        public String print(Duration value) {
            return Span.text(value);
        }

        @Override
        public void check(Duration span) {
            if (span.compareTo(least) < 0) {
                throw new IllegalArgumentException(
                        Span.words(span) + " is too short; at least " + Span.words(least) + " are allowed");
            }
        }
    }

    /** A list of texts, or one text; in an option, separated by commas: a comma or a backslash of a text has a backslash before it. */
    record Names() implements Form<List<String>> {

        @Override
        public List<String> of(Object value) {
            List<String> names = new ArrayList<>();
            for (Object element : value instanceof List<?> list ? list : List.of(value)) {
                if (!(element instanceof String text)) {
                    throw wrongType(element, "a list of texts");
                }
                names.add(text);
            }
            return names;
        }

        @Override
        public List<String> parse(String text) {
            List<String> names = new ArrayList<>();
            StringBuilder name = new StringBuilder();
            for (int i = 0; text != null && i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '\\' && i + 1 < text.length()) {
                    name.append(text.charAt(++i));
                } else if (c == ',') {
                    names.add(name.toString().trim());
                    name.setLength(0);
                } else {
                    name.append(c);
                }
            }
            if (!name.toString().isBlank() || !names.isEmpty()) {
                names.add(name.toString().trim());
            }
            return names;
        }

        @Override
        public String print(List<String> names) {
            return names.stream()
                    .map(name -> name.replace("\\", "\\\\").replace(",", "\\,"))
                    .collect(Collectors.joining(","));
        }
    }

    /**
     * A table with keys of its own, or a list of such tables. Its keys are read one by one; in a route it is a bean.
     *
     * @param keys its keys; empty for a table whose keys are anybody's
     * @param isList whether there may be several
     */
    record Table(List<Key<?>> keys, boolean isList) implements Form<Object> {

        @Override
        public Object parse(String text) {
            throw new UnsupportedOperationException("it is a bean, or its keys are read one by one");
        }
    }

    /** The name of a constant as flows write it. */
    static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException when a value of a flow file is no text */
    static String text(Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw wrongType(value, "text in quotes");
    }

    static IllegalArgumentException wrongType(Object found, String expected) {
        return new IllegalArgumentException(describe(found) + "; " + expected + " is expected");
    }

    /** What a value of a flow file is, for messages. */
    static String describe(Object value) {
        if (value instanceof String text) {
            return "\"" + text + "\" is text";
        }
        if (value instanceof Boolean) {
            return value + " is a truth value";
        }
        if (value instanceof Number) {
            return value + " is a number";
        }
        if (value instanceof List) {
            return "it is a list";
        }
        if (value instanceof Map) {
            return "it is a table";
        }
        return value + " is a date or time";
    }
}
