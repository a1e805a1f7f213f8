package io.waybill.flow;

import java.util.ArrayList;
import java.util.List;

/**
 * The keys of the feed flows, {@code [properties.change_feed]} and {@code [properties.delta_publishing]}, and of their {@code [input]};
 * they are the options of {@code waybill:feed} too. How they go together, {@link FeedRules} says.
 */
public final class FeedKeys {

    /** How a feed tells that a row has changed. */
    public enum Strategy {
        /** By the values of columns. */
        CHECK,
        /** By a column that says when the row was changed. */
        TIMESTAMP,
        /** By PostgreSQL's log, which names the rows that were touched. */
        LOG
    }

    public static final Key<FlowType> FLOW_TYPE = Key.choice(
                    "flow_type", FlowType.class, FlowType.CHANGE_FEED, "what is made of the changes that it finds")
            .inRoutesAlone();

    public static final Key<String> SOURCE_DATASET_ID = Key.text(
                    "source_dataset_id", "the data set: a declared one, else a table or view")
            .without("the flow's id less `_change_feed` or `_delta_publishing`");

    public static final Key<String> DATASOURCE = Key.text("datasource", "where it is, and its feed")
            .without("the data set's, else `waybill.default-datasource`, else the only one");

    public static final Key<Strategy> STRATEGY = Key.choice(
            "strategy",
            Strategy.class,
            Strategy.CHECK,
            "how a change is told: `check` (compares columns), `timestamp` (by `updated_at`), `log` (compares columns,"
                    + " of those rows alone that PostgreSQL's log names)");

    public static final Key<List<String>> COMPARE_COLUMNS =
            Key.names("compare_columns", "the columns that a change is told by").without("all columns");

    public static final Key<String> UPDATED_AT =
            Key.text("updated_at", "of `timestamp`: the column that says when a row was changed");

    public static final Key<Boolean> DELETIONS = Key.of(
                    "deletions",
                    new Form.Flag(),
                    true,
                    "of `timestamp`: `false` reads only rows that were changed since the last batch, and sees no deletions")
            .without("`true`");

    public static final Key<Long> FULL_COMPARE_EVERY = Key.limit(
                    "full_compare_every",
                    2,
                    "of `timestamp` and `log`: each so many batches, one compares columns, of all rows")
            .without("none does");

    public static final Key<Long> KEPT_LOG_BYTES = Key.number(
            "kept_log_bytes",
            1_000_000,
            Long.MAX_VALUE,
            1_000_000_000,
            "of `log`: more of its log than that, which the server keeps for the feed, is warned of");

    public static final Key<Object> MAX_DELETES = Key.textOrNumber(
                    "max_deletes",
                    "a share of the rows (`\"50%\"`) or a number of them: a batch that deletes more stops, until"
                            + " `waybill run ID --accept-deletes`")
            .otherwise("50%");

    public static final Key<Object> BATCH_ID = Key.textOrNumber(
                    "batch_id", "the number of the batch; one that is there already is not written again")
            .without("one more than the last");

    public static final Key<Boolean> WRITE_UNCHANGED =
            Key.flag("write_unchanged", "of `change_feed`: whether rows that have not changed are written, too");

    public static final Key<Boolean> OLD_VALUES = Key.flag(
            "old_values",
            "of `delta_publishing`: whether the values of before are published, too, as `xt_old_<column>`");

    public static final Key<List<String>> THEN = Key.names("then", "flows that run after a batch with changes")
            .inFlowsAlone()
            .without("none");

    public static final Key<Object> NOTIFICATIONS = Key.tables(
                    "notifications",
                    RunRulesKeys.NOTIFICATION,
                    "who is told of what: [as of exports](flows.md#notifications)")
            .inFlowsAlone()
            .without("nobody");

    /** Whether the steps behind it run flows, and {@code waybill:followed} ends them. */
    public static final Key<Boolean> FOLLOWED = Key.flag(
                    "followed", "whether steps behind it run other flows, and waybill:followed ends them")
            .inRoutesAlone();

    public static final Key<List<String>> PRIMARY_KEY =
            Key.names("primary_key", "the key's columns").without("what the database or `datasets.toml` says");

    public static final List<Key<?>> OF_A_COLUMN = List.of(DataSetKeys.COLUMN_NAME, DataSetKeys.COLUMN_TYPE);

    public static final Key<Object> COLUMNS = Key.tables(
                    "columns",
                    OF_A_COLUMN,
                    "the columns that the feed has, each `{ name = \"amount\", type = \"decimal(12,2)\" }`; a type that the"
                            + " database's is not of a kind with is refused")
            .inFlowsAlone()
            .without("all columns");

    /** Each a name, and behind a colon a type. */
    public static final Key<List<String>> COLUMN_TEXTS =
            Key.names("columns", "the columns that the feed has").inRoutesAlone();

    /** How an export tells changes of its table, {@code [properties.export.changes]}. */
    public static final List<Key<?>> OF_AN_EXPORT = List.of(
            PRIMARY_KEY,
            STRATEGY,
            COMPARE_COLUMNS,
            UPDATED_AT,
            DELETIONS,
            FULL_COMPARE_EVERY,
            KEPT_LOG_BYTES,
            MAX_DELETES);

    public static final List<Key<?>> INPUT = List.of(PRIMARY_KEY, COLUMNS);

    private FeedKeys() {}

    /** Those of a flow of a type that is a feed. */
    public static List<Key<?>> of(FlowType type) {
        return List.of(
                SOURCE_DATASET_ID,
                DATASOURCE,
                STRATEGY,
                COMPARE_COLUMNS,
                UPDATED_AT,
                DELETIONS,
                FULL_COMPARE_EVERY,
                KEPT_LOG_BYTES,
                MAX_DELETES,
                BATCH_ID,
                type == FlowType.DELTA_PUBLISHING ? OLD_VALUES : WRITE_UNCHANGED,
                ExportKeys.OVERLAP,
                THEN,
                NOTIFICATIONS);
    }

    /** Those that are options of {@code waybill:feed}, in the order in which they are printed. */
    public static List<Key<?>> options() {
        List<Key<?>> options = new ArrayList<>(List.of(FLOW_TYPE, SOURCE_DATASET_ID, DATASOURCE, ExportKeys.NAMESPACE));
        options.addAll(List.of(PRIMARY_KEY, COLUMN_TEXTS));
        of(FlowType.CHANGE_FEED).stream()
                .filter(key -> key.option() != null && !options.contains(key))
                .forEach(options::add);
        options.addAll(List.of(OLD_VALUES, FOLLOWED, ExportKeys.DATA_SET));
        return List.copyOf(options);
    }
}
