package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server, as a process, that is told by SIGHUP to take its settings anew. */
class ReloadSignalIT {

    @RegisterExtension
    private static final Commands COMMANDS = Commands.inNewFolder();

    private final Path work = COMMANDS.folder();

    private HikariDataSource one;
    private HikariDataSource two;
    private Process server;
    private String address;

    @BeforeEach
    void makeFlow() throws Exception {
        one = TestDatabases.postgres();
        two = TestDatabases.postgres();
        TestDatabases.execute(one, "CREATE TABLE t AS SELECT n FROM generate_series(1, 10) n");
        TestDatabases.execute(two, "CREATE TABLE t AS SELECT n FROM generate_series(1, 20) n");
        Files.createDirectories(work.resolve("routes"));
        Files.writeString(
                work.resolve("routes/t.toml"),
                "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"exports/t.csv\"\n");
    }

    @AfterEach
    void close() throws Exception {
        server.destroyForcibly().waitFor();
        one.close();
        two.close();
    }

    private void write(HikariDataSource database, String... more) throws Exception {
        Files.writeString(
                work.resolve("application.properties"),
                "waybill.datasource.db.url = " + database.getJdbcUrl() + "\nwaybill.datasource.db.username = postgres\n"
                        + String.join("\n", more) + "\n");
    }

    private void serve() throws Exception {
        // what is started by nohup, a build perhaps, has the signal ignored, and so have its children
        server = Launcher.in(work).calledBy("env", "--default-signal=HUP").start(log(), log(), "serve", "--port", "0");
        address = Launcher.address(server, log());
    }

    private Path log() {
        return work.resolve("serve.log");
    }

    private void hangUp() throws Exception {
        assertThat(new ProcessBuilder("kill", "-HUP", Long.toString(server.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private long rows() throws Exception {
        HttpResponse<String> run = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(address + "/v2/flows/t/run?wait=true"))
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(run.statusCode()).as(run.body()).isEqualTo(200);
        return new ObjectMapper().readTree(run.body()).get("rows").asLong();
    }

    private void awaitLog(String text) {
        await().until(() -> Files.readString(log()).contains(text));
    }

    @Test
    void aHangUpHasItTakeThemAndAWrongFileLeavesThem() throws Exception {
        write(one);
        serve();
        assertThat(rows()).isEqualTo(10);

        write(two, "waybill.server.port = 1");
        hangUp();
        // the port that the command was called with goes before the file's
        awaitLog("settings reloaded (SIGHUP): changed: waybill.datasource.db.url");
        assertThat(rows()).isEqualTo(20);

        write(one, "waybill.retention-days = never");
        hangUp();
        awaitLog("settings not reloaded (SIGHUP); all is as it was:\n"
                + "application.properties:3: waybill.retention-days: \"never\" is not a number of days");
        assertThat(rows()).isEqualTo(20);

        write(two, "waybill.server.files = elsewhere");
        hangUp();
        awaitLog("settings reloaded (SIGHUP): nothing has changed; needs a restart: waybill.server.files");
        assertThat(server.isAlive()).isTrue();
    }

    @Test
    void whereItIsToldSoItTakesThemWhenTheFileHasChanged() throws Exception {
        write(one, "waybill.reload-on-change = true");
        serve();

        write(two, "waybill.reload-on-change = true");

        awaitLog("settings reloaded (the file has changed): changed: waybill.datasource.db.url");
        assertThat(rows()).isEqualTo(20);
    }
}
