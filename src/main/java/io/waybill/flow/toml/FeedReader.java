package io.waybill.flow.toml;

import io.waybill.flow.ColumnType;
import io.waybill.flow.DataSetKeys;
import io.waybill.flow.FeedKeys;
import io.waybill.flow.FlowKeys;
import io.waybill.flow.FlowType;
import io.waybill.flow.Form;
import io.waybill.flow.Key;
import io.waybill.flow.NearestName;
import java.util.ArrayList;
import java.util.List;

/** Checks the parts of the feed flows: their input, and their own properties. */
final class FeedReader {

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
        if (!input.values(FeedKeys.COLUMNS.name()).isEmpty()) {
            input.problem(
                    FeedKeys.COLUMNS, "is for feed flows; an export flow chooses by columns in [properties.export]");
        }
        input.refuseUnknownKeys();
    }

    void check() {
        List<String> columns = checkInput();
        boolean hasSource = body != null && body.has(FeedKeys.SOURCE_DATASET_ID);
        if (!hasSource && id != null && !id.endsWith("_change_feed") && !id.endsWith("_delta_publishing")) {
            root.problem(
                    FlowKeys.ID,
                    "\"" + id + "\" does not end in _change_feed or _delta_publishing, so it names no source; set"
                            + " source_dataset_id in [properties." + Form.lower(type) + "]");
        }
        if (body == null) {
            return;
        }
        if (hasSource) {
            body.requiredText(FeedKeys.SOURCE_DATASET_ID.name());
        }
        body.get(FeedKeys.DATASOURCE);
        body.get(FeedKeys.BATCH_ID);
        if (type == FlowType.CHANGE_FEED) {
            checkColumns(FeedKeys.COMPARE_COLUMNS, columns, body);
            String strategy = body.get(FeedKeys.STRATEGY);
            String updatedAt = body.get(FeedKeys.UPDATED_AT);
            if ("timestamp".equals(strategy) && updatedAt == null) {
                body.problem(FeedKeys.UPDATED_AT, "is missing; strategy \"timestamp\" compares by it");
            }
            body.get(FeedKeys.WRITE_UNCHANGED);
        } else {
            body.get(FeedKeys.OLD_VALUES);
        }
        body.refuseUnknownKeys();
    }

    private List<String> checkInput() {
        if (input == null) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        for (TomlSection column : input.sections(FeedKeys.COLUMNS)) {
            String name = column.get(DataSetKeys.COLUMN_NAME);
            if (names.contains(name)) {
                column.problem(DataSetKeys.COLUMN_NAME, "\"" + name + "\" is there twice");
            }
            names.add(name);
            checkType(column);
            column.refuseUnknownKeys();
        }
        checkColumns(FeedKeys.PRIMARY_KEY, names, input);
        input.refuseUnknownKeys();
        return names;
    }

    private static void checkColumns(Key<List<String>> key, List<String> known, TomlSection section) {
        for (String name : section.get(key)) {
            if (!known.isEmpty() && !known.contains(name)) {
                section.problem(
                        key.name(),
                        "\"" + name + "\" is not one of the columns, " + String.join(", ", known)
                                + NearestName.hint(name, known));
            }
        }
    }

    /** The declared type of a column; null where none is declared, or it is no type. */
    static ColumnType checkType(TomlSection column) {
        String type = column.get(DataSetKeys.COLUMN_TYPE);
        if (type == null) {
            return null;
        }
        try {
            return ColumnType.parse(type);
        } catch (IllegalArgumentException e) {
            column.problem(DataSetKeys.COLUMN_TYPE, e.getMessage());
            return null;
        }
    }
}
