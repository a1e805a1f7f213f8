package io.waybill.delivery;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.waybill.FlowHarness;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.Owner;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunResult;
import io.waybill.servers.RecordStreams;
import io.waybill.servers.S3Server;
import io.waybill.servers.SftpServer;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Files that are encrypted while they wait, and arrive as they are to be. */
class EncryptedStagingIT {

    private static final String KEY = "c3RhZ2luZy1rZXktb2YtMzItYnl0ZXMtTWg1OC0tLS0=";
    private static final int ROWS = 1300;
    private static final String NOTE = "waybill ".repeat(1250);

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            "CREATE TABLE t AS SELECT x AS id, repeat('waybill ', 1250) AS note FROM system_range(1, " + ROWS + ")");

    @TempDir
    private Path home;

    @BeforeEach
    void start() {
        encrypt(harness);
    }

    private static void encrypt(FlowHarness harness) {
        harness.property("waybill.staging.cipher", "AES/CTR/NoPadding");
        harness.property("waybill.staging.key", KEY);
    }

    private static String csv(int from, int to) {
        return "id,note\n"
                + IntStream.rangeClosed(from, to)
                        .mapToObj(id -> id + "," + NOTE + "\n")
                        .collect(Collectors.joining());
    }

    private static String flow(String uri, String keys) {
        return "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"" + uri
                + "\"\nredelivery = { maximum_redeliveries = 2, redelivery_delay = \"20ms\" }\n" + keys;
    }

    private FlowHarness load(String uri, String keys) throws Exception {
        return harness.load("t.toml", flow(uri, keys));
    }

    /** Whether some file of a folder shows what the rows hold. */
    private static boolean shows(Path of) throws IOException {
        try (Stream<Path> files = Files.walk(of)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.readString(file, StandardCharsets.ISO_8859_1).contains("waybill waybill")) {
                    return true;
                }
            }
            return false;
        }
    }

    @Test
    void nothingOfTheRowsLiesOpenWhileTheyWait() throws Exception {
        harness.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:there").process(exchange -> {
                    assertThat(shows(harness.folder())).isFalse();
                    try (Stream<Path> waiting = Files.walk(harness.file("staging"))) {
                        assertThat(waiting.filter(Files::isRegularFile)
                                        .map(file -> file.getFileName().toString()))
                                .containsExactlyInAnyOrder("1-t.csv", "shipment.json");
                    }
                    assertThat(exchange.getMessage().getBody(String.class)).isEqualTo(csv(1, ROWS));
                });
            }
        });

        load("direct:there", "format = \"csv\"\n").run("t");
    }

    @Test
    void aFolderGetsWholeFiles() throws Exception {
        RunResult result = load("{{root}}/out/{ds}/t_{part}.csv", "max_rows_per_file = 1000\n")
                .run("t");

        assertThat(harness.file("out/2026-01-15/t_1.csv")).hasContent(csv(1, 1000));
        assertThat(harness.file("out/2026-01-15/t_2.csv")).hasContent(csv(1001, ROWS));
        assertThat(result.files().get(1).bytes()).isEqualTo(csv(1001, ROWS).length());
        try (Stream<Path> files = Files.walk(harness.file("out"))) {
            assertThat(files.filter(Files::isRegularFile)).hasSize(3); // with the waybill, and nothing on its way
        }
        assertThat(harness.file("staging").resolve(result.runId())).doesNotExist();
    }

    @Test
    void aDeadLetterIsEncryptedAndDeliveredAgainWhateverTheSettingIsThen() throws Exception {
        Path out = harness.file("out");
        Files.writeString(out, "in the way of a folder");
        RunResult failed = load("{{root}}/out/t.csv", "").fail("t");
        assertThat(failed.deadLetter()).isNotNull();
        assertThat(shows(harness.folder())).isFalse();
        Files.delete(out);

        harness.property("waybill.staging.cipher", "none");
        harness.redrive("t", failed.runId());

        assertThat(harness.file("out/t.csv")).hasContent(csv(1, ROWS));
        assertThat(Path.of(failed.deadLetter())).doesNotExist();
    }

    @Test
    void whoHasNoKeyIsToldSo() throws Exception {
        Path out = harness.file("out");
        Files.writeString(out, "in the way of a folder");
        RunResult failed = load("{{root}}/out/t.csv", "").fail("t");
        Files.delete(out);
        harness.context().getPropertiesComponent().setInitialProperties(new java.util.Properties());
        harness.property("root", harness.folder().toString());

        assertThatThrownBy(() -> harness.redrive("t", failed.runId()))
                .hasMessage(failed.deadLetter() + "/1-t.csv is encrypted, and property waybill.staging.key is missing,"
                        + " its key");
    }

    @Test
    void largeObjectsAreReadFromTheMiddle() throws Exception {
        try (S3Server s3 = S3Server.start(home, "lake")) {
            s3.connection("lake").forEach(harness::property);
            harness.property("waybill.connection.lake.part-size", "5242880");
            harness.property("waybill.connection.lake.upload-ahead", "0");

            load("s3://lake/t_{part}.csv", "connection = \"lake\"\nmax_rows_per_file = 1200\n")
                    .run("t");

            assertThat(home.resolve("lake/t_1.csv")).hasContent(csv(1, 1200)); // of three parts, sent ahead
            assertThat(home.resolve("lake/t_2.csv")).hasContent(csv(1201, ROWS));
        }
    }

    @Test
    void sftpGetsThemAfterADropToo() throws Exception {
        try (SftpServer sftp = SftpServer.start(home)) {
            sftp.connection("partner").forEach(harness::property);
            harness.property("waybill.connection.partner.upload-ahead", "0");
            sftp.dropAfter(12_500_000); // in the last file, which is not sent ahead

            load("sftp:t_{part}.csv", "connection = \"partner\"\nmax_rows_per_file = 1200\n")
                    .run("t");

            assertThat(home.resolve("t_1.csv")).hasContent(csv(1, 1200));
            assertThat(home.resolve("t_2.csv")).hasContent(csv(1201, ROWS));
        }
    }

    @Test
    void anHttpServerGetsThemAgainFromTheirBeginning() throws Exception {
        WireMockServer http =
                new WireMockServer(wireMockConfig().bindAddress("127.0.0.1").dynamicPort());
        http.start();
        try {
            http.stubFor(any(anyUrl())
                    .inScenario("drop")
                    .whenScenarioStateIs(Scenario.STARTED)
                    .willSetStateTo("dropped")
                    .willReturn(aResponse().withFault(Fault.EMPTY_RESPONSE)));
            http.stubFor(any(anyUrl())
                    .inScenario("drop")
                    .whenScenarioStateIs("dropped")
                    .willReturn(aResponse()));

            load(http.baseUrl() + "/in", "format = \"csv\"\n").run("t");

            List<String> bodies = http.findAll(anyRequestedFor(anyUrl())).stream()
                    .map(request -> request.getBodyAsString())
                    .toList();
            assertThat(bodies.get(bodies.size() - 1).equals(csv(1, ROWS))).isTrue();
        } finally {
            http.stop();
        }
    }

    @Test
    void aMailHasThemAsTheyAre() throws Exception {
        GreenMail smtp = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        smtp.start();
        try {
            String prefix = "waybill.connection.post.";
            harness.property(prefix + "type", "smtp");
            harness.property(prefix + "host", "127.0.0.1");
            harness.property(prefix + "port", "" + smtp.getSmtp().getPort());
            harness.property(prefix + "from", "waybill@example.com");
            harness.property(prefix + "tls", "none");

            load("mailto:a@example.com", "format = \"csv\"\nconnection = \"post\"\nlimit = 3\n")
                    .run("t");

            MimeMultipart parts = (MimeMultipart) smtp.getReceivedMessages()[0].getContent();
            String received = new String(parts.getBodyPart(1).getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(received.equals(csv(1, 3))).isTrue();
        } finally {
            smtp.stop();
        }
    }

    @Test
    void aStreamGetsTheirRows() throws Exception {
        try (RecordStreams streams = RecordStreams.start()) {
            streams.connection("events", "kinesis").forEach(harness::property);

            load("kinesis://orders", "connection = \"events\"\nlimit = 3\n").run("t");

            assertThat(streams.records())
                    .extracting(RecordStreams.Taken::text)
                    .contains("{\"id\":2,\"note\":\"" + NOTE + "\"}")
                    .hasSize(3);
        }
    }

    @Test
    void whatAKilledProcessLeftIsRemoved() throws Exception {
        RunResult done = load("{{root}}/out/t.csv", "").run("t");
        Ledger ledger = harness.ledger();
        ledger.begin("t", "dead");
        ledger.planned("dead", ledger.find(done.runId()).get(0).planned());
        Path staged = Files.createDirectories(harness.file("staging/dead")).resolve("1-t.csv");
        Files.writeString(staged, "half of it");
        Owner gone = new Owner(Owner.current().host(), 2_000_000_000L, Instant.EPOCH);
        try (Connection connection = DriverManager.getConnection(harness.ledgerUrl(), "", "");
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE waybill_lock SET owner = '" + gone + "'");
        }
        harness.property("waybill.staging.cipher", "none");

        harness.run("t");

        assertThat(ledger.find("dead").get(0).status()).isEqualTo(RunEntry.Status.INTERRUPTED);
        assertThat(harness.file("staging")).doesNotExist();
        assertThat(harness.file("out/t.csv")).hasContent(csv(1, ROWS));
    }

    @Test
    void settingsThatAreWrongAreNamedAndTheKeyIsNotShown() throws Exception {
        load("{{root}}/out/t.csv", "");
        harness.property("waybill.staging.key", "c2VjcmV0LWtleS1KdzMz");
        assertThatThrownBy(() -> harness.run("t"))
                .hasMessage("application.properties: waybill.staging.key: 16, 24 or 32 bytes in base64 are expected;"
                        + " openssl rand -base64 32 makes some");
        harness.property("waybill.staging.cipher", "RC4");
        assertThatThrownBy(() -> harness.run("t"))
                .hasMessage("application.properties: waybill.staging.cipher: \"RC4\" is not known; allowed:"
                        + " AES/CTR/NoPadding, none");
    }

    @Test
    void aCipherWithoutAKeyIsNamed() throws Exception {
        try (FlowHarness other = new FlowHarness(Files.createDirectories(harness.file("other")), harness.database())) {
            other.property("waybill.staging.cipher", "AES/CTR/NoPadding");
            other.load("t.toml", flow("{{root}}/out/t.csv", ""));
            assertThatThrownBy(() -> other.run("t"))
                    .hasMessage("application.properties: waybill.staging.key is missing, the key of"
                            + " waybill.staging.cipher; openssl rand -base64 32 makes one");
        }
    }
}
