package io.waybill.route.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.FlowHarness;
import io.waybill.ledger.Occasion.Due;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.route.RouteYaml;
import io.waybill.route.WaybillConstants;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.random.RandomGenerator;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.CamelContextHelper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.quartz.CronScheduleBuilder;
import org.quartz.CronTrigger;
import org.quartz.TriggerBuilder;

/** Triggers that have times, with clocks that are set to these. */
class ClockTest {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t AS SELECT 1 AS id");

    private volatile Duration ahead = Duration.ZERO;
    private volatile Instant stopped;

    @BeforeEach
    void start() {
        harness.component().setClock(new Clock() {
            @Override
            public Instant instant() {
                Instant held = stopped;
                return held == null ? Instant.now().plus(ahead) : held;
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                throw new UnsupportedOperationException();
            }
        });
    }

    private static String flow(String trigger) {
        return "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"{{root}}/out/{ds}/t_{ts_nodash}.csv\"\n"
                + "[[triggers]]\nid = \"x\"\n" + trigger.replace("; ", "\n") + "\n";
    }

    /** The clock goes on from there. */
    private void setClock(String instant) {
        ahead = Duration.between(Instant.now(), Instant.parse(instant));
        stopped = null;
    }

    /** However long it takes to start, it is not later. */
    private void stopClock(String instant) {
        stopped = Instant.parse(instant);
    }

    private void letClockGo() {
        setClock(stopped.toString());
    }

    private void restartAt(String instant) throws Exception {
        harness.context().getRouteController().stopRoute("t.trigger.x");
        setClock(instant);
        harness.context().getRouteController().startRoute("t.trigger.x");
    }

    private void awaitLookBack() {
        await().until(() ->
                ((ClockConsumer) harness.context().getRoute("t.trigger.x").getConsumer()).hasLookedBack());
    }

    /** The times that runs were done for, the first begun first. */
    private List<String> done() {
        List<String> times = new ArrayList<>();
        for (RunEntry run : harness.ledger().runs("t", Status.DONE, 100)) {
            times.add(0, run.planned().logicalTime().toString());
        }
        return times;
    }

    @Test
    void aTimeThatClocksJumpOverRunsLaterThatDay() throws Exception {
        stopClock("2026-03-29T01:29:59.700Z");

        harness.load("t.toml", flow("type = \"daily\"; at = \"02:30\"; timezone = \"Europe/Vienna\""));
        letClockGo();

        await().until(() -> done().equals(List.of("2026-03-29T01:30:00Z")));
        assertThat(harness.file("out/2026-03-29/t_20260329T033000.csv")).exists();
    }

    @Test
    void anIntervalRunsAtEachOfItsTimes() throws Exception {
        stopClock("2026-01-15T02:00:01.900Z");

        harness.load(
                "t.toml",
                flow("type = \"interval\"; every = \"2s\"; start_at = \"2026-01-15T02:00\"; repeat = 3")
                        .replace("[[", "overlap = \"queue\"\n[["));
        letClockGo();

        await().until(() -> done().equals(List.of("2026-01-15T02:00:02Z", "2026-01-15T02:00:04Z")));
    }

    @Test
    void aPrintedRouteHasTheSameTimes() throws Exception {
        Files.writeString(
                harness.file("t.toml"),
                flow("type = \"weekly\"; on = [\"sunday\", \"monday\"]; at = \"12:30\"; timezone = \"Europe/Vienna\";"
                        + " jitter = \"1ms\"; catch_up = true"));
        var flow = harness.flows().flows().get("t");
        String yaml = new RouteYaml(harness.context()).print(flow, null);
        Files.delete(harness.file("t.toml"));
        assertThat(yaml)
                .contains(
                        "      uri: waybill\n",
                        "        name: clock/t\n",
                        "        trigger: x\n",
                        "        type: weekly\n",
                        "        timezone: Europe/Vienna\n");
        stopClock("2026-03-29T10:29:59.700Z");

        harness.load("t.camel.yaml", yaml);
        letClockGo();

        await().until(() -> done().equals(List.of("2026-03-29T10:30:00Z")));
    }

