package io.waybill.run;

import io.waybill.delivery.Destinations;
import io.waybill.delivery.StagingCipher;
import io.waybill.feed.FeedBatch;
import io.waybill.flow.Form;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunTotal;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes on where the process of a run ended before the run did. One that had not staged all its files is rolled back: nobody has seen
 * anything of it, and the next run covers the same rows. One that had is rolled forward, so that nothing is taken away that somebody
 * may have seen, or that has replaced an older file: to a folder of this machine at once, and elsewhere by its flow's next run, which
 * has the route.
 *
 * @param cipher reads files that were encrypted when they were staged
 * @param held the runs that this process holds, which it does not take over
 * @param databases the data sources by their names, where feeds keep which of their runs have written a batch
 */
public record Recovery(
        Ledger ledger,
        Destinations destinations,
        StagingCipher cipher,
        RunFolders folders,
        HeldRuns held,
        Function<String, DataSource> databases,
        Clock clock) {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private RemainingFiles remaining() {
        return new RemainingFiles(destinations, cipher, folders);
    }

    private AbandonedEnd ended() {
        return new AbandonedEnd(ledger);
    }

    FilesElsewhere elsewhere() {
        return new FilesElsewhere(ledger, remaining());
    }

    /**
     * Goes on with all runs that were abandoned.
     *
     * @param flow the flow that is to run; another's that cannot be gone on with now stands in nobody's way but its own
     */
    public void run(String flow) {
        // each is read when it comes to it: others go on with them at the same time
        ledger.abandonedIds()
                .forEach(runId -> ledger.abandoned(runId).ifPresent(abandoned -> takeOver(abandoned, flow)));
        ledger.withLeftovers(flow).forEach(this::sweep);
        new Discard(ledger).finish(flow);
    }

    /** Goes on with one of them; where that cannot be now, it is left to its flow. */
    public void goOnWith(RunEntry abandoned) {
        takeOver(abandoned, "");
    }

    /** Ends the calls of the server that were abandoned, which wait for no run of a flow. */
    public void calls() {
        ledger.abandoned().stream()
                .filter(abandoned -> RunTotal.isCall(abandoned.flow()))
                .forEach(abandoned -> takeOver(abandoned, ""));
    }

    private void takeOver(RunEntry abandoned, String flow) {
        if (held.has(abandoned.runId())) { // its lease has run out while nobody could renew it
            ledger.renew(abandoned.runId());
            return;
        }
        boolean waits;
        try {
            waits = elsewhere().waitFor(abandoned);
        } catch (RuntimeException e) { // who is asked what lies there does not answer, or is not set up here
            leave(abandoned, flow, e);
            return;
        }
        if (!waits) {
            held.goOnWith(abandoned.runId(), () -> ledger.takeOver(abandoned).ifPresent(run -> recover(run, flow)));
        } else if (abandoned.flow().equals(flow)) {
            throw FilesElsewhere.wait(abandoned);
        }
    }

    /** What cannot be gone on with now is in its own flow's way alone. */
    private static void leave(RunEntry run, String flow, RuntimeException failure) {
        if (run.flow().equals(flow)) {
            throw failure;
        }
        LOG.warn("Flow {}: run {} is not cleaned up after: {}", run.flow(), run.runId(), failure.getMessage());
    }

    /**
     * Gives up a run whose files are on a machine that does not come back: what it has published and nobody has taken is taken back, and
     * its rows go out with the next run.
     *
     * @return false when it does not wait for that
     */
    public boolean giveUp(RunEntry run) {
        FilesElsewhere elsewhere = elsewhere();
        Optional<RunEntry> waiting = ledger.abandoned(run.runId()).filter(elsewhere::waitFor);
        waiting.ifPresent(
                it -> held.goOnWith(it.runId(), () -> ledger.takeOver(it).ifPresent(elsewhere::giveUp)));
        return waiting.isPresent();
    }

    private void recover(RunEntry run, String flow) {
        try {
            recover(run);
        } catch (RuntimeException e) { // of endpoints that are not set up here, too
            ledger.giveBack(run);
            leave(run, flow, e);
        }
    }

    /** Tries again to remove what a failed run has sent, and could not take back then. */
    private void sweep(RunEntry run) {
        if (run.status() == Status.INTERRUPTED && run.deadLetter() != null) {
            return; // what it has sent stays; who goes on with it removes what is on its way
        }
        // what a later run has delivered under the same name is none of it
        Set<String> newer = ledger.deliveredSince(run).keySet();
        StagedRun staged = remaining().of(run);
        for (DeliveryUnderWay delivery : staged.deliveries()) {
            boolean begun = delivery.status() == RecordedDelivery.Status.FAILED && delivery.begun() > 0;
            if ((begun || delivery.ahead() > 0) && delivery.destination().keepsFiles()) {
                Set<String> staying = delivery.facts().names().stream()
                        .filter(name -> newer.contains(delivery.destination().place() + " " + name))
                        .collect(Collectors.toSet());
                if (delivery.sweep(RemainingFiles.transfer(run), staged.parts(), staying)) {
                    ledger.swept(run.runId(), delivery.id());
                }
            }
        }
    }

    private void recover(RunEntry run) {
        String ended = run.owner().words() + " ended before the run did";
        if (run.status() == Status.RUNNING && FeedRun.is(run)) {
            endFeed(run, ended);
            return;
        }
        if (run.status() == Status.RUNNING && run.tableCount() != null && areDone(run)) {
            ledger.commit(
                    run.runId(),
                    ledger.tables().of(run.runId()).stream()
                            .mapToLong(RunEntry::rows)
                            .sum());
            LOG.warn("Flow {}: run {} is done: {}", run.flow(), run.runId(), ended);
            return;
        }
        Status status = run.status() == Status.RUNNING && run.planned() != null
                ? RunTotal.isCall(run.flow())
                        ? new AbandonedCall(ledger, folders, run).end(ended)
                        : new AbandonedExport(ledger, remaining(), folders, clock).goOn(run, ended)
                : ended().as(run, Status.INTERRUPTED, ended, null);
        LOG.warn("Flow {}: run {} is {}: {}", run.flow(), run.runId(), Form.lower(status), ended);
    }

    /** Whether all tables of a run of many are: those that were abandoned are gone on with before. */
    private boolean areDone(RunEntry run) {
        return ledger.tables()
                .states(run)
                .filter(tables -> tables.done() == tables.all())
                .isPresent();
    }

    /** A batch that is written is done, and one that is not has left nothing. */
    private void endFeed(RunEntry run, String ended) {
        Optional<FeedBatch> written = FeedRun.written(run, databases);
        if (written.isPresent()) {
            ledger.commit(run.runId(), written.get().rows());
        } else {
            ended().as(run, Status.INTERRUPTED, ended, null);
        }
        String how = written.isPresent() ? "done" : "interrupted";
        LOG.warn("Flow {}: run {} is {}: {}", run.flow(), run.runId(), how, ended);
    }
}
