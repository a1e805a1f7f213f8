package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import io.waybill.route.WaybillConstants;
import io.waybill.run.ActiveRun;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code waybill:gather}: ends the run of a flow that exports many tables: as done, where the runs of all of them are. Its result is the body. */
final class GatherProducer extends StepProducer {

    private static final Logger LOG = LoggerFactory.getLogger(GatherProducer.class);

    GatherProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    void process(Exchange exchange, ActiveRun run) {
        if (run.tables() == null) {
            throw WaybillException.refusal("waybill:" + getEndpoint().getName() + ": run " + run.runId()
                    + " is not one of many tables; waybill:tables/" + flow() + " begins such a run");
        }
        String failure = run.tables().failure();
        if (failure != null) {
            throw WaybillException.undelivered(failure);
        }
        ledger().commit(run.runId(), run.tables().rows());
        RunResult result = run.end(Status.DONE, null, null);
        component().starts().end(run);
        LOG.info(
                "Flow {}: run {} is done: {} tables, {} rows, {} ms",
                result.flow(),
                result.runId(),
                result.tables().size(),
                result.rows(),
                result.elapsedMs());
        exchange.getMessage().removeHeader(WaybillConstants.ERROR);
        exchange.setProperty(WaybillConstants.EVENTS, run.events("success"));
        exchange.setProperty(WaybillConstants.RESULT, result);
        exchange.getMessage().setBody(result);
    }
}
