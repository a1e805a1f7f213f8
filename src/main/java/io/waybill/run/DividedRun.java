package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.delivery.StagingCipher;
import io.waybill.flow.ExportKeys;
import io.waybill.ledger.Division;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RangeFile;
import io.waybill.ledger.RangeLease;
import io.waybill.ledger.RangeState;
import io.waybill.part.StagedPart;
import io.waybill.query.SharedRanges;
import io.waybill.rows.DividedRows;
import io.waybill.rows.Rows;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run whose rows several processes read, as the one does that runs it: it divides them, reads ranges as the others do, and takes the files
 * of all ranges, in their order. Where nobody else takes part, it reads all of them.
 */
public final class DividedRun {

    private static final Logger LOG = LoggerFactory.getLogger(DividedRun.class);

    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

    private static final Duration SPEAK_EVERY = Duration.ofSeconds(5);

    /** How often a file is looked for that another process has written. */
    private static final int MOST_LOOKS = 240;

    private final ActiveRun run;
    private final Plan plan;
    private final Ledger ledger;
    private final RangeFiles files;
    private final DividedRows rows;
    private final List<StagedPart> parts = new ArrayList<>();
    private Division division;
    private int taken;
    private int looks;
    private volatile long spoken = System.nanoTime();

    /** @param folder of the run's staged files; it is there */
    public DividedRun(ActiveRun run, Ledger ledger, StagingCipher cipher, Path folder, DividedRows rows) {
        this.run = run;
        this.plan = run.plan();
        this.ledger = ledger;
        this.files = new RangeFiles(plan, folder, cipher);
        this.rows = rows;
    }

    /**
     * Has all ranges read and staged.
     *
     * @param check is told how many rows there are so far, and may end it
     * @param listener gets each file, in order, as soon as it has its place
     */
    public List<StagedPart> stage(LongConsumer check, Consumer<StagedPart> listener) {
        SharedRanges ranges = plan.reading().shared();
        division = new Division(
                plan.runId(),
                plan.flow(),
                plan.digest(),
                plan.logicalTime().getZone().getId(),
                rows.snapshot().orElse(null),
                UUID.randomUUID().toString(),
                plan.export().get(ExportKeys.PROCESSES).intValue());
        files.mark(division.token());
        ledger.divisions().begin(division, ranges.bounds());
        while (true) {
            List<RangeState> states = ledger.divisions().of(plan.runId());
            take(states, listener);
            report(states, 0, 0);
            check.accept(run.rows());
            requireGoingOn();
            if (taken == states.size()) {
                break;
            }
            ledger.divisions()
                    .lease(division)
                    .ifPresentOrElse(lease -> read(lease, ranges, states, check), this::pause);
        }
        files.sweep(parts);
        if (parts.isEmpty() && !plan.export().get(ExportKeys.SKIP_EMPTY)) {
            try (Rows none = rows.open(ranges.query(ranges.all().get(0)), run::isCancelled)) {
                parts.add(files.empty(none));
            }
        }
        return List.copyOf(parts);
    }

    private void pause() {
        if (System.nanoTime() - spoken > SPEAK_EVERY.toNanos()) {
            keepAlive();
        }
        LockSupport.parkNanos(this, LOOK_EVERY.toNanos());
    }

    private void keepAlive() {
        spoken = System.nanoTime();
        try {
            rows.keepAlive();
        } catch (SQLException e) {
            LOG.warn("Flow {}: run {}: the snapshot may be lost: {}", run.flow(), run.runId(), e.getMessage());
        }
    }

    private void requireGoingOn() {
        if (run.isCancelled()) {
            throw WaybillException.passing(Stage.READ, "the run was interrupted after " + run.rows() + " rows");
        }
        ledger.requireHeld(run.runId());
    }

    /** A lease that is lost meanwhile is somebody else's to read; what this process has written of it is nobody's. */
    private void read(RangeLease lease, SharedRanges ranges, List<RangeState> states, LongConsumer check) {
        boolean written = false;
        boolean done = false;
        KeptLease kept = new KeptLease(ledger.divisions(), lease, this::keepAlive, rows::cancel);
        try (kept;
                Rows range = rows.open(
                        ranges.query(new SharedRanges.Bounds(lease.low(), lease.high())),
                        () -> run.isCancelled() || kept.isLost())) {
            List<RangeFile> staged = files.write(lease, range, run::isCancelled, (count, bytes) -> {
                report(states, count, bytes);
                check.accept(run.rows());
            });
            written = true; // a ledger that does not answer now may have recorded it
            done = ledger.divisions().done(lease, staged);
            written = done;
        } catch (WaybillException e) {
            if (!kept.isLost() || run.isCancelled()) {
                throw e;
            }
        } finally {
            if (!written) {
                files.remove(lease);
            }
        }
        if (!done) {
            LOG.warn(
                    "Flow {}: run {}: the lease of range {} was lost, and another process reads it",
                    run.flow(),
                    run.runId(),
                    lease.number());
        }
    }

    /** The files of ranges that are read, up to the first that is not. */
    private void take(List<RangeState> states, Consumer<StagedPart> listener) {
        while (taken < states.size() && states.get(taken).isDone()) {
            List<RangeFile> written = ledger.divisions().files(plan.runId(), taken + 1);
            if (!written.stream().allMatch(files::isThere) && ++looks < MOST_LOOKS) {
                LockSupport.parkNanos(this, LOOK_EVERY.toNanos());
                return;
            }
            looks = 0;
            for (RangeFile file : written) {
                StagedPart part = files.take(file, parts.size() + 1);
                parts.add(part);
                listener.accept(part);
            }
            taken++;
        }
    }

    private void report(List<RangeState> states, long rowsNow, long bytesNow) {
        long done = states.stream()
                .filter(RangeState::isDone)
                .mapToLong(RangeState::rows)
                .sum();
        long bytes = parts.stream().mapToLong(part -> part.facts().bytes()).sum();
        run.progress(done + rowsNow, bytes + bytesNow, parts.size() + 1);
    }
}
