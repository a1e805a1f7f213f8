package io.waybill.starter;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.waybill.flow.ExportedTable;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.route.step.WaybillComponent;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the runs of each flow have come to, under the names that {@code waybill serve} has for Prometheus. What grows is read from where the
 * ledger adds it up: it goes on over a restart, and is that of all processes with that ledger.
 */
final class RunMeters implements MeterBinder {

    private static final Logger LOG = LoggerFactory.getLogger(RunMeters.class);

    private static final String FIRST_STEP = "waybill://(begin|feed)/([^?]+).*";

    private final CamelContext context;
    private volatile Look look = Look.NOTHING;
    private volatile long lookedAt;

    RunMeters(CamelContext context) {
        this.context = context;
    }

    /** Also of flows that are loaded later. */
    @Override
    public void bindTo(MeterRegistry registry) {
        Set<String> bound = ConcurrentHashMap.newKeySet();
        context.getManagementStrategy().addEventNotifier(new EventNotifierSupport() {
            @Override
            public void notify(CamelEvent event) {
                if (event instanceof CamelEvent.RouteStartedEvent
                        || event instanceof CamelEvent.CamelContextStartedEvent) {
                    bindNew(registry, bound);
                }
            }
        });
        bindNew(registry, bound);
    }

    private void bindNew(MeterRegistry registry, Set<String> bound) {
        context.getEndpoints().stream()
                .map(endpoint -> endpoint.getEndpointUri())
                .filter(uri -> uri.matches(FIRST_STEP))
                .map(uri -> uri.replaceFirst(FIRST_STEP, "$2"))
                .filter(bound::add)
                .forEach(flow -> bind(registry, flow));
        if (component() != null && bound.add("")) {
            Gauge.builder("waybill.waiting.firings", component(), WaybillComponent::getWaitingFirings)
                    .description("What triggers have started that waits for the ledger or a database.")
                    .register(registry);
        }
    }

    private void bind(MeterRegistry registry, String flow) {
        for (Status status : Status.values()) {
            if (status != Status.RUNNING) {
                bind(registry, flow, status);
            }
        }
        Tags tags = Tags.of("flow", flow);
        FunctionCounter.builder(
                        "waybill.run.bytes",
                        this,
                        self -> self.look(registry).of(flow, Status.DONE).bytes())
                .description("Bytes of the files of runs that are done.")
                .tags(tags)
                .register(registry);
        gauge(
                registry,
                tags,
                "waybill.last.success.timestamp.seconds",
                "When a run was done last, in Unix time; 0 for never.",
                self -> self.look(registry).of(flow, Status.DONE).last().toEpochMilli() / 1000.0);
        gauge(
                registry,
                tags,
                "waybill.active.runs",
                "Runs under way in this process.",
                self -> self.component().activeRuns().stream()
                        .filter(run -> ExportedTable.flow(run.flow()).equals(flow))
                        .count());
        gauge(
                registry,
                tags,
                "waybill.dead.letters",
                "Runs whose files are kept, and were not delivered.",
                self -> self.look(registry).deadLetters().getOrDefault(flow, 0L));
        gauge(
                registry,
                tags,
                "waybill.quarantined.runs",
                "Runs that wait for somebody to release or discard them.",
                self -> self.look(registry).quarantined().getOrDefault(flow, 0L));
        gauge(
                registry,
                tags,
                "waybill.paused",
                "1 where the triggers of the flow start nothing.",
                self -> self.look(registry).paused().contains(flow) ? 1 : 0);
    }

    private void bind(MeterRegistry registry, String flow, Status status) {
        Tags tags = Tags.of("flow", flow, "status", status.name().toLowerCase(Locale.ROOT));
        FunctionCounter.builder(
                        "waybill.runs",
                        this,
                        self -> self.look(registry).of(flow, status).runs())
                .description("Runs that have ended, by how.")
                .tags(tags)
                .register(registry);
        FunctionCounter.builder(
                        "waybill.run.rows",
                        this,
                        self -> self.look(registry).of(flow, status).rows())
                .description("Rows of runs that have ended.")
                .tags(tags)
                .register(registry);
        FunctionTimer.builder(
                        "waybill.run.duration",
                        this,
                        self -> self.look(registry).of(flow, status).runs(),
                        self -> self.look(registry).of(flow, status).milliseconds(),
                        TimeUnit.MILLISECONDS)
                .description("How long runs took that have ended.")
                .tags(tags)
                .register(registry);
    }

    private void gauge(
            MeterRegistry registry, Tags tags, String name, String means, ToDoubleFunction<RunMeters> value) {
        Gauge.builder(name, this, value).description(means).tags(tags).register(registry);
    }

    private WaybillComponent component() {
        return context.hasComponent("waybill") instanceof WaybillComponent component ? component : null;
    }

    /** One look at the ledger is for all meters of a scrape. One that is away leaves what was seen last: health tells that it is. */
    private synchronized Look look(MeterRegistry registry) {
        long now = registry.config().clock().monotonicTime();
        WaybillComponent component = component();
        if (component != null
                && component.hasLedger()
                && (look == Look.NOTHING || now - lookedAt > TimeUnit.SECONDS.toNanos(1))) {
            try {
                look = Look.at(component);
            } catch (RuntimeException e) {
                LOG.debug("The ledger does not say what runs have come to", e);
            }
            lookedAt = now;
        }
        return look;
    }
}
