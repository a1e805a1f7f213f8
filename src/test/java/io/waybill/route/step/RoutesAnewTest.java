package io.waybill.route.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.LogHeard;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import io.waybill.route.FlowRoutesLoader;
import io.waybill.route.IdleFlows;
import io.waybill.route.Verb;
import io.waybill.run.ActiveRun;
import io.waybill.settings.SettingsReload;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.engine.DefaultInflightRepository;
import org.apache.camel.impl.engine.DefaultShutdownStrategy;
import org.apache.camel.spi.RouteStartupOrder;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that begin, or are under way, while the routes of their flow are made anew: each is whole, by what was or by what comes. */
class RoutesAnewTest {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t AS SELECT x AS id FROM system_range(1, 10)");

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch free = new CountDownLatch(1);

    /** What happens when the first route of the flow is about to stop. */
    private volatile Runnable meanwhile = () -> {};

    /** Whether the next that comes into the route is held before Camel counts it. */
    private final AtomicBoolean first = new AtomicBoolean();

    private final CountDownLatch found = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private SettingsReload reload;

    @BeforeEach
    void start() throws Exception {
        CamelContext context = harness.context();
        context.getRegistry().bind("held", new RunWatch() {
            @Override
            public void before(ActiveRun run, Verb step, String delivery) {
                if (step == Verb.STAGE) {
                    RoutesAnewTest.await(free);
                }
            }
        });
        context.setShutdownStrategy(new DefaultShutdownStrategy(context) {
            @Override
            protected boolean doShutdown(
                    CamelContext of,
                    List<RouteStartupOrder> routes,
                    long timeout,
                    TimeUnit unit,
                    boolean suspendOnly,
                    boolean abort,
                    boolean force)
                    throws Exception {
                Runnable first = meanwhile;
                meanwhile = () -> {};
                first.run();
                // a run that is in them then is as one that takes longer than Camel waits
                return super.doShutdown(of, routes, 1, TimeUnit.SECONDS, suspendOnly, abort, force);
            }
        });
        context.setInflightRepository(new DefaultInflightRepository() {
            @Override
            public void add(Exchange exchange, String routeId) {
                if (routeId.equals("t") && first.compareAndSet(true, false)) {
                    found.countDown();
                    RoutesAnewTest.await(goOn);
                }
                super.add(exchange, routeId);
            }
        });
        write("place = before");
        context.getPropertiesComponent().addLocation("file:" + harness.file("application.properties"));
        reload = Reload.of(context);
        harness.load("t.toml", flow("{{place}}"));
    }

