package io.waybill.form;

import io.waybill.flow.Form;
import io.waybill.flow.Key;
import io.waybill.flow.toml.TomlPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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

    private static final String TIME = "\\d\\d:\\d\\d";
    private static final String MOMENT = "\\d{4}-\\d\\d-\\d\\dT" + TIME;

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

    /** Whether names of columns are filled in. */
    public boolean namesColumns() {
        return entry == Entry.NAMES
                && (key.local().equals("columns") || key.local().equals("exclude_columns"));
    }

    /** Whether the name of one column is filled in. */
    public boolean namesAColumn() {
        return entry == Entry.LINE && key.local().equals("column");
    }

    /** The names of a list of names. */
    public List<String> names() {
        return Entry.names(value);
    }

    /** The names that are anybody's, each with its value as it is filled in. */
    public Map<String, String> pairs() {
        return Entry.pairs(value);
    }

    /** The names that are ticked, those first that it has already, in their order: another order is no change of which. */
    String ticked(List<String> names) {
        List<String> ordered = new ArrayList<>(names());
        ordered.retainAll(names);
        names.stream().filter(name -> !ordered.contains(name)).forEach(ordered::add);
        return ordered.equals(names()) ? value : Entry.NAMES.shown(ordered);
    }

    /** The type of the control that it is written into: one for dates or times where it takes just these, and shows what there is to the letter. */
    public String inputType() {
        if (!(key.form() instanceof Form.Temporal<?> temporal)) {
            return "text";
        }
        boolean isTime = reads(temporal, "02:00");
        boolean isMoment = reads(temporal, "2026-01-15T02:00");
        if (isTime == isMoment || !(value.isEmpty() || value.matches(isTime ? TIME : MOMENT))) {
            return "text";
        }
        return isTime ? "time" : "datetime-local";
    }

    private static boolean reads(Form.Temporal<?> form, String text) {
        try {
            form.of(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
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
