package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.delivery.DeadLetter;
import io.waybill.delivery.Destination;
import io.waybill.delivery.Destinations;
import io.waybill.delivery.FileFailure;
import io.waybill.delivery.StagingCipher;
import io.waybill.delivery.StagingFolder;
import io.waybill.delivery.folder.MovedFiles;
import io.waybill.feed.FeedBatch;
import io.waybill.flow.Form;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunStage;
import io.waybill.ledger.RunTotal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
                ? RunTotal.isCall(run.flow()) ? new AbandonedCall(ledger, folders, run).end(ended) : goOn(run, ended)
                : end(run, Status.INTERRUPTED, ended, null);
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
            end(run, Status.INTERRUPTED, ended, null);
        }
        String how = written.isPresent() ? "done" : "interrupted";
        LOG.warn("Flow {}: run {} is {}: {}", run.flow(), run.runId(), how, ended);
    }

    private Status goOn(RunEntry run, String ended) {
        Path letter = run.deadLetter() == null ? folders.deadLetterOf(run.runId()) : Path.of(run.deadLetter());
        boolean kept = DeadLetter.isIn(letter);
        if (run.stage() == RunStage.QUARANTINE) {
            return quarantine(run, kept, letter, ended);
        }
        if (kept && run.deadLetter() == null) {
            remaining().of(run).removeFolder();
            // it was failing by itself; else it was being left to its flow
            if (run.planned().deliveries().stream()
                    .noneMatch(delivery -> delivery.status() == RecordedDelivery.Status.OPEN)) {
                return fail(run, remaining().in(letter, run), letter, ended);
            }
        }
        String error = run.error() == null ? ended : run.error() + again(run) + ended;
        StagedRun staged = kept ? remaining().in(letter, run) : remaining().of(run);
        if (run.stage() == RunStage.STAGE) {
            return rollBack(run, staged, letter, error);
        }
        if (isReleased(run)
                && staged.deliveries().stream()
                        .allMatch(delivery -> delivery.status() == RecordedDelivery.Status.FAILED)) {
            return fail(run, staged, letter, error);
        }
        if (isDelivered(run, staged) || wereAllThere(run, staged)) {
            staged.removeFolder();
            deleteFolder(letter);
            return end(run, Status.DONE, error, null);
        }
        if (staged.first().moved() != null) {
            return finish(run, staged, letter, error);
        }
        if (remaining().areWhole(staged)) {
            return leaveToItsFlow(run, staged, letter, error);
        }
        return giveUp(run, staged, letter, error);
    }

    /** Its files are kept until somebody releases them; where they are not all there, its rows are read again. */
    private Status quarantine(RunEntry run, boolean kept, Path letter, String ended) {
        ledger.requireHeld(run.runId());
        StagedRun left = remaining().of(run);
        if (kept) {
            left.removeFolder();
        }
        StagedRun staged = kept ? remaining().in(letter, run) : left;
        if (!remaining().areWhole(staged)) {
            return rollBack(run, staged, letter, ended);
        }
        String reason = QuarantinedFiles.reason(ledger.quarantine().of(run.runId()));
        try {
            if (!kept) {
                deleteFolder(letter); // half copied
            }
            new QuarantinedFiles(ledger, staged, letter)
                    .keep(RemainingFiles.transfer(run), run.flow(), reason, clock.instant());
        } catch (IOException e) {
            throw notKept(run, letter, e);
        }
        return end(run, Status.QUARANTINED, reason, letter.toString());
    }

    private static WaybillException notKept(RunEntry run, Path letter, IOException e) {
        String what = "the files of run " + run.runId() + " cannot be kept in " + letter;
        return FileFailure.passing(Stage.PUBLISH, what, e);
    }

    /** Nobody has seen anything of it. */
    private Status rollBack(RunEntry run, StagedRun staged, Path letter, String ended) {
        ledger.requireHeld(run.runId());
        staged.deliveries().stream()
                .filter(delivery -> delivery.ahead() > 0)
                .forEach(delivery -> withdraw(run, staged, delivery));
        new StagingFolder(staged.folder()).remove();
        deleteFolder(letter);
        return end(run, Status.INTERRUPTED, ended, null);
    }

    /** Whether all destinations have all files: the ledger says so, or the waybill of the run is there, which comes last. */
    private boolean isDelivered(RunEntry run, StagedRun staged) {
        if (run.files().isEmpty()) { // nothing was to be delivered
            return true;
        }
        for (DeliveryUnderWay delivery : staged.deliveries()) {
            boolean hasFiles = delivery.moved() != null
                    ? run.stage() == RunStage.COMMIT
                    : delivery.begun() > run.files().size();
            if (delivery.isDelivered() || hasFiles && delivery.isPublished(run.runId())) {
                delivery.delivered();
                delivery.record(ledger, run.runId(), RecordedDelivery.Status.DELIVERED, null);
            }
        }
        return staged.isDelivered();
    }

    /** Its folder is removed once all files and waybills have come, and just before the run is recorded as done. */
    private boolean wereAllThere(RunEntry run, StagedRun staged) {
        return run.stage() == RunStage.COMMIT
                && !Files.exists(staged.folder())
                && ledger.sharesFiles(run.runId())
                && staged.deliveries().stream()
                        .allMatch(delivery -> delivery.moved() != null
                                || delivery.begun() > run.files().size());
    }

    /** Moves to a folder of this machine what was not moved yet. What is not staged any more was moved, also when a reader has taken it. */
    private Status finish(RunEntry run, StagedRun staged, Path letter, String ended) {
        DeliveryUnderWay delivery = staged.first();
        MovedFiles moved = delivery.moved();
        MovedFiles.Moved waybill = delivery.movedWaybill(run.runId());
        if (!remaining().isThere(staged, run)
                || !moved.isWhole(waybill)
                || !staged.parts().stream().allMatch(part -> moved.isWhole(delivery.moved(part)))) {
            return giveUp(run, staged, letter, ended);
        }
        ledger.requireHeld(run.runId());
        try {
            if (!moved.isPublished(waybill)) {
                delivery.withdrawOlderWaybill();
            }
            staged.parts().forEach(part -> moved.publish(delivery.moved(part), delivery.replaces()));
            delivery.removeOlderFiles();
            ledger.committing(run.runId());
            moved.publish(waybill, true);
        } catch (WaybillException e) {
            if (e.stage() != Stage.PUBLISH) { // the ledger does not answer, or another process goes on with the run
                throw e;
            }
            return fail(run, staged, letter, ended + "; " + e.getMessage());
        }
        ledger.delivered(run.runId());
        staged.removeFolder();
        deleteFolder(letter); // half copied
        return end(run, Status.DONE, ended, null);
    }

    /** The delivery fails, as it does where a process lives to see it: the files are kept. */
    private Status fail(RunEntry run, StagedRun staged, Path letter, String error) {
        ledger.requireHeld(run.runId());
        withdrawUndelivered(run, staged);
        keep(run, staged, letter, error);
        // where nobody has anything of it, somebody has to decide anew
        boolean waits = isReleased(run) && !staged.isDeliveredSomewhere();
        return end(run, waits ? Status.QUARANTINED : Status.FAILED, error, letter.toString());
    }

    private boolean isReleased(RunEntry run) {
        return run.stage() != RunStage.QUARANTINE && ledger.quarantine().wasDecidedAbout(run.runId());
    }

    private String again(RunEntry run) {
        return isReleased(run) ? "; released, and " : "; delivered again, ";
    }

    /** What was sent stays there, and the rest waits for the flow's next run. */
    private Status leaveToItsFlow(RunEntry run, StagedRun staged, Path letter, String ended) {
        ledger.requireHeld(run.runId());
        keep(run, staged, letter, ended);
        return end(run, Status.INTERRUPTED, ended, letter.toString());
    }

    private void keep(RunEntry run, StagedRun staged, Path letter, String error) {
        try {
            if (!staged.folder().equals(letter)) {
                deleteFolder(letter); // half copied
            }
            staged.keep(staged.toDeadLetter(run.runId(), run.flow(), error, clock.instant()), letter);
        } catch (IOException e) {
            throw notKept(run, letter, e);
        }
    }

    /** Its staged files are not all there, or not whole: what it has published is taken back, as far as nobody has taken it. */
    private Status giveUp(RunEntry run, StagedRun staged, Path letter, String ended) {
        ledger.requireHeld(run.runId());
        if (run.stage() == RunStage.COMMIT
                && staged.deliveries().stream().anyMatch(delivery -> isTaken(delivery, staged))) {
            new StagingFolder(staged.folder()).remove();
            return end(run, Status.DONE, ended, null);
        }
        withdrawUndelivered(run, staged);
        staged.removeFolder();
        deleteFolder(letter);
        return end(run, Status.INTERRUPTED, ended, null);
    }

    /** Whether whoever reads the place has taken files of those that were all there. */
    private static boolean isTaken(DeliveryUnderWay delivery, StagedRun staged) {
        Destination destination = delivery.destination();
        return destination.keepsFiles()
                && staged.parts().stream().anyMatch(part -> !destination.holds(delivery.there(part)));
    }

    private void withdrawUndelivered(RunEntry run, StagedRun staged) {
        staged.deliveries().stream()
                .filter(delivery -> !delivery.isDelivered())
                .forEach(delivery -> withdraw(run, staged, delivery));
    }

    private void withdraw(RunEntry run, StagedRun staged, DeliveryUnderWay delivery) {
        boolean ahead = delivery.ahead() > 0;
        if (!staged.takeBack(RemainingFiles.transfer(run), delivery)) {
            delivery.record(ledger, run.runId(), RecordedDelivery.Status.FAILED, null);
        } else if (ahead) {
            ledger.swept(run.runId(), delivery.id());
        }
    }

    static void deleteFolder(Path letter) {
        try {
            DeadLetter.deleteFolder(letter);
        } catch (IOException e) {
            LOG.warn("The folder {} cannot be removed: {}", letter, FileFailure.reason(e));
        }
    }

    private Status end(RunEntry run, Status status, String ended, String deadLetter) {
        if (status != Status.DONE) {
            ledger.fail(run.runId(), status, run.rows(), ended, deadLetter);
            return status;
        }
        try {
            ledger.commit(run.runId(), run.rows());
            return Status.DONE;
        } catch (WaybillException e) {
            if (e.stage() != Stage.COMMIT) { // the ledger does not answer; a later start tries again
                throw e;
            }
            ledger.fail(run.runId(), Status.FAILED, run.rows(), ended + "; " + e.getMessage(), null);
            return Status.FAILED;
        }
    }
}
