package io.waybill.route;

import io.waybill.run.ChangingFlowException;
import io.waybill.run.HeldRuns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Route;
import org.apache.camel.spi.InflightRepository;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.service.ServiceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The flows that no run of is under way: who changes a flow's routes has it to himself. Camel would wait a while for the runs that are in
 * the routes, and then end them.
 */
public final class IdleFlows {

    private static final Logger LOG = LoggerFactory.getLogger(IdleFlows.class);

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final CamelContext context;
    private final HeldRuns runs = new HeldRuns();

    /** Who changes which. */
    private final Map<String, Thread> changed = new ConcurrentHashMap<>();

    private ScheduledExecutorService later;

    private IdleFlows(CamelContext context) {
        this.context = context;
    }

    /** What is done to a flow's routes. */
    @FunctionalInterface
    public interface Change {
        void make() throws Exception;
    }

    /** Those of a context. */
    public static synchronized IdleFlows of(CamelContext context) {
        IdleFlows there = context.getCamelContextExtension().getContextPlugin(IdleFlows.class);
        if (there == null) {
            there = new IdleFlows(context);
            context.getCamelContextExtension().addContextPlugin(IdleFlows.class, there);
        }
        return there;
    }

    /** The runs under way in the context. */
    public HeldRuns runs() {
        return runs;
    }

    /**
     * Makes a change now, or, where a run is under way or on its way to begin, when none is any more.
     *
     * @return whether it is made
     * @throws Exception of the change; one that comes later is told in the log
     */
    public boolean change(String flow, Change change) throws Exception {
        return change(flow, change, change);
    }

    /** Likewise; what comes later is another. */
    boolean change(String flow, Change now, Change later) throws Exception {
        if (changeNow(flow, now)) {
            return true;
        }
        LOG.info("Flow {}: a run is under way; its routes are made anew when that has ended", flow);
        changeLater(flow, later);
        return false;
    }

    private synchronized void changeLater(String flow, Change change) {
        if (later == null) {
            later = context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "waybill-changes");
        }
        try {
            later.schedule(() -> changeAgain(flow, change), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("The program stops", e);
        }
    }

    private void changeAgain(String flow, Change change) {
        try {
            if (!changeNow(flow, change)) {
                changeLater(flow, change);
            }
        } catch (Exception e) {
            LOG.error("Flow {}: its routes cannot be made anew: {}", flow, e.getMessage());
        }
    }

    /**
     * Makes a change, where no run is under way or on its way to begin. Who comes meanwhile waits for the new routes: Camel's direct: does
     * that where nobody consumes; who has passed that already is refused by {@link ChangingFlowException}, and begins again.
     *
     * @return whether it is made
     */
    public boolean changeNow(String flow, Change change) throws Exception {
        if (changed.get(flow) == Thread.currentThread()) {
            change.make();
            return true;
        }
        if (isInside(flow) || !runs.close(flow)) {
            return false;
        }
        List<Route> suspended = new ArrayList<>();
        try {
            changed.put(flow, Thread.currentThread());
            for (Route route : routes(flow)) {
                suspended.add(route);
                ServiceHelper.suspendService(route.getConsumer());
            }
            if (isInside(flow)) {
                return false;
            }
            change.make();
            return true;
        } finally {
            for (Route route : suspended) {
                if (context.getRoute(route.getRouteId()) == route) {
                    ServiceHelper.resumeService(route.getConsumer());
                }
            }
            changed.remove(flow);
            runs.open(flow);
        }
    }

    private boolean isInside(String flow) {
        InflightRepository inside = context.getInflightRepository();
        return routes(flow).stream()
                .anyMatch(route -> inside.size(route.getRouteId()) > 0 || isAbout(route.getConsumer()));
    }

    /** Whether it has something that is on its way into its route. */
    private static boolean isAbout(Consumer consumer) {
        return consumer instanceof ShutdownAware aware && aware.getPendingExchangesSize() > 0;
    }

    /** Those that are started: what somebody has stopped stays so. */
    private List<Route> routes(String flow) {
        return context.getRoutes().stream()
                .filter(route -> RebuiltRoutes.isOf(flow, route.getRouteId()))
                .filter(route -> context.getRouteController()
                        .getRouteStatus(route.getRouteId())
                        .isStarted())
                .toList();
    }
}
