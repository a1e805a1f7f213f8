package io.waybill.flow;

import io.waybill.flow.Selection.PiiPolicy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What goes together in an export and what does not. Each rule stands here once: for flow files, and for the options of a route that
 * was printed, edited or written by hand.
 */
public final class ExportRules {

    private final Export export;
    private final Predicate<Key<?>> given;
    private final List<Refusal> refusals = new ArrayList<>();

    private ExportRules(Export export, Predicate<Key<?>> given) {
        this.export = export;
        this.given = given;
    }

    /**
     * Checks an export.
     *
     * @param given tells of a key whether it is set, be it to what holds without it
     * @return what is wrong; empty where nothing is
     */
    public static List<Refusal> check(Export export, Predicate<Key<?>> given) {
        ExportRules rules = new ExportRules(export, given);
        rules.refusals.addAll(ManyTablesRules.check(export, given));
        rules.checkBatch();
        rules.checkColumns();
        rules.checkPrivacy();
        rules.checkSinceLast();
        rules.checkChanges();
        rules.checkDates();
        rules.checkReport();
        rules.checkFiles();
        rules.checkEncryption();
        rules.checkRecords();
        rules.refusals.addAll(EngineRules.check(export, given));
        rules.refusals.addAll(DividedRules.check(export, given));
        rules.checkTableFiles();
        rules.checkRowKeys();
        rules.refusals.addAll(FilesByColumnsRules.check(export, given));
        return rules.refusals;
    }

    private void refuse(Key<?> key, String message) {
        refusals.add(new Refusal(key.name(), message));
    }

    /** Where the flow says where files go. */
    static Key<?> pathKey(Predicate<Key<?>> given) {
        Key<?> elsewhere = given.test(ExportKeys.DESTINATION) ? ExportKeys.DESTINATION : ExportKeys.DELIVERY;
        return given.test(ExportKeys.FILE_PATH) ? ExportKeys.FILE_PATH : elsewhere;
    }

    private void checkBatch() {
        if (export.changes() != null) {
            return; // which says what goes with its mode, and counts its batches itself
        }
        if (export.mode() == ExportMode.BATCH) {
            if (export.get(ExportKeys.BATCH_ID) == null && !given.test(ExportKeys.BATCH_ID)) {
                refuse(ExportKeys.BATCH_ID, "is missing; export_mode \"batch\" exports one batch");
            }
        } else if (given.test(ExportKeys.BATCH_ID)) {
            refuse(ExportKeys.BATCH_ID, batchOutside(export.mode()));
        }
    }

    /** Why a batch is refused beside another mode. */
    public static String batchOutside(ExportMode mode) {
        return "is for export_mode \"batch\" alone, not for \"" + mode.label() + "\"";
    }

