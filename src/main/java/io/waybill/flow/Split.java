package io.waybill.flow;

/**
 * When an export begins another file; 0 stands for no limit. {@code maxRowGroupsPerFile} takes precedence over the size.
 *
 * @param maxRowsPerFile rows of a file
 * @param targetFileSizeBytes bytes at which a file ends, about, before its compression
 * @param maxRowGroupsPerFile row groups of a Parquet file
 */
public record Split(long maxRowsPerFile, long targetFileSizeBytes, long maxRowGroupsPerFile) {

    public static final Split SINGLE_FILE = new Split(0, 0, 0);

    public boolean isSingleFile() {
        return maxRowsPerFile == 0 && targetFileSizeBytes == 0 && maxRowGroupsPerFile == 0;
    }
}
