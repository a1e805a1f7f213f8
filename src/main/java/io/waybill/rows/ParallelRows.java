package io.waybill.rows;

import io.waybill.WaybillException;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The rows of several readers, each with a thread of its own: a batch of the first, one of the second, and so on, until each
 * has come to its end. The order depends on the rows alone, never on which reader is quicker.
 *
 * <p>When one fails, all stop, and what it failed of is what the caller gets.
 */
final class ParallelRows implements Rows {

    private final List<AheadRows> readers = new ArrayList<>();
    private final List<AheadRows> unfinished = new ArrayList<>();
    private final AtomicReference<Throwable> firstFailure = new AtomicReference<>();
    private int turn;
    private boolean started;

    /** @param sources readers of ranges that have no row in common, of the same columns; closed with this */
    ParallelRows(List<Rows> sources) {
        int batches = AheadRows.batches(sources.size(), Runtime.getRuntime().maxMemory());
        for (int i = 0; i < sources.size(); i++) {
            int number = i + 1;
            String place = "reader " + number + " of " + sources.size();
            readers.add(new AheadRows(
                    sources.get(i), "waybill-reader-" + number, failure -> failed(named(place, failure)), batches));
        }
        unfinished.addAll(readers);
    }

    private static Throwable named(String place, Throwable failure) {
        return failure instanceof WaybillException e
                ? new WaybillException(e.stage(), e.retryable(), place + ": " + e.getMessage(), e)
                : failure;
    }

    private void failed(Throwable failure) {
        if (firstFailure.compareAndSet(null, failure)) {
            cancel();
        }
    }

    @Override
    public RowSchema schema() {
        return readers.get(0).schema();
    }

    @Override
    public void encodeAhead(RowFormat format) {
        readers.forEach(reader -> reader.encodes(AheadEncoder.of(format, schema())));
    }

    @Override
    public boolean read(RowBatch batch) {
        if (!started) {
            started = true;
            readers.forEach(AheadRows::start);
        }
        try {
            while (!unfinished.isEmpty()) {
                if (unfinished.get(turn).read(batch)) {
                    turn = (turn + 1) % unfinished.size();
                    return true;
                }
                unfinished.remove(turn);
                turn = unfinished.isEmpty() ? 0 : turn % unfinished.size();
            }
        } catch (RuntimeException | Error e) {
            AheadRows.rethrow(firstFailure.get()); // the others fail because they were cancelled
            throw e;
        }
        AheadRows.rethrow(firstFailure.get());
        batch.clear();
        return false;
    }

    @Override
    public Optional<Connection> connection() {
        return readers.get(0).connection();
    }

    @Override
    public void cancel() {
        readers.forEach(AheadRows::cancel);
    }

    @Override
    public void close() {
        readers.forEach(AheadRows::askToStop); // all at once, and not one after the other's last batch
        readers.forEach(AheadRows::close);
    }
}
