package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.TestFiles;
import io.waybill.flow.Flow;
import io.waybill.flow.toml.FlowFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.model.Model;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A route that is printed in Camel's XML DSL is the flow, too. */
class RouteXmlTest {

    private static final Path GOLDEN_FLOWS = Path.of("src/test/resources/golden/flows");

    /** The second cannot be XML, and the third is printed with an option that its endpoint does not take. */
    private static final List<String> NO_ROUTES = List.of("datasets.toml", "batch.toml", "to_firehose.toml");

    private static final String FLOW = """
            name = "Uses <angles> & \\"quotes\\""
            [properties.export]
            source_dataset_id = "orders"
            file_path = "{{root}}/out/{ds}/orders more_{part}.csv"
            filters = [
              { column = "note", op = "!=", value = "a < b & \\"c\\" > 'd'" },
              { column = "id", op = ">", value = 0 },
            ]
            max_rows_per_file = 400
            compression = "gzip"
            redelivery = { maximum_redeliveries = 5, redelivery_delay = "1ms" }
            exporter_config = { delimiter = ";", null_string = "<null>" }
            [[properties.export.notifications]]
            uri = "file:{{root}}/notices?fileName=${header.WaybillRunId}.json"
            on = ["success"]
            """;

    @TempDir
    private Path folder;

    private HikariDataSource database;

