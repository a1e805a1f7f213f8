package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server, as a process, that is told to stop while an export reads its rows. */
class GracefulStopIT {

    @RegisterExtension
    private static final Commands COMMANDS = Commands.inNewFolder();

    private final Path work = COMMANDS.folder();
    private final HttpClient client = HttpClient.newHttpClient();

    private HikariDataSource database;
    private Connection held;
    private Process server;
    private String address;

    @BeforeEach
    void makeFlow() throws Exception {
        database = TestDatabases.postgres();
        held = database.getConnection();
        held.createStatement().execute("SELECT pg_advisory_lock(1)");
        TestDatabases.execute(
                database,
                "CREATE FUNCTION when_free() RETURNS boolean LANGUAGE plpgsql STABLE AS"
                        + " 'BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN true; END'",
                "CREATE VIEW slow AS SELECT n, n <= 10000 OR when_free() AS x FROM generate_series(1, 20000) n");
        Files.createDirectory(work.resolve("routes"));
        Files.writeString(
                work.resolve("routes/slow.toml"),
                "[properties.export]\nsource_dataset_id = \"slow\"\nfile_path = \"exports/slow.csv\"\n");
    }

    @AfterEach
    void close() throws Exception {
        server.destroyForcibly().waitFor();
        held.close();
        database.close();
    }

    private void serve(int secondsToStop, String... more) throws Exception {
        Files.writeString(
                work.resolve("application.properties"),
                "waybill.datasource.db.url = " + database.getJdbcUrl()
                        + "\nwaybill.datasource.db.username = postgres\nwaybill.server.stop-timeout = " + secondsToStop
                        + "\n" + String.join("\n", more) + "\n");
        server = Launcher.in(work).start(log(), log(), "serve", "--port", "0");
        address = Launcher.address(server, log());
    }

    private Path log() {
        return work.resolve("serve.log");
    }

    private HttpResponse<String> ask(String method, String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(address + path))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private String beginToRun() throws Exception {
        HttpResponse<String> begun = ask("POST", "/v2/flows/slow/run");
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
        await().until(() -> Files.isDirectory(work.resolve("exports/.waybill")));
        return new ObjectMapper().readTree(begun.body()).get("run_id").asText();
    }

    private JsonNode runs() throws Exception {
        return new ObjectMapper()
                .readTree(COMMANDS.run("history", "slow", "--json").out())
                .get("runs");
    }

    /** The line of the log that says that, of which each is an object of JSON. */
    private JsonNode logged(String message) throws IOException {
        return new ObjectMapper()
                .readTree(Files.readAllLines(log()).stream()
                        .filter(line -> line.startsWith("{") && line.contains(message))
                        .findFirst()
                        .orElseThrow());
    }

    /** All that a listener to a run was told, once the server has ended it. */
    private CompletableFuture<String> listen(String run) throws Exception {
        InputStream events = client.send(
                        HttpRequest.newBuilder(URI.create(address + "/v2/runs/" + run + "/events"))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream())
                .body();
        return CompletableFuture.supplyAsync(() -> {
            try (events) {
                return new String(events.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                return "not ended: " + e;
            }
        });
    }

    @Test
    void letsAnExportEndAndTakesNoOther() throws Exception {
        serve(300, "waybill.log.format = json");
        String run = beginToRun();
        CompletableFuture<String> heard = listen(run);
        server.destroy(); // SIGTERM
        await().until(() -> Files.readString(log()).contains("stopping: run " + run + " of flow slow under way"));

        HttpResponse<String> refused = ask("POST", "/v2/flows/slow/run");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).contains("30");
        assertThat(refused.body()).contains("the server is stopping");
        assertThat(ask("GET", "/health/ready").statusCode()).isEqualTo(503);
        assertThat(ask("GET", "/health/live").statusCode()).isEqualTo(200);
        held.createStatement().execute("SELECT pg_advisory_unlock(1)");

        assertThat(Launcher.await(server)).isZero();
        assertThat(heard.get()).contains("event: stopping").doesNotContain("not ended");
        assertThat(Files.readString(log())).contains("told to stop (SIGTERM)", "stopped: no run is under way");
        JsonNode done = logged(" is done: ");
        assertThat(done.get("run_id").asText()).isEqualTo(run);
        assertThat(done.get("flow").asText()).isEqualTo("slow");
        assertThat(done.get("level").asText()).isEqualTo("INFO");
        assertThat(logged("stopped: ").has("run_id")).isFalse();
        assertThat(runs().findValuesAsText("status")).containsExactly("done");
        assertThat(Files.readAllLines(work.resolve("exports/slow.csv"))).hasSize(20_001);
    }

    @Test
    void leavesAnExportThatDoesNotEndInTimeToTheNextStart() throws Exception {
        serve(1);
        String run = beginToRun();
        server.destroy();

        assertThat(Launcher.await(server)).isEqualTo(5);
        assertThat(Files.readString(log()))
                .contains(
                        "stopped after 1 s: run " + run + " of flow slow left where it is; the next start takes it up");
        held.createStatement().execute("SELECT pg_advisory_unlock(1)");
        assertThat(COMMANDS.run("run", "slow").exitCode()).isZero();
        assertThat(runs().findValuesAsText("status")).containsExactly("done", "interrupted");
        assertThat(Files.readAllLines(work.resolve("exports/slow.csv"))).hasSize(20_001);
        assertThat(work.resolve("exports/.waybill")).doesNotExist();
    }

    @Test
    void stopsAtOnceWhereItIsToldTwice() throws Exception {
        serve(300);
        beginToRun();
        server.destroy();
        await().until(() -> Files.readString(log()).contains("waiting 300 s at most"));
        server.destroy();

        assertThat(Launcher.await(server)).isEqualTo(143);
        assertThat(Files.readString(log())).contains("told to stop again (SIGTERM): stopping at once");
        assertThat(runs().findValuesAsText("status")).containsExactly("running");
    }
}