    @Test
    void whatWasMissedRunsOnceAtTheStartForTheLatestOfItsTimes() throws Exception {
        setClock("2026-01-15T12:00:00Z");
        harness.load(
                "t.toml",
                flow("type = \"daily\"; at = \"02:00\"; catch_up = true")
                        + "[[triggers]]\nid = \"y\"\ntype = \"daily\"\nat = \"03:00\"\n");
        awaitLookBack(); // the times before are none that it has missed

        restartAt("2026-01-18T12:00:00Z");
        await().until(() -> done().equals(List.of("2026-01-18T02:00:00Z")));
        restartAt("2026-01-18T13:00:00Z"); // nothing more
        awaitLookBack();
        restartAt("2026-01-19T13:00:00Z");

        await().until(() -> done().equals(List.of("2026-01-18T02:00:00Z", "2026-01-19T02:00:00Z")));
        assertThat(harness.ledger().runs("t", null, 10)).hasSize(2);
    }

    @Test
    void aOnceThatNobodyWasThereForIsMadeUpForAndANewOneIsNot() throws Exception {
        setClock("2026-01-15T12:00:00Z");
        harness.load(
                "t.toml",
                flow("type = \"once\"; at = \"2026-01-15T11:00\"; catch_up = true")
                                .replace("\"x\"", "\"old\"")
                        + "[[triggers]]\nid = \"x\"\ntype = \"once\"\nat = \"2026-01-16T11:00\"\ncatch_up = true\n");
        awaitLookBack();

        restartAt("2026-01-17T12:00:00Z");

        await().until(() -> done().equals(List.of("2026-01-16T11:00:00Z")));
        assertThat(harness.ledger().runs("t", null, 10)).hasSize(1);
    }

    @Test
    void whatFallsIntoAPauseIsNotMadeUpFor() throws Exception {
        setClock("2026-01-15T12:00:00Z");
        harness.load("t.toml", flow("type = \"daily\"; at = \"02:00\"; catch_up = true"));
        awaitLookBack();
        harness.ledger().pauses().pause("t");
        harness.context().getRouteController().stopRoute("t.trigger.x");
        stopClock("2026-01-16T01:59:59.500Z");
        harness.context().getRouteController().startRoute("t.trigger.x");
        letClockGo(); // its time comes
        await().until(() ->
                harness.ledger().firings().isFired("t", new Due("t.trigger.x", Instant.parse("2026-01-16T02:00:00Z"))));
        restartAt("2026-01-17T12:00:00Z"); // its time was missed
        awaitLookBack();
        harness.ledger().pauses().resume("t");
        restartAt("2026-01-17T13:00:00Z");
        awaitLookBack();
        assertThat(harness.ledger().runs("t", null, 10)).isEmpty();

        restartAt("2026-01-18T12:00:00Z");

        await().until(() -> done().equals(List.of("2026-01-18T02:00:00Z")));
    }

    @Test
    void somebodyWhoAsksRunsAFlowThatIsPaused() throws Exception {
        harness.load("t.toml", flow("type = \"daily\"; at = \"02:00\""));
        harness.ledger().pauses().pause("t");

        assertThat(harness.run("t").status()).isEqualTo(Status.DONE);
    }

    @Test
    void aTimeWhoseRunNobodySawAnythingOfHasAnother() throws Exception {
        setClock("2026-01-15T12:00:00Z");
        harness.load("t.toml", flow("type = \"daily\"; at = \"02:00\"; catch_up = true"));
        awaitLookBack();
        harness.context().getRouteController().stopRoute("t.trigger.x");
        harness.ledger().begin("t", "killed", new Due("t.trigger.x", Instant.parse("2026-01-16T02:00:00Z")));
        harness.ledger().fail("killed", Status.INTERRUPTED, 0, "its process ended before the run did", null);

        restartAt("2026-01-16T12:00:00Z");
        await().until(() -> done().equals(List.of("2026-01-16T02:00:00Z")));
        restartAt("2026-01-16T13:00:00Z");
        awaitLookBack();
        restartAt("2026-01-17T13:00:00Z");

        await().until(() -> done().equals(List.of("2026-01-16T02:00:00Z", "2026-01-17T02:00:00Z")));
    }

