package io.waybill.feed;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.facts.FileFacts;
import io.waybill.feed.FeedFixture.Product;
import io.waybill.flow.Flow;
import io.waybill.flow.toml.FlowFolder;
import io.waybill.ledger.RunResult;
import io.waybill.route.step.Planning;
import io.waybill.run.Plan;
import io.waybill.run.Planner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteConfigurationDefinition;

/** A flow {@code f} that exports what has changed in a table {@code t}, as CSV without quotes and with {@code -} for NULL. */
final class ChangesFixture {

    private final FlowHarness harness;

    ChangesFixture(FlowHarness harness, Product product, String... statements) throws Exception {
        this.harness = harness;
        harness.open(product.open(), statements);
    }

    /** Loads the flow, with these keys beside its source and its place. */
    ChangesFixture load(String keys) throws Exception {
        Model model = harness.context().getCamelContextExtension().getContextPlugin(Model.class);
        for (RouteConfigurationDefinition before : List.copyOf(model.getRouteConfigurationDefinitions())) {
            model.removeRouteConfiguration(before); // where it is loaded again
        }
        harness.load("f.toml", flow(keys));
        return this;
    }

    static String flow(String keys) {
        return """
                id = "f"
                [properties.export]
                source_dataset_id = "t"
                since_last_export = "changes"
                file_path = "{{root}}/out/{batch_id}.csv"
                exporter_config = { null_string = "-" }
                """ + keys + "\n";
    }

    ChangesFixture execute(String... statements) {
        TestDatabases.execute(harness.database(), statements);
        return this;
    }

    RunResult run() throws Exception {
        return harness.run("f");
    }

    /** The lines of the files of a run, but for the first of each. */
    List<String> lines(RunResult result) throws Exception {
        List<String> lines = new ArrayList<>();
        for (FileFacts file : result.files()) {
            List<String> all = Files.readAllLines(Path.of(file.name()));
            lines.addAll(all.subList(1, all.size()));
        }
        return lines;
    }

    /** Runs the flow; answers the lines of its files. */
    List<String> exported() throws Exception {
        return lines(run());
    }

    List<String> exported(Map<String, Object> headers) throws Exception {
        return lines(harness.run("f", headers));
    }

    /** The words of what a run is refused or fails for. */
    String refusal() throws Exception {
        return refusal(Map.of());
    }

    String refusal(Map<String, Object> headers) throws Exception {
        return harness.failure("f", headers).getMessage();
    }

    Planner planner() throws Exception {
        FlowFolder read = harness.flows();
        Flow flow = read.flows().get("f");
        return Planning.of(harness.context(), flow, read.dataSetOf(flow).orElse(null));
    }

    Plan plan() throws Exception {
        return planner().plan(Planner.Request.look("plan", FlowHarness.NOW.atZone(ZoneOffset.UTC)));
    }

    FlowHarness harness() {
        return harness;
    }
}
