package io.waybill.route;

import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/** A step of a run that has begun. */
abstract class StepProducer extends DefaultProducer {

    private final WaybillEndpoint endpoint;

    StepProducer(WaybillEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public final void process(Exchange exchange) throws Exception {
        ActiveRun run = exchange.getProperty(WaybillConstants.RUN, ActiveRun.class);
        if (run == null) {
            throw new WaybillException(
                    Stage.PLAN,
                    "waybill:" + endpoint.getName() + ": no run has begun on this exchange; waybill:begin/"
                            + endpoint.flow() + " has to come before it");
        }
        process(exchange, run);
    }

    abstract void process(Exchange exchange, ActiveRun run) throws Exception;

    WaybillComponent component() {
        return endpoint.getComponent();
    }
}
