package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.cli.Launcher.Ended;
import io.waybill.servers.Certificates;
import io.waybill.servers.RawServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands and the servers that they meet: by TLS, that say not now, that take long. Each command is a process. */
class ClientServersIT {

    @TempDir
    private Path work;

    @TempDir
    private Path elsewhere;

    private Process serving;
    private String url;

    @BeforeEach
    void makeFlows() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + work.resolve("db"));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE orders (id integer PRIMARY KEY, status varchar(9))");
            statement.execute("INSERT INTO orders VALUES (1, 'open'), (2, 'paid')");
        }
        Files.createDirectory(work.resolve("routes"));
        Files.writeString(
                work.resolve("routes/orders.toml"),
                "[properties.export]\nsource_dataset_id = \"orders\"\nfile_path = \"exports/orders.csv\"\n");
        Files.writeString(
                work.resolve("routes/feed.toml"), "[properties.change_feed]\nsource_dataset_id = \"orders\"\n");
    }

    private void serve(String... settings) throws Exception {
        Files.writeString(
                work.resolve("application.properties"),
                "waybill.datasource.db.url = jdbc:h2:file:./db;AUTO_SERVER=TRUE\n" + String.join("\n", settings)
                        + "\n");
        Path log = work.resolve("serve.log");
        serving = Launcher.in(work).start(log, log, "serve", "--port", "0");
        url = Launcher.address(serving, log);
    }

    @AfterEach
    void stop() throws Exception {
        if (serving != null) {
            serving.destroy();
            Launcher.await(serving);
        }
    }

    /** From a folder that has nothing of the server's. */
    private Ended there(String... arguments) throws Exception {
        return Launcher.in(elsewhere).run(with(arguments));
    }

    private String[] with(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--server", url, "--home", elsewhere.toString()));
        return all.toArray(String[]::new);
    }

    @Test
    void byTlsWithATokenThatHasAnEnd() throws Exception {
        Path certificate = Certificates.pem("client", work.resolve("tls"));
        serve("waybill.server.tls.certificate = tls/server.pem", "waybill.server.tls.key = tls/server.key");
        JsonNode token = new ObjectMapper()
                .readTree(Launcher.in(work)
                        .run("token", "create", "ci", "--grant", "create@*", "--max-exports", "1", "--json")
                        .out());
        Files.writeString(elsewhere.resolve("token.txt"), token.get("token").asText());

        assertThat(there("list", "--token-file", "token.txt").err())
                .contains("does not answer: its certificate is not trusted, or it does not speak TLS");
        String[] known = {"--token-file", "token.txt", "--ca-file", certificate.toString()};
        Ended listed = there("list", known[0], known[1], known[2], known[3]);
        assertThat(listed.err()).isEmpty();
        assertThat(listed.out()).contains("orders");

        assertThat(there("run", "orders", known[0], known[1], known[2], known[3])
                        .out())
                .startsWith("orders: 2 rows, ");
        Ended over = there("run", "orders", known[0], known[1], known[2], known[3]);
        assertThat(over.err())
                .isEqualTo("error: the caller's limit is reached: 1 of 1 exports in 24 hours; try again in 3600 s\n");
        assertThat(over.exitCode()).isEqualTo(1);

        endsTheSessionOf(token, certificate);
    }

    /** As a browser logs in: by the form of the page, and the cookie that it answers. */
    private void endsTheSessionOf(JsonNode token, Path certificate) throws Exception {
        Matcher seal = Pattern.compile("name=\"_seal\" value=\"([^\"]+)").matcher(curl(certificate, "/login"));
        assertThat(seal.find()).isTrue();
        curl(
                certificate,
                "/login",
                "--data-urlencode",
                "_seal=" + seal.group(1),
                "--data-urlencode",
                "token=" + token.get("token").asText());
        assertThat(curl(certificate, "/")).contains("orders", "Log out");
        String id = token.get("id").asText();
        assertThat(Launcher.in(work).run("sessions", "list").out()).containsPattern("(?m)^" + id + " +ci +1$");

        assertThat(Launcher.in(work).run("sessions", "end", id).out()).isEqualTo("1 session of " + id + " has ended\n");

        assertThat(curl(certificate, "/", "-w", "%{http_code} %{redirect_url}")).endsWith("303 " + url + "/login");
    }

    private String curl(Path certificate, String path, String... options) throws Exception {
        Path answer = elsewhere.resolve("answer.html");
        List<String> command = new ArrayList<>(
                List.of("curl", "-s", "--cacert", certificate.toString(), "-b", "cookies", "-c", "cookies"));
        command.addAll(List.of(options));
        command.add(url + path);
        Process curl = new ProcessBuilder(command)
                .directory(elsewhere.toFile())
                .redirectOutput(answer.toFile())
                .start();
        assertThat(Launcher.await(curl)).isZero();
        return Files.readString(answer);
    }

    @Test
    void aTokenGoesOverPlainHttpToThisMachineAlone() throws Exception {
        Files.writeString(elsewhere.resolve("token.txt"), "waybill_x");
        url = "http://192.0.2.1:8080";
        Ended refused = there("list", "--token-file", "token.txt");
        assertThat(refused.err())
                .isEqualTo(
                        "error: --server: http://192.0.2.1:8080 is plain http, and all on the way could read the token;"
                                + " write https, or --insecure to send it so\n");
        assertThat(refused.exitCode()).isEqualTo(2);
        try (RawServer busy = RawServer.start((in, out) -> {
            String head = RawServer.head(in);
            String body = "{\"title\":\"Service Unavailable\",\"status\":503,\"detail\":\"the server is stopping"
                    + (head.contains("Bearer waybill_x") ? ", and has the token" : "") + "\"}";
            out.write(
                    ("HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\nRetry-After: 30\r\n"
                                    + "Connection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.US_ASCII));
        })) {
            url = "http://0.0.0.0:" + busy.port(); // not written as this machine
            assertThat(there("list", "--token-file", "token.txt").exitCode()).isEqualTo(2);
            Ended sent = there("list", "--token-file", "token.txt", "--insecure");
            assertThat(sent.err()).isEqualTo("error: the server is stopping, and has the token; try again in 30 s\n");
            assertThat(sent.exitCode()).isEqualTo(1);
        }
        assertThat(Launcher.in(elsewhere)
                        .run("list", "--insecure", "--home", elsewhere.toString())
                        .err())
                .isEqualTo("error: --insecure: is for --server, and no server is named\n");
    }

    @Test
    void aRunIsLeftByCtrlCAndTheOneBehindItIsFollowed() throws Exception {
        try (HikariDataSource database = TestDatabases.postgres();
                Connection gate = database.getConnection()) {
            TestDatabases.execute(
                    database, "CREATE VIEW slow AS SELECT 1 AS id, pg_advisory_xact_lock_shared(1) IS NULL AS nothing");
            gate.createStatement().execute("SELECT pg_advisory_lock(1)");
            Files.writeString(
                    work.resolve("routes/slow.toml"),
                    "[properties.export]\nsource_dataset_id = \"slow\"\ndatasource = \"held\"\n"
                            + "file_path = \"exports/slow.csv\"\noverlap = \"queue\"\n");
            serve(
                    "waybill.default-datasource = db",
                    "waybill.datasource.held.url = " + database.getJdbcUrl(),
                    "waybill.datasource.held.username = postgres");
            leaveTheFirstAndFollowTheSecond(() -> gate.createStatement().execute("SELECT pg_advisory_unlock(1)"));
        }
    }

    private void leaveTheFirstAndFollowTheSecond(Callable<?> letThemRead) throws Exception {
        Path out = elsewhere.resolve("first.txt");
        // a build that runs in a shell's background has Ctrl-C ignored, and so have its children
        Process first =
                Launcher.in(elsewhere).calledBy("env", "--default-signal=INT").start(out, out, with("run", "slow"));
        await().until(() -> history().path(0).path("status").asText().equals("running"));
        String id = history().path(0).path("run_id").asText();
        Path behind = elsewhere.resolve("second.txt");
        Process second = Launcher.in(elsewhere).start(behind, behind, with("run", "slow"));

        new ProcessBuilder("kill", "-INT", Long.toString(first.pid())).start().waitFor();
        assertThat(Launcher.await(first)).isEqualTo(130);
        assertThat(Files.readString(out))
                .endsWith("the run goes on at the server; waybill show " + id + " tells what becomes of it\n");

        letThemRead.call();
        assertThat(Launcher.await(second)).as(Files.readString(behind)).isZero();
        assertThat(Files.readString(behind)).contains("slow: 1 rows, ");
        assertThat(history()).extracting(run -> run.get("status").asText()).containsExactly("done", "done");
    }

    private JsonNode history() throws Exception {
        return new ObjectMapper()
                .readTree(there("history", "slow", "--json").out())
                .path("runs");
    }

    @Test
    void aFeedRunsThere() throws Exception {
        serve();
        assertThat(there("run", "feed").out()).contains("feed: batch 1");
        assertThat(there("run", "feed", "--compare-all").out()).contains("feed: batch ");
        assertThat(there("run", "feed", "--mode", "full").err()).startsWith("error: ");
    }
}
