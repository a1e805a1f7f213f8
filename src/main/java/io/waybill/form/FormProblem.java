package io.waybill.form;

import io.waybill.flow.toml.TomlPath;
import io.waybill.flow.toml.TomlText;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Something that is wrong with what is filled in.
 *
 * @param line where in the text; 0 for none in particular
 * @param key the key, as messages name it; empty for none in particular
 * @param message what was found, and what is allowed
 */
public record FormProblem(int line, String key, String message) {

    private static final Pattern LINE =
            Pattern.compile("[^\\s:\"]+\\.toml(?::(\\d{1,9}))?: (?:([A-Za-z0-9_.\\[\\]-]+): )?(.+)", Pattern.DOTALL);

    /** Reads a line as those who read flows write it, with the file before it. */
    public static FormProblem of(String line) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            return new FormProblem(0, "", line);
        }
        return new FormProblem(
                parts.group(1) == null ? 0 : Integer.parseInt(parts.group(1)),
                parts.group(2) == null ? "" : parts.group(2),
                parts.group(3));
    }

    /** Whether it is of what stands at a path: messages count from 1 on, and only where there are several. */
    boolean isOf(TomlText text, TomlPath path) {
        return !key.isEmpty() && key.equals(named(text, path));
    }

    private static String named(TomlText text, TomlPath path) {
        StringBuilder name = new StringBuilder();
        TomlPath at = TomlPath.ROOT;
        for (Object step : path.steps()) {
            if (step instanceof Integer i) {
                name.append(text.size(at) > 1 ? "[" + (i + 1) + "]" : "");
            } else {
                name.append(name.isEmpty() ? "" : ".").append(step);
            }
            at = at.then(step);
        }
        return name.toString().replaceFirst("^properties\\.(export\\.)?", "");
    }

    /** Where it is and what it is, in one line. */
    @Override
    public String toString() {
        return (line == 0 ? "" : "line " + line + ": ") + (key.isEmpty() ? "" : key + ": ") + message;
    }
}