    @AfterEach
    void stop() {
        goOn.countDown();
        free.countDown();
        threads.shutdownNow();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void write(String settings) throws Exception {
        Files.writeString(harness.file("application.properties"), settings + "\n");
    }

    private static String flow(String place) {
        return "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"{{root}}/" + place + "/{run_id}.csv\"\n";
    }

    private void edit(String text) throws Exception {
        Files.writeString(harness.file("t.toml"), text);
        PluginHelper.getRoutesLoader(harness.context())
                .updateRoutes(
                        List.of(ResourceHelper.resolveResource(harness.context(), "file:" + harness.file("t.toml"))));
    }

    /** As the API, the command line and other flows do. */
    private Future<RunResult> ask() {
        return threads.submit(() -> {
            try (ProducerTemplate template = harness.context().createProducerTemplate()) {
                Exchange run = StartedExchange.send(template, "direct:t", started -> {});
                if (run.getException() != null) {
                    throw run.getException();
                }
                return run.getMessage().getBody(RunResult.class);
            }
        });
    }

    private boolean isUnderWay() {
        return !harness.component().activeRuns().isEmpty();
    }

    /** Whether nobody gets in any more. */
    private boolean isClosed() {
        return IdleFlows.of(harness.context()).runs().isClosed("t");
    }

    @Test
    void aRunThatBeginsBetweenTheLookAndTheStopOfItsRoutesIsWholeByTheNewOnes() throws Exception {
        List<Future<RunResult>> begun = new java.util.concurrent.CopyOnWriteArrayList<>();
        meanwhile = () -> {
            begun.add(ask());
            Awaitility.await().until(() -> isUnderWay() || isClosed());
        };
        write("place = after");

        reload.reload();
        free.countDown();

        RunResult run = begun.get(0).get();
        assertThat(run.status()).isEqualTo(Status.DONE);
        assertThat(harness.file("after/" + run.runId() + ".csv")).exists();
        assertThat(harness.ledger().runs("t", null, 10)).hasSize(1);
    }

    /** The thread of a run may stand still between the moment it finds the route and the one in which Camel counts it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRunThatHasFoundTheOldRoutesAndIsNotInThemYetBeginsAgainInTheNewOnes(boolean byClock) throws Exception {
        first.set(true);
        Future<RunResult> asked = byClock ? null : ask();
        if (byClock) {
            harness.context().addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("timer:once?delay=0&repeatCount=1").to("direct:t");
                }
            });
        }
        found.await();
        try (LogHeard heard = LogHeard.of(byClock ? WaitingFirings.class : FailProducer.class)) {
            meanwhile = () -> {
                goOn.countDown();
                Awaitility.await()
                        .until(() -> isUnderWay()
                                || heard.told().stream().anyMatch(line -> line.contains("is made anew just now")));
            };
            write("place = after");
            reload.reload();
        }
        free.countDown();

        Awaitility.await()
                .until(() -> harness.ledger().runs("t", Status.DONE, 10).size() == 1);
        String id = harness.ledger().runs("t", null, 10).get(0).runId();
        assertThat(harness.file("after/" + id + ".csv")).exists();
        if (asked != null) {
            assertThat(asked.get().runId()).isEqualTo(id);
        }
        assertThat(harness.ledger().runs("t", null, 10)).hasSize(1);
    }

    @Test
    void aRunUnderWayEndsAsItBeganWhenItsFileIsEditedAndTheNextGoesByTheNewText() throws Exception {
        Route old = harness.context().getRoute("t");
        Future<RunResult> underWay = ask();
        Awaitility.await().until(this::isUnderWay);

        edit(flow("edited"));
        assertThat(isUnderWay()).isTrue();
        edit(flow("again"));
        free.countDown();

        RunResult before = underWay.get();
        assertThat(before.status()).isEqualTo(Status.DONE);
        assertThat(harness.file("before/" + before.runId() + ".csv")).exists();
        Awaitility.await().until(() -> harness.context().getRoute("t") != old && !isClosed());
        RunResult next = ask().get();
        assertThat(harness.file("again/" + next.runId() + ".csv")).exists();
    }

    @Test
    void aFlowThatIsRemovedWhileAnEditOfItWaitsDoesNotComeBack() throws Exception {
        Future<RunResult> underWay = ask();
        Awaitility.await().until(this::isUnderWay);
        Route old = harness.context().getRoute("t");
        try (LogHeard heard = LogHeard.of(FlowRoutesLoader.class)) {
            edit(flow("edited"));
            Files.delete(harness.file("t.toml"));
            free.countDown();

            assertThat(underWay.get().status()).isEqualTo(Status.DONE);
            Awaitility.await()
                    .until(() -> heard.told().contains(harness.file("t.toml") + " is gone, and not loaded again"));
        }
        assertThat(harness.context().getRoute("t")).isSameAs(old);
    }

    @Test
    void whatSomebodyHasStoppedStaysSo() throws Exception {
        harness.context().getRouteController().stopRoute("t.redrive");

        IdleFlows.of(harness.context()).changeNow("t", () -> {});

        assertThat(harness.context().getRouteController().getRouteStatus("t.redrive"))
                .isEqualTo(ServiceStatus.Stopped);
        free.countDown();
        assertThat(ask().get().status()).isEqualTo(Status.DONE);
    }

    @Test
    void aFiringThatWaitsRunsByTheRoutesThatHaveComeMeanwhile() throws Exception {
        free.countDown();
        Exchange fired = StartedExchange.of(harness.context());
        Firing firing = new Firing("t", "t", Map.of(), null, false);
        harness.component().letWait(fired, firing, new io.waybill.run.ChangingFlowException("t"));
        edit(flow("edited"));

        Awaitility.await()
                .until(() -> harness.ledger().runs("t", Status.DONE, 10).size() == 1);
        assertThat(harness.file(
                        "edited/" + harness.ledger().runs("t", null, 1).get(0).runId() + ".csv"))
                .exists();
    }

    /** @param jitter whether it is the end of its jitter that falls there, or its time */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTimeThatFallsBetweenTheOldClockAndTheNewOneIsFired(boolean jitter) throws Exception {
        free.countDown();
        HeldClock clock = new HeldClock(Instant.parse("2026-01-15T11:59:59.500Z"));
        harness.component().setClock(clock);
        String daily = flow("{{place}}") + "[[triggers]]\nid = \"x\"\ntype = \"daily\"\nat = \"12:00\"\n";
        edit(daily + (jitter ? "jitter = \"1s\"\n" : ""));
        ClockConsumer before =
                (ClockConsumer) harness.context().getRoute("t.trigger.x").getConsumer();
        if (jitter) {
            clock.letGo();
            Awaitility.await().until(() -> clock.instant().isAfter(Instant.parse("2026-01-15T12:00:00Z")));
        }
        meanwhile = () -> {
            before.stop();
            if (!jitter) {
                clock.letGo();
            }
            Awaitility.await().until(() -> clock.instant().isAfter(Instant.parse("2026-01-15T12:00:01Z")));
        };

        edit(daily.replace("{{place}}", "edited"));

        Awaitility.await()
                .until(() -> harness.ledger().runs("t", Status.DONE, 10).size() == 1);
        assertThat(harness.ledger().runs("t", null, 10).get(0).planned().logicalTime())
                .isEqualTo("2026-01-15T12:00:00Z");
    }
}
