package io.waybill.delivery;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.flow.Flow;
import io.waybill.flow.toml.FlowFolder;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunResult;
import io.waybill.route.RouteYaml;
import io.waybill.route.step.WaybillComponent;
import io.waybill.servers.Certificates;
import io.waybill.servers.FtpServer;
import io.waybill.servers.Ports;
import io.waybill.servers.RecordStreams;
import io.waybill.servers.S3Server;
import io.waybill.servers.SftpServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What goes wrong on the way to a destination, and what becomes of it: whether it is tried again, and whether the file arrives whole or
 * is kept. After each, no half file is there, nothing waits half sent, and no secret is in the log, the ledger, a waybill, a dead
 * letter or the printed route.
 */
class FaultTableIT {

    private static final String WRONG = "wrong-secret-Aa99";
    private static final List<String> SECRETS = List.of(
            S3Server.SECRET_KEY,
            SftpServer.PASSWORD,
            FtpServer.PASSWORD,
            "http-token-Rf19",
            "smtp-secret-Hj64",
            RecordStreams.SECRET_KEY,
            WRONG);

    private static final int ROWS = 300;

    /** What becomes of a delivery. */
    private enum Ends {
        DELIVERED,
        /** Given up after some tries. */
        KEPT,
        /** Given up at once: each try would end so. */
        KEPT_AT_ONCE
    }

    /** Makes something go wrong; answers the connection's settings that differ. */
    @FunctionalInterface
    private interface Wrong {

        Map<String, String> go() throws Exception;
    }

    @TempDir
    private Path temporary;

    private final PrintStream err = System.err;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private HikariDataSource database;
    private S3Server s3;
    private SftpServer sftp;
    private FtpServer ftp;
    private GreenMail smtp;
    private RecordStreams streams;
    private WireMockServer http;
    private Path home;
    private int test;

    @BeforeEach
    void start() throws Exception {
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        database = TestDatabases.h2();
        TestDatabases.execute(
                database,
                "CREATE TABLE t AS SELECT x AS id, repeat('waybill ', 128) AS note FROM system_range(1, " + ROWS + ")");
    }

    @AfterEach
    void stop() {
        System.setErr(err);
        database.close();
    }

