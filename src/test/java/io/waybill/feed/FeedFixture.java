package io.waybill.feed;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.ledger.RunResult;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** A feed {@code f} over a table {@code t}, in a database of a product. */
final class FeedFixture {

    /** The products that feeds run on. */
    enum Product {
        POSTGRESQL(TestDatabases::postgres, '"'),
        MARIADB(TestDatabases::mariadb, '`'),
        H2(TestDatabases::h2, '"');

        private final Supplier<HikariDataSource> databases;
        private final char quote;

        Product(Supplier<HikariDataSource> databases, char quote) {
            this.databases = databases;
            this.quote = quote;
        }

        HikariDataSource open() {
            return databases.get();
        }
    }

    private final FlowHarness harness;
    private final char quote;

    FeedFixture(FlowHarness harness, Product product, String... statements) throws Exception {
        this.harness = harness;
        this.quote = product.quote;
        harness.open(product.open(), statements);
    }

    /** Loads the feed, with these keys beside its source. */
    FeedFixture feed(String keys) throws Exception {
        return load("change_feed", "", keys);
    }

    FeedFixture load(String type, String input, String keys) throws Exception {
        return loadOver("t", type, input, keys);
    }

    /** Loads the feed over another source. */
    FeedFixture loadOver(String source, String type, String input, String keys) throws Exception {
        harness.loadAgain(
                "f.toml",
                "id = \"f\"\n" + input + "\n[properties." + type + "]\nsource_dataset_id = \"" + source + "\"\n" + keys
                        + "\n");
        return this;
    }

    FeedFixture execute(String... statements) {
        TestDatabases.execute(harness.database(), statements);
        return this;
    }

    RunResult run() throws Exception {
        return harness.run("f");
    }

    RunResult run(Map<String, Object> headers) throws Exception {
        return harness.run("f", headers);
    }

    /** The words of a run that fails. */
    String refusal() throws Exception {
        return harness.fail("f").error();
    }

    /** The changes of a batch, each {@code type value,value}, in the order of the first column. */
    List<String> batch(long id) {
        return rows("SELECT xt_record_type, t.* FROM " + quoted("f_change_feed") + " t WHERE xt_batch_id = " + id
                        + " ORDER BY 2, 1")
                .stream()
                .map(row -> row.replaceFirst(",(new|changed|deleted|unchanged)," + id + ",.*", ""))
                .map(row -> row.replaceFirst(",", " "))
                .toList();
    }

    /** The server of the tests commits before its log is written, which is what a feed may go by. */
    static void writeLogFirst(HikariDataSource database) {
        TestDatabases.execute(
                database,
                "DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' SET synchronous_commit = on'; END $$");
        database.getHikariPoolMXBean().softEvictConnections();
    }

    /** Which are the server's, not the database's. */
    static void removeSlots(DataSource database) {
        TestDatabases.execute(
                database,
                "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = current_database()");
    }

    String quoted(String table) {
        return quote + table + quote;
    }

    /** What a query answers, each row's values with commas between. */
    List<String> rows(String sql) {
        return rows(harness.database(), sql);
    }

    static List<String> rows(DataSource database, String sql) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> rows = new ArrayList<>();
            while (result.next()) {
                List<String> values = new ArrayList<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    values.add(result.getString(i));
                }
                rows.add(String.join(",", values));
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }
}
