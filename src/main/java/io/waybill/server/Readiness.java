package io.waybill.server;

import io.waybill.rows.DataSources;
import io.waybill.settings.Settings;
import io.waybill.settings.SettingsTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.component.quartz.QuartzComponent;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.quartz.SchedulerException;

/** Whether flows can run now, as health checks of Camel's: the ledger, the databases, room for files, the scheduler. */
final class Readiness {

    private static final long LEAST_BYTES = 64L << 20;
    private static final Duration MOST_TIME = Duration.ofSeconds(5);

    /** Anybody may ask, however often. */
    private static final long NANOS_THAT_IT_HOLDS = TimeUnit.SECONDS.toNanos(5);

    private final Desk desk;
    private final List<HealthCheck> checks;
    private List<HealthCheck.Result> last;
    private long lookedAt;

    Readiness(Desk desk) {
        this.desk = desk;
        List<HealthCheck> all = new ArrayList<>(List.of(
                new Check("waybill-ledger", this::ledger),
                new Check("waybill-databases", this::databases),
                new Check("waybill-disk", this::disk),
                new Check("waybill-scheduler", this::scheduler)));
        desk.tls().ifPresent(tls -> all.add(new Certificate(tls)));
        this.checks = List.copyOf(all);
        HealthCheckRegistry registry = HealthCheckRegistry.get(desk.context());
        if (registry != null) {
            checks.forEach(registry::register);
        }
    }

    /** Looks at something; throws where it is not as it should be. */
    @FunctionalInterface
    private interface Look {
        void at() throws Exception;
    }

    /** A look that may take no longer than a while. */
    private final class Check extends AbstractHealthCheck {

        private final Look look;

        Check(String id, Look look) {
            super("waybill", id);
            this.look = look;
        }

        @Override
        public boolean isLiveness() {
            return false;
        }

        @Override
        protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
            CompletableFuture<Void> looked = CompletableFuture.runAsync(
                    () -> {
                        try {
                            look.at();
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    desk.runs());
            try {
                looked.get(MOST_TIME.toMillis(), TimeUnit.MILLISECONDS);
                builder.up();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                builder.down();
            } catch (ExecutionException | TimeoutException e) {
                builder.down();
            }
        }
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
            last = checks.stream()
                    .map(check -> check.call(Map.of(HealthCheck.CHECK_KIND, HealthCheck.Kind.READINESS)))
                    .toList();
            lookedAt = System.nanoTime();
        }
        return last;
    }

    private void ledger() {
        desk.ledger().require();
    }

    private void databases() throws Exception {
        CamelContext context = desk.context();
        Set<String> names = new TreeSet<>(Settings.of(context).dataSources());
        names.addAll(context.getRegistry().findByTypeWithName(DataSource.class).keySet());
        for (String name : names) {
            try (Connection connection = DataSources.find(context, name).getConnection()) {
                if (!connection.isValid((int) MOST_TIME.toSeconds())) {
                    throw new IllegalStateException(name);
                }
            }
        }
    }

    private void disk() throws IOException {
        Settings settings = Settings.of(desk.context());
        for (Path folder : List.of(
                Path.of(settings.get(SettingsTable.STAGING)),
                Path.of(settings.get(SettingsTable.DEAD_LETTER)),
                desk.settings().files())) {
            Path there = folder.toAbsolutePath();
            while (!Files.exists(there)) {
                there = there.getParent();
            }
            if (Files.getFileStore(there).getUsableSpace() < LEAST_BYTES) {
                throw new IOException(folder.toString());
            }
        }
    }

    private void scheduler() throws SchedulerException {
        CamelContext context = desk.context();
        boolean runs = context.getStatus().isStarted();
        if (context.hasComponent("quartz") instanceof QuartzComponent quartz && quartz.getScheduler() != null) {
            runs = runs
                    && quartz.getScheduler().isStarted()
                    && !quartz.getScheduler().isInStandbyMode();
        }
        if (!runs) {
            throw new IllegalStateException("it does not run");
        }
    }
}
