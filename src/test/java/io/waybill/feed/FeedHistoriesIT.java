package io.waybill.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.feed.BreakableDatabase.Way;
import io.waybill.feed.FeedFixture.Product;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever happens to a table, and wherever batches break: the changes that were published, done one after the other, make the table as
 * it is now of what it was at first.
 */
class FeedHistoriesIT {

    /** {@code -Dhistories=100} looks at more. */
    private static final int HISTORIES = Integer.getInteger("histories", 1);

    private static final String LOOKS = "com.zaxxer.hikari.aliveBypassWindowMs";
    private static final int BATCHES = 8;
    private static final String[] KEYS = {"a", "A", "b", "c ", "c", "d", "é", "f"};
    private static final String[] VALUES = {"NULL", "''", "'x'", "'X'", "'x '"};

    @TempDir
    private Path folder;

    /** A pool looks at each connection before it gives it out: one that was cut off may be behind a proxy, which it does not know. */
    @BeforeAll
    static void lookAtConnections() {
        System.setProperty(LOOKS, "0");
    }

    @AfterAll
    static void lookAsBefore() {
        System.clearProperty(LOOKS);
    }

    static Stream<Arguments> histories() {
        return Stream.of(Product.values())
                .flatMap(product -> (product == Product.POSTGRESQL
                                ? Stream.of("check", "timestamp", "log")
                                : Stream.of("check", "timestamp"))
                        .flatMap(strategy -> IntStream.range(0, HISTORIES)
                                .mapToObj(seed -> arguments(product, strategy, seed * 7919 + product.ordinal()))));
    }

    private final Map<String, String> made = new TreeMap<>();
    private Random random;
    private int clock;

    @ParameterizedTest
    @MethodSource("histories")
    void theChangesMakeTheTableAsItIs(Product product, String strategy, int seed) throws Exception {
        random = new Random(seed);
        try (HikariDataSource database = product.open()) {
            TestDatabases.execute(
                    database,
                    "CREATE TABLE t (id varchar(5), part integer, name varchar(9), n decimal(6, 2), u timestamp NULL, PRIMARY KEY (id, part))"
                            + (product == Product.MARIADB ? " COLLATE utf8mb4_nopad_bin" : ""));
            if (strategy.equals("log")) {
                FeedFixture.writeLogFirst(database);
            }
            BreakableDatabase breakable = new BreakableDatabase(database);
            try (FlowHarness harness = new FlowHarness(folder, breakable.dataSource())) {
                harness.load(
                        "f.toml",
                        "id = \"f\"\n[properties.delta_publishing]\nsource_dataset_id = \"t\"\nold_values = true\n"
                                + "max_deletes = \"100%\"\n"
                                + "strategy = \"" + strategy + "\"\n"
                                + (strategy.equals("timestamp") ? "updated_at = \"u\"\n" : ""));
                long last = 0;
                for (int batch = 0; batch < BATCHES; batch++) {
                    for (int change = random.nextInt(6); change > 0; change--) {
                        change(database);
                    }
                    String broke = runAndBreak(harness, breakable);
                    last = apply(product, database, last);
                    harness.run("f");
                    last = apply(product, database, last);
                    assertThat(made).as("batch %d, %s", batch, broke).isEqualTo(table(database, "t"));
                }
            }
            if (strategy.equals("log")) {
                FeedFixture.removeSlots(database);
            }
        }
    }

    /** A run that breaks at some step, or does not come to it. */
    private String runAndBreak(FlowHarness harness, BreakableDatabase breakable) throws Exception {
        breakable.breakAfter(random.nextInt(60), Way.values()[random.nextInt(Way.values().length)]);
        Exception failure = harness.failure("f");
        String broke = breakable.brokeAt();
        breakable.mend();
        if (failure != null) {
            assertThat(broke).as(String.valueOf(failure.getMessage())).isNotNull();
        }
        return broke;
    }

    private void change(HikariDataSource database) {
        String key = "id = '" + KEYS[random.nextInt(KEYS.length)] + "' AND part = " + random.nextInt(2);
        String touched = "u = TIMESTAMP '2026-01-01 00:"
                + String.format(java.util.Locale.ROOT, "%02d:%02d", clock / 60, clock % 60) + "'";
        clock++;
        switch (random.nextInt(4)) {
            case 0 -> TestDatabases.execute(database, "DELETE FROM t WHERE " + key);
            case 1 ->
                TestDatabases.execute(
                        database,
                        "UPDATE t SET name = " + value() + ", n = " + random.nextInt(3) + ", " + touched + " WHERE "
                                + key);
            case 2 ->
                TestDatabases.execute( // its key changes, where the other is free
                        database,
                        "UPDATE t SET part = 7, " + touched + " WHERE " + key
                                + " AND NOT EXISTS (SELECT 1 FROM (SELECT id FROM t"
                                + " WHERE part = 7) s WHERE s.id = t.id)");
            default ->
                TestDatabases.execute(
                        database,
                        "DELETE FROM t WHERE " + key,
                        "INSERT INTO t SELECT " + key.replace("id = ", "").replace(" AND part = ", ", ") + ", "
                                + value() + ", " + random.nextInt(3) + ", " + touched.substring(4));
        }
    }

    private String value() {
        return VALUES[random.nextInt(VALUES.length)];
    }

    /** The rows of a table by their keys. */
    private static Map<String, String> table(HikariDataSource database, String table) {
        Map<String, String> rows = new TreeMap<>();
        FeedFixture.rows(database, "SELECT id, part, name, n, u FROM " + table).forEach(row -> {
            String[] values = row.split(",", 3);
            assertThat(rows.put(values[0] + "," + values[1], values[2])).isNull();
        });
        return rows;
    }

    /** Does what was published since a batch, and sees that each change is one of what was there. */
    private long apply(Product product, HikariDataSource database, long after) {
        String delta = product == Product.MARIADB ? "`f_delta_transaction`" : "\"f_delta_transaction\"";
        List<String> published;
        try {
            published = FeedFixture.rows(
                    database,
                    "SELECT xt_batch_id, xt_record_type, id, part, xt_old_name, xt_old_n, xt_old_u, name, n, u FROM "
                            + delta + " WHERE xt_batch_id > " + after + " ORDER BY xt_batch_id, xt_sequence");
        } catch (IllegalStateException e) {
            published = new ArrayList<>(); // there is none yet
        }
        long last = after;
        for (String row : published) {
            String[] values = row.split(",", 5);
            String[] oldAndNew = halves(values[4]);
            String key = values[2] + "," + values[3];
            last = Long.parseLong(values[0]);
            switch (values[1]) {
                case "new" -> assertThat(made.put(key, oldAndNew[1])).as(row).isNull();
                case "changed" ->
                    assertThat(made.put(key, oldAndNew[1])).as(row).isEqualTo(oldAndNew[0]);
                default -> assertThat(made.remove(key)).as(row).isEqualTo(oldAndNew[0]);
            }
        }
        return last;
    }

    /** Three values and three values. */
    private static String[] halves(String values) {
        String[] each = values.split(",", -1);
        return new String[] {
            String.join(",", List.of(each).subList(0, 3)),
            String.join(",", List.of(each).subList(3, 6))
        };
    }
}
