package io.waybill.form;

import io.waybill.flow.Key;
import io.waybill.flow.toml.TomlPath;
import java.util.List;

/**
 * A key that is filled in.
 *
 * @param path where its value stands
 * @param key its declaration
 * @param entry how it is filled in
 * @param value what is filled in now; empty where the flow does not say
 * @param choices what may be chosen, where it is one of several
 * @param problems what is wrong with it
 */
public record Field(TomlPath path, Key<?> key, Entry entry, String value, List<String> choices, List<String> problems)
        implements Part {

    /** The name of its control, and what its element's id is made of. */
    public String name() {
        return path.toString();
    }

    @Override
    public String title() {
        return Words.title(key.local());
    }

    /** What it is for, in words. */
    public List<Words.Piece> means() {
        return Words.pieces(key.means());
    }

    /** What holds where nothing is filled in, in words; empty where that goes without saying. */
    public String without() {
        return Words.plain(key.without());
    }

    public boolean isSet() {
        return !value.isEmpty();
    }

    /** Whether a tick stands for it. */
    public boolean isTicked() {
        return value.isEmpty() ? Boolean.TRUE.equals(key.otherwise()) : value.equals("true");
    }

    /** Whether what is filled in here says which other fields there are. */
    public boolean shapesTheForm() {
        return entry == Entry.CHOICE
                && (key.local().equals("type") || key.local().equals("format"));
    }

    /** The folder of a place, with its slash: all of it where it has none that a file's name could stand behind. */
    public String folder() {
        return value.substring(0, split());
    }

    /** What stands behind the folder of a place. */
    public String fileName() {
        return value.substring(split());
    }

    private int split() {
        int slash = value.lastIndexOf('/');
        boolean whole = value.indexOf('?') >= 0 || slash < 0 && value.indexOf(':') >= 0;
        return whole ? value.length() : slash + 1;
    }
}
