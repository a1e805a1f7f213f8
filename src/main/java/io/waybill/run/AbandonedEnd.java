package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.delivery.DeadLetter;
import io.waybill.delivery.FileFailure;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a run that was abandoned ends. */
record AbandonedEnd(Ledger ledger) {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    /** Records it, and lets go of the flow; answers how it has ended: a watermark may have been moved by another since. */
    Status as(RunEntry run, Status status, String ended, String deadLetter) {
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

    static void deleteFolder(Path letter) {
        try {
            DeadLetter.deleteFolder(letter);
        } catch (IOException e) {
            LOG.warn("The folder {} cannot be removed: {}", letter, FileFailure.reason(e));
        }
    }
}
