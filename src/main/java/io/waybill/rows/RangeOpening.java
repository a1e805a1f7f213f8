package io.waybill.rows;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;

/**
 * A range that is opened and read. What a database does before its first row may take long, be it that it waits for a lock: who stops does
 * not wait for that.
 *
 * <p>Opening is for one thread; {@link #cancel} may come from any other, at any time.
 */
public final class RangeOpening {

    private final RangeReader reader;
    private final RowRange range;
    private final RowHints hints;
    private final String snapshot;
    private final AwaitedAnswers answers = new AwaitedAnswers();
    private boolean cancelled;
    /** Null until they are there. */
    private Rows rows;

    RangeOpening(RangeReader reader, RowRange range, RowHints hints, String snapshot) {
        this.reader = reader;
        this.range = range;
        this.hints = hints;
        this.snapshot = snapshot;
    }

    /**
     * Opens it; whoever asks closes it.
     *
     * @throws WaybillException when the database fails, the snapshot is not there any more, or it was cancelled
     */
    public Rows open() {
        Rows opened;
        try {
            opened = reader.open(range, hints, snapshot, answers);
        } catch (WaybillException e) {
            throw isCancelled() ? interrupted(e) : e;
        }
        if (!take(opened)) {
            opened.close();
            throw interrupted(null);
        }
        return opened;
    }

    private static WaybillException interrupted(WaybillException cause) {
        return new WaybillException(Stage.READ, true, "the run was interrupted", cause);
    }

    private synchronized boolean take(Rows opened) {
        rows = opened;
        return !cancelled;
    }

    private synchronized boolean isCancelled() {
        return cancelled;
    }

    /** Has the opening fail, or the reading. */
    public synchronized void cancel() {
        cancelled = true;
        if (rows != null) {
            rows.cancel();
        } else {
            answers.cancel();
        }
    }
}
