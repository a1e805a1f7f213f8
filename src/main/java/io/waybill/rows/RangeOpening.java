package io.waybill.rows;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import java.sql.SQLException;

/**
 * A range that is opened and read. What a database does before its first row may take long, be it that it waits for a lock: who stops does
 * not wait for that.
 *
 * <p>Opening is for one thread; {@link #cancel} may come from any other, at any time.
 */
public final class RangeOpening {

    /** Has the database let be what it was asked for. */
    @FunctionalInterface
    interface Stop {
        void stop() throws SQLException;
    }

    private final RangeReader reader;
    private final RowRange range;
    private final RowHints hints;
    private final String snapshot;
    private boolean cancelled;
    /** Null while the database is asked for nothing. */
    private Stop asked;
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
            opened = reader.open(range, hints, snapshot, this);
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

    /** Notes what the database is being asked for; nothing is asked any more once it was cancelled. */
    synchronized void asking(Stop stop) {
        if (cancelled) {
            throw interrupted(null);
        }
        asked = stop;
    }

    /** Notes that the database is asked for nothing any more: its connection may be somebody else's. */
    synchronized void answered() {
        asked = null;
    }

    private synchronized boolean take(Rows opened) {
        asked = null;
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
        } else if (asked != null) {
            try {
                asked.stop();
            } catch (SQLException e) {
                // a connection that is gone has nothing left to stop
            }
        }
    }
}
