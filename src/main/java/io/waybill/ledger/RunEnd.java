package io.waybill.ledger;

import io.waybill.facts.ColumnFacts;
import io.waybill.flow.Window;
import io.waybill.ledger.RunEntry.Status;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * How a run ends.
 *
 * @param rows the rows that it wrote
 * @param error what stopped it; null where it is done
 * @param deadLetter the folder of its files that were not delivered; null where there are none
 * @param columns the columns that it wrote, in their order; empty to keep those of an earlier run
 */
record RunEnd(String runId, Status status, long rows, String error, String deadLetter, List<ColumnFacts> columns) {

    /** Records it, and moves the watermark where its rows are exported. */
    void record(Handle transaction, Instant now) {
        int ended = RunRows.end(transaction, this, now);
        if (ended == 1) {
            RunTotal.add(transaction, this, now);
        }
        if (status == Status.DONE) {
            RunsUnderWay.requireHeld(ended, runId);
            RunEntry run = RunRows.row(transaction, runId).orElseThrow();
            moveWatermark(transaction, run, now);
            WrittenColumns.keep(transaction, run.flow(), columns);
            DeliveryRows.delivered(transaction, runId);
        } else if (deadLetter != null && isDeliveredSomewhere(transaction)) {
            // what one destination has is exported: the files are kept for the others, and no run reads their rows
            // again
            if (moveWatermark(transaction, RunRows.row(transaction, runId).orElseThrow(), now)) {
                RunRows.movesNoWatermark(transaction, runId);
            }
        }
    }

    private boolean isDeliveredSomewhere(Handle transaction) {
        return DeliveryRows.of(transaction, runId).stream().anyMatch(RecordedDelivery::isDelivered);
    }

    /**
     * A run without rows leaves the watermark where it is.
     *
     * @return whether it has moved
     */
    private boolean moveWatermark(Handle transaction, RunEntry run, Instant now) {
        PlannedRun planned = run.planned();
        if (planned == null
                || planned.version() == null
                || rows == 0
                || !(planned.window() instanceof Window.Range range)
                || range.upTo() == null) {
            return false;
        }
        Watermarks.move(
                transaction,
                new Watermark(
                        run.flow(), planned.dataset(), range.column(), range.upTo(), planned.version(), runId, now));
        return true;
    }
}
