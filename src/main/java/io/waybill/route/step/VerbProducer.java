package io.waybill.route.step;

import io.waybill.delivery.Destinations;
import io.waybill.delivery.Transfer;
import io.waybill.flow.Key;
import io.waybill.ledger.Ledger;
import io.waybill.run.StagedRun;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.apache.camel.CamelContext;
import org.apache.camel.support.DefaultProducer;

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

    /** The value of an option of the step. */
    final <T> T option(Key<T> key) {
        return getEndpoint().get(key);
    }
}
