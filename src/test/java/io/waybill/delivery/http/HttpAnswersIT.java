package io.waybill.delivery.http;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.ledger.RunResult;
import io.waybill.servers.Certificates;
import io.waybill.servers.RawServer;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What HTTP servers answer, early, late, drop by drop or never. */
class HttpAnswersIT {

    private static final String ONCE_MORE =
            "redelivery = { maximum_redeliveries = 1, redelivery_delay = \"20ms\", maximum_redelivery_delay = \"20ms\" }\n";

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over();

    private final CountDownLatch end = new CountDownLatch(1);

    @BeforeEach
    void start() {
        harness.property("waybill.connection.api.type", "http");
    }

    @AfterEach
    void stop() throws Exception {
        end.countDown();
    }

    private FlowHarness load(String url, int rows, Map<String, String> settings) throws Exception {
        TestDatabases.execute(
                harness.database(),
                "CREATE TABLE t AS SELECT x AS id, repeat('waybill ', 2500) AS note FROM system_range(1, " + rows
                        + ")");
        settings.forEach((key, value) -> harness.property("waybill.connection.api." + key, value));
        return harness.load(
                "t.toml",
                "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"" + url
                        + "\"\nformat = \"csv\"\nconnection = \"api\"\n" + ONCE_MORE);
    }

    private static String url(RawServer server) {
        return "http://127.0.0.1:" + server.port() + "/orders";
    }

