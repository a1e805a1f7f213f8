package io.waybill.rows;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import java.sql.Connection;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;

/**
 * Rows that a thread of their own reads ahead, a few batches at most, while the caller writes the last one: reading and
 * encoding overlap. Batches go round between the two; nothing is copied.
 *
 * <p>The thread starts with the first read and ends with the rows, a failure, or {@link #close}. It is never interrupted: an
 * interrupted thread makes Java close the file it is reading, and an embedded database with it.
 */
final class AheadRows implements Rows {

    private static final int BATCHES = 3;

    /** What a batch of large rows takes: it has grown for a last one, and holds what they are encoded to. */
    private static final long LARGE_BATCH = 12L << 20;

    /** What the reading thread hands over: a filled batch, or the end, by itself or by a failure. */
    private record Delivery(RowBatch batch, Throwable failure) {}

    private final Rows source;
    private final String threadName;
    private final Consumer<Throwable> onFailure;
    private final int batches;
    private final BlockingQueue<Delivery> filled = new ArrayBlockingQueue<>(BATCHES + 2);
    /** Batches to fill; an empty delivery asks the thread to stop. */
    private final BlockingQueue<Delivery> free = new ArrayBlockingQueue<>(BATCHES + 2);

    /** Null where who writes encodes. */
    private AheadEncoder encoder;

    private Thread thread;
    private boolean ended;
    private Throwable failed;
    private boolean closed;

    AheadRows(Rows source) {
        this(source, "waybill-reader", failure -> {}, BATCHES);
    }

    /**
     * @param onFailure is told of a failure as soon as it happens, by the reading thread; the caller gets it in its turn
     * @param batches so many are read ahead
     */
    AheadRows(Rows source, String threadName, Consumer<Throwable> onFailure, int batches) {
        this.source = source;
        this.threadName = threadName;
        this.onFailure = onFailure;
        this.batches = batches;
    }

    /**
     * How many batches each of some readers may read ahead, should their rows be large: a quarter of the heap.
     *
     * @param heap bytes that this process may have
     */
    static int batches(int readers, long heap) {
        return (int) Math.max(1, Math.min(BATCHES, heap / 4 / LARGE_BATCH / readers));
    }

    @Override
    public RowSchema schema() {
        return source.schema();
    }

    @Override
    public boolean read(RowBatch batch) {
        batch.clear();
        rethrow(failed); // what is read after a failure would be less than all
        if (closed) {
            throw new WaybillException(Stage.READ, "the rows are closed, and cannot be read any more");
        }
        if (ended) {
            return false;
        }
        if (thread == null) {
            start();
        }
        Delivery next = take(filled);
        if (next.batch() == null) {
            ended = true;
            failed = next.failure();
            rethrow(failed);
            return false;
        }
        batch.exchange(next.batch());
        free.add(next);
        return true;
    }

    /** @param encoder encodes each batch in the thread that reads; null for none */
    void encodes(AheadEncoder encoder) {
        this.encoder = encoder;
    }

    /** Begins to read ahead; the first {@link #read} does so where nobody did before. */
    void start() {
        for (int i = 0; i < batches; i++) {
            free.add(new Delivery(new RowBatch(schema()), null));
        }
        thread = new Thread(this::readAhead, threadName);
        thread.setDaemon(true);
        thread.start();
    }

    private void readAhead() {
        Throwable failure = null;
        try {
            Delivery next = take(free);
            while (next.batch() != null && source.read(next.batch())) {
                if (encoder != null) {
                    encoder.encode(next.batch());
                }
                filled.add(next);
                next = take(free);
            }
        } catch (OutOfMemoryError e) {
            failure = HeapFailure.of(Stage.READ, "reading", e);
        } catch (RuntimeException | Error e) {
            failure = e; // the caller's, at its next read
        }
        if (failure != null) {
            onFailure.accept(failure);
        }
        filled.add(new Delivery(null, failure));
    }

    private static Delivery take(BlockingQueue<Delivery> queue) {
        try {
            return queue.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WaybillException(Stage.READ, true, "reading was interrupted", e);
        }
    }

    static void rethrow(Throwable failure) {
        ThreadEnd.rethrow(failure, RuntimeException.class);
    }

    @Override
    public Optional<Connection> connection() {
        return ended && failed == null ? source.connection() : Optional.empty();
    }

    @Override
    public void cancel() {
        source.cancel();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        askToStop();
        closed = true;
        if (thread != null) {
            ThreadEnd.await(thread); // until it has let go of the source, which is the caller's to close
        }
        source.close();
    }

    /** Makes the thread end soon, without waiting for it. */
    void askToStop() {
        if (thread != null && !ended && !closed) {
            ended = true;
            free.add(new Delivery(null, null));
            source.cancel();
        }
    }
}
