package io.waybill.flow.toml;

import io.waybill.flow.Form;
import io.waybill.flow.Key;
import io.waybill.flow.NearestName;
import io.waybill.flow.Place;
import io.waybill.flow.Problem;
import io.waybill.flow.Refusal;
import io.waybill.flow.Values;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * One table of a TOML file while it is read: answers typed values, notes what is wrong with them, and, at the end, which
 * keys nobody asked for. Reading goes on after a problem, so that one run reports them all.
 */
final class TomlSection {

    private final String file;
    private final String path;
    private final TomlTable table;
    private final int line;
    private final List<Problem> problems;
    private final UnaryOperator<String> placeholders;
    private final Set<String> known = new LinkedHashSet<>();

    /**
     * @param path the table's dotted name in messages, with its dot; empty for the root
     * @param line where the table begins; for what is missing in it
     * @param placeholders resolves Camel's property placeholders
     */
    TomlSection(
            String file,
            String path,
            TomlTable table,
            int line,
            List<Problem> problems,
            UnaryOperator<String> placeholders) {
        this.file = file;
        this.path = path;
        this.table = table;
        this.line = line;
        this.problems = problems;
        this.placeholders = placeholders;
    }

    /**
     * The root of a user's file, whose inline tables may be relaxed ones.
     *
     * @param problems gets the syntax errors, and all that is wrong
     * @return null when there are syntax errors
     */
    static TomlSection parse(String file, String text, List<Problem> problems, UnaryOperator<String> placeholders) {
        TomlParseResult result = Toml.parse(RelaxedToml.toStrict(text.startsWith("\uFEFF") ? text.substring(1) : text));
        if (!result.hasErrors()) {
            return new TomlSection(file, "", result, 0, problems, placeholders);
        }
        // what follows the first mistake is mostly its consequence
        TomlParseError error = result.errors().get(0);
        // where something follows a value of a list or of an inline table
        String hint = error.getMessage().contains(", a comma, or") ? "; is a comma missing before it?" : "";
        problems.add(new Problem(
                new Place(file, error.position().line()), "", "not valid TOML: " + error.getMessage() + hint));
        return null;
    }

    boolean has(String key) {
        known.add(key);
        return table.contains(List.of(key));
    }

    boolean has(Key<?> key) {
        return has(key.local());
    }

    Set<String> keys() {
        return table.keySet();
    }

    Place place(String key) {
        TomlPosition position = table.inputPositionOf(List.of(key));
        return new Place(file, position == null ? line : position.line());
    }

    String path(String key) {
        return path + key;
    }

    /** What is wrong with a key. */
    Problem about(String key, String message) {
        return new Problem(place(key), path(key), message);
    }

    void problem(String key, String message) {
        problems.add(about(key, message));
    }

    void problem(Key<?> key, String message) {
        problem(key.local(), message);
    }

    /** Its key may be that of a table in this one. */
    void problem(Refusal refusal) {
        int dot = refusal.key().indexOf('.');
        TomlSection nested = dot < 0 ? null : section(refusal.key().substring(0, dot));
        if (nested == null) {
            problem(refusal.key(), refusal.message());
        } else {
            nested.problem(refusal.key().substring(dot + 1), refusal.message());
        }
    }

    /** Text, its placeholders resolved; null where the key is not there or not text. */
    String text(String key) {
        String raw = rawText(key);
        return raw == null ? null : resolve(key, raw);
    }

    /** Text as it stands in the file, its placeholders not resolved. */
    String rawText(String key) {
        Object value = value(key);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        return wrongType(key, value, "text in quotes");
    }

    /** Resolves placeholders; where that fails, notes the problem and answers null. */
    String resolve(String key, String raw) {
        try {
            return placeholders.apply(raw);
        } catch (IllegalArgumentException e) {
            problem(key, e.getMessage());
            return null;
        }
    }

    /** The value of a key; what holds without it where it is not there, or wrong, which is noted. */
    <T> T get(Key<T> key) {
        T value = read(key);
        return value == null ? key.otherwise() : value;
    }

    /**
     * The values of those keys that are there. Those of a table stand beside the others, and say that it is there; lists of tables
     * are read by {@link #sections}.
     */
    Values values(List<Key<?>> keys) {
        Values values = Values.NONE;
        for (Key<?> key : keys) {
            values = with(values, key);
        }
        return values;
    }

    /** The values of a table that has these keys, and no others. */
    Values all(List<Key<?>> keys) {
        Values values = values(keys);
        refuseUnknownKeys();
        return values;
    }

