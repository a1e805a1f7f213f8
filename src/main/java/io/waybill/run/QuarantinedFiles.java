package io.waybill.run;

import io.waybill.delivery.Transfer;
import io.waybill.facts.ExpectationFacts;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RecordedDelivery;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The staged files of a run that does not hold what it has to: kept as those that were not delivered are, until somebody releases or
 * discards them.
 *
 * @param letter the folder in which they are kept
 */
public record QuarantinedFiles(Ledger ledger, StagedRun staged, Path letter) {

    /** Why a run is quarantined, in one line. */
    public static String reason(List<ExpectationFacts> expectations) {
        List<ExpectationFacts> violated =
                expectations.stream().filter(ExpectationFacts::isViolated).toList();
        return violated.stream()
                .map(ExpectationFacts::words)
                .collect(Collectors.joining(
                        "; ",
                        violated.size() + " of " + expectations.size() + " expectations "
                                + (violated.size() == 1 ? "does" : "do") + " not hold: ",
                        ""));
    }

    /**
     * Keeps them. What was sent ahead, where nobody sees it, is taken back; it is sent anew when they are released.
     *
     * @throws IOException when they cannot be kept; they are still where they were then
     */
    public void keep(Transfer transfer, String flow, String reason, Instant now) throws IOException {
        for (DeliveryUnderWay delivery : staged.deliveries()) {
            if (delivery.ahead() > 0) {
                delivery.withdraw(transfer, staged.parts());
                delivery.record(ledger, transfer.runId(), RecordedDelivery.Status.OPEN, null);
            }
        }
        if (!staged.folder().equals(letter)) {
            staged.keep(staged.toDeadLetter(transfer.runId(), flow, reason, now), letter);
        }
    }
}
