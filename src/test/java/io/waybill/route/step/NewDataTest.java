package io.waybill.route.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.flow.Flow;
import io.waybill.flow.toml.FlowFolder;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.route.RouteYaml;
import io.waybill.run.Discard;
import io.waybill.run.NewData;
import java.nio.file.Files;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.NotifyBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs that begin when there is something new, and none when there is not. */
class NewDataTest {

    private static final String TRIGGER = "[[triggers]]\nid = \"fresh\"\ntype = \"on_new_data\"\nevery = \"1s\"\n";

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            "CREATE TABLE t (id bigint, xt_batch_id bigint)",
            "INSERT INTO t VALUES (1, 41)",
            "CREATE TABLE p (id int)");

    private static String flow(String keys) {
        return "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"{{root}}/out/t_{batch_id}.csv\"\n" + keys
                + TRIGGER;
    }

    private List<RunEntry> runs() {
        return harness.ledger().runs("t", null, 100);
    }

    private List<String> done() {
        return runs().stream()
                .filter(run -> run.status() == Status.DONE)
                .map(run -> run.planned().batchId())
                .sorted()
                .toList();
    }

    /** As many looks more. */
    private void awaitLooks(int count) {
        NotifyBuilder looks = new NotifyBuilder(harness.context())
                .fromRoute("t.trigger.fresh")
                .whenDone(count)
                .create();
        assertThat(looks.matches(5, TimeUnit.MINUTES)).isTrue();
    }

    private void insert(int batch) {
        TestDatabases.execute(harness.database(), "INSERT INTO t VALUES (" + batch + ", " + batch + ")");
    }

    @Test
    void aNewBatchHasARunAndALookIsNone() throws Exception {
        harness.load("t.toml", flow(""));

        await().until(() -> done().equals(List.of("41")));
        awaitLooks(2);
        insert(42);
        await().until(() -> done().equals(List.of("41", "42")));
        awaitLooks(2);
        assertThat(runs()).hasSize(2);
    }

    @Test
    void whatWasNotExportedIsNewWithSinceLastExport() throws Exception {
        harness.load("t.toml", flow("since_last_export = true\n"));

        await().until(() -> done().size() == 1);
        awaitLooks(2);
        insert(42);
        await().until(() -> done().size() == 2);
        assertThat(runs()).extracting(RunEntry::rows).containsExactly(1L, 1L);
    }

    @Test
    void aRunThatFailsIsTriedAgain() throws Exception {
        Files.createDirectory(harness.file("out"));
        Files.writeString(harness.file("out/t_41.csv"), "of somebody else");
        harness.load("t.toml", flow("if_exists = \"fail\"\n"));
        await().until(() ->
                runs().stream().filter(run -> run.status() == Status.FAILED).count() >= 2);

        Files.delete(harness.file("out/t_41.csv"));

        await().until(() -> done().equals(List.of("41")));
        int runs = runs().size();
        awaitLooks(2);
        assertThat(runs()).hasSize(runs);
    }

    @Test
    void aFlowOfWhichARunIsQuarantinedIsNotLookedAtUntilSomebodyDecides() throws Exception {
        harness.load("t.toml", flow("[[properties.export.expect]]\nmax_rows = 1\n"));
        await().until(() -> done().equals(List.of("41")));
        insert(42);
        await().until(() -> runs().stream().anyMatch(run -> run.status() == Status.QUARANTINED));
        insert(43);
        awaitLooks(3);
        assertThat(runs()).hasSize(2);

        TestDatabases.execute(harness.database(), "DELETE FROM t WHERE xt_batch_id < 43");
        RunEntry quarantined = runs().stream()
                .filter(run -> run.status() == Status.QUARANTINED)
                .findFirst()
                .orElseThrow();
        new Discard(harness.ledger()).discard(quarantined, "no");

        await().until(() -> done().equals(List.of("41", "43")));
    }

    @Test
    void aFlowThatIsPausedIsNotLookedAt() throws Exception {
        harness.ledger().pauses().pause("t");
        harness.load("t.toml", flow(""));
        awaitLooks(2);
        assertThat(runs()).isEmpty();

        harness.ledger().pauses().resume("t");

        await().until(() -> done().equals(List.of("41")));
    }

    @Test
    void aPrintedRouteLooksToo() throws Exception {
        Files.writeString(harness.file("t.toml"), flow(""));
        Flow flow = harness.flows().flows().get("t");
        String yaml = new RouteYaml(harness.context()).print(flow, null);
        Files.delete(harness.file("t.toml"));

        harness.load("t.camel.yaml", yaml);

        await().until(() -> done().equals(List.of("41")));
    }

    private NewData newData(String keys) throws Exception {
        Files.writeString(harness.file("p.toml"), "[properties.export]\nfile_path = \"p.csv\"\n" + keys + TRIGGER);
        FlowFolder flows = harness.flows();
        Flow flow = flows.flows().get("p");
        return new NewData(
                Planning.of(harness.context(), flow, flows.dataSetOf(flow).orElse(null)), harness.ledger());
    }

    @Test
    void theWatermarkTellsNewRowsWhereThereAreNoBatches() throws Exception {
        Files.writeString(
                harness.file("datasets.toml"), "[[dataset]]\nid = \"p\"\ntable = \"p\"\nwatermark = \"id\"\n");
        NewData look = newData("source_dataset_id = \"p\"\n");
        assertThat(look.look("x", FlowHarness.NOW.atZone(ZoneOffset.UTC))).isEmpty();

        TestDatabases.execute(harness.database(), "INSERT INTO p VALUES (7)");

        assertThat(look.look("x", FlowHarness.NOW.atZone(ZoneOffset.UTC)))
                .get()
                .satisfies(news -> assertThat(news.seen()).isEqualTo("7"));
    }

    @Test
    void withoutBatchesAndWatermarkNobodyCanSay() throws Exception {
        NewData look = newData("source_dataset_id = \"p\"\n");

        assertThatThrownBy(() -> look.look("x", FlowHarness.NOW.atZone(ZoneOffset.UTC)))
                .hasMessage("on_new_data: data set \"p\" has no batches and no watermark; declare one in datasets.toml:"
                        + " watermark = \"<a column that grows>\"");
    }
}
