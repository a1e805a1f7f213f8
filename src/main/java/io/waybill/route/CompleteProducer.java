package io.waybill.route;

import io.waybill.ledger.RunResult;
import io.waybill.ledger.RunResult.Status;
import org.apache.camel.Exchange;
import org.apache.camel.component.jdbc.JdbcConstants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code waybill:complete}: ends the run; its result is the body. */
final class CompleteProducer extends StepProducer {

    private static final Logger LOG = LoggerFactory.getLogger(CompleteProducer.class);

    CompleteProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    void process(Exchange exchange, ActiveRun run) {
        RunResult result = run.end(Status.DONE, null);
        run.plan().destination().removeStaging(run.runId());
        component().end(run);
        LOG.info(
                "Flow {}: run {} is done: {} rows in {} files, {} bytes, {} ms",
                result.flow(),
                result.runId(),
                result.rows(),
                result.files().size(),
                result.bytes(),
                result.elapsedMs());
        exchange.getMessage().removeHeader(JdbcConstants.JDBC_PARAMETERS);
        exchange.getMessage().setBody(result);
    }
}
