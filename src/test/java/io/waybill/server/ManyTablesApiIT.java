package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.TestDatabases;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A flow of many tables by the server: who may write and run it, and what is told of it. */
class ManyTablesApiIT {

    private static String export(String source, String folder) {
        return "namespace = \"sales\"\n[properties.export]\nsource_dataset_id = \"" + source
                + "\"\nfile_path = \"{{files}}/" + folder + "/{schema}/{table}.csv\"\n";
    }

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with()
            .withFlow("nightly", export("sales.*", "nightly"))
            .withProperty("waybill.server.allowed-endpoints", "http://127.0.0.1:1");

    @BeforeEach
    void makeTables() throws Exception {
        TestDatabases.execute(
                server.database(),
                "CREATE SCHEMA sales",
                "CREATE TABLE sales.orders AS SELECT x AS id FROM system_range(1, 3)",
                "CREATE TABLE sales.items AS SELECT x AS id FROM system_range(1, 4)",
                "CREATE SCHEMA finance",
                "CREATE TABLE finance.salaries AS SELECT 1 AS id");
    }

    @Test
    void runsArePlannedShownAndCountedUnderTheirFlow() throws Exception {
        JsonNode plan = server.get("/v2/flows/nightly/plan").send().json(200);
        assertThat(plan.get("table_count").asInt()).isEqualTo(2);
        assertThat(plan.at("/many_tables/0/table").asText()).isEqualTo("sales.items");
        assertThat(plan.at("/many_tables/0/columns/0/name").asText()).isEqualToIgnoringCase("id");
        assertThat(server.get("/v2/flows/nightly/plan?table=sales.orders")
                        .send()
                        .json(200)
                        .get("dataset")
                        .asText())
                .isEqualTo("sales.orders");
        assertThat(server.get("/v2/flows/nightly/preview?table=sales.orders")
                        .send()
                        .json(200)
                        .get("rows")
                        .size())
                .isEqualTo(3);
        assertThat(server.get("/v2/flows/nightly/preview").send().refused(409))
                .contains("the flow exports 2 tables, and one is to be named: sales.items, sales.orders");

        JsonNode run = server.run("nightly");

        assertThat(run.get("status").asText()).isEqualTo("done");
        assertThat(run.get("rows").asInt()).isEqualTo(7);
        String id = run.get("run_id").asText();
        JsonNode whole = server.get("/v2/runs/" + id).send().json(200);
        assertThat(whole.at("/tables/done").asInt()).isEqualTo(2);
        assertThat(whole.at("/table_runs/0/flow").asText()).isEqualTo("nightly/sales.items");
        JsonNode result = server.get("/v2/runs/" + id + "/result").send().json(200);
        assertThat(result.at("/tables/1/table").asText()).isEqualTo("sales.orders");
        String items = whole.at("/table_runs/0/run_id").asText();
        assertThat(server.get("/v2/runs/" + items + "/files/sales/items.csv")
                        .send()
                        .text())
                .hasLineCount(5);
        assertThat(server.get("/v2/runs?flow=nightly").send().json(200).get("runs"))
                .hasSize(3);
        assertThat(server.get("/v2/runs?flow=nightly&tables=false")
                        .send()
                        .json(200)
                        .get("runs"))
                .extracting(line -> line.get("run_id").asText())
                .as("the run of the flow alone")
                .containsExactly(id);
        assertThat(server.get("/v2/runs?flow=nightly&tables=false")
                        .send()
                        .json(200)
                        .at("/runs/0/file_count")
                        .asInt())
                .as("those of its tables")
                .isEqualTo(2);
        assertThat(server.get("/v2/runs?tables=false").send().refused(400))
                .isEqualTo("tables: false goes with flow, which is missing");
        assertThat(server.get("/flows/nightly")
                        .header("Accept", "text/html")
                        .send()
                        .text())
                .contains("2 of 2 tables done", "7 rows", "One run");
        String metrics = server.get("/metrics").send().text();
        assertThat(metrics)
                .contains(
                        "waybill_runs_total{flow=\"nightly\",status=\"done\"} 3",
                        "waybill_run_rows_total{flow=\"nightly\",status=\"done\"} 7")
                .doesNotContain("nightly/");
        assertThat(server.get("/runs/" + id)
                        .header("Accept", "text/html")
                        .send()
                        .text())
                .contains("2 of 2 tables done", "nightly/<wbr>sales.<wbr>items");
        assertThat(server.get("/runs/" + items)
                        .header("Accept", "text/html")
                        .send()
                        .text())
                .contains("href=\"/flows/nightly\"", "/runs/" + id);
        assertThat(server.get("/flows/nightly/plan")
                        .header("Accept", "text/html")
                        .send()
                        .text())
                .contains("2 tables, each a run of its own");
    }

