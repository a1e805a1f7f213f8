package io.waybill.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.feed.BreakableDatabase.Way;
import io.waybill.feed.FeedFixture.Product;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever happens to a table, and wherever exports of its changes break: who does what the lines of the files say, one after the other, has
 * the table as it is now.
 */
class ChangesHistoriesIT {

    /** {@code -Dhistories=100} looks at more. */
    private static final int HISTORIES = Integer.getInteger("histories", 1);

    private static final String LOOKS = "com.zaxxer.hikari.aliveBypassWindowMs";
    private static final int RUNS = 8;
    private static final int KEYS = 7;
    private static final String[] VALUES = {"NULL", "''", "'x'", "'X'", "'x '", "'é'"};

    @TempDir
    private Path folder;

    private final Map<Integer, String> made = new TreeMap<>();
    private final Set<Path> read = new HashSet<>();
    private Random random;
    private int clock;

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
                .flatMap(product -> Stream.of("check", "timestamp", "log")
                        .filter(strategy -> !strategy.equals("log") || product == Product.POSTGRESQL)
                        .flatMap(strategy -> IntStream.rangeClosed(1, HISTORIES)
                                .mapToObj(seed -> arguments(product, strategy, seed * 7919 + product.ordinal()))));
    }

    /** Three runs of four break somewhere, and not each is run again before the table changes once more. */
    @ParameterizedTest
    @MethodSource("histories")
    void theFilesMakeTheTableAsItIs(Product product, String strategy, int seed) throws Exception {
        random = new Random(seed);
        over(product, strategy, (database, breakable, harness) -> {
            for (int run = 0; run < RUNS; run++) {
                for (int change = random.nextInt(6); change > 0; change--) {
                    change(database, random.nextInt(KEYS), random.nextInt(3));
                }
                if (random.nextInt(4) > 0) {
                    breakable.breakAfter(random.nextInt(90), Way.values()[random.nextInt(Way.values().length)]);
                }
                Exception failure = harness.failure("f");
                String broke = breakable.brokeAt();
                breakable.mend();
                assertThat(failure == null || broke != null)
                        .as(String.valueOf(failure))
                        .isTrue();
                readFiles();
                if (random.nextBoolean()) {
                    harness.run("f");
                    readFiles();
                    assertThat(made).as("run %d, %s", run, broke).isEqualTo(table(database));
                }
            }
            harness.run("f");
            readFiles();
            assertThat(made).isEqualTo(table(database));
        });
    }

    /** Each statement and each commit in its turn. */
    @ParameterizedTest
    @CsvSource({"H2, check, 1", "POSTGRESQL, log, 5", "MARIADB, check, 5"})
    void theyAddUpWhereverARunBreaks(Product product, String strategy, int stride) throws Exception {
        over(product, strategy, (database, breakable, harness) -> {
            String broke = "";
            for (int step = 0; broke != null; step += stride) {
                change(database, (step + 3) % KEYS, 0);
                change(database, (step + 5) % KEYS, 1);
                change(database, step % KEYS, 2);
                breakable.breakAfter(step, Way.values()[step % Way.values().length]);
                Exception failure = harness.failure("f");
                broke = breakable.brokeAt();
                breakable.mend();
                assertThat(failure == null || broke != null)
                        .as(String.valueOf(failure))
                        .isTrue();
                readFiles();
                harness.run("f");
                readFiles();
                assertThat(made).as("step %d, %s", step, broke).isEqualTo(table(database));
                assertThat(step).isLessThan(300);
            }
        });
    }

    @FunctionalInterface
    private interface History {
        void of(HikariDataSource database, BreakableDatabase breakable, FlowHarness harness) throws Exception;
    }

    private void over(Product product, String strategy, History history) throws Exception {
        try (HikariDataSource database = product.open()) {
            TestDatabases.execute(
                    database,
                    "CREATE TABLE t (id integer PRIMARY KEY, name varchar(9), u timestamp NULL)"
                            + (product == Product.MARIADB ? " COLLATE utf8mb4_nopad_bin" : ""));
            if (strategy.equals("log")) {
                FeedFixture.writeLogFirst(database);
            }
            BreakableDatabase breakable = new BreakableDatabase(database);
            try (FlowHarness harness = new FlowHarness(folder, breakable.dataSource())) {
                harness.load(
                        "f.toml",
                        "id = \"f\"\n[properties.export]\nsource_dataset_id = \"t\"\nsince_last_export = \"changes\"\n"
                                + "file_path = \"{{root}}/out/{batch_id}_{part}.jsonl\"\nskip_empty = true\norder_by = [\"name\"]\n"
                                + "max_rows_per_file = 3\nredelivery = { maximum_redeliveries = 0 }\n"
                                + "[properties.export.changes]\nmax_deletes = \"100%\"\nstrategy = \"" + strategy
                                + "\"\n"
                                + (strategy.equals("timestamp") ? "updated_at = \"u\"\n" : ""));
                history.of(database, breakable, harness);
            }
            if (strategy.equals("log")) {
                FeedFixture.removeSlots(database);
            }
        }
    }

    /** @param way whether a row is deleted, changed where it is there, or there and another */
    private void change(HikariDataSource database, int key, int way) {
        clock++;
        String value = VALUES[clock % VALUES.length];
        String now = String.format(Locale.ROOT, "TIMESTAMP '2026-01-01 00:%02d:%02d'", clock / 60, clock % 60);
        if (way == 1) {
            TestDatabases.execute(database, "UPDATE t SET name = " + value + ", u = " + now + " WHERE id = " + key);
        } else {
            TestDatabases.execute(database, "DELETE FROM t WHERE id = " + key);
        }
        if (way == 2) {
            TestDatabases.execute(database, "INSERT INTO t VALUES (" + key + ", " + value + ", " + now + ")");
        }
    }

    private static Map<Integer, String> table(HikariDataSource database) {
        Map<Integer, String> rows = new TreeMap<>();
        FeedFixture.rows(database, "SELECT id, name FROM t").forEach(row -> {
            String[] values = row.split(",", 2);
            rows.put(Integer.valueOf(values[0]), values[1]);
        });
        return rows;
    }

    /** Does what the files say that have come since, as one who takes them in the order of their batches and parts. */
    private void readFiles() throws IOException {
        if (!Files.exists(folder.resolve("out"))) {
            return;
        }
        try (Stream<Path> files = Files.list(folder.resolve("out"))) {
            List<Path> found = files.filter(file -> file.toString().endsWith(".jsonl"))
                    .filter(read::add)
                    .sorted(Comparator.comparing((Path file) -> number(file, 0)).thenComparing(file -> number(file, 1)))
                    .toList();
            for (Path file : found) {
                for (String line : Files.readAllLines(file)) {
                    apply(line, new ObjectMapper().readTree(line));
                }
            }
        }
    }

    private static Integer number(Path file, int part) {
        return Integer.valueOf(
                file.getFileName().toString().replace(".jsonl", "").split("_")[part]);
    }

    private void apply(String line, JsonNode row) {
        int id = row.get("id").asInt();
        String name = row.get("name").isNull() ? "null" : row.get("name").asText();
        switch (row.get("xt_record_type").asText()) {
            case "new" -> assertThat(made.put(id, name)).as(line).isNull();
            case "changed" -> assertThat(made.put(id, name)).as(line).isNotNull();
            default -> assertThat(made.remove(id)).as(line).isEqualTo(name);
        }
    }
}
