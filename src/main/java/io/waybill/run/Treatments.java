package io.waybill.run;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.waybill.facts.ColumnFacts;
import io.waybill.facts.DeliveryFacts;
import io.waybill.facts.FactsJson;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.ledger.RunEntry;
import io.waybill.part.Waybill;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What has become of the values of columns before they left, as the run's waybill has it, where that is on this machine.
 *
 * @param columns those that left in another form
 */
record Treatments(List<ColumnFacts> columns) {

    /** Of a run; none where its waybill is elsewhere, or another run's by now. */
    static Treatments of(RunEntry run) {
        return waybills(run).stream()
                .map(Treatments::read)
                .flatMap(Optional::stream)
                .filter(read -> run.runId().equals(read.runId()) && read.columns() != null)
                .findFirst()
                .map(read -> new Treatments(read.columns().stream()
                        .filter(column -> column.privacy() != null)
                        .toList()))
                .orElse(new Treatments(List.of()));
    }

    /** Where it may be: beside files that are kept, and where files were delivered. */
    private static List<Path> waybills(RunEntry run) {
        List<Path> places = new ArrayList<>();
        if (run.deadLetter() != null) {
            places.add(Path.of(run.deadLetter()).resolve(StagedRun.manifest(1)));
        }
        for (RecordedDelivery delivery : run.planned() == null
                ? List.<RecordedDelivery>of()
                : run.planned().deliveries()) {
            DeliveryFacts facts = delivery.facts();
            if (facts.place().startsWith("/") && facts.waybill() != null) {
                places.add(Path.of(facts.place()).resolve(facts.waybill()));
            }
        }
        return places;
    }

    private static Optional<Waybill.Read> read(Path waybill) {
        try {
            return Files.isRegularFile(waybill) ? Optional.of(Waybill.read(waybill)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // it is none any more
        }
    }

    ArrayNode toJson() {
        ArrayNode json = FactsJson.MAPPER.createArrayNode();
        columns.forEach(column -> json.addObject()
                .put("column", column.name())
                .put("privacy", column.privacy())
                .put("key", column.key()));
        return json;
    }
}
