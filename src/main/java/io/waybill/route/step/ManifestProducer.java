package io.waybill.route.step;

import io.waybill.delivery.Destinations;
import io.waybill.ledger.DeliveryEntry;
import io.waybill.route.WaybillConstants;
import io.waybill.run.ActiveRun;
import io.waybill.run.Consignment;
import io.waybill.run.Shipment;
import org.apache.camel.Exchange;

/** {@code waybill:manifest}: checks that the parts are published whole; the body becomes the waybill, which is published next. */
final class ManifestProducer extends StepProducer {

    ManifestProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    void process(Exchange exchange, ActiveRun run) {
        Shipment shipment = run.shipment();
        String id = exchange.getProperty(WaybillConstants.DELIVERY, String.class);
        boolean lacks = shipment.consignments().stream()
                .anyMatch(consignment -> (id == null || consignment.id().equals(id)) && !consignment.isDelivered());
        // with skip_empty nothing is delivered, a waybill neither
        exchange.getMessage().setBody(null);
        if (!lacks || shipment.parts().isEmpty()) {
            return;
        }
        Consignment consignment = consignment(exchange, run);
        exchange.setProperty(
                WaybillConstants.DELIVERING, consignment.waybill() == null ? consignment.id() : consignment.waybill());
        component().ledger().requireHeld(run.runId()); // what lies there may be another run's by now
        consignment.acknowledged(shipment.parts().size());
        consignment.check(shipment.parts());
        consignment.removeOlderFiles();
        if (shipment.consignments().size() == 1) {
            component().ledger().committing(run.runId());
        }
        if (consignment.waybill() == null) {
            component()
                    .ledger()
                    .delivering(
                            run.runId(),
                            consignment.id(),
                            consignment.begun(),
                            0,
                            DeliveryEntry.Status.DELIVERED,
                            null);
        } else {
            exchange.getMessage().removeHeader(Destinations.SHA256);
            deliver(exchange, run, consignment, consignment.movedWaybill(run.runId()));
        }
    }
}
