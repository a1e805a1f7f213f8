package io.waybill.route.step;

import io.waybill.route.StepOptions;
import io.waybill.route.WaybillConstants;
import io.waybill.run.ActiveRun;
import java.util.List;
import org.apache.camel.Exchange;

/** {@code waybill:delivery}: turns to one of several destinations; the body becomes the files that it lacks. */
final class DeliveryProducer extends StepProducer {

    DeliveryProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    protected void doInit() {
        if (option(StepOptions.DELIVERY) == null) {
            throw new IllegalArgumentException(
                    "waybill:" + getEndpoint().getName() + ": option delivery is missing: the destination to turn to");
        }
    }

    @Override
    void process(Exchange exchange, ActiveRun run) {
        String id = option(StepOptions.DELIVERY);
        exchange.setProperty(WaybillConstants.DELIVERY, id);
        // a run that is delivered again goes to those alone that lack its files
        exchange.getMessage()
                .setBody(staged(run)
                        .find(id)
                        .filter(delivery -> !delivery.isDelivered())
                        .map(delivery -> delivery.lacking(run.staged().parts()))
                        .orElse(List.of()));
    }
}
