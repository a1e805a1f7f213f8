package io.waybill.rows;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import java.sql.Connection;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * The rows in the body of a message, which several steps may find there: the first that takes them is their one reader. A second one,
 * or one that comes after a failure, would get what is left, and take it for all; so it fails, and who reads them fails with it.
 */
public final class BodyRows implements Rows {

    /** The exchange property that holds the rows last read, also on copies of the exchange. */
    public static final String PROPERTY = "WaybillRows";

    private static final String ADVICE =
            "; a body of rows can be read once: give each reader a rows: step of its own, or let one write the file that all get";

    private final Rows source;
    private volatile String reader;
    private Thread thread;
    private volatile boolean ended;
    private volatile boolean exhausted;
    private volatile Throwable failure;
    private volatile WaybillException refused;

    BodyRows(Rows source) {
        this.source = source;
    }

    /** Puts rows into the body. Whoever takes them closes them; where nobody does, the end of the exchange does. */
    public static BodyRows handOn(Exchange exchange, Rows source) {
        BodyRows rows = source instanceof BodyRows there ? there : new BodyRows(source);
        exchange.setProperty(PROPERTY, rows);
        exchange.getMessage().setBody(rows);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                rows.close();
            }
        });
        return rows;
    }

    @Override
    public RowSchema schema() {
        return source.schema();
    }

    @Override
    public synchronized Rows take(String by) {
        if (reader != null || ended) {
            throw refuse(by);
        }
        reader = by;
        return new Taken();
    }

    private WaybillException refuse(String by) {
        String why = failure != null
                ? "reading them failed before: " + failure.getMessage()
                : reader == null ? "they are closed" : reader + " has them already";
        WaybillException refusal =
                new WaybillException(Stage.READ, by + ": the rows cannot be read: " + why + ADVICE, failure);
        refused = refusal;
        return refusal;
    }

    /** For code that does not take them: the thread that begins to read is their reader. */
    @Override
    public boolean read(RowBatch batch) {
        begin();
        return readOn(batch);
    }

    private synchronized void begin() {
        Thread current = Thread.currentThread();
        if (reader == null && !ended) {
            reader = "thread " + current.getName();
            thread = current;
        } else if (thread != current || ended) {
            throw refuse("thread " + current.getName());
        }
    }

    private boolean readOn(RowBatch batch) {
        check();
        try {
            boolean more = source.read(batch);
            ended = !more;
            exhausted = !more;
            check();
            return more;
        } catch (RuntimeException | Error e) {
            failure = e;
            ended = true;
            throw e;
        }
    }

    /**
     * Fails where a second reader was refused: nobody can say which of them was meant to have the rows.
     *
     * @throws WaybillException what that reader was told
     */
    public void check() {
        WaybillException refusal = refused;
        if (refusal != null) {
            throw new WaybillException(refusal.stage(), refusal.getMessage(), refusal);
        }
    }

    /** Whether somebody has read all of them. */
    public boolean isReadToTheEnd() {
        return exhausted;
    }

    @Override
    public void cancel() {
        source.cancel();
    }

    @Override
    public synchronized void close() {
        ended = true;
        source.close();
    }

    /** For logs and traces, which are no readers. */
    @Override
    public String toString() {
        return "rows of " + String.join(", ", schema().names()) + ", to be read once";
    }

    /** What the one reader has. */
    private final class Taken implements Rows {

        @Override
        public RowSchema schema() {
            return source.schema();
        }

        @Override
        public Rows take(String by) {
            throw refuse(by);
        }

        @Override
        public boolean read(RowBatch batch) {
            if (failure != null) {
                throw refuse(reader);
            }
            return readOn(batch);
        }

        @Override
        public void encodeAhead(RowFormat format) {
            source.encodeAhead(format);
        }

        @Override
        public Optional<Connection> connection() {
            return source.connection();
        }

        @Override
        public Optional<DividedRows> ranges() {
            return source.ranges();
        }

        @Override
        public void cancel() {
            source.cancel();
        }

        @Override
        public void close() {
            BodyRows.this.close();
        }

        @Override
        public String toString() {
            return BodyRows.this.toString();
        }
    }
}
