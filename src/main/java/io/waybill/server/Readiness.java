package io.waybill.server;

import io.waybill.route.step.HealthLook;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.CamelContextAware;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Whether flows can run now, as the health checks of Camel's that the component has, and the server's own. */
final class Readiness {

    /** Anybody may ask, however often. */
    private static final long NANOS_THAT_IT_HOLDS = TimeUnit.SECONDS.toNanos(5);

    private final Desk desk;
    private final List<HealthCheck> own;
    private List<HealthCheck.Result> last;
    private long lookedAt;

    Readiness(Desk desk) {
        this.desk = desk;
        List<HealthCheck> own = new ArrayList<>();
        own.add(new HealthLook(
                "waybill-files", () -> HealthLook.requireRoom(desk.settings().files())));
        desk.tls().ifPresent(tls -> own.add(new Certificate(tls)));
        own.forEach(check -> CamelContextAware.trySetCamelContext(check, desk.context()));
        HealthCheckRegistry registry = HealthCheckRegistry.get(desk.context());
        if (registry != null) {
            own.forEach(registry::register);
        }
        this.own = List.copyOf(own);
    }

    /** Down where nobody takes the certificate any more; unknown where its files are no good, and the one from before is used. */
    private static final class Certificate extends AbstractHealthCheck {

        private final Tls tls;

        Certificate(Tls tls) {
            super("waybill", "waybill-certificate");
            this.tls = tls;
        }

        @Override
        public boolean isLiveness() {
            return false;
        }

        @Override
        protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
            if (!tls.holds()) {
                builder.down();
            } else if (tls.isUpToDate()) {
                builder.up();
            } else {
                builder.unknown();
            }
        }
    }

    /** What the checks have come to, a moment ago at most. */
    synchronized List<HealthCheck.Result> results() {
        if (last == null || System.nanoTime() - lookedAt > NANOS_THAT_IT_HOLDS) {
            last = Stream.concat(desk.component().healthChecks().stream(), own.stream())
                    .map(check -> check.call(Map.of(HealthCheck.CHECK_KIND, HealthCheck.Kind.READINESS)))
                    .toList();
            lookedAt = System.nanoTime();
        }
        return last;
    }
}
