package io.waybill.flow;

/**
 * When an export begins another file; 0 stands for no limit. {@code maxRowGroupsPerFile} takes precedence over the size.
 *
 * @param maxRowsPerFile rows of a file
 * @param targetFileSizeBytes bytes at which a file ends, about, before its compression
 * @param maxRowGroupsPerFile row groups of a Parquet file
 * @param chunks spans of time, each with files of its own; null for none
 */
public record Split(long maxRowsPerFile, long targetFileSizeBytes, long maxRowGroupsPerFile, Chunks chunks) {

    /**
     * Spans of time by the calendar.
     *
     * @param column a column of dates or times; the rows come in its order
     * @param every how long a span is
     */
    public record Chunks(String column, Period every) {}

    /** The spans of the calendar. */
    public enum Period {
        HOUR,
        DAY,
        /** From Monday. */
        WEEK,
        MONTH,
        YEAR
    }

    public static final Split SINGLE_FILE = new Split(0, 0, 0, null);

    public boolean isSingleFile() {
        return maxRowsPerFile == 0 && targetFileSizeBytes == 0 && maxRowGroupsPerFile == 0 && chunks == null;
    }
}
