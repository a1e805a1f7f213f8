package io.waybill.delivery.http;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.serverError;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.waybill.FlowHarness;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunResult;
import io.waybill.servers.Certificates;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Exports to an HTTP server. */
class HttpDeliveryIT {

    private static final String QUICKLY =
            "redelivery = { maximum_redeliveries = 3, redelivery_delay = \"20ms\", maximum_redelivery_delay = \"20ms\" }\n";

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t AS SELECT x AS id FROM system_range(1, 4)");

    private WireMockServer server;

    @BeforeEach
    void start() {
        server = new WireMockServer(wireMockConfig().bindAddress("127.0.0.1").dynamicPort());
        server.start();
        server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(201)));
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    private FlowHarness load(String path, String keys) throws Exception {
        return load(server.baseUrl(), path, keys);
    }

    private FlowHarness load(String base, String path, String keys) throws Exception {
        return harness.load("t.toml", flow(base, path, keys));
    }

    private static String flow(String base, String path, String keys) {
        return "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"" + base + path
                + "\"\nmax_rows_per_file = 2\n" + QUICKLY + keys;
    }

    private void connection(Map<String, String> settings) {
        harness.property("waybill.connection.api.type", "http");
        settings.forEach((key, value) -> harness.property("waybill.connection.api." + key, value));
    }

    private List<LoggedRequest> requests() {
        return server.findAll(anyRequestedFor(anyUrl()));
    }

    @Test
    void eachFileIsAMessageThatSaysWhatItIs() throws Exception {
        RunResult result = load(
                        "/orders?source={dataset}&day={ds}", "format = \"csv\"\nheaders = { X-Part = \"{part}\" }\n")
                .run("t");

        assertThat(result.status()).isEqualTo(RunEntry.Status.DONE);
        assertThat(requests()).hasSize(2);
        LoggedRequest second = requests().get(1);
        assertThat(second.getMethod().value()).isEqualTo("POST");
        assertThat(second.getUrl()).isEqualTo("/orders?source=t&day=2026-01-15");
        assertThat(second.getBodyAsString()).isEqualTo("id\n3\n4\n");
        assertThat(second.getHeader("Content-Type")).isEqualTo("text/csv");
        assertThat(second.getHeader("Content-Disposition")).isEqualTo("attachment; filename=\"t_part_2.csv\"");
        assertThat(second.getHeader("X-Part")).isEqualTo("2");
        assertThat(second.getHeader("Idempotency-Key"))
                .isEqualTo("t/t_part_2.csv/" + result.files().get(1).sha256());
        assertThat(result.waybill()).isNull();
    }

    @Test
    void whatTheRunWasStartedWithIsNotToldToTheServer() throws Exception {
        load("/orders", "format = \"csv\"\n").run("t", Map.of("Authorization", "Bearer not-yours", "Cookie", "a=b"));

        assertThat(requests()).isNotEmpty().allSatisfy(request -> {
            assertThat(request.containsHeader("Authorization")).isFalse();
            assertThat(request.containsHeader("Cookie")).isFalse();
        });
    }

    @Test
    void aFolderGetsFilesByTheirNames() throws Exception {
        connection(Map.of("method", "PUT", "username", "me", "password", "http-secret-Ty77"));

        load("/in/{ds}/", "connection = \"api\"\nformat = \"json\"\n").run("t");

        assertThat(requests())
                .extracting(LoggedRequest::getUrl)
                .containsExactly("/in/2026-01-15/part-00000.json", "/in/2026-01-15/part-00001.json");
        assertThat(requests()).allSatisfy(request -> {
            assertThat(request.getMethod().value()).isEqualTo("PUT");
            assertThat(request.getHeader("Authorization")).startsWith("Basic ");
            assertThat(request.getHeader("Content-Type")).isEqualTo("application/json");
        });
    }

    @Test
    void aTokenIsShownToTheServerAlone() throws Exception {
        connection(Map.of("bearer-token", "http-token-Rf19"));
        server.stubFor(post(anyUrl()).willReturn(aResponse().withStatus(401).withBody("no")));

        RunResult failed =
                load("/orders", "connection = \"api\"\nformat = \"csv\"\n").fail("t");

        assertThat(requests()).hasSize(1); // it would be refused each time
        assertThat(requests().get(0).getHeader("Authorization")).isEqualTo("Bearer http-token-Rf19");
        assertThat(failed.error())
                .isEqualTo("delivery of t_part_1.csv failed: the server answers with status 401, Unauthorized");
        assertThat(failed.deadLetter()).isNotNull();
    }

    @Test
    void aSecretInAUrlIsNotTold() throws Exception {
        harness.property("hook", "http-hook-Bq58");
        server.stubFor(post(anyUrl()).willReturn(aResponse().withStatus(404)));

        RunResult failed =
                load("/hooks/{{hook}}/in?key={{hook}}", "format = \"csv\"\n").fail("t");

        assertThat(requests().get(0).getUrl()).isEqualTo("/hooks/http-hook-Bq58/in?key=http-hook-Bq58");
        assertThat(failed.toString()).contains("/hooks/…/in").doesNotContain("Bq58");
        assertThat(Path.of(failed.deadLetter()).resolve("dead-letter.json"))
                .content()
                .doesNotContain("Bq58");
        assertThat(harness.ledger().find(failed.runId()).toString()).doesNotContain("Bq58");
    }

    @Test
    void aTokenIsFetchedByClientCredentials() throws Exception {
        server.stubFor(post("/token")
                .willReturn(okJson("{\"access_token\": \"fetched\", \"token_type\": \"Bearer\", \"expires_in\": 60}")));
        connection(Map.of(
                "oauth2-token-url",
                server.baseUrl() + "/token",
                "oauth2-client-id",
                "waybill",
                "oauth2-client-secret",
                "http-client-secret-Ow41"));

        load("/orders", "connection = \"api\"\nformat = \"csv\"\n").run("t");

        assertThat(server.findAll(postRequestedFor(urlEqualTo("/orders"))))
                .hasSize(2)
                .allSatisfy(request ->
                        assertThat(request.getHeader("Authorization")).isEqualTo("Bearer fetched"));
    }

    @Test
    void aServerErrorPassesAndTheSameKeyIsShown() throws Exception {
        server.stubFor(post("/orders")
                .inScenario("recovers")
                .whenScenarioStateIs(Scenario.STARTED)
                .willReturn(serverError())
                .willSetStateTo("up"));

        RunResult result = load("/orders", "format = \"csv\"\n").run("t");

        assertThat(result.status()).isEqualTo(RunEntry.Status.DONE);
        assertThat(requests()).hasSize(3);
        assertThat(requests().get(0).getHeader("Idempotency-Key"))
                .isEqualTo(requests().get(1).getHeader("Idempotency-Key"));
    }

    @Test
    void aServerThatAsksToWaitIsGivenTheTime() throws Exception {
        server.stubFor(post("/orders")
                .inScenario("busy")
                .whenScenarioStateIs(Scenario.STARTED)
                .willReturn(aResponse().withStatus(429).withHeader("Retry-After", "2"))
                .willSetStateTo("up"));

        RunResult result = load("/orders", "format = \"csv\"\n").run("t");

        assertThat(result.status()).isEqualTo(RunEntry.Status.DONE);
        List<LoggedRequest> requests = requests();
        assertThat(requests).hasSize(3);
        assertThat(requests.get(1).getLoggedDate().getTime()
                        - requests.get(0).getLoggedDate().getTime())
                .isGreaterThanOrEqualTo(1900);
    }

    @Test
    void aConnectionThatIsResetIsTriedAgainThenKept() throws Exception {
        server.stubFor(post("/orders").willReturn(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));
        RunResult failed = load("/orders", "format = \"csv\"\n").fail("t");

        assertThat(failed.error()).startsWith("delivery of t_part_1.csv failed, 4 times: ");
        assertThat(failed.deadLetter()).isNotNull();

        server.resetAll();
        server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(200)));
        RunResult redriven = harness.redrive("t", failed.runId());
        assertThat(redriven.status()).isEqualTo(RunEntry.Status.DONE);
        assertThat(requests()).extracting(LoggedRequest::getBodyAsString).containsExactly("id\n1\n2\n", "id\n3\n4\n");
    }

    @Test
    void whatAServerHasTakenIsNotSentAgainByARedrive() throws Exception {
        server.stubFor(post("/orders")
                .withRequestBody(containing("3"))
                .willReturn(aResponse().withStatus(400)));
        RunResult failed = load("/orders", "format = \"csv\"\n").fail("t");
        assertThat(requests()).hasSize(2);
        server.resetAll();
        server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(200)));

        RunResult redriven = harness.redrive("t", failed.runId());

        assertThat(redriven.status()).isEqualTo(RunEntry.Status.DONE);
        assertThat(requests()).extracting(LoggedRequest::getBodyAsString).containsExactly("id\n3\n4\n");
    }

    /** Else who gets them could be told apart from whom they were for by the time alone at which somebody has edited the flow. */
    @Test
    void filesThatWereForAnotherAddressAreNotSentToTheOneOfNow() throws Exception {
        server.stubFor(post("/partner").willReturn(aResponse().withStatus(400)));
        RunResult failed = load("/partner", "format = \"csv\"\n").fail("t");
        int before = requests().size();

        harness.loadAgain("t.toml", flow(server.baseUrl(), "/competitor", "format = \"csv\"\n"));
        assertThatThrownBy(() -> harness.redrive("t", failed.runId()))
                .hasMessageContaining("it does not lead to " + server.baseUrl() + "/partner, where the files of run "
                        + failed.runId() + " belong; run the flow again, or let the step lead there");
        assertThat(requests()).hasSize(before);

        server.resetAll();
        server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(200)));
        harness.loadAgain("t.toml", flow(server.baseUrl(), "/partner?key={ds}", "format = \"csv\"\n"));
        assertThat(harness.redrive("t", failed.runId()).status()).isEqualTo(RunEntry.Status.DONE);
    }

    @Test
    void namesThatHeadersCannotHoldAreWrittenAsHeadersHaveThem() throws Exception {
        connection(Map.of("method", "PUT"));

        load("/in/Übersicht \\\"表\\\" {part}.csv", "connection = \"api\"\n").run("t");

        LoggedRequest first = requests().get(0);
        assertThat(first.getUrl()).isEqualTo("/in/%C3%9Cbersicht%20%22%E8%A1%A8%22%201.csv");
        assertThat(first.getHeader("Content-Disposition"))
                .isEqualTo("attachment; filename=\"_bersicht ___ 1.csv\";"
                        + " filename*=UTF-8''%C3%9Cbersicht%20%22%E8%A1%A8%22%201.csv");
        assertThat(first.getHeader("Idempotency-Key"))
                .startsWith("t/%C3%9Cbersicht \"%E8%A1%A8\" 1.csv/")
                .isEqualTo(first.getHeader("WaybillIdempotencyKey"));
    }

    @Test
    void aHeaderThatWouldArriveAsAnotherStopsTheDelivery() throws Exception {
        RunResult failed = load("/orders", "format = \"csv\"\nheaders = { X-Name = \"表 {part}\" }\n")
                .fail("t");

        assertThat(failed.error())
                .isEqualTo(
                        "header X-Name: \"表 1\" has \"表\", and headers of HTTP" + " have letters of ISO 8859-1 alone");
        assertThat(requests()).isEmpty();
    }

    @Test
    void aServerIsTrustedWhoseCertificateIsInTheTrustStore() throws Exception {
        Path keys = Certificates.valid(harness.folder());
        WireMockServer tls = Certificates.serve(keys);
        try {
            connection(Map.of("trust-store", keys.toString(), "trust-store-password", Certificates.PASSWORD));

            load("https://127.0.0.1:" + tls.httpsPort(), "/orders", "connection = \"api\"\nformat = \"csv\"\n")
                    .run("t");

            assertThat(tls.findAll(anyRequestedFor(anyUrl()))).hasSize(2);
        } finally {
            tls.stop();
        }
    }

    @Test
    void anExpiredCertificateIsRefusedAndNotTriedAgain() throws Exception {
        Certificates.Expired keys = Certificates.expired(harness.folder());
        WireMockServer tls = Certificates.serve(keys.server());
        try {
            connection(
                    Map.of("trust-store", keys.authority().toString(), "trust-store-password", Certificates.PASSWORD));

            RunResult failed = load(
                            "https://127.0.0.1:" + tls.httpsPort(),
                            "/orders",
                            "connection = \"api\"\nformat = \"csv\"\n")
                    .fail("t");

            assertThat(failed.error()).startsWith("delivery of t_part_1.csv failed: NotAfter: ");
            assertThat(tls.findAll(anyRequestedFor(anyUrl()))).isEmpty();
        } finally {
            tls.stop();
        }
    }
}
