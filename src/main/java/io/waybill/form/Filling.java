package io.waybill.form;

import io.waybill.flow.Form;
import io.waybill.flow.Key;
import io.waybill.flow.toml.TomlPath;
import io.waybill.flow.toml.TomlText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What somebody has filled into a form: the text that comes of it.
 *
 * @param text with all that could be changed
 * @param refused what could not
 */
public record Filling(TomlText text, List<FormProblem> refused) {

    /** What the name of the second control of a place begins with, which has the file's name. */
    public static final String FILE_NAME = "n:";

    /** What the names of all other controls begin with. */
    public static final String FIELD = "f:";

    /** What the name of a control begins with that stands beside ticks, one for each name of a list: without it nothing tells that none is ticked. */
    public static final String TICKS = "t:";

    /**
     * Has a form filled in.
     *
     * @param form as it was shown
     * @param controls what each control has, by its name; empty for one that was not there
     */
    public static Filling of(FlowForm form, Function<String, Optional<String>> controls) {
        TomlText text = form.text();
        List<FormProblem> refused = new ArrayList<>();
        for (Field field : form.fields()) {
            Optional<String> filledIn;
            try {
                filledIn = controls.apply(FIELD + field.name());
            } catch (IllegalArgumentException e) {
                refused.add(new FormProblem(0, "", e.getMessage()));
                continue;
            }
            if (controls.apply(TICKS + field.name()).isPresent()) {
                filledIn = Optional.of(field.ticked(Entry.names(filledIn.orElse(""))));
            }
            if (field.entry() == Entry.PLACE) {
                filledIn = filledIn.map(folder -> joined(
                        folder.strip(),
                        controls.apply(FILE_NAME + field.name()).orElse("").strip()));
            }
            try {
                text = filledIn.isEmpty() ? text : changed(text, field, filledIn.get());
            } catch (IllegalArgumentException e) {
                refused.add(new FormProblem(0, "", e.getMessage()));
            }
        }
        for (Group group : form.groups()) {
            text = group.role() == Group.Role.LIST ? text : withoutUseless(text, form.text(), group);
        }
        return new Filling(text, refused);
    }

    /** What the names of the controls begin with that have the names of pairs, and those that have their values. */
    public static final String PAIR_NAME = "k:";

    public static final String PAIR_VALUE = "v:";

    /**
     * What a control has that stands for these pairs; those without a name are none.
     *
     * @throws IllegalArgumentException where a name stands there twice
     */
    public static String paired(List<String> names, List<String> values) {
        Map<String, Object> pairs = new LinkedHashMap<>();
        for (int i = 0; i < names.size() && i < values.size(); i++) {
            String name = names.get(i).strip();
            if (!name.isEmpty() && pairs.put(name, Entry.VALUE.value(values.get(i))) != null) {
                throw new IllegalArgumentException("\"" + name + "\" stands there twice");
            }
        }
        return pairs.isEmpty() ? "" : TomlText.written(pairs);
    }

    /** What a control has that is ticked for each of these names. */
    public static String ticked(List<String> names) {
        return Entry.NAMES.shown(names);
    }

    /** With another type or format, the keys go that were of use to the one before alone. */
    private static TomlText withoutUseless(TomlText text, TomlText before, Group group) {
        List<Key<?>> all = ((Form.Table) group.key().form()).keys();
        List<String> useful = locals(Layout.useful(text, group.path(), group.key(), all));
        TomlText less = text;
        for (String key : locals(Layout.useful(before, group.path(), group.key(), all))) {
            less = useful.contains(key) ? less : emptied(less, group.path().then(key));
        }
        return less;
    }

    private static List<String> locals(List<Key<?>> keys) {
        return keys.stream().map(Key::local).toList();
    }

    private static String joined(String folder, String name) {
        boolean apart = folder.isEmpty() || name.isEmpty() || folder.endsWith("/") || folder.endsWith("=");
        return apart ? folder + name : folder + "/" + name;
    }

    private static TomlText changed(TomlText text, Field field, String filledIn) {
        if (field.entry() == Entry.TEXT || field.value().equals(filledIn)) {
            return text;
        }
        if (field.entry() == Entry.FLAG && !field.isSet() && field.isTicked() == filledIn.equals("true")) {
            return text; // what holds without it
        }
        if (field.entry() == Entry.PAIRS) {
            return paired(text, field, Entry.pairs(filledIn));
        }
        if (filledIn.isEmpty()) {
            return emptied(text, field.path());
        }
        return text.with(field.path(), field.entry().value(filledIn));
    }

    private static TomlText paired(TomlText text, Field field, Map<String, String> pairs) {
        Map<String, String> before = field.pairs();
        TomlText changed = text;
        for (String name : before.keySet()) {
            changed = pairs.containsKey(name)
                    ? changed
                    : emptied(changed, field.path().then(name));
        }
        for (Map.Entry<String, String> pair : pairs.entrySet()) {
            if (!pair.getValue().equals(before.get(pair.getKey()))) {
                changed =
                        changed.with(field.path().then(pair.getKey()), Entry.valueOfPair(field.key(), pair.getValue()));
            }
        }
        return changed;
    }

    /** A table goes with the last of its keys, but not one that stands for something without any. */
    private static TomlText emptied(TomlText text, TomlPath path) {
        TomlText less = text.without(path);
        TomlPath table = path.parent();
        boolean goes = !table.isRoot()
                && !table.equals(FlowForm.EXPORT)
                && table.last() instanceof String
                && less.value(table).filter(Map.of()::equals).isPresent();
        return goes ? less.without(table) : less;
    }
}
