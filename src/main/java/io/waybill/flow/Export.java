package io.waybill.flow;

import io.waybill.flow.RunRules.Notification;
import io.waybill.flow.RunRules.Redelivery;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What an export flow exports, and to where.
 *
 * @param values the values of its plain keys
 * @param deliveries where the files go; at least one
 * @param formatOptions the data format's properties, by their names
 * @param filters conditions on rows; texts in them may hold placeholders
 * @param transforms what becomes of the values of some columns before they leave
 * @param report what the rows come to, which is exported instead of them; null for the rows
 * @param expectations what must hold before anything leaves
 * @param notifications who is told of what
 */
public record Export(
        Values values,
        List<Delivery> deliveries,
        Map<String, Object> formatOptions,
        List<Filter> filters,
        List<Transform> transforms,
        Report report,
        List<Expectation> expectations,
        List<Notification> notifications) {

    /** How rows are read. */
    public enum Reader {
        /** By JDBC's result set, which every database has. */
        JDBC,
        /** By PostgreSQL's COPY, or not at all. */
        COPY
    }

    /** More readers than that take connections, and no less time. */
    public static final int MOST_READERS = 64;

    /** What the ranges of a divided export are read from. */
    public enum Snapshot {
        /** All from one, which several processes share. */
        SHARED,
        /** Each from one of its own. */
        PER_RANGE
    }

    /** More processes than that wait for each other's files. */
    public static final int MOST_PROCESSES = 64;

    /** More tables side by side than that take connections, and no less time. */
    public static final int MOST_TABLES_AT_ONCE = 16;

    public Export {
        deliveries = deliveries.isEmpty()
                ? List.of(Delivery.local(new PathTemplate(""), IfExists.OVERWRITE)) // which is refused
                : List.copyOf(deliveries);
        formatOptions = Map.copyOf(formatOptions);
        filters = List.copyOf(filters);
        expectations = List.copyOf(expectations);
        transforms = List.copyOf(transforms);
        notifications = List.copyOf(notifications);
    }

    /** The value of a key of {@link ExportKeys}, or what holds without it. */
    public <T> T get(Key<T> key) {
        return values.get(key);
    }

    /** The data set's name. */
    public String sourceDataset() {
        return get(ExportKeys.SOURCE_DATASET_ID);
    }

    /** Whether it exports many tables, each by a run of its own. */
    public boolean isOfManyTables() {
        return TablePattern.isPattern(sourceDataset());
    }

    /** The same of one table of many. */
    public Export of(DataSet table) {
        return new Export(
                values.with(ExportKeys.SOURCE_DATASET_ID, table.id())
                        .with(ExportKeys.EXCLUDE, null)
                        .with(ExportKeys.WATERMARK, null)
                        .with(ExportKeys.ON_FAILURE, null)
                        .with(ExportKeys.TABLES_AT_ONCE, null),
                deliveries,
                formatOptions,
                filters,
                transforms,
                report,
                expectations,
                notifications);
    }

    /** Whether several processes may read its rows. */
    public boolean isDivided() {
        return get(ExportKeys.PROCESSES) > 1;
    }

    /** Who writes the files. */
    public Engine engine() {
        return get(ExportKeys.ENGINE);
    }

    /** Which rows. */
    public ExportMode mode() {
        if (changes() != null) {
            return ExportMode.CHANGES_ONLY;
        }
        ExportMode mode = get(ExportKeys.EXPORT_MODE);
        return mode == null ? ExportMode.FULL : mode;
    }

    /** The files' format. */
    public FileFormat format() {
        return get(ExportKeys.FORMAT);
    }

    /** Which columns. */
    public Selection selection() {
        return new Selection(
                get(ExportKeys.COLUMNS),
                get(ExportKeys.EXCLUDE_COLUMNS),
                get(ExportKeys.SELECT),
                get(ExportKeys.PII_POLICY),
                get(ExportKeys.PII_KEY),
                transforms);
    }

    /**
     * Whether what a database's driver quotes is told by nobody: it may be a value of a column that is marked, or that leaves in another form
     * or not at all, whatever column the message names.
     */
    public boolean hidesValues(DataSet dataSet) {
        return dataSet.hidesValues() || selection().hidesValues();
    }

    /** The rows' order; empty for the database's. */
    public List<Order> orderBy() {
        return get(ExportKeys.ORDER_BY).stream().map(Order::parse).toList();
    }

    /** When another file begins. */
    public Split split() {
        String column = get(SplitKeys.CHUNK_COLUMN);
        return new Split(
                get(SplitKeys.MAX_ROWS_PER_FILE),
                get(SplitKeys.TARGET_FILE_SIZE_BYTES),
                get(SplitKeys.MAX_ROW_GROUPS_PER_FILE),
                get(SplitKeys.MAX_ARCHIVE_SIZE),
                column == null ? null : new Split.Chunks(column, get(SplitKeys.CHUNK_EVERY)));
    }

    /** By the values of which columns files are told apart. */
    public FilesByColumns filesByColumns() {
        return new FilesByColumns(
                deliveries.stream()
                        .flatMap(delivery -> delivery.uri().columns().stream())
                        .distinct()
                        .toList(),
                get(SplitKeys.PATH_COLUMNS),
                get(SplitKeys.MAX_OPEN_FILES).intValue(),
                get(SplitKeys.MAX_FILES).intValue());
    }

    /** How files are compressed. */
    public Compression compression() {
        return get(ExportKeys.COMPRESSION);
    }

    /** How files are encrypted, with placeholders as they are written; null for not at all. */
    public Encryption encryption() {
        return Encryption.of(values, UnaryOperator.identity());
    }

    /** How a failed delivery is tried again. */
    public Redelivery redelivery() {
        return Redelivery.of(values);
    }

    /** Whether the rows of one run are not those of the next. */
    public boolean isOfNewRows() {
        return isOfNewRows(values);
    }

    /** See {@link #isOfNewRows()}, of an export's values. */
    public static boolean isOfNewRows(Values values) {
        return values.get(ExportKeys.SINCE_LAST_EXPORT) != SinceLast.Told.FALSE;
    }

    /** How changes of its table are found; null for exports that do not go by them. */
    public Feed changes() {
        return get(ExportKeys.SINCE_LAST_EXPORT) == SinceLast.Told.CHANGES ? Feed.ofExport(values) : null;
    }

    /** How a watermark tells rows that no run has exported; null for exports that do not go by one. */
    public SinceLast sinceLast() {
        return get(ExportKeys.SINCE_LAST_EXPORT) == SinceLast.Told.TRUE
                ? new SinceLast(
                        get(ExportKeys.WATERMARK_LAG), get(ExportKeys.WATERMARK_WAIT), get(ExportKeys.WATERMARK_NULLS))
                : null;
    }

    /** From which day on its rows may leave, whoever has it run. */
    public DateLimit dateLimit() {
        return new DateLimit(get(ExportKeys.NOT_BEFORE), get(ExportKeys.LAST_DAYS));
    }

    /** What compression and encryption add to the names of files. */
    public String ending() {
        return compression().extension() + Encryption.extension(encryption());
    }

    /** Whether a run may write several files, and not only several archives of one. */
    public boolean hasSeveralFiles() {
        return !split().isSingleFile() || isDivided() || engine() == Engine.SPARK && get(ExportKeys.PARALLELISM) > 1;
    }

    /** Whether executors write its files into the bucket that they are delivered to, out of sight. */
    public boolean isStagedInBucket() {
        return engine() == Engine.SPARK
                && deliveries.size() == 1
                && delivery().kind().takesFromDatabases();
    }

    /** The first destination, which gives the files their names where another is a mere folder. */
    public Delivery delivery() {
        return deliveries.get(0);
    }

    /** The destination where rows take the place of those that have their key; empty where none does that. */
    public Optional<Delivery> replacingByKey() {
        return deliveries.stream()
                .filter(delivery -> delivery.kind().replacesByKey(delivery))
                .findFirst();
    }

    /** Whether archives hold several files: zips whose names do not tell parts from each other. */
    public boolean archivesFiles() {
        return compression() == Compression.ZIP
                && split().endsFiles()
                && filesByColumns().isNone()
                && !delivery().isDirectory()
                && !delivery().path().variables().contains("part");
    }
}
