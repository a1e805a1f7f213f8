package io.waybill.route;

import io.waybill.ledger.RunResult.Status;
import io.waybill.rows.Rows;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/**
 * {@code waybill:fail}: takes back what a failed run has published, removes what it has staged, and lets the flow run
 * again. The failure itself goes on to whoever started the run. It may come twice for one failure, from a split and from
 * the route around it.
 */
final class FailProducer extends DefaultProducer {

    private final WaybillEndpoint endpoint;

    FailProducer(WaybillEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) {
        ActiveRun run = exchange.getProperty(WaybillConstants.RUN, ActiveRun.class);
        if (run == null || run.result() != null) {
            return; // another run holds the flow, or this one is cleaned up already
        }
        Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        if (exchange.getMessage().getBody() instanceof Rows rows) {
            rows.close();
        }
        Plan plan = run.plan();
        if (plan != null) {
            run.published().forEach(plan.destination()::remove);
            plan.destination().removeStaging(run.runId());
        }
        run.end(Status.FAILED, cause == null ? "unknown" : String.valueOf(cause.getMessage()));
        endpoint.getComponent().end(run);
    }
}
