package io.waybill.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.feed.FeedFixture.Product;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which values are equal: the rules that docs/feeds.md has. */
class FeedEqualityIT {

    private static final boolean EQUAL = true;
    private static final boolean CHANGED = false;

    /** A column of a type, and two values of it. */
    private record Values(String type, String before, String after, boolean equal) {}

    private static final Map<Product, List<Values>> VALUES = Map.of(
            Product.POSTGRESQL,
            List.of(
                    new Values("text", "'a'", "'A'", CHANGED),
                    new Values("text", "'a'", "'a '", CHANGED),
                    new Values("varchar(5) COLLATE anycase", "'a'", "'A'", CHANGED),
                    new Values("char(5)", "'a'", "'a  '", EQUAL),
                    new Values("float8", "'NaN'", "'NaN'", EQUAL),
                    new Values("float8", "'NaN'", "1", CHANGED),
                    new Values("float8", "'-0'", "0", EQUAL),
                    new Values("numeric", "1.0", "1.00", EQUAL),
                    new Values("numeric", "'NaN'", "'NaN'", EQUAL),
                    new Values("json", "'{\"a\":1}'", "'{\"a\": 1}'", CHANGED),
                    new Values("jsonb", "'{\"a\":1,\"b\":2}'", "'{\"b\": 2, \"a\": 1}'", EQUAL),
                    new Values("interval", "'1 month'", "'30 days'", CHANGED),
                    new Values("timestamptz", "'2026-01-01 12:00+00'", "'2026-01-01 13:00+01'", EQUAL),
                    new Values("timestamp(0)", "'2026-01-01 12:00:00'", "'2026-01-01 12:00:00.4'", EQUAL),
                    new Values("xml", "'<a/>'", "'<a></a>'", CHANGED),
                    new Values("point", "'(1,2)'", "'(1,2)'", EQUAL),
                    new Values("json[]", "ARRAY['1'::json]", "ARRAY['1'::json]", EQUAL),
                    new Values("mood", "'good'", "'bad'", CHANGED),
                    new Values("bytea", "'\\x00'", "'\\x0000'", CHANGED)),
            Product.MARIADB,
            List.of(
                    new Values("varchar(5)", "'a'", "'A'", CHANGED),
                    new Values("varchar(5)", "'a'", "'a '", CHANGED),
                    new Values("char(5)", "'a'", "'a  '", EQUAL),
                    new Values("varchar(5) CHARACTER SET latin1", "'e'", "'é'", CHANGED),
                    new Values("text", "'straße'", "'strasse'", CHANGED),
                    new Values("double", "-0e0", "0e0", EQUAL),
                    new Values("decimal(10,2)", "1.0", "1.00", EQUAL),
                    new Values("json", "'{\"a\":1}'", "'{\"a\": 1}'", CHANGED),
                    new Values("datetime", "'2026-01-01 12:00:00'", "'2026-01-01 12:00:00.4'", EQUAL),
                    new Values("datetime(6)", "'2026-01-01 12:00:00'", "'2026-01-01 12:00:00.4'", CHANGED),
                    new Values("enum('a','b')", "'a'", "'b'", CHANGED),
                    new Values("varbinary(5)", "'a'", "'A'", CHANGED)),
            Product.H2,
            List.of(
                    new Values("varchar", "'a'", "'A'", CHANGED),
                    new Values("varchar_ignorecase", "'a'", "'A'", CHANGED),
                    new Values("varchar", "'a'", "'a '", CHANGED),
                    new Values("char(5)", "'a'", "'a  '", EQUAL),
                    new Values("double precision", "'NaN'", "'NaN'", EQUAL),
                    new Values("double precision", "'NaN'", "1", CHANGED),
                    new Values("decimal(10,2)", "1.0", "1.00", EQUAL),
                    new Values("json", "JSON '{\"a\":1}'", "JSON '{\"a\": 1}'", EQUAL),
                    new Values("timestamp(0)", "'2026-01-01 12:00:00'", "'2026-01-01 12:00:00.4'", EQUAL),
                    new Values("integer array", "ARRAY[1, NULL]", "ARRAY[1, NULL]", EQUAL),
                    new Values("enum('a', 'b')", "'a'", "'b'", CHANGED),
                    new Values("enum('a', 'b')", "'a'", "'a'", EQUAL),
                    new Values("interval day to second", "INTERVAL '1' DAY", "INTERVAL '2' DAY", CHANGED),
                    new Values("interval year", "INTERVAL '1' YEAR", "INTERVAL '1' YEAR", EQUAL),
                    new Values("time with time zone", "'12:00:00+00'", "'13:00:00+01'", CHANGED)));

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.overAny();

