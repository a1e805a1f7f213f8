package io.waybill.route;

import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunResult.Status;
import io.waybill.rows.Rows;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code waybill:fail}: takes back what a failed run has published, removes what it has staged, and lets the flow run
 * again. The failure itself goes on to whoever started the run. It may come twice for one failure, from a split and from
 * the route around it.
 */
final class FailProducer extends DefaultProducer {

    private static final Logger LOG = LoggerFactory.getLogger(FailProducer.class);

    private final WaybillEndpoint endpoint;

    FailProducer(WaybillEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) {
        ActiveRun run = exchange.getProperty(WaybillConstants.RUN, ActiveRun.class);
        Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        String reason = cause == null ? "unknown" : String.valueOf(cause.getMessage());
        if (run == null) { // another run holds the flow
            LOG.error("Flow {} did not run: {}", endpoint.flow(), reason);
            return;
        }
        if (run.result() != null) {
            return; // it is cleaned up already
        }
        if (exchange.getMessage().getBody() instanceof Rows rows) {
            rows.close();
        }
        boolean delivered = cause instanceof WaybillException failure && failure.stage() == Stage.COMMIT;
        try {
            if (!delivered) {
                cleanUp(run);
                record(run, reason);
            }
        } finally { // whatever that comes to, the flow may run again
            run.end(Status.FAILED, reason);
            endpoint.getComponent().end(run);
        }
        LOG.error("Flow {}: run {} failed: {}", run.flow(), run.runId(), reason);
    }

    /** A ledger that does not answer leaves the run open: the next start closes it. */
    private void record(ActiveRun run, String reason) {
        try {
            endpoint.getComponent().ledger().fail(run.runId(), RunEntry.Status.FAILED, run.rows(), reason, null);
        } catch (WaybillException e) {
            LOG.warn("Flow {}: the failure of run {} is not recorded: {}", run.flow(), run.runId(), e.getMessage());
        }
    }

    private static void cleanUp(ActiveRun run) {
        Plan plan = run.plan();
        if (plan != null) {
            run.published().forEach(plan.destination()::remove);
            plan.destination().removeStaging(run.runId());
        }
    }
}
