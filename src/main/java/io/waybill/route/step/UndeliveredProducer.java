package io.waybill.route.step;

import io.waybill.run.ActiveRun;
import io.waybill.run.DeliveryUnderWay;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code waybill:undelivered}: one of several destinations does not get the files. What it has of them is taken back; the others
 * go on, and the run fails when they have ended.
 */
final class UndeliveredProducer extends StepProducer {

    private static final Logger LOG = LoggerFactory.getLogger(UndeliveredProducer.class);

    UndeliveredProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    void process(Exchange exchange, ActiveRun run) {
        DeliveryUnderWay delivery = delivery(exchange, run);
        String reason = FailProducer.reason(exchange, exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class));
        LOG.error("Flow {}: run {}: delivery to {} failed: {}", run.flow(), run.runId(), delivery.id(), reason);
        delivery.failed(reason);
        if (ledger().isHeld(run.runId())) { // else whoever has taken the run over goes on with it
            run.staged().giveUp(delivery, run.transfer(), ledger(), reason);
        }
    }

    @Override
    boolean cleansUp() {
        return true;
    }
}
