package io.waybill.route.step;

import io.waybill.ledger.RecordedDelivery.Status;
import io.waybill.route.WaybillConstants;
import io.waybill.run.ActiveRun;
import io.waybill.run.StagedRun;
import org.apache.camel.Exchange;

/** {@code waybill:delivered}: one of several destinations has all files, and the waybill. */
final class DeliveredProducer extends StepProducer {

    DeliveredProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    void process(Exchange exchange, ActiveRun run) {
        exchange.removeProperty(WaybillConstants.DELIVERING);
        String id = exchange.getProperty(WaybillConstants.DELIVERY, String.class);
        if (id == null) {
            return; // nothing was delivered
        }
        StagedRun staged = staged(run);
        staged.find(id).ifPresent(delivery -> {
            if (!delivery.isDelivered() && !staged.parts().isEmpty()) {
                delivery.requireComplete(flow());
            }
            ledger().delivering(run.runId(), id, staged.parts().size() + 1, 0, Status.DELIVERED, null);
            delivery.delivered();
        });
    }
}
