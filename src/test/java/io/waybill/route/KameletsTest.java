package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.waybill.FlowHarness;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Kamelets and the route template of the jar, from YAML as an engineer writes it. */
class KameletsTest {

    private static final String TEMPLATE = "io/waybill/route/waybill-export.camel.yaml";

    @RegisterExtension
    private final FlowHarness harness =
            FlowHarness.over("CREATE TABLE orders AS SELECT x AS id FROM system_range(1, 5)");

    private final Queue<RunResult> results = new ConcurrentLinkedQueue<>();

    private void receive() throws Exception {
        harness.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:results")
                        .process(exchange -> results.add(exchange.getMessage().getBody(RunResult.class)));
            }
        });
    }

    @Test
    void theSourceGivesTheResultOfEachRun() throws Exception {
        receive();
        harness.component().setClock(java.time.Clock.systemUTC());
        harness.load("source.camel.yaml", """
                - route:
                    from:
                      uri: kamelet:waybill-export-source
                      parameters:
                        flow: timed
                        dataset: orders
                        destination: "{{root}}/out/orders_{run_id}.csv"
                        every: 1s
                      steps:
                        - to: direct:results
                """);

        await().until(() -> results.size() >= 2);
        assertThat(results).allSatisfy(result -> {
            assertThat(result.flow()).isEqualTo("timed");
            assertThat(result.rows()).isEqualTo(5);
            assertThat(harness.file("out/orders_" + result.runId() + ".csv")).exists();
        });
    }

    @Test
    void theSourceGivesNothingOfAPausedFlow() throws Exception {
        receive();
        harness.component().setClock(java.time.Clock.systemUTC());
        harness.ledger().pauses().pause("timed");
        harness.load("source.camel.yaml", """
                - route:
                    from:
                      uri: kamelet:waybill-export-source
                      parameters:
                        flow: timed
                        dataset: orders
                        destination: "{{root}}/out/orders_{run_id}.csv"
                        every: 1s
                      steps:
                        - to: direct:results
                """);
        try (io.waybill.LogHeard heard = io.waybill.LogHeard.of("io.waybill.route.step.StartingProducer")) {
            await().until(() -> heard.told().stream().anyMatch(line -> line.contains("starts nothing")));
        }
        harness.ledger().pauses().resume("timed");
        await().until(() -> !results.isEmpty());
        int given = results.size(); // more may come
        assertThat(harness.ledger().runs("timed", Status.DONE, 50)).hasSizeGreaterThanOrEqualTo(given);
    }

    @Test
    void theActionRunsAnExportForAMessageAndAnswersWithItsResult() throws Exception {
        harness.load("action.camel.yaml", """
                - route:
                    from:
                      uri: direct:in
                      steps:
                        - to:
                            uri: kamelet:waybill-export-action
                            parameters:
                              flow: asked
                              dataset: orders
                              destination: "{{root}}/out/orders.jsonl.gz"
                              compression: gzip
                              orderBy: id desc
                              maxRowsPerFile: 0
                        - setHeader:
                            name: rows
                            simple: "${body.rows}"
                """);

        Exchange sent = harness.sendTo("direct:in", "whatever");

        assertThat(sent.getException()).isNull();
        assertThat(sent.getMessage().getBody(RunResult.class).flow()).isEqualTo("asked");
        assertThat(sent.getMessage().getHeader("rows")).hasToString("5");
        assertThat(harness.file("out/orders.jsonl.gz")).isNotEmptyFile();
    }

    @Test
    void theActionFailsAsItsExportDoes() throws Exception {
        harness.load("action.camel.yaml", """
                - route:
                    from:
                      uri: direct:in
                      steps:
                        - to: kamelet:waybill-export-action?flow=gone&dataset=nothing&destination={{root}}/out/x.csv
                """);

        assertThat(harness.sendTo("direct:in", null).getException()).hasMessageContaining("nothing");
        assertThat(harness.ledger().runs("gone", Status.FAILED, 5)).hasSize(1);
    }

    @Test
    void theSinkExportsTheMapsOfAMessage() throws Exception {
        harness.load("sink.camel.yaml", """
                - route:
                    from:
                      uri: direct:in
                      steps:
                        - to:
                            uri: kamelet:waybill-export-sink
                            parameters:
                              flow: inbox
                              destination: "{{root}}/in/{run_id}.csv"
                """);

        Exchange sent = harness.sendTo("direct:in", List.of(Map.of("id", 1), Map.of("id", 2)));

        assertThat(sent.getException()).isNull();
        String run = sent.getMessage().getBody(RunResult.class).runId();
        assertThat(harness.file("in/" + run + ".csv")).hasContent("id\n1\n2\n");
        assertThat(harness.file("in/" + run + ".csv.waybill.json")).exists();
        assertThat(harness.sendTo("direct:in", List.of(Map.of("id", 3))).getException())
                .isNull();
        assertThat(harness.ledger().runs("inbox", Status.DONE, 5)).hasSize(2);
    }

    @Test
    void theSinkExportsTheRowsOfAQuery() throws Exception {
        harness.load("sink.camel.yaml", """
                - route:
                    from:
                      uri: direct:in
                      steps:
                        - setBody:
                            constant: SELECT id FROM orders WHERE id > 3 ORDER BY id
                        - to: rows:db
                        - to: kamelet:waybill-export-sink?flow=inbox&destination={{root}}/in/rows.csv
                """);

        assertThat(harness.sendTo("direct:in", null).getException()).isNull();
        assertThat(harness.file("in/rows.csv")).hasContent("id\n4\n5\n");
    }

    @Test
    void aTemplatedRouteExportsAtItsTimes() throws Exception {
        harness.component().setClock(java.time.Clock.systemUTC());
        PluginHelper.getRoutesLoader(harness.context())
                .loadRoutes(ResourceHelper.resolveResource(harness.context(), "classpath:" + TEMPLATE));
        harness.load("templated.camel.yaml", """
                - templatedRoute:
                    routeTemplateRef: waybill-export
                    routeId: hourly_orders
                    parameters:
                      - name: flow
                        value: hourly
                      - name: dataset
                        value: orders
                      - name: destination
                        value: "{{root}}/out/hourly.csv"
                      - name: every
                        value: 1s
                """);

        await().until(() -> harness.ledger().runs("hourly", Status.DONE, 5).size() >= 2);
        assertThat(harness.file("out/hourly.csv")).hasContent("id\n1\n2\n3\n4\n5\n");
        assertThat(harness.context().getRoute("hourly_orders")).isNotNull();
        harness.context().getRouteController().stopRoute("hourly_orders"); // else that may run it just then
        assertThat(harness.run("hourly").rows()).isEqualTo(5);
    }

    @Test
    void theTemplateHoldsCamelsSchema() throws Exception {
        JsonNode template = new YAMLMapper().readTree(resource(TEMPLATE));
        try (var in = KameletsTest.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            assertThat(JsonSchemaFactory.getInstance(VersionFlag.V4)
                            .getSchema(in)
                            .validate(template))
                    .isEmpty();
        }
    }

    /** What it passes on, it declares, and a tool shows; what it declares is an option of the steps. */
    @ParameterizedTest
    @ValueSource(strings = {"source", "action", "sink"})
    void aKameletDeclaresWhatItPassesOn(String kind) throws Exception {
        String text = resource("kamelets/waybill-export-" + kind + ".kamelet.yaml");
        JsonNode kamelet = new YAMLMapper().readTree(text);

        assertThat(kamelet.at("/metadata/name").asText()).isEqualTo("waybill-export-" + kind);
        assertThat(kamelet.at("/metadata/labels/camel.apache.org~1kamelet.type").asText())
                .isEqualTo(kind);
        kamelet.at("/spec/definition/properties").properties().forEach(property -> {
            assertThat(property.getValue().path("title").asText()).isNotBlank();
            assertThat(property.getValue().path("description").asText()).endsWith(".");
            assertThat(text).containsPattern("\\{\\{\\??" + property.getKey() + "}}");
        });
        java.util.regex.Matcher passed =
                java.util.regex.Pattern.compile("\\{\\{\\??(\\w+)}}").matcher(text);
        while (passed.find()) {
            assertThat(kamelet.at("/spec/definition/properties").has(passed.group(1)))
                    .as(passed.group(1))
                    .isTrue();
        }
        for (JsonNode step : kamelet.at("/spec/template").findParents("uri")) {
            String uri = step.get("uri").asText();
            if (uri.startsWith("waybill:")) {
                Verb verb = Verb.parse(uri.substring("waybill:".length(), uri.indexOf('/')));
                step.path("parameters")
                        .fieldNames()
                        .forEachRemaining(
                                option -> assertThat(StepOptions.of(verb)).contains(option));
            }
        }
    }

    private static String resource(String path) throws Exception {
        try (var in = KameletsTest.class.getClassLoader().getResourceAsStream(path)) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }
}
