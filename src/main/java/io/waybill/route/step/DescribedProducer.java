package io.waybill.route.step;

import io.waybill.route.Verb;
import java.util.HashMap;
import org.apache.camel.Exchange;

/** {@code waybill:export} and {@code waybill:sink}: run the flow that their options describe, and answer with its result. */
final class DescribedProducer extends RunProducer {

    private MessageKey key;

    DescribedProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    /** Its other options are those of the flow's own first step. */
    @Override
    protected void doInit() {
        key = MessageKey.of(getEndpoint());
    }

    @Override
    void start(Exchange started, Exchange by) {
        started.getMessage().setHeaders(new HashMap<>(by.getMessage().getHeaders()));
        key.tell(started, by);
        AskedRun.limit(started, by);
        if (getEndpoint().verb() == Verb.EXPORT) {
            started.setProperty(Firing.BY_CLOCK, Firing.isByClock(by));
        } else { // whoever has the rows is told at once where there is no run: nobody else keeps them
            started.getMessage().setBody(by.getMessage().getBody());
        }
    }
}
