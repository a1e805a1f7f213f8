package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import io.waybill.ledger.RunResult.TableResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One flow for many tables: each has a run of its own, under one for all of them. */
class ManyTablesIT {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.overAny();

    /** The schema that is looked in first. */
    private String schema;

    private void open(String product, String... statements) throws Exception {
        harness.open(TestDatabases.of(product));
        try (Connection connection = harness.database().getConnection()) {
            schema = product.equals("mariadb") ? connection.getCatalog() : connection.getSchema();
        }
        execute(statements);
    }

    private void execute(String... statements) {
        TestDatabases.execute(harness.database(), statements);
    }

    private FlowHarness load(String keys) throws Exception {
        return harness.loadAgain("nightly.toml", "[properties.export]\n" + keys);
    }

    private FlowHarness loadAll(String keys) throws Exception {
        return load("source_dataset_id = \"" + schema + ".*\"\nfile_path = \"{{root}}/out/{table}.csv\"\n" + keys);
    }

    /** The files there are, with their lines; waybills are left out. */
    private Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        if (Files.isDirectory(harness.file("out"))) {
            try (Stream<Path> all = Files.walk(harness.file("out"))) {
                for (Path file : all.filter(Files::isRegularFile).toList()) {
                    String name = harness.file("out").relativize(file).toString();
                    if (!name.endsWith(".waybill.json")) {
                        files.put(name, String.join(" ", Files.readAllLines(file)));
                    }
                }
            }
        }
        return files;
    }

    private static Map<String, Status> states(RunResult result) {
        return result.tables().stream()
                .filter(table -> table.status() != null)
                .collect(Collectors.toMap(ManyTablesIT::name, TableResult::status));
    }

    private static String name(TableResult table) {
        return table.table().substring(table.table().indexOf('.') + 1);
    }

    private String error(RunResult result, String table) {
        return result.tables().stream()
                .filter(each -> each.table().equals(schema + "." + table))
                .findFirst()
                .orElseThrow()
                .error();
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "h2"})
    void eachTableHasARunOfItsOwnUnderOneForAll(String product) throws Exception {
        open(
                product,
                "CREATE TABLE orders (id integer)",
                "INSERT INTO orders VALUES (1), (2)",
                "CREATE TABLE items (id integer)",
                "INSERT INTO items VALUES (3)",
                "CREATE VIEW few AS SELECT id FROM orders WHERE id = 1",
                "CREATE TABLE tmp_x (id integer)");

        RunResult result = loadAll("exclude = [\"tmp_*\"]").run("nightly");

        assertThat(files())
                .containsOnly(
                        Map.entry("few.csv", "id 1"),
                        Map.entry("items.csv", "id 3"),
                        Map.entry("orders.csv", "id 1 2"));
        assertThat(result.status()).isEqualTo(Status.DONE);
        assertThat(result.rows()).isEqualTo(4);
        assertThat(states(result)).containsOnlyKeys("few", "items", "orders").containsValue(Status.DONE);
        RunEntry parent = harness.ledger().run(result.runId()).orElseThrow();
        assertThat(parent.status()).isEqualTo(Status.DONE);
        assertThat(harness.ledger().tables().states(parent).orElseThrow().words())
                .isEqualTo("3 of 3 tables done");
        assertThat(harness.ledger().tables().of(result.runId()))
                .extracting(RunEntry::flow)
                .containsExactlyInAnyOrder(
                        "nightly/" + schema + ".few", "nightly/" + schema + ".items", "nightly/" + schema + ".orders");
    }

    @Test
    void aTableThatAppearsIsExportedByTheNextRun() throws Exception {
        open("h2", "CREATE TABLE orders (id integer)");
        loadAll("").run("nightly");

        execute("CREATE TABLE items AS SELECT 7 AS id");

        assertThat(states(harness.run("nightly"))).containsOnlyKeys("items", "orders");
        assertThat(files()).containsEntry("items.csv", "id 7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "h2"})
    void theFailureOfOneDoesNotStopTheOthers(String product) throws Exception {
        open(
                product,
                "CREATE TABLE a (id integer, x integer)",
                "CREATE TABLE b (id integer)",
                "CREATE TABLE c (id integer, x integer)");

        RunResult result = loadAll("columns = [\"id\", \"x\"]").fail("nightly");

        assertThat(states(result))
                .containsOnly(Map.entry("a", Status.DONE), Map.entry("b", Status.FAILED), Map.entry("c", Status.DONE));
        assertThat(error(result, "b")).contains("columns: ").contains("\"x\"");
        assertThat(result.error())
                .startsWith("1 of 3 tables has failed: " + schema + ".b: columns: ")
                .doesNotContain("not been exported");
        assertThat(files()).containsOnlyKeys("a.csv", "c.csv");
        RunEntry parent = harness.ledger().run(result.runId()).orElseThrow();
        assertThat(parent.status()).isEqualTo(Status.FAILED);
        assertThat(harness.ledger().tables().states(parent).orElseThrow().words())
                .isEqualTo("2 of 3 tables done, 1 failed");
    }

    @Test
    void theOthersAreLeftWhereTheFlowStopsAtAFailure() throws Exception {
        open(
                "h2",
                "CREATE TABLE a (id integer, x integer)",
                "CREATE TABLE b (id integer)",
                "CREATE TABLE c (id integer, x integer)");

        RunResult result =
                loadAll("columns = [\"id\", \"x\"]\non_failure = \"stop\"").fail("nightly");

        assertThat(states(result)).containsOnly(Map.entry("a", Status.DONE), Map.entry("b", Status.FAILED));
        assertThat(result.error()).endsWith("; 1 of 3 has not been exported");
        assertThat(files()).containsOnlyKeys("a.csv");
        RunEntry parent = harness.ledger().run(result.runId()).orElseThrow();
        assertThat(harness.ledger().tables().states(parent).orElseThrow().words())
                .isEqualTo("1 of 3 tables done, 1 failed, 1 left");
    }

    @Test
    void whenItsMessageComesAgainTheTablesThatAreDoneDoNotGoOutAgain() throws Exception {
        open(
                "h2",
                "CREATE TABLE a (id integer, x integer)",
                "INSERT INTO a VALUES (1, 1), (2, 2)",
                "CREATE TABLE b AS SELECT 3 AS id");
        Map<String, Object> message = Map.of("WaybillMessageKey", "m1");
        loadAll("columns = [\"id\", \"x\"]");
        assertThat(harness.failure("nightly", message)).hasMessageStartingWith("1 of 2 tables has failed: ");
        execute("ALTER TABLE b ADD COLUMN x integer");

        RunResult again = harness.run("nightly", message);

        assertThat(states(again)).containsOnly(Map.entry("a", Status.DONE), Map.entry("b", Status.DONE));
        assertThat(again.tables().get(0).files()).singleElement().asString().endsWith("/out/a.csv");
        assertThat(again.rows()).isEqualTo(3);
        assertThat(harness.ledger().runs("nightly/" + schema + ".a", null, 9)).hasSize(1);
        RunEntry parent = harness.ledger().run(again.runId()).orElseThrow();
        assertThat(harness.ledger().tables().states(parent).orElseThrow().words())
                .isEqualTo("2 of 2 tables done");
        assertThat(files()).containsOnlyKeys("a.csv", "b.csv");
        RunResult third = harness.run("nightly", message);
        assertThat(third.runId()).isEqualTo(again.runId());
        assertThat(third.rows()).isEqualTo(3);
        assertThat(states(third)).isEqualTo(states(again));
    }

    @Test
    void aTableThatSomebodyHoldsIsExportedOnceItIsFree() throws Exception {
        open("h2", "CREATE TABLE a AS SELECT 1 AS id", "CREATE TABLE b AS SELECT 2 AS id");
        loadAll("tables_at_once = 2");
        harness.ledger().begin("nightly/" + schema + ".a", "other");
        CompletableFuture<RunResult> run = CompletableFuture.supplyAsync(() -> {
            try {
                return harness.run("nightly");
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        });
        Awaitility.await()
                .until(() -> !harness.ledger()
                        .runs("nightly/" + schema + ".b", Status.DONE, 1)
                        .isEmpty());
        harness.ledger().fail("other", Status.INTERRUPTED, 0, "its process has ended", null);

        assertThat(states(run.get())).containsOnly(Map.entry("a", Status.DONE), Map.entry("b", Status.DONE));
        assertThat(files()).containsOnlyKeys("a.csv", "b.csv");
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "h2"})
    void eachTableHasAWatermarkOfItsOwn(String product) throws Exception {
        open(
                product,
                "CREATE TABLE a (id integer, w integer NOT NULL)",
                "INSERT INTO a VALUES (1, 10)",
                "CREATE TABLE b (id integer, w integer NOT NULL)",
                "INSERT INTO b VALUES (2, 500)");
        loadAll("since_last_export = true\nwatermark = \"w\"\ncolumns = [\"id\"]\nskip_empty = true");
        harness.run("nightly");
        execute("INSERT INTO a VALUES (3, 11)");

        RunResult second = harness.run("nightly");

        assertThat(second.rows()).isEqualTo(1);
        assertThat(files())
                .containsOnly(Map.entry("a.csv", "id 1"), Map.entry("a_v2.csv", "id 3"), Map.entry("b.csv", "id 2"));
        assertThat(harness.ledger()
                        .watermarks()
                        .find("nightly/" + schema + ".a")
                        .orElseThrow()
                        .value())
                .isEqualTo("11");
        assertThat(harness.ledger()
                        .watermarks()
                        .find("nightly/" + schema + ".b")
                        .orElseThrow()
                        .value())
                .isEqualTo("500");
    }

    @Test
    void severalTablesGoSideBySide() throws Exception {
        open("postgresql");
        for (int i = 1; i <= 9; i++) {
            execute("CREATE TABLE t" + i + " AS SELECT " + i + " AS id");
        }

        RunResult result = loadAll("tables_at_once = 3").run("nightly");

        assertThat(result.tables()).hasSize(9).allMatch(table -> table.status() == Status.DONE);
        assertThat(files()).hasSize(9).containsEntry("t5.csv", "id 5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "h2"})
    void namesMayBeOdd(String product) throws Exception {
        open(product);
        Set<String> names =
                Set.of("a.b", "two words", "it's", "say \"hi\"", "größe", "表", "100%", "UPPER", "semi;colon");
        for (String name : names) {
            execute("CREATE TABLE \"" + name.replace("\"", "\"\"") + "\" (id integer)");
            execute("INSERT INTO \"" + name.replace("\"", "\"\"") + "\" VALUES (" + name.length() + ")");
        }

        RunResult result = loadAll("").run("nightly");

        assertThat(states(result).values()).hasSize(names.size()).containsOnly(Status.DONE);
        Map<String, String> expected =
                names.stream().collect(Collectors.toMap(name -> name + ".csv", name -> "id " + name.length()));
        assertThat(files()).isEqualTo(new TreeMap<>(expected));
        assertThat(harness.ledger().tables().of(result.runId()))
                .extracting(RunEntry::flow)
                .contains("nightly/" + schema + ".a%2Eb", "nightly/" + schema + ".two%20words");
    }

    @Test
    void namesMayBeOddOnMariaDb() throws Exception {
        open("mariadb");
        Set<String> names = Set.of("a.b", "two words", "it's", "größe", "表", "100%", "semi;colon", "tick`");
        for (String name : names) {
            execute("CREATE TABLE `" + name.replace("`", "``") + "` (id integer)");
            execute("INSERT INTO `" + name.replace("`", "``") + "` VALUES (" + name.length() + ")");
        }

        loadAll("").run("nightly");

        Map<String, String> expected =
                names.stream().collect(Collectors.toMap(name -> name + ".csv", name -> "id " + name.length()));
        assertThat(files()).isEqualTo(new TreeMap<>(expected));
    }

    @Test
    void aNameThatIsAPathIsNoFiles() throws Exception {
        open("postgresql", "CREATE TABLE \"../escaped\" (id integer)", "CREATE TABLE fine (id integer)");

        RunResult result = loadAll("").fail("nightly");

        assertThat(error(result, "../escaped")).contains("the value of {table} is \"../escaped\", which cannot stand");
        assertThat(files()).containsOnlyKeys("fine.csv");
    }

    @Test
    void namesThatDifferInTheirLettersCaseDoNotWriteToOneFile() throws Exception {
        open(
                "postgresql",
                "CREATE TABLE \"Orders\" (id integer)",
                "CREATE TABLE \"orders\" (id integer)",
                "CREATE TABLE items (id integer)");

        RunResult result = loadAll("").fail("nightly");

        assertThat(files()).containsOnlyKeys("items.csv");
        assertThat(error(result, "Orders"))
                .contains("its files would have the names of those of " + schema + ".orders")
                .endsWith("exclude one of them");

        load("source_dataset_id = \"" + schema + ".*\"\nexclude = ['" + schema + ".\"Orders\"']\n"
                        + "file_path = \"{{root}}/out/{table}.csv\"")
                .run("nightly");
        assertThat(files()).containsKey("orders.csv").doesNotContainKey("Orders.csv");
    }

    @Test
    void ofAPartitionedTableTheWholeIsExportedAndNothingTemporaryOrOfTheSystem() throws Exception {
        open(
                "postgresql",
                "CREATE TABLE sold (id integer, at date) PARTITION BY RANGE (at)",
                "CREATE TABLE sold_2025 PARTITION OF sold FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
                "CREATE TABLE sold_2026 PARTITION OF sold FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')"
                        + " PARTITION BY LIST (id)",
                "CREATE TABLE sold_2026_1 PARTITION OF sold_2026 FOR VALUES IN (1)",
                "INSERT INTO sold VALUES (1, '2025-05-05'), (1, '2026-05-05')",
                "CREATE MATERIALIZED VIEW kept AS SELECT 1 AS id",
                "CREATE SEQUENCE numbers",
                "CREATE TYPE pair AS (a integer, b integer)");
        try (Connection connection = harness.database().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMPORARY TABLE gone (id integer)");
            load("source_dataset_id = \"*.*\"\nfile_path = \"{{root}}/out/{schema}/{table}.csv\"")
                    .run("nightly");
        }

        assertThat(files())
                .containsOnly(
                        Map.entry("public/kept.csv", "id 1"),
                        Map.entry("public/sold.csv", "id,at 1,2025-05-05 1,2026-05-05"));

        load("source_dataset_id = \"public.sold_2026_*\"\nfile_path = \"{{root}}/out/{schema}/{table}.csv\"")
                .run("nightly");
        assertThat(files()).containsEntry("public/sold_2026_1.csv", "id,at 1,2026-05-05");
    }

    @Test
    void noTableIsRefused() throws Exception {
        open("h2", "CREATE TABLE tmp_a (id integer)");

        assertThat(load("source_dataset_id = \"sales.*\"\nfile_path = \"{{root}}/{table}.csv\"")
                        .failure("nightly"))
                .hasMessage("source_dataset_id: no table or view of data source db is like \"sales.*\"");
        assertThat(loadAll("exclude = [\"tmp_*\"]").failure("nightly"))
                .hasMessage("source_dataset_id: no table or view of data source db is like \"" + schema
                        + ".*\", but for 1 that exclude leaves out");
    }

    @Test
    void aPatternWithoutASchemaFindsWhatANameWithoutOneDoes() throws Exception {
        open(
                "postgresql",
                "CREATE TABLE orders AS SELECT 1 AS id",
                "CREATE SCHEMA archive",
                "CREATE TABLE archive.orders AS SELECT 2 AS id",
                "CREATE TABLE archive.items AS SELECT 3 AS id");

        load("source_dataset_id = \"*\"\nfile_path = \"{{root}}/out/{table}.csv\"")
                .run("nightly");

        assertThat(files()).containsOnly(Map.entry("orders.csv", "id 1"));
    }

    @Test
    void aTableThatIsDeclaredIsExportedAsThat() throws Exception {
        open(
                "h2",
                "CREATE TABLE people (id integer, email varchar(20))",
                "INSERT INTO people VALUES (1, 'a@b.example')",
                "CREATE TABLE orders AS SELECT 1 AS id");
        Files.writeString(
                harness.file("datasets.toml"),
                "[[dataset]]\nid = \"persons\"\ntable = \"people\"\n"
                        + "columns = [{ name = \"EMAIL\", type = \"text\", pii = true }]\n");

        loadAll("").run("nightly");

        assertThat(files().values()).noneMatch(text -> text.contains("a@b.example"));
    }

    @Test
    void aTableThatIsDroppedMeanwhileFailsAlone() throws Exception {
        open("h2", "CREATE TABLE a AS SELECT 1 AS id", "CREATE TABLE b AS SELECT 2 AS id");
        loadAll("");
        harness.context().getRoute("nightly"); // is there
        harness.context().getRegistry().bind("drop", (org.apache.camel.Processor)
                exchange -> execute("DROP TABLE IF EXISTS b"));
        org.apache.camel.builder.AdviceWith.adviceWith(
                harness.context(),
                "nightly",
                advice -> advice.weaveById("nightly.tables").after().process("drop"));

        RunResult result = harness.fail("nightly");

        assertThat(states(result).values()).containsExactlyInAnyOrder(Status.DONE, Status.FAILED);
        assertThat(result.error()).contains("is not there any more, in data source db");
        assertThat(files()).hasSize(1);
    }

    @Test
    void theLedgersOwnTablesAreNobodysData() throws Exception {
        open("h2", "CREATE TABLE a AS SELECT 1 AS id");
        try (var ledger = io.waybill.ledger.Ledger.open(harness.database(), java.time.Clock.systemUTC(), null);
                Connection connection = harness.database().getConnection();
                ResultSet tables = connection.getMetaData().getTables(null, schema, "%", null)) {
            assertThat(ledger.undelivered()).isEmpty();
            int there = 0;
            while (tables.next()) {
                there++;
            }
            assertThat(there).isGreaterThan(20);
        }

        loadAll("").run("nightly");

        assertThat(files()).hasSize(1);
    }
}
