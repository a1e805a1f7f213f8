package io.waybill.route;

import io.waybill.delivery.LocalDestination;
import io.waybill.part.StagedPart;
import java.util.List;
import org.apache.camel.Exchange;

/** {@code waybill:manifest}: checks that the parts are published whole; the body becomes the waybill, which is published next. */
final class ManifestProducer extends StepProducer {

    ManifestProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    void process(Exchange exchange, ActiveRun run) {
        Shipment shipment = run.shipment();
        for (StagedPart part : shipment.parts()) {
            shipment.destination().check(part.name(), part.bytes());
        }
        if (shipment.parts().isEmpty()) { // skip_empty: nothing is delivered, a waybill neither
            exchange.getMessage().setBody(null);
            return;
        }
        removeOlderParts(shipment, run.olderParts());
        component().ledger().committing(run.runId());
        deliver(exchange, shipment.waybill(), shipment.manifest());
    }

    /** A run of fewer parts than the last one of that name leaves none of the older parts beside its own. */
    private static void removeOlderParts(Shipment shipment, List<String> olderParts) {
        LocalDestination destination = shipment.destination();
        for (String older : olderParts) {
            boolean written = shipment.parts().stream()
                    .anyMatch(part -> destination.resolve(part.name()).equals(destination.resolve(older)));
            if (!written) {
                destination.remove(older);
            }
        }
    }
}
