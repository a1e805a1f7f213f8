package io.waybill.route;

import io.waybill.delivery.DeadLetter;
import io.waybill.delivery.LocalDestination;
import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunStage;
import io.waybill.part.StagedPart;
import io.waybill.part.Waybill;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cleans up after runs whose process ended before they did. A run whose waybill is published is done: nothing was left to do
 * but to say so. Of any other, what it staged and what it published is removed, and the next run covers the same rows.
 */
final class Recovery {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final Ledger ledger;
    private final Function<String, Path> deadLetters;

    /** @param deadLetters the folder of a run's undelivered files, by its id */
    Recovery(Ledger ledger, Function<String, Path> deadLetters) {
        this.ledger = ledger;
        this.deadLetters = deadLetters;
    }

    /** Cleans up after all runs that were abandoned. */
    void run() {
        for (RunEntry run : ledger.abandoned()) {
            if (ledger.takeOver(run)) {
                recover(run);
            }
        }
    }

    private void recover(RunEntry run) {
        String ended = run.owner().words() + " ended before the run did";
        Status status = run.status() == Status.RUNNING && run.planned() != null
                ? cleanUp(run, ended)
                : end(run, Status.INTERRUPTED, ended, null);
        LOG.warn(
                "Flow {}: run {} is {}: {}",
                run.flow(),
                run.runId(),
                status.name().toLowerCase(Locale.ROOT),
                ended);
    }

    private Status cleanUp(RunEntry run, String ended) {
        LocalDestination destination = new LocalDestination(run.planned().root());
        Path letter = run.deadLetter() == null ? deadLetters.apply(run.runId()) : Path.of(run.deadLetter());
        if (run.stage() == RunStage.COMMIT && isPublished(destination, run)) {
            destination.removeStaging(run.runId());
            deleteFolder(letter);
            return end(run, Status.DONE, ended, null);
        }
        if (DeadLetter.isIn(letter)) { // it failed by itself, or was being delivered again
            takeBack(letter);
            destination.removeStaging(run.runId());
            String error = run.error() == null ? ended : run.error() + "; delivered again, " + ended;
            return end(run, Status.FAILED, error, letter.toString());
        }
        if (run.stage() != RunStage.STAGE) {
            removePublished(destination, run);
        }
        destination.removeStaging(run.runId());
        deleteFolder(letter); // half copied
        return end(run, Status.INTERRUPTED, ended, null);
    }

    private static void takeBack(Path letter) {
        try {
            Shipment.of(DeadLetter.read(letter), letter).takeBack();
        } catch (IOException e) {
            LOG.warn("The dead letter {} cannot be read: {}", letter, LocalDestination.reason(e));
        }
    }

    private static void deleteFolder(Path letter) {
        try {
            DeadLetter.deleteFolder(letter);
        } catch (IOException e) {
            LOG.warn("The folder {} cannot be removed: {}", letter, LocalDestination.reason(e));
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

    private static boolean isPublished(LocalDestination destination, RunEntry run) {
        Path waybill = destination.resolve(run.planned().waybill());
        try {
            return Files.isRegularFile(waybill) && Waybill.runId(waybill).equals(run.runId());
        } catch (IOException e) {
            return false; // it is no waybill of ours
        }
    }

    /** What has left the staging folder is at its name, or on its way there. */
    private static void removePublished(LocalDestination destination, RunEntry run) {
        Path staging = destination.staging(run.runId());
        for (int i = 0; i < run.files().size(); i++) {
            String name = run.files().get(i).name();
            destination.withdraw(name, StagedPart.fileIn(staging, i + 1, name));
        }
        destination.withdraw(run.planned().waybill(), Shipment.manifestIn(staging));
    }
}
