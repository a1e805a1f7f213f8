package io.waybill.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.LogHeard;
import io.waybill.feed.FeedFixture.Product;
import io.waybill.route.WaybillConstants;
import io.waybill.route.step.Planning;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A feed that goes by PostgreSQL's log. */
class FeedLogIT {

    private static final String TABLE = "CREATE TABLE t (id integer PRIMARY KEY, name varchar(20))";
    private static final String ROWS = "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd')";
    private static final String LOG = "strategy = \"log\"";
    private static final Map<String, Object> COMPARE_ALL = Map.of(WaybillConstants.COMPARE_ALL, true);

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.overAny();

    private FeedFixture feed;

    private FeedFixture over(String... statements) throws Exception {
        feed = new FeedFixture(harness, Product.POSTGRESQL, statements);
        FeedFixture.writeLogFirst(harness.database());
        return feed;
    }

    @AfterEach
    void removeSlots() {
        if (feed != null) {
            FeedFixture.removeSlots(harness.database());
        }
    }

    private List<String> slots() {
        return feed.rows("SELECT slot_name FROM pg_replication_slots WHERE database = current_database()");
    }

    private List<String> methods() {
        return feed.rows("SELECT method FROM f_batches ORDER BY xt_batch_id");
    }

    @Test
    void comparesTheRowsThatTheLogNames() throws Exception {
        over(TABLE, ROWS).feed(LOG).run();
        assertThat(feed.batch(1)).containsExactly("new 1,a", "new 2,b", "new 3,c", "new 4,d");

        feed.execute(
                        "UPDATE t SET name = 'B' WHERE id = 2",
                        "UPDATE t SET name = 'c' WHERE id = 3",
                        "UPDATE t SET id = 10 WHERE id = 4",
                        "DELETE FROM t WHERE id = 1",
                        "INSERT INTO t VALUES (5, 'e'), (6, 'f')",
                        "DELETE FROM t WHERE id = 6")
                .run();
        feed.run();
        feed.execute("INSERT INTO t VALUES (1, 'a')").run();

        assertThat(feed.batch(2)).containsExactly("deleted 1,a", "changed 2,B", "deleted 4,d", "new 5,e", "new 10,d");
        assertThat(feed.batch(3)).isEmpty();
        assertThat(feed.batch(4)).containsExactly("new 1,a");
        assertThat(methods()).containsExactly("CHECK", "LOG", "LOG", "LOG");
        assertThat(feed.rows("SELECT unchanged_rows FROM f_batches WHERE xt_batch_id = 2"))
                .containsExactly("1");
    }

    @Test
    void aBatchThatStopsLeavesTheLogToTheNext() throws Exception {
        over(TABLE, ROWS).feed(LOG).run();
        feed.execute("DELETE FROM t WHERE id < 4");
        assertThat(feed.refusal()).contains("max_deletes: 3 of 4 rows are gone");

        feed.run(Map.of(WaybillConstants.ACCEPT_DELETES, true));

        assertThat(feed.batch(2)).containsExactly("deleted 1,a", "deleted 2,b", "deleted 3,c");
    }

    @Test
    void aTableThatIsTruncatedIsComparedWhole() throws Exception {
        over(TABLE, ROWS).feed(LOG + "\nmax_deletes = \"100%\"").run();
        feed.execute("TRUNCATE t", "INSERT INTO t VALUES (4, 'd')").run();

        assertThat(feed.batch(2)).containsExactly("deleted 1,a", "deleted 2,b", "deleted 3,c");
        assertThat(methods()).containsExactly("CHECK", "CHECK");
    }

