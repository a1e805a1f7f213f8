package io.waybill.flow.toml;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tomlj.Toml;

/**
 * The way to a value of a TOML file: {@code properties.export.delivery[0].uri}.
 *
 * @param steps names of keys, and the numbers of a list's elements from 0 on
 */
public record TomlPath(List<Object> steps) {

    public static final TomlPath ROOT = new TomlPath(List.of());

    private static final Pattern BARE = Pattern.compile("[A-Za-z0-9_-]+");
    private static final Pattern STEP =
            Pattern.compile("\\.?([A-Za-z0-9_-]+|\"(?:[^\"\\\\]|\\\\.)*\")|\\[(\\d{1,6})]", Pattern.DOTALL);

    public TomlPath {
        steps = List.copyOf(steps);
    }

    public static TomlPath of(Object... steps) {
        return new TomlPath(List.of(steps));
    }

    /**
     * Reads what {@link #toString} writes.
     *
     * @throws IllegalArgumentException where it is no path
     */
    public static TomlPath parse(String text) {
        List<Object> steps = new ArrayList<>();
        Matcher step = STEP.matcher(text);
        int end = 0;
        while (end < text.length()) {
            boolean dotted = text.charAt(end) == '.';
            if (!step.find(end) || step.start() != end || step.group(1) != null && dotted == steps.isEmpty()) {
                throw new IllegalArgumentException("\"" + text + "\" is not the path of a key");
            }
            if (step.group(2) != null) {
                steps.add(Integer.valueOf(step.group(2)));
            } else {
                steps.addAll(Toml.parseDottedKey(step.group(1)));
            }
            end = step.end();
        }
        return new TomlPath(steps);
    }

    public TomlPath then(Object step) {
        List<Object> more = new ArrayList<>(steps);
        more.add(step);
        return new TomlPath(more);
    }

    /** What it leads through last. */
    public TomlPath parent() {
        return new TomlPath(steps.subList(0, steps.size() - 1));
    }

    public Object last() {
        return steps.get(steps.size() - 1);
    }

    public boolean isRoot() {
        return steps.isEmpty();
    }

    /** Whether it leads to something in there, or to that itself. */
    public boolean isIn(TomlPath other) {
        return steps.size() >= other.steps.size()
                && steps.subList(0, other.steps.size()).equals(other.steps);
    }

    /** The names of its steps below another, dotted, as a key of that. */
    String keyBelow(TomlPath other) {
        return dotted(steps.subList(other.steps.size(), steps.size()));
    }

    /** Its names alone, as the header of a table has them: which element of a list is meant, its place says. */
    String header() {
        return dotted(steps.stream().filter(String.class::isInstance).toList());
    }

    private static String dotted(List<Object> names) {
        return String.join(".", names.stream().map(name -> key((String) name)).toList());
    }

    /** A name as a key of a file. */
    static String key(String name) {
        return BARE.matcher(name).matches() ? name : TomlWriter.quoted(name);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Object step : steps) {
            if (step instanceof Integer) {
                text.append('[').append(step).append(']');
            } else {
                text.append(text.isEmpty() ? "" : ".").append(key((String) step));
            }
        }
        return text.toString();
    }
}
