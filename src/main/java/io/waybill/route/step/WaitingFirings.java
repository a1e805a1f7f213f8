package io.waybill.route.step;

import io.waybill.WaybillException;
import java.util.Comparator;
import java.util.Date;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What clocks have started while the ledger was away. It waits, and runs in its order when the ledger answers again: no firing is
 * dropped. They are kept in memory, since what would keep them is away.
 */
final class WaitingFirings {

    private static final Logger LOG = LoggerFactory.getLogger(WaitingFirings.class);

    private static final long FIRST_PAUSE_MS = 1000;
    private static final long LONGEST_PAUSE_MS = 60_000;

    private static final Comparator<Firing> BY_TIME =
            Comparator.comparing(Firing::time, Comparator.nullsFirst(Comparator.<Date>naturalOrder()));

    private final WaybillComponent component;
    private final ScheduledExecutorService clock;
    private final ExecutorService threads;
    private final Map<String, Queue<Firing>> waiting = new ConcurrentHashMap<>();

    WaitingFirings(WaybillComponent component) {
        this.component = component;
        var services = component.getCamelContext().getExecutorServiceManager();
        this.clock = services.newSingleThreadScheduledExecutor(this, "waybill-waiting");
        this.threads = services.newCachedThreadPool(this, "waybill-waited");
    }

    /** Lets a firing wait, behind those of its flow that wait already. */
    void add(Firing firing, WaybillException why) {
        Queue<Firing> line = waiting.computeIfAbsent(firing.flow(), flow -> new PriorityBlockingQueue<>(1, BY_TIME));
        boolean first;
        synchronized (line) {
            if (line.stream().anyMatch(firing::isCoveredBy)) {
                return;
            }
            first = line.isEmpty();
            line.add(firing);
        }
        LOG.warn("Flow {}: {} waits for the ledger: {}", firing.flow(), firing.words(), why.getMessage());
        if (first) {
            later(firing.flow(), line, FIRST_PAUSE_MS);
        }
    }

    int size() {
        return waiting.values().stream().mapToInt(Queue::size).sum();
    }

    private void later(String flow, Queue<Firing> line, long pauseMs) {
        try {
            clock.schedule(() -> threads.execute(() -> run(flow, line, pauseMs)), pauseMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("Flow {}: the program stops", flow, e);
        }
    }

    private void run(String flow, Queue<Firing> line, long pauseMs) {
        try {
            component.ledger().require();
        } catch (WaybillException e) {
            later(flow, line, Math.min(2 * pauseMs, LONGEST_PAUSE_MS));
            return;
        }
        for (Firing firing = next(line, null); firing != null; firing = next(line, firing)) {
            if (isAwayAgain(firing)) {
                later(flow, line, FIRST_PAUSE_MS);
                return;
            }
        }
    }

    /** Whoever adds one behind the last sees that the line is empty, and begins it anew. */
    private static Firing next(Queue<Firing> line, Firing done) {
        synchronized (line) {
            line.remove(done);
            return line.peek();
        }
    }

    /** Runs it; whatever else comes of it is told by its own steps. */
    private boolean isAwayAgain(Firing firing) {
        LOG.info("Flow {}: {} has waited for the ledger, and runs now", firing.flow(), firing.words());
        Exchange exchange = firing.exchange(component.getCamelContext());
        try {
            firing.route().getProcessor().process(exchange);
        } catch (Exception e) {
            exchange.setException(e);
        }
        return exchange.getProperty(Firing.WAITS, false, Boolean.class);
    }

    /** What waits is lost with the process: it is told. */
    void stop() {
        component.getCamelContext().getExecutorServiceManager().shutdownNow(clock);
        component.getCamelContext().getExecutorServiceManager().shutdownNow(threads);
        waiting.forEach((flow, line) -> {
            synchronized (line) {
                line.forEach(firing -> LOG.error(
                        "Flow {}: {} did not run: the ledger was away until the program stopped",
                        flow,
                        firing.words()));
            }
        });
    }
}
