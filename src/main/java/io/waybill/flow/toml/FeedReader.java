package io.waybill.flow.toml;

import io.waybill.flow.DataSet.DeclaredColumn;
import io.waybill.flow.DataSetKeys;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.Feed;
import io.waybill.flow.FeedKeys;
import io.waybill.flow.FeedRules;
import io.waybill.flow.FlowKeys;
import io.waybill.flow.FlowType;
import io.waybill.flow.Form;
import io.waybill.flow.Key;
import io.waybill.flow.Refusal;
import io.waybill.flow.RunRules.Notification;
import io.waybill.flow.Values;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a feed flow: its input, and its own properties.
 *
 * @param root the file
 * @param input its {@code [input]}; null where it has none
 * @param body its own properties; null where it has none
 */
record FeedReader(TomlSection root, TomlSection input, TomlSection body) {

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

    /** @param id the flow's; null where it is wrong */
    Feed read(FlowType type, String id) {
        List<Notification> notifications =
                body == null ? List.of() : NotificationsReader.read(body, FeedKeys.NOTIFICATIONS);
        Values values = readBody(type);
        if (body == null || !body.has(FeedKeys.SOURCE_DATASET_ID)) {
            values = values.with(FeedKeys.SOURCE_DATASET_ID, sourceOf(id, type));
        }
        List<DeclaredColumn> columns = new ArrayList<>();
        if (input != null) {
            values = values.with(input.values(List.of(FeedKeys.PRIMARY_KEY)));
            for (TomlSection section : input.sections(FeedKeys.COLUMNS)) {
                Values column = section.all(FeedKeys.OF_A_COLUMN);
                if (column.get(DataSetKeys.COLUMN_NAME) != null) {
                    columns.add(new DeclaredColumn(
                            column.get(DataSetKeys.COLUMN_NAME), column.get(DataSetKeys.COLUMN_TYPE), false, false));
                }
            }
            input.refuseUnknownKeys();
        }
        Feed feed = new Feed(type, values, columns, notifications);
        List<Key<?>> keys = FeedKeys.of(type);
        FeedRules.check(id, feed, key -> body != null && keys.contains(key) && body.has(key))
                .forEach(this::refuse);
        return feed;
    }

    private Values readBody(FlowType type) {
        if (body == null) {
            return Values.NONE;
        }
        if (body.has(FeedKeys.SOURCE_DATASET_ID)) {
            body.get(FeedKeys.SOURCE_DATASET_ID.mandatory()); // which is not empty
        }
        if (body.has(ExportKeys.EXPECT)) {
            body.problem(
                    ExportKeys.EXPECT,
                    "is for exports: a feed delivers nothing; put it into the export that reads what the feed has found");
        }
        return body.all(FeedKeys.of(type));
    }

    private String sourceOf(String id, FlowType type) {
        String source = id == null ? null : Feed.sourceOf(id);
        if (id != null && source == null) {
            root.problem(
                    FlowKeys.ID,
                    "\"" + id + "\" does not end in _change_feed or _delta_publishing, so it names no source; set"
                            + " source_dataset_id in [properties." + Form.lower(type) + "]");
        }
        return source;
    }

    private void refuse(Refusal refusal) {
        boolean isOfInput = FeedKeys.INPUT.stream().map(Key::name).anyMatch(refusal.key()::equals);
        (isOfInput && input != null ? input : body).problem(refusal);
    }
}
