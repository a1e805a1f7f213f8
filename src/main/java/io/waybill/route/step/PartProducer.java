package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.delivery.Destinations;
import io.waybill.part.StagedPart;
import io.waybill.route.WaybillConstants;
import io.waybill.run.ActiveRun;
import io.waybill.run.DeliveryUnderWay;
import org.apache.camel.Exchange;

/** {@code waybill:part}: a staged part as a file with its name, as Camel's file endpoints take it. */
final class PartProducer extends StepProducer {

    PartProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    void process(Exchange exchange, ActiveRun run) {
        if (!(exchange.getMessage().getBody() instanceof StagedPart part)) {
            throw WaybillException.undelivered(
                    "waybill:part takes one staged part; it stands in a split of what waybill:stage answers");
        }
        DeliveryUnderWay delivery = delivery(exchange, run);
        exchange.setProperty(WaybillConstants.DELIVERING, delivery.name(part));
        // renames that have begun are done: what a reader has taken would go out again
        if (run.isCancelled() && (delivery.moved() == null || part.number() == 1)) {
            throw WaybillException.undelivered("the run was interrupted before it had delivered its files");
        }
        delivery.requireInOrder(part);
        if (part.number() == 1 && !isSkipped(run, delivery)) {
            ledger().requireHeld(run.runId()); // the waybill there may be another run's by now
            delivery.withdrawOlderWaybill();
        }
        exchange.getMessage().setHeader(Destinations.SHA256, part.facts().sha256());
        deliver(exchange, run, delivery, delivery.moved(part));
    }
}
