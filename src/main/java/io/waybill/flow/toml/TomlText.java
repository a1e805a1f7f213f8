package io.waybill.flow.toml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/**
 * The text of a TOML file that is changed value by value. What is not changed stays as it is written, to the byte: comments, order, blank
 * lines, spelling. A change that would come to anything else than what was asked for is refused.
 */
public final class TomlText {

    private final String text;
    private final Map<String, Object> values;

    private TomlText(String text, Map<String, Object> values) {
        this.text = text;
        this.values = values;
    }

    /** @throws IllegalArgumentException where it is not TOML; the message says where */
    public static TomlText of(String text) {
        TomlParseResult result = Toml.parse(RelaxedToml.toStrict(text.startsWith("\uFEFF") ? text.substring(1) : text));
        if (result.hasErrors()) {
            throw new IllegalArgumentException("line "
                    + result.errors().get(0).position().line() + ": "
                    + result.errors().get(0).getMessage());
        }
        return new TomlText(text, table(result));
    }

    private static Map<String, Object> table(TomlTable table) {
        Map<String, Object> values = new LinkedHashMap<>();
        table.keySet().forEach(key -> values.put(key, plain(table.get(List.of(key)))));
        return values;
    }

    private static Object plain(Object value) {
        if (value instanceof TomlTable table) {
            return table(table);
        }
        return value instanceof TomlArray array
                ? array.toList().stream().map(TomlText::plain).toList()
                : value;
    }

    public String text() {
        return text;
    }

    /** A value as TOML writes it, in one line. */
    public static String written(Object value) {
        return TomlWriter.write(value);
    }

    /** All values; lists and maps in the place of TOML's. */
    Map<String, Object> values() {
        return values;
    }

    /** All texts that stand in it, names of keys among them, as they are once escapes are read. */
    public List<String> texts() {
        List<String> texts = new ArrayList<>();
        addTexts(values, texts);
        return texts;
    }

    private static void addTexts(Object value, List<String> texts) {
        if (value instanceof Map<?, ?> table) {
            table.forEach((key, inner) -> {
                addTexts(key, texts);
                addTexts(inner, texts);
            });
        } else if (value instanceof List<?> list) {
            list.forEach(inner -> addTexts(inner, texts));
        } else if (value instanceof String text) {
            texts.add(text);
        }
    }

    /** The value at a path: a text, Long, Double, Boolean, a date or time, a List or a Map. */
    public Optional<Object> value(TomlPath path) {
        Object value = values;
        for (Object step : path.steps()) {
            if (value instanceof Map<?, ?> table && step instanceof String) {
                value = table.get(step);
            } else if (value instanceof List<?> list && step instanceof Integer i && i < list.size()) {
                value = list.get(i);
            } else {
                return Optional.empty();
            }
        }
        return Optional.ofNullable(value);
    }

    /** How many elements the list at a path has. */
    public int size(TomlPath path) {
        return value(path)
                .map(value -> value instanceof List<?> list ? list.size() : 0)
                .orElse(0);
    }

    /**
     * The text with another value at a path, whose tables are made where they are not there. The number that follows a list's last adds an
     * element.
     *
     * @throws IllegalArgumentException where that cannot be done without touching anything else
     */
    public TomlText with(TomlPath path, Object value) {
        if (value(path).filter(value::equals).isPresent()) {
            return this;
        }
        Map<String, Object> expected = table(values);
        put(expected, path, 0, value);
        return checked(() -> new TomlEdit(text).set(path, value), path, expected);
    }

    /** The text without what is at a path; what its line says behind it goes with it, and what stands right above a table's header. */
    public TomlText without(TomlPath path) {
        if (value(path).isEmpty()) {
            return this;
        }
        Map<String, Object> expected = table(values);
        remove(expected, path, 0);
        return checked(() -> new TomlEdit(text).remove(path), path, expected);
    }

    private static TomlText checked(
            java.util.function.Supplier<String> edit, TomlPath path, Map<String, Object> expected) {
        IllegalArgumentException cause = null;
        try {
            TomlText changed = of(edit.get());
            if (withoutEmpty(changed.values).equals(withoutEmpty(expected))) {
                return changed;
            }
        } catch (IllegalArgumentException e) {
            cause = e;
        }
        throw new IllegalArgumentException(path + ": cannot be changed here; change the text", cause);
    }

    /** A table that nothing stands in is not there once its last key is gone that made it. */
    private static Object withoutEmpty(Object value) {
        if (value instanceof Map<?, ?> table) {
            Map<Object, Object> kept = new LinkedHashMap<>();
            table.forEach((key, inner) -> {
                Object plain = withoutEmpty(inner);
                if (!Map.of().equals(plain) && !List.of().equals(plain)) {
                    kept.put(key, plain);
                }
            });
            return kept;
        }
        return value instanceof List<?> list
                ? list.stream().map(TomlText::withoutEmpty).toList()
                : value;
    }

    private static Map<String, Object> table(Object value) {
        Map<String, Object> copy = new LinkedHashMap<>();
        ((Map<?, ?>) value).forEach((key, inner) -> copy.put((String) key, inner));
        return copy;
    }

    /** The same value with another one in its depth. */
    private static Object with(Object old, TomlPath path, int depth, Object value) {
        if (depth == path.steps().size()) {
            return value;
        }
        if (path.steps().get(depth) instanceof Integer i) {
            List<Object> list = new ArrayList<>(old instanceof List<?> before ? before : List.of());
            if (i > list.size()) {
                throw new IllegalArgumentException(path + ": there are " + list.size() + " of these");
            }
            Object changed = with(i < list.size() ? list.get(i) : null, path, depth + 1, value);
            if (i < list.size()) {
                list.set(i, changed);
            } else {
                list.add(changed);
            }
            return list;
        }
        Map<String, Object> table = old instanceof Map<?, ?> ? table(old) : new LinkedHashMap<>();
        put(table, path, depth, value);
        return table;
    }

    private static void put(Map<String, Object> table, TomlPath path, int depth, Object value) {
        String name = (String) path.steps().get(depth);
        table.put(name, with(table.get(name), path, depth + 1, value));
    }

    private static void remove(Map<String, Object> table, TomlPath path, int depth) {
        String name = (String) path.steps().get(depth);
        Object less = less(table.get(name), path, depth + 1);
        if (less == null) {
            table.remove(name);
        } else {
            table.put(name, less);
        }
    }

    private static Object less(Object old, TomlPath path, int depth) {
        if (depth == path.steps().size()) {
            return null;
        }
        if (old instanceof List<?> before) {
            List<Object> list = new ArrayList<>(before);
            int i = (Integer) path.steps().get(depth);
            Object less = less(list.get(i), path, depth + 1);
            if (less == null) {
                list.remove(i);
            } else {
                list.set(i, less);
            }
            return list;
        }
        Map<String, Object> table = table(old);
        remove(table, path, depth);
        return table;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TomlText that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
