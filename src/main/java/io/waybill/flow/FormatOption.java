package io.waybill.flow;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.tomlj.TomlArray;

/**
 * A key of {@code exporter_config}: its name there, the data format's property behind it, and what it takes.
 *
 * @param key as flows write it
 * @param property the property of the data format
 * @param check answers what is wrong with a value, or null
 */
public record FormatOption(String key, String property, Function<Object, String> check) {

    static final Map<String, FormatOption> CSV = options(
            option("delimiter", FormatOption::delimiter),
            flag("include_header"),
            alias("header", "includeHeader", FormatOption::truth),
            option("encoding", FormatOption::encoding),
            choice("encoding_errors", "strict", "replace"),
            option("columns", FormatOption::names),
            option("quote", FormatOption::character),
            choice("quote_mode", "minimal", "all", "non_numeric", "none"),
            option("escape", FormatOption::character),
            option("null_string", FormatOption::text),
            choice("line_ending", "lf", "crlf"),
            option("date_format", value -> pattern(value, false)),
            option("timestamp_format", value -> pattern(value, true)),
            option("timezone", FormatOption::zone),
            flag("formula_guard"));

    static final Map<String, FormatOption> JSON = options(
            option("indent", value -> whole(value, 0, 16)),
            flag("jsonl"),
            flag("ensure_ascii"),
            option("encoding", FormatOption::encoding),
            option("columns", FormatOption::names),
            flag("nest"));

    static final Map<String, FormatOption> PARQUET = options(
            choice("compression", "snappy", "zstd", "gzip", "lz4_raw", "none"),
            option("columns", FormatOption::names),
            flag("index"),
            option("row_group_size", value -> whole(value, 1024, 1L << 31)),
            option("page_size", value -> whole(value, 1024, 1 << 30)),
            flag("dictionary"),
            choice("timestamp_unit", "millis", "micros", "nanos"));

    /** The options of a format by their keys. */
    public static Map<String, FormatOption> of(FileFormat format) {
        return format.options();
    }

    private static Map<String, FormatOption> options(FormatOption... options) {
        Map<String, FormatOption> byKey = new LinkedHashMap<>();
        for (FormatOption option : options) {
            byKey.put(option.key, option);
        }
        return byKey;
    }

    private static FormatOption option(String key, Function<Object, String> check) {
        return new FormatOption(key, camelCase(key), check);
    }

    private static FormatOption alias(String key, String property, Function<Object, String> check) {
        return new FormatOption(key, property, check);
    }

    private static FormatOption flag(String key) {
        return option(key, FormatOption::truth);
    }

    private static FormatOption choice(String key, String... allowed) {
        return option(key, value -> {
            if (value instanceof String text && List.of(allowed).contains(text)) {
                return null;
            }
            String hint = value instanceof String text ? NearestName.hint(text, List.of(allowed)) : "";
            return shown(value) + " is not known; allowed: " + String.join(", ", allowed) + hint;
        });
    }

    /** A key as a property's name. */
    static String camelCase(String key) {
        StringBuilder name = new StringBuilder();
        for (String word : key.split("_")) {
            name.append(name.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return name.toString();
    }

    private static String shown(Object value) {
        return value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
    }

    private static String truth(Object value) {
        return value instanceof Boolean ? null : TomlSection.describe(value) + "; true or false is expected";
    }

    private static String text(Object value) {
        return value instanceof String ? null : TomlSection.describe(value) + "; text in quotes is expected";
    }

    private static String whole(Object value, long least, long most) {
        if (!(value instanceof Long number)) {
            return TomlSection.describe(value) + "; a whole number is expected";
        }
        return number >= least && number <= most
                ? null
                : number + " is out of range; " + least + " to " + most + " is allowed";
    }

    private static String character(Object value) {
        if (!(value instanceof String text)) {
            return TomlSection.describe(value) + "; one character in quotes is expected";
        }
        int length = text.codePointCount(0, text.length());
        if (length != 1) {
            String found = switch (length) {
                case 0 -> "has no character";
                case 2 -> "has two characters";
                default -> "has " + length + " characters";
            };
            return "\"" + text + "\" " + found + ", one is allowed";
        }
        return text.charAt(0) < 0x7F && (text.charAt(0) >= ' ' || text.equals("\t"))
                ? null
                : "\"" + text + "\" is not an ASCII character; one of them is allowed";
    }

    /** A delimiter that numbers or dates hold could not be told from them. */
    private static String delimiter(Object value) {
        String wrong = character(value);
        if (wrong != null) {
            return wrong;
        }
        char c = value.toString().charAt(0);
        return Character.isLetterOrDigit(c) || "+-.:\"".indexOf(c) >= 0
                ? "\"" + c + "\" stands in numbers, dates or quotes; use for example , ; | or a tab (\\t)"
                : null;
    }

    private static String encoding(Object value) {
        if (!(value instanceof String name)) {
            return text(value);
        }
        try {
            TextCharset.parse(name);
            return null;
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }

    /** A moment to try patterns with. */
    private static final ZonedDateTime TRIED = ZonedDateTime.of(2026, 1, 15, 10, 0, 0, 0, ZoneOffset.UTC);

    /** @param zoned whether what is shown may have a zone */
    private static String pattern(Object value, boolean zoned) {
        if (!(value instanceof String pattern)) {
            return text(value);
        }
        if (pattern.contains("%")) {
            return "\"" + pattern + "\" is strftime's form; write it in java.time's, for example yyyy-MM-dd HH:mm:ss";
        }
        try {
            DateTimeFormatter formatter = DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
            formatter.format(zoned ? TRIED : TRIED.toLocalDateTime());
            return null;
        } catch (DateTimeException e) {
            return "\"" + pattern + "\" shows what " + (zoned ? "a timestamp" : "a date") + " has not"
                    + (zoned ? "" : ": dates have no zone");
        } catch (IllegalArgumentException e) {
            return "\"" + pattern + "\" is not a pattern of java.time: " + e.getMessage();
        }
    }

    private static String zone(Object value) {
        if (!(value instanceof String zone)) {
            return text(value);
        }
        return zoneProblem(zone);
    }

    /** What is wrong with the name of a time zone; null where nothing is. */
    public static String zoneProblem(String zone) {
        try {
            ZoneId.of(zone);
            return null;
        } catch (DateTimeException e) {
            return "\"" + zone + "\" is not a time zone; write for example \"Europe/Vienna\" or \"UTC\""
                    + NearestName.hint(zone, ZoneId.getAvailableZoneIds());
        }
    }

    private static String names(Object value) {
        boolean names =
                value instanceof TomlArray array && array.toList().stream().allMatch(String.class::isInstance);
        return names ? null : TomlSection.describe(value) + "; a list of column names is expected";
    }
}
