package io.waybill.flow;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the options of a format may be, and which go together; the same for flow files and for data formats of routes. */
public final class FormatRules {

    private FormatRules() {}

    /**
     * Checks options that are known and each well formed.
     *
     * @param options by their properties
     * @return what is wrong, by the keys of {@code exporter_config}
     */
    public static List<Refusal> together(FileFormat format, Map<String, Object> options) {
        List<Refusal> refusals = new ArrayList<>();
        switch (format) {
            case CSV, TSV -> checkPunctuation(options, refusals);
            case JSONL -> {
                if (options.containsKey("indent") && !options.get("indent").equals(0L)) {
                    refusals.add(new Refusal("indent", "is not for JSON lines, which hold one object a line"));
                }
            }
            case JSON, PARQUET -> {}
        }
        return refusals;
    }

    /**
     * Checks all options of a data format.
     *
     * @param options by their properties, numbers as longs; those that are not set are not there
     */
    public static List<Refusal> check(FileFormat format, Map<String, Object> options) {
        List<Refusal> refusals = new ArrayList<>();
        for (Key<?> option : FormatOptions.of(format).values()) {
            Object value = options.get(option.option());
            String wrong = value == null ? null : option.problem(value);
            if (wrong != null
                    && refusals.stream().noneMatch(other -> other.message().equals(wrong))) {
                refusals.add(new Refusal(option.name(), wrong));
            }
        }
        return refusals.isEmpty() ? together(format, options) : refusals;
    }

    /** Characters of a CSV file that could not be told from each other. */
    private static void checkPunctuation(Map<String, Object> options, List<Refusal> refusals) {
        String delimiter = options.getOrDefault("delimiter", ",").toString();
        String quote = options.getOrDefault("quote", "\"").toString();
        if (quote.equals(delimiter)) {
            refusals.add(new Refusal("quote", "\"" + quote + "\" is the delimiter as well"));
        }
        if (delimiter.equals(options.get("escape"))) {
            refusals.add(new Refusal("escape", "\"" + delimiter + "\" is the delimiter as well"));
        }
        String nullString = options.getOrDefault("nullString", "").toString();
        if (nullString.contains(delimiter) || nullString.contains(quote) || nullString.matches("(?s).*[\r\n].*")) {
            refusals.add(new Refusal(
                    "null_string", "holds a delimiter, a quote or a line break, and NULL stands without quotes"));
        }
    }

    static String character(Object value) {
        if (!(value instanceof String text)) {
            return Form.describe(value) + "; one character in quotes is expected";
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
    static String delimiter(Object value) {
        String wrong = character(value);
        if (wrong != null) {
            return wrong;
        }
        char c = value.toString().charAt(0);
        return Character.isLetterOrDigit(c) || "+-.:\"".indexOf(c) >= 0
                ? "\"" + c + "\" stands in numbers, dates or quotes; use for example , ; | or a tab (\\t)"
                : null;
    }

    static String encoding(Object value) {
        if (!(value instanceof String name)) {
            return notText(value);
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
    static String pattern(Object value, boolean zoned) {
        if (!(value instanceof String pattern)) {
            return notText(value);
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

    static String zone(Object value) {
        if (!(value instanceof String zone)) {
            return notText(value);
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

    static String names(Object value) {
        boolean names = value instanceof List<?> list && list.stream().allMatch(String.class::isInstance);
        return names ? null : Form.describe(value) + "; a list of column names is expected";
    }

    private static String notText(Object value) {
        return Form.describe(value) + "; text in quotes is expected";
    }
}
