package io.waybill.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.feed.FeedFixture.Product;
import java.nio.file.Files;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A batch's changes, published in an order in which they can be done elsewhere. */
class DeltaPublishingIT {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.overAny();

    private FeedFixture over(Product product, String keys) throws Exception {
        FeedFixture feed = new FeedFixture(
                        harness,
                        product,
                        "CREATE TABLE t (id integer PRIMARY KEY, name varchar(20))",
                        "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, NULL), (5, 'e')")
                .load("delta_publishing", "", keys);
        feed.run();
        feed.execute(
                "UPDATE t SET name = 'x' WHERE id = 1",
                "UPDATE t SET name = 'y' WHERE id = 3",
                "DELETE FROM t WHERE id IN (2, 5)",
                "INSERT INTO t VALUES (4, 'd'), (0, 'z')");
        feed.run();
        return feed;
    }

    @ParameterizedTest
    @EnumSource
    void deletionsComeFirstThenChangesThenWhatIsNew(Product product) throws Exception {
        FeedFixture feed = over(product, "");

        assertThat(feed.rows("SELECT xt_sequence, xt_record_type, id, name FROM " + feed.quoted("f_delta_transaction")
                        + " WHERE xt_batch_id = 2 ORDER BY xt_sequence"))
                .containsExactly(
                        "1,deleted,2,b", "2,deleted,5,e", "3,changed,1,x", "4,changed,3,y", "5,new,0,z", "6,new,4,d");
    }

    @ParameterizedTest
    @EnumSource
    void theValuesOfBeforeArePublishedWhenAsked(Product product) throws Exception {
        FeedFixture feed = over(product, "old_values = true");

        assertThat(feed.rows("SELECT xt_record_type, id, name, xt_old_id, xt_old_name FROM "
                        + feed.quoted("f_delta_transaction") + " WHERE xt_batch_id = 2 ORDER BY xt_sequence"))
                .containsExactly(
                        "deleted,2,b,2,b",
                        "deleted,5,e,5,e",
                        "changed,1,x,1,a",
                        "changed,3,y,3,null",
                        "new,0,z,null,null",
                        "new,4,d,null,null");
    }

    @ParameterizedTest
    @EnumSource
    void anExportTakesItForADeltaTransaction(Product product) throws Exception {
        over(product, "");
        harness.load(
                "e.toml",
                "[properties.export]\nsource_dataset_id = \"f_delta_transaction\"\nfile_path ="
                        + " \"{{root}}/delta_{batch_id}.csv\"\nexport_mode = \"incremental\"\norder_by = [\"xt_sequence\"]\n"
                        + "columns = [\"xt_record_type\", \"id\", \"name\"]\n");
        harness.run("e");

        assertThat(Files.readString(harness.file("delta_2.csv"))).isEqualTo("""
                        xt_record_type,id,name
                        deleted,2,b
                        deleted,5,e
                        changed,1,x
                        changed,3,y
                        new,0,z
                        new,4,d
                        """);
    }
}
