package io.waybill.server;

import io.waybill.ledger.Audit.Note;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts each call on record. What only reads need not wait for that: it is written behind it, in its order, by one thread; where that
 * falls far behind, callers wait after all.
 */
final class AuditLine implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AuditLine.class);

    private static final int MOST_WAITING = 1_000;

    private static final int MOST_AT_ONCE = 100;

    private final Desk desk;
    private final BlockingQueue<Note> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final ExecutorService executor;
    private final Future<?> writer;

    /** Is the last, and not put on record. */
    private final Note end = new Note("", "", "", "");

    AuditLine(Desk desk) {
        this.desk = desk;
        this.executor = desk.context().getExecutorServiceManager().newSingleThreadExecutor(this, "waybill-audit");
        this.writer = executor.submit(this::write);
    }

    /** All that wait are one transaction: as many are written as come, however long each takes. */
    private void write() {
        try {
            List<Note> notes = new ArrayList<>();
            do {
                notes.clear();
                notes.add(waiting.take());
                waiting.drainTo(notes, MOST_AT_ONCE - 1);
                record(notes.stream().filter(note -> note != end).toList());
            } while (notes.get(notes.size() - 1) != end);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void record(List<Note> notes) {
        if (notes.isEmpty()) {
            return;
        }
        try {
            desk.ledger().audit().write(notes);
        } catch (RuntimeException e) {
            LOG.warn("{} calls are not on record, from {} on: {}", notes.size(), notes.get(0), e.getMessage());
        }
    }

    /** Notes a call that changes nothing. */
    void later(String actor, String action, String subject, String detail) {
        try {
            waiting.put(new Note(actor, action, subject, detail));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Notes a call before it is answered. */
    void now(String actor, String action, String subject, String detail) {
        desk.records().audit(actor).write(action, subject, detail);
    }

    /** Returns when all are on record. */
    @Override
    public void close() {
        try {
            waiting.put(end);
            writer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException e) {
            LOG.warn("Calls are not on record: {}", e.getMessage());
        } finally {
            executor.shutdown();
        }
    }
}
