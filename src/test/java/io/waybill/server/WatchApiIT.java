package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.server.ServerHarness.Answered;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.MBeanServer;
import javax.management.ObjectName;
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
                .containsExactly(
                        "waybill-ledger", "waybill-databases", "waybill-disk", "waybill-scheduler", "waybill-files");
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
                        "# TYPE waybill_runs_total counter",
                        "waybill_runs_total{flow=\"orders\",status=\"done\"} 1.0",
                        "waybill_runs_total{flow=\"orders\",status=\"failed\"} 0.0",
                        "waybill_run_rows_total{flow=\"orders\",status=\"done\"} 100.0",
                        "# TYPE waybill_run_duration_seconds summary",
                        "waybill_run_duration_seconds_count{flow=\"orders\",status=\"done\"} 1",
                        "waybill_dead_letters{flow=\"orders\"} 0.0",
                        "waybill_quarantined_runs{flow=\"orders\"} 0.0",
                        "waybill_waiting_firings 0.0")
                .anyMatch(line -> line.startsWith("waybill_last_success_age_seconds{flow=\"orders\"} "))
                .anyMatch(line -> line.startsWith("waybill_run_bytes_total{flow=\"secret\"} "))
                .anyMatch(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\"} "))
                .anyMatch(line -> line.startsWith("process_cpu_seconds_total "));
        String some = server.get("/metrics")
                .as(server.token("view@namespace:public"))
                .send()
                .text();
        assertThat(some).contains("flow=\"orders\"").doesNotContain("secret");
        assertThat(server.get("/metrics").send().status()).isEqualTo(401);
    }

    @Test
    void metricsAreWhatPrometheusUnderstands() throws Exception {
        server.run("orders");
        server.ledger().watermarks().set("orders", "orders", "changed", "2026-01-15T10:00:00Z");
        String text = server.get("/metrics").send().text();
        assertThat(text).contains("waybill_watermark_lag_seconds{flow=\"orders\"} ");
        Promtool.assertAccepts(text, "check", "metrics");
    }

    @Test
    void dashboardAndAlertsNameMetricsThatThereAre() throws Exception {
        server.run("orders");
        server.ledger().watermarks().set("orders", "orders", "changed", "2026-01-15T10:00:00Z");
        Set<String> told = server.get("/metrics")
                .send()
                .text()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.replaceFirst("[{ ].*", ""))
                .collect(Collectors.toSet());
        for (String file : List.of("alerts.yml", "dashboard.json")) {
            String text = Files.readString(Path.of("docs/monitoring", file));
            Set<String> named = Pattern.compile("\\b(?:waybill|jvm|process)_[a-z_]+")
                    .matcher(text)
                    .results()
                    .map(MatchResult::group)
                    .collect(Collectors.toSet());
            assertThat(named).as(file).hasSizeGreaterThan(4);
            assertThat(told).as(file).containsAll(named);
        }
    }

    @Test
    void alertsAreWhatPrometheusUnderstands() throws Exception {
        Promtool.assertAccepts("", "check", "rules", "docs/monitoring/alerts.yml");
    }

    @Test
    void jmxTellsOfRuns() throws Exception {
        server.run("orders");
        try (ManagedRuns shown = ManagedRuns.show(server.context())) {
            ObjectName name = new ObjectName(
                    "io.waybill:type=Runs,name=\"" + server.context().getName() + "\"");
            MBeanServer jmx = ManagementFactory.getPlatformMBeanServer();
            assertThat(jmx.getAttribute(name, "RunsDone")).isEqualTo(1L);
            assertThat(jmx.getAttribute(name, "RunsFailed")).isEqualTo(0L);
            assertThat(jmx.getAttribute(name, "LedgerUp")).isEqualTo(true);
            assertThat((String) jmx.getAttribute(name, "LastSuccess")).endsWith("Z");
            assertThat((String[]) jmx.getAttribute(name, "OpenRuns")).isEmpty();
            assertThat(jmx.getAttribute(name, "WaitingFirings")).isEqualTo(0);
        }
    }

    @Test
    void failuresAndQuarantinesAreCounted() throws Exception {
        server.ledger().begin("orders", "run-1");
        server.ledger().fail("run-1", Status.FAILED, 0, "no room", "dead-letter/run-1");
        server.ledger().begin("orders", "run-2");
        server.ledger().fail("run-2", Status.QUARANTINED, 3, "it does not hold", null);
        assertThat(server.get("/metrics").send().text().lines())
                .contains(
                        "waybill_runs_total{flow=\"orders\",status=\"failed\"} 1.0",
                        "waybill_runs_total{flow=\"orders\",status=\"quarantined\"} 1.0",
                        "waybill_dead_letters{flow=\"orders\"} 1.0",
                        "waybill_quarantined_runs{flow=\"orders\"} 1.0");
    }

    @Test
    void theDescriptionHasEachRouteAndNoOther() throws Exception {
        JsonNode document = server.get("/openapi.json").send().json(200);
        TreeSet<String> described = new TreeSet<>();
        for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
            path.getValue().fieldNames().forEachRemaining(method -> described.add(method + " " + path.getKey()));
        }
        Set<String> pages = server.operations().stream()
                .filter(Operation::isPage) // which are for people
                .map(page -> page.method().toLowerCase(Locale.ROOT) + " " + page.template())
                .collect(Collectors.toSet());
        TreeSet<String> routes = new TreeSet<>(List.of("get /v2/runs/{id}/events", "get /v2/runs/{id}/files/{name}"));
        for (RestDefinition rest : ((ModelCamelContext) server.context()).getRestDefinitions()) {
            for (VerbDefinition verb : rest.getVerbs()) {
                routes.add(verb.asVerb() + " " + verb.getPath());
            }
        }
        assertThat(routes).containsAll(pages);
        routes.removeAll(pages);
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
