package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that share a ledger: two that want the same flow, and one that is killed. */
class KilledProcessIT {

    private static final Path LAUNCHER = Path.of("waybill").toAbsolutePath();

    @TempDir
    private Path work;

    private HikariDataSource database;

    private record Ended(int exitCode, String out, String err) {}

    @BeforeEach
    void makeFlow() throws Exception {
        database = TestDatabases.postgres();
        TestDatabases.execute(
                database,
                "CREATE TABLE numbers AS SELECT n FROM generate_series(1, 20000) n",
                "CREATE VIEW slow AS SELECT n, CASE WHEN n > 10000 THEN pg_sleep(0.01) END IS NULL AS x FROM numbers");
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
    void close() {
        database.close();
    }

    private Process start(Path out, Path err, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(work.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
    }

    private Ended run(String... arguments) throws Exception {
        Path out = Files.createTempFile(work, "out", ".txt");
        Path err = Files.createTempFile(work, "err", ".txt");
        Process process = start(out, err, arguments);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    @Test
    void theSecondIsToldWhoRunsTheFlowAndTheNextCleansUpAfterAKill() throws Exception {
        Process first = start(work.resolve("first.out"), work.resolve("first.err"), "run", "slow");
        await().atMost(Duration.ofSeconds(60)).until(() -> Files.isDirectory(work.resolve("out/.waybill")));

        Ended second = run("run", "slow");
        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.err())
                .matches("(?s)error: slow: flow \"slow\" is running since \\S+ \\(run \\S+, process " + first.pid()
                        + " on \\S+\\); a flow never runs twice at once\\n");
        assertThat(run("history", "--status", "running").out()).contains("slow", "stage, process " + first.pid());

        first.destroyForcibly().waitFor();
        TestDatabases.execute(database, "CREATE OR REPLACE VIEW slow AS SELECT n, true AS x FROM numbers");
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
}
