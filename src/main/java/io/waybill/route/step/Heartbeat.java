package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.Nodes.Neighbours;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.run.HeldRuns;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a process does each quarter of a lease as long as it has a ledger: it renews the leases of its runs, and, where it stays (its triggers
 * start runs, or it serves), says that it is there, and goes on with the runs of processes that are not there any more.
 */
final class Heartbeat {

    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

    /** How long the others leave a time of a trigger to the one whose turn it is, and then to the next. */
    private static final Duration TURN = Duration.ofSeconds(2);

    /** A clock that is further ahead than that is not made up for. */
    private static final Duration MOST_AHEAD = Duration.ofMinutes(2);

    private final WaybillComponent component;
    private final HeldRuns runs;
    private final Ledger ledger;
    private final ScheduledExecutorService executor;

    /** Runs that were seen to: what stands in their way is their flow's to wait for. */
    private final Set<String> tried = ConcurrentHashMap.newKeySet();

    private volatile Neighbours neighbours = Neighbours.NONE;
    private volatile boolean entered;

    Heartbeat(WaybillComponent component, HeldRuns runs, Ledger ledger) {
        this.component = component;
        this.runs = runs;
        this.ledger = ledger;
        this.executor =
                context().getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "waybill-heartbeat");
        long seconds = Ledger.LEASE.toSeconds() / 4;
        executor.scheduleAtFixedRate(this::beat, 0, seconds, TimeUnit.SECONDS);
    }

    private CamelContext context() {
        return component.getCamelContext();
    }

    private void beat() {
        try {
            runs.renewLeases(ledger);
        } catch (RuntimeException e) {
            LOG.warn("The leases of the runs under way are not renewed: {}", e.getMessage());
        }
        try {
            if (component.isDraining()) {
                leave();
                return;
            }
            boolean triggers = hasTriggers();
            if (triggers || component.stays() || RangesForOthers.offers(component)) {
                ledger.nodes().seen(triggers);
                entered = true;
                neighbours = ledger.nodes().neighbours(component.getClock().instant());
                component.later().in(Duration.ZERO, this::goOnForOthers);
            }
        } catch (RuntimeException e) {
            LOG.warn("The other processes of the ledger do not hear of this one: {}", e.getMessage());
        }
    }

    private boolean hasTriggers() {
        return context().getRoutes().stream().anyMatch(route -> Firing.isTrigger(route.getRouteId()));
    }

    /** Cleans up after the runs of processes that are not there any more, and runs again what is to be caught up with. */
    private void goOnForOthers() {
        try {
            for (RunEntry abandoned : ledger.abandoned()) {
                if (tried.add(abandoned.runId() + " " + abandoned.owner())) { // whoever goes on with it may end as well
                    goOn(abandoned);
                }
            }
        } catch (RuntimeException e) { // the next beat tries again
            LOG.warn("The runs of processes that have ended are not gone on with: {}", e.getMessage());
        }
    }

    private void goOn(RunEntry abandoned) {
        String why = ledger.silent().get(abandoned.runId());
        if (why != null) { // else another process was quicker
            LOG.info(
                    "Flow {}: run {} of {} is taken over: {}",
                    abandoned.flow(),
                    abandoned.runId(),
                    abandoned.owner().words(),
                    why);
        }
        component.recovery(ledger).goOnWith(abandoned);
        if (ledger.run(abandoned.runId()).map(RunEntry::status).orElse(null) != Status.INTERRUPTED) {
            return;
        }
        try {
            component.starts().goOnWithDeliveries(ledger, abandoned.flow());
        } catch (WaybillException e) {
            LOG.warn("Flow {}: {}", abandoned.flow(), e.getMessage());
        }
        context().getRoutes().stream()
                .map(route -> route.getConsumer())
                .filter(ClockConsumer.class::isInstance)
                .map(ClockConsumer.class::cast)
                .filter(clock -> clock.isOf(abandoned.flow()))
                .forEach(ClockConsumer::lookBack);
    }

    /**
     * How long this process leaves a time of a trigger to others: each has its turn at so many of the times, by no clock but the database's,
     * and the next ones follow where it does not come to it.
     */
    Duration turn(String trigger, Instant due) {
        Neighbours known = neighbours;
        if (known.ids().size() < 2 || !known.ids().contains(known.id())) {
            return Duration.ZERO;
        }
        List<String> order = known.ids().stream()
                .sorted(Comparator.comparing(id -> hash(id + " " + trigger + " " + due), Arrays::compareUnsigned))
                .toList();
        int place = order.indexOf(known.id());
        if (place == 0) {
            return Duration.ZERO;
        }
        Duration early = Duration.between(component.getClock().instant().plus(known.behind()), due);
        boolean isAhead = !early.isNegative() && early.compareTo(MOST_AHEAD) <= 0;
        return TURN.multipliedBy(place).plus(isAhead ? early : Duration.ZERO);
    }

    private static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("each Java has SHA-256", e);
        }
    }

    void stop() {
        context().getExecutorServiceManager().shutdownNow(executor);
        try {
            leave();
        } catch (RuntimeException e) {
            LOG.debug("The ledger is not told that this process ends", e);
        }
    }

    /** Others need not leave it its turns any more. */
    private void leave() {
        if (entered) {
            ledger.nodes().leave();
            entered = false;
        }
    }
}
