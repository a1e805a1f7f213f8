package io.waybill.delivery.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.delivery.Destination;
import io.waybill.delivery.Destinations;
import io.waybill.facts.DeliveryFacts;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import io.waybill.servers.Lake;
import io.waybill.servers.RestCatalogServer;
import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What goes wrong at a catalog of Iceberg's REST protocol: each row is in the table once, or its run says that it is not. */
class IcebergFailuresIT {

    private static final String TABLE = "sales.orders";
    private static final Object[] ROWS = {1L, 2L, 3L, 4L};

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t AS SELECT x AS id FROM system_range(1, 4)");

    private Lake lake;
    private RestCatalogServer server;

    @BeforeEach
    void start() throws Exception {
        lake = Lake.in(harness.file("warehouse"));
        server = RestCatalogServer.over(lake);
        server.connection().forEach(harness::property);
    }

    @AfterEach
    void stop() {
        server.close();
        lake.close();
    }

    private void load(String options) throws Exception {
        harness.load("orders.toml", """
                [properties.export]
                source_dataset_id = "t"
                format = "parquet"
                max_rows_per_file = 2
                redelivery = { maximum_redeliveries = 0 }
                [[properties.export.delivery]]
                uri = "iceberg://lake/sales.orders"
                connection = "lake"
                options = { %s }
                """.formatted(options));
    }

    private List<Object> rows() throws Exception {
        return lake.values(TABLE, "id");
    }

    private List<Path> orphans() throws Exception {
        return lake.orphans(TABLE, harness.file("warehouse"));
    }

    private Destination there(RunResult result) {
        DeliveryFacts facts = facts(result);
        return new Destinations(harness.context()).open(facts.endpoint(), facts.place());
    }

    private DeliveryFacts facts(RunResult result) {
        return harness.ledger().find(result.runId()).get(0).planned().delivery().facts();
    }

    @Test
    void aCatalogOfTheRestProtocolTakesRuns() throws Exception {
        load("create = true");
        harness.run("orders");
        harness.run("orders");

        assertThat(lake.rows(TABLE)).hasSize(8);
        assertThat(lake.snapshots(TABLE)).hasSize(2);
    }

    @Test
    void aCommitWhoseAnswerIsLostIsLookedForAndNotDoneTwice() throws Exception {
        load("create = true");
        server.loseAnswers(1);
        RunResult result = harness.run("orders");

        assertThat(result.status()).isEqualTo(Status.DONE);
        assertThat(rows()).containsExactly(ROWS);
        assertThat(lake.snapshots(TABLE)).hasSize(1);
        assertThat(orphans()).isEmpty();
    }

    @Test
    void aCommitThatFailsLeavesNothingAndIsDeliveredAgain() throws Exception {
        load("create = true");
        server.failCommits(1);
        RunResult failed = harness.fail("orders");

        assertThat(failed.error()).contains("the catalog has not said whether table sales.orders has the snapshot");
        assertThat(lake.snapshots(TABLE)).isEmpty();
        assertThat(orphans()).isEmpty();

        assertThat(harness.redrive("orders", failed.runId()).status()).isEqualTo(Status.DONE);
        assertThat(rows()).containsExactly(ROWS);
        assertThat(lake.snapshots(TABLE)).hasSize(1);
        assertThat(harness.file("dead-letter")).doesNotExist();
    }

    @Test
    void allPartsOfARunThatWasDeliveredAgainAreTakenBack() throws Exception {
        load("create = true");
        server.failCommits(1);
        RunResult failed = harness.fail("orders");
        server.failCommits(1);

        assertThatThrownBy(() -> harness.redrive("orders", failed.runId()))
                .hasStackTraceContaining("the catalog has not said whether table sales.orders has the snapshot");
        assertThat(orphans()).isEmpty();

        assertThat(harness.redrive("orders", failed.runId()).status()).isEqualTo(Status.DONE);
        assertThat(rows()).containsExactly(ROWS);
        assertThat(orphans()).isEmpty();
    }

    @Test
    void runsThatAreTakenBackAtOnceAreAllKnownToBe() throws Exception {
        load("create = true");
        RunResult result = harness.run("orders");
        LakeTable table = harness.context()
                .getEndpoint(facts(result).endpoint(), IcebergEndpoint.class)
                .lakeTable();
        server.beforeCommit(() -> table.withdraw(mark("second")));
        table.withdraw(mark("first"));

        assertThat(List.of(mark("first").tries(), mark("second").tries())).containsExactly(1, 1);
        assertThat(rows()).containsExactly(ROWS);
    }

