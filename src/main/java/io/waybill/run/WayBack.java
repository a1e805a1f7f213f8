package io.waybill.run;

import io.waybill.delivery.Destination;
import io.waybill.delivery.StagingFolder;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunStage;
import java.nio.file.Path;

/** What a run that was abandoned has published is taken back, as far as nobody has taken it; its rows go out with the next run. */
record WayBack(Ledger ledger) {

    private AbandonedEnd ended() {
        return new AbandonedEnd(ledger);
    }

    /** Nobody has seen anything of it. */
    Status rollBack(RunEntry run, StagedRun staged, Path letter, String ended) {
        ledger.requireHeld(run.runId());
        staged.deliveries().stream()
                .filter(delivery -> delivery.ahead() > 0)
                .forEach(delivery -> withdraw(run, staged, delivery));
        new StagingFolder(staged.folder()).remove();
        AbandonedEnd.deleteFolder(letter);
        return ended().as(run, Status.INTERRUPTED, ended, null);
    }

    /** Its staged files are not all there, or not whole: what it has published is taken back, as far as nobody has taken it. */
    Status giveUp(RunEntry run, StagedRun staged, Path letter, String ended) {
        ledger.requireHeld(run.runId());
        if (run.stage() == RunStage.COMMIT
                && staged.deliveries().stream().anyMatch(delivery -> isTaken(delivery, staged))) {
            new StagingFolder(staged.folder()).remove();
            return ended().as(run, Status.DONE, ended, null);
        }
        withdrawUndelivered(run, staged);
        staged.removeFolder();
        AbandonedEnd.deleteFolder(letter);
        return ended().as(run, Status.INTERRUPTED, ended, null);
    }

    /** Whether whoever reads the place has taken files of those that were all there. */
    private static boolean isTaken(DeliveryUnderWay delivery, StagedRun staged) {
        Destination destination = delivery.destination();
        return destination.keepsFiles()
                && staged.parts().stream().anyMatch(part -> !destination.holds(delivery.there(part)));
    }

    void withdrawUndelivered(RunEntry run, StagedRun staged) {
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
}
