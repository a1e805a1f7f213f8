package io.waybill.flow;

import java.util.ArrayList;
import java.util.List;
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
    static List<Refusal> together(FileFormat format, Map<String, Object> options) {
        List<Refusal> refusals = new ArrayList<>();
        switch (format) {
            case CSV, TSV -> checkPunctuation(options, refusals);
            case JSONL -> {
                if (options.containsKey("indent") && !options.get("indent").equals(0L)) {
                    refusals.add(new Refusal("indent", "is not for JSON lines, which hold one object a line"));
                }
            }
            default -> {}
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
        for (FormatOption option : FormatOption.of(format).values()) {
            Object value = options.get(option.property());
            String wrong = value == null ? null : option.check().apply(value);
            if (wrong != null
                    && refusals.stream().noneMatch(other -> other.message().equals(wrong))) {
                refusals.add(new Refusal(option.key(), wrong));
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
}