    private static void write(OutputStream out, String text) throws Exception {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    @Test
    void aServerThatNeverAnswersIsLeftAfterTheTimeout() throws Exception {
        try (RawServer server = RawServer.start((in, out) -> {
            RawServer.head(in);
            end.await();
        })) {
            RunResult failed =
                    load(url(server), 1, Map.of("timeout-ms", "1000")).fail("t");

            assertThat(failed.error())
                    .isEqualTo("delivery of t.csv failed, 2 times: the server has not answered in 1,000 ms");
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void aServerThatAnswersDropByDropIsLeftAfterTheTimeout() throws Exception {
        try (RawServer server = RawServer.start((in, out) -> {
            RawServer.head(in);
            write(out, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
            while (!end.await(100, java.util.concurrent.TimeUnit.MILLISECONDS)) {
                write(out, "x");
            }
        })) {
            RunResult failed =
                    load(url(server), 1, Map.of("timeout-ms", "1500")).fail("t");

            assertThat(failed.error()).endsWith("failed, 2 times: the server has not answered in 1,500 ms");
        }
    }

    @Test
    void aServerThatTakesNoMoreIsLeftAfterTheTimeout() throws Exception {
        try (RawServer server = RawServer.start((in, out) -> {
            RawServer.head(in);
            end.await();
        })) {
            RunResult failed =
                    load(url(server), 1500, Map.of("timeout-ms", "1500")).fail("t");

            assertThat(failed.error()).endsWith("failed, 2 times: the server has not answered in 1,500 ms");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"413 Content Too Large", "401 Unauthorized"})
    void anAnswerThatComesBeforeTheFileWasTakenIsRead(String status) throws Exception {
        try (RawServer server = RawServer.start((in, out) -> {
            RawServer.head(in);
            write(out, "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        })) {
            RunResult failed = load(url(server), 1500, Map.of()).fail("t");

            assertThat(failed.error())
                    .isEqualTo("delivery of t.csv failed: the server answers with status "
                            + status.replaceFirst(" ", ", "));
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void anAnswerThatComesWhileTheServerReadsOnStopsTheFile() throws Exception {
        try (RawServer server = RawServer.start((in, out) -> {
            RawServer.head(in);
            write(out, "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
            in.transferTo(OutputStream.nullOutputStream());
        })) {
            assertThat(load(url(server), 1500, Map.of()).fail("t").error())
                    .endsWith("failed: the server answers with status 413, Content Too Large");
        }
    }

    @Test
    void aLargeFileIsTakenWhole() throws Exception {
        WireMockServer server = serve();
        try {
            load(server.baseUrl() + "/orders", 500, Map.of("timeout-ms", "300000"))
                    .run("t");

            assertThat(server.findAll(anyRequestedFor(anyUrl())).get(0).getBody())
                    .hasSizeGreaterThan(10_000_000);
        } finally {
            server.stop();
        }
    }

    private static WireMockServer serve() {
        WireMockServer server =
                new WireMockServer(wireMockConfig().bindAddress("127.0.0.1").dynamicPort());
        server.start();
        server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(200)));
        return server;
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 307})
    void whatHasMovedIsNotTriedAgain(int status) throws Exception {
        WireMockServer server = serve();
        try {
            server.stubFor(post("/orders")
                    .willReturn(aResponse()
                            .withStatus(status)
                            .withHeader("Location", "https://me:secret@new.example.com/in?key=secret")));

            RunResult failed = load(server.baseUrl() + "/orders", 1, Map.of()).fail("t");

            assertThat(failed.error())
                    .startsWith("delivery of t.csv failed: the server answers with status " + status)
                    .endsWith(
                            ": it is at https://new.example.com now; files are not sent after it, set the URL to that");
            assertThat(server.findAll(anyRequestedFor(anyUrl()))).hasSize(1);
        } finally {
            server.stop();
        }
    }

    @Test
    void aTokenThatIsRefusedIsNotAskedForAgain() throws Exception {
        WireMockServer server = serve();
        try {
            server.stubFor(post("/token").willReturn(aResponse().withStatus(401)));

            RunResult failed = load(
                            server.baseUrl() + "/orders",
                            1,
                            Map.of(
                                    "oauth2-token-url",
                                    server.baseUrl() + "/token",
                                    "oauth2-client-id",
                                    "waybill",
                                    "oauth2-client-secret",
                                    "http-client-secret-Ow41"))
                    .fail("t");

            assertThat(failed.error())
                    .isEqualTo(
                            "delivery of t.csv failed: no token: the server of oauth2-token-url answers with status 401");
            assertThat(server.findAll(postRequestedFor(urlEqualTo("/token")))).hasSize(1);
            assertThat(server.findAll(postRequestedFor(urlEqualTo("/orders")))).isEmpty();
        } finally {
            server.stop();
        }
    }

    @Test
    void aServerThatIsBusyIsAskedOnceATry() throws Exception {
        WireMockServer server = serve();
        try {
            server.stubFor(post("/orders").willReturn(aResponse().withStatus(503)));

            load(server.baseUrl() + "/orders", 1, Map.of()).fail("t");

            assertThat(server.findAll(anyRequestedFor(anyUrl()))).hasSize(2);
        } finally {
            server.stop();
        }
    }

    @Test
    void aCertificateOfAnotherNameIsNotTriedAgain() throws Exception {
        Path keys = Certificates.ofAnotherName(harness.folder());
        WireMockServer server = Certificates.serve(keys);
        try {
            RunResult failed = load(
                            "https://127.0.0.1:" + server.httpsPort() + "/orders",
                            1,
                            Map.of("trust-store", keys.toString(), "trust-store-password", Certificates.PASSWORD))
                    .fail("t");

            assertThat(failed.error())
                    .startsWith("delivery of t.csv failed: Certificate for <127.0.0.1> doesn't match");
        } finally {
            server.stop();
        }
    }

    @Test
    void aServerWithoutTlsIsNamed() throws Exception {
        WireMockServer server = serve();
        try {
            RunResult failed = load("https://127.0.0.1:" + server.port() + "/orders", 1, Map.of())
                    .fail("t");

            assertThat(failed.error()).endsWith("(the server speaks no TLS at that port)");
        } finally {
            server.stop();
        }
    }

    @Test
    void aResultSaysWhereItsFilesWent() throws Exception {
        WireMockServer server = serve();
        try {
            RunResult done =
                    load(server.baseUrl() + "/orders/{ds}/in", 1, Map.of()).run("t");

            assertThat(done.files().get(0).name()).isEqualTo(server.baseUrl() + "/orders/2026-01-15/in (t.csv)");
            assertThat(done.deliveries().get(0).place()).isEqualTo(server.baseUrl() + "/orders/2026-01-15/in");
        } finally {
            server.stop();
        }
    }
}
