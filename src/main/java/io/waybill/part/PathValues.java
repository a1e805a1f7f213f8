package io.waybill.part;

import io.waybill.flow.PathTemplate;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What the rows of a part have in the columns that stand in paths.
 *
 * @param values as text, by the columns; null for NULL
 * @param number the part's number among those of these values, from 1
 */
public record PathValues(Map<String, String> values, int number) {

    /** What a path says for NULL, and for empty text. */
    static final String NULL = "__HIVE_DEFAULT_PARTITION__";

    /** Hive's (FileUtils.escapePathName), with what Windows takes in no name besides. */
    private static final String ESCAPED = "\"#%'*/:=?\\{[]^\u007F<>|";

    public PathValues {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** Of a part of rows of any values. */
    static PathValues none(int number) {
        return new PathValues(Map.of(), number);
    }

    /** A name in which the columns stand as variables, with their values. */
    String in(String name) {
        if (values.isEmpty()) {
            return name;
        }
        String[] segments = name.split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            String segment = new PathTemplate(segments[i]).resolve(variable -> {
                String column = PathTemplate.columnOf(variable);
                return column == null || !values.containsKey(column)
                        ? "{" + variable + "}"
                        : escaped(values.get(column));
            });
            segments[i] = segment.equals(segments[i]) ? segment : plain(segments[i], segment);
        }
        return String.join("/", segments);
    }

    /**
     * A value as a path has it. Percent signs and hexadecimal digits stand for what would be read as something of the path.
     *
     * @param value null for NULL
     */
    static String escaped(String value) {
        if (value == null || value.isEmpty()) {
            return NULL;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || ESCAPED.indexOf(c) >= 0) {
                text.append(hex(c));
            } else {
                text.append(c);
            }
        }
        return value.equals(NULL) ? hex('_') + value.substring(1) : text.toString();
    }

    /**
     * A folder's or a file's name that means nothing else: a value does not hide it, as Spark and Hive hide what begins with a line or a dot, is
     * not the folder itself or the one above, and has no dot or space at its end, which Windows leaves out.
     */
    private static String plain(String template, String segment) {
        char first = segment.charAt(0);
        boolean isHidden = template.startsWith("{") && (first == '.' || first == '_' && !segment.startsWith(NULL));
        String shown = isHidden ? hex(first) + segment.substring(1) : segment;
        char last = shown.charAt(shown.length() - 1);
        boolean isCutOff = template.endsWith("}") && (last == '.' || last == ' ');
        return isCutOff ? shown.substring(0, shown.length() - 1) + hex(last) : shown;
    }

    private static String hex(char c) {
        return String.format(Locale.ROOT, "%%%02X", (int) c);
    }
}
