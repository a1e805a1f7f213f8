package io.waybill.flow;

import java.util.List;

/** The keys of the feed flows, {@code [properties.change_feed]} and {@code [properties.delta_publishing]}, and of their {@code [input]}. */
public final class FeedKeys {

    public static final Key<String> SOURCE_DATASET_ID = Key.text("source_dataset_id", "the data set");
    public static final Key<String> DATASOURCE = Key.text("datasource", "where it is");
    public static final Key<Object> BATCH_ID = Key.textOrNumber("batch_id", "the batch");
    public static final Key<List<String>> COMPARE_COLUMNS = Key.names("compare_columns", "what a change is told by");
    public static final Key<String> STRATEGY =
            Key.oneOf("strategy", List.of("check", "timestamp"), null, "how a change is told");
    public static final Key<String> UPDATED_AT = Key.text("updated_at", "the column of strategy `timestamp`");
    public static final Key<Boolean> WRITE_UNCHANGED =
            Key.flag("write_unchanged", "whether what has not changed is written too");
    public static final Key<Boolean> OLD_VALUES = Key.flag("old_values", "whether old values are published too");

    public static final Key<List<String>> PRIMARY_KEY = Key.names("primary_key", "the key's columns");
    public static final List<Key<?>> OF_A_COLUMN = List.of(DataSetKeys.COLUMN_NAME, DataSetKeys.COLUMN_TYPE);
    public static final Key<Object> COLUMNS = Key.tables("columns", OF_A_COLUMN, "the columns");

    public static final List<Key<?>> CHANGE_FEED =
            List.of(SOURCE_DATASET_ID, DATASOURCE, BATCH_ID, COMPARE_COLUMNS, STRATEGY, UPDATED_AT, WRITE_UNCHANGED);
    public static final List<Key<?>> DELTA_PUBLISHING = List.of(SOURCE_DATASET_ID, DATASOURCE, BATCH_ID, OLD_VALUES);
    public static final List<Key<?>> INPUT = List.of(PRIMARY_KEY, COLUMNS);

    private FeedKeys() {}
}
