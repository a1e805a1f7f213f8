package io.waybill.route.step;

import io.waybill.ledger.Occasion.Due;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the clocks of triggers stood when they were stopped. A route that is made anew has another clock at once, which goes on from there:
 * no time falls between the two.
 */
final class StoppedClocks extends ServiceSupport {

    private static final Logger LOG = LoggerFactory.getLogger(StoppedClocks.class);

    /** Who has stopped a trigger for longer has meant it. */
    private static final Duration AT_ONCE = Duration.ofMinutes(1);

    private final Map<String, Stopped> stopped = new ConcurrentHashMap<>();

    /**
     * How a clock stood.
     *
     * @param says what its times follow from
     * @param next the first time that it has not seen to; null for none
     * @param pending what it was to fire, once their jitter is over
     */
    record Stopped(String flow, String says, Instant at, Instant next, List<Due> pending) {

        private void tell(String why) {
            pending.forEach(due -> LOG.warn("Flow {}: the firing of {} did not run: {}", flow, due.due(), why));
        }
    }

    /** Those of a context, which tells of them when it stops. */
    static synchronized StoppedClocks of(CamelContext context) {
        StoppedClocks there = context.hasService(StoppedClocks.class);
        if (there == null) {
            there = new StoppedClocks();
            try {
                context.addService(there);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        return there;
    }

    void add(String trigger, Stopped clock) {
        stopped.put(trigger, clock);
    }

    /** The one that another goes on from; empty where it has other times, or stood still for a while. */
    Optional<Stopped> take(String trigger, String says, Instant now) {
        Stopped before = stopped.remove(trigger);
        if (before == null) {
            return Optional.empty();
        }
        if (before.says().equals(says)
                && !before.at().isAfter(now)
                && before.at().plus(AT_ONCE).isAfter(now)) {
            return Optional.of(before);
        }
        before.tell("its trigger was stopped, or changed, before its jitter was over");
        return Optional.empty();
    }

    @Override
    protected void doStop() {
        stopped.values().forEach(clock -> clock.tell("the program stopped before its jitter was over"));
        stopped.clear();
    }
}
