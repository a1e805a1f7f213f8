package io.waybill.route;

import io.waybill.delivery.LocalDestination;
import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.FileEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunStage;
import io.waybill.part.Waybill;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cleans up after runs whose process ended before they did. A run whose waybill is published is done: nothing was left to do
 * but to say so. Of any other, what it staged and what it published is removed, and the next run covers the same rows.
 */
final class Recovery {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final Ledger ledger;

    Recovery(Ledger ledger) {
        this.ledger = ledger;
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
        boolean done = false;
        if (run.planned() != null) {
            LocalDestination destination = new LocalDestination(run.planned().root());
            done = run.stage() == RunStage.COMMIT && isPublished(destination, run);
            if (!done && run.stage() != RunStage.STAGE) {
                takeBack(destination, run);
            }
            destination.removeStaging(run.runId());
        }
        String ended = run.owner().words() + " ended before the run did";
        Status status = end(run, done, ended);
        LOG.warn(
                "Flow {}: run {} is {}: {}",
                run.flow(),
                run.runId(),
                status.name().toLowerCase(Locale.ROOT),
                ended);
    }

    private Status end(RunEntry run, boolean done, String ended) {
        if (done) {
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
        ledger.fail(run.runId(), Status.INTERRUPTED, run.rows(), ended, null);
        return Status.INTERRUPTED;
    }

    private static boolean isPublished(LocalDestination destination, RunEntry run) {
        Path waybill = destination.resolve(run.planned().waybill());
        try {
            return Files.isRegularFile(waybill) && Waybill.runId(waybill).equals(run.runId());
        } catch (IOException e) {
            return false; // it is no waybill of ours
        }
    }

    /** What has left the staging folder is at its name. */
    private static void takeBack(LocalDestination destination, RunEntry run) {
        Path staging = destination.staging(run.runId());
        for (int i = 0; i < run.files().size(); i++) {
            FileEntry file = run.files().get(i);
            String name = file.name();
            Path staged = staging.resolve((i + 1) + "-" + name.substring(name.lastIndexOf('/') + 1));
            if (!Files.exists(staged)) {
                destination.remove(name);
            }
        }
    }
}