    @TestFactory
    Stream<DynamicTest> faults() {
        List<DynamicTest> tests = new ArrayList<>();
        // SFTP
        add(tests, "sftp", "connection refused", Ends.KEPT, () -> Map.of("port", closedPort()));
        add(tests, "sftp", "the host is not known", Ends.KEPT, () -> Map.of("host", "nowhere.invalid"));
        add(tests, "sftp", "wrong password", Ends.KEPT_AT_ONCE, () -> Map.of("password", WRONG));
        add(tests, "sftp", "wrong host key", Ends.KEPT_AT_ONCE, () -> Map.of("host-key", "SHA256:" + "A".repeat(43)));
        add(tests, "sftp", "wrong passphrase", Ends.KEPT_AT_ONCE, () -> key(WRONG));
        add(tests, "sftp", "no key file", Ends.KEPT_AT_ONCE, () -> Map.of("private-key", home + "/nowhere"));
        add(tests, "sftp", "rename forbidden twice", Ends.DELIVERED, () -> does(() -> sftp.forbidRenames(2)));
        add(tests, "sftp", "dropped at half of the file", Ends.DELIVERED, () -> does(() -> sftp.dropAfter(150_000)));
        add(tests, "sftp", "disk full", Ends.KEPT, () -> does(() -> sftp.roomLeft(150_000)));
        add(tests, "sftp", "rename refused twice", Ends.DELIVERED, () -> does(() -> sftp.refuseRenames(2)));
        add(tests, "sftp", "rename always refused", Ends.KEPT, () -> does(() -> sftp.refuseRenames(1000)));
        add(tests, "sftp", "answer to the rename lost", Ends.DELIVERED, () -> does(() -> sftp.loseRenames(1)));
        add(tests, "sftp", "truncated by the server", Ends.KEPT, () -> does(() -> sftp.truncates()));
        // FTP
        add(tests, "ftp", "connection refused", Ends.KEPT, () -> Map.of("port", closedPort()));
        add(tests, "ftp", "wrong password", Ends.KEPT_AT_ONCE, () -> Map.of("password", WRONG));
        add(tests, "ftp", "no binary mode", Ends.KEPT_AT_ONCE, () -> does(() -> ftp.takesTextOnly()));
        add(tests, "ftp", "dropped transfer", Ends.DELIVERED, () -> does(() -> ftp.dropTransfers(1)));
        add(tests, "ftp", "answer to the transfer lost", Ends.DELIVERED, () -> does(() -> ftp.loseTransfers(1)));
        add(tests, "ftp", "answer to the rename lost", Ends.DELIVERED, () -> does(() -> ftp.loseRenames(1)));
        add(tests, "ftp", "truncated by the server", Ends.KEPT, () -> does(() -> ftp.truncates(true)));
        // S3, by a proxy that goes wrong
        add(tests, "s3", "connection refused", Ends.KEPT, () -> Map.of("endpoint", "http://127.0.0.1:" + closedPort()));
        add(tests, "s3", "wrong secret key", Ends.KEPT_AT_ONCE, () -> Map.of("secret-key", WRONG));
        add(tests, "s3", "SlowDown, then well", Ends.DELIVERED, () -> first(8, slowDown()));
        add(tests, "s3", "SlowDown for ever", Ends.KEPT, () -> first(1000, slowDown()));
        add(
                tests,
                "s3",
                "500, then well",
                Ends.DELIVERED,
                () -> first(8, aResponse().withStatus(500)));
        add(
                tests,
                "s3",
                "connection reset, then well",
                Ends.DELIVERED,
                () -> first(8, aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));
        // HTTP
        add(tests, "http", "connection refused", Ends.KEPT, () -> Map.of("url", "http://127.0.0.1:" + closedPort()));
        add(tests, "http", "the host is not known", Ends.KEPT, () -> Map.of("url", "http://nowhere.invalid"));
        add(
                tests,
                "http",
                "wrong token",
                Ends.KEPT_AT_ONCE,
                () -> first(1000, aResponse().withStatus(401)));
        add(
                tests,
                "http",
                "500, then 200",
                Ends.DELIVERED,
                () -> first(1, aResponse().withStatus(500)));
        add(
                tests,
                "http",
                "429 with Retry-After, then 200",
                Ends.DELIVERED,
                () -> first(1, aResponse().withStatus(429).withHeader("Retry-After", "1")));
        add(
                tests,
                "http",
                "dropped, then 200",
                Ends.DELIVERED,
                () -> first(1, aResponse().withFault(Fault.EMPTY_RESPONSE)));
        add(
                tests,
                "http",
                "slow",
                Ends.DELIVERED,
                () -> first(1, aResponse().withStatus(200).withFixedDelay(1500)));
        add(tests, "http", "slower than the timeout, then 200", Ends.DELIVERED, () -> {
            first(1, aResponse().withStatus(200).withFixedDelay(3000));
            return Map.of("timeout-ms", "1000");
        });
        add(tests, "http", "expired certificate", Ends.KEPT_AT_ONCE, this::expired);
        // mail
        add(tests, "smtp", "connection refused", Ends.KEPT, () -> Map.of("port", closedPort()));
        add(tests, "smtp", "wrong password", Ends.KEPT_AT_ONCE, () -> Map.of("password", WRONG));
        add(tests, "smtp", "no TLS where it is asked for", Ends.KEPT_AT_ONCE, () -> Map.of("tls", "starttls"));
        // Kinesis
        add(
                tests,
                "kinesis",
                "connection refused",
                Ends.KEPT,
                () -> Map.of("endpoint", "http://127.0.0.1:" + closedPort()));
        add(tests, "kinesis", "wrong access key", Ends.KEPT_AT_ONCE, () -> Map.of("access-key", WRONG));
        add(
                tests,
                "kinesis",
                "throttled, then well",
                Ends.DELIVERED,
                () -> does(() -> streams.refuse(number -> number > 100 && number < 1000)));
        add(tests, "kinesis", "throttled for ever", Ends.KEPT, () -> does(() -> streams.refuse(number -> true)));
        return tests.stream();
    }

    private void add(List<DynamicTest> tests, String protocol, String what, Ends ends, Wrong wrong) {
        String name = protocol + ", " + what + ": "
                + ends.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
        tests.add(DynamicTest.dynamicTest(name, () -> test(protocol, ends, wrong)));
    }

    private static Map<String, String> does(Runnable fault) {
        fault.run();
        return Map.of();
    }

