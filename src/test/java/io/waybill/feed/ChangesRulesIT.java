package io.waybill.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.feed.FeedFixture.Product;
import io.waybill.ledger.RunResult;
import io.waybill.ledger.Watermark;
import io.waybill.ledger.Watermarks;
import io.waybill.route.RouteYaml;
import io.waybill.route.WaybillConstants;
import io.waybill.run.NewData;
import io.waybill.run.Planner;
import java.nio.file.Files;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.builder.AdviceWith;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What an export of changes keeps to, and what it is refused for. */
class ChangesRulesIT {

    private static final ZonedDateTime NOW = FlowHarness.NOW.atZone(ZoneOffset.UTC);

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.overAny();

    private ChangesFixture over(Product product) throws Exception {
        return new ChangesFixture(
                harness,
                product,
                "CREATE TABLE t (id integer PRIMARY KEY, name varchar(5), n integer)",
                "INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3)");
    }

    private void declare(String keys) throws Exception {
        Files.writeString(harness.file("datasets.toml"), "[[dataset]]\nid = \"t\"\n" + keys + "\n");
    }

    private Watermarks watermarks() {
        return harness.ledger().watermarks();
    }

    @ParameterizedTest
    @EnumSource
    void aTableThatHasLostMostOfItsRowsStopsUntilThatIsAccepted(Product product) throws Exception {
        ChangesFixture export = over(product).load("order_by = [\"id\"]");
        export.run();
        export.execute("DELETE FROM t WHERE id > 1");

        assertThat(export.refusal())
                .isEqualTo(
                        "max_deletes: 2 of 3 rows are gone from data set t, and 50% may be; waybill run f --accept-deletes"
                                + " takes them for deleted");

        assertThat(export.exported(Map.of(WaybillConstants.ACCEPT_DELETES, true)))
                .containsExactly("deleted,2,b,2", "deleted,3,c,3");
    }

    @ParameterizedTest
    @EnumSource
    void onlyWhatIsComparedIsAChangeUntilAllIsCompared(Product product) throws Exception {
        ChangesFixture export = over(product)
                .load("[properties.export.changes]\nstrategy = \"timestamp\"\nupdated_at = \"n\"\nmax_deletes = 2");
        export.run();
        export.execute("UPDATE t SET name = 'A' WHERE id = 1", "UPDATE t SET name = 'B', n = 9 WHERE id = 2");

        assertThat(export.exported()).containsExactly("changed,2,B,9");
        assertThat(export.exported(Map.of(WaybillConstants.COMPARE_ALL, true))).containsExactly("changed,1,A,1");
    }

    @ParameterizedTest
    @EnumSource
    void aKeyThatHasAnotherNameIsToldOfBeforeWhatFollowsFromIt(Product product) throws Exception {
        ChangesFixture export = over(product).load("");
        export.run();
        export.execute("ALTER TABLE t RENAME COLUMN id TO no");

        String refusal = "changes.primary_key: is no, and the state's, in table f_state, is id; waybill feed drop f"
                + " removes it, to begin anew";
        assertThatThrownBy(export::plan).hasMessage(refusal);
        assertThat(export.refusal()).isEqualTo(refusal);
    }

    @ParameterizedTest
    @EnumSource
    void columnsFiltersAndPersonsAreAsInAnyExport(Product product) throws Exception {
        harness.open(product.open());
        declare("table = \"t\"\ncolumns = [{ name = \"name\", pii = true }]");
        ChangesFixture export =
                over(product).load("filters = [{ column = \"n\", op = \">\", value = 1 }]\norder_by = [\"n desc\"]");

        assertThat(export.exported()).containsExactly("new,3,3", "new,2,2");
        assertThat(export.plan().leftOut())
                .hasValueSatisfying(words -> assertThat(words).startsWith("name is left out"));

        export.load("columns = [\"xt_batch_id\", \"name\", \"xt_record_type\"]\npii_policy = \"allow\"")
                .execute("DELETE FROM t WHERE id = 2");
        assertThat(export.exported()).containsExactly("2,b,deleted");
    }

    @ParameterizedTest
    @EnumSource
    void whatIsRequiredOfTheSourceIsRequiredOfItsChanges(Product product) throws Exception {
        ChangesFixture export = new ChangesFixture(
                harness,
                product,
                "CREATE TABLE t (id integer PRIMARY KEY, name varchar(5) NOT NULL, n integer)",
                "INSERT INTO t VALUES (1, 'a', 1)");
        List<List<String>> columns = new ArrayList<>();
        export.load("select = \"required\"");
        columns.add(names(export));
        export.run();
        columns.add(names(export));

        assertThat(columns).allSatisfy(names -> assertThat(names).containsExactly("xt_record_type", "id", "name"));
    }

