package io.waybill.rows;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;

/**
 * How many rows the driver of a result has come at a time: as many as it may, and fewer of large ones, for it keeps them in the heap. It begins
 * with a few, of which nobody knows how large they are, and takes what those were for the size of the next.
 */
final class FetchSize {

    private static final int FIRST = 10;
    private static final int GROWTH = 10;

    /** Bytes that are worth a way to the server; of a small heap less. */
    private static final long ENOUGH = 16L << 20;

    private static final int HEAP_SHARE = 32;

    /** What a driver keeps of a value beside its bytes. */
    private static final long BYTES_OF_A_VALUE = 40;

    private static final long NEVER = -1;

    private final ResultSet result;
    private final int most;
    private final long bytesOfValues;
    private final long enough;
    private int size;
    private long nextAt;
    private long rowsBefore;
    private long bytesBefore;

    /** @param most rows; a result whose statement does not begin with {@link #first} of these stays as it is */
    FetchSize(ResultSet result, int most, int columns) throws SQLException {
        this(result, most, columns, Runtime.getRuntime().maxMemory());
    }

    /** @param heap bytes that this process may have */
    FetchSize(ResultSet result, int most, int columns, long heap) throws SQLException {
        this.result = result;
        this.most = most;
        this.bytesOfValues = columns * BYTES_OF_A_VALUE;
        this.enough = Math.min(ENOUGH, heap / HEAP_SHARE);
        this.size = first(most);
        this.nextAt = result.getStatement().getFetchSize() == size && size < most ? size : NEVER;
    }

    /** What a statement is to begin with. */
    static int first(int most) {
        return Math.min(most, FIRST);
    }

    /** Whether the next row is the first of those that come together, so that their number can be changed. */
    boolean isDueAt(long rows) {
        return rows == nextAt;
    }

    /**
     * Looks at the rows that have come since the last time.
     *
     * @param rows how many the result has given
     * @param bytes of all texts and binary values in them
     */
    void adapt(long rows, long bytes) throws SQLException {
        long ofARow = (bytes - bytesBefore) / (rows - rowsBefore) + bytesOfValues + 1;
        size = (int) Math.max(1, Math.min(Math.min(most, (long) size * GROWTH), enough / ofARow));
        try {
            result.setFetchSize(size);
            nextAt = rows + size;
        } catch (SQLFeatureNotSupportedException e) {
            nextAt = NEVER; // it goes on by as many as it began with
        }
        rowsBefore = rows;
        bytesBefore = bytes;
    }
}
