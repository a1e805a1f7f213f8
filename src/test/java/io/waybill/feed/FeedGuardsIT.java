package io.waybill.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.feed.FeedFixture.Product;
import io.waybill.route.WaybillConstants;
import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What stops a batch, before anything of it is written. */
class FeedGuardsIT {

    private static final String WITHOUT_KEY = "CREATE TABLE t (id integer, part varchar(5), name varchar(20))";

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.overAny();

    private FeedFixture over(Product product, String... statements) throws Exception {
        return new FeedFixture(harness, product, statements);
    }

    /** A table of four rows, of which the first batch is written. */
    private FeedFixture ofFourRows(Product product, String keys) throws Exception {
        FeedFixture feed = over(
                        product,
                        "CREATE TABLE t (id integer PRIMARY KEY, name varchar(20))",
                        "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd')")
                .feed(keys);
        feed.run();
        return feed;
    }

    private static void assertNothingIsWritten(FeedFixture feed, long batch) {
        assertThat(feed.batch(batch)).isEmpty();
        assertThat(feed.rows("SELECT COUNT(*) FROM " + feed.quoted("f_batches")))
                .containsExactly(batch - 1 + "");
    }

    @ParameterizedTest
    @EnumSource
    void aKeyWithoutAValueIsRefused(Product product) throws Exception {
        FeedFixture feed = over(product, WITHOUT_KEY, "INSERT INTO t VALUES (1, 'x', 'a'), (2, NULL, 'b')")
                .load("change_feed", "[input]\nprimary_key = [\"id\", \"part\"]", "");

        assertThat(feed.refusal())
                .isEqualToIgnoringCase(
                        "data set t has NULL in the key (id, part) of a row: (id = 2, part = null, name = b)");

        assertNothingIsWritten(feed, 1);
    }

    @ParameterizedTest
    @EnumSource
    void aKeyThatIsThereTwiceIsRefused(Product product) throws Exception {
        FeedFixture feed = over(product, WITHOUT_KEY, "INSERT INTO t VALUES (1, 'x', 'a'), (2, 'x', 'b')")
                .load("change_feed", "[input]\nprimary_key = \"id\"", "");
        feed.run();
        feed.execute("INSERT INTO t VALUES (2, 'x', 'b')");

        assertThat(feed.refusal())
                .as("though both are as the one was")
                .isEqualToIgnoringCase("data set t has the same key (id) more than once: (id = 2, part = x, name = b)"
                        + " and (id = 2, part = x, name = b)");
        feed.execute("UPDATE t SET name = 'c' WHERE id = 1", "INSERT INTO t VALUES (1, 'y', 'd'), (3, 'z', 'e')");
        assertThat(feed.refusal()).startsWithIgnoringCase("data set t has the same key (id) more than once: (id = 1, ");

        assertNothingIsWritten(feed, 2);
    }

    @ParameterizedTest
    @EnumSource
    void aSourceThatIsEmptyOrHasShrunkStopsTheBatch(Product product) throws Exception {
        FeedFixture feed = ofFourRows(product, "");
        feed.execute("DELETE FROM t WHERE id < 4");

        assertThat(feed.refusal())
                .isEqualTo("max_deletes: 3 of 4 rows are gone from data set t, and 50% may be; waybill run f"
                        + " --accept-deletes takes them for deleted");
        assertNothingIsWritten(feed, 2);
        feed.execute("DELETE FROM t");
        assertThat(feed.refusal()).startsWith("max_deletes: 4 of 4 rows are gone");
        assertNothingIsWritten(feed, 2);

        feed.execute("INSERT INTO t VALUES (1, 'a'), (2, 'b')");
        assertThat(feed.run().changes().deletedRows()).as("half of them").isEqualTo(2);
        feed.execute("DELETE FROM t");
        assertThat(feed.run(Map.of(WaybillConstants.ACCEPT_DELETES, true))
                        .changes()
                        .deletedRows())
                .isEqualTo(2);
        assertThat(feed.run().changes().words()).isEqualTo("0 new, 0 changed, 0 deleted, 0 unchanged");
    }

