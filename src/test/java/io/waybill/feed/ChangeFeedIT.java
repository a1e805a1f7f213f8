package io.waybill.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.FlowHarness;
import io.waybill.database.Ask;
import io.waybill.database.ChangeSql;
import io.waybill.database.Databases;
import io.waybill.feed.FeedFixture.Product;
import io.waybill.ledger.RunResult;
import io.waybill.route.WaybillConstants;
import io.waybill.run.ActiveRun;
import java.nio.file.Files;
import java.sql.Connection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a batch of a change feed says of the changes of a table, on each database that feeds run on. */
class ChangeFeedIT {

    private static final String TABLE =
            "CREATE TABLE t (id integer PRIMARY KEY, name varchar(20), amount decimal(10, 2))";

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.overAny();

    private FeedFixture over(Product product) throws Exception {
        return new FeedFixture(
                        harness, product, TABLE, "INSERT INTO t VALUES (1, 'a', 1.00), (2, 'b', NULL), (3, NULL, 3.00)")
                .feed("");
    }

    @ParameterizedTest
    @EnumSource
    void aBatchSaysWhatIsNewChangedAndDeleted(Product product) throws Exception {
        FeedFixture feed = over(product);

        RunResult first = feed.run();

        assertThat(first.changes().words()).isEqualTo("3 new, 0 changed, 0 deleted, 0 unchanged");
        assertThat(first.mode()).isEqualTo("change_feed");
        assertThat(feed.batch(1)).containsExactly("new 1,a,1.00", "new 2,b,null", "new 3,null,3.00");

        feed.execute(
                "UPDATE t SET amount = 2.00 WHERE id = 2",
                "DELETE FROM t WHERE id = 3",
                "INSERT INTO t VALUES (4, 'd', 4.00)");
        RunResult second = feed.run();

        assertThat(second.changes().words()).isEqualTo("1 new, 1 changed, 1 deleted, 1 unchanged");
        assertThat(second.rows()).isEqualTo(3);
        assertThat(second.batchId()).isEqualTo(2L);
        assertThat(feed.batch(2)).containsExactly("changed 2,b,2.00", "deleted 3,null,3.00", "new 4,d,4.00");
    }

    @ParameterizedTest
    @EnumSource
    void aDeletionIsToldOnceWithItsLastValues(Product product) throws Exception {
        FeedFixture feed = over(product);
        feed.run();
        feed.execute("UPDATE t SET name = 'last' WHERE id = 1");
        feed.run();
        feed.execute("DELETE FROM t WHERE id = 1");

        feed.run();
        assertThat(feed.batch(3)).containsExactly("deleted 1,last,1.00");
        assertThat(feed.run().rows()).isZero();
        assertThat(feed.batch(4)).isEmpty();

        feed.execute("INSERT INTO t VALUES (1, 'last', 1.00)");
        feed.run();
        assertThat(feed.batch(5)).as("it is there again, with the same values").containsExactly("new 1,last,1.00");
    }

    @ParameterizedTest
    @EnumSource
    void aKeyThatChangesIsADeletionAndANewRow(Product product) throws Exception {
        FeedFixture feed = over(product);
        feed.run();
        feed.execute("UPDATE t SET id = 9 WHERE id = 2");

        feed.run();

        assertThat(feed.batch(2)).containsExactly("deleted 2,b,null", "new 9,b,null");
    }

    @ParameterizedTest
    @EnumSource
    void nullIsEqualToNullAndToNothingElse(Product product) throws Exception {
        FeedFixture feed = over(product);
        feed.run();
        assertThat(feed.run().changes().unchangedRows()).isEqualTo(3);
        feed.execute("UPDATE t SET name = NULL WHERE id = 1", "UPDATE t SET name = '' WHERE id = 3");

        feed.run();

        assertThat(feed.batch(3)).containsExactly("changed 1,null,1.00", "changed 3,,3.00");
    }

