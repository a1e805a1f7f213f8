package io.waybill.server;

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

    private final Desk desk;
    private final BlockingQueue<Entry> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final ExecutorService executor;
    private final Future<?> writer;

    private record Entry(String actor, String action, String subject, String detail) {

        static final Entry END = new Entry("", "", "", "");
    }

    AuditLine(Desk desk) {
        this.desk = desk;
        this.executor = desk.context().getExecutorServiceManager().newSingleThreadExecutor(this, "waybill-audit");
        this.writer = executor.submit(this::write);
    }

    private void write() {
        try {
            for (Entry entry = waiting.take(); entry != Entry.END; entry = waiting.take()) {
                record(entry);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void record(Entry entry) {
        try {
            desk.records().audit(entry.actor()).write(entry.action(), entry.subject(), entry.detail());
        } catch (RuntimeException e) {
            LOG.warn("A call is not on record: {}: {}", entry, e.getMessage());
        }
    }

    /** Notes a call that changes nothing. */
    void later(String actor, String action, String subject, String detail) {
        try {
            waiting.put(new Entry(actor, action, subject, detail));
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
            waiting.put(Entry.END);
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
