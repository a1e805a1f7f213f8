package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.FlowHarness;
import io.waybill.ledger.RunResult;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeSendingEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.apache.camel.support.MessageHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What somebody sees who logs what travels a flow's route, and what Camel's events tell of it. */
class LoggedBodiesTest {

    /** As Java prints an object that says nothing of itself. */
    private static final Pattern ANONYMOUS = Pattern.compile("io\\.waybill\\.[\\w.$]+@[0-9a-f]+");

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t AS SELECT x AS id FROM system_range(1, 3)");

    /** What was sent where: a step's endpoint, the body before it, as text, and the properties. */
    private record Sent(String endpoint, String body, String properties) {}

    private final List<Sent> sent = Collections.synchronizedList(new ArrayList<>());

    private void listen() throws Exception {
        EventNotifierSupport notifier = new EventNotifierSupport() {
            @Override
            public void notify(CamelEvent event) {
                ExchangeSendingEvent sending = (ExchangeSendingEvent) event;
                Exchange exchange = sending.getExchange();
                sent.add(new Sent(
                        sending.getEndpoint().getEndpointUri().replaceAll("\\?.*", ""),
                        MessageHelper.extractBodyForLogging(exchange.getMessage(), ""),
                        exchange.getAllProperties().toString()));
            }

            @Override
            public boolean isEnabled(CamelEvent event) {
                return event instanceof ExchangeSendingEvent;
            }
        };
        harness.context().addService(notifier);
        harness.context().getManagementStrategy().addEventNotifier(notifier);
    }

    private void load() throws Exception {
        harness.load("orders.toml", """
                [properties.export]
                source_dataset_id = "t"
                file_path = "{{root}}/out/t_{part}.csv"
                max_rows_per_file = 2
                """);
    }

    @Test
    void theEventsOfARunSayWhatEachStepGot() throws Exception {
        listen();
        load();

        harness.run("orders");

        assertThat(sent)
                .extracting(Sent::endpoint)
                .containsSubsequence(
                        "direct://orders",
                        "waybill://begin/orders",
                        "rows://db",
                        "waybill://stage/orders",
                        "direct://orders.delivery",
                        "waybill://part/orders",
                        "file://" + harness.file("out"),
                        "waybill://manifest/orders",
                        "waybill://complete/orders");
        assertThat(body("waybill://stage/orders")).isEqualTo("rows of id, to be read once");
        assertThat(body("direct://orders.delivery")).isEqualTo("[t_1.csv (2 rows, 7 bytes), t_2.csv (1 row, 5 bytes)]");
        assertThat(body("waybill://part/orders")).isEqualTo("t_1.csv (2 rows, 7 bytes)");
    }

    private String body(String endpoint) {
        return sent.stream()
                .filter(each -> each.endpoint().equals(endpoint))
                .findFirst()
                .orElseThrow()
                .body();
    }

    @Test
    void nothingIsShownByItsClassAndANumber() throws Exception {
        listen();
        load();
        harness.run("orders");
        harness.run("orders");

        assertThat(sent)
                .isNotEmpty()
                .noneMatch(each ->
                        each.body() != null && ANONYMOUS.matcher(each.body()).find());
        assertThat(sent).noneMatch(each -> ANONYMOUS.matcher(each.properties()).find());
    }

    @Test
    void theResultOfARunIsATextAMapAndJson() throws Exception {
        load();
        Exchange run;
        try (var template = harness.context().createProducerTemplate()) {
            run = template.send("waybill:orders", exchange -> {});
        }

        assertThat(run.getException()).isNull();
        RunResult result = run.getMessage().getBody(RunResult.class);
        assertThat(run.getMessage().getBody(String.class))
                .startsWith("{\"run_id\":\"" + result.runId() + "\",\"flow\":\"orders\",")
                .doesNotContain("\n");
        assertThat(run.getMessage().getBody(Map.class))
                .containsEntry("run_id", result.runId())
                .containsEntry("rows", 3L);
        JsonNode json = run.getMessage().getBody(JsonNode.class);
        assertThat(json.at("/files/0/rows").asInt()).isEqualTo(2);
        try (InputStream in = run.getMessage().getBody(InputStream.class)) {
            assertThat(new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                    .isEqualTo(json.toString());
        }
    }

    @Test
    void eachRouteAndEachStepHasANameOfItsFlows() throws Exception {
        load();

        org.apache.camel.model.Model model =
                harness.context().getCamelContextExtension().getContextPlugin(org.apache.camel.model.Model.class);
        assertThat(model.getRouteDefinitions()).isNotEmpty().allSatisfy(route -> {
            assertThat(route.getRouteId()).matches("orders(\\..+)?");
            assertThat(org.apache.camel.model.ProcessorDefinitionHelper.filterTypeInOutputs(
                            route.getOutputs(), org.apache.camel.model.ProcessorDefinition.class))
                    .filteredOn(step -> !(step instanceof org.apache.camel.model.OnExceptionDefinition))
                    .isNotEmpty()
                    .allSatisfy(step -> assertThat(step.getId()).startsWith("orders."));
        });
    }
}
