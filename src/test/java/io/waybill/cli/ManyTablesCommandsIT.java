package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.cli.Launcher.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What commands say of a flow that exports many tables, and what becomes of these where its process is killed. */
class ManyTablesCommandsIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    private static final Commands COMMANDS = Commands.inNewFolder();

    private final Path work = COMMANDS.folder();

    private HikariDataSource database;
    private Connection held;

    @BeforeEach
    void makeTables() throws Exception {
        database = TestDatabases.postgres();
        held = database.getConnection();
        // whoever reads the fourth waits at its middle, for as long as the test holds the lock
        TestDatabases.execute(
                database,
                "CREATE FUNCTION when_free() RETURNS boolean LANGUAGE plpgsql STABLE AS"
                        + " 'BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN true; END'",
                "CREATE SCHEMA sales",
                "CREATE TABLE hidden AS SELECT n FROM generate_series(1, 20000) n");
        for (int i = 1; i <= 9; i++) {
            TestDatabases.execute(
                    database,
                    i == 4
                            ? "CREATE VIEW sales.t4 AS SELECT n, n <= 10000 OR when_free() AS x FROM hidden"
                            : "CREATE TABLE sales.t" + i + " AS SELECT n, true AS x FROM generate_series(1, " + i
                                    + ") n");
        }
        Files.writeString(
                work.resolve("application.properties"),
                "waybill.datasource.db.url = " + database.getJdbcUrl()
                        + "\nwaybill.datasource.db.username = postgres\n");
        Files.createDirectories(work.resolve("routes"));
        flow("");
    }

    @AfterEach
    void close() throws Exception {
        held.close();
        database.close();
        try (Stream<Path> files = Files.walk(work)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                if (!file.equals(work)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private void flow(String keys) throws Exception {
        Files.writeString(
                work.resolve("routes/nightly.toml"),
                "[properties.export]\nsource_dataset_id = \"sales.*\"\nfile_path = \"out/{table}.csv\"\n" + keys);
    }

    private Ended run(String... arguments) throws Exception {
        return COMMANDS.run(arguments);
    }

    private JsonNode json(String... arguments) throws Exception {
        return JSON.readTree(run(arguments).out());
    }

    @Test
    void aRunTellsOfEachTable() throws Exception {
        flow("columns = [\"n\"]\nexclude = [\"t4\", \"t[5-9]\", \"t5\", \"t6\", \"t7\", \"t8\", \"t9\"]\n");

        Ended plan = run("plan", "nightly");
        assertThat(plan.err()).isEmpty();
        assertThat(plan.out())
                .contains(
                        "3 like sales.* of data source db, one after the other; where one fails, the others go on",
                        "exclude: no table is like \"t[5-9]\" now",
                        "sales.t1",
                        "out/t3.csv");

        Ended run = run("run", "nightly");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith("nightly: 3 tables, 6 rows in ").contains("  sales.t2  2 rows  out/t2.csv");

        JsonNode runs = json("history", "nightly", "--json").get("runs");
        assertThat(runs.findValuesAsText("flow"))
                .containsExactlyInAnyOrder("nightly", "nightly/sales.t1", "nightly/sales.t2", "nightly/sales.t3");
        assertThat(run("history", "nightly").out()).contains("3 tables");
        assertThat(json("history", "nightly/sales.t2", "--json").get("runs").findValuesAsText("flow"))
                .containsExactly("nightly/sales.t2");
        String whole = runs.findParent("table_count").get("run_id").asText();
        assertThat(run("show", whole).out()).contains("3 of 3 tables done", "nightly/sales.t1  done, 1 rows");
        assertThat(run("list").out()).contains("nightly", "sales.*");
        assertThat(run("verify", "out/t2.csv.waybill.json").exitCode()).isZero();
    }

    @Test
    void aTableIsNamedThatIsToBeLookedAtOrRunAlone() throws Exception {
        assertThat(run("preview", "nightly").err())
                .contains("the flow exports 9 tables, and one is to be named: sales.t1, sales.t2");
        assertThat(run("preview", "nightly", "--table", "sales.t2", "--format", "csv")
                        .out())
                .isEqualTo("n,x\n1,true\n2,true\n");
        assertThat(run("preview", "nightly", "--table", "sales.t0").err())
                .contains("\"sales.t0\" is none of its tables: sales.t1");
        assertThat(run("plan", "nightly", "--table", "t3").out()).contains("sales.t3: table sales.t3", "out/t3.csv");

        Ended alone = run("run", "nightly", "--table", "sales.t7");
        assertThat(alone.out()).startsWith("nightly: 1 table, 7 rows");
        assertThat(work.resolve("out/t7.csv")).exists();
        assertThat(work.resolve("out/t1.csv")).doesNotExist();

        String of = json("history", "nightly/sales.t7", "--json")
                .get("runs")
                .get(0)
                .get("run_id")
                .asText();
        assertThat(run("run", "nightly", "--rerun", of).out()).startsWith("nightly: 1 table, 7 rows");
    }

    @Test
    void aFailureIsNamedAndTheOthersAreExported() throws Exception {
        flow("columns = [\"n\", \"y\"]\nexclude = [\"t4\"]\n");
        TestDatabases.execute(database, "ALTER TABLE sales.t2 ADD COLUMN y integer");

        Ended plan = run("plan", "nightly");
        assertThat(plan.out()).contains("7 of 8 cannot be exported", "sales.t1: columns: data set \"sales.t1\"");

        Ended run = run("run", "nightly");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("error: nightly: 7 of 8 tables have failed: sales.t1: columns: ", "; and 2 more")
                .contains("sales.t2  2 rows");
        assertThat(work.resolve("out/t2.csv")).hasContent("n,y\n1,\n2,\n");
    }

    @Test
    void noTableIsLostOrDoubledWhereTheProcessIsKilledInTheFourthOfNine() throws Exception {
        flow("columns = [\"n\"]\nsince_last_export = true\nwatermark = \"n\"\nskip_empty = true\n"
                + "filters = [{ column = \"x\", op = \"=\", values = [true] }]\n");
        held.createStatement().execute("SELECT pg_advisory_lock(1)");
        Process first = Launcher.in(work).start(work.resolve("first.out"), work.resolve("first.err"), "run", "nightly");
        await().until(() -> Files.exists(work.resolve("out/t3.csv")));
        await().until(() -> run("history", "--status", "running").out().contains("nightly/sales.t4"));

        first.destroyForcibly().waitFor();
        held.createStatement().execute("SELECT pg_advisory_unlock(1)");
        Ended second = run("run", "nightly", "--json");

        assertThat(second.err()).isEmpty();
        JsonNode tables = JSON.readTree(second.out()).get("tables");
        assertThat(tables.findValuesAsText("rows")).containsExactly("0", "0", "0", "20000", "5", "6", "7", "8", "9");
        for (int i = 1; i <= 9; i++) {
            List<String> lines = new ArrayList<>(List.of("n"));
            IntStream.rangeClosed(1, i == 4 ? 20_000 : i).forEach(n -> lines.add(Integer.toString(n)));
            assertThat(Files.readAllLines(work.resolve("out/t" + i + ".csv")))
                    .containsExactlyInAnyOrderElementsOf(lines);
            assertThat(work.resolve("out/t" + i + "_v2.csv")).doesNotExist();
        }
        assertThat(work.resolve("out/.waybill")).doesNotExist();
        List<JsonNode> wholes = new ArrayList<>();
        json("history", "nightly", "--json").get("runs").forEach(each -> {
            if (each.has("table_count")) {
                wholes.add(each);
            }
        });
        assertThat(wholes).extracting(each -> each.get("status").asText()).containsExactly("done", "interrupted");
        assertThat(run("show", wholes.get(1).get("run_id").asText()).out())
                .contains("3 of 9 tables done, 1 failed, 5 left", "nightly/sales.t4  interrupted");
        assertThat(run("history", "--status", "running").out()).contains("no runs");
    }
}
