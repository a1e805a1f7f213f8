package io.waybill.route.step;

import io.waybill.delivery.Destinations;
import io.waybill.delivery.Transfer;
import io.waybill.flow.Key;
import io.waybill.ledger.Ledger;
import io.waybill.run.ChangingFlowException;
import io.waybill.run.StagedRun;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.ExchangeHelper;

/** What the steps of a route's verbs know of where they stand. */
abstract class VerbProducer extends DefaultProducer {

    VerbProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    public final WaybillEndpoint getEndpoint() {
        return (WaybillEndpoint) super.getEndpoint();
    }

    final WaybillComponent component() {
        return getEndpoint().getComponent();
    }

    final CamelContext context() {
        return getEndpoint().getCamelContext();
    }

    final Ledger ledger() {
        return component().ledger();
    }

    final Instant now() {
        return component().getClock().instant();
    }

    /** What a dead letter holds. */
    final StagedRun kept(Path letter, Transfer transfer) throws IOException {
        return StagedRun.of(letter, new Destinations(context()), component().stagingCipher(), transfer);
    }

    final String flow() {
        return getEndpoint().flow();
    }

    /**
     * Has nothing begin in routes that are made anew. Who looks whether any run is in them sees this one from here on, or has looked already:
     * then it is closed yet, or they are others.
     *
     * @throws ChangingFlowException when it is to begin again, in the routes that come
     */
    final void requireCurrent(Exchange exchange) {
        boolean isClosed = component().starts().runs().isClosed(flow());
        Route route = ExchangeHelper.getRoute(exchange);
        if (isClosed || route != null && context().getRoute(route.getRouteId()) != route) {
            throw new ChangingFlowException(flow());
        }
    }

    /** The value of an option of the step. */
    final <T> T option(Key<T> key) {
        return getEndpoint().get(key);
    }
}
