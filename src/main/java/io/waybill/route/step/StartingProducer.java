package io.waybill.route.step;

import io.waybill.flow.ExportKeys;
import io.waybill.ledger.LedgerAwayException;
import io.waybill.route.WaybillConstants;
import io.waybill.run.ActiveRun;
import org.apache.camel.Exchange;

/** A step that a run begins with: it holds the flow, and records the run. */
abstract class StartingProducer extends VerbProducer {

    StartingProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    /** Begins a run; null where the ledger is away, and the firing waits for it: the route ends then. */
    final ActiveRun start(Exchange exchange) {
        Firing firing = Firing.of(exchange, flow());
        try {
            ActiveRun run = begin(exchange.getProperty(Firing.PROPERTY) != null);
            exchange.setProperty(Firing.PROPERTY, firing);
            exchange.setProperty(WaybillConstants.RUN, run);
            return run;
        } catch (LedgerAwayException e) {
            if (firing == null) {
                throw e;
            }
            component().letWait(exchange, firing, e);
            exchange.setRouteStop(true);
            return null;
        }
    }

    /** @param waited whether it was started before, and is not to be dropped for a run that has begun since */
    private ActiveRun begin(boolean waited) {
        RunStarts starts = component().starts();
        if (waited) {
            return starts.await(flow());
        }
        return switch (option(ExportKeys.OVERLAP)) {
            case SKIP -> starts.begin(flow());
            case QUEUE -> starts.queue(flow());
        };
    }
}