    @Test
    void aRunIsTakenBackByOneOfThoseWhoDo() throws Exception {
        load("create = true");
        RunResult result = harness.run("orders");
        LakeTable table = harness.context()
                .getEndpoint(facts(result).endpoint(), IcebergEndpoint.class)
                .lakeTable();
        RunMark mark = mark("dead");
        server.beforeCommit(() -> table.withdraw(mark));

        assertThatThrownBy(() -> table.withdraw(mark))
                .hasMessageContaining("run dead has changed in the table while it was taken back");
        assertThat(mark("dead").tries()).isEqualTo(1);
    }

    private RunMark mark(String run) {
        return RunMark.of(LakeTable.metadata(lake.table(TABLE)), run);
    }

    /** Iceberg keeps files of several partitionings; each says which it is of. */
    @Test
    void aTableThatIsPartitionedOtherwiseWhileItIsCommittedHasTheRowsOnce() throws Exception {
        load("create = true");
        harness.run("orders");
        server.beforeCommit(() -> lake.table(TABLE).updateSpec().addField("id").commit());
        harness.run("orders");

        assertThat(lake.rows(TABLE)).hasSize(8);
        harness.run("orders");
        assertThat(lake.rows(TABLE)).hasSize(12);
        assertThat(lake.files(TABLE, Expressions.equal("id", 1)))
                .as("two files of no partition, and one of its own")
                .hasSize(3);
        assertThat(orphans()).isEmpty();
    }

    @Test
    void aWrongTokenIsRefusedAndNotTold() throws Exception {
        harness.property("waybill.connection.lake.token", "wrong-token-Ab12");
        load("create = true");

        assertThat(harness.failure("orders").getMessage())
                .startsWith("catalog lake cannot be opened: Not authorized: not you")
                .doesNotContain("wrong-token");
    }

    @Test
    void whatARunHasBroughtIsTakenBackByASnapshotOfItsOwn() throws Exception {
        load("create = true");
        RunResult first = harness.run("orders");
        RunResult second = harness.run("orders");
        there(second).remove(List.of(facts(second).waybill()));

        assertThat(rows()).containsExactly(ROWS);
        List<Snapshot> snapshots = lake.snapshots(TABLE);
        assertThat(snapshots.get(2).summary()).containsEntry("waybill.withdrawn-run", second.runId());
        // who looks back finds what there was
        assertThat(lake.files(TABLE, Expressions.alwaysTrue())).hasSize(2);
        assertThat(orphans()).isEmpty();
        assertThat((Object) there(first).read(facts(first).waybill(), in -> true))
                .isEqualTo(true);
        assertThat((Object) there(second).read(facts(second).waybill(), in -> true))
                .isNull();
    }

    @Test
    void aRunThatWasTakenBackIsNotCommittedByWhoWakesUpLate() throws Exception {
        load("create = true");
        RunResult result = harness.run("orders");
        IcebergEndpoint endpoint = harness.context().getEndpoint(facts(result).endpoint(), IcebergEndpoint.class);
        LakeTable table = endpoint.lakeTable();
        Table now = table.load();
        RunMark sleeping = RunMark.of(LakeTable.metadata(now), "sleeping");
        List<RunFile> files = List.of(new RunFile(Footer.of(table.files()
                .newInputFile(lake.files(TABLE, Expressions.alwaysTrue()).get(0)))));
        table.withdraw(sleeping);

        assertThatThrownBy(() -> table.commit(new LakeTable.Committing(
                        sleeping, "orders", null, "ledger", files.get(0).rows().schema(), files)))
                .hasMessage(
                        "run sleeping was taken back by another process, which had taken it for dead; its files are not"
                                + " committed");
        assertThat(rows()).containsExactly(ROWS);
    }

    @Test
    void aRunThatTheTableHasIsNotAddedAgainAlthoughItsSnapshotIsGone() throws Exception {
        load("create = true");
        RunResult result = harness.run("orders");
        RunResult latest = harness.run("orders");
        lake.table(TABLE)
                .expireSnapshots()
                .expireOlderThan(Long.MAX_VALUE)
                .retainLast(1)
                .commit();
        assertThat(lake.snapshots(TABLE)).hasSize(1);
        Destination there = there(result);

        assertThat(RunMark.of(LakeTable.metadata(lake.table(TABLE)), latest.runId())
                        .isCommitted())
                .isTrue();
        lake.table(TABLE).updateProperties().set("other", "x").commit();
        assertThat(RunMark.of(LakeTable.metadata(lake.table(TABLE)), "another").isCommitted())
                .isFalse();
        assertThat((Object) there.read(facts(result).names().get(0), in -> true))
                .isEqualTo(true);
    }
}
