package io.waybill.flow;

import java.time.Duration;
import java.util.List;

/** The keys of {@code [[dataset]]}, in {@code datasets.toml}. */
public final class DataSetKeys {

    public static final Key<String> ID = Key.text("id", "its name").mandatory();
    public static final Key<String> DATASOURCE =
            Key.text("datasource", "where it is").without("the flow's, or the default one");
    public static final Key<String> TABLE = Key.text("table", "its table or view, with its schema where it needs one")
            .without("`query`");
    public static final Key<String> QUERY = Key.text("query", "its SQL").without("`table`");
    public static final Key<String> DESCRIPTION = Key.text("description", "what it is, for people");
    public static final Key<DataSetKind> KIND = Key.choice(
                    "kind", DataSetKind.class, null, "`change_feed`, `delta_transaction`, `batch_tracked`, `plain`")
            .without("told from its columns");
    public static final Key<List<String>> PRIMARY_KEY =
            Key.names("primary_key", "the key's columns").without("what the database says");
    public static final Key<String> WATERMARK = Key.text(
                    "watermark", "the column that grows with each change: [above](#only-what-is-new)")
            .without("none");
    public static final Key<String> TIME = Key.text(
                    "time",
                    "the column of dates or times that tells of which day a row is, for [date limits](#date-limits)")
            .without("the `watermark`, where that is one");
    public static final Key<Duration> WATERMARK_LAG =
            Key.time("watermark_lag", null, "the lag of exports of what is new, where the flow sets none");

    public static final Key<String> COLUMN_NAME = Key.text("name", "a column").mandatory();
    public static final Key<ColumnType> COLUMN_TYPE =
            Key.said("type", ColumnType::parse, "what its values mean").without("what the database says");
    public static final Key<Boolean> COLUMN_PII =
            Key.flag("pii", "whether it identifies a person; `false` says that somebody has looked");
    public static final Key<Boolean> COLUMN_REQUIRED = Key.flag("required", "whether `select = \"required\"` takes it");

    public static final List<Key<?>> OF_A_COLUMN = List.of(COLUMN_NAME, COLUMN_TYPE, COLUMN_PII, COLUMN_REQUIRED);
    public static final Key<Object> COLUMNS =
            Key.tables("columns", OF_A_COLUMN, "what is declared of columns: `name`, `type`, `pii`, `required`");

    public static final Key<Long> MAX_ROWS =
            Key.limit("max_rows", 1, "rows of an export").without("no limit");
    public static final Key<Long> MAX_BYTES =
            Key.limit("max_bytes", 1, "bytes of an export, before compression").without("no limit");

    public static final Key<Object> LIMITS = Key.table(
                    "limits",
                    List.of(MAX_ROWS, MAX_BYTES),
                    "`max_rows`, `max_bytes`: an export beyond them fails, and delivers nothing")
            .without("none");

    public static final List<Key<?>> ALL = List.of(
            ID,
            DATASOURCE,
            TABLE,
            QUERY,
            KIND,
            PRIMARY_KEY,
            WATERMARK,
            TIME,
            WATERMARK_LAG,
            COLUMNS,
            LIMITS,
            DESCRIPTION);

    /** Those that its bean has, beside its columns. */
    public static final List<Key<?>> OF_A_BEAN = List.of(
            ID, DATASOURCE, TABLE, QUERY, KIND, PRIMARY_KEY, WATERMARK, TIME, WATERMARK_LAG, MAX_ROWS, MAX_BYTES);

    private DataSetKeys() {}
}
