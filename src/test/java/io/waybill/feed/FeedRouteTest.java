package io.waybill.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.flow.Flow;
import io.waybill.ledger.RunResult;
import io.waybill.route.RouteYaml;
import io.waybill.route.WaybillConstants;
import io.waybill.route.step.Planning;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A feed is a route, which prints, reads back, and runs what comes behind it. */
class FeedRouteTest {

    private static final String FEED = """
            id = "orders_change_feed"
            namespace = "sales"
            [input]
            primary_key = "id"
            columns = [{ name = "id", type = "integer" }, { name = "a,b" }, { name = "c", type = "decimal(10,2)" }, { name = "e:f" }]
            [properties.change_feed]
            source_dataset_id = "orders"
            max_deletes = 100
            then = ["orders_export"]
            """;

    private static final String EXPORT = """
            id = "orders_export"
            namespace = "sales"
            [properties.export]
            source_dataset_id = "orders_change_feed_change_feed"
            file_path = "{{root}}/orders_{batch_id}.csv"
            since_last_export = true
            columns = ["id", "c", "xt_record_type"]
            order_by = ["id"]
            """;

    private static final String[] TABLE = {
        "CREATE SCHEMA \"sales\"",
        "CREATE TABLE \"sales\".orders (id integer, \"a,b\" varchar, c decimal(10, 2), d integer, \"e:f\" integer)",
        "INSERT INTO \"sales\".orders VALUES (1, 'x', 1.5, 7, 0), (2, 'y', 2.5, 8, 0)"
    };

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(TABLE);

    private String print() throws Exception {
        Flow flow = harness.flows().flows().get("orders_change_feed");
        return new RouteYaml(harness.context()).print(flow, null);
    }

    @Test
    void runsByWhatItHasPrinted() throws Exception {
        harness.load("orders.toml", FEED);
        String yaml = print();
        Files.delete(harness.file("orders.toml"));
        harness.open(TestDatabases.h2(), TABLE);
        harness.load("orders_export.toml", EXPORT);
        harness.load("orders.camel.yaml", yaml);

        assertThat(harness.run("orders_change_feed").changes().newRows()).isEqualTo(2);
        assertThat(Files.readString(harness.file("orders_1.csv")))
                .isEqualTo("id,c,xt_record_type\n1,1.50,new\n2,2.50,new\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"WaybillMode", "WaybillRerun", "WaybillFrom", "WaybillTo", "WaybillColumn", "WaybillAcceptSchema"
            })
    void whatIsForExportsIsRefused(String header) throws Exception {
        harness.load("orders.toml", FEED);
        assertThat(harness.failure("orders_change_feed", Map.of(header, "true")))
                .hasMessage(header + ": is for exports, and this is a feed");
    }

    @Test
    void runsWhatComesBehindItWhenThereAreChanges() throws Exception {
        harness.load("orders_export.toml", EXPORT).load("orders.toml", FEED);

        RunResult first = harness.run("orders_change_feed");
        assertThat(first.flow()).isEqualTo("orders_change_feed");
        assertThat(harness.run("orders_change_feed").changes().changes()).isZero();
        assertThat(harness.ledger().runs("orders_export", null, 10)).hasSize(1);

        TestDatabases.execute(harness.database(), "UPDATE \"sales\".orders SET c = 3 WHERE id = 2");
        harness.run("orders_change_feed");
        assertThat(Files.readString(harness.file("orders_3.csv"))).isEqualTo("id,c,xt_record_type\n2,3.00,changed\n");
    }

    @Test
    void runsItAgainUntilItIsDone() throws Exception {
        harness.load("orders.toml", FEED);
        assertThat(harness.failure("orders_change_feed"))
                .hasMessage("waybill:orders_export: there is no flow \"orders_export\"; flows: orders_change_feed");
        assertThat(harness.ledger()
                        .runs("orders_change_feed", null, 1)
                        .get(0)
                        .status()
                        .name())
                .isEqualTo("DONE");

        harness.load("orders_export.toml", EXPORT);
        assertThat(harness.run("orders_change_feed").changes().changes()).isZero();

        assertThat(harness.ledger().runs("orders_export", null, 10)).hasSize(1);
        assertThat(List.of(harness.folder().toFile().list())).contains("orders_1.csv");
    }

    @Test
    void runsWhatWasPausedAfterTheNextBatch() throws Exception {
        harness.load("orders_export.toml", EXPORT).load("orders.toml", FEED);
        harness.ledger().pauses().pause("orders_export");
        runByClock();
        runByClock();
        assertThat(harness.ledger().runs("orders_export", null, 10)).isEmpty();

        harness.ledger().pauses().resume("orders_export");
        runByClock();
        runByClock();

        assertThat(harness.ledger().runs("orders_export", null, 10)).hasSize(1);
        assertThat(List.of(harness.folder().toFile().list())).contains("orders_1.csv");
    }

    /** As a trigger does, whose runs a pause is for. */
    private void runByClock() throws Exception {
        try (ProducerTemplate template = harness.context().createProducerTemplate()) {
            Exception failure = template.send(
                            "direct:orders_change_feed", exchange -> exchange.setProperty("WaybillByClock", true))
                    .getException();
            assertThat(failure).isNull();
        }
    }

    @Test
    void numbersItsBatchesOnWhereItsTablesWereRemoved() throws Exception {
        harness.load("orders_export.toml", EXPORT).load("orders.toml", FEED);
        harness.run("orders_change_feed");
        harness.run("orders_change_feed");
        Flow flow = harness.flows().flows().get("orders_change_feed");
        harness.component().drop("orders_change_feed", Planning.ofFeed(harness.context(), flow, null));

        assertThat(harness.failure("orders_change_feed", Map.of(WaybillConstants.BATCH_ID, 2L)))
                .hasMessage("batch_id: 2 is that of the last batch, 2, and is none; the numbers of batches only grow");
        RunResult anew = harness.run("orders_change_feed");

        assertThat(anew.batchId()).isEqualTo(3L);
        assertThat(anew.changes().newRows()).isEqualTo(2);
        assertThat(Files.readString(harness.file("orders_3.csv")))
                .as("what is behind it sees all rows again")
                .isEqualTo("id,c,xt_record_type\n1,1.50,new\n2,2.50,new\n");
    }

    @Test
    void runsOnConnectionsThatCommitNothingByThemselves(@TempDir Path folder) throws Exception {
        try (HikariDataSource database = TestDatabases.h2();
                HikariDataSource uncommitted = new HikariDataSource()) {
            TestDatabases.execute(database, TABLE);
            uncommitted.setJdbcUrl(database.getJdbcUrl());
            uncommitted.setUsername("sa");
            uncommitted.setAutoCommit(false);
            try (FlowHarness other = new FlowHarness(folder, uncommitted)) {
                other.load("orders_export.toml", EXPORT).load("orders.toml", FEED);
                other.run("orders_change_feed");
                other.run("orders_change_feed");
                assertThat(other.ledger().runs("orders_export", null, 10)).hasSize(1);

                Flow flow = other.flows().flows().get("orders_change_feed");
                other.component().drop("orders_change_feed", Planning.ofFeed(other.context(), flow, null));
                assertThat(
                                FeedFixture.rows(
                                        database,
                                        "SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_NAME LIKE 'orders_change_feed%'"))
                        .isEmpty();
            }
        }
    }
}
