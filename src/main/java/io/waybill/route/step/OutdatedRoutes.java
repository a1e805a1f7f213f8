package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.delivery.Destinations;
import io.waybill.flow.Delivery;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.ExportedTable;
import io.waybill.flow.FeedKeys;
import io.waybill.flow.InvalidFlowException;
import io.waybill.route.ExportOptions;
import io.waybill.route.IdleFlows;
import io.waybill.route.RebuiltRoutes;
import io.waybill.route.Verb;
import io.waybill.rows.DataSources;
import io.waybill.run.ActiveRun;
import io.waybill.settings.Reloadable;
import io.waybill.settings.Reloading;
import io.waybill.settings.Settings;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes whose endpoints Camel has made of settings that hold no longer. Those that deliver are made anew when the next run of their
 * flow begins, which nobody delivers beside; all of a flow's, when none of its runs is under way.
 */
final class OutdatedRoutes implements Reloadable {

    private static final Logger LOG = LoggerFactory.getLogger(OutdatedRoutes.class);

    /** How often a run looks whether others have ended. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final CamelContext context;
    private final Set<String> delivering = ConcurrentHashMap.newKeySet();
    private final Set<String> whole = ConcurrentHashMap.newKeySet();

    /** What the runs of a flow take turns by, by its id. */
    private final Map<String, Object> settling = new ConcurrentHashMap<>();

    private OutdatedRoutes(CamelContext context) {
        this.context = context;
    }

    /** Those of a context. */
    static synchronized OutdatedRoutes of(CamelContext context) {
        OutdatedRoutes there = context.getCamelContextExtension().getContextPlugin(OutdatedRoutes.class);
        if (there == null) {
            there = new OutdatedRoutes(context);
            context.getCamelContextExtension().addContextPlugin(OutdatedRoutes.class, there);
        }
        return there;
    }

    /**
     * Makes something of settings for a run of a flow that has begun, and has not come to its deliveries: by the same settings as the routes
     * that deliver. Of the tables of a flow that are exported side by side, one does so at a time, and no route is made anew before those
     * that deliver by it have ended; who waits here delivers nothing yet, so that no two wait for each other.
     *
     * @throws WaybillException when such a route cannot be made of the settings of now, or the run is cancelled meanwhile
     */
    <T> T settled(ActiveRun run, Supplier<T> making) {
        String flow = ExportedTable.flow(run.flow());
        synchronized (settling.computeIfAbsent(flow, each -> new Object())) {
            while (true) {
                long before = Settings.of(context).changes();
                // also where the run goes as its flow was: the connections that it is planned by are those of now
                if (delivering.contains(flow)) {
                    awaitDeliveries(run, flow);
                    if (delivering.remove(flow)) {
                        renew(flow);
                    }
                }
                T made = making.get();
                if (Settings.of(context).changes() == before) {
                    run.settled();
                    return made;
                }
            }
        }
    }

    private void awaitDeliveries(ActiveRun run, String flow) {
        boolean told = false;
        while (component().activeRuns().stream()
                .anyMatch(other -> other != run
                        && other.isSettled()
                        && ExportedTable.flow(other.flow()).equals(flow))) {
            if (run.isCancelled() || component().starts().isGoingDown()) {
                throw new WaybillException(
                        Stage.PLAN,
                        true,
                        "cancelled, while it waited for the routes that deliver to be made of the settings of now",
                        null);
            }
            if (!told) {
                LOG.info(
                        "Flow {}: run {} waits until the routes that deliver can be made of the settings of now",
                        run.flow(),
                        run.runId());
                told = true;
            }
            LockSupport.parkNanos(this, LOOK_EVERY.toNanos());
        }
    }

    private void renew(String flow) {
        boolean found;
        try {
            found = new RebuiltRoutes(context, flow).deliveries();
        } catch (Exception e) {
            delivering.add(flow); // the next run tries it again
            throw new WaybillException(
                    Stage.PLAN,
                    false,
                    "the routes that deliver cannot be made of the settings of now: " + reason(e),
                    e);
        }
        if (found) {
            LOG.info("Flow {}: the routes that deliver are made of the settings of now", flow);
        } else if (!whole.contains(flow)) {
            LOG.warn(
                    "Flow {}: no route that delivers is found, to be made of the settings of now; load it again", flow);
        }
    }