    private void checkColumns() {
        List<String> columns = export.selection().columns();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.indexOf(columns.get(i)) < i) {
                refuse(ExportKeys.COLUMNS, "\"" + columns.get(i) + "\" is there twice");
            }
        }
        if (!columns.isEmpty() && given.test(ExportKeys.SELECT)) {
            refuse(ExportKeys.SELECT, "is there beside columns; one of them is allowed");
        }
    }

    private void checkPrivacy() {
        PiiPolicy policy = export.get(ExportKeys.PII_POLICY);
        String key = export.get(ExportKeys.PII_KEY);
        if (policy.isKeyed() && key == null) {
            refuse(ExportKeys.PII_KEY, "is missing; pii_policy = \"" + Form.lower(policy) + "\" needs the id of a key");
        } else if (!policy.isKeyed() && given.test(ExportKeys.PII_KEY)) {
            refuse(ExportKeys.PII_KEY, "is for pii_policy \"hash\" and \"tokenize\" alone");
        } else if (key != null && Transform.keyIdProblem(key) != null) {
            refuse(ExportKeys.PII_KEY, Transform.keyIdProblem(key));
        }
        Set<String> named = new HashSet<>();
        for (Transform transform : export.transforms()) {
            for (String column : transform.columns()) {
                if (!named.add(column)) {
                    refuse(ExportKeys.TRANSFORM, "\"" + column + "\" is there twice");
                }
                if (export.report() == null
                        && transform.method() != Transform.Method.EXCLUDE
                        && export.selection().exclude().contains(column)) {
                    refuse(ExportKeys.TRANSFORM, excludedToo(column));
                }
            }
        }
    }

    /** Why a transform of a column is refused beside {@code exclude_columns}. */
    public static String excludedToo(String column) {
        return "\"" + column + "\" is among exclude_columns, too, and would not leave; take it out of one of them";
    }

    /** Why a transform of a marked column is refused beside {@code select = "no_pii"}. */
    public static String unselectedToo(String column) {
        return "\"" + column
                + "\" is marked pii, and select = \"no_pii\" leaves it out; leave out select, or the transform";
    }

    private static boolean leavesOut(Export export, Transform transform) {
        return export.report() == null
                && export.selection().select() == Selection.Select.NO_PII
                && transform.method() != Transform.Method.EXCLUDE;
    }

    /** Why no date limit goes with a data set that has no time. */
    public static String timeless(String dataset) {
        return "nobody has declared which column of data set \"" + dataset
                + "\" tells the day of a row; write time = \"<a column of dates or times>\" there, in datasets.toml";
    }

    /** What is wrong with what goes by declared columns; that of others is known when a run is planned. */
    public static List<Refusal> check(Export export, DataSet declared) {
        List<Refusal> refusals = new ArrayList<>();
        if (!export.dateLimit().isNone() && declared.timeColumn() == null) {
            Key<?> key = export.dateLimit().notBefore() == null ? ExportKeys.LAST_DAYS : ExportKeys.NOT_BEFORE;
            refusals.add(new Refusal(key.name(), timeless(declared.id())));
        }
        for (Transform transform : export.transforms()) {
            for (String name : transform.columns()) {
                declared.column(name)
                        .filter(column -> column.pii() && leavesOut(export, transform))
                        .ifPresent(
                                column -> refusals.add(new Refusal(ExportKeys.TRANSFORM.name(), unselectedToo(name))));
                declared.column(name)
                        .filter(column -> column.type() != null && export.report() == null)
                        .flatMap(column -> transform.unfit(column.type()))
                        .ifPresent(unfit -> refusals.add(
                                new Refusal(ExportKeys.TRANSFORM.name(), "column \"" + name + "\" " + unfit)));
            }
        }
        return refusals;
    }

    private void checkSinceLast() {
        if (export.sinceLast() == null) {
            for (Key<?> key :
                    List.of(ExportKeys.WATERMARK_LAG, ExportKeys.WATERMARK_WAIT, ExportKeys.WATERMARK_NULLS)) {
                if (given.test(key)) {
                    refuse(key, "is for since_last_export = true alone");
                }
            }
        } else if (export.mode() == ExportMode.BATCH) {
            refuse(ExportKeys.SINCE_LAST_EXPORT, "does not go with export_mode \"batch\", which exports one batch");
        }
        if (export.isOfNewRows() && export.get(ExportKeys.LIMIT) != 0) {
            refuse(ExportKeys.LIMIT, "does not go with since_last_export: the rows beyond it would never be exported");
        }
    }

    private void checkChanges() {
        if (export.changes() == null) {
            if (given.test(ExportKeys.CHANGES)) {
                refuse(ExportKeys.CHANGES, "is for since_last_export = \"changes\" alone");
            }
            return;
        }
        refusals.addAll(FeedRules.checkChanges(export.changes(), export.values()::has));
        ExportMode mode = export.get(ExportKeys.EXPORT_MODE);
        if (mode != null && mode != ExportMode.CHANGES_ONLY) {
            refuse(
                    ExportKeys.EXPORT_MODE,
                    "\"" + mode.label()
                            + "\" does not go with since_last_export = \"changes\", which exports what is new, changed or"
                            + " deleted; leave it out");
        }
        if (given.test(ExportKeys.BATCH_ID)) {
            refuse(
                    ExportKeys.BATCH_ID,
                    "does not go with since_last_export = \"changes\", which counts its batches itself");
        }
        if (export.split().chunks() != null) {
            refuse(
                    SplitKeys.CHUNK_BY,
                    "does not go with since_last_export = \"changes\", whose rows come in the order of their batches");
        }
    }

    private void checkDates() {
        if (export.changes() != null) {
            for (Key<?> key : List.of(ExportKeys.NOT_BEFORE, ExportKeys.LAST_DAYS)) {
                if (given.test(key)) {
                    refuse(
                            key,
                            "does not go with since_last_export = \"changes\": a row that grows too old would leave as a deleted one");
                }
            }
        }
    }

    private void checkReport() {
        Report report = export.report();
        if (report == null) {
            return;
        }
        if (report.metrics().isEmpty()) {
            refuse(ReportKeys.METRICS, "is missing; the least that a report tells is { function = \"count\" }");
        }
        Set<String> labels = new HashSet<>();
        for (String label : report.labels()) {
            if (!labels.add(label.toLowerCase(Locale.ROOT))) {
                refuse(ReportKeys.METRICS, "\"" + label + "\" is the name of two of the report's columns");
            }
        }
        if (export.isOfNewRows()) {
            refuse(
                    ExportKeys.SINCE_LAST_EXPORT,
                    "does not go with a report: a group that gets new rows would be in two exports, and whole in none");
        }
        for (Key<?> key : List.of(ExportKeys.COLUMNS, ExportKeys.SELECT)) {
            if (given.test(key)) {
                refuse(key, "does not go with a report, whose columns are its groups and metrics");
            }
        }
        if (export.get(ExportKeys.CHECKSUMS)) {
            refuse(ExportKeys.CHECKSUMS, "does not go with a report, whose rows are not those of the source");
        }
    }

    private void checkFiles() {
        Split split = export.split();
        if (split.maxArchiveSize() != 0 && export.compression() != Compression.ZIP) {
            refuse(SplitKeys.MAX_ARCHIVE_SIZE, "is for compression = \"zip\" alone");
        }
        if (export.format() != null) {
            refusals.addAll(export.format().kind().beside(export));
        }
        if (split.maxRowGroupsPerFile() != 0
                && export.format() != null
                && export.format().isNamed()
                && !export.format().kind().hasRowGroups()) {
            refuse(
                    SplitKeys.MAX_ROW_GROUPS_PER_FILE,
                    "is for parquet files alone; " + export.format().extension() + " has no row groups");
        }
        if (split.chunks() != null && (!export.orderBy().isEmpty() || export.get(ExportKeys.LIMIT) != 0)) {
            refuse(
                    export.orderBy().isEmpty() ? ExportKeys.LIMIT : ExportKeys.ORDER_BY,
                    "does not go with chunk_by, whose rows come in the order of their time");
        }
        Compression implied = Compression.ofPaths(addresses());
        if (implied != Compression.NONE && export.compression() != implied) {
            refuse(
                    ExportKeys.COMPRESSION,
                    "\"" + Form.lower(export.compression()) + "\" does not go with the file's extension "
                            + implied.extension());
        }
    }

    private void checkEncryption() {
        if (export.encryption() != null) {
            Encryption.refusals(export.values()).stream()
                    .map(refusal -> new Refusal("encryption." + refusal.key(), refusal.message()))
                    .forEach(refusals::add);
        }
        String unfulfilled = Encryption.unfulfilled(export.encryption(), addresses());
        if (unfulfilled != null) {
            refuse(pathKey(given), unfulfilled);
        }
    }

    private List<String> addresses() {
        return export.deliveries().stream().map(Delivery::address).toList();
    }

    /** What a table has are files that its readers know, columns by numbers and each file by itself. */
    private void checkTableFiles() {
        Delivery delivery = export.deliveries().stream()
                .filter(candidate -> candidate.kind().takesTableFiles())
                .findFirst()
                .orElse(null);
        if (delivery == null) {
            return;
        }
        if (export.format() != null && !export.format().extension().equals("parquet")) {
            refuse(
                    ExportKeys.FORMAT,
                    "\"" + export.format().extension() + "\" does not go with " + delivery.scheme()
                            + ", whose tables have files of parquet; parquet is allowed");
        }
        if (export.compression() != Compression.NONE || export.encryption() != null) {
            refuse(
                    export.encryption() != null ? ExportKeys.ENCRYPTION : ExportKeys.COMPRESSION,
                    "does not go with " + delivery.scheme()
                            + ", whose readers take files as they are; parquet compresses its pages itself");
        }
    }

    /** Why one batch is refused where rows take the place of others. */
    public static final String EARLIER_BATCH = "an earlier batch would take the place of later ones";

    /** Why a report is refused there. */
    public static final String KEYLESS_REPORT = "the rows of a report have none";

    /** Why several processes are refused there. */
    public static final String DIVIDED_KEYS =
            "none of them would know of a key that is there twice; parallelism is allowed";

    /** What is refused where rows take the place of others does not go with that. */
    public static String besideKeys(String delivery) {
        return "does not go with delivery \"" + delivery + "\", where rows take the place of those with their key: ";
    }

    /** Rows that take the place of others are the latest ones that there are, and of one key each. */
    private void checkRowKeys() {
        Delivery delivery = export.replacingByKey().orElse(null);
        if (delivery == null) {
            return;
        }
        if (export.mode() == ExportMode.BATCH) {
            refuse(ExportKeys.EXPORT_MODE, "\"batch\" " + besideKeys(delivery.id()) + EARLIER_BATCH);
        }
        if (export.report() != null) {
            refuse(ExportKeys.REPORT, besideKeys(delivery.id()) + KEYLESS_REPORT);
        }
        if (export.isDivided()) {
            refuse(ExportKeys.PROCESSES, besideKeys(delivery.id()) + DIVIDED_KEYS);
        }
    }

    /** What takes records gets a line each: a CSV row may be several. */
    private void checkRecords() {
        Delivery delivery = export.deliveries().stream()
                .filter(candidate -> candidate.kind().takesRecords())
                .findFirst()
                .orElse(null);
        if (delivery == null) {
            return;
        }
        if (export.format() != null && !export.format().extension().equals("jsonl")) {
            refuse(
                    ExportKeys.FORMAT,
                    "\"" + export.format().extension() + "\" does not go with " + delivery.scheme()
                            + ", which takes a record each row; jsonl is allowed");
        }
        if (export.compression() != Compression.NONE || export.encryption() != null) {
            refuse(
                    export.encryption() != null ? ExportKeys.ENCRYPTION : ExportKeys.COMPRESSION,
                    "does not go with " + delivery.scheme() + ", which takes records and not files");
        }
        if (export.formatOptions().get("encoding") instanceof String name
                && !name.trim().equalsIgnoreCase("utf-8")) {
            refuse(
                    ExportKeys.EXPORTER_CONFIG,
                    "encoding \"" + name + "\" does not go with " + delivery.scheme()
                            + ", whose records are told apart in utf-8");
        }
    }
}