    @ParameterizedTest
    @EnumSource(names = "H2")
    void asManyRowsMayBeGoneAsTheFlowSays(Product product) throws Exception {
        FeedFixture feed = ofFourRows(product, "max_deletes = 1");
        feed.execute("DELETE FROM t WHERE id < 3");

        assertThat(feed.refusal()).startsWith("max_deletes: 2 of 4 rows are gone from data set t, and 1 may be");
        feed.execute("INSERT INTO t VALUES (1, 'a')");
        assertThat(feed.run().changes().deletedRows()).isEqualTo(1);

        harness.open(product.open());
        FeedFixture all = ofFourRows(product, "max_deletes = \"100%\"");
        all.execute("DELETE FROM t");
        assertThat(all.run().changes().deletedRows()).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource
    void theNumbersOfBatchesOnlyGrow(Product product) throws Exception {
        FeedFixture feed = ofFourRows(product, "");
        assertThat(feed.run(Map.of(WaybillConstants.BATCH_ID, 5L)).batchId()).isEqualTo(5L);
        feed.execute("DELETE FROM t WHERE id < 4");
        feed.refusal();
        feed.execute("INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')", "UPDATE t SET name = 'x' WHERE id = 4");

        assertThat(harness.failure("f", Map.of(WaybillConstants.BATCH_ID, 3L)))
                .hasMessage("batch_id: 3 lies below the last batch, 5, and is none; the numbers of batches only grow");
        assertThat(feed.run().batchId()).as("after the one that has failed").isEqualTo(6L);

        feed.execute("UPDATE t SET name = 'y' WHERE id = 4");
        var again = feed.run(Map.of(WaybillConstants.BATCH_ID, "6"));
        assertThat(again.changes().changes()).as("it is written already").isZero();
        assertThat(again.batchId()).isEqualTo(6L);
        assertThat(feed.batch(6)).containsExactly("changed 4,x");
        assertThat(feed.run().batchId()).isEqualTo(7L);
        assertThat(feed.batch(7)).containsExactly("changed 4,y");
    }

    @ParameterizedTest
    @EnumSource
    void whatHasNotChangedIsWrittenWhenAsked(Product product) throws Exception {
        FeedFixture feed = ofFourRows(product, "write_unchanged = true");
        feed.execute("UPDATE t SET name = 'x' WHERE id = 2", "DELETE FROM t WHERE id = 4");

        assertThat(feed.run().rows()).isEqualTo(4);

        assertThat(feed.batch(2)).containsExactly("unchanged 1,a", "changed 2,x", "unchanged 3,c", "deleted 4,d");
    }

    @ParameterizedTest
    @EnumSource
    void aTableOfAnotherIsLeftAlone(Product product) throws Exception {
        FeedFixture feed = over(product, "CREATE TABLE t (id integer PRIMARY KEY)", "INSERT INTO t VALUES (1)");
        feed.execute(
                "CREATE TABLE " + feed.quoted("f_state") + " (id integer)",
                "INSERT INTO " + feed.quoted("f_state") + " VALUES (7)");
        feed.feed("");

        assertThat(feed.refusal())
                .isEqualTo("table f_state is there already, and is not of flow f: its comment does not begin with"
                        + " \"Waybill flow f:\"; rename the flow, or the table");
        assertThat(feed.rows("SELECT * FROM " + feed.quoted("f_state"))).containsExactly("7");
    }

    @ParameterizedTest
    @EnumSource
    void aStateThatIsGoneOrHasAnotherKeyIsNoReasonToTellAllRowsAnew(Product product) throws Exception {
        FeedFixture feed = ofFourRows(product, "");
        feed.load("change_feed", "[input]\nprimary_key = [\"id\", \"name\"]", "");
        assertThat(feed.refusal())
                .isEqualToIgnoringCase(
                        "primary_key: is id, name, and the state's, in table f_state, is id; waybill feed"
                                + " drop f removes it, to begin anew");

        feed.feed("");
        feed.execute("DROP TABLE " + feed.quoted("f_state"));
        assertThat(feed.refusal())
                .isEqualTo("table f_state is gone, and f_batches has batches: all rows would be new once more; waybill"
                        + " feed drop f removes the rest, to begin anew");
    }

    @ParameterizedTest
    @EnumSource(names = "H2")
    void whatCannotBeComparedIsRefusedByItsKey(Product product) throws Exception {
        FeedFixture feed = over(product, "CREATE TABLE t (id integer, name varchar(9), xt_batch_id bigint)");
        assertThat(feed.feed("").refusal())
                .isEqualTo(
                        "primary_key: is missing, and table public.t has none; name the columns that tell its rows apart"
                                + " in [input]");
        assertThat(feed.load("change_feed", "[input]\nprimary_key = \"id\"", "").refusal())
                .isEqualTo(
                        "columns: the source has a column xt_batch_id, which the feed has of its own; leave it out of"
                                + " [input] columns");
        String columns = "[input]\nprimary_key = \"id\"\ncolumns = [{ name = \"id\", type = \"bigint\" }, { name ="
                + " \"name\", type = \"%s\" }]";
        assertThat(feed.load("change_feed", columns.replace("%s", "date"), "").refusal())
                .isEqualTo("columns: name is declared as date, and is text in table public.t");
        assertThat(feed.load(
                                "change_feed",
                                columns.replace("%s", "text"),
                                "strategy = \"timestamp\"\nupdated_at = \"name\"")
                        .refusal())
                .isEqualTo("updated_at: column name is text; a time, a date or a number that grows is needed");
        assertThat(feed.load("change_feed", columns.replace("%s", "text"), "")
                        .run()
                        .changes()
                        .changes())
                .isZero();
    }

    @ParameterizedTest
    @EnumSource
    void anEmptyTableOfAnotherIsLeftAloneToo(Product product) throws Exception {
        FeedFixture feed = over(product, "CREATE TABLE t (id integer PRIMARY KEY)");
        feed.execute("CREATE TABLE " + feed.quoted("f_state") + " (id integer, note varchar(9))");
        feed.feed("");

        assertThat(feed.refusal()).startsWith("table f_state is there already, and is not of flow f: ");
    }

    /** H2 has no names of tables that are a connection's alone. */
    @ParameterizedTest
    @EnumSource(names = "H2")
    void aTableThatIsNamedAsThatOfABatchIsLeftAlone(Product product) throws Exception {
        FeedFixture feed = ofFourRows(product, "");
        feed.execute("CREATE TABLE waybill_changes (id integer)", "INSERT INTO waybill_changes VALUES (7)");

        assertThat(feed.refusal()).containsIgnoringCase("waybill_changes");

        assertThat(feed.rows("SELECT id FROM waybill_changes")).containsExactly("7");
    }

    @ParameterizedTest
    @EnumSource(names = "MARIADB")
    void theNamesOfItsOwnColumnsAreItsOwnInCapitalsToo(Product product) throws Exception {
        FeedFixture feed = over(product, "CREATE TABLE t (id integer PRIMARY KEY, XT_BATCH_ID bigint)");
        assertThat(feed.feed("").refusal()).startsWith("columns: the source has a column XT_BATCH_ID, which the feed");
    }

    @ParameterizedTest
    @EnumSource(names = "POSTGRESQL")
    void theKeyOfATableThatOthersInheritFromMayBeThereTwice(Product product) throws Exception {
        FeedFixture feed = over(
                        product,
                        "CREATE TABLE t (id integer PRIMARY KEY, name varchar(20))",
                        "CREATE TABLE more () INHERITS (t)",
                        "INSERT INTO t VALUES (1, 'a')",
                        "INSERT INTO more VALUES (1, 'b')")
                .feed("");

        assertThat(feed.refusal()).startsWith("data set t has the same key (id) more than once: (id = 1, ");
    }

    @ParameterizedTest
    @EnumSource(names = "H2")
    void aKeyThatTellsNoRowsApartIsRefused(Product product) throws Exception {
        FeedFixture other = over(product, "CREATE TABLE t (id varchar_ignorecase PRIMARY KEY)")
                .feed("");
        assertThat(other.refusal())
                .isEqualToIgnoringCase("primary_key: column id is VARCHAR_IGNORECASE, whose index H2 leaves as it was"
                        + " where a text changes its case alone");
    }
}
