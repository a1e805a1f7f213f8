package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.flow.Flow;
import io.waybill.flow.toml.FlowFolder;
import io.waybill.ledger.Watermarks;
import io.waybill.route.FlowRoutesLoader;
import io.waybill.route.step.Planning;
import io.waybill.route.step.WaybillComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exports of what is new whose ledger is a new one, beside what has gone out before. */
class EarlierExportsTest {

    @TempDir
    private Path folder;

    private HikariDataSource database;

    @BeforeEach
    void start() {
        database = TestDatabases.h2();
        TestDatabases.execute(database, "CREATE TABLE t (id bigint)", "INSERT INTO t VALUES (1), (2)");
    }

    @AfterEach
    void stop() {
        database.close();
    }

    /** With a ledger of its own. */
    private FlowHarness harness(String path) throws Exception {
        FlowHarness harness = new FlowHarness(folder, database);
        harness.load("datasets.toml", "[[dataset]]\nid = \"t\"\ntable = \"t\"\nwatermark = \"id\"\n");
        for (String flow : new String[] {"t", "u"}) {
            harness.load(
                    flow + ".toml",
                    "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"{{root}}/" + path
                            + "\"\nsince_last_export = true\n");
        }
        return harness;
    }

    private static Watermarks watermarks(FlowHarness harness) {
        return harness.context()
                .getComponent("waybill", WaybillComponent.class)
                .ledger()
                .watermarks();
    }

    @ParameterizedTest
    @ValueSource(strings = {"out/{flow_id}.csv", "out/{ds}/{flow_id}/part.csv", "{flow_id}_{run_id}.csv"})
    void areNotDoubledByALedgerThatKnowsNothingOfThem(String path) throws Exception {
        try (FlowHarness harness = harness(path)) {
            harness.run("t");
        }
        try (FlowHarness harness = harness(path)) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> harness.run("t"))
                        .hasMessageMatching("since_last_export: the ledger knows nothing of flow \"t\", and " + folder
                                + "/\\S+\\.waybill\\.json says that its rows have gone out: the ledger is a new one, or"
                                + " another\\. Put it back from a backup; or say how far they have gone: waybill watermark"
                                + " set t VALUE; or begin from the first row: waybill watermark reset t");
            }
            assertThat(harness.run("u").rows()).isEqualTo(2); // those of another are none of its own
        }
    }

    @Test
    void areFoundBehindALink() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Files.createSymbolicLink(folder.resolve("out"), disk);
        try (FlowHarness harness = harness("out/{flow_id}.csv")) {
            harness.run("t");
        }
        try (FlowHarness harness = harness("out/{flow_id}.csv")) {
            assertThatThrownBy(() -> harness.run("t"))
                    .hasMessageContaining("the ledger knows nothing of flow \"t\", and " + disk.toRealPath()
                            + "/t.csv.waybill.json says that its rows have gone out");
        }
    }

    /** A place elsewhere is not searched: the plan says so, until the ledger knows the flow. */
    @Test
    void areNotLookedForElsewhereAsThePlanSays() throws Exception {
        try (FlowHarness harness = new FlowHarness(folder, database)) {
            harness.load("datasets.toml", "[[dataset]]\nid = \"t\"\ntable = \"t\"\nwatermark = \"id\"\n");
            harness.load(
                    "t.toml",
                    "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"mock:orders\"\nformat = \"csv\"\n"
                            + "since_last_export = true\n");
            String note = "the ledger knows no run of this flow; whether rows of it have gone out by mock before is not"
                    + " looked for, as it is in folders of this machine";

            assertThat(notes(harness)).contains(note);
            harness.run("t");
            assertThat(notes(harness)).doesNotContain(note);
        }
    }

    private List<String> notes(FlowHarness harness) throws Exception {
        FlowFolder flows = FlowFolder.read(folder, FlowRoutesLoader.placeholders(harness.context()));
        Flow flow = flows.flows().get("t");
        return Planning.of(harness.context(), flow, flows.dataSetOf(flow).orElseThrow())
                .plan(new Planner.Request("plan", FlowHarness.NOW.atZone(ZoneOffset.UTC), null, null, null, true))
                .increment()
                .notes();
    }

    @Test
    void areGoneOnFromWhereSomebodySaysTheyEnd() throws Exception {
        try (FlowHarness harness = harness("out/{flow_id}.csv")) {
            harness.run("t");
        }
        TestDatabases.execute(database, "INSERT INTO t VALUES (3)");
        try (FlowHarness harness = harness("out/{flow_id}.csv")) {
            watermarks(harness).set("t", "t", "id", "2");
            assertThat(harness.run("t").rows()).isEqualTo(1);
        }
    }

    @Test
    void goOutOnceMoreWhereSomebodyWantsIt() throws Exception {
        try (FlowHarness harness = harness("out/{flow_id}.csv")) {
            harness.run("t");
        }
        try (FlowHarness harness = harness("out/{flow_id}.csv")) {
            assertThat(watermarks(harness).reset("t")).isTrue();
            assertThat(watermarks(harness).reset("t")).isFalse();
            assertThat(harness.run("t").rows()).isEqualTo(2);
            assertThat(watermarks(harness).reset("t")).isTrue();
            assertThat(harness.run("t").rows()).isEqualTo(2);
        }
    }
}