    @SuppressWarnings("unchecked") // of a table, which is there or not
    private <T> Values with(Values values, Key<T> key) {
        if (key.form() instanceof Form.Table nested) {
            TomlSection section = nested.isList() ? null : section(key);
            return section == null ? values : values.with(key, (T) Boolean.TRUE).with(section.all(nested.keys()));
        }
        T value = has(key) || key.required() ? read(key) : null;
        return value == null ? values : values.with(key, value);
    }

    @SuppressWarnings("unchecked") // names are a list of texts
    private <T> T read(Key<T> key) {
        String name = key.local();
        Object value = value(name);
        if (value == null) {
            if (key.required()) {
                problem(name, key.missing());
            }
            return null;
        }
        if (key.form() instanceof Form.Names) {
            return (T) texts(name, value);
        }
        try {
            if (!(value instanceof String text)) {
                return key.form().of(plain(value));
            }
            String resolved = placeholders.apply(text);
            if (key.required() && resolved.isBlank() && !(key.form() instanceof Form.Choice)) {
                throw new IllegalArgumentException("is empty");
            }
            if (key.isSecret() && !text.contains("{{")) { // what is secret is not written into a flow
                problem(name, "holds a secret; write a property placeholder, {{env:NAME}}");
            }
            return key.form().of(key.keepsPlaceholders() ? text : resolved);
        } catch (IllegalArgumentException e) {
            problem(name, e.getMessage());
            return null;
        }
    }

    /** A value with lists and maps in the place of TOML's. */
    static Object plain(Object value) {
        if (value instanceof TomlArray array) {
            return array.toList();
        }
        return value instanceof TomlTable table ? table.toMap() : value;
    }

    /** A list of texts, or one text as a list of one. */
    private List<String> texts(String key, Object value) {
        if (!(value instanceof String) && !(value instanceof TomlArray)) {
            wrongType(key, value, "a list of texts");
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        for (Object element : values(key)) {
            if (element instanceof String text) {
                String resolved = resolve(key, text);
                if (resolved != null) {
                    texts.add(resolved);
                }
            } else {
                wrongType(key, element, "a list of texts");
            }
        }
        return texts;
    }

    /** The values of a list, or one value as a list of one. */
    List<Object> values(String key) {
        Object value = value(key);
        if (value instanceof TomlArray array) {
            return List.copyOf(array.toList());
        }
        return value == null ? List.of() : List.of(value);
    }

    Object value(String key) {
        known.add(key);
        return table.get(List.of(key));
    }

    /** A table of its own, or null where the key is not there or no table. */
    TomlSection section(String key, String newPath) {
        Object value = value(key);
        if (value instanceof TomlTable nested) {
            return new TomlSection(file, newPath, nested, place(key).line(), problems, placeholders);
        }
        if (value != null) {
            wrongType(key, value, "a table");
        }
        return null;
    }

    TomlSection section(String key) {
        return section(key, path(key) + ".");
    }

    TomlSection section(Key<?> key) {
        return section(key.local());
    }

    List<TomlSection> sections(Key<?> key) {
        return sections(key.local());
    }

    /** The tables of a list: of {@code [[key]]}, or of {@code key = [{…}, {…}]}. */
    List<TomlSection> sections(String key) {
        Object value = value(key);
        if (value == null) {
            return List.of();
        }
        if (value instanceof TomlTable) {
            problem(key, "it is one table; a list of tables is expected: " + key + " = [{ … }]");
            return List.of();
        }
        if (!(value instanceof TomlArray array)) {
            wrongType(key, value, "a list of tables, " + key + " = [{ … }],");
            return List.of();
        }
        List<TomlSection> sections = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            if (array.get(i) instanceof TomlTable nested) {
                String name = path(key) + (array.size() > 1 ? "[" + (i + 1) + "]." : ".");
                sections.add(new TomlSection(
                        file, name, nested, array.inputPositionOf(i).line(), problems, placeholders));
            } else {
                wrongType(key, array.get(i), "a list of tables");
            }
        }
        return sections;
    }

    private <T> T wrongType(String key, Object found, String expected) {
        problem(key, describe(found) + "; " + expected + " is expected");
        return null;
    }

    static String describe(Object value) {
        return Form.describe(plain(value));
    }

    /** Notes each key that was not asked for. */
    void refuseUnknownKeys() {
        for (String key : table.keySet()) {
            if (!known.contains(key)) {
                problem(key, "is not a key that is known here" + NearestName.hint(key, known));
            }
        }
    }
}
