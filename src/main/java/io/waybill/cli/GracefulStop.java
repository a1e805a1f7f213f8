package io.waybill.cli;

import io.waybill.route.step.WaybillComponent;
import io.waybill.server.Server;
import io.waybill.settings.Settings;
import io.waybill.settings.SettingsTable;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a server end what it has begun: nothing new begins, and runs under way have a while. What is not at its end then is left as a kill
 * would leave it, and whoever comes next takes it up, exactly once.
 */
final class GracefulStop {

    private static final Logger LOG = LoggerFactory.getLogger(GracefulStop.class);

    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    private final WaybillComponent component;
    private final Optional<Server> server;
    private final Duration most;

    GracefulStop(CamelContext context, Optional<Server> server) {
        this.component = context.getComponent("waybill", WaybillComponent.class);
        this.server = server;
        this.most = Duration.ofSeconds(Long.parseLong(Settings.of(context).get(SettingsTable.SERVER_STOP_TIMEOUT)));
    }

    /** Returns when the context can be stopped; where runs are left, the process ends here. */
    void run() {
        server.ifPresent(Server::drain);
        component.stopTriggers();
        if (!component.activeRuns().isEmpty()) {
            LOG.info("stopping: {} under way; waiting {} s at most", runs(), most.toSeconds());
        }
        await(() -> component.activeRuns().isEmpty()
                && server.map(Server::isDrained).orElse(true));
        boolean ended = component.activeRuns().isEmpty();
        String left = runs();
        server.ifPresent(Server::close);
        if (ended) {
            LOG.info("stopped: no run is under way");
        } else {
            LOG.warn("stopped after {} s: {} left where it is; the next start takes it up", most.toSeconds(), left);
            // Camel would interrupt it: then it had failed, and nobody would go on with it
            Runtime.getRuntime().halt(ExitCode.LEFT);
        }
    }

    private String runs() {
        return component.activeRuns().stream()
                .map(run -> "run " + run.runId() + " of flow " + run.flow())
                .sorted()
                .collect(Collectors.joining(", "));
    }

    /** Waits for something, as long as it may. */
    private void await(BooleanSupplier what) {
        long began = System.nanoTime();
        while (!what.getAsBoolean() && System.nanoTime() - began < most.toNanos()) {
            LockSupport.parkNanos(this, LOOK_EVERY.toNanos());
        }
    }
}
