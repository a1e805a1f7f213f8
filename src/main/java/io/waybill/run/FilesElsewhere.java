package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.delivery.DeadLetter;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunStage;
import io.waybill.ledger.RunTotal;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Runs that were publishing when their process ended, and whose staged files this process does not see: they are on the disk of another
 * machine. What nobody has seen is rolled back, wherever its files are, and so is what can be taken back; what somebody may have taken waits for
 * whoever has the files, since its rows would go out twice.
 */
record FilesElsewhere(Ledger ledger, RemainingFiles remaining) {

    /** Whether nobody can go on with a run who does not have its files. */
    boolean waitFor(RunEntry run) {
        if (run.status() != Status.RUNNING
                || run.planned() == null
                || run.files().isEmpty()
                || FeedRun.is(run)
                || RunTotal.isCall(run.flow())
                || run.stage() != RunStage.PUBLISH && run.stage() != RunStage.COMMIT) {
            return false;
        }
        StagedRun staged = remaining.of(run);
        Path letter =
                run.deadLetter() == null ? remaining.folders().deadLetterOf(run.runId()) : Path.of(run.deadLetter());
        if (Files.isDirectory(staged.folder()) || DeadLetter.isIn(letter) || ledger.sharesFiles(run.runId())) {
            return false;
        }
        if (staged.deliveries().stream().allMatch(delivery -> isDelivered(delivery, run))) {
            return false;
        }
        return run.deadLetter() != null
                || !staged.deliveries().stream().allMatch(delivery -> canBeTakenBack(delivery, staged));
    }

    private static boolean isDelivered(DeliveryUnderWay delivery, RunEntry run) {
        boolean hasFiles = delivery.moved() != null
                ? run.stage() == RunStage.COMMIT
                : delivery.begun() > run.files().size();
        return delivery.isDelivered() || hasFiles && delivery.isPublished(run.runId());
    }

    /** Nobody has seen anything, or all that was to be seen is there still. The last one that was begun may have been on its way. */
    private static boolean canBeTakenBack(DeliveryUnderWay delivery, StagedRun staged) {
        if (delivery.isDelivered() || delivery.moved() != null) {
            return false;
        }
        int seen = Math.min(delivery.begun() - 1, staged.parts().size());
        return delivery.begun() == 0
                || delivery.destination().keepsFiles()
                        && staged.parts().stream()
                                .limit(Math.max(0, seen))
                                .allMatch(part -> delivery.destination().holds(delivery.there(part)));
    }

    /** Takes back what was published and nobody has taken; its rows go out with the next run. */
    void giveUp(RunEntry run) {
        StagedRun staged = remaining.of(run);
        for (DeliveryUnderWay delivery : staged.deliveries()) {
            if (delivery.moved() == null
                    && !delivery.isDelivered()
                    && !staged.takeBack(RemainingFiles.transfer(run), delivery)) {
                delivery.record(ledger, run.runId(), RecordedDelivery.Status.FAILED, null);
            }
        }
        ledger.audit()
                .write(
                        "discard",
                        run.runId(),
                        "its files were on " + run.owner().host());
        String ended = run.owner().words() + " ended before the run did, and its files were given up";
        ledger.fail(run.runId(), Status.INTERRUPTED, run.rows(), ended, null);
    }

    static WaybillException wait(RunEntry run) {
        return WaybillException.passing(
                Stage.PLAN,
                "run " + run.runId() + " of flow \"" + run.flow() + "\" was publishing its files when "
                        + run.owner().words()
                        + " ended, and they are not on this machine, while somebody may have taken some of them; start"
                        + " Waybill where they are, which goes on with the run, or, where they are gone for good,"
                        + " give it up: waybill redrive --discard " + run.runId());
    }
}
