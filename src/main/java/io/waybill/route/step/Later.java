package io.waybill.route.step;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does things later, each in a thread of its own: none holds another up. */
final class Later {

    private static final Logger LOG = LoggerFactory.getLogger(Later.class);

    /** How long it is until what is away is asked the second time. */
    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final CamelContext context;
    private final ScheduledExecutorService clock;
    private final ExecutorService threads;

    Later(CamelContext context) {
        this.context = context;
        this.clock = context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "waybill-clock");
        this.threads = context.getExecutorServiceManager().newCachedThreadPool(this, "waybill-fired");
    }

    /** How long it is until the next time: twice as long, and a minute at most. */
    static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }

    /** Once it is stopped, nothing is done any more. */
    void in(Duration pause, Runnable act) {
        try {
            clock.schedule(() -> threads.execute(act), Math.max(0, pause.toMillis()), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("The program stops", e);
        }
    }

    void stop() {
        context.getExecutorServiceManager().shutdownNow(clock);
        context.getExecutorServiceManager().shutdownNow(threads);
    }
}
