package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.ledger.Divisions;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RangeLease;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A range that is read: its lease is renewed in a thread of its own, however long a single read takes. */
final class KeptLease implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KeptLease.class);

    private static final long EVERY_SECONDS = Ledger.LEASE.toSeconds() / 6;

    private final Divisions divisions;
    private final RangeLease lease;
    private final Runnable beside;
    private final Runnable lost;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean isLost;

    /**
     * @param beside what is done each time, too
     * @param lost is told once that the range is another's, or the run does not go on
     */
    KeptLease(Divisions divisions, RangeLease lease, Runnable beside, Runnable lost) {
        this.divisions = divisions;
        this.lease = lease;
        this.beside = beside;
        this.lost = lost;
        Thread thread = new Thread(this::keep, "waybill-range-lease");
        thread.setDaemon(true);
        thread.start();
    }

    private void keep() {
        try {
            while (!closed.await(EVERY_SECONDS, TimeUnit.SECONDS)) {
                if (!renew()) {
                    isLost = true;
                    lost.run();
                    return;
                }
                beside.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A ledger that does not answer is asked again; what was read is recorded by its fence, or not at all. */
    private boolean renew() {
        try {
            return divisions.renew(lease);
        } catch (WaybillException e) {
            LOG.warn("Run {}: the lease of range {} is not renewed: {}", lease.runId(), lease.number(), e.getMessage());
            return true;
        }
    }

    boolean isLost() {
        return isLost;
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
