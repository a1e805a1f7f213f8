package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.delivery.StagingCipher;
import io.waybill.ledger.Division;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RangeFile;
import io.waybill.ledger.RangeLease;
import io.waybill.query.SharedRanges;
import io.waybill.rows.HeldSources;
import io.waybill.rows.RangeOpening;
import io.waybill.rows.RangeReader;
import io.waybill.rows.RowHints;
import io.waybill.rows.Rows;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A run of another process, of whose rows this one reads ranges: it has planned the same, and stages where that does. */
public final class RangesOfOthers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RangesOfOthers.class);

    private final Division division;
    private final Plan plan;
    private final Ledger ledger;
    private final RangeFiles files;
    private final RangeReader reader;
    private final HeldSources sources;
    private volatile RangeOpening current;
    private volatile boolean stopped;

    /**
     * @param plan this process's own, of the same run
     * @param folder where this process would stage it
     * @param sources closed with this
     */
    public RangesOfOthers(
            Division division,
            Plan plan,
            Ledger ledger,
            StagingCipher cipher,
            Path folder,
            RangeReader reader,
            HeldSources sources) {
        this.division = division;
        this.plan = plan;
        this.ledger = ledger;
        this.files = new RangeFiles(plan, folder, cipher);
        this.reader = reader;
        this.sources = sources;
    }

    /** Why this process cannot take part, in words; empty where it can. */
    public Optional<String> obstacle() {
        SharedRanges shared = plan.reading().shared();
        if (shared == null || shared.oneSnapshot() != (division.snapshot() != null)) {
            return Optional.of(
                    "this process would not divide its rows: " + plan.reading().words());
        }
        if (!division.digest().equals(plan.digest())) {
            return Optional.of(
                    "this process plans it otherwise: its flow, its version, a key, or its database is another");
        }
        return Optional.ofNullable(files.strange(division.token()));
    }

    /**
     * Reads a range, where one is to be read.
     *
     * @return false where none is
     * @throws WaybillException when it cannot be read here; another process may have it then
     */
    public boolean readOne() {
        Optional<RangeLease> leased =
                stopped ? Optional.empty() : ledger.divisions().lease(division);
        leased.ifPresent(this::read);
        return leased.isPresent();
    }

    private void read(RangeLease lease) {
        LOG.info("Flow {}: run {}: range {} is read here", division.flow(), division.runId(), lease.number());
        boolean written = false;
        boolean done = false;
        RangeOpening opening = reader.opening(
                plan.reading().shared().query(new SharedRanges.Bounds(lease.low(), lease.high())),
                hints(),
                division.snapshot());
        current = opening;
        KeptLease kept = new KeptLease(ledger.divisions(), lease, () -> {}, opening::cancel);
        try (kept;
                Rows rows = open(opening)) {
            List<RangeFile> staged = files.write(lease, rows, () -> stopped || kept.isLost(), (count, bytes) -> {});
            written = true; // a ledger that does not answer now may have recorded it
            done = ledger.divisions().done(lease, staged);
            written = done;
        } catch (WaybillException e) {
            if (!kept.isLost() && !stopped) {
                throw e;
            }
        } finally {
            current = null;
            if (!written) {
                files.remove(lease);
                ledger.divisions().giveBack(lease);
            }
        }
        if (!done) {
            LOG.info(
                    "Flow {}: run {}: what was read of range {} is not taken: {}",
                    division.flow(),
                    division.runId(),
                    lease.number(),
                    stopped ? "this process stops" : "its lease was lost, or the run does not go on");
        }
    }

    /** Who stops may have come before there was anything to stop. */
    private Rows open(RangeOpening opening) {
        if (stopped) {
            opening.cancel();
        }
        return opening.open();
    }

    private RowHints hints() {
        return plan.query().hints(plan.hidesValues());
    }

    /** Has it stop, from any thread: the range that it reads is anybody's again. */
    public void stop() {
        stopped = true;
        RangeOpening reading = current;
        if (reading != null) {
            reading.cancel();
        }
    }

    @Override
    public void close() {
        sources.close();
    }
}
