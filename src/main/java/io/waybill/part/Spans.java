package io.waybill.part;

import io.waybill.rows.RowBatch;

/** Tells where rows pass from one span into the next, with which a file ends. */
public sealed interface Spans permits TimeSpans, GoneSpans {

    /** Whether a row lies in the span of the row that was entered last. */
    boolean contains(RowBatch batch, int row);

    /** Goes into the span of a row. */
    void enter(RowBatch batch, int row);

    /** The first row from one on that lies in another span; the batch's end where there is none before it. */
    default int end(RowBatch batch, int row, int limit) {
        int next = row;
        while (next < limit && contains(batch, next)) {
            next++;
        }
        return next;
    }
}
