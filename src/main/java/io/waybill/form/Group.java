package io.waybill.form;

import io.waybill.flow.Key;
import io.waybill.flow.toml.TomlPath;
import java.util.List;

/**
 * Keys that go together: a table, one table of a list, or such a list.
 *
 * @param path where it stands
 * @param key its declaration
 * @param role what it is
 * @param parts what it holds: the tables of a list, else fields
 * @param problems what is wrong with it as a whole
 * @param isSet whether the flow has it
 */
public record Group(TomlPath path, Key<?> key, Role role, List<Part> parts, List<String> problems, boolean isSet)
        implements Part {

    /** What a group is. */
    public enum Role {
        TABLE,
        LIST,
        ELEMENT
    }

    public String name() {
        return path.toString();
    }

    @Override
    public String title() {
        return role == Role.ELEMENT
                ? Words.title(Words.one(key.local())) + " " + ((Integer) path.last() + 1)
                : Words.title(key.local());
    }

    /** What one of a list is called, with its article. */
    public String one() {
        String one = Words.title(Words.one(key.local())).toLowerCase(java.util.Locale.ROOT);
        return ("aeiou".indexOf(one.charAt(0)) < 0 ? "a " : "an ") + one;
    }

    public List<Words.Piece> means() {
        return role == Role.ELEMENT ? List.of() : Words.pieces(key.means());
    }

    /** What of it is worth being seen at once: what is there, and what is wrong. */
    public boolean isOpen() {
        return isSet
                || !problems.isEmpty()
                || parts.stream().anyMatch(part -> !part.problems().isEmpty());
    }
}