    @ParameterizedTest
    @EnumSource
    void anExportFindsTheFeed(Product product) throws Exception {
        FeedFixture feed = over(product);
        feed.run();
        feed.execute("DELETE FROM t WHERE id = 3", "UPDATE t SET name = 'x' WHERE id = 1");
        feed.run();

        harness.load(
                "e.toml",
                "[properties.export]\nsource_dataset_id = \"f_change_feed\"\nfile_path = \"{{root}}/e.csv\"\n"
                        + "export_mode = \"batch\"\nbatch_id = 2\norder_by = [\"id\"]\n"
                        + "columns = [\"id\", \"name\", \"amount\", \"xt_record_type\", \"xt_batch_id\"]\n");
        harness.run("e", Map.of(WaybillConstants.BATCH_ID, 2L));

        assertThat(Files.readString(harness.file("e.csv"))).isEqualTo("""
                        id,name,amount,xt_record_type,xt_batch_id
                        1,x,1.00,changed,2
                        3,,3.00,deleted,2
                        """);
    }

    @ParameterizedTest
    @EnumSource
    void aDeclaredQueryIsComparedByItsDeclaredKey(Product product) throws Exception {
        FeedFixture feed = new FeedFixture(
                harness, product, TABLE, "INSERT INTO t VALUES (1, 'a', 1.00), (2, 'b', NULL), (3, NULL, 3.00)");
        Files.writeString(
                harness.file("datasets.toml"),
                "[[dataset]]\nid = \"t\"\nquery = \"SELECT id, name FROM t WHERE amount > 0\"\nprimary_key = \"id\"\n");
        feed.feed("");
        assertThat(feed.run().changes().newRows()).isEqualTo(2);
        feed.execute("UPDATE t SET amount = 5 WHERE id = 2", "UPDATE t SET amount = 0, name = 'x' WHERE id = 3");

        assertThat(feed.run().changes().words()).isEqualTo("1 new, 0 changed, 1 deleted, 1 unchanged");

        assertThat(feed.batch(2)).containsExactly("new 2,b", "deleted 3,null");
    }

    @ParameterizedTest
    @EnumSource(names = "POSTGRESQL")
    void aBatchThatIsCancelledIsNotWritten(Product product) throws Exception {
        FeedFixture feed = new FeedFixture(
                        harness, product, "CREATE VIEW t AS SELECT 1 AS id, CAST(pg_sleep(600) AS text) AS slept")
                .load("change_feed", "[input]\nprimary_key = \"id\"", "");
        CompletableFuture<String> refusal = CompletableFuture.supplyAsync(() -> {
            try {
                return feed.refusal();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });

        await().until(() -> !feed.rows("SELECT pid FROM pg_stat_activity WHERE state = 'active'"
                        + " AND query LIKE '%slept%' AND pid <> pg_backend_pid()")
                .isEmpty());
        await().until(() -> {
            harness.component().activeRuns().forEach(ActiveRun::cancel);
            return refusal.isDone();
        });

        assertThat(refusal.get()).contains("cancel");
        assertThat(feed.rows("SELECT * FROM f_batches")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void theTablesSayWhoseTheyAre(Product product) throws Exception {
        FeedFixture feed = over(product);
        feed.run();

        try (Connection connection = harness.database().getConnection()) {
            ChangeSql sql = Databases.of(connection).changes().orElseThrow();
            String schema = product == Product.MARIADB ? connection.getCatalog() : connection.getSchema();
            for (String table : new FeedTables("f", schema, false).names()) {
                String comment = Ask.first(connection, sql.comment(), row -> row.getString(1), schema, table);
                assertThat(comment).startsWith("Waybill flow f: ");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"POSTGRESQL", "H2"})
    void theTablesAreInTheSchemaOfTheNamespace(Product product) throws Exception {
        FeedFixture feed = new FeedFixture(
                        harness,
                        product,
                        "CREATE SCHEMA \"sales\"",
                        "CREATE TABLE \"sales\".t (id integer PRIMARY KEY)",
                        "INSERT INTO \"sales\".t VALUES (1)")
                .load("change_feed", "namespace = \"sales\"", "");
        feed.run();
        harness.load(
                "e.toml",
                "namespace = \"sales\"\n[properties.export]\nsource_dataset_id = \"f_change_feed\"\nfile_path ="
                        + " \"{{root}}/e.csv\"\nexport_mode = \"incremental\"\ncolumns = [\"id\", \"xt_batch_id\"]\n");
        harness.run("e");

        assertThat(feed.rows("SELECT COUNT(*) FROM \"sales\".\"f_change_feed\""))
                .containsExactly("1");
        assertThat(Files.readString(harness.file("e.csv"))).isEqualTo("id,xt_batch_id\n1,1\n");
    }
}
