package io.waybill.starter;

import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunTotal;
import io.waybill.ledger.ServerRecords;
import io.waybill.route.step.WaybillComponent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the ledger knew at one moment.
 *
 * @param totals what runs have come to that have ended, by flow and how
 * @param deadLetters how many are kept, by flow
 * @param quarantined the flows of which a run is
 * @param paused the flows that are
 */
record Look(List<RunTotal> totals, Map<String, Long> deadLetters, Set<String> quarantined, Set<String> paused) {

    static final Look NOTHING = new Look(List.of(), Map.of(), Set.of(), Set.of());

    static Look at(WaybillComponent component) {
        ServerRecords records = component.ledger().server();
        return new Look(
                records.history().totals(),
                records.history().deadLetters(),
                component.quarantined().keySet(),
                component.paused());
    }

    /** Nothing where there was no such run. */
    RunTotal of(String flow, Status status) {
        return totals.stream()
                .filter(total -> total.flow().equals(flow) && total.status() == status)
                .findFirst()
                .orElseGet(() -> new RunTotal(flow, status, 0, 0, 0, 0, Instant.EPOCH));
    }
}
