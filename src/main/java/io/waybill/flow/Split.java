package io.waybill.flow;

import java.io.Serializable;

/**
 * When an export begins another file; 0 stands for no limit. {@code maxRowGroupsPerFile} takes precedence over the size.
 *
 * @param maxRowsPerFile rows of a file
 * @param targetFileSizeBytes bytes at which a file ends, about, before its compression
 * @param maxRowGroupsPerFile row groups of a Parquet file
 * @param maxArchiveSize bytes that no zip archive has more of
 * @param chunks spans of time, each with files of its own; null for none
 */
public record Split(
        long maxRowsPerFile, long targetFileSizeBytes, long maxRowGroupsPerFile, long maxArchiveSize, Chunks chunks)
        implements Serializable {

    /** Archives are looked at from time to time while they grow; smaller ones would be full at once. */
    public static final long LEAST_ARCHIVE_SIZE = 1_000_000;

    /**
     * Spans of time by the calendar.
     *
     * @param column a column of dates or times; the rows come in its order
     * @param every how long a span is
     */
    public record Chunks(String column, Period every) implements Serializable {}

    /** The spans of the calendar. */
    public enum Period {
        HOUR,
        DAY,
        /** From Monday. */
        WEEK,
        MONTH,
        YEAR
    }

    public boolean isSingleFile() {
        return !endsFiles() && maxArchiveSize == 0;
    }

    /** Whether there may be several files, and not only several archives of one. */
    public boolean endsFiles() {
        return maxRowsPerFile > 0 || targetFileSizeBytes > 0 || maxRowGroupsPerFile > 0 || chunks != null;
    }
}
