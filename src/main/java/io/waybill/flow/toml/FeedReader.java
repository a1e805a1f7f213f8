package io.waybill.flow.toml;

import io.waybill.flow.DataSetKeys;
import io.waybill.flow.FeedKeys;
import io.waybill.flow.FlowKeys;
import io.waybill.flow.FlowType;
import io.waybill.flow.Form;
import io.waybill.flow.Key;
import io.waybill.flow.NearestName;
import io.waybill.flow.Values;
import java.util.ArrayList;
import java.util.List;

/** Checks the parts of the feed flows: their input, and their own properties. */
final class FeedReader {

    private FeedReader() {}

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

    /**
     * Checks a flow.
     *
     * @param input its {@code [input]}; null where it has none
     * @param body its own properties; null where it has none
     * @param root the file
     */
    static void check(FlowType type, String id, TomlSection input, TomlSection body, TomlSection root) {
        List<String> columns = checkInput(input);
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
            body.get(FeedKeys.SOURCE_DATASET_ID.mandatory()); // which is not empty
        }
        if (type == FlowType.CHANGE_FEED) {
            Values values = body.all(FeedKeys.CHANGE_FEED);
            checkColumns(FeedKeys.COMPARE_COLUMNS, values, columns, body);
            if ("timestamp".equals(values.get(FeedKeys.STRATEGY)) && values.get(FeedKeys.UPDATED_AT) == null) {
                body.problem(FeedKeys.UPDATED_AT, "is missing; strategy \"timestamp\" compares by it");
            }
        } else {
            body.all(FeedKeys.DELTA_PUBLISHING);
        }
    }

    private static List<String> checkInput(TomlSection input) {
        if (input == null) {
            return List.of();
        }
        Values values = input.values(FeedKeys.INPUT);
        List<String> names = new ArrayList<>();
        for (TomlSection section : input.sections(FeedKeys.COLUMNS)) {
            String name = section.all(FeedKeys.OF_A_COLUMN).get(DataSetKeys.COLUMN_NAME);
            if (names.contains(name)) {
                section.problem(DataSetKeys.COLUMN_NAME, "\"" + name + "\" is there twice");
            }
            names.add(name);
        }
        checkColumns(FeedKeys.PRIMARY_KEY, values, names, input);
        input.refuseUnknownKeys();
        return names;
    }

    private static void checkColumns(Key<List<String>> key, Values values, List<String> known, TomlSection section) {
        for (String name : values.get(key)) {
            if (!known.isEmpty() && !known.contains(name)) {
                section.problem(
                        key,
                        "\"" + name + "\" is not one of the columns, " + String.join(", ", known)
                                + NearestName.hint(name, known));
            }
        }
    }
}