    @BeforeEach
    void createOrders() {
        database = TestDatabases.h2();
        TestDatabases.execute(
                database,
                "CREATE TABLE orders AS SELECT x AS id, CASE WHEN mod(x, 3) > 0 THEN 'note; ' || x END AS note FROM"
                        + " system_range(1, 1000)",
                "INSERT INTO orders VALUES (0, 'zero')");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static String print(FlowHarness harness, String id) throws Exception {
        FlowFolder read = harness.flows();
        Flow flow = read.flows().get(id);
        return new RouteXml(harness.context()).print(flow, read.dataSetOf(flow).orElse(null));
    }

    private Map<String, byte[]> files() throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> found = Files.walk(folder.resolve("out"))) {
            for (Path file : found.filter(Files::isRegularFile).toList()) {
                if (!file.toString().endsWith(".waybill.json")) {
                    files.put(folder.relativize(file).toString(), Files.readAllBytes(file));
                }
            }
        }
        TestFiles.delete(folder.resolve("out"));
        return files;
    }

    @Test
    void writesTheSameBytesWithoutItsFlow() throws Exception {
        String xml;
        Map<String, byte[]> byFlow;
        try (FlowHarness harness = new FlowHarness(folder, database).load("orders.toml", FLOW)) {
            harness.run("orders");
            byFlow = files();
            xml = print(harness, "orders");
        }
        Files.delete(folder.resolve("orders.toml"));
        TestFiles.delete(folder.resolve("notices"));

        try (FlowHarness alone = new FlowHarness(folder, database).load("orders.xml", xml)) {
            alone.run("orders");

            assertThat(files()).hasSize(2).usingRecursiveComparison().isEqualTo(byFlow);
            assertThat(folder.resolve("notices")).isDirectoryContaining("glob:**.json");
            assertThat(alone.context().getRoute("orders").getDescription()).isEqualTo("Uses <angles> & \"quotes\"");
        }
        assertThat(xml).contains("{{root}}/out").doesNotContain(folder.toString());
    }

    @Test
    void triesADeliveryAgainAsItsFlowDoes() throws Exception {
        String xml;
        try (FlowHarness harness = new FlowHarness(folder, database).load("orders.toml", FLOW)) {
            xml = print(harness, "orders");
        }
        Files.delete(folder.resolve("orders.toml"));
        AtomicInteger tries = new AtomicInteger();
        try (FlowHarness alone = new FlowHarness(folder, database).load("orders.xml", xml)) {
            AdviceWith.adviceWith(
                    alone.context(),
                    "orders.delivery",
                    route -> route.interceptSendToEndpoint("file:*").process(exchange -> {
                        if (tries.incrementAndGet() < 4) {
                            throw new java.net.ConnectException("Connection refused");
                        }
                    }));

            assertThat(alone.run("orders").rows()).isEqualTo(667);
        }
        assertThat(tries).hasValue(6); // the first of two files at its fourth, and the waybill
    }

    @Test
    void aFailedRunIsCleanedUpAsItsFlowDoes() throws Exception {
        String xml;
        try (FlowHarness harness = new FlowHarness(folder, database)
                .load("orders.toml", FLOW.replace("orders\"\n", "orders\"\nlimit = 5\n"))) {
            xml = print(harness, "orders");
        }
        Files.delete(folder.resolve("orders.toml"));
        TestDatabases.execute(database, "ALTER TABLE orders RENAME TO others");
        try (FlowHarness alone = new FlowHarness(folder, database).load("orders.xml", xml)) {
            assertThat(alone.fail("orders").error()).contains("orders");
            assertThat(alone.ledger().runs("orders", null, 5))
                    .singleElement()
                    .satisfies(run -> assertThat(run.status()).hasToString("FAILED"));
        }
    }

    static Stream<String> goldenFlows() throws IOException {
        try (Stream<Path> files = Files.list(GOLDEN_FLOWS)) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".toml") && !NO_ROUTES.contains(name))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    /** All there is in a route that is printed can be read again: the same steps, and the same endpoints. */
    @ParameterizedTest
    @MethodSource("goldenFlows")
    void isReadAsTheFlowIs(String file) throws Exception {
        Files.copy(GOLDEN_FLOWS.resolve("datasets.toml"), folder.resolve("datasets.toml"));
        Files.copy(GOLDEN_FLOWS.resolve(file), folder.resolve(file));
        String xml;
        String id;
        try (FlowHarness harness = golden()) {
            FlowFolder read = harness.flows();
            id = read.flows().keySet().iterator().next();
            xml = print(harness, id);
        }
        Files.delete(folder.resolve(file));

        try (FlowHarness alone = golden()) {
            List<String> byXml = routes(alone.load(id + ".xml", xml));
            try (FlowHarness byYaml = golden()) {
                String printed = Files.readString(
                        Path.of("src/test/resources/golden/routes").resolve(id + ".camel.yaml"));
                assertThat(byXml).isEqualTo(routes(byYaml.load(id + ".camel.yaml", printed)));
            }
        }
    }

    private FlowHarness golden() {
        FlowHarness harness = new FlowHarness(folder, database);
        harness.property("waybill.triggers", "true");
        harness.context().getPropertiesComponent().addLocation("file:" + GOLDEN_FLOWS + "/application.properties");
        harness.context().getRegistry().bind("demo", database);
        harness.context().setAutoStartup(false);
        return harness;
    }

    /** Each step with what it sends to: the order of options says nothing. */
    private static List<String> routes(FlowHarness harness) {
        Model model = harness.context().getCamelContextExtension().getContextPlugin(Model.class);
        List<String> steps = new ArrayList<>();
        for (RouteDefinition route : model.getRouteDefinitions()) {
            steps.add(route.getRouteId() + " from "
                    + endpoint(harness, route.getInput().getEndpointUri()) + " " + route.getRouteConfigurationId() + " "
                    + route.getAutoStartup());
            for (ProcessorDefinition<?> step : steps(route)) {
                String id = step instanceof OnExceptionDefinition ? "" : step.getId(); // which nobody gives those
                String what = step instanceof ToDefinition
                        ? ""
                        : step instanceof ToDynamicDefinition
                                ? step.getLabel().replaceAll("\\?.*", "") // whose options have an order of their own
                                : step.getLabel();
                steps.add(step.getShortName() + " " + id + " " + what);
                if (step instanceof ToDefinition to) {
                    steps.add("    " + endpoint(harness, to.getUri()));
                }
            }
        }
        return steps;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Collection<ProcessorDefinition<?>> steps(RouteDefinition route) {
        return (Collection)
                ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ProcessorDefinition.class);
    }

    /** Whatever is written as its code, and however often. */
    private static String endpoint(FlowHarness harness, String uri) {
        String found = harness.context()
                .getEndpoint(harness.context().resolvePropertyPlaceholders(uri))
                .getEndpointUri();
        while (found.contains("%25")) {
            found = found.replace("%25", "%");
        }
        return found.replace("%2F", "/").replace("%3A", ":").replace("%2C", ",");
    }

    @Test
    void aValueThatXmlWouldChangeIsRefused() throws Exception {
        try (FlowHarness harness =
                new FlowHarness(folder, database).load("orders.toml", FLOW.replace("orders more_", "orders & more_"))) {
            assertThatThrownBy(() -> print(harness, "orders"))
                    .hasMessage(
                            "the flow cannot be printed as XML: in an endpoint's URI, Camel's XML DSL drops spaces behind"
                                    + " an &, and a value of this one has such; yaml has them");
        }
    }
}
