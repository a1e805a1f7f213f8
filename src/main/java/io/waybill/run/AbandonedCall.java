package io.waybill.run;

import io.waybill.ledger.Ledger;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import java.util.ArrayList;
import java.util.List;

/**
 * An export call whose process has ended before it. Its credentials are nowhere, so nobody goes on with it: it has failed, nothing of it
 * stays on this machine, and what may lie at its destination is on record, for the next run of its flow to remove: that of a call with
 * the same key, which brings the credentials.
 */
record AbandonedCall(Ledger ledger, RunFolders folders, RunEntry run) {

    Status end(String ended) {
        ledger.requireHeld(run.runId());
        List<RecordedDelivery> deliveries = run.planned().deliveries();
        boolean delivered = deliveries.stream().allMatch(RecordedDelivery::isDelivered);
        folders.stagingOf(run.runId()).remove();
        AbandonedEnd.deleteFolder(folders.deadLetterOf(run.runId()));
        if (delivered) {
            ledger.commit(run.runId(), run.rows());
            return Status.DONE;
        }
        List<String> left = new ArrayList<>();
        for (RecordedDelivery delivery : deliveries) {
            ledger.delivering(
                    run.runId(),
                    delivery.id(),
                    delivery.begun(),
                    delivery.ahead(),
                    RecordedDelivery.Status.FAILED,
                    ended);
            left.add(left(delivery));
        }
        String error =
                ended + "; the credentials of the call are gone, and nobody can go on; " + String.join("; ", left)
                        + "; the same call with the same Idempotency-Key removes that, and exports anew";
        ledger.fail(run.runId(), Status.FAILED, run.rows(), error, null);
        return Status.FAILED;
    }

    /** What may lie at a destination, in words. */
    private String left(RecordedDelivery delivery) {
        int seen = Math.min(delivery.begun(), run.files().size());
        String place = delivery.facts().place();
        return (seen == 0 ? "none of its files is" : "up to " + seen + " of its files may be") + " in " + place
                + ", and an upload that was not completed, which nobody sees, may be there";
    }
}
