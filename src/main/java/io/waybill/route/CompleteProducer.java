package io.waybill.route;

import io.waybill.ledger.RunResult;
import io.waybill.ledger.RunResult.Status;
import org.apache.camel.Exchange;
import org.apache.camel.component.jdbc.JdbcConstants;

/** {@code waybill:complete}: ends the run; its result is the body. */
final class CompleteProducer extends StepProducer {

    CompleteProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    void process(Exchange exchange, ActiveRun run) {
        RunResult result = run.end(Status.DONE, null);
        run.plan().destination().removeStaging(run.runId());
        component().end(run);
        exchange.getMessage().removeHeader(JdbcConstants.JDBC_PARAMETERS);
        exchange.getMessage().setBody(result);
    }
}
