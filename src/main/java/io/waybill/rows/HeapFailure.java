package io.waybill.rows;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import java.util.Locale;
import java.util.Optional;

/** What is said when Java's heap has no room for what a run handles: where, how large it is, and what is enough. */
public final class HeapFailure {

    /** A value of fewer bytes is not what filled the heap. */
    private static final long LARGE = 1 << 20;

    private static final long MEGABYTE = 1 << 20;

    /** How often a large value is in memory at most: as it came, in each batch under way, and as it is written. */
    private static final int COPIES = 10;

    private static final long REST_MEGABYTES = 100;

    /**
     * The largest value of some rows.
     *
     * @param row the row's number in the result, from 1
     * @param column the column's name
     */
    record LargestValue(long row, String column, long bytes) {}

    private HeapFailure() {}

    /** Whether a failure is one of the heap, which drivers wrap. */
    static boolean isCauseOf(Throwable failure) {
        return WaybillException.causes(failure).anyMatch(OutOfMemoryError.class::isInstance);
    }

    /**
     * The failure at a value, where it is a large one that is known.
     *
     * @param elsewhere where it happened, in words, should no large value be known
     */
    static WaybillException of(Stage stage, Optional<LargestValue> value, String elsewhere, Throwable cause) {
        String heap = "the heap of " + heapMegabytes() + " MB (Java's -Xmx)";
        String message = value.filter(found -> found.bytes() >= LARGE)
                .map(found -> String.format(
                        Locale.ROOT,
                        "row %d, column \"%s\": the value has %,d bytes, for which %s has no room%s%s",
                        found.row(),
                        found.column(),
                        found.bytes(),
                        heap,
                        enough(found.bytes()) > heapMegabytes()
                                ? "; -Xmx" + enough(found.bytes()) + "m is enough"
                                : " beside the rows around it; try -Xmx" + 2 * heapMegabytes() + "m",
                        WAY))
                .orElseGet(() ->
                        elsewhere + ": " + heap + " has no room for it; try -Xmx" + 2 * heapMegabytes() + "m" + WAY);
        return new WaybillException(stage, message, cause);
    }

    private static final String WAY = " (in JAVA_OPTS for the waybill command), or leave the column out";

    /** The failure at something that is no value. */
    public static WaybillException of(Stage stage, String where, Throwable cause) {
        return of(stage, Optional.empty(), where, cause);
    }

    /**
     * The failure at writing a batch.
     *
     * @param rowsBefore how many rows came before it
     */
    public static WaybillException of(Stage stage, RowBatch batch, long rowsBefore, Throwable cause) {
        LargestValue largest = null;
        for (int i = 0; i < batch.schema().size(); i++) {
            ColumnVector column = batch.column(i);
            for (int row = 0; row < batch.rows() && column.type().isBytes(); row++) {
                long bytes = (long) column.end(row) - column.start(row);
                if (largest == null || bytes > largest.bytes()) {
                    largest = new LargestValue(
                            rowsBefore + row + 1, batch.schema().column(i).name(), bytes);
                }
            }
        }
        return of(stage, Optional.ofNullable(largest), "the " + batch.rows() + " rows after row " + rowsBefore, cause);
    }

    private static long heapMegabytes() {
        return Runtime.getRuntime().maxMemory() / MEGABYTE;
    }

    private static long enough(long bytes) {
        long megabytes = bytes / MEGABYTE * COPIES + COPIES + REST_MEGABYTES;
        return (megabytes + 99) / 100 * 100;
    }
}
