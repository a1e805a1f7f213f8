package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import io.waybill.route.WaybillConstants;
import io.waybill.run.ActiveRun;
import io.waybill.run.DeliveryUnderWay;
import io.waybill.run.PushedObjects;
import io.waybill.run.StagedRun;
import java.util.List;
import java.util.stream.Collectors;
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

    /** What is delivered stays delivered: a ledger that does not answer now is told later, by the next run or the next start. */
    private void commit(ActiveRun run) {
        try {
            // before the folder is gone: who goes on with the run on another machine does not see that it was there
            ledger().delivered(run.runId());
            run.staged().removeFolder(); // before the commit, after which nobody looks for it
            ledger().commit(
                            run.runId(),
                            run.staged().rows(),
                            run.plan() == null ? List.of() : run.plan().columns());
        } catch (WaybillException e) {
            throw new WaybillException(
                    Stage.COMMIT,
                    true,
                    "the files are delivered, and the run is not recorded as done: " + e.getMessage(),
                    e);
        }
    }

    /** One of several destinations that has failed has let the others go on. */
    private static void requireDelivered(StagedRun staged) {
        List<DeliveryUnderWay> missing = staged.deliveries().stream()
                .filter(delivery -> !delivery.isDelivered())
                .toList();
        if (!missing.isEmpty()) {
            throw WaybillException.undelivered(missing.stream()
                    .map(delivery -> delivery.id() + ": "
                            + (delivery.error() == null
                                    ? "not delivered: the route has not turned to it, or not come to its end"
                                    : delivery.error()))
                    .collect(Collectors.joining("; ")));
        }
    }

    @Override
    void process(Exchange exchange, ActiveRun run) {
        exchange.removeProperty(WaybillConstants.DELIVERING);
        exchange.removeProperty(Handed.PROPERTY);
        StagedRun staged = staged(run);
        if (staged.deliveries().size() == 1) {
            if (!staged.parts().isEmpty()) {
                staged.first().requireComplete(flow());
            }
            staged.first().delivered();
        }
        requireDelivered(staged);
        commit(run);
        PushedObjects.of(run.plan()).ifPresent(PushedObjects::remove);
        RunResult result = run.end(Status.DONE, null, null);
        component().starts().end(run);
        LOG.info(
                "Flow {}: run {} is done: {} rows in {} files, {} bytes, {} ms",
                result.flow(),
                result.runId(),
                result.rows(),
                result.files().size(),
                result.bytes(),
                result.elapsedMs());
        exchange.getMessage().removeHeader(JdbcConstants.JDBC_PARAMETERS);
        exchange.getMessage().removeHeader(WaybillConstants.ERROR);
        exchange.setProperty(WaybillConstants.EVENTS, TableStep.events(exchange, run, "success"));
        exchange.setProperty(WaybillConstants.RESULT, result);
        exchange.getMessage().setBody(result);
    }
}
