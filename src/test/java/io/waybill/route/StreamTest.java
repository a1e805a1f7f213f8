package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.TestFiles;
import io.waybill.flow.Flow;
import io.waybill.flow.toml.FlowFolder;
import io.waybill.ledger.RunEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.NotifyBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Micro-batches of what is new. */
class StreamTest {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t (id bigint)", "INSERT INTO t VALUES (1), (2)");

    @BeforeEach
    void start() throws Exception {
        harness.load("datasets.toml", "[[dataset]]\nid = \"t\"\ntable = \"t\"\nwatermark = \"id\"\n");
    }

    private static String flow(String trigger) {
        return "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"{{root}}/out/t.csv\"\n"
                + "since_last_export = true\n[[triggers]]\nid = \"rows\"\ntype = \"stream\"\n" + trigger;
    }

    private List<RunEntry> runs() {
        return harness.ledger().runs("t", null, 100);
    }

    private List<String> lines() throws Exception {
        List<String> lines = new ArrayList<>();
        for (String file : TestFiles.below(harness.file("out"))) {
            Path path = harness.file("out").resolve(file);
            // those that are being written have other names, which are gone a moment later
            if (file.endsWith(".csv") && !path.getFileName().toString().startsWith(".")) {
                lines.addAll(Files.readAllLines(path).stream().skip(1).toList());
            }
        }
        Collections.sort(lines);
        return lines;
    }

    private void awaitLooks(int count) {
        NotifyBuilder looks = new NotifyBuilder(harness.context())
                .fromRoute("t.trigger.rows")
                .whenDone(count)
                .create();
        assertThat(looks.matches(5, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void rowsGoOutWhenTheyHaveWaitedTheirTimeAndEachOnce() throws Exception {
        harness.load("t.toml", flow("max_delay = \"1s\"\n"));

        await().until(() -> lines().equals(List.of("1", "2")));
        TestDatabases.execute(harness.database(), "INSERT INTO t VALUES (3)");
        await().until(() -> lines().equals(List.of("1", "2", "3")));
        awaitLooks(3); // which find nothing, and are no runs
        assertThat(runs()).extracting(RunEntry::rows).containsExactlyInAnyOrder(2L, 1L);
        assertThat(runs().stream().map(run -> run.planned().window().words()))
                .containsExactlyInAnyOrder("id up to 2", "id after 2 and up to 3");
    }

    @Test
    void soManyRowsDoNotWait() throws Exception {
        harness.load("t.toml", flow("max_delay = \"1h\"\nmax_rows = 3\n"));
        awaitLooks(2);
        assertThat(runs()).isEmpty();
        TestDatabases.execute(harness.database(), "INSERT INTO t VALUES (3)");

        await().until(() -> lines().equals(List.of("1", "2", "3")));
    }

    @Test
    void aStreamThatIsPausedGoesOnWhenItIsResumed() throws Exception {
        harness.ledger().pauses().pause("t");
        harness.load("t.toml", flow("max_delay = \"100ms\"\n"));
        awaitLooks(3);
        assertThat(runs()).isEmpty();

        harness.ledger().pauses().resume("t");

        await().until(() -> lines().equals(List.of("1", "2")));
    }

    @Test
    void aStreamWaitsWhileOneOfItsRunsIsQuarantinedAndLosesNothing() throws Exception {
        harness.load(
                "t.toml",
                flow("max_delay = \"100ms\"\n")
                        .replace("[[triggers]]", "[[properties.export.expect]]\nmax_rows = 1\n[[triggers]]"));
        await().until(() -> harness.ledger().quarantine().runOf("t").isPresent());
        TestDatabases.execute(harness.database(), "INSERT INTO t VALUES (3)");
        awaitLooks(3);
        assertThat(runs()).hasSize(1);

        harness.run("t.redrive", Map.of("WaybillRunId", runs().get(0).runId(), "WaybillReason", "known"));

        await().until(() -> lines().equals(List.of("1", "2", "3")));
    }

    @Test
    void aPrintedRouteStreamsToo() throws Exception {
        Files.writeString(harness.file("t.toml"), flow("max_delay = \"1s\"\nmax_rows = 1\n"));
        FlowFolder read = FlowFolder.read(harness.folder(), FlowRoutesLoader.placeholders(harness.context()));
        Flow flow = read.flows().get("t");
        String yaml = new RouteYaml(harness.context())
                .print(flow, read.dataSetOf(flow).orElse(null));
        Files.delete(harness.file("t.toml"));

        harness.load("t.camel.yaml", yaml);

        await().until(() -> lines().equals(List.of("1", "2")));
    }

    @Test
    void aStreamOfEverythingIsRefused() {
        assertThatThrownBy(() -> harness.load(
                        "t.toml",
                        "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"t.csv\"\n[[triggers]]\ntype ="
                                + " \"stream\"\n"))
                .hasMessageEndingWith("t.toml:5: triggers.type: \"stream\" exports what is new, batch by batch: set"
                        + " since_last_export = true");
    }
}
