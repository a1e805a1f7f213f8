package io.waybill.flow;

import static io.waybill.flow.Key.choice;
import static io.waybill.flow.Key.flag;
import static io.waybill.flow.Key.limit;
import static io.waybill.flow.Key.names;
import static io.waybill.flow.Key.number;
import static io.waybill.flow.Key.table;
import static io.waybill.flow.Key.tables;
import static io.waybill.flow.Key.text;
import static io.waybill.flow.Key.textOrNumber;
import static io.waybill.flow.Key.time;

import io.waybill.flow.RunRules.Overlap;
import io.waybill.flow.RunRules.SchemaChange;
import io.waybill.flow.Selection.PiiPolicy;
import io.waybill.flow.Selection.Select;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys of {@code [properties.export]}, which are the options of {@code waybill:begin} too, in the order in which they are told and printed.
 * A new one is a line here, and its use: {@code export.get(KEY)}. How keys go together, {@link ExportRules} says.
 */
public final class ExportKeys {

    /** What is read and printed by its declaration alone, as it stands. */
    private static final List<Key<?>> PLAIN = new ArrayList<>();

    private static final Map<String, Key<?>> ALL = new LinkedHashMap<>();

    public static final Key<String> SOURCE_DATASET_ID = plain(text(
                    "source_dataset_id",
                    "the data set: a declared one, else a table or view; many of these by `sales.*`: [below](#many-tables)")
            .mandatory());

    public static final Key<List<String>> EXCLUDE =
            plain(names("exclude", "of the tables of a `source_dataset_id` with `*`, not these: `[\"sales.tmp_*\"]`")
                    .without("all of them"));

    public static final Key<String> WATERMARK = plain(text(
                    "watermark",
                    "of many tables, the column that grows with each change, in those that no data set declares one of:"
                            + " [below](#many-tables)")
            .without("what is declared"));

    public static final Key<OnFailure> ON_FAILURE = plain(
            choice(
                    "on_failure",
                    OnFailure.class,
                    OnFailure.CONTINUE,
                    "of many tables, where the run of one fails: `continue` with the others, or `stop`, and begin no more of them"));

    public static final Key<Long> TABLES_AT_ONCE = plain(number(
                    "tables_at_once",
                    1,
                    Export.MOST_TABLES_AT_ONCE,
                    1,
                    "so many of many tables are exported side by side, 1 to 16, each with connections of its own")
            .inFlowsAlone());

    public static final Key<String> DATASOURCE = plain(text("datasource", "where it is")
            .without("the data set's, else `waybill.default-datasource`, else the only one"));

    public static final Key<String> NAMESPACE =
            add(text("namespace", "the flow's group, and the first schema that the data set is looked for in")
                    .otherwise("public")
                    .inRoutesAlone());

    public static final Key<String> FILE_PATH = add(
            text("file_path", "the file; a folder where it ends in `/`; elsewhere by a URI: [delivery.md](delivery.md)")
                    .without("required, or `delivery`"));

    public static final Key<String> DESTINATION =
            add(text("destination", "the same as `file_path`").inFlowsAlone());

    public static final Key<Object> DELIVERY = add(tables(
                    "delivery",
                    DeliveryKeys.ALL,
                    "destinations beside `file_path`, or in its place, `[[properties.export.delivery]]`: [delivery.md](delivery.md#several-destinations)")
            .option("deliveries")
            .without("none"));

    static {
        DeliveryKeys.OF_A_FILE_PATH.forEach(ExportKeys::add);
    }

    public static final Key<ExportMode> EXPORT_MODE =
            plain(choice("export_mode", ExportMode.class, null, "which rows: [below](#modes)")
                    .option("mode")
                    .without("`full`"));

    public static final Key<Object> BATCH_ID = plain(textOrNumber("batch_id", "the batch of mode `batch`"));

    public static final Key<FileFormat> FORMAT = plain(Key.of(
                    "format",
                    Form.Choice.of(FileFormat.all(), FileFormat::extension),
                    (FileFormat) null,
                    "the files' format: `csv`, `tsv`, `json`, `jsonl`, `parquet`, `xlsx`")
            .without("the file's extension"));

    public static final Key<List<String>> COLUMNS =
            plain(names("columns", "these, in this order").without("see `select`"));

    public static final Key<List<String>> EXCLUDE_COLUMNS = plain(names("exclude_columns", "not these"));

    public static final Key<Select> SELECT = plain(choice(
            "select",
            Select.class,
            Select.ALL,
            "`all`, `required` (the key, NOT NULL columns, those declared required), `no_pii`"));

    public static final Key<PiiPolicy> PII_POLICY = plain(choice(
            "pii_policy",
            PiiPolicy.class,
            PiiPolicy.EXCLUDE,
            "what happens to columns marked `pii` that no `transform` names: `exclude` (`plan` and `run` name those left out), `hash`, `mask`, `tokenize`,"
                    + " `strict` (as `exclude`, and a column that looks like data of persons and is not declared"
                    + " [stops the run](scan.md#strict)), `allow`: [privacy.md](privacy.md)"));