    @ParameterizedTest
    @EnumSource
    void valuesAreEqualOrNotByTheRulesThatAreWritten(Product product) throws Exception {
        List<Values> all = VALUES.get(product);
        List<String> types = new ArrayList<>();
        List<String> before = new ArrayList<>();
        List<String> statements = new ArrayList<>();
        if (product == Product.POSTGRESQL) {
            statements.add(
                    "CREATE COLLATION anycase (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");
            statements.add("CREATE TYPE mood AS ENUM ('good', 'bad')");
        }
        // a row for each, so that one says nothing of another
        for (int i = 0; i < all.size(); i++) {
            types.add("c" + i + " " + all.get(i).type());
            before.add("INSERT INTO t (id, c" + i + ") VALUES (" + i + ", "
                    + all.get(i).before() + ")");
        }
        statements.add("CREATE TABLE t (id integer PRIMARY KEY, " + String.join(", ", types) + ")");
        statements.addAll(before);
        FeedFixture feed = new FeedFixture(harness, product, statements.toArray(String[]::new)).feed("");
        feed.run();
        assertThat(feed.run().changes().changes()).isZero();
        for (int i = 0; i < all.size(); i++) {
            feed.execute("UPDATE t SET c" + i + " = " + all.get(i).after() + " WHERE id = " + i);
        }

        feed.run();

        List<String> changed =
                feed.rows("SELECT id FROM " + feed.quoted("f_change_feed") + " WHERE xt_batch_id = 3 ORDER BY id");
        for (int i = 0; i < all.size(); i++) {
            assertThat(!changed.contains(i + ""))
                    .as(all.get(i).toString())
                    .isEqualTo(all.get(i).equal());
        }
    }

    @ParameterizedTest
    @EnumSource
    void keysAreToldApartByTheirBytes(Product product) throws Exception {
        FeedFixture feed = new FeedFixture(
                        harness,
                        product,
                        "CREATE TABLE t (id varchar(9) PRIMARY KEY, name varchar(9))",
                        "INSERT INTO t VALUES ('k', 'a'), ('l', 'b'), ('m', 'c')")
                .feed("max_deletes = \"100%\"");
        feed.run();
        feed.execute("UPDATE t SET id = 'K' WHERE id = 'k'", "UPDATE t SET id = 'l ' WHERE id = 'l'");

        assertThat(feed.run().changes().words()).isEqualTo("2 new, 0 changed, 2 deleted, 1 unchanged");

        assertThat(feed.batch(2)).containsExactlyInAnyOrder("deleted k,a", "new K,a", "deleted l,b", "new l ,b");
        assertThat(feed.rows("SELECT id FROM " + feed.quoted("f_state"))).containsExactlyInAnyOrder("K", "l ", "m");
    }

    /** Types whose own equality takes more for equal. */
    @ParameterizedTest
    @CsvSource({
        "POSTGRESQL, citext, a, A",
        "POSTGRESQL, interval, 1 mon, 30 days",
        "H2, 'enum(''a'', ''b'')', a, b",
        "MARIADB, varchar(9) COLLATE utf8mb4_bin, a, A",
        "MARIADB, varchar(9) CHARACTER SET latin1 COLLATE latin1_bin, a, A"
    })
    void keysAreToldApartByTheirTextWhateverTheirType(Product product, String type, String before, String after)
            throws Exception {
        FeedFixture feed = new FeedFixture(
                harness,
                product,
                product == Product.POSTGRESQL ? "CREATE EXTENSION IF NOT EXISTS citext" : "SELECT 1",
                "CREATE TABLE t (id " + type + " PRIMARY KEY, n integer)",
                "INSERT INTO t VALUES ('" + before + "', 1)");
        feed.load("delta_publishing", "", "max_deletes = \"100%\"\nold_values = true");
        feed.run();
        feed.execute("UPDATE t SET id = '" + after + "'");
        assertThat(feed.run().changes().words()).isEqualTo("1 new, 0 changed, 1 deleted, 0 unchanged");
        feed.execute("UPDATE t SET n = 2");
        assertThat(feed.run().changes().words()).isEqualTo("0 new, 1 changed, 0 deleted, 0 unchanged");

        assertThat(feed.rows("SELECT xt_record_type, id, n, xt_old_n FROM " + feed.quoted("f_delta_transaction")
                        + " WHERE xt_batch_id > 1 ORDER BY xt_batch_id, xt_sequence"))
                .containsExactly("deleted," + before + ",1,1", "new," + after + ",1,null", "changed," + after + ",2,1");
    }
}
