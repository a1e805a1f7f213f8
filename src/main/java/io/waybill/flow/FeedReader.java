package io.waybill.flow;

import java.util.ArrayList;
import java.util.List;

/** Checks the parts of the feed flows: their input, and their own properties. */
final class FeedReader {

    private static final Key<Boolean> WRITE_UNCHANGED = Key.flag("write_unchanged", "");
    private static final Key<Boolean> OLD_VALUES = Key.flag("old_values", "");

    private final FlowType type;
    private final String id;
    private final TomlSection input;
    private final TomlSection body;
    private final TomlSection root;

    FeedReader(FlowType type, String id, TomlSection input, TomlSection body, TomlSection root) {
        this.type = type;
        this.id = id;
        this.input = input;
        this.body = body;
        this.root = root;
    }

    /** An export flow's [input] holds nothing; an empty list of columns is taken. */
    static void checkUnusedInput(TomlSection input) {
        if (input == null) {
            return;
        }
        if (!input.values("columns").isEmpty()) {
            input.problem("columns", "is for feed flows; an export flow chooses by columns in [properties.export]");
        }
        input.refuseUnknownKeys();
    }

    void check() {
        List<String> columns = checkInput();
        boolean hasSource = body != null && body.has("source_dataset_id");
        if (!hasSource && id != null && !id.endsWith("_change_feed") && !id.endsWith("_delta_publishing")) {
            root.problem(
                    "id",
                    "\"" + id + "\" does not end in _change_feed or _delta_publishing, so it names no source; set"
                            + " source_dataset_id in [properties." + Form.lower(type) + "]");
        }
        if (body == null) {
            return;
        }
        if (hasSource) {
            body.requiredText("source_dataset_id");
        }
        body.text("datasource");
        Object batch = body.value("batch_id");
        if (batch != null && !(batch instanceof Long) && !(batch instanceof String)) {
            body.problem("batch_id", TomlSection.describe(batch) + "; a number or text is expected");
        }
        if (type == FlowType.CHANGE_FEED) {
            checkColumns("compare_columns", body.texts("compare_columns"), columns, body);
            String strategy = body.text("strategy");
            if (strategy != null && !List.of("check", "timestamp").contains(strategy)) {
                body.problem("strategy", "\"" + strategy + "\" is not known; allowed: check, timestamp");
            }
            String updatedAt = body.text("updated_at");
            if ("timestamp".equals(strategy) && updatedAt == null) {
                body.problem("updated_at", "is missing; strategy \"timestamp\" compares by it");
            }
            body.get(WRITE_UNCHANGED);
        } else {
            body.get(OLD_VALUES);
        }
        body.refuseUnknownKeys();
    }

    private List<String> checkInput() {
        if (input == null) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        for (TomlSection column : input.sections("columns")) {
            String name = column.requiredText("name");
            if (names.contains(name)) {
                column.problem("name", "\"" + name + "\" is there twice");
            }
            names.add(name);
            checkType(column);
            column.refuseUnknownKeys();
        }
        checkColumns("primary_key", input.texts("primary_key"), names, input);
        input.refuseUnknownKeys();
        return names;
    }

    private static void checkColumns(String key, List<String> given, List<String> known, TomlSection section) {
        for (String name : given) {
            if (!known.isEmpty() && !known.contains(name)) {
                section.problem(
                        key,
                        "\"" + name + "\" is not one of the columns, " + String.join(", ", known)
                                + NearestName.hint(name, known));
            }
        }
    }

    /** The declared type of a column; null where none is declared, or it is no type. */
    static ColumnType checkType(TomlSection column) {
        String type = column.text("type");
        if (type == null) {
            return null;
        }
        try {
            return ColumnType.parse(type);
        } catch (IllegalArgumentException e) {
            column.problem("type", e.getMessage());
            return null;
        }
    }
}
