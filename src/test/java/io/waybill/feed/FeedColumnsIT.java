package io.waybill.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.feed.FeedFixture.Product;
import io.waybill.ledger.Audit;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of a feed whose source has other columns than before. */
class FeedColumnsIT {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.overAny();

    private FeedFixture over(Product product, String keys) throws Exception {
        FeedFixture feed = new FeedFixture(
                        harness,
                        product,
                        "CREATE TABLE t (id integer PRIMARY KEY, name varchar(5), n integer)",
                        "INSERT INTO t VALUES (1, 'a', 10), (2, 'b', 20)")
                .feed(keys);
        feed.run();
        return feed;
    }

    private String said() {
        return String.join(
                "; ",
                harness.ledger().audit().of("f").stream()
                        .filter(entry -> entry.action().equals("schema change"))
                        .map(Audit.Entry::detail)
                        .toList());
    }

    @ParameterizedTest
    @EnumSource
    void aColumnMoreIsTakenUpBeforeItIsCompared(Product product) throws Exception {
        FeedFixture feed = over(product, "");
        feed.execute("ALTER TABLE t ADD COLUMN more decimal(8, 3)", "UPDATE t SET more = 1.5 WHERE id = 2");

        assertThat(feed.run().changes().words()).isEqualTo("0 new, 1 changed, 0 deleted, 1 unchanged");

        assertThat(feed.rows("SELECT id, more FROM " + feed.quoted("f_change_feed") + " WHERE xt_batch_id = 2"))
                .containsExactly("2,1.500");
        assertThat(said()).containsIgnoringCase("added more decimal(8,3)");
        assertThat(feed.run().changes().changes()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aColumnLessIsToldOnceAndIsNoChangeOfRows(Product product) throws Exception {
        FeedFixture feed = over(product, "");
        feed.execute("ALTER TABLE t DROP COLUMN n", "UPDATE t SET name = 'x' WHERE id = 1");

        assertThat(feed.run().changes().words()).isEqualTo("0 new, 1 changed, 0 deleted, 1 unchanged");
        assertThat(feed.run().changes().changes()).isZero();

        assertThat(said()).endsWithIgnoringCase(": removed n").doesNotContain(";");
        assertThat(feed.rows("SELECT id, name, n FROM " + feed.quoted("f_change_feed") + " WHERE xt_batch_id = 2"))
                .containsExactly("1,x,null");
    }

    @ParameterizedTest
    @EnumSource
    void aComparedColumnThatIsMissingStopsTheBatch(Product product) throws Exception {
        FeedFixture feed = over(product, "compare_columns = [\"n\"]");
        feed.execute("UPDATE t SET name = 'x'");
        assertThat(feed.run().changes().changes()).as("it is not compared").isZero();
        feed.execute("ALTER TABLE t DROP COLUMN n");

        assertThat(feed.refusal())
                .startsWithIgnoringCase(
                        "compare_columns: data set \"t\" has no column \"n\"; did you mean \"id\"?; it has id, name");
    }

    @ParameterizedTest
    @EnumSource
    void aColumnOfAWiderTypeIsTakenAsItIs(Product product) throws Exception {
        FeedFixture feed = over(product, "");
        String type = product == Product.MARIADB ? "MODIFY COLUMN " : "ALTER COLUMN ";
        String set = product == Product.MARIADB ? " " : product == Product.H2 ? " SET DATA TYPE " : " TYPE ";
        feed.execute(
                "ALTER TABLE t " + type + "name" + set + "varchar(40)",
                "ALTER TABLE t " + type + "n" + set + "bigint",
                "UPDATE t SET name = 'longer than five', n = 9999999999 WHERE id = 1");

        assertThat(feed.run().changes().words()).isEqualTo("0 new, 1 changed, 0 deleted, 1 unchanged");

        assertThat(feed.batch(2)).containsExactly("changed 1,longer than five,9999999999");
        assertThat(feed.batch(1)).containsExactly("new 1,a,10", "new 2,b,20");
    }

    @ParameterizedTest
    @EnumSource
    void aColumnThatCannotBecomeWhatItIsNowStopsTheBatch(Product product) throws Exception {
        FeedFixture feed = over(product, "");
        feed.execute("ALTER TABLE t DROP COLUMN name", "ALTER TABLE t ADD COLUMN name date");

        assertThat(feed.refusal())
                .startsWithIgnoringCase(
                        "column name of table f_state cannot become as the source has it now, by ALTER TABLE ");
    }

    @ParameterizedTest
    @EnumSource
    void valuesOfBeforeAreOfTheTypeOfNow(Product product) throws Exception {
        String type = product == Product.MARIADB ? "MODIFY COLUMN n " : "ALTER COLUMN n ";
        String set = product == Product.MARIADB ? "" : product == Product.H2 ? "SET DATA TYPE " : "TYPE ";
        FeedFixture feed = new FeedFixture(
                        harness,
                        product,
                        "CREATE TABLE t (id integer PRIMARY KEY, n decimal(10, 2))",
                        "INSERT INTO t VALUES (1, 1)")
                .load("delta_publishing", "", "old_values = true");
        feed.run();
        feed.execute("ALTER TABLE t " + type + set + "decimal(12, 4)", "UPDATE t SET n = 1.2345");
        feed.run();
        feed.execute("UPDATE t SET n = 2");

        feed.run();

        assertThat(feed.rows(
                        "SELECT xt_old_n, n FROM " + feed.quoted("f_delta_transaction") + " WHERE xt_batch_id = 3"))
                .containsExactly("1.2345,2.0000");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "MARIADB | bigint | MODIFY COLUMN n bigint unsigned | 18446744073709551615 | 18446744073709551615",
                "H2 | timestamp(0) | ALTER COLUMN n SET DATA TYPE timestamp(0) with time zone"
                        + " | '2026-01-01 12:00:00+00' | 2026-01-01 12:00:00+00"
            })
    void aTypeThatBeginsAsTheOldOneIsTakenAsItIs(
            Product product, String type, String change, String value, String shown) throws Exception {
        FeedFixture feed = new FeedFixture(
                        harness,
                        product,
                        "CREATE TABLE t (id integer PRIMARY KEY, n " + type + " NULL)",
                        "INSERT INTO t (id) VALUES (1)")
                .feed("");
        feed.run();
        feed.execute("ALTER TABLE t " + change, "UPDATE t SET n = " + value);

        feed.run();

        assertThat(feed.rows(
                        "SELECT CAST(n AS char(40)) FROM " + feed.quoted("f_change_feed") + " WHERE xt_batch_id = 2"))
                .singleElement()
                .asString()
                .startsWith(shown);
        assertThat(feed.run().changes().changes()).isZero();
    }

    /** As old servers have it, and some new ones for their sake. */
    @ParameterizedTest
    @EnumSource(names = "MARIADB")
    void timestampsAreWhatIsWrittenWhateverTheServersDefaults(Product product) throws Exception {
        FeedFixture feed = new FeedFixture(
                harness,
                product,
                "SET GLOBAL explicit_defaults_for_timestamp = OFF",
                "CREATE TABLE t (id integer, k timestamp NOT NULL DEFAULT '2026-01-02', u timestamp NULL,"
                        + " PRIMARY KEY (id, k))",
                "INSERT INTO t (id) VALUES (1)");
        try {
            harness.database().getHikariPoolMXBean().softEvictConnections();
            feed.feed("then = []");
            feed.run();
            feed.execute("ALTER TABLE t MODIFY COLUMN u timestamp(3) NULL");
            feed.run();
        } finally {
            feed.execute("SET GLOBAL explicit_defaults_for_timestamp = ON");
        }

        assertThat(feed.rows("SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA ="
                        + " DATABASE() AND TABLE_NAME LIKE 'f\\_%' AND EXTRA LIKE '%update%'"))
                .isEmpty();
        assertThat(feed.rows("SELECT COALESCE(u, 'none') FROM f_state")).containsExactly("none");
        assertThat(feed.rows("SELECT IS_NULLABLE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()"
                        + " AND TABLE_NAME = 'f_state' AND COLUMN_NAME = 'u'"))
                .containsExactly("YES");
    }
}
