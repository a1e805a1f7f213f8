package io.waybill.flow;

import java.util.List;
import java.util.Map;

/**
 * What an export flow exports, and to where.
 *
 * @param sourceDataset the data set's name
 * @param datasource where it is; null for the data set's own, or the default
 * @param deliveries where the files go; at least one
 * @param mode which rows
 * @param batchId the batch of mode batch: text or a number; null for other modes
 * @param format the files' format
 * @param formatOptions the data format's properties, by {@link FormatOption#property}
 * @param selection which columns
 * @param filters conditions on rows; texts in them may hold placeholders
 * @param orderBy the rows' order; empty for the database's
 * @param limit rows at most; 0 for all
 * @param split when another file begins
 * @param compression how files are compressed
 * @param encryption how files are encrypted; null for not at all
 * @param reader how rows are read; null for the quickest way that the database and the columns allow
 * @param parallelism how many readers share the rows, where they can be divided; at least 1
 * @param skipEmpty whether nothing is delivered when there are no rows
 * @param sinceLast how rows are told that no run has exported; null for exports that do not ask
 * @param checksums whether the waybill tells what each column's values come to
 * @param rules how its runs behave
 */
public record Export(
        String sourceDataset,
        String datasource,
        List<Delivery> deliveries,
        ExportMode mode,
        Object batchId,
        FileFormat format,
        Map<String, Object> formatOptions,
        Selection selection,
        List<Filter> filters,
        List<Order> orderBy,
        long limit,
        Split split,
        Compression compression,
        Encryption encryption,
        Reader reader,
        int parallelism,
        boolean skipEmpty,
        SinceLast sinceLast,
        boolean checksums,
        RunRules rules) {

    /** How rows are read. */
    public enum Reader {
        /** By JDBC's result set, which every database has. */
        JDBC,
        /** By PostgreSQL's COPY, or not at all. */
        COPY
    }

    /** More readers than that take connections, and no less time. */
    public static final int MOST_READERS = 64;

    public Export {
        deliveries = List.copyOf(deliveries);
        formatOptions = Map.copyOf(formatOptions);
        filters = List.copyOf(filters);
        orderBy = List.copyOf(orderBy);
    }

    /** What compression and encryption add to the names of files. */
    public String ending() {
        return compression.extension() + Encryption.extension(encryption);
    }

    /** The first destination, which gives the files their names where another is a mere folder. */
    public Delivery delivery() {
        return deliveries.get(0);
    }

    /** Whether archives hold several files: zips whose names do not tell parts from each other. */
    public boolean archivesFiles() {
        return compression == Compression.ZIP
                && split.endsFiles()
                && !delivery().isDirectory()
                && !delivery().path().variables().contains("part");
    }
}
