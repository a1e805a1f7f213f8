package io.waybill.route.step;

import io.waybill.run.ActiveRun;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ShutdownStrategy;
import org.apache.camel.support.LifecycleStrategySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of runs that are under way when their application stops, whatever its platform: triggers start nothing more, and the runs
 * have as long as Camel's shutdown may take. What is not at its end then is left as a kill would leave it, and the next start takes it up;
 * Camel itself would interrupt it, so that it had failed.
 */
final class RunsAtTheEnd extends LifecycleStrategySupport {

    private static final Logger LOG = LoggerFactory.getLogger(RunsAtTheEnd.class);

    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    /** What steps that were told to stop have to notice it, in seconds. */
    private static final long TO_NOTICE = 5;

    private final WaybillComponent component;

    RunsAtTheEnd(WaybillComponent component) {
        this.component = component;
    }

    @Override
    public void onContextStopping(CamelContext context) {
        if (!goesOn(context)) {
            return;
        }
        component.stopTriggers();
        ShutdownStrategy shutdown = context.getShutdownStrategy();
        Duration most =
                Duration.of(shutdown.getTimeout(), shutdown.getTimeUnit().toChronoUnit());
        LOG.info("Stopping: {} under way; waiting {} s at most", words(component.activeRuns()), most.toSeconds());
        long began = System.nanoTime();
        while (goesOn(context) && System.nanoTime() - began < most.toNanos()) {
            LockSupport.parkNanos(this, LOOK_EVERY.toNanos());
        }
        Collection<ActiveRun> left = component.activeRuns();
        if (goesOn(context)) {
            LOG.warn(
                    "Stopped after {} s: {} left where it is; the next start takes it up",
                    most.toSeconds(),
                    words(left));
            // with their tables, which would else have them fail
            left.stream().filter(run -> run.tables() != null).forEach(ActiveRun::leave);
            left.forEach(ActiveRun::leave);
            shutdown.setTimeUnit(TimeUnit.SECONDS);
            shutdown.setTimeout(Math.max(1, Math.min(most.toSeconds(), TO_NOTICE))); // they had their time
        }
    }

    /** Whether a run is under way, and not only begun by somebody who does not go on with it. */
    private boolean goesOn(CamelContext context) {
        return !component.activeRuns().isEmpty()
                && context.getInflightRepository().size() > 0;
    }

    private static String words(Collection<ActiveRun> runs) {
        return runs.stream()
                .map(run -> "run " + run.runId() + " of flow " + run.flow())
                .sorted()
                .collect(Collectors.joining(", "));
    }
}
