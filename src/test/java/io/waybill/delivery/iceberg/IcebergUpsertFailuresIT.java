package io.waybill.delivery.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.delivery.Destination;
import io.waybill.delivery.Destinations;
import io.waybill.delivery.Transfer;
import io.waybill.facts.DeliveryFacts;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import io.waybill.run.Redrive;
import io.waybill.servers.Lake;
import io.waybill.servers.RestCatalogServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What goes wrong while rows take the place of others: the table has all of a run, or nothing of it. */
class IcebergUpsertFailuresIT {

    private static final String TABLE = "sales.orders";

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, version INTEGER)",
            "INSERT INTO t SELECT x, 1 FROM system_range(1, 3)");

    private final AtomicReference<Instant> now = new AtomicReference<>(FlowHarness.NOW);
    private Lake lake;
    private RestCatalogServer server;

    @BeforeEach
    void start() throws Exception {
        lake = Lake.in(harness.file("warehouse"));
        server = RestCatalogServer.over(lake);
        server.connection().forEach(harness::property);
        InstantSource source = now::get;
        harness.component().setClock(source.withZone(ZoneOffset.UTC));
    }

    @AfterEach
    void stop() {
        server.close();
        lake.close();
    }

    private void load(String keys) throws Exception {
        load(keys, "");
    }

    private void load(String keys, String options) throws Exception {
        harness.load("orders.toml", """
                [properties.export]
                source_dataset_id = "t"
                redelivery = { maximum_redeliveries = 0 }
                %s
                [[properties.export.delivery]]
                uri = "iceberg://lake/sales.orders"
                connection = "lake"
                options = { create = true, write = "upsert"%s }
                """.formatted(keys, options));
    }

    private RunResult run() throws Exception {
        now.updateAndGet(time -> time.plusSeconds(60));
        return harness.run("orders");
    }

    private RunResult fail() throws Exception {
        now.updateAndGet(time -> time.plusSeconds(60));
        server.failCommits(1);
        return harness.fail("orders");
    }

    private void update(int version) {
        TestDatabases.execute(
                harness.database(),
                "UPDATE t SET version = " + version + " WHERE id = 1",
                "DELETE FROM t WHERE id = 2");
    }

    private List<String> rows() throws Exception {
        return lake.rows(TABLE).stream()
                .map(row -> row.getField("id") + " " + row.getField("version"))
                .sorted()
                .toList();
    }

    private List<Path> orphans() throws Exception {
        return lake.orphans(TABLE, harness.file("warehouse"));
    }

    private DeliveryFacts facts(RunResult result) {
        return harness.ledger().find(result.runId()).get(0).planned().delivery().facts();
    }

    private void takeBack(RunResult result) {
        DeliveryFacts facts = facts(result);
        Destination there = new Destinations(harness.context()).open(facts.endpoint(), facts.place());
        there.remove(List.of(facts.waybill()));
    }

    @Test
    void aCommitWhoseAnswerIsLostIsNotDoneTwice() throws Exception {
        load("since_last_export = \"changes\"");
        run();
        update(2);
        server.loseAnswers(1);
        run();

        assertThat(rows()).containsExactly("1 2", "3 1");
        assertThat(lake.snapshots(TABLE)).hasSize(2);
        assertThat(orphans()).isEmpty();
    }

    @Test
    void aRunThatIsNotCommittedLeavesNeitherRowsNorKeysAndIsDeliveredAgain() throws Exception {
        load("since_last_export = \"changes\"");
        run();
        update(2);
        RunResult failed = fail();

        assertThat(rows()).containsExactly("1 1", "2 1", "3 1");
        assertThat(orphans()).isEmpty();
        assertThat(harness.redrive("orders", failed.runId()).status()).isEqualTo(Status.DONE);
        assertThat(rows()).containsExactly("1 2", "3 1");
        assertThat(lake.snapshots(TABLE)).hasSize(2);
        assertThat(orphans()).isEmpty();
    }

    @Test
    void rowsThatWaitDoNotTakeThePlaceOfNewerOnes() throws Exception {
        load("");
        run();
        RunResult failed = fail();
        update(2);
        RunResult later = run();

        assertThatThrownBy(() -> harness.redrive("orders", failed.runId()))
                .hasStackTraceContaining(
                        "run " + failed.runId() + " must not be delivered any more: run " + later.runId()
                                + " has delivered newer rows, which its rows would take the place of; waybill redrive --discard "
                                + failed.runId() + " removes its files");
        assertThat(rows()).contains("1 2");
    }

    @Test
    void rowsThatWaitDoNotTakeThePlaceOfThoseOfARunThatHasFailedElsewhere() throws Exception {
        Path elsewhere = harness.file("elsewhere");
        load("");
        run();
        loadWith(elsewhere);
        RunResult failed = fail();
        update(2);
        Files.move(elsewhere, harness.file("moved"));
        Files.writeString(elsewhere, "no folder");
        now.updateAndGet(time -> time.plusSeconds(60));
        RunResult later = harness.fail("orders");
        assertThat(rows()).as("the later run is delivered to the lake").contains("1 2");

        assertThat(new Redrive(harness.ledger(), new Destinations(harness.context())::replacesByKey)
                        .superseded(harness.ledger().run(failed.runId()).orElseThrow()))
                .as("what pages and the API say")
                .contains("run " + later.runId() + " has delivered newer rows, which its rows would take the place of");
        assertThatThrownBy(() -> harness.redrive("orders", failed.runId()))
                .hasStackTraceContaining("run " + failed.runId() + " must not be delivered any more: run "
                        + later.runId() + " has delivered newer rows");
        assertThat(rows()).contains("1 2");
    }

    private void loadWith(Path elsewhere) throws Exception {
        harness.loadAgain("orders.toml", """
                [properties.export]
                source_dataset_id = "t"
                format = "parquet"
                redelivery = { maximum_redeliveries = 0 }
                [[properties.export.delivery]]
                uri = "iceberg://lake/sales.orders"
                connection = "lake"
                options = { create = true, write = "upsert" }
                [[properties.export.delivery]]
                uri = "%s/{run_id}/orders.parquet"
                """.formatted(elsewhere.toString().replace('\\', '/')));
    }

    @Test
    void anEarlierRunIsNotDoneAgainOverLaterChanges() throws Exception {
        load("since_last_export = \"changes\"");
        RunResult first = run();
        update(2);
        run();

        assertThat(harness.failure("orders", java.util.Map.of("WaybillRerun", first.runId()))
                        .getMessage())
                .startsWith(
                        "an earlier run again, or a backfill, does not go with delivery \"lake\", where rows take the"
                                + " place of those with their key: changes of then would take the place of later ones");
        assertThat(rows()).containsExactly("1 2", "3 1");
    }

    @Test
    void aRunThatIsTakenBackBringsTheRowsOfBeforeBack() throws Exception {
        load("since_last_export = \"changes\"");
        run();
        update(2);
        RunResult second = run();
        update(3);
        RunResult third = run();
        assertThat(rows()).containsExactly("1 3", "3 1");

        takeBack(third);
        assertThat(rows()).as("as the second has left them").containsExactly("1 2", "3 1");
        takeBack(second);
        assertThat(rows()).containsExactly("1 1", "2 1", "3 1");
        assertThat(lake.table(TABLE).currentSnapshot().summary())
                .containsEntry("waybill.withdrawn-run", second.runId());
    }

    @Test
    void aRunBelowALaterOneIsTakenBackWithoutIt() throws Exception {
        load("since_last_export = \"changes\"");
        run();
        update(2);
        RunResult second = run();
        update(3);
        run();

        takeBack(second);
        assertThat(rows())
                .as("the row that the second has deleted is there again")
                .containsExactly("1 3", "2 1", "3 1");
    }

    @Test
    void aRunWhoseFilesWereRewrittenIsNotTakenBackByHalves() throws Exception {
        load("since_last_export = \"changes\"");
        run();
        update(2);
        RunResult second = run();
        Table table = lake.table(TABLE);
        DataFile added =
                table.currentSnapshot().addedDataFiles(table.io()).iterator().next();
        table.newDelete().deleteFile(added).commit();

        assertThatThrownBy(() -> takeBack(second))
                .hasMessageContaining(
                        "the rows of run " + second.runId()
                                + " are in table sales.orders, and cannot be taken back: its files were rewritten or removed since");
        assertThat(rows()).containsExactly("3 1");
    }

    @Test
    void aRunBelowACompactionOfRowsOfBeforeIsNotTakenBackByHalves() throws Exception {
        load("since_last_export = \"changes\"");
        run();
        Table table = lake.table(TABLE);
        DataFile before =
                table.currentSnapshot().addedDataFiles(table.io()).iterator().next();
        update(2);
        RunResult second = run();
        table.refresh();
        Path compacted = Path.of(before.location()).resolveSibling("compacted.parquet");
        Files.copy(Path.of(before.location()), compacted);
        DataFile after = org.apache.iceberg.DataFiles.builder(table.spec())
                .copy(before)
                .withPath(compacted.toString())
                .build();
        table.newRewrite()
                .validateFromSnapshot(table.currentSnapshot().snapshotId())
                .rewriteFiles(java.util.Set.of(before), java.util.Set.of(after))
                .commit();
        long snapshot = table.currentSnapshot().snapshotId();

        assertThatThrownBy(() -> takeBack(second))
                .hasMessageContaining("the rows of run " + second.runId()
                        + " are in table lake.sales.orders, and cannot be taken back: its files were rewritten or removed since"
                        + " (snapshot " + snapshot + " has rewritten ");
        assertThat(lake.table(TABLE).currentSnapshot().snapshotId()).isEqualTo(snapshot);
    }

    @Test
    void somebodyElsesRowsBetweenStayUnlessTheirKeyComes() throws Exception {
        load("");
        run();
        Table table = lake.table(TABLE);
        String file = lake.files(TABLE, Expressions.alwaysTrue()).get(0);
        Path copy = Path.of(file).resolveSibling("copy.parquet");
        Files.copy(Path.of(file), copy);
        DataFile other = org.apache.iceberg.DataFiles.builder(table.spec())
                .withPath(copy.toString())
                .withFileSizeInBytes(Files.size(copy))
                .withRecordCount(3)
                .build();
        update(2);
        server.beforeCommit(
                () -> lake.table(TABLE).newAppend().appendFile(other).commit());
        run();

        assertThat(rows())
                .as("the copies of 1 and 3 had the keys of the run")
                .containsExactly("1 2", "2 1", "2 1", "3 1");
        assertThat(lake.snapshots(TABLE)).hasSize(3);
    }

    /** A file of keys deletes in its own partition alone: rows of others would be there twice. */
    @Test
    void somebodyElsesRowsOfOtherPartitionsBetweenStopTheCommit() throws Exception {
        load("", ", partitionBy = \"bucket(2, id)\"");
        run();
        assertThat(lake.table(TABLE).spec().isPartitioned()).isTrue();
        Path file = Path.of(lake.files(TABLE, Expressions.alwaysTrue()).get(0));
        Path copy = Files.copy(file, file.resolveSibling("copy.parquet"));
        update(2);
        List<String> before = rows();
        server.beforeCommit(() -> {
            Table now = lake.table(TABLE);
            now.updateSpec().removeField("id_bucket").commit();
            now.newAppend()
                    .appendFile(org.apache.iceberg.DataFiles.builder(now.spec())
                            .withPath(copy.toString())
                            .withFileSizeInBytes(size(copy))
                            .withRecordCount(1)
                            .build())
                    .commit();
        });
        now.updateAndGet(time -> time.plusSeconds(60));
        RunResult failed = harness.fail("orders");

        assertThat(failed.error())
                .contains("table sales.orders was partitioned otherwise while the run was committed, and a file of keys"
                        + " deletes in its own partition alone; nothing was committed. Run the flow again");
        assertThat(rows()).containsAll(before).hasSizeGreaterThan(before.size());
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void whatATakeBackHasLeftThatDiedIsRemovedByTheNext() throws Exception {
        load("");
        run();
        IcebergEndpoint endpoint = harness.context().getEndpoint(facts(run()).endpoint(), IcebergEndpoint.class);
        LakeTable table = endpoint.lakeTable();
        RunMark dead = RunMark.of(LakeTable.metadata(table.load()), "20260115T233000-dead00");
        FileOfRun part = new FileOfRun("orders", dead.runId(), "orders.parquet");
        for (FileOfRun file : List.of(part, part.keys())) {
            Path left = Path.of(file.location(table.load(), dead));
            Files.createDirectories(left.getParent());
            Files.writeString(left, "PAR1");
        }
        table.withdraw(dead); // and then it was killed
        assertThat(orphans()).hasSize(2);

        try (IcebergStore store = new IcebergStore(endpoint)) {
            store.sweep(part.toString(), new Transfer(dead.runId(), 2));
        }
        assertThat(orphans()).isEmpty();
    }

    @Test
    void filesThatWereStagedToBeAddedDoNotReplace() throws Exception {
        load("");
        RunResult failed = fail();
        harness.loadAgain("orders.toml", """
                [properties.export]
                source_dataset_id = "t"
                format = "parquet"
                redelivery = { maximum_redeliveries = 0 }
                [[properties.export.delivery]]
                uri = "iceberg://lake/sales.orders"
                connection = "lake"
                options = { create = true }
                """);

        assertThatThrownBy(() -> harness.redrive("orders", failed.runId()))
                .hasStackTraceContaining("was staged for another option write than \"append\"; run the flow again");
        assertThat(orphans()).isEmpty();
    }
}
