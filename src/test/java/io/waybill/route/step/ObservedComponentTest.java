package io.waybill.route.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.console.DevConsole;
import org.apache.camel.console.DevConsole.MediaType;
import org.apache.camel.console.DevConsoleRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What Camel's developer console and its JMX show of Waybill. */
class ObservedComponentTest {

    private static final String JMX = "org.apache.camel.jmx.disabled";

    private static final String FLOW = """
            [properties.export]
            source_dataset_id = "orders"
            file_path = "{{root}}/out/%s.csv"
            """;

    @TempDir
    private Path folder;

    @RegisterExtension
    private final FlowHarness flows = FlowHarness.over("CREATE TABLE orders AS SELECT x AS id FROM system_range(1, 3)");

    private DevConsole console() {
        DevConsoleRegistry registry =
                flows.context().getCamelContextExtension().getContextPlugin(DevConsoleRegistry.class);
        return registry.resolveById("waybill");
    }

    private String text(Map<String, Object> options) {
        return (String) console().call(MediaType.TEXT, options);
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> json(Map<String, Object> options) {
        return (Map<String, Object>) console().call(MediaType.JSON, options);
    }

    @Test
    void theConsoleShowsTheLastRuns() throws Exception {
        flows.load("orders.toml", FLOW.formatted("orders")).load("others.toml", FLOW.formatted("others"));
        String first = flows.run("orders").runId();
        String second = flows.run("others").runId();

        assertThat(text(Map.of()))
                .startsWith("Waybill (not packaged), Camel 4.")
                .contains("Ledger: jdbc:h2:mem:")
                .contains("Runs under way: none")
                .contains(" orders " + first + " done, 3 rows", " others " + second + " done, 3 rows");
        assertThat(text(Map.of("flow", "others"))).contains(second).doesNotContain(first);
        assertThat(json(Map.of("limit", "1")))
                .containsEntry("waiting_firings", 0)
                .containsEntry("open", List.of())
                .satisfies(shown -> assertThat((List<?>) shown.get("runs"))
                        .singleElement()
                        .asString()
                        .contains("status=done", "rows=3"));
    }

    @Test
    void theConsoleShowsTheRunsUnderWay() throws Exception {
        flows.load("orders.toml", FLOW.formatted("orders"));
        CountDownLatch shown = new CountDownLatch(1);
        AdviceWith.adviceWith(
                flows.context(),
                "orders",
                route -> route.weaveById("orders.stage").before().process(exchange -> {
                    assertThat(text(Map.of())).contains("    orders ", " since ");
                    assertThat(json(Map.of()).get("open")).asString().contains("flow=orders", "staged=false");
                    shown.countDown();
                }));

        flows.run("orders");

        assertThat(shown.await(0, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void theConsoleShowsWhatIsHeld() throws Exception {
        flows.load("orders.toml", FLOW.formatted("orders"));
        flows.ledger().pauses().pause("orders");

        assertThat(text(Map.of())).contains("Paused: orders");
        assertThat(json(Map.of())).containsEntry("paused", List.of("orders"));
    }

    @Test
    void theConsoleSaysWhatNumberOfRunsItTakes() {
        assertThatThrownBy(() -> text(Map.of("limit", "all")))
                .hasMessage("limit: \"all\" is no number of runs; 1 to 1000 is allowed");
    }

    @Test
    void theConsoleTellsNoPassword() {
        flows.property("waybill.ledger.url", "jdbc:postgresql://waybill:s3cr3t@host/ledger?password=s3cr3t");

        assertThat(text(Map.of()))
                .contains("Ledger: jdbc:postgresql://host/ledger")
                .doesNotContain("s3cr3t");
    }

    @Test
    void jmxHasTheRunsAtTheComponent() throws Exception {
        String before = System.clearProperty(JMX);
        try (var database = TestDatabases.h2();
                FlowHarness managed = new FlowHarness(folder, database)) {
            TestDatabases.execute(database, "CREATE TABLE orders AS SELECT x AS id FROM system_range(1, 3)");
            managed.load("orders.toml", FLOW.formatted("orders"));
            managed.run("orders");
            MBeanServer server = ManagementFactory.getPlatformMBeanServer();
            ObjectName name = server.queryNames(
                            new ObjectName("org.apache.camel:type=components,name=\"waybill\",*"), null)
                    .iterator()
                    .next();

            assertThat(server.getAttribute(name, "OpenRuns")).isEqualTo(List.of());
            assertThat(server.getAttribute(name, "LedgerUp")).isEqualTo(true);
            assertThat(server.getAttribute(name, "LedgerPlace")).asString().startsWith("jdbc:h2:mem:");
            assertThat(Instant.parse((String) server.getAttribute(name, "LastSuccess")))
                    .isBeforeOrEqualTo(Instant.now());
            assertThat(server.getAttribute(name, "RunsDone")).isEqualTo(1L);
            assertThat(server.getAttribute(name, "RunsFailed")).isEqualTo(0L);
            assertThat(server.getAttribute(name, "WaitingFirings")).isEqualTo(0);
            assertThat(server.getAttribute(name, "ComponentName")).isEqualTo("waybill");
        } finally {
            if (before != null) {
                System.setProperty(JMX, before);
            }
        }
    }
}