    @Test
    void aLogThatIsLostStopsTheBatchUntilAllRowsAreCompared() throws Exception {
        over(TABLE, ROWS).feed(LOG).run();
        String slot = slots().get(0);
        feed.execute("SELECT pg_drop_replication_slot('" + slot + "')", "UPDATE t SET name = 'B' WHERE id = 2");

        assertThat(feed.refusal())
                .isEqualTo("the log of table public.t is lost: replication slot " + slot
                        + " is gone; what has changed since batch 1 is not known; waybill run f --compare-all compares all"
                        + " rows, and begins it anew");

        feed.run(COMPARE_ALL);
        feed.execute("DELETE FROM t WHERE id = 1").run();
        assertThat(feed.batch(2)).containsExactly("changed 2,B");
        assertThat(feed.batch(3)).containsExactly("deleted 1,a");
        assertThat(methods()).containsExactly("CHECK", "CHECK", "LOG");
    }

    @Test
    void aTableThatWasMadeAnewIsNotTakenForTheOldOne() throws Exception {
        over(TABLE, ROWS).feed(LOG).run();
        feed.execute("DROP TABLE t", TABLE, "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'C')");

        assertThat(feed.refusal()).contains("or publication " + slots().get(0) + " does not tell all of the table");

        feed.run(COMPARE_ALL);
        assertThat(feed.batch(2)).containsExactly("changed 3,C", "deleted 4,d");
    }

    @Test
    void aLogThatWasBegunAnewCountsOnceABatchHasComparedAllRows() throws Exception {
        over(TABLE, ROWS).feed(LOG).run();
        feed.execute("SELECT pg_drop_replication_slot('" + slots().get(0) + "')");
        feed.execute("DELETE FROM t WHERE id < 4", "UPDATE t SET name = 'D'");
        assertThat(harness.failure("f", COMPARE_ALL)).hasMessageContaining("max_deletes: 3 of 4 rows are gone");

        feed.run(Map.of(WaybillConstants.ACCEPT_DELETES, true));

        assertThat(feed.batch(2)).containsExactly("deleted 1,a", "deleted 2,b", "deleted 3,c", "changed 4,D");
    }

    @Test
    void partitionsThatComeAndGoAreSeen() throws Exception {
        over(
                        "CREATE TABLE t (id integer PRIMARY KEY, name varchar(20)) PARTITION BY RANGE (id)",
                        "CREATE TABLE t0 PARTITION OF t FOR VALUES FROM (0) TO (10)",
                        "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (10) TO (20)",
                        "CREATE TABLE t3 (id integer PRIMARY KEY, name varchar(20))",
                        "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (11, 'c')",
                        "INSERT INTO t3 VALUES (31, 'e')")
                .feed(LOG)
                .run();
        feed.execute("TRUNCATE t1").run();
        feed.execute("ALTER TABLE t ATTACH PARTITION t3 FOR VALUES FROM (30) TO (40)")
                .run();
        feed.execute("DROP TABLE t3", "UPDATE t SET name = 'B' WHERE id = 2").run();

        assertThat(feed.batch(2)).containsExactly("deleted 11,c");
        assertThat(feed.batch(3)).containsExactly("new 31,e");
        assertThat(feed.batch(4)).containsExactly("changed 2,B", "deleted 31,e");
    }

    @Test
    void columnsThatComeAndChangeAreCompared() throws Exception {
        over("CREATE TABLE t (id integer PRIMARY KEY, n integer)", "INSERT INTO t VALUES (1, 5)")
                .feed(LOG)
                .run();
        feed.execute("ALTER TABLE t ADD COLUMN flag integer NOT NULL DEFAULT 7").run();
        feed.execute("ALTER TABLE t ALTER COLUMN n TYPE numeric(10, 1) USING n * 2")
                .run();
        feed.run();

        assertThat(feed.rows(
                        "SELECT xt_record_type, n, flag FROM f_change_feed WHERE xt_batch_id > 1 ORDER BY xt_batch_id"))
                .containsExactly("changed,5.0,7", "changed,10.0,7");
        assertThat(methods()).containsExactly("CHECK", "CHECK", "CHECK", "LOG");
    }

