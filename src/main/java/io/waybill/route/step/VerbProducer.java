package io.waybill.route.step;

import io.waybill.delivery.Destinations;
import io.waybill.delivery.Transfer;
import io.waybill.flow.Key;
import io.waybill.ledger.Ledger;
import io.waybill.route.Verb;
import io.waybill.run.StagedRun;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;
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

    /** The steps that flows of this Camel context begin with. */
    final Stream<WaybillEndpoint> beginnings() {
        return steps(Verb.BEGIN);
    }

    /** The steps of a verb that there are in this Camel context. */
    final Stream<WaybillEndpoint> steps(Verb verb) {
        return context().getEndpoints().stream()
                .filter(WaybillEndpoint.class::isInstance)
                .map(WaybillEndpoint.class::cast)
                .filter(step -> step.verb() == verb);
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