    private static String reason(Exception e) {
        return WaybillException.causes(e)
                .filter(each -> each instanceof InvalidFlowException || each instanceof WaybillException)
                .findFirst()
                .orElse(e)
                .getMessage();
    }

    @Override
    public Taking prepare(Reloading reloading) {
        Set<String> deliverOtherwise = new HashSet<>();
        Set<String> beginOtherwise = new HashSet<>();
        for (WaybillEndpoint first : firsts()) {
            requireSource(first, reloading);
            RebuiltRoutes routes = new RebuiltRoutes(context, first.flow());
            try {
                if (routes.beginOtherwise(reloading.next())) {
                    routes.check(reloading.next());
                    beginOtherwise.add(first.flow());
                }
                boolean connects = first.verb() != Verb.FEED && connects(first, reloading);
                if (connects || routes.deliverOtherwise(reloading.next())) {
                    deliverOtherwise.add(first.flow());
                }
            } catch (Exception e) {
                throw WaybillException.refusal("flow \"" + first.flow() + "\": " + reason(e), e);
            }
        }
        return new Taking() {
            @Override
            public void take() {
                delivering.addAll(deliverOtherwise);
                whole.addAll(beginOtherwise);
            }

            @Override
            public void afterwards() {
                beginOtherwise.forEach(OutdatedRoutes.this::rebuild);
            }
        };
    }

    private List<WaybillEndpoint> firsts() {
        WaybillComponent component = component();
        return Stream.of(Verb.BEGIN, Verb.TAKE, Verb.FEED)
                .flatMap(component::steps)
                .filter(first -> context.getRoute(first.flow()) != null)
                .toList();
    }

    private WaybillComponent component() {
        return context.getComponent("waybill", WaybillComponent.class);
    }

    /** A start would not come to its end without it. */
    private static void requireSource(WaybillEndpoint first, Reloading reloading) {
        String name = first.get(first.verb() == Verb.FEED ? FeedKeys.DATASOURCE : ExportKeys.DATASOURCE);
        List<String> names = DataSources.names(reloading.next());
        if (name != null && !names.contains(name)) {
            throw WaybillException.refusal("flow \"" + first.flow() + "\": data source \"" + name
                    + "\" would be known no more; "
                    + (names.isEmpty() ? "none is configured" : "known: " + String.join(", ", names)));
        }
    }

    /** Whether it delivers over a connection of which something is another. */
    private static boolean connects(WaybillEndpoint first, Reloading reloading) {
        ExportOptions options =
                first.verb() == Verb.TAKE ? ExportOptions.ofMessage(first.options()) : BeginProducer.options(first);
        boolean connects = false;
        for (Delivery delivery : options.export().deliveries()) {
            if (reloading.connections().contains(delivery.connection())) {
                new Destinations(reloading.next()).endpoint(delivery); // which is refused where it is wrong
                connects = true;
            }
        }
        return connects;
    }

    private void rebuild(String flow) {
        try {
            IdleFlows.of(context).change(flow, () -> rebuildNow(flow));
        } catch (Exception e) {
            LOG.error("Flow {}: its routes cannot be made of the settings of now: {}", flow, reason(e));
        }
    }

    private void rebuildNow(String flow) {
        if (whole.remove(flow)) {
            boolean deliveredOtherwise = delivering.remove(flow); // before: a reload meanwhile adds it again
            try {
                new RebuiltRoutes(context, flow).all();
                LOG.info("Flow {}: its routes are made of the settings of now", flow);
            } catch (Exception e) {
                if (deliveredOtherwise) {
                    delivering.add(flow);
                }
                LOG.error("Flow {}: its routes cannot be made of the settings of now: {}", flow, reason(e));
            }
        }
    }
}
