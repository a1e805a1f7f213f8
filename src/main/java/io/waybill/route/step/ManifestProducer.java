package io.waybill.route.step;

import io.waybill.delivery.Destinations;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.route.WaybillConstants;
import io.waybill.run.ActiveRun;
import io.waybill.run.DeliveryUnderWay;
import io.waybill.run.StagedRun;
import java.util.Optional;
import org.apache.camel.Exchange;

/** {@code waybill:manifest}: checks that the parts are published whole; the body becomes the waybill, which is published next. */
final class ManifestProducer extends StepProducer {

    ManifestProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    void process(Exchange exchange, ActiveRun run) {
        StagedRun staged = staged(run);
        String id = exchange.getProperty(WaybillConstants.DELIVERY, String.class);
        Optional<DeliveryUnderWay> lacking = staged.find(id).filter(found -> !found.isDelivered());
        // with skip_empty nothing is delivered, a waybill neither
        exchange.getMessage().setBody(null);
        if (lacking.isEmpty() || staged.parts().isEmpty()) {
            return;
        }
        DeliveryUnderWay delivery = lacking.get();
        String waybill = delivery.facts().waybill();
        exchange.setProperty(WaybillConstants.DELIVERING, waybill == null ? delivery.id() : waybill);
        ledger().requireHeld(run.runId()); // what lies there may be another run's by now
        Publisher publisher = Publisher.of(context(), run, delivery);
        if (delivery.moved() != null) { // which says more of a file that still waits
            delivery.check(staged.parts());
        }
        delivery.requireTaken(staged.parts(), publisher.words());
        delivery.acknowledged(staged.parts().size());
        if (delivery.moved() == null) {
            delivery.check(staged.parts());
        }
        delivery.checked();
        delivery.removeOlderFiles();
        if (staged.deliveries().size() == 1) {
            ledger().committing(run.runId());
        }
        if (waybill == null) {
            ledger().delivering(
                            run.runId(), delivery.id(), delivery.begun(), 0, RecordedDelivery.Status.DELIVERED, null);
        } else {
            exchange.setProperty(WaybillConstants.ENDPOINT, endpoint(publisher, delivery));
            exchange.getMessage().removeHeader(Destinations.SHA256);
            if (delivery.destination().keepsRuns()) {
                exchange.getMessage().setHeader(Destinations.LEDGER, ledger().identity());
            }
            deliver(exchange, run, delivery, delivery.movedWaybill(run.runId()));
        }
    }

    /** With its placeholders, which show no secret; where they stand for something else than for its files, what they stood for then. */
    private String endpoint(Publisher publisher, DeliveryUnderWay delivery) {
        String written = publisher.endpoint();
        String before = delivery.publishedBy();
        return before == null || before.equals(GuardedStep.resolved(context(), written)) ? written : before;
    }
}
