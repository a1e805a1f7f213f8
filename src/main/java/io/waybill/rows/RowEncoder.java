package io.waybill.rows;

import java.io.IOException;

/**
 * Writes the rows of one file. {@link #finish} completes the file; who does not get there calls {@link #abort}.
 */
public interface RowEncoder {

    /**
     * Writes some rows of a batch.
     *
     * @param from the first row of the batch to write
     * @param to the row before which to stop
     * @throws io.waybill.WaybillException when a value has no form in this format; the message names row and column
     */
    void write(RowBatch batch, int from, int to) throws IOException;

    /** Writes the file's end, and flushes. The stream stays open: it is its owner's to close. */
    void finish() throws IOException;

    /** Lets go of what it has begun, threads among it; what it has written is not to be used. Does nothing after {@link #finish}. */
    default void abort() {}

    /** Bytes so far, about; what is buffered is counted before its compression. */
    long bytes();

    /** Bytes of what is complete, as it would be without the compression of the format's own. */
    default long uncompressedBytes() {
        return bytes();
    }

    /** Bytes of rows that it keeps in memory until more of them make a whole; 0 where it keeps none to speak of. */
    default long heldBytes() {
        return 0;
    }

    /** Bytes that it keeps beside, as long as it is open; the same for all files of an export. 0 where they are next to none. */
    default long leastHeldBytes() {
        return 0;
    }

    /** Writes what it keeps, as if that were whole: a row group ends earlier. */
    default void letGo() throws IOException {}

    /** Row groups completed so far; 0 in formats that have none. */
    default int rowGroups() {
        return 0;
    }
}
