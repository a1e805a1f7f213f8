package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.cli.Launcher.Ended;
import io.waybill.servers.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Commands that a server does: the same output and exit codes as of those that work here. */
class ClientIT {

    @RegisterExtension
    private static final Commands COMMANDS = Commands.inOneFolder();

    private static Process serving;
    private static String url;

    @BeforeAll
    static void serve() throws Exception {
        Path work = COMMANDS.folder();
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + work.resolve("db"));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE orders AS SELECT x AS id, 'n' || x AS note FROM system_range(1, 50)");
        }
        Files.writeString(
                work.resolve("application.properties"),
                "waybill.datasource.db.url = jdbc:h2:file:./db;AUTO_SERVER=TRUE\n");
        Files.createDirectory(work.resolve("routes"));
        Files.writeString(work.resolve("routes/orders.toml"), """
                [properties.export]
                source_dataset_id = "orders"
                file_path = "exports/orders_{ds}.csv"
                """);
        Files.writeString(work.resolve("routes/strict.toml"), """
                [properties.export]
                source_dataset_id = "orders"
                file_path = "exports/strict.csv"

                [[properties.export.expect]]
                column = "id"
                between = [1, 40]
                """);
        Path out = work.resolve("serve.log");
        serving = Launcher.in(work).start(out, out, "serve", "--port", "0");
        url = Launcher.address(serving, out);
    }

    @AfterAll
    static void stop() throws Exception {
        serving.destroy();
        Launcher.await(serving);
    }

    private static Ended here(String... arguments) throws Exception {
        return COMMANDS.run(arguments);
    }

    private static Ended there(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--server", url));
        return COMMANDS.run(all.toArray(String[]::new));
    }

    private static void same(String... arguments) throws Exception {
        Ended here = here(arguments);
        Ended there = there(arguments);
        assertThat(there.out()).as(String.join(" ", arguments)).isEqualTo(here.out());
        assertThat(there.err()).isEqualTo(here.err());
        assertThat(there.exitCode()).isEqualTo(here.exitCode());
    }

    @Test
    void whatIsSeenOfFlowsAndRunsIsTheSame() throws Exception {
        assertThat(there("run", "orders", "--date", "2026-01-15").exitCode()).isZero();
        String id = new ObjectMapper()
                .readTree(here("history", "orders", "--json").out())
                .at("/runs/0/run_id")
                .asText();
        for (String json : List.of("", "--json")) {
            for (String command : List.of(
                    "list",
                    "history",
                    "history orders --status done --since 2h --limit 1",
                    "plan orders",
                    "preview orders --rows 3",
                    "show " + id.substring(id.length() - 6))) {
                same((command + " " + json).strip().split(" "));
            }
        }
        same("plan", "orders", "--route");
        same("preview", "orders", "--format", "jsonl");
        same("preview", "orders", "--rows", "501");
        assertThat(there("history", "none").err()).isEqualTo("error: there is no flow \"none\"\n");
        same("show", "none");
        same("history", "--limit", "0");
        same("history", "--status", "finished");
    }

    @Test
    void theProcessesAreThoseOfItsLedger() throws Exception {
        JsonNode nodes =
                new ObjectMapper().readTree(there("nodes", "--json").out()).get("nodes");
        assertThat(nodes).hasSize(1);
        assertThat(nodes.get(0).get("pid").asLong()).isEqualTo(serving.pid());
        List<String> fields = new ArrayList<>();
        new ObjectMapper()
                .readTree(here("nodes", "--json").out())
                .at("/nodes/0")
                .fieldNames()
                .forEachRemaining(fields::add);
        assertThat(nodes.get(0).fieldNames()).toIterable().containsExactlyElementsOf(fields);
        String id = nodes.get(0).get("id").asText();
        assertThat(there("nodes").out())
                .containsPattern("(?m)^" + id.substring(id.length() - 6) + " .* " + serving.pid() + " ")
                .doesNotContain("(");
    }

    @Test
    void aRunIsToldOfAsIfItWereHere() throws Exception {
        Ended there = there("run", "orders");
        assertThat(there.err()).isEmpty();
        assertThat(there.exitCode()).isZero();
        assertThat(there.out().replaceAll("[\\d.]+ s", "T"))
                .isEqualTo(here("run", "orders").out().replaceAll("[\\d.]+ s", "T"));
        ObjectMapper mapper = new ObjectMapper();
        List<String> fields = new ArrayList<>();
        mapper.readTree(here("run", "orders", "--json").out()).fieldNames().forEachRemaining(fields::add);
        JsonNode json = mapper.readTree(there("run", "orders", "--json").out());
        assertThat(json.fieldNames()).toIterable().containsExactlyElementsOf(fields);
        assertThat(json.get("rows").asInt()).isEqualTo(50);
    }

    @Test
    void aQuarantinedRunIsReleasedOrDiscarded() throws Exception {
        Ended run = there("run", "strict");
        assertThat(run.exitCode()).isEqualTo(ExitCode.QUARANTINED);
        assertThat(run.err())
                .contains(
                        "is quarantined, and nothing was delivered: what was expected does not hold: ID is between 1 and 40",
                        "waybill release ",
                        "  violated  ID is between 1 and 40: 10 of 50 rows violate it");
        String id = new ObjectMapper()
                .readTree(here("history", "strict", "--json").out())
                .at("/runs/0/run_id")
                .asText();
        same("run", "strict");
        same("release", id);
        same("list");
        same("show", id);
        Ended released = there("release", id, "--reason", "known");
        assertThat(released.out())
                .startsWith("strict: run " + id + " is released: 50 rows, ")
                .contains("exports/strict.csv\n");
        same("release", id, "--reason", "again");
        same("redrive", id);
        same("redrive", "--all");
        there("run", "strict");
        String next = new ObjectMapper()
                .readTree(here("history", "strict", "--json").out())
                .at("/runs/0/run_id")
                .asText();
        assertThat(there("discard", next, "--reason", "mended").out())
                .isEqualTo("strict: run " + next + " is discarded: its files are removed\n");
        same("discard", next, "--reason", "again");
    }

    @Test
    void aFlowIsPausedAndGoesOn() throws Exception {
        assertThat(there("pause", "orders").out())
                .startsWith("flow orders: its triggers start nothing until waybill resume orders");
        same("pause", "orders");
        same("list");
        assertThat(there("resume", "orders").out()).isEqualTo("flow orders: its triggers start it again\n");
        same("resume", "orders");
    }

    @Test
    void whatMakesNoSenseThereIsRefusedWithTheReason() throws Exception {
        assertThat(there("plan", "orders", "--scan").err())
                .isEqualTo(
                        "error: --scan: looks at rows by a connection of this machine; call it where the server is\n");
        assertThat(here("list", "--ca-file", "ca.pem").err())
                .isEqualTo("error: --ca-file: is for --server, and no server is named\n");
        assertThat(here("list", "--server", "ftp://x").err())
                .startsWith("error: --server: \"ftp://x\" is not an address; write");
        assertThat(here("list", "--server", "http://me:secret@x").err())
                .isEqualTo("error: --server: names somebody; a token is said by WAYBILL_TOKEN or --token-file\n")
                .doesNotContain("secret");
        assertThat(there("list", "--token-file", "no.txt").err())
                .isEqualTo("error: --token-file: no.txt cannot be read: there is none\n");
        Files.writeString(COMMANDS.folder().resolve("ca.pem"), "x");
        assertThat(there("list", "--ca-file", "ca.pem").err()).startsWith("error: --ca-file: ");
        assertThat(there("run", "none").err()).isEqualTo("error: there is no flow \"none\"\n");
        assertThat(there("run", "none").exitCode()).isEqualTo(2);
        assertThat(there("run", "orders", "--mode", "all").err()).startsWith("error: mode: ");
        assertThat(there("run", "orders", "--accept-deletes").err())
                .isEqualTo("error: accept_deletes: is for feeds, and this is an export\n");
        assertThat(here("verify", "x", "--server", url).err())
                .startsWith("error: there is no option \"--server\"; see waybill verify");
        assertThat(here("list", "--server", "none").out())
                .isEqualTo(here("list").out());
    }

    @Test
    void aServerThatIsAwayOrIsNoneOfOursIsSaid() throws Exception {
        String nowhere = "http://127.0.0.1:" + Ports.free();
        Ended away = here("list", "--server", nowhere);
        assertThat(away.err())
                .isEqualTo("error: the server at " + nowhere
                        + " does not answer: nobody listens there, or the host is not known\n");
        assertThat(away.exitCode()).isEqualTo(1);
        assertThat(here("list", "--server", url.replace("http:", "https:")).err())
                .contains(
                        "does not answer: its certificate is not trusted, or it does not speak TLS",
                        "--ca-file says whom to trust");
        assertThat(there("list", "--token-file", "bad.txt").exitCode()).isEqualTo(2);
        Files.writeString(COMMANDS.folder().resolve("token.txt"), "waybill_none\n");
        assertThat(there("list", "--token-file", "token.txt").err())
                .startsWith(
                        "error: the token is not known, or has ended; that of WAYBILL_TOKEN or --token-file is not taken by "
                                + url);
    }

    /** Cuts the first connections that ask for events, after a few bytes of the answer. */
    @Test
    void whereTheConnectionIsLostTheRunIsFollowedOn() throws Exception {
        AtomicInteger cut = new AtomicInteger();
        try (ServerSocket before = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread proxy = new Thread(() -> forward(before, cut));
            proxy.setDaemon(true);
            proxy.start();
            Ended run = here("run", "orders", "--server", "http://127.0.0.1:" + before.getLocalPort());
            assertThat(run.err()).isEmpty();
            assertThat(run.out()).startsWith("orders: 50 rows, ");
        }
        assertThat(cut.get()).isEqualTo(2);
    }

    private static void forward(ServerSocket before, AtomicInteger cut) {
        int port = URI.create(url).getPort();
        try {
            while (true) {
                Socket client = before.accept();
                Socket server = new Socket("127.0.0.1", port);
                AtomicBoolean events = new AtomicBoolean();
                pump(client, server, text -> events.compareAndSet(false, text.contains("/events")));
                pump(server, client, text -> {
                    if (events.get() && cut.incrementAndGet() <= 2) {
                        close(client);
                        close(server);
                    } else if (events.get()) {
                        cut.set(2);
                    }
                });
            }
        } catch (IOException e) {
            // the test has ended
        }
    }

    private static void pump(Socket from, Socket to, Consumer<String> seen) {
        Thread pump = new Thread(() -> {
            byte[] bytes = new byte[8192];
            try {
                for (int read = from.getInputStream().read(bytes);
                        read >= 0;
                        read = from.getInputStream().read(bytes)) {
                    seen.accept(new String(bytes, 0, read, StandardCharsets.ISO_8859_1));
                    to.getOutputStream().write(bytes, 0, read);
                }
            } catch (IOException e) {
                // it is cut
            }
            close(from);
            close(to);
        });
        pump.setDaemon(true);
        pump.start();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is closed
        }
    }
}
