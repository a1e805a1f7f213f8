package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.cli.Launcher.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The launcher as a user calls it, in a folder of the user's; and what commands answer there. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CommandLineIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    private static final Commands COMMANDS = Commands.inOneFolder().with(Map.of("DEMO_PASSWORD", ""));

    private static Path work;

    private static Launcher launcher(Path folder) {
        return Launcher.in(folder).with(Map.of("DEMO_PASSWORD", ""));
    }

    private static Ended waybill(String... arguments) throws Exception {
        return COMMANDS.run(arguments);
    }

    @BeforeAll
    static void copyTheDemo() throws IOException {
        work = COMMANDS.folderWithTheDemo();
    }

    @Test
    @Order(1)
    void demoExportsEveryModeAndFormatAndRunsTwice() throws Exception {
        for (Ended demo : List.of(launcher(work).run("demo"), waybill("demo"))) {
            assertThat(demo.err()).isEmpty();
            assertThat(demo.exitCode()).isZero();
            assertThat(demo.out())
                    .contains("orders_full", "orders_batch", "orders_incremental", "orders_changes", "customers_json")
                    .contains("exports/orders.csv begins:", "1,2920,paid,1047.29", "Try next:");
        }
        try (Stream<Path> hidden = Files.walk(work.resolve("exports"))) {
            assertThat(hidden.filter(path -> path.getFileName().toString().startsWith(".")))
                    .isEmpty();
        }
    }

    /** Rows and a sum, as the database has them and as DuckDB reads them from the files. */
    @Test
    @Order(2)
    void duckDbReadsWhatTheDatabaseHolds() throws Exception {
        String exports = work.resolve("exports").toString();
        String[][] comparisons = {
            {"change_feed_orders", "order_id", "read_csv('" + exports + "/orders.csv')"},
            {
                "change_feed_orders WHERE xt_batch_id = 3",
                "order_id",
                "read_csv('" + exports + "/orders_batch_3.tsv', delim = '\t')"
            },
            {
                "change_feed_orders WHERE xt_record_type IN ('new', 'changed')",
                "order_id",
                "read_json('" + exports + "/*/orders_new_until_5.jsonl.gz')"
            },
            {
                "change_feed_orders WHERE xt_record_type <> 'unchanged'",
                "order_id",
                "read_parquet('" + exports + "/orders_changes.parquet')"
            },
            {
                "orders_delta_transaction WHERE xt_batch_id = 5",
                "order_id",
                "read_json('" + exports + "/orders_delta_5.jsonl')"
            },
            {
                "change_feed_orders WHERE amount >= 50000 AND currency IN ('EUR', 'CHF')",
                "order_id",
                "read_csv('" + exports + "/large/*/part-*.csv.zst')"
            },
        };
        try (Connection h2 = DriverManager.getConnection(
                        "jdbc:h2:file:" + work + "/data/demo;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE",
                        "sa",
                        "");
                Connection duckdb = DriverManager.getConnection("jdbc:duckdb:")) {
            for (String[] comparison : comparisons) {
                String measures = "SELECT COUNT(*), CAST(SUM(" + comparison[1]
                        + ") AS BIGINT), CAST(SUM(CAST(amount AS DECIMAL(18,2)))" + " AS DECIMAL(18,2)) FROM ";
                assertThat(row(duckdb, measures + comparison[2]))
                        .as(comparison[2])
                        .isEqualTo(row(h2, measures + comparison[0]));
            }
            assertThat(row(
                            duckdb,
                            "SELECT COUNT(*), SUM(id), SUM(credit)::DECIMAL(20,4) FROM read_json('" + exports
                                    + "/customers.json')"))
                    .isEqualTo(row(h2, "SELECT COUNT(*), SUM(id), SUM(credit) FROM customers"));
            assertThat(row(
                            duckdb,
                            "SELECT email.address, preferences.language, tags[2] FROM read_json('" + exports
                                    + "/customers.json') WHERE id = 1"))
                    .containsExactly("customer1@example.com", "de", "b,c");
        }
    }

    private static List<String> row(Connection connection, String sql) throws Exception {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return List.of(result.getString(1), result.getString(2), result.getString(3));
        }
    }

    @Test
    @Order(3)
    void runPrintsOneJsonObjectWhoseNumbersAgreeWithTheFiles() throws Exception {
        Ended run = launcher(work).run("run", "orders_batch", "--batch-id", "2", "--json");

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        JsonNode json = JSON.readTree(run.out());
        assertThat(json.fieldNames())
                .toIterable()
                .contains(
                        "run_id",
                        "flow",
                        "mode",
                        "status",
                        "rows",
                        "files",
                        "batch_id",
                        "started_at",
                        "elapsed_ms",
                        "staged_ms");
        assertThat(json.get("status").asText()).isEqualTo("done");
        assertThat(json.get("batch_id").asInt()).isEqualTo(2);
        assertThat(json.get("mode").asText()).isEqualTo("batch");
        JsonNode file = json.get("files").get(0);
        Path path = work.resolve(file.get("path").asText());
        assertThat(path)
                .hasFileName("orders_batch_2.tsv")
                .hasSize(file.get("bytes").asLong());
        assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(path))))
                .isEqualTo(file.get("sha256").asText());
        assertThat(file.get("rows").asLong())
                .isEqualTo(json.get("rows").asLong())
                .isEqualTo(20_000);
    }

    @Test
    @Order(4)
    void verifyPassesAndFindsAByteThatWasChanged() throws Exception {
        Ended passed = waybill("verify", "exports/orders.csv.waybill.json");
        assertThat(passed.exitCode()).isZero();
        assertThat(passed.out()).isEqualTo("ok  orders.csv  100,000 rows, 8.6 MB\n");

        Path file = work.resolve("exports/orders.csv");
        byte[] bytes = Files.readAllBytes(file);
        bytes[5000] ^= 1;
        Files.write(file, bytes);

        Ended failed = launcher(work).run("verify", "exports/orders.csv.waybill.json");
        assertThat(failed.exitCode()).isEqualTo(3);
        assertThat(failed.err()).startsWith("error: orders.csv has SHA-256 ");
        assertThat(waybill("verify", "exports/none.waybill.json").err())
                .isEqualTo("error: there is no file exports/none.waybill.json\n");
        assertThat(waybill("verify", "application.properties").err())
                .startsWith("error: application.properties: is not JSON: ");
    }

    @Test
    @Order(5)
    void planShowsWhatWouldHappenAndTouchesNothing() throws Exception {
        List<String> before = tree();
        Ended plan = waybill("plan", "orders_incremental");

        assertThat(plan.exitCode()).isZero();
        assertThat(plan.out())
                .contains("WHERE \"xt_record_type\" IN (?, ?)", "parameter 1: new", "parameter 2: changed")
                .contains(
                        "at most about 100,000", "orders_new_until_5.jsonl.gz", "ordered_at", "string, ISO 8601 in UTC")
                .doesNotContain("uri: waybill");
        assertThat(tree()).isEqualTo(before);
        JsonNode json =
                JSON.readTree(waybill("plan", "orders_changes", "--json").out());
        assertThat(json.get("parameters")).hasSize(3);
        assertThat(json.get("columns").get(3).get("file_type").asText()).isEqualTo("INT64 DECIMAL(12,2)");
    }

    private static List<String> tree() throws IOException {
        try (Stream<Path> files = Files.walk(work)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.startsWith(work.resolve("data")))
                    .map(file -> file + " " + file.toFile().length() + " "
                            + file.toFile().lastModified())
                    .sorted()
                    .toList();
        }
    }

    @Test
    @Order(6)
    void routeRunsAloneAndWritesTheSameBytes() throws Exception {
        byte[] byFlow = Files.readAllBytes(work.resolve("exports/orders_changes.parquet"));
        Ended route = waybill("route", "orders_changes");
        Path alone = Files.createDirectory(work.resolve("alone"));
        Files.createDirectory(alone.resolve("routes"));
        Files.writeString(alone.resolve("routes/r.camel.yaml"), route.out() + """
                - route:
                    from:
                      uri: timer:once?repeatCount=1
                      steps:
                        - to: direct:orders_changes
                """);
        Files.writeString(
                alone.resolve("application.properties"),
                "waybill.datasource.demo.url=jdbc:h2:file:" + work
                        + "/data/demo;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE\n"
                        + "waybill.datasource.demo.username=sa\ncamel.main.routesIncludePattern=file:routes/*\n");

        // Camel's own Main, which knows nothing of Waybill but its jar
        Process camel = new ProcessBuilder(Launcher.java(List.of(), alone, "org.apache.camel.main.Main"))
                .directory(alone.toFile())
                .redirectErrorStream(true)
                .redirectOutput(alone.resolve("log").toFile())
                .start();
        Path waybill = alone.resolve("exports/orders_changes.parquet.waybill.json");
        try {
            await().until(() -> Files.exists(waybill) || !camel.isAlive());
        } finally {
            camel.destroy();
            Launcher.await(camel);
        }

        assertThat(alone.resolve("exports/orders_changes.parquet"))
                .as(Files.readString(alone.resolve("log")))
                .exists();
        assertThat(Files.readAllBytes(alone.resolve("exports/orders_changes.parquet")))
                .isEqualTo(byFlow);
        assertThat(Files.readString(alone.resolve("log"))).contains("Started orders_changes");
    }

    @Test
    @Order(7)
    void validateNeedsNoDatabaseAndConnectsWhenAsked() throws Exception {
        Path good = Path.of("src/test/resources/flows/good").toAbsolutePath();
        List<String> arguments = new ArrayList<>(List.of("validate"));
        try (Stream<Path> files = Files.list(good)) {
            files.map(Path::toString).sorted().forEach(arguments::add);
        }
        Ended accepted = waybill(arguments.toArray(String[]::new));
        assertThat(accepted.exitCode()).isZero();
        assertThat(accepted.out()).contains("6 flows are well formed", "everything_that_comes_later.toml:");

        Files.writeString(
                work.resolve("unknown.toml"),
                "[properties.export]\nsource_dataset_id = \"customers\"\nfile_path = \"x.csv\"\ncolumns = [\"nam\"]\n");
        assertThat(waybill("validate", "unknown.toml").exitCode()).isZero();
        Ended connected = waybill("validate", "--connect", "unknown.toml");
        assertThat(connected.exitCode()).isEqualTo(2);
        assertThat(connected.err())
                .startsWith(
                        "error: unknown.toml: columns: data set \"customers\" has no column \"nam\"; did you mean \"name\"?");
    }

    @Test
    @Order(8)
    void errorsAreOneLineWithThePlaceAndTheFix() throws Exception {
        assertThat(launcher(work).run("run", "orders_ful"))
                .satisfies(result -> assertThat(result.exitCode()).isEqualTo(2))
                .satisfies(result -> assertThat(result.err())
                        .startsWith(
                                "error: there is no flow \"orders_ful\"; did you mean \"orders_full\"? Flows: customers_json,")
                        .hasLineCount(1));
        assertThat(waybill("run", "zzzzzzzzzzzz").err())
                .startsWith("error: there is no flow \"zzzzzzzzzzzz\". Flows: customers_json,");
        assertThat(waybill("validate", "nowhere.toml").err())
                .isEqualTo("error: nowhere.toml: there is no such file\n1 problem\n");
        assertThat(waybill("run", "orders_full", "--mode", "some").err())
                .isEqualTo("error: --mode: \"some\" is not a mode; allowed: full, batch, incremental, changes_only\n");
        assertThat(waybill("run", "orders_full", "--date", "yesterday").err())
                .isEqualTo(
                        "error: --date: \"yesterday\" is not a date; write for example 2026-01-15 or 2026-01-15T02:00\n");
        assertThat(waybill("run").err()).isEqualTo("error: Missing required parameter: 'ID'; see waybill run --help\n");
        assertThat(waybill("fly").exitCode()).isEqualTo(2);

        Ended failed = waybill("run", "customers_json", "--mode", "incremental", "--json");
        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.err())
                .startsWith("error: customers_json: export_mode: \"incremental\" is refused")
                .hasLineCount(1);
        assertThat(JSON.readTree(failed.out()).get("status").asText()).isEqualTo("failed");
        assertThat(waybill("--debug", "run", "customers_json", "--mode", "incremental")
                        .err())
                .contains("at io.waybill.query.QueryPlanner.plan");
    }

    @Test
    @Order(9)
    void aDiskThatTakesNoMoreLeavesNothingBehind() throws Exception {
        Path exports = work.resolve("exports");
        assumeTrue(SmallDisk.isThere(exports), "a file system can be mounted in a namespace of one's own");
        SmallDisk disk = new SmallDisk(exports);

        Ended run = disk.run(launcher(work), "run", "orders_full");

        assertThat(run.err())
                .startsWith("error: orders_full: staging in exports/.waybill/")
                .contains("No space left on device")
                .hasLineCount(1);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(disk.left()).isEmpty();
        assertThat(waybill("history", "orders_full", "--limit", "1").out())
                .contains("  failed  ", "No space left on device");

        assertThat(waybill("run", "orders_full").exitCode()).isZero();
        assertThat(exports.resolve("orders.csv.waybill.json")).exists();
    }

    /** Wherever the tests run: the limit is of one file's size, and far above each other file that the process writes. */
    @Test
    @Order(9)
    void aFileThatMayGrowNoMoreLeavesNothingBehind() throws Exception {
        Path folder = makeBigFlow("limited");
        Launcher limited = launcher(folder).calledBy("sh", "-c", "ulimit -f 16384; exec \"$0\" \"$@\"");

        Ended run = limited.run("run", "big");

        assertThat(run.err())
                .startsWith("error: big: staging in exports/.waybill/")
                .contains("File too large")
                .hasLineCount(1);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(folder.resolve("exports")).isEmptyDirectory();
        assertThat(launcher(folder).run("history", "--limit", "1").out()).contains("  failed  ", "File too large");
    }

    /** A flow of more rows than any test waits for, from a database that writes no file. */
    private static Path makeBigFlow(String name) throws IOException {
        Path folder = Files.createDirectories(work.resolve(name + "/routes")).getParent();
        Files.writeString(
                folder.resolve("application.properties"),
                "waybill.datasource.db.url = jdbc:h2:mem:big\nwaybill.datasource.db.username = sa\n");
        Files.writeString(
                folder.resolve("routes/datasets.toml"),
                "[[dataset]]\nid = \"big\"\nquery = \"SELECT x FROM system_range(1, 2000000000)\"\n");
        Files.writeString(
                folder.resolve("routes/big.toml"),
                "[properties.export]\nsource_dataset_id = \"big\"\nfile_path = \"exports/big.csv\"\n");
        return folder;
    }

    @Test
    @Order(10)
    void secretsAreNeverPrinted() throws Exception {
        Path properties = work.resolve("application.properties");
        Files.writeString(
                properties,
                Files.readString(properties)
                        + "\nwaybill.datasource.secret.url = jdbc:postgresql://localhost:1/db\n"
                        + "waybill.datasource.secret.username = someone\nwaybill.datasource.secret.password = s3cr3t\n"
                        + "waybill.datasource.secret.connection-timeout-ms = 300\n");
        Files.writeString(
                work.resolve("routes/secret.toml"),
                "[properties.export]\nsource_dataset_id = \"t\"\ndatasource = \"secret\"\nfile_path = \"exports/t.csv\"\n"
                        + "filters = [{ column = \"a\", op = \"=\", value = \"{{waybill.datasource.secret.password}}\" }]\n");

        for (String[] command : new String[][] {
            {"run", "secret"}, {"--debug", "run", "secret"}, {"plan", "secret"}, {"route", "secret"}, {"list", "--json"}
        }) {
            Ended result = waybill(command);
            assertThat(result.out() + result.err())
                    .as(String.join(" ", command))
                    .doesNotContain("s3cr3t");
        }
        assertThat(waybill("route", "secret").out()).contains("{{waybill.datasource.secret.password}}");
        Files.delete(work.resolve("routes/secret.toml"));
    }

    @Test
    @Order(11)
    void helpTeaches() throws Exception {
        Ended help = launcher(work).run("--help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.out())
                .contains("demo", "list", "validate", "plan", "run", "verify", "route", "serve")
                .contains(
                        "Exit codes: 0 done, 1 a run failed, 2 wrong usage or a wrong flow, 3 verification failed,",
                        "4 a run is quarantined: something that was expected does not hold, and nothing was delivered,");
        assertThat(waybill("run", "--help").out()).contains("waybill run orders_full --mode batch --batch-id 3");
        assertThat(waybill("list").out()).contains("orders_full", "02:00 Europe/Vienna");
    }

    @Test
    @Order(12)
    void theLauncherWorksFromAnyFolder() throws Exception {
        Path elsewhere = Files.createDirectory(work.resolve("elsewhere"));
        Files.copy(Path.of("src/test/resources/flows/good/quartz_and_compression.toml"), elsewhere.resolve("a.toml"));

        Ended listed = launcher(elsewhere).run("list");
        assertThat(listed.exitCode()).isZero();
        assertThat(listed.out()).contains("orders_full");
        assertThat(launcher(elsewhere).run("validate", "a.toml").exitCode()).isZero();
    }

    @Test
    @Order(13)
    void serveRunsTheRoutesByHandTooAndLogsAFailureInOneLine() throws Exception {
        Files.writeString(
                work.resolve("routes/failing.toml"),
                "[properties.export]\nsource_dataset_id = \"nothing\"\nfile_path = \"exports/n.csv\"\n"
                        + "[[triggers]]\ntype = \"schedule\"\nschedule = \"* * * * * ?\"\n");
        Path file = work.resolve("exports/large_orders.csv");
        Path log = work.resolve("serve.log");
        Process serve = launcher(work).start(log, log, "serve");
        try {
            await().until(() -> Files.exists(file) && Files.readString(log).contains("Flow failing: run "));
        } finally {
            serve.destroy();
            Launcher.await(serve);
        }

        assertThat(Files.readAllLines(file))
                .startsWith("order_id;status;amount;note", "2578;shipped;99913.62; spaces around ");
        Files.delete(work.resolve("routes/failing.toml"));
        assertThat(Files.readString(log))
                .contains("serving the flows of ", "\nroutes by hand: orders_by_hand, large_orders\n")
                .containsPattern(
                        "\norders_full +change_feed_orders +full +exports/orders.csv +.* 02:00 Europe/Vienna\n")
                .doesNotContain("AbstractCamelContext", "quartz")
                .contains(" failed: source_dataset_id: \"nothing\" is no table or view of data source demo")
                .doesNotContain("\tat ");
    }

    @Test
    @Order(14)
    void aRunThatIsInterruptedLeavesNothing() throws Exception {
        Path big = makeBigFlow("big");
        Path log = big.resolve("log");
        Process run = launcher(big).start(log, log, "run", "big");
        await().until(() -> Files.exists(big.resolve("exports/.waybill")));

        run.destroy();

        assertThat(Launcher.await(run)).isNotZero();
        assertThat(big.resolve("exports")).isEmptyDirectory();
        assertThat(log).content().startsWith("error: big: ");
    }
}
