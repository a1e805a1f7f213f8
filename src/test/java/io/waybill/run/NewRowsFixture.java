package io.waybill.run;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.facts.FileFacts;
import io.waybill.flow.DataSet;
import io.waybill.flow.Flow;
import io.waybill.flow.toml.FlowFolder;
import io.waybill.ledger.RunResult;
import io.waybill.ledger.Watermark;
import io.waybill.ledger.Watermarks;
import io.waybill.route.step.Planning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.model.Model;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A flow that exports the new rows of table t, whose watermark is column w, as their ids. */
abstract class NewRowsFixture {

    @RegisterExtension
    final FlowHarness harness = FlowHarness.overAny();

    void open(String product) throws IOException {
        harness.open(
                switch (product) {
                    case "sqlite" -> TestDatabases.newSqlite(harness.folder());
                    case "duckdb" -> TestDatabases.duckdb(harness.folder());
                    default -> TestDatabases.of(product);
                });
    }

    void execute(String... statements) {
        TestDatabases.execute(harness.database(), statements);
    }

    /** From now on the flow reads as a user who may read table t, and sees little of other sessions. */
    void restrict() {
        String user = "exporter" + System.nanoTime();
        execute("CREATE ROLE " + user + " LOGIN", "GRANT SELECT ON t TO " + user);
        HikariDataSource restricted = new HikariDataSource();
        restricted.setJdbcUrl(harness.database().getJdbcUrl().replaceAll("\\?.*", ""));
        restricted.setUsername(user);
        harness.context().getRegistry().bind("db", restricted, null, "close");
    }

    /** A flow over table t, whose watermark is column w. */
    void load(String dataSetKeys, String flowKeys) throws Exception {
        Files.writeString(
                harness.file("datasets.toml"), "[[dataset]]\nid = \"t\"\ntable = \"t\"\n" + dataSetKeys + "\n");
        Model model = harness.context().getCamelContextExtension().getContextPlugin(Model.class);
        if (model.getRouteDefinition("f") != null) {
            harness.context().getRouteController().stopRoute("f");
            harness.context().removeRoute("f");
            model.removeRouteConfiguration(model.getRouteConfigurationDefinition("f.failure"));
        }
        harness.load(
                "f.toml",
                "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"{{root}}/out/{run_id}.csv\"\n"
                        + "columns = [\"id\"]\nsince_last_export = true\n" + flowKeys + "\n");
    }

    void loadWithWatermark(String flowKeys) throws Exception {
        load("watermark = \"w\"", flowKeys);
    }

    List<Integer> run() throws Exception {
        RunResult result = harness.run("f");
        List<Integer> ids = new ArrayList<>();
        for (FileFacts file : result.files()) {
            Files.readAllLines(Path.of(file.name())).stream()
                    .skip(1)
                    .map(Integer::valueOf)
                    .sorted()
                    .forEach(ids::add);
        }
        return ids;
    }

    Watermarks watermarks() {
        return harness.ledger().watermarks();
    }

    String watermark() {
        return watermarks().find("f").map(Watermark::value).orElse(null);
    }

    Plan plan() throws Exception {
        return plan("f");
    }

    Plan plan(String id) throws Exception {
        FlowFolder read = harness.flows();
        Flow flow = read.flows().get(id);
        DataSet dataSet = read.dataSetOf(flow).orElse(null);
        return Planning.of(harness.context(), flow, dataSet)
                .plan(new Planner.Request("plan", FlowHarness.NOW.atZone(ZoneOffset.UTC), null, null, null, true));
    }
}
