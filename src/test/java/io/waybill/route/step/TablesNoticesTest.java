package io.waybill.route.step;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.TestFiles;
import io.waybill.ledger.RunResult;
import io.waybill.ledger.RunResult.TableResult;
import io.waybill.route.WaybillConstants;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.AdviceWith;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who asked is told once of a run of many tables, whatever has come of each. */
class TablesNoticesTest {

    private static final String FLOW = """
            [properties.export]
            source_dataset_id = "public.*"
            columns = ["id", "x"]
            file_path = "{{root}}/out/{table}.csv"
            schema_change = "notify"
            redelivery = { maximum_redeliveries = 0 }
            [[properties.export.notifications]]
            uri = "file:{{root}}/told?fileName=${header.WaybillEvents}-${header.WaybillRunId}.json"
            """;

    @RegisterExtension
    private final FlowHarness harness =
            FlowHarness.over("CREATE TABLE a AS SELECT 1 AS id, 2 AS x", "CREATE TABLE b AS SELECT 3 AS id, 4 AS x");

    private List<JsonNode> notices() throws Exception {
        List<JsonNode> notices = new ArrayList<>();
        for (String file : TestFiles.below(harness.file("told"))) {
            notices.add(new ObjectMapper()
                    .readTree(harness.file("told").resolve(file).toFile()));
        }
        return notices;
    }

    private void execute(String... statements) {
        TestDatabases.execute(harness.database(), statements);
    }

    @Test
    void oneNoticeTellsOfAllTablesThatAreDone() throws Exception {
        harness.load("nightly.toml", FLOW);

        RunResult result = harness.run("nightly");

        assertThat(result.tables()).hasSize(2);
        assertThat(notices()).singleElement().satisfies(notice -> {
            assertThat(notice.get("events")).extracting(JsonNode::asText).containsExactly("success");
            assertThat(notice.get("flow").asText()).isEqualTo("nightly");
            assertThat(notice.get("run_id").asText()).isEqualTo(result.runId());
            assertThat(notice.get("rows").asInt()).isEqualTo(2);
            assertThat(notice.get("tables"))
                    .extracting(table -> table.get("table").asText())
                    .containsExactly("public.a", "public.b");
            assertThat(notice.get("tables").get(1).get("files").get(0).asText()).endsWith("/out/b.csv");
        });
    }

    @Test
    void oneNoticeTellsWhichTablesHaveFailedOfWhat() throws Exception {
        execute("ALTER TABLE a DROP COLUMN x", "CREATE TABLE c AS SELECT 1 AS id");
        harness.load("nightly.toml", FLOW);

        RunResult result = harness.fail("nightly");

        assertThat(notices()).singleElement().satisfies(notice -> {
            assertThat(notice.get("events")).extracting(JsonNode::asText).containsExactly("failure");
            assertThat(notice.get("status").asText()).isEqualTo("failed");
            assertThat(notice.get("error").asText())
                    .isEqualTo(result.error())
                    .startsWith("2 of 3 tables have failed: public.a: columns: ");
            assertThat(notice.get("tables"))
                    .extracting(table -> table.get("status").asText())
                    .containsExactly("failed", "done", "failed");
            assertThat(notice.get("tables").get(2).get("error").asText()).contains("\"x\"");
        });
    }

    @Test
    void aTableThatIsRefusedIsToldOfWithTheOthers() throws Exception {
        execute("CREATE TABLE \"../escaped\" AS SELECT 1 AS id, 2 AS x");
        harness.load("nightly.toml", FLOW);

        harness.fail("nightly");

        assertThat(notices())
                .singleElement()
                .satisfies(notice -> assertThat(notice.get("tables"))
                        .filteredOn(table -> !table.get("error").isNull())
                        .singleElement()
                        .satisfies(
                                table -> assertThat(table.get("error").asText()).contains("which cannot stand")));
    }

    @Test
    void columnsThatHaveChangedAreToldWithTheirTable() throws Exception {
        harness.load("nightly.toml", FLOW);
        harness.run("nightly");
        execute("ALTER TABLE b ALTER COLUMN x SET DATA TYPE bigint");

        harness.run("nightly");

        assertThat(notices()).hasSize(2);
        assertThat(notices())
                .filteredOn(notice -> notice.get("events").size() == 2)
                .singleElement()
                .satisfies(notice -> {
                    assertThat(notice.get("events"))
                            .extracting(JsonNode::asText)
                            .containsExactly("success", "schema_change");
                    assertThat(notice.get("schema_change").asText())
                            .isEqualTo("public.b: changed x from integer to bigint");
                });
    }

    @Test
    void filesThatAreDeliveredAnewAreToldOfByTheirTable() throws Exception {
        AtomicBoolean refuses = new AtomicBoolean(true);
        harness.load("nightly.toml", FLOW);
        AdviceWith.adviceWith(
                harness.context(),
                "nightly.delivery",
                route -> route.weaveById("nightly.publish").before().process(exchange -> {
                    if (refuses.get()
                            && exchange.getProperty(WaybillConstants.DELIVERING, String.class)
                                    .equals("b.csv")) {
                        throw new java.net.ConnectException("Connection refused");
                    }
                }));
        TableResult undelivered = harness.fail("nightly").tables().get(1);
        assertThat(notices())
                .singleElement()
                .satisfies(notice -> assertThat(
                                notice.get("tables").get(1).get("dead_letter").asText())
                        .isEqualTo(undelivered.deadLetter())
                        .endsWith(undelivered.runId()));
        refuses.set(false);

        try (ProducerTemplate template = harness.context().createProducerTemplate()) {
            template.requestBodyAndHeader("direct:nightly.redrive", null, WaybillConstants.RUN_ID, undelivered.runId());
        }

        assertThat(notices())
                .filteredOn(notice -> notice.has("table"))
                .singleElement()
                .satisfies(notice -> {
                    assertThat(notice.get("flow").asText()).isEqualTo("nightly");
                    assertThat(notice.get("table").asText()).isEqualTo("public.b");
                    assertThat(notice.get("status").asText()).isEqualTo("done");
                });
        assertThat(harness.file("out/b.csv")).exists();
    }
}