    private static List<String> names(ChangesFixture export) throws Exception {
        return export.plan().columns().stream()
                .map(column -> column.name().toLowerCase(java.util.Locale.ROOT))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void aColumnThatComesAndOneThatGoesAreThoseOfTheSource(Product product) throws Exception {
        ChangesFixture export = over(product).load("schema_change = \"fail\"");
        export.run();
        export.execute(
                "ALTER TABLE t ADD COLUMN c varchar(5)",
                "UPDATE t SET c = 'x' WHERE id = 1",
                "ALTER TABLE t DROP COLUMN n");

        assertThat(export.refusal()).startsWith("schema_change: the columns are not those of the last run:");
        assertThat(export.exported(Map.of(WaybillConstants.ACCEPT_SCHEMA, true)))
                .containsExactly("changed,1,a,x");
    }

    @ParameterizedTest
    @EnumSource
    void withoutItsTablesItBeginsAnewUnderHigherNumbers(Product product) throws Exception {
        ChangesFixture export = over(product).load("order_by = [\"id\"]");
        export.run();
        export.execute("DELETE FROM t WHERE id = 1");
        export.run();
        List<String> tables = export.planner().changes().feed().tables();

        harness.component().drop("f", export.planner().changes().feed());
        RunResult anew = export.run();

        assertThat(tables).containsExactlyInAnyOrder("f_change_feed", "f_state", "f_batches");
        assertThat(export.lines(anew)).containsExactly("new,2,b,2", "new,3,c,3");
        assertThat(anew.batchId()).hasToString("3");
        assertThat(export.exported()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void itsWatermarkIsABatchAndMovesByHand(Product product) throws Exception {
        ChangesFixture export = over(product).load("order_by = [\"id\"]");
        export.run();
        export.execute("DELETE FROM t WHERE id = 1");
        export.run();

        watermarks().reset("f");
        List<String> all = export.exported();
        Planner.Tracked one = export.planner().tracked("1", NOW);
        watermarks().set("f", one.dataset(), one.column(), one.value());

        assertThat(all).containsExactly("new,1,a,1", "new,2,b,2", "new,3,c,3", "deleted,1,a,1");
        assertThat(export.exported()).containsExactly("deleted,1,a,1");
        assertThatThrownBy(() -> export.planner().tracked("9", NOW))
                .hasMessage("watermark: there is no batch 9 of flow \"f\"; the last one is 4");
        assertThatThrownBy(() -> export.planner().tracked("2026-01-01", NOW))
                .hasMessage(
                        "watermark: \"2026-01-01\" is not the number of a batch; a whole number of at least 1 is allowed");
    }

    @ParameterizedTest
    @EnumSource
    void theBatchesOfARunGoOutAgain(Product product) throws Exception {
        ChangesFixture export = over(product).load("order_by = [\"id\"]");
        export.run();
        export.execute("UPDATE t SET name = 'A' WHERE id = 1");
        String second = export.run().runId();
        export.execute("DELETE FROM t WHERE id = 1");

        assertThat(export.exported(Map.of(WaybillConstants.RERUN, second))).containsExactly("changed,1,A,1");
        assertThat(export.exported()).containsExactly("deleted,1,A,1");

        harness.component().drop("f", export.planner().changes().feed());
        assertThat(export.refusal(Map.of(WaybillConstants.RERUN, second)))
                .isEqualTo("rerun: batch 2 of flow \"f\" is gone, with the tables that it was in");
        assertThat(export.refusal(Map.of(WaybillConstants.RERUN, second, WaybillConstants.ACCEPT_DELETES, true)))
                .isEqualTo("WaybillAcceptDeletes: does not go with WaybillRerun, which has the rows of that run");
    }

    @Test
    void whatWasNotDeliveredIsDeliveredAgainAndIsNoChangeOfTheNextRun() throws Exception {
        ChangesFixture export = over(Product.H2).load("redelivery = { maximum_redeliveries = 0 }");
        export.run();
        export.execute("DELETE FROM t WHERE id = 2");
        AdviceWith.adviceWith(
                harness.context(),
                "f.delivery",
                advised -> advised.weaveById("f.publish").before().throwException(new IllegalStateException("away")));
        String failed = harness.fail("f").runId();
        export.load("").execute("DELETE FROM t WHERE id = 1");

        assertThat(export.lines(harness.redrive("f", failed))).containsExactly("deleted,2,b,2");
        assertThat(export.exported()).containsExactly("deleted,1,a,1");
    }

    @Test
    void whatTheFilesHaveOfTheirOwnAndAnotherKeyAreRefused() throws Exception {
        ChangesFixture export = over(Product.H2).load("");
        export.execute("ALTER TABLE t ADD COLUMN \"xt_record_type\" varchar(9)");
        assertThat(export.refusal())
                .isEqualTo(
                        "columns: the source has a column xt_record_type, which the file has of its own; a view can name it"
                                + " otherwise");

        export.execute("ALTER TABLE t DROP COLUMN \"xt_record_type\"");
        export.run();
        export.load("[properties.export.changes]\nprimary_key = [\"name\"]");
        assertThat(export.refusal())
                .isEqualTo(
                        "changes.primary_key: is name, and the state's, in table f_state, is id; waybill feed drop f removes"
                                + " it, to begin anew");
    }

    @Test
    void aDatabaseThatWasPutBackIsRefused() throws Exception {
        ChangesFixture export = over(Product.H2).load("");
        export.run();
        export.execute("CREATE TABLE kept AS SELECT * FROM \"f_batches\"", "DELETE FROM t WHERE id = 1");
        export.run();
        export.execute("DELETE FROM \"f_batches\"", "INSERT INTO \"f_batches\" SELECT * FROM kept");

        assertThat(export.refusal())
                .isEqualTo(
                        "since_last_export: the last batch in table f_batches is 1, and flow \"f\" has exported batch 2: the"
                                + " database was put back. What has changed since is not known; waybill feed drop f begins anew, with"
                                + " all rows as new ones");
        harness.component().drop("f", export.planner().changes().feed());
        assertThat(export.exported()).hasSize(2);
    }

    @Test
    void aDatabaseOfTheSameTablesElsewhereIsRefusedBeforeAnythingIsWritten() throws Exception {
        ChangesFixture export = over(Product.H2).load("");
        export.run();
        try (var other = TestDatabases.h2()) {
            TestDatabases.execute(other, "CREATE TABLE t (id integer PRIMARY KEY, name varchar(5), n integer)");
            harness.context().getRegistry().bind("db", other);

            assertThat(export.refusal()).startsWith("since_last_export: the watermark of flow \"f\" is of H2 database");
            assertThat(FeedFixture.rows(
                            other,
                            "SELECT COUNT(*) FROM information_schema.tables WHERE table_name LIKE 'f@_%' ESCAPE '@'"))
                    .containsExactly("0");
        }
    }

    @Test
    void aFlowThatWentByAWatermarkBeginsAnewWhereSomebodySaysSo() throws Exception {
        ChangesFixture export = over(Product.H2).load("");
        watermarks().set("f", "t", "ID", "2");

        assertThat(export.refusal())
                .isEqualTo(
                        "since_last_export: the watermark of flow \"f\" is of column ID of data set \"t\", and the flow now"
                                + " exports by xt_batch_id of \"t\"; waybill watermark reset f begins again, waybill watermark set"
                                + " goes on from a value");
        watermarks().reset("f");
        assertThat(export.exported()).hasSize(3);
    }

    @Test
    void filesOfARunThatTheLedgerDoesNotKnowAreNotDoubled() throws Exception {
        ChangesFixture export = over(Product.H2).load("");
        export.run();
        watermarks().reset("f");
        JdbcDataSource ledger = new JdbcDataSource();
        ledger.setURL(harness.ledgerUrl());
        TestDatabases.execute(
                ledger,
                "DELETE FROM waybill_audit",
                "DELETE FROM waybill_file",
                "DELETE FROM waybill_delivery",
                "DELETE FROM waybill_run");

        assertThat(export.refusal()).startsWith("since_last_export: the ledger knows nothing of flow \"f\", and ");
    }

    @ParameterizedTest
    @CsvSource({
        "WaybillMode, full",
        "WaybillBatchId, 3",
        "WaybillFrom, 2026-01-01",
        "WaybillColumn, n",
    })
    void otherRowsAreRefused(String header, String value) throws Exception {
        ChangesFixture export = over(Product.H2).load("");

        assertThat(export.refusal(Map.of(header, value)))
                .isEqualTo(header
                        + ": is for exports of other rows, and this one exports what has changed since its last run");
        assertThat(harness.ledger().runs("f", null, 1)).isEmpty();
    }

    @Test
    void aRunOfOtherRowsDoesNotGoOutAgain() throws Exception {
        ChangesFixture export = over(Product.H2);
        harness.load(
                "f.toml",
                "id = \"f\"\n[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"{{root}}/out/f.csv\"\n");
        String full = harness.run("f").runId();
        export.load("");

        assertThat(export.refusal(Map.of(WaybillConstants.RERUN, full)))
                .isEqualTo("mode: \"full\" does not go with it; flow \"f\" exports what has changed since its last run:"
                        + " since_last_export = \"changes\"");
    }

    @Test
    void triggersThatLookForNewRowsAreRefused() throws Exception {
        ChangesFixture export = over(Product.H2);
        for (String type : List.of("on_new_data", "stream")) {
            assertThatThrownBy(() -> export.load("[[triggers]]\ntype = \"" + type + "\""))
                    .hasMessageEndingWith("triggers.type: \"" + type
                            + "\" does not go with since_last_export = \"changes\", which finds changes by comparing all"
                            + " rows; allowed: schedule, interval, once, daily, weekly, monthly, manual");
        }
        export.load("");
        assertThatThrownBy(() -> new NewData(export.planner(), harness.ledger()).look("t", NOW))
                .hasMessageStartingWith("a look for new rows does not go with since_last_export = \"changes\"");
    }

    @Test
    void whatHasBatchesOrNoKeyIsRefused() throws Exception {
        ChangesFixture export = over(Product.H2).load("");
        export.execute("ALTER TABLE t ADD COLUMN \"xt_batch_id\" integer");
        assertThat(export.refusal())
                .isEqualTo(
                        "since_last_export: \"changes\" is refused: data set \"t\" has batches (xt_batch_id); allowed: true,"
                                + " which exports each of them once");

        export.execute("ALTER TABLE t DROP COLUMN \"xt_batch_id\"", "ALTER TABLE t DROP PRIMARY KEY");
        assertThat(export.refusal())
                .isEqualTo(
                        "changes.primary_key: is missing, and table public.t has none; name the columns that tell its rows"
                                + " apart");

        export.load("[properties.export.changes]\nprimary_key = [\"ix\"]");
        assertThat(export.refusal())
                .startsWith("changes.primary_key: data set \"t\" has no column \"ix\"; did you mean \"id\"?");

        export.load("[properties.export.changes]\nprimary_key = [\"id\"]").execute("INSERT INTO t VALUES (1, 'z', 0)");
        assertThat(export.refusal())
                .startsWith("data set t has the same key (id) more than once: (id = 1, name = ")
                .contains(" and (id = 1, ");
    }

    @Test
    void aQueryWithAKeyIsComparedToo() throws Exception {
        over(Product.H2);
        declare("query = \"SELECT id, n * 2 AS twice FROM t\"\nprimary_key = [\"id\"]");
        ChangesFixture export = over(Product.H2).load("order_by = [\"id\"]");
        export.run();
        export.execute("UPDATE t SET n = 10 WHERE id = 2");

        assertThat(export.exported()).containsExactly("changed,2,20");
    }

    @Test
    void otherDatabasesAreRefusedByName() throws Exception {
        harness.open(TestDatabases.hsqldb(), "CREATE TABLE t (id integer PRIMARY KEY)");
        harness.load("f.toml", ChangesFixture.flow(""));

        assertThat(harness.failure("f"))
                .hasMessage(
                        "since_last_export: \"changes\" is refused: feeds run on PostgreSQL, MariaDB, MySQL and H2, not on HSQLDB;"
                                + " allowed there: true, with a column that grows with each change as watermark");
    }

    @Test
    void aTableOfSomebodyElseIsLeftAlone() throws Exception {
        ChangesFixture export = over(Product.H2).load("");
        export.execute("CREATE TABLE \"f_state\" (id integer)");

        assertThat(export.refusal()).startsWith("table f_state is there already, and is not of flow f:");
    }

    @ParameterizedTest
    @EnumSource
    void aPrintedRouteDoesTheSameWithoutItsFlow(Product product) throws Exception {
        ChangesFixture export = over(product)
                .load(
                        "order_by = [\"id\"]\n[properties.export.changes]\ncompare_columns = [\"name\"]\nmax_deletes = 1");
        String yaml =
                new RouteYaml(harness.context()).print(harness.flows().flows().get("f"), null);
        export.run();
        var model = harness.context().getCamelContextExtension().getContextPlugin(org.apache.camel.model.Model.class);
        for (String route : List.of("f", "f.redrive", "f.delivery")) {
            harness.context().getRouteController().stopRoute(route);
            harness.context().removeRoute(route);
        }
        model.removeRouteConfiguration(model.getRouteConfigurationDefinition("f.failure"));
        Files.delete(harness.file("f.toml"));
        harness.load("f.camel.yaml", yaml);

        export.execute(
                "UPDATE t SET n = 8 WHERE id = 1",
                "UPDATE t SET name = 'B' WHERE id = 2",
                "DELETE FROM t WHERE id = 3");
        assertThat(export.exported()).containsExactly("changed,2,B,2", "deleted,3,c,3");
        export.execute("DELETE FROM t");
        assertThat(export.refusal()).startsWith("max_deletes: 2 of 2 rows are gone");
        assertThat(watermarks().find("f").map(Watermark::value)).contains("2");
    }
}
