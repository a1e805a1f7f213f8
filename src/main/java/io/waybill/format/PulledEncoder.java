package io.waybill.format;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.ThreadEnd;
import java.io.IOException;
import java.util.AbstractList;
import java.util.Iterator;

/**
 * Writes a file by one call of a data format's {@code marshal}, which pulls the rows while they come: no more than a batch of them is in
 * memory. The call has a thread of its own, which runs while rows are handed over, and ends with the file.
 */
final class PulledEncoder implements RowEncoder {

    private final Marshalling marshalling;
    private final RowPull pull;
    private final Object body;
    private Thread thread;
    private Throwable failure;
    private boolean finished;

    /** @param asList whether the format takes a list, and not an iterator */
    PulledEncoder(Marshalling marshalling, RowMaker maker, boolean asList) {
        this.marshalling = marshalling;
        this.pull = new RowPull(maker);
        this.body = asList ? new Rows(pull) : pull;
    }

    private void start() {
        if (thread == null) {
            thread = new Thread(this::marshal, "waybill-marshal");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void marshal() {
        Throwable thrown = null;
        try {
            marshalling.marshal(body, pull::taken);
        } catch (Throwable e) {
            thrown = e;
        }
        // whatever the format has made of it
        failure = pull.refused() == null ? thrown : pull.refused();
        pull.leave();
    }

    @Override
    public void write(RowBatch batch, int from, int to) throws IOException {
        if (from == to) {
            return;
        }
        pull.offer(batch, from, to);
        start();
        try {
            pull.awaitTaken();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WaybillException(Stage.ENCODE, true, "writing was interrupted", e);
        }
        if (pull.hasLeft()) {
            check();
        }
    }

    @Override
    public void finish() throws IOException {
        pull.end();
        start();
        ThreadEnd.await(thread);
        check();
        finished = true;
        marshalling.close();
    }

    /** A format that ends before the rows do has lost some. */
    private void check() throws IOException {
        ThreadEnd.rethrow(failure, IOException.class);
        if (!pull.areAllTaken()) {
            throw marshalling.refusal("has ended after " + (pull.taken() == 1 ? "1 row" : pull.taken() + " rows")
                    + ", and there are more: does it take an iterator of maps? data_format_rows = \"list\" hands over a"
                    + " list, \"each\" each row by itself");
        }
    }

    @Override
    public void abort() {
        if (finished) {
            return;
        }
        finished = true;
        marshalling.drop();
        pull.drop();
        if (thread != null) {
            thread.interrupt(); // where it waits for something else than rows
            ThreadEnd.await(thread);
        }
        marshalling.close();
    }

    @Override
    public long bytes() {
        return marshalling.written();
    }

    /**
     * The rows as a list that is gone through once, for formats that take lists and do no more with one: its first row may be looked at,
     * and nobody knows how many there are before they are read. A format of XML names the element of all rows after this class.
     */
    private static final class Rows extends AbstractList<Object> {

        private final Iterator<Object> rows;
        private Object first;
        private boolean isAtFirst;
        private boolean isTaken;

        Rows(Iterator<Object> rows) {
            this.rows = rows;
        }

        private boolean hasFirst() {
            if (!isAtFirst && !isTaken && rows.hasNext()) {
                first = rows.next();
                isAtFirst = true;
            }
            return isAtFirst;
        }

        @Override
        public Object get(int index) {
            if (index == 0 && hasFirst()) {
                return first;
            }
            throw new IndexOutOfBoundsException("there is no row " + index + " that could be looked at");
        }

        @Override
        public boolean isEmpty() {
            return !hasFirst();
        }

        /** The most that a collection may tell of: formats take it for a hint. */
        @Override
        public int size() {
            return Integer.MAX_VALUE;
        }

        @Override
        public Object[] toArray() {
            throw new UnsupportedOperationException("rows are handed over one by one");
        }

        @Override
        public <T> T[] toArray(T[] array) {
            throw new UnsupportedOperationException("rows are handed over one by one");
        }

        @Override
        public Iterator<Object> iterator() {
            if (isTaken) {
                throw new IllegalStateException("rows are handed over once");
            }
            hasFirst();
            isTaken = true;
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return isAtFirst || rows.hasNext();
                }

                @Override
                public Object next() {
                    if (!isAtFirst) {
                        return rows.next();
                    }
                    Object row = first;
                    first = null;
                    isAtFirst = false;
                    return row;
                }
            };
        }
    }
}
