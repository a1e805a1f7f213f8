package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.run.ChangingFlowException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.DefaultPooledExchange;

/**
 * Exchanges that begin a flow's route, and that somebody looks at when it has ended. Where the context pools its exchanges, Camel's splitters
 * and multicasts take those alone that could be of a pool: so these could, and are of none.
 */
public final class StartedExchange {

    /** Says what an exchange begins with. */
    @FunctionalInterface
    public interface Beginning {
        /** Sets headers, properties and the body. */
        void prepare(Exchange started);
    }

    /** A flow's routes are made anew within less, most times. */
    private static final Duration PAUSE = Duration.ofMillis(20);

    private StartedExchange() {}

    /** Sends one to the beginning of a route, and answers it when that has ended; once more, where the route was made anew just then. */
    public static Exchange send(ProducerTemplate template, String uri, Beginning beginning) {
        Exchange sent = sendOnce(template, uri, beginning);
        while (isTooEarly(sent) && template.getCamelContext().isStarted()) {
            LockSupport.parkNanos(StartedExchange.class, PAUSE.toNanos());
            sent = sendOnce(template, uri, beginning);
        }
        return sent;
    }

    private static boolean isTooEarly(Exchange sent) {
        return WaybillException.causes(sent.getException()).anyMatch(ChangingFlowException.class::isInstance);
    }

    private static Exchange sendOnce(ProducerTemplate template, String uri, Beginning beginning) {
        CamelContext context = template.getCamelContext();
        Endpoint endpoint = context.getEndpoint(uri);
        Exchange exchange = isPooled(context)
                ? DefaultPooledExchange.newFromEndpoint(endpoint, endpoint.getExchangePattern())
                : endpoint.createExchange();
        beginning.prepare(exchange);
        return template.send(endpoint, exchange);
    }

    /** One of no endpoint. */
    static Exchange of(CamelContext context) {
        return isPooled(context) ? new DefaultPooledExchange(context) : new DefaultExchange(context);
    }

    private static boolean isPooled(CamelContext context) {
        return context.getCamelContextExtension().getProcessorExchangeFactory().isPooled();
    }
}
