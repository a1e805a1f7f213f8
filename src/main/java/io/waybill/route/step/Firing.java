package io.waybill.route.step;

import io.waybill.flow.Cron;
import io.waybill.flow.Times;
import io.waybill.ledger.Occasion;
import io.waybill.ledger.Occasion.Due;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.support.ExchangeHelper;
import org.quartz.CronTrigger;

/**
 * What a clock has started, and nobody waits for: it can be started again later, from the beginning of its route, with the time that
 * it stands for.
 *
 * @param flow the flow
 * @param route the id of the route that it came to, which may be made anew meanwhile
 * @param headers what it came with
 * @param occasion what the ledger knows it by; null where any run stands for it
 * @param lostSource whether a run of it has lost a data source that had answered
 */
record Firing(String flow, String route, Map<String, Object> headers, Occasion occasion, boolean lostSource) {

    /** The exchange property that holds it, where a clock has started the run. */
    static final String PROPERTY = "WaybillFiring";

    /** The exchange property that says that a clock has started the exchange that this one was made for. */
    static final String BY_CLOCK = "WaybillByClock";

    /** The exchange property that says of one that has waited that it has to wait again. */
    static final String WAITS = "WaybillWaits";

    /** The exchange property that holds what it is for, where a step knows. */
    static final String OCCASION = "WaybillOccasion";

    /** What camel-quartz calls the time that a trigger was to fire at. */
    static final String SCHEDULED_FIRE_TIME = "scheduledFireTime";

    private static final String QUARTZ_TRIGGER = "trigger";

    private static final Set<String> CLOCKS = Set.of("quartz", "cron", "timer", "scheduler", "waybill");

    Firing {
        headers = Map.copyOf(headers);
    }

    /** What a trigger of a flow is known by: the id of its route. */
    static String trigger(String flow, String id) {
        return flow + ".trigger." + id;
    }

    /** Whether a route is a trigger of a flow. */
    static boolean isTrigger(String routeId) {
        return routeId.contains(".trigger.");
    }

    /** What an exchange came from; null where somebody asked for it, and is told. */
    static Firing of(Exchange exchange, String flow) {
        Firing again = exchange.getProperty(PROPERTY, Firing.class);
        Route route = ExchangeHelper.getRoute(exchange);
        if (again != null || route == null || !isByClock(exchange)) {
            return again;
        }
        planned(exchange);
        Map<String, Object> headers = new HashMap<>(exchange.getMessage().getHeaders());
        headers.values().removeIf(Objects::isNull);
        return new Firing(flow, route.getRouteId(), headers, occasion(exchange, flow), false);
    }

    /** Where Quartz fires late, it says that this was the time: it was the last one that its schedule has. */
    private static void planned(Exchange exchange) {
        Date said = exchange.getMessage().getHeader(SCHEDULED_FIRE_TIME, Date.class);
        if (said != null && exchange.getMessage().getHeader(QUARTZ_TRIGGER) instanceof CronTrigger cron) {
            String expression = cron.getCronExpression();
            new Times.Scheduled(
                            new Cron(expression, expression), cron.getTimeZone().toZoneId())
                    .latest(said.toInstant())
                    .ifPresent(time -> exchange.getMessage().setHeader(SCHEDULED_FIRE_TIME, Date.from(time)));
        }
    }

    /**
     * What the ledger is to know a firing by, of a trigger of the flow; null for one of another route, which may run the flow several
     * times at once.
     */
    private static Occasion occasion(Exchange exchange, String flow) {
        Occasion known = exchange.getProperty(OCCASION, Occasion.class);
        Date time = exchange.getMessage().getHeader(SCHEDULED_FIRE_TIME, Date.class);
        String from = exchange.getFromRouteId();
        return known != null || time == null || from == null || !from.startsWith(trigger(flow, ""))
                ? known
                : new Due(from, time.toInstant());
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
        return Objects.equals(time(), other.time()) && Objects.equals(trigger(), other.trigger());
    }

    private String trigger() {
        return occasion instanceof Due due ? due.trigger() : null;
    }

    /** When it was due; null where that is of no importance. */
    Date time() {
        return headers.get(SCHEDULED_FIRE_TIME) instanceof Date time ? time : null;
    }

    /**
     * The same, in the place of a run of it that has ended without a chance.
     *
     * @param lost whether that has lost a data source that had answered
     */
    Firing insteadOf(String runId, boolean lost) {
        return occasion instanceof Due due
                ? new Firing(
                        flow,
                        route,
                        headers,
                        new Due(due.trigger(), due.due(), due.catchesUp(), runId),
                        lostSource || lost)
                : this;
    }

    /** Whether a run of it has ended without a chance already. */
    boolean isOnceMore() {
        return occasion instanceof Due due && due.instead() != null;
    }

    /** As it came, and once more. */
    Exchange exchange(CamelContext context) {
        Exchange exchange = StartedExchange.of(context);
        exchange.getMessage().setHeaders(new HashMap<>(headers));
        exchange.setProperty(PROPERTY, this);
        return exchange;
    }

    /** For people. */
    String words() {
        Instant time = time() == null ? null : time().toInstant();
        return time == null ? "a firing" : "the firing of " + time;
    }
}
