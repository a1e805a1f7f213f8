package io.waybill.route.step;

import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.ExchangeHelper;

/**
 * What a clock has started, and nobody waits for: it can be started again later, from the beginning of its route, with the time that
 * it stands for.
 *
 * @param flow the flow
 * @param route the route that it came to
 * @param headers what it came with
 */
record Firing(String flow, Route route, Map<String, Object> headers) {

    /** The exchange property that holds it, where a clock has started the run. */
    static final String PROPERTY = "WaybillFiring";

    /** The exchange property that says that a clock has started the exchange that this one was made for. */
    static final String BY_CLOCK = "WaybillByClock";

    /** The exchange property that says of one that has waited that it has to wait again. */
    static final String WAITS = "WaybillWaits";

    /** What camel-quartz calls the time that a trigger was to fire at. */
    static final String SCHEDULED_FIRE_TIME = "scheduledFireTime";

    private static final Set<String> CLOCKS = Set.of("quartz", "cron", "timer", "scheduler");

    Firing {
        headers = Map.copyOf(headers);
    }

    /** What an exchange came from; null where somebody asked for it, and is told. */
    static Firing of(Exchange exchange, String flow) {
        Firing again = exchange.getProperty(PROPERTY, Firing.class);
        Route route = ExchangeHelper.getRoute(exchange);
        if (again != null || route == null || !isByClock(exchange)) {
            return again;
        }
        Map<String, Object> headers = new HashMap<>(exchange.getMessage().getHeaders());
        headers.values().removeIf(java.util.Objects::isNull);
        return new Firing(flow, route, headers);
    }

    /** Whether a clock has started an exchange, or the one that this one was made for. */
    static boolean isByClock(Exchange exchange) {
        Endpoint from = exchange.getFromEndpoint();
        String uri = from == null ? "" : from.getEndpointBaseUri();
        return CLOCKS.contains(uri.substring(0, Math.max(0, uri.indexOf(':'))))
                || exchange.getProperty(BY_CLOCK, false, Boolean.class);
    }

    /** Whether another that waits stands for it too: one that a clock has started at no certain time. */
    boolean isCoveredBy(Firing other) {
        return java.util.Objects.equals(time(), other.time());
    }

    /** When it was due; null where that is of no importance. */
    Date time() {
        return headers.get(SCHEDULED_FIRE_TIME) instanceof Date time ? time : null;
    }

    /** As it came, and once more. */
    Exchange exchange(CamelContext context) {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setHeaders(new HashMap<>(headers));
        exchange.setProperty(PROPERTY, this);
        return exchange;
    }

    /** For people. */
    String words() {
        return time() == null ? "a firing" : "the firing of " + time().toInstant();
    }
}
