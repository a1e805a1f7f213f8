package io.waybill.form;

import io.waybill.flow.DecimalForm;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.FlagOrName;
import io.waybill.flow.Form;
import io.waybill.flow.Key;
import io.waybill.flow.toml.TomlPath;
import io.waybill.flow.toml.TomlText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** How a value is filled in: as what it is shown, and what a text that is filled in stands for. */
public enum Entry {
    /** A text. */
    LINE,
    /** A number. */
    NUMBER,
    /** A tick. */
    FLAG,
    /** One of several. */
    CHOICE,
    /** Texts, with commas between them. */
    NAMES,
    /** A text, or a number, a date, a list: as TOML has it. */
    VALUE,
    /** A folder and the name of a file. */
    PLACE,
    /** Names that are anybody's, each with a text or number. */
    PAIRS,
    /** It is not filled in here: its text is. */
    TEXT;

    private static final Form.Names LIST = new Form.Names();
    private static final TomlPath VALUE_PATH = TomlPath.of("v");

    /** How a key is filled in that has this value; null for none. */
    static Entry of(Key<?> key, Object value) {
        if (isOfPairs(key) && (value == null || value instanceof Map<?, ?> pairs && areShown(key, pairs))) {
            return PAIRS;
        }
        if (value instanceof Map
                || value instanceof List<?> list && list.stream().anyMatch(each -> each instanceof Map)) {
            return TEXT;
        }
        String name = key.local();
        if (name.equals("file_path")) {
            return PLACE;
        }
        if (key.form() instanceof Form.Flag) {
            return value == null || value instanceof Boolean ? FLAG : VALUE;
        }
        if (key.form() instanceof Form.Choice || key.form() instanceof FlagOrName) {
            return CHOICE;
        }
        if (key.form() instanceof Form.Whole || key.form() instanceof DecimalForm) {
            return NUMBER;
        }
        if (key.form() instanceof Form.Names) {
            return NAMES;
        }
        if (key.form() instanceof Form.Table || key == ExportKeys.PRIVACY) {
            return TEXT;
        }
        boolean isText = key.form() instanceof Form.Text
                || key.form() instanceof Form.Said
                || key.form() instanceof Form.Time
                || key.form() instanceof Form.Temporal
                || key.form() instanceof Form.Checked<?> checked && checked.type() == String.class;
        return isText ? LINE : VALUE;
    }

    private static boolean isOfPairs(Key<?> key) {
        return key.form() instanceof Form.Table table && table.keys().isEmpty() && !table.isList()
                || key == ExportKeys.PRIVACY;
    }

    /** What becomes of a column is said by a name, or in detail by a table of its own. */
    private static boolean areShown(Key<?> key, Map<?, ?> pairs) {
        return pairs.values().stream()
                .allMatch(value -> isPlain(value)
                        || key == ExportKeys.PRIVACY && value instanceof Map<?, ?> table && arePlain(table));
    }

    private static boolean arePlain(Map<?, ?> table) {
        return table.values().stream().allMatch(Entry::isPlain);
    }

    private static boolean isPlain(Object value) {
        return value instanceof String || value instanceof Number || value instanceof Boolean;
    }

    /** The value that something stands for which is filled in behind a name of pairs. */
    static Object valueOfPair(Key<?> key, String filledIn) {
        return key == ExportKeys.PRIVACY && filledIn.startsWith("{")
                ? table(filledIn).orElse(filledIn)
                : VALUE.value(filledIn);
    }

    private static Optional<Object> table(String toml) {
        try {
            return TomlText.of("v = " + toml)
                    .value(VALUE_PATH)
                    .filter(value -> value instanceof Map<?, ?> table && arePlain(table));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Pairs as they are filled in: each name with the text of its value. */
    static Map<String, String> pairs(String toml) {
        Map<String, String> pairs = new LinkedHashMap<>();
        if (!toml.isEmpty() && TomlText.of("v = " + toml).value(VALUE_PATH).orElse(null) instanceof Map<?, ?> table) {
            table.forEach((name, value) -> pairs.put((String) name, VALUE.shown(value)));
        }
        return pairs;
    }

    /** The texts that stand in one with commas between them. */
    static List<String> names(String text) {
        return LIST.parse(text).stream().filter(name -> !name.isEmpty()).toList();
    }

    static List<String> choices(Key<?> key) {
        if (key.form() instanceof Form.Choice<?> choice) {
            return choice.allowed();
        }
        return key.form() instanceof FlagOrName<?> choice
                ? Stream.concat(Stream.of("false", "true"), choice.names().stream())
                        .toList()
                : List.of();
    }

    /** A value as it is shown; empty for none. */
    String shown(Object value) {
        if (value == null) {
            return "";
        }
        if (this == NAMES && value instanceof List<?> list && list.stream().allMatch(each -> each instanceof String)) {
            return String.join(
                    ", ",
                    list.stream()
                            .map(each -> LIST.print(List.of((String) each)))
                            .toList());
        }
        if (value instanceof String text) {
            boolean plain = this == PLACE || this == CHOICE || this == NAMES || text.equals(asText(text));
            return plain ? (this == NAMES ? LIST.print(List.of(text)) : text) : TomlText.written(text);
        }
        return TomlText.written(value);
    }

    /** The text that something stands for which is filled in; null where it stands for something else. */
    private String asText(String filledIn) {
        boolean seen = filledIn.equals(filledIn.strip())
                && !filledIn.isEmpty()
                && filledIn.chars().noneMatch(Character::isISOControl);
        return seen && value(filledIn) instanceof String text ? text : null;
    }

    /** The value that something stands for which is filled in and not empty. What it may be, who reads the flow says. */
    Object value(String filledIn) {
        return switch (this) {
            case LINE ->
                filledIn.startsWith("\"")
                        ? parsed(filledIn).filter(String.class::isInstance).orElse(filledIn)
                        : filledIn;
            case PLACE, TEXT, PAIRS -> filledIn;
            case CHOICE, FLAG ->
                filledIn.equals("true") || filledIn.equals("false") ? (Object) Boolean.valueOf(filledIn) : filledIn;
            case NUMBER ->
                parsed(filledIn.strip()).filter(Number.class::isInstance).orElse(filledIn);
            case NAMES -> names(filledIn);
            case VALUE -> parsed(filledIn).orElse(filledIn);
        };
    }

    private static Optional<Object> parsed(String toml) {
        if (toml.indexOf('\n') >= 0 || toml.indexOf('#') >= 0 && !toml.startsWith("\"") && !toml.startsWith("[")) {
            return Optional.empty();
        }
        try {
            return TomlText.of("v = " + toml).value(VALUE_PATH).filter(value -> !(value instanceof Map));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