    @Test
    void aTimeThatComesWhileTheFlowRunsIsLeftOutAndOneThatWasMissedWaits() throws Exception {
        stopClock("2026-01-16T01:59:59.900Z");
        harness.load("t.toml", flow("type = \"daily\"; at = \"02:00\"; catch_up = true"));
        awaitLookBack();
        harness.ledger().begin("t", "other");
        letClockGo();
        await().until(() ->
                harness.ledger().firings().isFired("t", new Due("t.trigger.x", Instant.parse("2026-01-16T02:00:00Z"))));
        restartAt("2026-01-17T03:00:00Z");
        awaitLookBack();

        harness.ledger().fail("other", Status.FAILED, 0, "", null);

        await().until(() -> done().equals(List.of("2026-01-17T02:00:00Z")));
        restartAt("2026-01-17T04:00:00Z");
        awaitLookBack();
        assertThat(harness.ledger().runs("t", null, 10)).hasSize(2);
    }

    @Test
    void aRouteByHandRunsAFlowAsOftenAsItAsksFor() throws Exception {
        setClock("2026-01-15T12:00:00Z");
        harness.load("t.toml", flow("type = \"manual\"").replace("ts_nodash", "run_id"));
        harness.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("quartz:by/hand?cron=* * * * * ?")
                        .routeId("t.by.hand")
                        .split(constant(List.of(1, 2)))
                        .to("waybill:t");
            }
        });

        // on a busy machine, the first run of the next time may be done before the second of this one
        await().until(() -> done().stream().anyMatch(time -> Collections.frequency(done(), time) == 2));
    }

    /** As of one that had no thread at its time: Quartz tells the moment of the firing. */
    @Test
    void whatQuartzFiresLateStandsForItsOwnTime() throws Exception {
        CronTrigger cron = TriggerBuilder.newTrigger()
                .withSchedule(CronScheduleBuilder.cronSchedule("0 59 23 * * ?")
                        .inTimeZone(TimeZone.getTimeZone("Europe/Vienna")))
                .build();
        List<Date> times = new ArrayList<>();
        harness.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:late").process(exchange -> {
                    exchange.setProperty(Firing.BY_CLOCK, true);
                    times.add(Firing.of(exchange, "t").time());
                });
            }
        });

        try (ProducerTemplate template = harness.context().createProducerTemplate()) {
            template.sendBodyAndHeaders(
                    "direct:late",
                    null,
                    Map.of(
                            "trigger",
                            cron,
                            Firing.SCHEDULED_FIRE_TIME,
                            Date.from(Instant.parse("2026-01-15T23:04:13Z"))));
        }

        assertThat(times).containsExactly(Date.from(Instant.parse("2026-01-15T22:59:00Z")));
    }

    @Test
    void jitterPutsTheBeginningOffAndNotTheTime() throws Exception {
        List<Long> asked = new ArrayList<>();
        RandomGenerator random = new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new UnsupportedOperationException();
            }

            @Override
            public long nextLong(long bound) {
                asked.add(bound);
                return 700;
            }
        };
        stopClock("2026-01-15T01:59:59.700Z");
        WaybillEndpoint endpoint = CamelContextHelper.getMandatoryEndpoint(
                harness.context(),
                "waybill:clock/t?trigger=x&type=once&at=2026-01-15T02:00&jitter=30s",
                WaybillEndpoint.class);
        List<Exchange> fired = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Instant> at = java.util.Collections.synchronizedList(new ArrayList<>());
        ClockConsumer consumer = new ClockConsumer(
                endpoint,
                exchange -> {
                    at.add(harness.component().getClock().instant());
                    fired.add(exchange.copy());
                },
                random);
        consumer.start();
        letClockGo();

        await().until(() -> fired.size() == 1);
        consumer.stop();
        assertThat(asked).containsExactly(30_001L);
        assertThat(at.get(0)).isAfterOrEqualTo(Instant.parse("2026-01-15T02:00:00.700Z"));
        assertThat(fired.get(0).getMessage().getHeader(Firing.SCHEDULED_FIRE_TIME, Date.class))
                .isEqualTo(Date.from(Instant.parse("2026-01-15T02:00:00Z")));
        assertThat(fired.get(0).getMessage().getHeader(WaybillConstants.LOGICAL_TIME))
                .isNull();
    }
}
