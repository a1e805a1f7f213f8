package io.waybill.starter;

import io.waybill.flow.ExportedTable;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunTotal;
import io.waybill.ledger.ServerRecords;
import io.waybill.route.step.WaybillComponent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the ledger knew at one moment.
 *
 * @param totals what runs have come to that have ended, by flow and how
 * @param deadLetters how many are kept, by flow
 * @param quarantined how many runs are, by flow: of a flow of many tables, one a table
 * @param paused the flows that are
 */
record Look(List<RunTotal> totals, Map<String, Long> deadLetters, Map<String, Long> quarantined, Set<String> paused) {

    static final Look NOTHING = new Look(List.of(), Map.of(), Map.of(), Set.of());

    static Look at(WaybillComponent component) {
        ServerRecords records = component.ledger().server();
        return new Look(
                records.history().totals(),
                records.history().deadLetters(),
                component.quarantined().keySet().stream()
                        .collect(Collectors.groupingBy(ExportedTable::flow, Collectors.counting())),
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
