package io.waybill.flow.toml;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes values as TOML has them, each in one line. */
final class TomlWriter {

    private TomlWriter() {}

    /** @throws IllegalArgumentException for what TOML has no value of */
    static String write(Object value) {
        if (value instanceof String text) {
            return quoted(text);
        }
        if (value instanceof Long
                || value instanceof Integer
                || value instanceof Boolean
                || value instanceof java.time.temporal.TemporalAccessor) {
            return value.toString();
        }
        if (value instanceof Double number) {
            return number.isNaN() ? "nan" : number.isInfinite() ? (number > 0 ? "inf" : "-inf") : number.toString();
        }
        if (value instanceof List<?> list) {
            return list.stream().map(TomlWriter::write).collect(Collectors.joining(", ", "[", "]"));
        }
        if (value instanceof Map<?, ?> table) {
            return table.isEmpty()
                    ? "{}"
                    : table.entrySet().stream()
                            .map(entry -> TomlPath.key((String) entry.getKey()) + " = " + write(entry.getValue()))
                            .collect(Collectors.joining(", ", "{ ", " }"));
        }
        throw new IllegalArgumentException("TOML has no value for " + value);
    }

    /** A text in quotes; what is not seen, or would end it, behind a backslash. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default ->
                    quoted.append(c < ' ' || c == 0x7F ? String.format(java.util.Locale.ROOT, "\\u%04X", (int) c) : c);
            }
        }
        return quoted.append('"').toString();
    }
}
