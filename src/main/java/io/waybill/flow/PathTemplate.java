package io.waybill.flow;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A path, subject, URL or header with variables: {@code exports/{flow_id}_{ds_nodash}.csv}. The double-brace form
 * {@code {{date}}} is the same variable; another name in double braces is a property placeholder, and stays. In paths of files
 * {@code {column:country}} stands for what a file's rows have in that column.
 */
public record PathTemplate(String text) {

    /** All variables. */
    public static final List<String> VARIABLES =
            List.of(("batch_id ds ds_nodash ts ts_nodash date year month day hour flow_id"
                            + " dataset schema table namespace mode run_id part ext")
                    .split(" "));

    /** What the name of a variable begins with that stands for the value of a column. */
    private static final String COLUMN = "column:";

    /** What no name of a column in a path has: it would be read as something of the path, or of a URI. */
    private static final Pattern UNFIT_COLUMN = Pattern.compile("[/\\\\?#%]");

    private static final Pattern DOUBLE_BRACES = Pattern.compile("\\{\\{\\s*([A-Za-z_]+)\\s*}}");
    private static final Pattern VARIABLE = Pattern.compile("(?<!\\{)\\{([^{}]*)}(?!})");

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException when it uses a variable that is not known; the message names it
     */
    public static PathTemplate parse(String text) {
        return parse(text, false);
    }

    private static PathTemplate parse(String text, boolean takesColumns) {
        Printable.require(text);
        Matcher matcher = DOUBLE_BRACES.matcher(text);
        String single = matcher.replaceAll(match -> Matcher.quoteReplacement(
                VARIABLES.contains(match.group(1)) ? "{" + match.group(1) + "}" : match.group()));
        PathTemplate template = new PathTemplate(single);
        for (String name : template.variables()) {
            if (takesColumns && name.startsWith(COLUMN)) {
                checkColumn(name.substring(COLUMN.length()));
            } else if (name.startsWith(COLUMN)) {
                throw new IllegalArgumentException("{" + name + "} is for paths of files alone");
            } else if (!VARIABLES.contains(name)) {
                throw new IllegalArgumentException("{" + name + "} is not a variable; allowed: {"
                        + String.join("} {", VARIABLES) + "}" + (takesColumns ? " {column:NAME}" : "")
                        + NearestName.hint(name, VARIABLES));
            }
        }
        return template;
    }

    private static void checkColumn(String name) {
        if (name.isBlank() || !name.equals(name.strip())) {
            throw new IllegalArgumentException("{" + COLUMN + name + "} names no column; write {column:country}");
        }
        if (UNFIT_COLUMN.matcher(name).find()) {
            throw new IllegalArgumentException("{" + COLUMN + name
                    + "}: a column in a path has none of / \\ ? # % in its name; have a query name it otherwise");
        }
    }

    /**
     * Reads the template of a path or a URI, which is one line.
     *
     * @throws IllegalArgumentException when it is none; the message says why
     */
    public static PathTemplate path(String text) {
        if (text.chars().anyMatch(each -> each == '\n' || each == '\r' || each == '\t')) {
            throw new IllegalArgumentException("has a line break or a tab; a path is one line");
        }
        return parse(text, true);
    }

    /** The columns whose values stand in it, in their order. */
    public List<String> columns() {
        return variables().stream()
                .filter(name -> name.startsWith(COLUMN))
                .map(name -> name.substring(COLUMN.length()))
                .toList();
    }

    /** Whether the values of columns stand in a path. */
    public static boolean hasColumns(String path) {
        return !new PathTemplate(path).columns().isEmpty();
    }

    /** The column that a variable stands for a value of; null where it is another. */
    public static String columnOf(String variable) {
        return variable.startsWith(COLUMN) ? variable.substring(COLUMN.length()) : null;
    }

    /** The variables that it uses, in their order. */
    public Set<String> variables() {
        return VARIABLE.matcher(text)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** The template with each variable replaced by its value. */
    public String resolve(Function<String, String> values) {
        return VARIABLE.matcher(text).replaceAll(match -> Matcher.quoteReplacement(values.apply(match.group(1))));
    }

    /** The directories before the first variable, with their slash; empty where the path begins with a file name. */
    public String fixedDirectory() {
        Matcher variable = VARIABLE.matcher(text);
        String fixed = variable.find() ? text.substring(0, variable.start()) : text;
        return fixed.substring(0, fixed.lastIndexOf('/') + 1);
    }

    /** Whether the path, as written, climbs out of the directory that it begins in. */
    public boolean escapesItsRoot() {
        return List.of(text.split("[/\\\\]")).contains("..");
    }

    /**
     * Refuses a variable's value that could name another directory.
     *
     * @throws IllegalArgumentException when it does; the message says which variable
     */
    public static String checkValue(String variable, String value) {
        boolean escapes = value.equals("..")
                || value.equals(".")
                || value.chars().anyMatch(c -> c == '/' || c == '\\' || c < 0x20);
        if (escapes || value.isEmpty()) {
            String shown = value.substring(0, Math.min(60, value.length())).replaceAll("[\\x00-\\x1F]", "?");
            throw new IllegalArgumentException(
                    "the value of {" + variable + "} is \"" + shown + "\", which cannot stand in a file's name");
        }
        return value;
    }
}
