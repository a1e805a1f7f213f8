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

    /** So many expectations are named in a line that tells why; all are on record. */
    private static final int MOST_NAMED = 3;

    private static final int MOST_CHARACTERS = 100;

    /** Why a run is quarantined, in one line. */
    public static String reason(List<ExpectationFacts> expectations) {
        List<ExpectationFacts> violated =
                expectations.stream().filter(ExpectationFacts::isViolated).toList();
        int more = violated.size() - MOST_NAMED;
        return violated.stream()
                        .limit(MOST_NAMED)
                        .map(QuarantinedFiles::cut)
                        .collect(Collectors.joining("; ", opening(violated.size(), expectations.size()), ""))
                + (more > 0 ? "; and " + more + " more" : "");
    }

    private static String opening(int violated, int all) {
        if (all == 1) {
            return "what was expected does not hold: ";
        }
        return violated + " of " + all + " expectations " + (violated == 1 ? "does" : "do") + " not hold: ";
    }

    private static String cut(ExpectationFacts facts) {
        String expectation = facts.expectation();
        return expectation.codePointCount(0, expectation.length()) <= MOST_CHARACTERS
                ? facts.words()
                : expectation.substring(0, expectation.offsetByCodePoints(0, MOST_CHARACTERS)) + "… ("
                        + facts.measured() + ")";
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
