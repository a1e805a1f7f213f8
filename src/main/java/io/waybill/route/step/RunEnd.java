package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.delivery.DeliveryFailure;
import io.waybill.run.ActiveRun;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * Ends a run whose route has ended, and has neither completed nor failed it: a step was taken out, a filter has left it out, or somebody's
 * own error handling has gone on without it. It would hold its flow for as long as the process runs.
 */
final class RunEnd extends SynchronizationAdapter {

    private final WaybillEndpoint step;
    private final ActiveRun run;

    private RunEnd(WaybillEndpoint step, ActiveRun run) {
        this.step = step;
        this.run = run;
    }

    /** @param step the step that the run began with */
    static void watch(Exchange exchange, WaybillEndpoint step, ActiveRun run) {
        exchange.getExchangeExtension().addOnCompletion(new RunEnd(step, run));
    }

    @Override
    public void onDone(Exchange exchange) {
        if (run.result() != null) {
            return;
        }
        Exception failure = exchange.getException();
        Throwable cause = failure == null ? handled(exchange) : failure;
        new FailProducer(step).end(exchange, run, cause);
        if (failure == null) {
            exchange.setException((Exception) cause);
        }
    }

    private WaybillException handled(Exchange exchange) {
        Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        return WaybillException.undelivered("not delivered: the route of run " + run.runId()
                + " has ended without waybill:complete/" + run.flow()
                + (caught == null
                        ? ": a step is missing, or was left out by a filter, a stop or a wire tap"
                        : ": a failure was handled on the way: " + DeliveryFailure.reason(caught)));
    }
}