    /** A private key that the server does not know, and cannot be read. */
    private Map<String, String> key(String passphrase) throws Exception {
        Path key = Files.createDirectories(home.resolve("../keys")).resolve("id_rsa");
        new ProcessBuilder("ssh-keygen", "-q", "-t", "rsa", "-N", "right-secret-Pf20", "-f", key.toString())
                .inheritIO()
                .start()
                .waitFor();
        return Map.of("private-key", key.toString(), "private-key-passphrase", passphrase);
    }

    private static String closedPort() throws Exception {
        return Integer.toString(Ports.free());
    }

    private static ResponseDefinitionBuilder slowDown() {
        return aResponse()
                .withStatus(503)
                .withBody("<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>");
    }

    /** The first requests that store something go wrong, the others do not. */
    private Map<String, String> first(int count, ResponseDefinitionBuilder wrong) {
        for (String method : List.of("PUT", "POST")) {
            if (count >= 1000) {
                http.stubFor(WireMock.request(method, anyUrl()).willReturn(wrong));
                continue;
            }
            for (int i = 0; i < count; i++) {
                MappingBuilder stub = WireMock.request(method, anyUrl())
                        .inScenario(method)
                        .whenScenarioStateIs(i == 0 ? Scenario.STARTED : "after " + i)
                        .willReturn(wrong)
                        .willSetStateTo("after " + (i + 1));
                http.stubFor(stub);
            }
        }
        return Map.of();
    }

    private Map<String, String> expired() throws Exception {
        Certificates.Expired keys = Certificates.expired(Files.createDirectories(home.resolve("../keys")));
        http.stop();
        http = Certificates.serve(keys.server());
        return Map.of(
                "url",
                "https://127.0.0.1:" + http.httpsPort(),
                "trust-store",
                keys.authority().toString(),
                "trust-store-password",
                Certificates.PASSWORD);
    }

    private void test(String protocol, Ends ends, Wrong wrong) throws Exception {
        log.reset();
        Path folder = Files.createDirectories(temporary.resolve("test" + ++test));
        home = Files.createDirectories(folder.resolve("home"));
        try (FlowHarness harness = new FlowHarness(Files.createDirectories(folder.resolve("flows")), database)) {
            Map<String, String> settings = serve(protocol);
            settings.putAll(wrong.go());
            String uri = uri(protocol, settings);
            settings.forEach((key, value) -> harness.property("waybill.connection.there." + key, value));
            harness.load(
                    "t.toml",
                    "[properties.export]\nsource_dataset_id = \"t\"\nconnection = \"there\"\nformat = \""
                            + (protocol.equals("kinesis") ? "jsonl" : "csv") + "\"\n"
                            + "redelivery = { maximum_redeliveries = 2, redelivery_delay = \"20ms\","
                            + " maximum_redelivery_delay = \"20ms\" }\nfile_path = \"" + uri + "\"\n");

            RunResult result = ends == Ends.DELIVERED ? harness.run("t") : harness.fail("t");

            if (ends == Ends.DELIVERED) {
                assertDelivered(protocol, result);
            } else {
                assertKept(ends, result);
            }
            assertNothingIsHalf(protocol, ends);
            assertNoSecretIsTold(harness, folder, result);
        } finally {
            close();
        }
    }

    private String uri(String protocol, Map<String, String> settings) {
        return switch (protocol) {
            case "s3" -> "s3://lake/out/t.csv";
            case "http" -> settings.get("url") + "/t";
            case "smtp" -> "mailto:a@example.com";
            case "kinesis" -> "kinesis://orders";
            default -> protocol + ":out/t.csv";
        };
    }

    private Map<String, String> serve(String protocol) throws Exception {
        Map<String, String> settings = new HashMap<>();
        String prefix = "waybill.connection.there.";
        http = new WireMockServer(
                wireMockConfig().bindAddress("127.0.0.1").dynamicPort().preserveHostHeader(true));
        http.start();
        switch (protocol) {
            case "sftp" -> {
                sftp = SftpServer.start(home);
                sftp.connection("there").forEach((key, value) -> settings.put(key.substring(prefix.length()), value));
            }
            case "ftp" -> {
                ftp = FtpServer.start(home);
                ftp.connection("there", "ftp")
                        .forEach((key, value) -> settings.put(key.substring(prefix.length()), value));
            }
            case "s3" -> {
                s3 = S3Server.start(home, "lake");
                http.stubFor(any(anyUrl()).atPriority(10).willReturn(aResponse().proxiedFrom(s3.endpoint())));
                S3Server.connection("there", http.baseUrl().replace("localhost", "127.0.0.1"))
                        .forEach((key, value) -> settings.put(key.substring(prefix.length()), value));
            }
            case "http" -> {
                http.stubFor(any(anyUrl()).atPriority(10).willReturn(aResponse().withStatus(200)));
                settings.putAll(Map.of("type", "http", "bearer-token", "http-token-Rf19", "url", http.baseUrl()));
            }
            case "kinesis" -> {
                streams = RecordStreams.start();
                streams.connection("there", "kinesis")
                        .forEach((key, value) -> settings.put(key.substring(prefix.length()), value));
            }
            default -> {
                smtp = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
                smtp.start();
                smtp.setUser("waybill@example.com", "waybill", "smtp-secret-Hj64");
                smtp.getUserManager().setAuthRequired(true);
                settings.putAll(Map.of(
                        "type", "smtp",
                        "host", "127.0.0.1",
                        "port", Integer.toString(smtp.getSmtp().getPort()),
                        "username", "waybill",
                        "password", "smtp-secret-Hj64",
                        "from", "waybill@example.com",
                        "tls", "none"));
            }
        }
        return settings;
    }

