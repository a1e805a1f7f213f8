package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.delivery.DeadLetter;
import io.waybill.delivery.FileFailure;
import io.waybill.delivery.folder.MovedFiles;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/**
 * Goes on with the export whose process has ended before it: back, where nobody has seen anything of it or its files are not whole, and else
 * forward.
 */
record AbandonedExport(Ledger ledger, RemainingFiles remaining, RunFolders folders, Clock clock) {

    private WayBack back() {
        return new WayBack(ledger);
    }

    private AbandonedEnd ended() {
        return new AbandonedEnd(ledger);
    }

    /** @return how it has ended */
    Status goOn(RunEntry run, String ended) {
        Path letter = run.deadLetter() == null ? folders.deadLetterOf(run.runId()) : Path.of(run.deadLetter());
        boolean kept = DeadLetter.isIn(letter);
        if (run.stage() == RunStage.QUARANTINE) {
            return quarantine(run, kept, letter, ended);
        }
        if (kept && run.deadLetter() == null) {
            remaining.of(run).removeFolder();
            // it was failing by itself; else it was being left to its flow
            if (run.planned().deliveries().stream()
                    .noneMatch(delivery -> delivery.status() == RecordedDelivery.Status.OPEN)) {
                return fail(run, remaining.in(letter, run), letter, ended);
            }
        }
        String error = run.error() == null ? ended : run.error() + again(run) + ended;
        StagedRun staged = kept ? remaining.in(letter, run) : remaining.of(run);
        if (run.stage() == RunStage.STAGE) {
            return back().rollBack(run, staged, letter, error);
        }
        if (isReleased(run)
                && staged.deliveries().stream()
                        .allMatch(delivery -> delivery.status() == RecordedDelivery.Status.FAILED)) {
            return fail(run, staged, letter, error);
        }
        if (isDelivered(run, staged) || wereAllThere(run, staged)) {
            staged.removeFolder();
            AbandonedEnd.deleteFolder(letter);
            return ended().as(run, Status.DONE, error, null);
        }
        if (staged.first().moved() != null) {
            return finish(run, staged, letter, error);
        }
        if (remaining.areWhole(staged)) {
            return leaveToItsFlow(run, staged, letter, error);
        }
        return back().giveUp(run, staged, letter, error);
    }

    /** Its files are kept until somebody releases them; where they are not all there, its rows are read again. */
    private Status quarantine(RunEntry run, boolean kept, Path letter, String ended) {
        ledger.requireHeld(run.runId());
        StagedRun left = remaining.of(run);
        if (kept) {
            left.removeFolder();
        }
        StagedRun staged = kept ? remaining.in(letter, run) : left;
        if (!remaining.areWhole(staged)) {
            return back().rollBack(run, staged, letter, ended);
        }
        String reason = QuarantinedFiles.reason(ledger.quarantine().of(run.runId()));
        try {
            if (!kept) {
                AbandonedEnd.deleteFolder(letter); // half copied
            }
            new QuarantinedFiles(ledger, staged, letter)
                    .keep(RemainingFiles.transfer(run), run.flow(), reason, clock.instant());
        } catch (IOException e) {
            throw notKept(run, letter, e);
        }
        return ended().as(run, Status.QUARANTINED, reason, letter.toString());
    }

    private static WaybillException notKept(RunEntry run, Path letter, IOException e) {
        String what = "the files of run " + run.runId() + " cannot be kept in " + letter;
        return FileFailure.passing(Stage.PUBLISH, what, e);
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
        if (!remaining.isThere(staged, run)
                || !moved.isWhole(waybill)
                || !staged.parts().stream().allMatch(part -> moved.isWhole(delivery.moved(part)))) {
            return back().giveUp(run, staged, letter, ended);
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
        AbandonedEnd.deleteFolder(letter); // half copied
        return ended().as(run, Status.DONE, ended, null);
    }

    /** The delivery fails, as it does where a process lives to see it: the files are kept. */
    private Status fail(RunEntry run, StagedRun staged, Path letter, String error) {
        ledger.requireHeld(run.runId());
        back().withdrawUndelivered(run, staged);
        keep(run, staged, letter, error);
        // where nobody has anything of it, somebody has to decide anew
        boolean waits = isReleased(run) && !staged.isDeliveredSomewhere();
        return ended().as(run, waits ? Status.QUARANTINED : Status.FAILED, error, letter.toString());
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
        return ended().as(run, Status.INTERRUPTED, ended, letter.toString());
    }

    private void keep(RunEntry run, StagedRun staged, Path letter, String error) {
        try {
            if (!staged.folder().equals(letter)) {
                AbandonedEnd.deleteFolder(letter); // half copied
            }
            staged.keep(staged.toDeadLetter(run.runId(), run.flow(), error, clock.instant()), letter);
        } catch (IOException e) {
            throw notKept(run, letter, e);
        }
    }
}
