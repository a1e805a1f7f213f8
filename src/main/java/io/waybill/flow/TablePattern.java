package io.waybill.flow;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What stands for many tables: {@code sales.*}, {@code *.orders_*}. A {@code *} stands for any characters, none among them; a name in
 * double quotes is itself, with dots, stars and capitals. What has no quotes finds names as it is written, in capitals, or in small letters,
 * as the name of a single table does.
 *
 * @param text as it is written
 * @param schema of the schema; null where it names none
 * @param table of the table's own name
 */
public record TablePattern(String text, Part schema, Part table) {

    /**
     * What one part of a name is to be like.
     *
     * @param isFixed whether it has no star, and is one name
     */
    public record Part(String text, boolean isFixed, Pattern written, Pattern upper, Pattern lower) {

        private static Part of(String text) {
            boolean fixed = !stars(text);
            return new Part(
                    text, fixed, pattern(text, Case.WRITTEN), pattern(text, Case.UPPER), pattern(text, Case.LOWER));
        }

        /** Whether a name is like that. */
        public boolean fits(String name) {
            return written.matcher(name).matches()
                    || upper.matcher(name).matches()
                    || lower.matcher(name).matches();
        }
    }

    private enum Case {
        WRITTEN,
        UPPER,
        LOWER
    }

    /** Whether a name stands for many tables: it has a star outside of quotes. */
    public static boolean isPattern(String name) {
        try {
            return name != null && stars(name);
        } catch (IllegalArgumentException e) {
            return name.indexOf('*') >= 0; // which is told as one that is wrong
        }
    }

    /**
     * Reads a pattern, which may also be the name of one table.
     *
     * @throws IllegalArgumentException when it is none; the message says why
     */
    public static TablePattern parse(String text) {
        Printable.require(text);
        int dot = dot(text, 0);
        String schema = dot < 0 ? null : text.substring(0, dot);
        String table = text.substring(dot + 1);
        if (schema != null && dot(table, 0) >= 0) {
            throw new IllegalArgumentException("\"" + text
                    + "\" has two dots; a schema and a table are allowed, and names with dots stand in double quotes");
        }
        if (table.isEmpty() || schema != null && schema.isEmpty()) {
            throw new IllegalArgumentException("\"" + text + "\" has no " + (table.isEmpty() ? "table" : "schema")
                    + "; write sales.* for example");
        }
        return new TablePattern(text, schema == null ? null : Part.of(schema), Part.of(table));
    }

    /** Whether a table is one of those. */
    public boolean fits(String ofSchema, String name) {
        return table.fits(name) && (schema == null || ofSchema != null && schema.fits(ofSchema));
    }

    /** Whether tables of several schemas may be meant. */
    public boolean spansSchemas() {
        return schema != null && !schema.isFixed();
    }

    /** The name of its schema, where that is one and no pattern; null for others. */
    public String fixedSchema() {
        return schema == null || !schema.isFixed() ? null : unquoted(schema.text());
    }

    private static boolean stars(String text) {
        return outside(text, 0, '*') >= 0;
    }

    private static int dot(String text, int from) {
        return outside(text, from, '.');
    }

    /** Where a character stands outside of quotes; -1 where it does not. */
    private static int outside(String text, int from, char wanted) {
        boolean quoted = false;
        for (int i = from; i < text.length(); i++) {
            char each = text.charAt(i);
            if (each == '"') {
                quoted = !quoted;
            } else if (each == wanted && !quoted) {
                return i;
            }
        }
        if (quoted) {
            throw new IllegalArgumentException("\"" + text + "\" has a quote that does not end");
        }
        return -1;
    }

    private static String unquoted(String part) {
        return part.length() > 1 && part.startsWith("\"") && part.endsWith("\"")
                ? part.substring(1, part.length() - 1).replace("\"\"", "\"")
                : part;
    }

    private static Pattern pattern(String text, Case in) {
        StringBuilder regex = new StringBuilder();
        StringBuilder literal = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (each == '"' && quoted && i + 1 < text.length() && text.charAt(i + 1) == '"') {
                literal.append('"'); // one that is meant
                i++;
            } else if (each == '"' || each == '*' && !quoted) {
                end(literal, quoted, in, regex);
                quoted = each == '"' ? !quoted : quoted;
                regex.append(each == '*' ? ".*" : "");
            } else {
                literal.append(each);
            }
        }
        end(literal, quoted, in, regex);
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    private static void end(StringBuilder literal, boolean quoted, Case in, StringBuilder regex) {
        String text = literal.toString();
        literal.setLength(0);
        if (!text.isEmpty()) {
            regex.append(Pattern.quote(quoted ? text : cased(text, in)));
        }
    }

    private static String cased(String text, Case in) {
        return switch (in) {
            case WRITTEN -> text;
            case UPPER -> text.toUpperCase(Locale.ROOT);
            case LOWER -> text.toLowerCase(Locale.ROOT);
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
