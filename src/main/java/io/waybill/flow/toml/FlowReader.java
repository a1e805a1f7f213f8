package io.waybill.flow.toml;

import io.waybill.flow.Export;
import io.waybill.flow.Feed;
import io.waybill.flow.Flow;
import io.waybill.flow.FlowKeys;
import io.waybill.flow.FlowType;
import io.waybill.flow.Form;
import io.waybill.flow.Place;
import io.waybill.flow.Problem;
import io.waybill.flow.Trigger;
import io.waybill.flow.TriggerRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Reads a flow file: all of it, so that one reading reports all that is wrong.
 *
 * @param placeholders resolves Camel's property placeholders in a text; throws IllegalArgumentException, its message for the user, where
 *     one has no value
 */
public record FlowReader(UnaryOperator<String> placeholders) {

    /**
     * Reads a flow.
     *
     * @param file the file's name, for messages; its base name is the flow's id where the file gives none
     * @param text the file's content
     */
    public Reading<Flow> read(String file, String text) {
        List<Problem> problems = new ArrayList<>();
        TomlSection root = TomlSection.parse(file, text, problems, placeholders);
        Flow flow = root == null ? null : readFlow(root, file, problems);
        return new Reading<>(problems.isEmpty() ? flow : null, problems);
    }

    /** Where a key of a flow's file stands; the file where it is none of it. */
    public static Place place(String file, String text, String... key) {
        TomlSection root = TomlSection.parse(file, text, new ArrayList<>(), UnaryOperator.identity());
        for (int i = 0; i < key.length - 1 && root != null; i++) {
            root = root.section(key[i]);
        }
        return root == null ? new Place(file, 0) : root.place(key[key.length - 1]);
    }

    private Flow readFlow(TomlSection root, String file, List<Problem> problems) {
        String id = readId(root, file);
        String name = root.get(FlowKeys.NAME);
        String namespace = root.get(root.has(FlowKeys.NAMESPACE) ? FlowKeys.NAMESPACE.mandatory() : FlowKeys.NAMESPACE);
        root.get(FlowKeys.DESCRIPTION);
        TomlSection properties = root.section(FlowKeys.PROPERTIES);
        FlowType type = readType(root, properties);
        TomlSection input = root.section(FlowKeys.INPUT);
        Export export = null;
        Feed feed = null;
        if (type != null) {
            TomlSection body = body(root, properties, type);
            switch (type) {
                case EXPORT_FLOW -> {
                    export = body == null ? null : new ExportReader(body).read();
                    FeedReader.checkUnusedInput(input);
                }
                case CHANGE_FEED, DELTA_PUBLISHING -> feed = new FeedReader(root, input, body).read(type, id);
            }
        }
        List<Trigger> triggers =
                new TriggerReader(export == null || export.isOfNewRows()).read(root.sections(FlowKeys.TRIGGERS));
        boolean isOfManyTables = export != null && export.isOfManyTables();
        if (feed != null || export != null && export.changes() != null || isOfManyTables) {
            String why = feed != null
                    ? "is for exports; a feed looks for what is new at certain times"
                    : isOfManyTables ? TriggerRules.WITH_MANY_TABLES : TriggerRules.WITH_CHANGES;
            triggers.stream()
                    .filter(trigger ->
                            trigger.type() == Trigger.Type.STREAM || trigger.type() == Trigger.Type.ON_NEW_DATA)
                    .forEach(trigger -> problems.add(new Problem(
                            trigger.place(), "triggers.type", "\"" + Form.lower(trigger.type()) + "\" " + why)));
        }
        if (properties != null) {
            refuseOtherKinds(properties, type);
            properties.refuseUnknownKeys();
        }
        root.refuseUnknownKeys();
        return new Flow(id, name == null ? id : name, type, namespace, export, feed, triggers, new Place(file, 0));
    }

    private static String readId(TomlSection root, String file) {
        String given = root.has(FlowKeys.ID) ? root.get(FlowKeys.ID) : baseName(file);
        String wrong = given == null ? null : Flow.idProblem(given);
        if (wrong != null) {
            root.problem(
                    FlowKeys.ID,
                    wrong + (root.has(FlowKeys.ID) ? "" : " (it is the file's name, since the file gives no id)"));
        }
        return given;
    }

    static String baseName(String file) {
        String name = file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
        int dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    private static FlowType readType(TomlSection root, TomlSection properties) {
        if (root.has(FlowKeys.FLOW_TYPE)) {
            return root.get(FlowKeys.FLOW_TYPE);
        }
        Map<String, FlowType> present = new TreeMap<>();
        for (FlowType type : FlowType.values()) {
            if (properties != null && properties.has(sectionOf(type))) {
                present.put(sectionOf(type), type);
            }
        }
        if (present.size() == 1) {
            return present.values().iterator().next();
        }
        root.problem(
                present.isEmpty() ? "properties" : "flow_type",
                present.isEmpty()
                        ? "is missing; a flow has one of [properties.export], [properties.change_feed],"
                                + " [properties.delta_publishing]"
                        : "is missing, and the file has " + String.join(" and ", present.keySet())
                                + "; one of them is allowed");
        return null;
    }

    private static String sectionOf(FlowType type) {
        return type == FlowType.EXPORT_FLOW ? "export" : Form.lower(type);
    }

    private static TomlSection body(TomlSection root, TomlSection properties, FlowType type) {
        String key = sectionOf(type);
        if (properties != null && properties.has(key)) {
            // the keys of an export are named as they stand in its section: exporter_config.delimiter
            return properties.section(key, type == FlowType.EXPORT_FLOW ? "" : key + ".");
        }
        if (type == FlowType.EXPORT_FLOW) {
            (properties == null ? root : properties)
                    .problem(
                            properties == null ? "properties.export" : key,
                            "is missing; an export_flow says there what it exports");
        }
        return null;
    }

    private static void refuseOtherKinds(TomlSection properties, FlowType type) {
        for (FlowType other : FlowType.values()) {
            if (properties.has(sectionOf(other)) && type != null && other != type) {
                properties.problem(sectionOf(other), "is not for a flow of type " + Form.lower(type));
            }
        }
    }
}
