package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.ledger.LedgerAwayException;
import io.waybill.rows.SqlFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.PriorityBlockingQueue;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What clocks have started while the ledger, or the data source, was away. It waits, and runs in its order when that answers again: no
 * firing is dropped. They are kept in memory, since what would keep them is away.
 */
final class WaitingFirings {

    private static final Logger LOG = LoggerFactory.getLogger(WaitingFirings.class);

    private static final int ANSWER_SECONDS = 5;

    private static final Comparator<Firing> BY_TIME =
            Comparator.comparing(Firing::time, Comparator.nullsFirst(Comparator.<Date>naturalOrder()));

    private final WaybillComponent component;
    private final Map<String, Queue<Firing>> waiting = new ConcurrentHashMap<>();

    WaitingFirings(WaybillComponent component) {
        this.component = component;
    }

    /** Lets a firing wait, behind those of its flow that wait already. */
    void add(Firing firing, String why) {
        Queue<Firing> line = waiting.computeIfAbsent(firing.flow(), flow -> new PriorityBlockingQueue<>(1, BY_TIME));
        boolean first;
        synchronized (line) {
            first = line.isEmpty();
            // the same once more knows which run it stands in for
            boolean waited = line.removeIf(firing::isCoveredBy);
            line.add(firing);
            if (waited) {
                return;
            }
        }
        LOG.warn("Flow {}: {} waits: {}", firing.flow(), firing.words(), why);
        if (first) {
            later(firing.flow(), line, Later.FIRST_PAUSE);
        }
    }

    /** @return false where none of its flow waits */
    boolean addBehindOthers(Firing firing) {
        Queue<Firing> line = waiting.get(firing.flow());
        if (line == null) {
            return false;
        }
        synchronized (line) {
            if (line.isEmpty()) {
                return false;
            }
            if (line.stream().noneMatch(firing::isCoveredBy)) {
                line.add(firing);
            }
        }
        LOG.warn("Flow {}: {} waits behind others", firing.flow(), firing.words());
        return true;
    }

    int size() {
        return waiting.values().stream().mapToInt(Queue::size).sum();
    }

    private void later(String flow, Queue<Firing> line, Duration pause) {
        component.later().in(pause, () -> run(flow, line, pause));
    }

    private void run(String flow, Queue<Firing> line, Duration pause) {
        Duration longer = Later.longer(pause);
        if (isAway(flow)) {
            later(flow, line, longer);
            return;
        }
        boolean done = false;
        for (Firing firing = next(line, null); firing != null; firing = next(line, firing)) {
            if (isAwayAgain(firing)) {
                later(flow, line, done ? Later.FIRST_PAUSE : longer);
                return;
            }
            done = true;
        }
    }

    /** What is wrong for good, its run tells. */
    private boolean isAway(String flow) {
        try {
            component.ledger().require();
            Optional<WaybillEndpoint> first = component.first(flow);
            if (first.isEmpty()) {
                return false;
            }
            try (Connection connection = Planning.source(first.get()).getConnection()) {
                return !connection.isValid(ANSWER_SECONDS);
            }
        } catch (SQLException e) {
            return SqlFailure.isAway(e);
        } catch (WaybillException e) {
            return e instanceof LedgerAwayException;
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
        LOG.info("Flow {}: {} has waited, and runs now", firing.flow(), firing.words());
        Route route = component.getCamelContext().getRoute(firing.route());
        if (route == null && component.starts().runs().isClosed(firing.flow())) {
            return true; // it is made anew just now
        }
        if (route == null) {
            LOG.error("Flow {}: {} did not run: its route is there no more", firing.flow(), firing.words());
            return false;
        }
        Exchange exchange = firing.exchange(component.getCamelContext());
        try {
            route.getProcessor().process(exchange);
        } catch (Exception e) {
            exchange.setException(e);
        }
        return exchange.getProperty(Firing.WAITS, false, Boolean.class);
    }

    /** What waits is lost with the process: it is told. */
    void stop() {
        waiting.forEach((flow, line) -> {
            synchronized (line) {
                line.forEach(firing -> LOG.error(
                        "Flow {}: {} did not run: what it needs was away until the program stopped",
                        flow,
                        firing.words()));
            }
        });
    }
}
