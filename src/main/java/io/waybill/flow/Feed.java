package io.waybill.flow;

import io.waybill.flow.DataSet.DeclaredColumn;
import io.waybill.flow.RunRules.Notification;
import java.util.List;

/**
 * What a feed flow compares, and what it makes of the changes.
 *
 * @param type a change feed, or delta publishing
 * @param values the values of its keys, {@link FeedKeys}
 * @param columns the columns that it has; empty for all that its source has
 * @param notifications who is told of what
 */
public record Feed(FlowType type, Values values, List<DeclaredColumn> columns, List<Notification> notifications) {

    private static final List<String> ENDINGS = List.of("_change_feed", "_delta_publishing");

    public Feed {
        columns = List.copyOf(columns);
        notifications = List.copyOf(notifications);
    }

    /**
     * How an export finds the changes of its table.
     *
     * @param export the values of its keys
     */
    static Feed ofExport(Values export) {
        return new Feed(
                FlowType.EXPORT_FLOW,
                export.only(FeedKeys.OF_AN_EXPORT)
                        .with(FeedKeys.SOURCE_DATASET_ID, export.get(ExportKeys.SOURCE_DATASET_ID))
                        .with(FeedKeys.DATASOURCE, export.get(ExportKeys.DATASOURCE)),
                List.of(),
                List.of());
    }

    /** Whether it is of an export, which has its changes in files. */
    public boolean isOfExport() {
        return type == FlowType.EXPORT_FLOW;
    }

    /** A key of it, as its flow has it in messages. */
    public String at(Key<?> key) {
        return isOfExport() ? ExportKeys.CHANGES.name() + "." + key.name() : key.name();
    }

    /** The value of a key of {@link FeedKeys}, or what holds without it. */
    public <T> T get(Key<T> key) {
        return values.get(key);
    }

    /** The data set that is compared with what it was. */
    public String sourceDataset() {
        return get(FeedKeys.SOURCE_DATASET_ID);
    }

    /** The flows that run after a batch with changes. */
    public List<String> then() {
        return get(FeedKeys.THEN);
    }

    /** Whether each batch's changes are published, rather than kept as versions of records. */
    public boolean isDelta() {
        return type == FlowType.DELTA_PUBLISHING;
    }

    /** How many rows may be gone at once. */
    public MaxDeletes maxDeletes() {
        return MaxDeletes.parse(get(FeedKeys.MAX_DELETES));
    }

    /** The number of the batch; null for the next. */
    public Long batchId() {
        Object batch = get(FeedKeys.BATCH_ID);
        return batch == null ? null : batchId(batch);
    }

    /**
     * Reads the number of a batch.
     *
     * @throws IllegalArgumentException when it is none; the message says what is allowed
     */
    public static Long batchId(Object batch) {
        if (batch.toString().matches("[1-9]\\d{0,17}")) {
            return Long.valueOf(batch.toString());
        }
        throw new IllegalArgumentException(
                "\"" + batch + "\" is not the number of a batch; a whole number of at least 1 is allowed");
    }

    /** The source that a flow's id names; null where it names none. */
    public static String sourceOf(String id) {
        return ENDINGS.stream()
                .filter(ending -> id.endsWith(ending) && id.length() > ending.length())
                .map(ending -> id.substring(0, id.length() - ending.length()))
                .findFirst()
                .orElse(null);
    }
}
