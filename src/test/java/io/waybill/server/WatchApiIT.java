package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.server.ServerHarness.Answered;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.rest.RestDefinition;
import org.apache.camel.model.rest.VerbDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What those see who watch over a server, and its description of itself. */
class WatchApiIT {

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("orders")
            .withFlow("secret", "namespace = \"finance\"\n" + ServerHarness.export("secret"));

    @Test
    void isReadyWhileLedgerAndDatabasesAnswer() throws Exception {
        server.token("view@*");
        assertThat(server.get("/health/live").send().json(200).get("status").asText())
                .isEqualTo("UP");
        JsonNode ready = server.get("/health/ready").send().json(200);
        assertThat(ready.get("checks").findValuesAsText("name"))
                .containsExactly("waybill-ledger", "waybill-databases", "waybill-disk", "waybill-scheduler");
        assertThat(HealthCheckRegistry.get(server.context()).getCheck("waybill-ledger"))
                .isPresent();
    }

    @Test
    void isNotReadyWhereADatabaseIsAway() throws Exception {
        server.database().close();
        Answered ready = server.get("/health/ready").send();
        assertThat(ready.json(503).get("status").asText()).isEqualTo("DOWN");
        assertThat(ready.text()).contains("\"waybill-databases\",\n    \"status\" : \"DOWN\"");
        assertThat(ready.text()).doesNotContain("jdbc").doesNotContain("Exception");
        assertThat(server.get("/health/live").send().status()).isEqualTo(200);
    }

    @Test
    void metricsTellWhatRunsHaveComeToToThoseWhoMaySeeThem() throws Exception {
        server.run("orders");
        server.run("secret");
        Answered all = server.get("/metrics").send();
        assertThat(all.header("Content-Type")).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        assertThat(all.text().lines())
                .contains(
                        "waybill_runs{flow=\"orders\",status=\"done\"} 1",
                        "waybill_run_rows{flow=\"orders\",status=\"done\"} 100",
                        "waybill_dead_letters{flow=\"orders\"} 0",
                        "# TYPE waybill_runs gauge")
                .anyMatch(line -> line.startsWith("waybill_last_success_age_seconds{flow=\"orders\"} "))
                .anyMatch(line -> line.startsWith("waybill_run_bytes{flow=\"secret\"} "))
                .allMatch(Pattern.compile("# (HELP|TYPE) \\w+ .+|\\w+\\{\\w+=\"[^\"]*\"(,\\w+=\"[^\"]*\")*} [\\d.E-]+")
                        .asMatchPredicate());
        String some = server.get("/metrics")
                .as(server.token("view@namespace:public"))
                .send()
                .text();
        assertThat(some).contains("flow=\"orders\"").doesNotContain("secret");
        assertThat(server.get("/metrics").send().status()).isEqualTo(401);
    }

    @Test
    void theDescriptionHasEachRouteAndNoOther() throws Exception {
        JsonNode document = server.get("/openapi.json").send().json(200);
        TreeSet<String> described = new TreeSet<>();
        for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
            path.getValue().fieldNames().forEachRemaining(method -> described.add(method + " " + path.getKey()));
        }
        TreeSet<String> routes = new TreeSet<>(List.of("get /v2/runs/{id}/events", "get /v2/runs/{id}/files/{name}"));
        for (RestDefinition rest : ((ModelCamelContext) server.context()).getRestDefinitions()) {
            for (VerbDefinition verb : rest.getVerbs()) {
                routes.add(verb.asVerb() + " " + verb.getPath());
            }
        }
        assertThat(described).isEqualTo(routes);
    }

    @Test
    void theDescriptionIsWellFormed() throws Exception {
        JsonNode document = server.get("/openapi.json").send().json(200);
        assertThat(document.get("openapi").asText()).isEqualTo("3.0.3");
        List<String> ids = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
            List<String> variables = Pattern.compile("\\{(\\w+)}")
                    .matcher(path.getKey())
                    .results()
                    .map(found -> found.group(1))
                    .toList();
            for (JsonNode operation : path.getValue()) {
                ids.add(operation.get("operationId").asText());
                List<String> declared = new ArrayList<>();
                for (JsonNode parameter : operation.get("parameters")) {
                    assertThat(parameter.at("/schema/type").asText()).isEqualTo("string");
                    if (parameter.get("in").asText().equals("path")) {
                        assertThat(parameter.get("required").asBoolean()).isTrue();
                        declared.add(parameter.get("name").asText());
                    }
                }
                assertThat(declared).isEqualTo(variables);
                assertThat(operation.get("responses")).isNotEmpty().allMatch(response -> response.has("description"));
                assertThat(operation.at("/responses/default/content")).isNotEmpty();
            }
        }
        assertThat(ids).doesNotHaveDuplicates();
        for (String reference : document.findValuesAsText("$ref")) {
            assertThat(document.at(reference.substring(1)).isMissingNode())
                    .as(reference)
                    .isFalse();
        }
    }
}
