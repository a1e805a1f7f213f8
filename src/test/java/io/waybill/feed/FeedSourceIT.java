package io.waybill.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.feed.FeedFixture.Product;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A feed's tables say what they are of, and the rows of nothing else are compared with them. */
class FeedSourceIT {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.overAny();

    private FeedFixture over(Product product) throws Exception {
        FeedFixture feed = new FeedFixture(
                        harness,
                        product,
                        "CREATE TABLE t (id integer PRIMARY KEY, name varchar(20))",
                        "INSERT INTO t VALUES (1, 'a')",
                        "CREATE TABLE other (id integer PRIMARY KEY, name varchar(20))",
                        "INSERT INTO other VALUES (2, 'b')")
                .feed("");
        feed.run();
        return feed;
    }

    private void declare(String dataSet) throws Exception {
        Files.writeString(harness.file("datasets.toml"), "[[dataset]]\n" + dataSet + "\n");
    }

    @ParameterizedTest
    @EnumSource
    void anotherTableIsNotComparedWithTheStateOfTheFirst(Product product) throws Exception {
        FeedFixture feed = over(product).loadOver("other", "change_feed", "", "");

        assertThat(feed.refusal())
                .isEqualTo("source_dataset_id: is table other, and the tables of flow f hold the rows of table t;"
                        + " waybill feed drop f removes them, to begin anew; where t was only renamed, a view of its"
                        + " old name goes on");
        assertThat(feed.rows("SELECT COUNT(*) FROM " + feed.quoted("f_batches")))
                .containsExactly("1");
    }

    @Test
    void anotherTableOfTheSameDataSetIsRefusedToo() throws Exception {
        declare("id = \"things\"\ntable = \"t\"");
        FeedFixture feed = over(Product.H2).loadOver("things", "change_feed", "", "");
        feed.run();
        declare("id = \"things\"\ntable = \"other\"");
        feed.loadOver("things", "change_feed", "", "");

        assertThat(feed.refusal()).startsWith("source_dataset_id: is table other, and the tables of flow f hold");
    }

    @Test
    void anotherQueryIsRefusedAndTheSameOneMayChange() throws Exception {
        declare("id = \"things\"\nprimary_key = \"id\"\nquery = \"SELECT * FROM t\"");
        FeedFixture feed = new FeedFixture(
                        harness,
                        Product.H2,
                        "CREATE TABLE t (id integer PRIMARY KEY, name varchar(20))",
                        "INSERT INTO t VALUES (1, 'a')")
                .loadOver("things", "change_feed", "", "");
        feed.run();
        declare("id = \"things\"\nprimary_key = \"id\"\nquery = \"SELECT id, name FROM t\"");
        feed.loadOver("things", "change_feed", "", "").run();
        declare("id = \"others\"\nprimary_key = \"id\"\nquery = \"SELECT id, name FROM t\"");
        feed.loadOver("others", "change_feed", "", "");

        assertThat(feed.refusal())
                .isEqualTo("source_dataset_id: is query others, and the tables of flow f hold the rows of query"
                        + " things; waybill feed drop f removes them, to begin anew");
    }

    @Test
    void anotherNameOfTheTableIsNoOtherTable() throws Exception {
        declare("id = \"things\"\ntable = \"t\"");
        FeedFixture feed = over(Product.H2).loadOver("things", "change_feed", "", "");

        assertThat(feed.run().changes().words()).isEqualTo("0 new, 0 changed, 0 deleted, 1 unchanged");
    }

    @ParameterizedTest
    @EnumSource
    void aViewOfTheOldNameOfARenamedTableGoesOn(Product product) throws Exception {
        FeedFixture feed = over(product)
                .execute("ALTER TABLE t RENAME TO renamed", "CREATE VIEW t AS SELECT * FROM renamed")
                .load("change_feed", "[input]\nprimary_key = \"id\"", "");

        assertThat(feed.run().changes().words()).isEqualTo("0 new, 0 changed, 0 deleted, 1 unchanged");
    }

    @ParameterizedTest
    @EnumSource
    void tablesThatDoNotSayItYetGoOnAndSayItFromThenOn(Product product) throws Exception {
        FeedFixture feed = over(product);
        for (String table : new String[] {"f_state", "f_change_feed"}) {
            String words = " 'Waybill flow f: the changes of t'";
            feed.execute(
                    product == Product.MARIADB
                            ? "ALTER TABLE " + table + " COMMENT" + words
                            : "COMMENT ON TABLE " + table + " IS" + words);
        }

        assertThat(feed.run().changes().words()).isEqualTo("0 new, 0 changed, 0 deleted, 1 unchanged");
        assertThat(feed.loadOver("other", "change_feed", "", "").refusal()).contains("hold the rows of table t;");
    }
}
