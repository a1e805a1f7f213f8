package io.waybill.feed;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From a table to files of its changes, with a connection that breaks at each step in turn: whoever does what the files say has the table. */
class FeedToFilesIT {

    private static final String[] NAMES = {"a", "b", "c"};

    @TempDir
    private Path folder;

    private final Map<Integer, String> made = new TreeMap<>();
    private final Set<Path> read = new HashSet<>();

    @ParameterizedTest
    @CsvSource({"H2, check, 1", "POSTGRESQL, log, 4"})
    void itAddsUpWhereverItBreaks(Product product, String strategy, int stride) throws Exception {
        try (HikariDataSource database = product.open()) {
            TestDatabases.execute(database, "CREATE TABLE t (id integer PRIMARY KEY, name varchar(5))");
            if (strategy.equals("log")) {
                FeedFixture.writeLogFirst(database);
            }
            BreakableDatabase breakable = new BreakableDatabase(database);
            try (FlowHarness harness = new FlowHarness(folder, breakable.dataSource())) {
                harness.load(
                        "g.toml",
                        "id = \"g\"\n[properties.export]\nsource_dataset_id = \"f_change_feed\"\nfile_path = \"{{root}}/out/{batch_id}.jsonl\"\n"
                                + "since_last_export = true\nskip_empty = true\norder_by = [\"xt_batch_id\", \"id\"]\n");
                harness.load(
                        "f.toml",
                        "id = \"f\"\n[properties.change_feed]\nsource_dataset_id = \"t\"\nstrategy = \"" + strategy
                                + "\"\nmax_deletes = \"100%\"\nthen = [\"g\"]\n");
                String broke = "";
                for (int step = 0; broke != null; step += stride) {
                    change(database, step);
                    breakable.breakAfter(step, Way.values()[step % Way.values().length]);
                    Exception failure = harness.failure("f");
                    broke = breakable.brokeAt();
                    breakable.mend();
                    assertThat(failure == null || broke != null)
                            .as(String.valueOf(failure))
                            .isTrue();
                    harness.run("f");
                    readFiles();
                    assertThat(made).as("step %d, %s", step, broke).isEqualTo(table(database));
                    assertThat(step).isLessThan(200);
                }
            }
            if (strategy.equals("log")) {
                FeedFixture.removeSlots(database);
            }
        }
    }

    /** Something new, something changed, and something deleted, after each other. */
    private static void change(HikariDataSource database, int step) {
        TestDatabases.execute(
                database,
                "DELETE FROM t WHERE id = " + (step + 3) % 7,
                "UPDATE t SET name = '" + NAMES[step % 3] + step + "' WHERE id = " + (step + 5) % 7,
                "DELETE FROM t WHERE id = " + step % 7,
                "INSERT INTO t VALUES (" + step % 7 + ", '" + NAMES[step % 2] + "')");
    }

    private static Map<Integer, String> table(HikariDataSource database) {
        Map<Integer, String> rows = new TreeMap<>();
        FeedFixture.rows(database, "SELECT id, name FROM t").forEach(row -> {
            String[] values = row.split(",");
            rows.put(Integer.valueOf(values[0]), values[1]);
        });
        return rows;
    }

    /** Does what the files say that have come since, as one who takes them in the order of their batches. */
    private void readFiles() throws IOException {
        if (!Files.exists(folder.resolve("out"))) {
            return;
        }
        try (Stream<Path> files = Files.list(folder.resolve("out"))) {
            List<Path> found = files.filter(file -> file.toString().endsWith(".jsonl"))
                    .filter(read::add)
                    .sorted(Comparator.comparing(file ->
                            Integer.valueOf(file.getFileName().toString().replace(".jsonl", ""))))
                    .toList();
            for (Path file : found) {
                for (String line : Files.readAllLines(file)) {
                    JsonNode row = new ObjectMapper().readTree(line);
                    int id = row.get("id").asInt();
                    String name = row.get("name").asText();
                    switch (row.get("xt_record_type").asText()) {
                        case "new" -> assertThat(made.put(id, name)).as(line).isNull();
                        case "changed" ->
                            assertThat(made.put(id, name)).as(line).isNotNull();
                        default -> assertThat(made.remove(id)).as(line).isEqualTo(name);
                    }
                }
            }
        }
    }
}
