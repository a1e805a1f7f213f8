package io.waybill.cli;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.waybill.cli.Launcher.Ended;
import io.waybill.servers.Ports;
import io.waybill.servers.S3Server;
import io.waybill.servers.SftpServer;
import jakarta.mail.Multipart;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.sshd.common.config.keys.AuthorizedKeyEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The flows of routes/ that deliver elsewhere, and waybill check, by the launcher, with servers of their own. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ExampleDeliveriesIT {

    private static final String TOKEN = "http-token-Rf19";
    private static final String MAIL_PASSWORD = "smtp-secret-Hj64";

    /** The zone of the flow that has its trigger's. */
    private static final ZoneId VIENNA = ZoneId.of("Europe/Vienna");

    @RegisterExtension
    private static final Commands COMMANDS = Commands.inOneFolder();

    private static Path work;

    @TempDir
    private static Path buckets;

    @TempDir
    private static Path home;

    private static S3Server s3;
    private static SftpServer sftp;
    private static WireMockServer http;
    private static GreenMail smtp;
    private static final Map<String, String> ENVIRONMENT = new HashMap<>();

    private final Instant began = Instant.now();

    @BeforeAll
    static void start() throws Exception {
        s3 = S3Server.start(buckets, "lake");
        sftp = SftpServer.start(home);
        http = new WireMockServer(wireMockConfig().bindAddress("127.0.0.1").dynamicPort());
        http.start();
        http.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(202)));
        smtp = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        smtp.start();
        smtp.setUser("waybill@example.com", "waybill", MAIL_PASSWORD);
        smtp.getUserManager().setAuthRequired(true);
        ENVIRONMENT.putAll(Map.of(
                "LAKE_ENDPOINT",
                s3.endpoint(),
                "LAKE_ACCESS_KEY",
                S3Server.ACCESS_KEY,
                "LAKE_SECRET_KEY",
                S3Server.SECRET_KEY,
                "PARTNER_PORT",
                Integer.toString(sftp.port()),
                "PARTNER_USER",
                SftpServer.USER,
                "PARTNER_PASSWORD",
                SftpServer.PASSWORD,
                "PARTNER_HOST_KEY",
                sftp.fingerprint(),
                "ORDERS_API",
                "127.0.0.1:" + http.port(),
                "ORDERS_API_TOKEN",
                TOKEN));
        ENVIRONMENT.putAll(Map.of(
                "SMTP_PORT",
                Integer.toString(smtp.getSmtp().getPort()),
                "SMTP_TLS",
                "none",
                "SMTP_PASSWORD",
                MAIL_PASSWORD));
        COMMANDS.with(ENVIRONMENT);
        work = COMMANDS.folderWithTheDemo();
        assertThat(waybill("demo").exitCode()).isZero();
    }

    @AfterAll
    static void stop() throws Exception {
        smtp.stop();
        http.stop();
        sftp.close();
        s3.close();
    }

    private static Ended waybill(String... arguments) throws Exception {
        return waybill(Map.of(), arguments);
    }

    /** @param otherwise what the environment holds for this command; one of its own for each process */
    private static Ended waybill(Map<String, String> otherwise, String... arguments) throws Exception {
        Map<String, String> environment = new HashMap<>(ENVIRONMENT);
        environment.putAll(otherwise);
        Ended result = otherwise.isEmpty()
                ? COMMANDS.run(arguments)
                : Launcher.in(work).with(environment).run(arguments);
        for (String secret : List.of(S3Server.SECRET_KEY, SftpServer.PASSWORD, TOKEN, MAIL_PASSWORD)) {
            assertThat(result.out() + result.err()).doesNotContain(secret);
        }
        return result;
    }

    /** A text of today, with its day in place of {@code %s}: by now, that may be another than when the test began. */
    private List<String> ofToday(ZoneId zone, String text) {
        return Stream.of(began, Instant.now())
                .map(time -> text.formatted(LocalDate.ofInstant(time, zone)))
                .toList();
    }

    private static long count(String sql) throws Exception {
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckdb.createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM " + sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    @Test
    void s3() throws Exception {
        Ended run = waybill("run", "orders_to_s3");

        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .containsAnyOf(ofToday(ZoneOffset.UTC, "s3://lake/orders/%s/part-00000.parquet")
                        .toArray(String[]::new));
        assertThat(count("read_parquet('" + buckets + "/lake/orders/*/*.parquet') WHERE status = 'paid'"))
                .isEqualTo(count("read_parquet('" + buckets + "/lake/orders/*/*.parquet')"))
                .isEqualTo(25_000);
        String id = waybill("history", "--limit", "1", "orders_to_s3", "--json").out();
        String runId = id.replaceAll("(?s).*?\"run_id\" : \"([^\"]+)\".*", "$1");
        Ended verify = waybill("verify", runId);
        assertThat(verify.out()).contains("ok  part-00000.parquet  20,000 rows").contains("ok  part-00001.parquet");
        assertThat(verify.exitCode()).isZero();
        Ended away = waybill(Map.of("LAKE_ENDPOINT", "http://127.0.0.1:" + Ports.free()), "verify", runId);
        assertThat(away.err())
                .startsWith("error: s3://lake/orders/")
                .endsWith(".waybill.json cannot be read: Connection refused\n");
        assertThat(away.exitCode()).isEqualTo(1);
    }

    @Test
    void sftp() throws Exception {
        for (int run = 0; run < 2; run++) {
            Ended result = waybill("run", "orders_to_sftp");
            assertThat(result.err()).isEmpty();
            assertThat(result.exitCode()).isZero();
        }
        assertThat(count("read_csv('" + home + "/inbox/orders_5.csv.gz')")).isEqualTo(20_000);
        assertThat(home.resolve("inbox/orders_5_v2.csv.gz"))
                .hasSameBinaryContentAs(home.resolve("inbox/orders_5.csv.gz"));
        assertThat(home.resolve("inbox/orders_5_v2.csv.gz.waybill.json")).exists();
    }

    @Test
    void http() throws Exception {
        Ended run = waybill("run", "orders_to_http");

        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains("http://…/orders (orders_to_http_part_2.jsonl)  10,000 rows")
                .doesNotContain("null");
        List<LoggedRequest> requests = http.findAll(postRequestedFor(anyUrl()));
        assertThat(requests.size()).isEqualTo(9); // not the list, whose text would be all bodies
        assertThat(requests.get(0).getUrl()).isIn(ofToday(ZoneOffset.UTC, "/orders?day=%s"));
        assertThat(requests.get(0).getHeader("Authorization")).isEqualTo("Bearer " + TOKEN);
        assertThat(requests.get(0).getHeader("X-Dataset")).isEqualTo("change_feed_orders");
        assertThat(requests.get(1).getHeader("X-Part")).isEqualTo("2");
        assertThat(requests.stream().mapToLong(ExampleDeliveriesIT::lines).sum())
                .isEqualTo(90_000);
    }

    /** Files wait elsewhere than where they go: that disk may be full, too. */
    @Test
    void aStagingFolderThatIsFullIsTold() throws Exception {
        Path staging = Files.createDirectories(work.resolve("data/staging"));
        assumeTrue(SmallDisk.isThere(staging), "a file system can be mounted in a namespace of one's own");
        SmallDisk disk = new SmallDisk(staging);

        Ended run = disk.run(Launcher.in(work).with(ENVIRONMENT), "run", "orders_to_http");

        assertThat(run.err())
                .startsWith("error: orders_to_http: staging in ")
                .contains("No space left on device")
                .hasLineCount(1);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(disk.left()).isEmpty();
    }

    /** Without a text of them all, which takes memory. */
    private static long lines(LoggedRequest request) {
        long lines = 0;
        for (byte each : request.getBody()) {
            lines += each == '\n' ? 1 : 0;
        }
        return lines;
    }

    @Test
    void mail() throws Exception {
        Ended down = waybill(Map.of("SMTP_PORT", "1"), "run", "orders_by_mail");
        assertThat(down.exitCode()).isEqualTo(1);
        assertThat(down.err())
                .contains("mail: delivery of mail failed, 3 times: ")
                .contains("waybill redrive ");
        assertThat(ofToday(VIENNA, "exports/large/large_orders_%s.csv"))
                .anyMatch(file -> Files.exists(work.resolve(file)));
        assertThat(smtp.getReceivedMessages()).isEmpty();

        Ended redriven = waybill("redrive", "--all");

        assertThat(redriven.err()).isEmpty();
        assertThat(redriven.exitCode()).isZero();
        assertThat(redriven.out()).contains("mailto:sales@example.com,boss@example.com (large_orders_");
        assertThat(smtp.getReceivedMessages()[0].getSubject()).isIn(ofToday(VIENNA, "Large orders of %s"));
        Multipart parts = (Multipart) smtp.getReceivedMessages()[0].getContent();
        assertThat(parts.getBodyPart(1).getFileName()).isIn(ofToday(VIENNA, "large_orders_%s.csv"));
        assertThat(new String(parts.getBodyPart(1).getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .startsWith("order_id,");
    }

    private static String output(Map<String, String> environment, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    void aKeyOfTheSshAgentLogsIn() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/ssh-agent")), "ssh-agent is not installed");
        // the path of a socket may not be long
        Path folder = Files.createTempDirectory("agent");
        Path key = folder.resolve("id_ecdsa");
        output(Map.of(), "ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", key.toString());
        Map<String, String> agent =
                Map.of("SSH_AUTH_SOCK", folder.resolve("socket").toString());
        String started = output(Map.of(), "ssh-agent", "-s", "-a", agent.get("SSH_AUTH_SOCK"));
        String pid = started.replaceAll("(?s).*SSH_AGENT_PID=(\\d+);.*", "$1");
        try {
            output(agent, "ssh-add", key.toString());
            sftp.knows(AuthorizedKeyEntry.parseAuthorizedKeyEntry(Files.readString(Path.of(key + ".pub")))
                    .resolvePublicKey(null, null));
            Files.delete(key);
            Files.writeString(work.resolve("application.properties"), """

                    waybill.connection.agent.type = sftp
                    waybill.connection.agent.host = 127.0.0.1
                    waybill.connection.agent.port = {{env:PARTNER_PORT}}
                    waybill.connection.agent.username = somebody
                    waybill.connection.agent.host-key = {{env:PARTNER_HOST_KEY}}
                    waybill.connection.agent.agent = true
                    """, StandardOpenOption.APPEND);

            Ended checked = waybill(agent, "check", "agent");

            assertThat(checked.out()).contains("  ok   logs in", "  ok   removes it");
            assertThat(waybill(Map.of("SSH_AUTH_SOCK", "/nowhere"), "check", "agent")
                            .out())
                    .contains("  no   logs in: ");
        } finally {
            output(Map.of("SSH_AGENT_PID", pid), "ssh-agent", "-k");
        }
    }

    @Test
    @Order(0)
    void check() throws Exception {
        Ended good = waybill("check");
        assertThat(good.err()).isEmpty();
        assertThat(good.exitCode()).isZero();
        assertThat(good.out())
                .contains("lake  s3://lake/orders/{ds}/")
                .contains("partner  sftp:inbox/")
                .contains("  ok   writes a file", "  ok   removes it", "  ok   answers: to HEAD with status 202");

        Ended wrong = waybill(
                Map.of("LAKE_SECRET_KEY", "wrong", "PARTNER_PASSWORD", "wrong", "SMTP_PASSWORD", "wrong"), "check");
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.out())
                .contains("  no   logs in: Forbidden (Service: S3, Status Code: 403")
                .contains("  no   logs in: Auth fail for methods")
                .contains("  no   logs in: 535 5.7.8  Authentication credentials invalid");

        Ended unknown = waybill("check", "lak");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err())
                .contains("connection \"lak\" is not known; known: api, lake, partner, post")
                .contains("did you mean \"lake\"?");
    }
}