    public static final Key<String> PII_KEY =
            plain(text("pii_key", "the id of the key of `pii_policy` `hash` and `tokenize`")
                    .without("required there"));

    public static final Key<Object> TRANSFORM = add(tables(
                    "transform",
                    TransformKeys.ALL,
                    "what becomes of the values of columns before they leave, `[[properties.export.transform]]`: [privacy.md](privacy.md)")
            .option("transforms")
            .without("as they are"));

    public static final Key<Object> FILTERS =
            add(tables("filters", FilterKeys.ALL, "conditions that all rows meet: [below](#filters)"));

    public static final Key<LocalDate> NOT_BEFORE = plain(Key.of(
                    "not_before",
                    new Form.Temporal<>(LocalDate::parse, "a date such as \"2025-01-01\""),
                    null,
                    "rows of days before it do not leave, whatever a run asks for: [below](#date-limits)")
            .without("any day"));

    public static final Key<Long> LAST_DAYS = plain(Key.of(
                    "last_days",
                    new Form.Whole(1, DateLimit.MOST_DAYS, true),
                    0L,
                    "rows of today and of so many days before leave, and no older ones: [below](#date-limits)")
            .without("any day"));

    public static final Key<Object> REPORT = add(table(
                    "report",
                    ReportKeys.ALL,
                    "what the rows come to, in groups, instead of the rows: [reports.md](reports.md)")
            .inFlowsAlone()
            .without("none"));

    static {
        add(ReportKeys.GROUP_BY);
        ReportKeys.OF_A_BUCKET.forEach(ExportKeys::add);
        add(ReportKeys.METRICS);
        add(ReportKeys.HAVING);
    }

    public static final Key<List<String>> ORDER_BY =
            plain(names("order_by", "columns, each with ` desc` where it descends")
                    .without("the database's order; a report's is that of its groups"));

    public static final Key<Long> LIMIT =
            plain(limit("limit", 1, "rows at most").without("all"));

    static {
        for (Key<?> key : SplitKeys.ALL) {
            // a key of the table `chunk_by` is read with it
            if (key.name().contains(".")) {
                add(key);
            } else {
                plain(key);
            }
        }
    }

    public static final Key<Compression> COMPRESSION = plain(choice(
                    "compression",
                    Compression.class,
                    Compression.NONE,
                    "`gzip`, `zstd`, `zip` (one archive with all files, or one each where the path has `{part}` or is a folder);"
                            + " adds `.gz`, `.zst`, `.zip`")
            .without("none, or what the extension says"));

    public static final Key<Object> ENCRYPTION = plain(
            table("encryption", EncryptionKeys.ALL, "OpenPGP, or AES-256 in zip archives: [below](#encrypted-files)")
                    .without("none"));

    public static final Key<IfExists> IF_EXISTS = add(choice(
                    "if_exists",
                    IfExists.class,
                    null,
                    "`overwrite`, `fail` (before anything is read, or, where names come with the rows, before anything is delivered), `version` (`orders_v2.csv`)")
            .without("`overwrite`; `version` with `since_last_export`"));

    public static final Key<Export.Reader> READER = plain(choice(
                    "reader",
                    Export.Reader.class,
                    null,
                    "`jdbc` (a result set), `copy` (PostgreSQL's COPY, or the run fails)")
            .inFlowsAlone()
            .without("COPY on PostgreSQL where every column's type allows it, else JDBC; both give the same bytes"));

    public static final Key<SinceLast.Told> SINCE_LAST_EXPORT = plain(Key.of(
                    "since_last_export",
                    FlagOrName.of(SinceLast.Told.class),
                    SinceLast.Told.FALSE,
                    "`true`: only rows that no earlier run has exported: [below](#only-what-is-new); `\"changes\"`: only what is"
                            + " new, changed or deleted since the last run, of a table without a watermark: [below](#what-has-changed)")
            .without("`false`"));

    public static final Key<Object> CHANGES = plain(table(
                    "changes",
                    FeedKeys.OF_AN_EXPORT,
                    "how `since_last_export = \"changes\"` tells what has changed: [below](#what-has-changed)")
            .without("compares all columns"));

    public static final Key<Duration> WATERMARK_LAG = plain(time(
            "watermark_lag", null, "how far that stays behind the database's clock, for rows that are committed late"));

    public static final Key<Duration> WATERMARK_WAIT = plain(
            time(
                    "watermark_wait",
                    SinceLast.USUAL_PATIENCE,
                    "how long it waits for open transactions of PostgreSQL whose rows could not be told from older ones later"));

    public static final Key<SinceLast.Nulls> WATERMARK_NULLS = plain(choice(
            "watermark_nulls",
            SinceLast.Nulls.class,
            SinceLast.Nulls.EXCLUDE,
            "what becomes of rows without a watermark: `exclude`, `first` (with the first export), `fail`"));

    public static final Key<Long> PARALLELISM = plain(number(
                    "parallelism",
                    1,
                    Export.MOST_READERS,
                    1,
                    "readers that share the rows, 1 to 64, each with a connection of its own")
            .without("1; [below](#several-readers)"));

