package io.waybill.rows;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Rows that several processes read, each some ranges of them: it holds the snapshot that they share, and reads the ranges of this process.
 *
 * <p>Opening is for one thread; {@link #cancel} may come from any other.
 */
public final class DividedRows implements Rows {

    /** The exchange property by which a plan asks {@code rows:} for it. */
    public static final String PROPERTY = "WaybillDividedRows";

    private final RangeReader reader;
    private final Asked asked;
    private final RowHints hints;

    /** In whose transaction the snapshot is; null where each range has one of its own. */
    private final Connection holder;

    private final String snapshot;
    private volatile RangeOpening current;
    private boolean closed;

    /**
     * What a plan asks for.
     *
     * @param oneSnapshot whether all ranges are of one snapshot
     * @param table the quoted name of the table that they are of
     * @param schema the columns
     */
    public record Asked(boolean oneSnapshot, String table, RowSchema schema) {}

    /**
     * @param holder in whose transaction the snapshot is; null where each range has one of its own
     * @param snapshot its name; null likewise
     */
    DividedRows(RangeReader reader, Asked asked, RowHints hints, Connection holder, String snapshot) {
        this.reader = reader;
        this.asked = asked;
        this.hints = hints;
        this.holder = holder;
        this.snapshot = snapshot;
    }

    /** The name of the snapshot that other processes join; empty where each range has one of its own. */
    public Optional<String> snapshot() {
        return Optional.ofNullable(snapshot);
    }

    /**
     * Reads a range; whoever asks closes it.
     *
     * @param stops whether nobody wants it any more: who cancels may have come before there was anything to cancel
     */
    public Rows open(RowRange range, BooleanSupplier stops) {
        RangeOpening opening = reader.opening(range, hints, snapshot);
        current = opening;
        if (stops.getAsBoolean()) {
            opening.cancel();
        }
        return new Opened(opening.open());
    }

    /** Says something to the database, which may end transactions that are silent for long. */
    public synchronized void keepAlive() throws SQLException {
        if (holder != null && !closed) {
            try (Statement statement = holder.createStatement()) {
                statement.execute("SELECT 1");
            }
        }
    }

    @Override
    public RowSchema schema() {
        return asked.schema();
    }

    @Override
    public Optional<DividedRows> ranges() {
        return Optional.of(this);
    }

    @Override
    public boolean read(RowBatch batch) {
        throw new WaybillException(
                Stage.READ,
                "the rows are read by ranges, by several processes, since the flow has processes; waybill:stage alone takes them");
    }

    @Override
    public void cancel() {
        RangeOpening reading = current;
        if (reading != null) {
            reading.cancel();
        }
    }

    /** A range that nobody stops any more when it is closed. */
    private final class Opened implements Rows {

        private final Rows rows;

        private Opened(Rows rows) {
            this.rows = rows;
        }

        @Override
        public RowSchema schema() {
            return rows.schema();
        }

        @Override
        public boolean read(RowBatch batch) {
            return rows.read(batch);
        }

        @Override
        public void encodeAhead(RowFormat format) {
            rows.encodeAhead(format);
        }

        @Override
        public Optional<Connection> connection() {
            return rows.connection();
        }

        @Override
        public void cancel() {
            rows.cancel();
        }

        @Override
        public void close() {
            current = null;
            rows.close();
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (holder != null) {
            try {
                holder.close();
            } catch (SQLException e) {
                // the connection is broken; its pool will find out
            }
        }
    }
}
