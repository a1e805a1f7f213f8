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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Real processes that share a ledger: two that want the same flow, and one that is killed. */
class KilledProcessIT {

    @RegisterExtension
    private static final Commands COMMANDS = Commands.inNewFolder();

    private final Path work = COMMANDS.folder();

    private HikariDataSource database;
    private Connection held;

    @BeforeEach
    void makeFlow() throws Exception {
        database = TestDatabases.postgres();
        // whoever reads column x waits at its middle, for as long as the test holds the lock
        held = database.getConnection();
        held.createStatement().execute("SELECT pg_advisory_lock(1)");
        TestDatabases.execute(
                database,
                "CREATE TABLE numbers AS SELECT n FROM generate_series(1, 20000) n",
                "CREATE FUNCTION when_free() RETURNS boolean LANGUAGE plpgsql STABLE AS"
                        + " 'BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN true; END'",
                "CREATE VIEW slow AS SELECT n, n <= 10000 OR when_free() AS x FROM numbers");
        Files.writeString(
                work.resolve("application.properties"),
                "waybill.datasource.db.url = " + database.getJdbcUrl()
                        + "\nwaybill.datasource.db.username = postgres\n");
        Files.createDirectory(work.resolve("routes"));
        Files.writeString(
                work.resolve("routes/slow.toml"),
                "[properties.export]\nsource_dataset_id = \"slow\"\nfile_path = \"out/slow.csv\"\n");
    }

    @AfterEach
    void close() throws Exception {
        held.close();
        database.close();
    }

    private Ended run(String... arguments) throws Exception {
        return COMMANDS.run(arguments);
    }

    private void letThemRead() throws Exception {
        held.createStatement().execute("SELECT pg_advisory_unlock(1)");
    }

    @Test
    void theSecondIsToldWhoRunsTheFlowAndTheNextCleansUpAfterAKill() throws Exception {
        Process first = Launcher.in(work).start(work.resolve("first.out"), work.resolve("first.err"), "run", "slow");
        await().until(() -> Files.isDirectory(work.resolve("out/.waybill")));

        Ended second = run("run", "slow");
        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.err())
                .matches("(?s)error: slow: flow \"slow\" is running since \\S+ \\(run \\S+, process " + first.pid()
                        + " on \\S+\\); a flow never runs twice at once\\n");
        assertThat(run("history", "--status", "running").out()).contains("slow", "stage, process " + first.pid());

        first.destroyForcibly().waitFor();
        assertThat(run("history", "--status", "running").out())
                .contains("running (its process has ended)", "process " + first.pid());
        letThemRead();
        Ended third = run("run", "slow", "--json");

        assertThat(third.err()).isEmpty();
        assertThat(new ObjectMapper().readTree(third.out()).get("rows").asInt()).isEqualTo(20_000);
        assertThat(work.resolve("out/.waybill")).doesNotExist();
        JsonNode runs = new ObjectMapper()
                .readTree(run("history", "slow", "--json").out())
                .get("runs");
        assertThat(runs.findValuesAsText("status")).containsExactly("done", "interrupted");
        String killed = runs.get(1).get("run_id").asText();
        assertThat(run("show", killed.substring(killed.length() - 6)).out())
                .contains(
                        "status     interrupted",
                        "error      process " + first.pid() + " on ",
                        "ended before the run did");
        assertThat(run("show", "nothing").err())
                .contains("there is no run \"nothing\"; waybill history shows the runs");
    }

    @Test
    void aWatermarkIsMovedAfterAKillWithoutAnotherRun() throws Exception {
        Files.writeString(
                work.resolve("routes/datasets.toml"),
                "[[dataset]]\nid = \"slow\"\ntable = \"slow\"\nwatermark = \"n\"\n");
        Files.writeString(
                work.resolve("routes/slow.toml"),
                "[properties.export]\nsource_dataset_id = \"slow\"\nfile_path = \"out/slow.csv\"\nsince_last_export = true\n");
        Process first = Launcher.in(work).start(work.resolve("first.out"), work.resolve("first.err"), "run", "slow");
        await().until(() -> Files.isDirectory(work.resolve("out/.waybill")));
        assertThat(run("watermark", "set", "slow", "19990").err())
                .matches(
                        "error: flow \"slow\" is running \\(run \\S+\\), and would overwrite its watermark; wait for its end\n");

        first.destroyForcibly().waitFor();
        Ended set = run("watermark", "set", "slow", "19990");

        assertThat(set.out()).isEqualTo("flow slow: n none -> 19990\n");
        assertThat(set.exitCode()).isZero();
        assertThat(work.resolve("out/.waybill")).doesNotExist();
        assertThat(run("history").out()).contains("interrupted").doesNotContain("running");
        letThemRead();
        assertThat(new ObjectMapper()
                        .readTree(run("run", "slow", "--json").out())
                        .get("rows")
                        .asInt())
                .isEqualTo(10);
    }
}
