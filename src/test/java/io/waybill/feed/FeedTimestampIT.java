package io.waybill.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.feed.FeedFixture.Product;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Changes told by a column that says when a row was changed. */
class FeedTimestampIT {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.overAny();

    private FeedFixture over(Product product, String keys) throws Exception {
        FeedFixture feed = new FeedFixture(
                        harness,
                        product,
                        "CREATE TABLE t (id integer PRIMARY KEY, name varchar(20), u timestamp NULL)",
                        "INSERT INTO t VALUES (1, 'a', '2026-01-01 00:00:00'), (2, 'b', '2026-01-02 00:00:00'), (3, 'c', NULL)")
                .feed("strategy = \"timestamp\"\nupdated_at = \"u\"\n" + keys);
        feed.run();
        return feed;
    }

    private String words(FeedFixture feed) throws Exception {
        return feed.run().changes().words();
    }

    @ParameterizedTest
    @EnumSource
    void seesWhatIsChangedDeletedAndPutBack(Product product) throws Exception {
        FeedFixture feed = over(product, "");
        feed.execute(
                "UPDATE t SET name = 'x', u = '2026-01-03 00:00:00' WHERE id = 1",
                "UPDATE t SET name = 'not seen' WHERE id = 2",
                "DELETE FROM t WHERE id = 3");
        assertThat(words(feed)).isEqualTo("0 new, 1 changed, 1 deleted, 1 unchanged");
        feed.execute("DELETE FROM t WHERE id = 1");
        assertThat(words(feed)).isEqualTo("0 new, 0 changed, 1 deleted, 1 unchanged");

        feed.execute("INSERT INTO t VALUES (1, 'back', '2020-01-01 00:00:00'), (3, 'c', NULL)");
        assertThat(words(feed))
                .as("though it was changed long ago")
                .isEqualTo("2 new, 0 changed, 0 deleted, 1 unchanged");

        feed.execute("UPDATE t SET name = 'older', u = '2019-01-01 00:00:00' WHERE id = 1");
        assertThat(words(feed)).isEqualTo("0 new, 1 changed, 0 deleted, 2 unchanged");
    }

    @ParameterizedTest
    @EnumSource
    void readsWhatWasChangedSinceAloneAndSeesTheRestByAFullComparison(Product product) throws Exception {
        FeedFixture feed = over(product, "deletions = false\nfull_compare_every = 3");
        feed.execute(
                "DELETE FROM t WHERE id = 3",
                "UPDATE t SET name = 'as old' WHERE id = 1",
                "UPDATE t SET name = 'x', u = '2026-01-03 00:00:00' WHERE id = 2",
                "INSERT INTO t VALUES (4, 'late', '2020-01-01 00:00:00'), (5, 'now', '2026-01-04 00:00:00'), (6, 'none', NULL)");

        assertThat(words(feed)).isEqualTo("2 new, 1 changed, 0 deleted, 2 unchanged");
        assertThat(words(feed)).isEqualTo("0 new, 0 changed, 0 deleted, 5 unchanged");
        assertThat(words(feed)).isEqualTo("1 new, 1 changed, 1 deleted, 3 unchanged");

        assertThat(feed.batch(2).stream().map(row -> row.substring(0, row.lastIndexOf(','))))
                .containsExactly("changed 2,x", "new 5,now", "new 6,none");
        assertThat(feed.batch(4).stream().map(row -> row.substring(0, row.lastIndexOf(','))))
                .containsExactly("changed 1,as old", "deleted 3,c", "new 4,late");
        assertThat(feed.rows("SELECT method FROM " + feed.quoted("f_batches") + " ORDER BY xt_batch_id"))
                .containsExactly("CHECK", "SINCE", "SINCE", "CHECK");
    }

    @ParameterizedTest
    @EnumSource(names = "POSTGRESQL")
    void aRowThatIsChangedAtNoTimeHidesNoOthers(Product product) throws Exception {
        FeedFixture feed = over(product, "deletions = false");
        feed.execute("UPDATE t SET u = 'infinity' WHERE id = 3");
        assertThat(words(feed)).isEqualTo("0 new, 1 changed, 0 deleted, 2 unchanged");

        feed.execute("UPDATE t SET name = 'x', u = '2026-01-03 00:00:00' WHERE id = 1");
        assertThat(words(feed)).isEqualTo("0 new, 1 changed, 0 deleted, 2 unchanged");
    }
}