    @Test
    void whoMaySeeTheFlowSeesItsTables() throws Exception {
        JsonNode run = server.run("nightly");
        String items = server.get("/v2/runs/" + run.get("run_id").asText())
                .send()
                .json(200)
                .at("/table_runs/0/run_id")
                .asText();
        String viewer = server.token("view@flow:nightly");
        String other = server.token("view@flow:other");

        assertThat(server.get("/v2/runs").as(viewer).send().json(200).get("runs"))
                .hasSize(3);
        server.get("/v2/runs/" + items).as(viewer).send().json(200);
        assertThat(server.get("/v2/runs").as(other).send().json(200).get("runs"))
                .isEmpty();
        assertThat(server.get("/v2/runs/" + items).as(other).send().status()).isIn(403, 404);
    }

    @Test
    void aPatternIsWrittenByWhoMayHaveAllOfItsSchema() throws Exception {
        String seller = server.token("create@namespace:sales, create@dataset:sales.orders");
        String some = server.token("create@flow:new, create@dataset:sales.orders, create@dataset:sales.items");

        assertThat(server.put("/v2/flows/new")
                        .as(seller)
                        .toml(export("sales.*", "new").replace("{{files}}", server.file("exports") + ""))
                        .send()
                        .status())
                .isEqualTo(201);
        for (String pattern : new String[] {"finance.*", "*.orders", "*", "s*.*"}) {
            assertThat(server.put("/v2/flows/new2")
                            .as(seller)
                            .toml(export(pattern, "new2").replace("{{files}}", server.file("exports") + ""))
                            .send()
                            .refused(403))
                    .as(pattern)
                    .startsWith("source_dataset_id: \"" + pattern + "\"");
        }
        assertThat(server.put("/v2/flows/new")
                        .as(some)
                        .header("If-Match", "*")
                        .toml(export("sales.*", "new").replace("{{files}}", server.file("exports") + ""))
                        .send()
                        .status())
                .isIn(403, 412);
    }

    @Test
    void rowsAreLimitedForAllTablesTogether() throws Exception {
        String few = server.token("create@namespace:sales max-rows=6");

        JsonNode run = server.post("/v2/flows/nightly/run?wait=true")
                .as(few)
                .json("{}")
                .send()
                .json(200);

        assertThat(run.get("status").asText()).isEqualTo("failed");
        assertThat(run.get("error").asText())
                .startsWith(
                        "1 of 2 tables has failed: sales.orders: the run has more rows than who asks for it may have:"
                                + " max-rows=6");
        assertThat(server.file("exports/nightly/sales/items.csv")).exists();
        assertThat(server.file("exports/nightly/sales/orders.csv")).doesNotExist();
    }

    @Test
    void aCallForAnExportIsOfOneDataSet() throws Exception {
        String refused = server.post("/v2/data/export").json("""
                        {"dataset": "sales.*", "export_paths": {"paths": ["x/"], "storage_config": {"storage_type": "S3",
                        "bucket": "bucket", "credentials": {"access_key": "a", "secret_key": "s"}, "options": {"endpoint": "http://127.0.0.1:1",
                        "allow_http": true}}}}""").send().text();

        assertThat(refused)
                .contains(
                        "\"success\" : false",
                        "dataset: \\\"sales.*\\\" stands for many tables, and a call exports one data set");
    }
}
