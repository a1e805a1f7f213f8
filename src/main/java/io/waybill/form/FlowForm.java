package io.waybill.form;

import io.waybill.flow.FeedKeys;
import io.waybill.flow.FlowKeys;
import io.waybill.flow.FlowType;
import io.waybill.flow.Form;
import io.waybill.flow.Key;
import io.waybill.flow.toml.TomlPath;
import io.waybill.flow.toml.TomlText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The form of a flow: what its text says, in fields that the keys' declarations make.
 *
 * @param text what is filled in
 * @param sections the fields, as a person thinks of them
 * @param problems what is wrong, all of it
 */
public record FlowForm(TomlText text, List<Section> sections, List<FormProblem> problems) {

    static final TomlPath EXPORT = TomlPath.of("properties", "export");

    /**
     * The form of a text.
     *
     * @param problems what is wrong with it, as who reads or plans it says
     */
    public static FlowForm of(TomlText text, List<FormProblem> problems) {
        return new FlowForm(text, new Building(text, problems).sections(), List.copyOf(problems));
    }

    /** Those of all fields, in their order. */
    public List<Field> fields() {
        return sections.stream()
                .flatMap(section -> section.parts().stream())
                .flatMap(FlowForm::fields)
                .toList();
    }

    private static Stream<Field> fields(Part part) {
        return part instanceof Field field
                ? Stream.of(field)
                : ((Group) part).parts().stream().flatMap(FlowForm::fields);
    }

    private static Stream<Group> groups(Part part) {
        return part instanceof Group group
                ? Stream.concat(Stream.of(group), group.parts().stream().flatMap(FlowForm::groups))
                : Stream.of();
    }

    /** Those of all groups. */
    List<Group> groups() {
        return sections.stream()
                .flatMap(section -> section.parts().stream())
                .flatMap(FlowForm::groups)
                .toList();
    }

    private Group group(String name) {
        return groups().stream()
                .filter(group -> group.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("\"" + name + "\" is no part of this form"));
    }

    /** Where on the page a problem is, as the id of an element; empty for none in particular. */
    public String placeOf(FormProblem problem) {
        for (Field field : fields()) {
            if (field.problems().contains(problem.message()) && problem.isOf(text, field.path())) {
                return "f-" + field.name();
            }
        }
        return groups().stream()
                .filter(group -> group.problems().contains(problem.message()) && problem.isOf(text, group.path()))
                .map(group -> "g-" + group.name())
                .findFirst()
                .orElse("");
    }

    /** The text with one more table in a list of tables. */
    public TomlText added(String list) {
        Group group = group(list);
        if (group.role() != Group.Role.LIST) {
            throw new IllegalArgumentException("\"" + list + "\" is no list of this form");
        }
        Map<String, Object> begun = new LinkedHashMap<>();
        if (group.key() == FlowKeys.TRIGGERS) {
            begun.put("type", "daily");
            begun.put("at", "02:00");
        }
        return text.with(group.path().then(text.size(group.path())), begun);
    }

    /** The text without one table of a list of tables. */
    public TomlText removed(String element) {
        Group group = group(element);
        if (group.role() != Group.Role.ELEMENT) {
            throw new IllegalArgumentException("\"" + element + "\" is none of a list of this form");
        }
        return text.without(group.path());
    }

    /** The text of a new flow. */
    public static TomlText begun(String dataSet, String datasource) {
        TomlText text = TomlText.of("[properties.export]\n").with(EXPORT.then("source_dataset_id"), dataSet);
        TomlText from = datasource.isEmpty() ? text : text.with(EXPORT.then("datasource"), datasource);
        return from.with(EXPORT.then("file_path"), "exports/{flow_id}_{ds_nodash}.csv")
                .with(EXPORT.then("format"), "csv");
    }

    /** What a form is built with. */
    private record Building(TomlText text, List<FormProblem> problems) {

        List<Section> sections() {
            return text.value(EXPORT).isPresent() || feed().isEmpty() ? ofAnExport() : ofAFeed(feed().get());
        }

        private java.util.Optional<FlowType> feed() {
            return Stream.of(FlowType.CHANGE_FEED, FlowType.DELTA_PUBLISHING)
                    .filter(type -> text.value(TomlPath.of("properties", Form.lower(type)))
                            .isPresent())
                    .findFirst();
        }

        private List<Section> ofAnExport() {
            List<Section> sections = new ArrayList<>();
            for (Layout.Part part : Layout.PARTS) {
                List<Part> parts = new ArrayList<>(parts(TomlPath.ROOT, part.ofTheFlow()));
                parts.addAll(parts(EXPORT, part.ofTheExport()));
                sections.add(new Section(part.id(), part.title(), parts));
            }
            return sections;
        }

        private List<Section> ofAFeed(FlowType type) {
            TomlPath body = TomlPath.of("properties", Form.lower(type));
            List<Part> when = new ArrayList<>(parts(TomlPath.ROOT, List.of(FlowKeys.TRIGGERS)));
            return List.of(
                    new Section("what", "What", parts(TomlPath.ROOT, Layout.OF_ANY_FLOW)),
                    new Section("compared", "Compared", parts(TomlPath.ROOT, List.of(FlowKeys.INPUT))),
                    new Section("how", "How", parts(body, FeedKeys.of(type))),
                    new Section("when", "When", when));
        }

        private List<Part> parts(TomlPath table, List<Key<?>> keys) {
            return keys.stream()
                    .filter(Key::isInFlows)
                    .map(key -> part(table.then(key.local()), key))
                    .toList();
        }

        private Part part(TomlPath path, Key<?> key) {
            Object value = text.value(path).orElse(null);
            boolean isGroup =
                    key.form() instanceof Form.Table table && !table.keys().isEmpty();
            if (!isGroup) {
                Entry entry = Entry.of(key, value);
                return new Field(path, key, entry, entry.shown(value), Entry.choices(key), messages(path));
            }
            Form.Table form = (Form.Table) key.form();
            if (!form.isList()) {
                List<Key<?>> keys = Layout.keys(text, path, key, form.keys());
                return new Group(path, key, Group.Role.TABLE, parts(path, keys), messages(path), value != null);
            }
            if (value != null && !(value instanceof List)) {
                return new Field(path, key, Entry.TEXT, Entry.TEXT.shown(value), List.of(), messages(path));
            }
            List<Part> elements = new ArrayList<>();
            for (int i = 0; i < text.size(path); i++) {
                TomlPath element = path.then(i);
                // the only one is called as its list is
                List<String> own = text.size(path) == 1 ? List.of() : messages(element);
                elements.add(new Group(
                        element,
                        key,
                        Group.Role.ELEMENT,
                        parts(element, Layout.keys(text, element, key, form.keys())),
                        own,
                        true));
            }
            return new Group(path, key, Group.Role.LIST, elements, messages(path), !elements.isEmpty());
        }

        private List<String> messages(TomlPath path) {
            return problems.stream()
                    .filter(problem -> problem.isOf(text, path))
                    .map(FormProblem::message)
                    .toList();
        }
    }
}