    private void close() throws Exception {
        http.stop();
        for (AutoCloseable server : new AutoCloseable[] {s3, sftp, ftp, streams}) {
            if (server != null) {
                server.close();
            }
        }
        if (smtp != null) {
            smtp.stop();
        }
        s3 = null;
        sftp = null;
        ftp = null;
        streams = null;
        smtp = null;
    }

    private List<Path> files() throws Exception {
        try (Stream<Path> files = Files.walk(home)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private void assertDelivered(String protocol, RunResult result) throws Exception {
        assertThat(result.rows()).isEqualTo(ROWS);
        if (protocol.equals("http")) {
            List<ServeEvent> well = http.getAllServeEvents().stream()
                    .filter(event -> event.getResponse().getStatus() == 200)
                    .toList();
            assertThat(well).isNotEmpty();
            assertThat(well.get(0).getRequest().getBody()).hasSize((int) result.bytes());
        } else if (protocol.equals("kinesis")) {
            assertThat(streams.records()).hasSize(ROWS).doesNotHaveDuplicates();
        } else {
            Path file = files().stream()
                    .filter(found -> found.endsWith("out/t.csv"))
                    .findFirst()
                    .orElseThrow();
            assertThat(Files.size(file)).isEqualTo(result.bytes());
        }
    }

    private static void assertKept(Ends ends, RunResult result) throws Exception {
        assertThat(result.deadLetter()).isNotNull();
        assertThat(Path.of(result.deadLetter()).resolve("dead-letter.json")).exists();
        if (ends == Ends.KEPT_AT_ONCE) {
            assertThat(result.error()).doesNotContain(" times: ");
        } else {
            assertThat(result.error()).contains(", 3 times: ");
        }
    }

    private void assertNothingIsHalf(String protocol, Ends ends) throws Exception {
        if (ends != Ends.DELIVERED) {
            assertThat(files()).isEmpty();
        } else if (!List.of("http", "kinesis").contains(protocol)) {
            assertThat(files())
                    .extracting(file -> file.getFileName().toString())
                    .containsExactly("t.csv", "t.csv.waybill.json");
        }
        if (protocol.equals("s3")) {
            assertThat(s3.openUploads("lake")).isEmpty();
        }
        if (streams != null && ends != Ends.DELIVERED) {
            assertThat(streams.records()).isEmpty();
        }
        if (smtp != null) {
            assertThat(smtp.getReceivedMessages()).isEmpty();
        }
    }

    private void assertNoSecretIsTold(FlowHarness harness, Path folder, RunResult result) throws Exception {
        FlowFolder read = harness.flows();
        Flow flow = read.flows().get("t");
        RunEntry entry = harness.context()
                .getComponent("waybill", WaybillComponent.class)
                .ledger()
                .find(result.runId())
                .get(0);
        Map<String, String> told = new HashMap<>();
        told.put("log", log.toString(StandardCharsets.UTF_8));
        told.put("result", result.toString());
        told.put("ledger", entry.toString());
        told.put("printed route", new RouteYaml(harness.context()).print(flow, null));
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().endsWith(".p12"))
                    .toList()) {
                told.put(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        told.forEach((where, text) -> SECRETS.forEach(secret -> assertThat(text.contains(secret))
                .as(secret + " in " + where + ": "
                        + text.lines()
                                .filter(line -> line.contains(secret))
                                .findFirst()
                                .orElse(""))
                .isFalse()));
    }
}