    public static final Key<Long> PROCESSES = plain(number(
                    "processes",
                    1,
                    Export.MOST_PROCESSES,
                    1,
                    "so many processes of the ledger, at most, read the rows side by side, 1 to 64: [divided.md](divided.md)")
            .without("1, the one that runs the flow"));

    public static final Key<Export.Snapshot> SNAPSHOT = plain(choice(
            "snapshot",
            Export.Snapshot.class,
            Export.Snapshot.SHARED,
            "what several `processes` see: `shared`, all the same moment, or `per_range`, each range the moment at which it is read:"
                    + " [divided.md](divided.md#what-they-see)"));

    public static final Key<Boolean> CHECKSUMS = plain(
            flag("checksums", "the waybill says what each column's values come to, for `waybill verify RUN --source`"));

    public static final Key<Overlap> OVERLAP = plain(choice(
            "overlap",
            Overlap.class,
            Overlap.SKIP,
            "a run that is started while another is under way: `skip` (refused), `queue` (waits; one at most)"));

    public static final Key<SchemaChange> SCHEMA_CHANGE = plain(choice(
                    "schema_change",
                    SchemaChange.class,
                    SchemaChange.ALLOW,
                    "columns that are not those of the last run: `allow`, `notify`, `fail` (until `waybill run"
                            + " --accept-schema-change`)")
            .without("`allow`; on record in any case"));

    public static final Key<Object> EXPECT = add(tables(
                    "expect",
                    ExpectKeys.ALL,
                    "what must hold before anything leaves, `[[properties.export.expect]]`: [contracts.md](contracts.md)")
            .without("nothing"));

    public static final Key<Boolean> SKIP_EMPTY = plain(flag("skip_empty", "deliver nothing when there are no rows"));

    public static final Key<Object> REDELIVERY = plain(table(
                    "redelivery",
                    RunRulesKeys.REDELIVERY,
                    "how a failed delivery is tried again: [below](#when-a-delivery-fails)")
            .inFlowsAlone()
            .without("for half a minute"));

    public static final Key<String> DEAD_LETTER = plain(
            Key.endpoint("dead_letter", "a Camel endpoint that gets a copy of each file that finally was not delivered")
                    .inFlowsAlone()
                    .without("none"));

    public static final Key<Object> NOTIFICATIONS =
            add(tables("notifications", RunRulesKeys.NOTIFICATION, "who is told of what: [below](#notifications)")
                    .inFlowsAlone()
                    .without("nobody"));

    public static final Key<String> TIMEZONE = add(
            Key.zone("timezone", "UTC", "the zone of the run's logical date").inRoutesAlone());

    public static final Key<Object> DATA_SET =
            add(table("data_set", List.of(), "the declaration of the data set").inRoutesAlone());

    public static final Key<Object> DATA_SETS =
            add(tables("data_sets", List.of(), "the declarations of data sets that may be among many tables")
                    .inRoutesAlone());

    public static final Key<Object> EXPORTER_CONFIG =
            add(table("exporter_config", FileFormat.allOptions(), "the format's options: [formats.md](formats.md)")
                    .option("dataFormat"));

    public static final Key<Engine> ENGINE = plain(
            choice(
                    "engine",
                    Engine.class,
                    Engine.LOCAL,
                    "who writes the files: `local`, this process; `pushdown`, the database itself; `spark`, executors of Apache Spark: [engines.md](engines.md)"));

    public static final Key<String> PUSHDOWN_ACCESS = plain(text(
                    "pushdown_access",
                    "what lets the database into the bucket that it writes to, by `engine = \"pushdown\"`:"
                            + " [engines.md](engines.md#into-a-bucket)")
            .without("none"));

    public static final Key<Object> PRIVACY = add(Key.any(
                    "privacy",
                    "`transform` in short, a table: `email = \"domain\"`, `phone = { transform = \"mask\", keep_last = 2 }`")
            .inFlowsAlone()
            .without("none"));

    private ExportKeys() {}

    private static <T> Key<T> plain(Key<T> key) {
        PLAIN.add(key);
        return add(key);
    }

    private static <T> Key<T> add(Key<T> key) {
        ALL.put(key.name(), key);
        return key;
    }

    /** Those that are read by their declaration alone. */
    public static List<Key<?>> plain() {
        return List.copyOf(PLAIN);
    }

    /** All of them. */
    public static List<Key<?>> all() {
        return List.copyOf(ALL.values());
    }

    /** Those that are options of {@code waybill:begin}. */
    public static List<Key<?>> options() {
        return all().stream().filter(key -> key.option() != null).toList();
    }

    /** What an option is called whose key is this; any other key in its usual spelling. */
    static String optionOf(String name) {
        int dot = name.indexOf('.');
        if (dot > 0 && !ALL.containsKey(name) && ALL.containsKey(name.substring(0, dot))) {
            return optionOf(name.substring(0, dot)) + "." + Key.camelCase(name.substring(dot + 1));
        }
        Key<?> key = ALL.get(name);
        return key == null || key.option() == null ? Key.camelCase(name) : key.option();
    }
}