    @Test
    void flowsOfTheSameIdInOtherNamespacesHaveLogsOfTheirOwn() throws Exception {
        over(TABLE, ROWS, "CREATE SCHEMA other").feed(LOG).run();
        feed.load("change_feed", "namespace = \"other\"", LOG).run();
        assertThat(slots()).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void aFeedMayGoByTheLogLater() throws Exception {
        over(TABLE, ROWS).feed("").run();
        feed.execute("UPDATE t SET name = 'B' WHERE id = 2");

        feed.feed(LOG).run();

        assertThat(feed.batch(2)).containsExactly("changed 2,B");
    }

    @Test
    void aPlanSaysHowTheLogIs() throws Exception {
        over(TABLE, ROWS).feed(LOG);
        assertThat(plan()).contains("not begun; the first batch begins it, and compares all rows");
        feed.run();
        assertThat(plan()).anyMatch(words -> words.matches("the server keeps \\d MB of it since the last batch"));
        feed.execute("SELECT pg_drop_replication_slot('" + slots().get(0) + "')");
        assertThat(plan()).contains("lost; the next batch stops, until waybill run f --compare-all");
    }

    private List<String> plan() {
        return Planning.ofFeed(harness.context(), harness.flows().flows().get("f"), null).plan().facts().stream()
                .map(FeedPlan.Fact::words)
                .toList();
    }

    /** As the server of the tests does, which is told so. */
    @Test
    void whatIsCommittedBeforeItsLogIsWrittenIsSeen() throws Exception {
        feed = new FeedFixture(harness, Product.POSTGRESQL, TABLE, ROWS);
        feed.feed(LOG).run();
        for (int batch = 2; batch < 6; batch++) {
            feed.execute("UPDATE t SET name = 'x" + batch + "' WHERE id = 2").run();
            assertThat(feed.batch(batch)).containsExactly("changed 2,x" + batch);
        }
    }

    @Test
    void nowAndThenAllRowsAreCompared() throws Exception {
        over(TABLE, ROWS).feed(LOG + "\nfull_compare_every = 3").run();
        feed.run();
        feed.run();
        feed.run();

        assertThat(methods()).containsExactly("CHECK", "LOG", "LOG", "CHECK");
    }

    @Test
    void aFeedThatGoesByItNoMoreLeavesNoLogBehind() throws Exception {
        over(TABLE, ROWS).feed(LOG).run();
        assertThat(slots()).hasSize(1);

        feed.feed("").run();

        assertThat(slots()).isEmpty();
        assertThat(feed.rows("SELECT pubname FROM pg_publication")).isEmpty();
    }

    @Test
    void aLogThatTheServerKeepsTooMuchOfIsWarnedOf() throws Exception {
        over(TABLE, ROWS).feed(LOG + "\nkept_log_bytes = 1000000").run();
        feed.execute("CREATE TABLE other AS SELECT repeat('x', 1000) FROM generate_series(1, 2000)");
        List<String> told;
        try (LogHeard heard = LogHeard.of(LogReader.class)) {
            feed.run();
            told = heard.told();
        }
        assertThat(told)
                .singleElement()
                .asString()
                .matches("Flow f: the server keeps \\d MB of its log for replication slot " + slots().get(0)
                        + "; its disk may fill up, or the log be lost, unless batches succeed more often");
    }

    @Test
    void whatHasNoLogIsRefused() throws Exception {
        over(TABLE, "CREATE VIEW v AS SELECT * FROM t");
        harness.load(
                "g.toml",
                "id = \"g\"\n[input]\nprimary_key = \"id\"\n[properties.change_feed]\nsource_dataset_id = \"v\"\n"
                        + LOG);
        assertThat(harness.fail("g").error())
                .isEqualTo("strategy: \"log\" does not go: public.v is no table, and the log speaks of tables alone");
    }

    @Test
    void anotherDatabaseHasNone() throws Exception {
        FeedFixture other = new FeedFixture(harness, Product.H2, TABLE).feed(LOG);
        assertThat(other.refusal())
                .isEqualToIgnoringCase(
                        "strategy: \"log\" does not go: it reads the log of a table of PostgreSQL, and table public.t is none");
    }
}
