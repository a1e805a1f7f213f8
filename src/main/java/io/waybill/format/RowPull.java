package io.waybill.format;

import io.waybill.rows.RowBatch;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * The rows of a file as a data format pulls them, in a thread of its own. Its thread stands still while there are no more rows, and the
 * other one while it is handed some: what the format has written then depends on the rows alone.
 */
final class RowPull implements Iterator<Object> {

    private static final class Dropped extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Dropped() {
            super("the file is given up", null, false, false);
        }
    }

    private final RowMaker maker;
    /** What is offered; null where nothing is. */
    private RowBatch batch;

    private int at;
    private int to;
    private long offered;
    private long taken;
    private RuntimeException refused;
    private boolean ended;
    private boolean dropped;
    private boolean left;

    RowPull(RowMaker maker) {
        this.maker = maker;
    }

    @Override
    public boolean hasNext() {
        return at < to || await();
    }

    @Override
    public Object next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        try {
            Object row = maker.make(batch, at, taken + 1);
            at++;
            taken++;
            return row;
        } catch (RuntimeException e) {
            refused = e; // the format may make something else of it
            throw e;
        }
    }

    private synchronized boolean await() {
        batch = null;
        notifyAll();
        try {
            while (batch == null && !ended && !dropped) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Dropped();
        }
        if (dropped) {
            throw new Dropped();
        }
        return batch != null;
    }

    /** Offers some rows, which stay as they are until they are {@link #awaitTaken taken}. */
    synchronized void offer(RowBatch rows, int from, int end) {
        batch = rows;
        at = from;
        to = end;
        offered += end - from;
        notifyAll();
    }

    /** Waits until the format asks for more, or has come to its end. */
    synchronized void awaitTaken() throws InterruptedException {
        while (batch != null && !left) {
            wait();
        }
    }

    /** There are no more rows. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** The file is given up: whoever asks for a row fails. */
    synchronized void drop() {
        dropped = true;
        notifyAll();
    }

    /** The format has come to its end. */
    synchronized void leave() {
        left = true;
        notifyAll();
    }

    synchronized boolean hasLeft() {
        return left;
    }

    /** How many rows the format has taken. */
    long taken() {
        return taken;
    }

    boolean areAllTaken() {
        return taken == offered;
    }

    /** Why a row could not be made; null where all could. */
    RuntimeException refused() {
        return refused;
    }
}
