package io.waybill.delivery.s3;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.head;
import static com.github.tomakehurst.wiremock.client.WireMock.put;
import static com.github.tomakehurst.wiremock.client.WireMock.putRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.facts.FileContent;
import io.waybill.facts.FileFacts;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.Owner;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunResult;
import io.waybill.servers.LostAnswer;
import io.waybill.servers.S3Server;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.S3Client;

/** Exports to an S3 server that checks signatures. */
class S3DeliveryIT {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t AS SELECT x AS id FROM system_range(1, 4)");

    @TempDir
    private Path buckets;

    private S3Server s3;

    @BeforeEach
    void start() throws Exception {
        s3 = S3Server.start(buckets, "lake");
        s3.connection("lake").forEach(harness::property);
    }

    @AfterEach
    void stop() throws Exception {
        s3.close();
    }

    private RunResult export(String path, String keys) throws Exception {
        return harness.export(
                "source_dataset_id = \"t\"\nfile_path = \"s3://lake/" + path + "\"\nconnection = \"lake\"\n" + keys);
    }

    private List<String> objects() throws Exception {
        Path bucket = buckets.resolve("lake");
        try (Stream<Path> files = Files.walk(bucket)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> bucket.relativize(file).toString())
                    .filter(name -> !name.startsWith(".")) // the server's own, of open uploads
                    .sorted()
                    .toList();
        }
    }

    @Test
    void filesAndTheirWaybillBecomeObjects() throws Exception {
        RunResult result = export("orders/{ds}/t_{part}.csv", "max_rows_per_file = 2\n");

        assertThat(objects())
                .containsExactly(
                        "orders/2026-01-15/t.csv.waybill.json",
                        "orders/2026-01-15/t_1.csv",
                        "orders/2026-01-15/t_2.csv");
        assertThat(buckets.resolve("lake/orders/2026-01-15/t_2.csv")).hasContent("id\n3\n4\n");
        assertThat(result.files())
                .extracting(FileFacts::name)
                .containsExactly("s3://lake/orders/2026-01-15/t_1.csv", "s3://lake/orders/2026-01-15/t_2.csv");
        assertThat(result.waybill()).isEqualTo("s3://lake/orders/2026-01-15/t.csv.waybill.json");
        assertThat(harness.file("staging")).doesNotExist();
    }

    @Test
    void aRunOfFewerFilesLeavesNoneOfTheLastOneBeside() throws Exception {
        export("t_{part}.csv", "max_rows_per_file = 1\n");
        assertThat(objects()).hasSize(5);

        export("t_{part}.csv", "max_rows_per_file = 2\n");

        assertThat(objects()).containsExactly("t.csv.waybill.json", "t_1.csv", "t_2.csv");
    }

    /** Whatever Camel would take it for: options of the endpoint are an administrator's. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "RAW(x)&proxyHost=127.0.0.1&proxyPort=1&y=/o.csv",
                "RAW(x)&proxyHost=127.0.0.1&proxyPort=1&y=RAW(z)/o.csv",
                "RAW(x)/o.csv",
                "A (b) & c)&d=e/R&D (1).csv",
                "a&b/o&p.csv"
            })
    void aFolderIsAFolder(String key) throws Exception {
        RunResult result = export(key, "");

        assertThat(objects()).containsExactlyInAnyOrder(key, key + ".waybill.json");
        assertThat(buckets.resolve("lake").resolve(key)).hasContent("id\n1\n2\n3\n4\n");
        assertThat(result.waybill()).isEqualTo("s3://lake/" + key + ".waybill.json");
    }

    @Test
    void aFolderThatWouldBeABeanIsRefused() {
        assertThatThrownBy(() -> export("#class:java.lang.String/o.csv", ""))
                .hasMessageContaining("file_path: \"s3://lake/#class:java.lang.String/o.csv\" begins with # in the"
                        + " bucket, as a bean of Camel's does");
    }

    private void loadLarge(String endpoint) throws Exception {
        TestDatabases.execute(
                harness.database(),
                "CREATE TABLE large AS SELECT x AS id, repeat('waybill ', 1250) AS note FROM system_range(1, 1300)");
        S3Server.connection("lake", endpoint).forEach(harness::property);
        harness.property("waybill.connection.lake.part-size", "5242880");
        harness.load(
                "large.toml",
                "[properties.export]\nsource_dataset_id = \"large\"\nfile_path = \"s3://lake/large.csv\"\n"
                        + "connection = \"lake\"\n"
                        + "redelivery = { maximum_redeliveries = 1, redelivery_delay = \"20ms\" }\n");
    }

    @Test
    void aLargeFileGoesUpInPartsAndIsWhole() throws Exception {
        loadLarge(s3.endpoint());

        RunResult result = harness.run("large");

        assertThat(result.bytes()).isGreaterThan(2 * 5242880L);
        try (InputStream in = Files.newInputStream(buckets.resolve("lake/large.csv"))) {
            assertThat(FileContent.of(in).sha256())
                    .isEqualTo(result.files().get(0).sha256());
        }
        assertThat(s3.openUploads("lake")).isEmpty();
        try (S3Client client = s3.client()) {
            var object = client.headObject(request -> request.bucket("lake").key("large.csv"));
            assertThat(object.eTag()).endsWith("-3\""); // its parts
            assertThat(object.metadata())
                    .containsEntry("waybill-sha256", result.files().get(0).sha256());
        }
    }

    @Test
    void anUploadOfWhichAPartFailsIsAborted() throws Exception {
        WireMockServer proxy = new WireMockServer(
                wireMockConfig().bindAddress("127.0.0.1").dynamicPort().preserveHostHeader(true));
        proxy.start();
        try {
            proxy.stubFor(any(anyUrl()).atPriority(10).willReturn(aResponse().proxiedFrom(s3.endpoint())));
            proxy.stubFor(put(urlPathEqualTo("/lake/large.csv"))
                    .withQueryParam("partNumber", equalTo("2"))
                    .willReturn(aResponse().withStatus(500)));
            loadLarge("http://127.0.0.1:" + proxy.port());

            RunResult failed = harness.fail("large");

            assertThat(failed.error()).startsWith("delivery of large.csv failed, 2 times: ");
            assertThat(s3.openUploads("lake")).isEmpty();
            assertThat(objects()).isEmpty();
        } finally {
            proxy.stop();
        }
    }

    @Test
    void anUploadThatIsCompletedAndOfWhichNobodyIsToldIsDelivered() throws Exception {
        String complete = "POST /lake/large\\.csv\\?uploadId=.*";
        try (LostAnswer proxy = LostAnswer.before(s3.port(), complete, "</CompleteMultipartUploadResult>")) {
            loadLarge(proxy.endpoint());

            RunResult result = harness.run("large");

            assertThat(proxy.isLost()).isTrue();
            assertThat(objects()).containsExactly("large.csv", "large.csv.waybill.json");
            assertThat(buckets.resolve("lake/large.csv")).hasSize(result.bytes());
            assertThat(s3.openUploads("lake")).isEmpty();
        }
    }

    @Test
    void theBucketMayStandInTheHostsName() throws Exception {
        WireMockServer proxy = new WireMockServer(
                wireMockConfig().bindAddress("127.0.0.1").dynamicPort().preserveHostHeader(true));
        proxy.start();
        try (S3Server server = S3Server.startInDomain(buckets, "lake")) {
            proxy.stubFor(any(anyUrl()).willReturn(aResponse().proxiedFrom(server.endpoint())));
            String prefix = "waybill.connection.lake.";
            harness.property(prefix + "endpoint", "http://" + S3Server.DOMAIN);
            harness.property(prefix + "path-style", "false");
            harness.property(prefix + "option.proxyHost", "127.0.0.1"); // nobody has to know the name
            harness.property(prefix + "option.proxyPort", "" + proxy.port());
            harness.property(prefix + "option.proxyProtocol", "HTTP");

            export("orders/t.csv", "");

            assertThat(objects()).containsExactly("orders/t.csv", "orders/t.csv.waybill.json");
            List<LoggedRequest> requests = proxy.findAll(putRequestedFor(anyUrl()));
            assertThat(requests)
                    .hasSize(2)
                    .allMatch(request -> request.getHost().equals("lake." + S3Server.DOMAIN));
            assertThat(requests).extracting(LoggedRequest::getUrl).noneMatch(url -> url.contains("lake"));
        } finally {
            proxy.stop();
        }
    }

    @Test
    void anUploadThatAKilledProcessLeftIsAborted() throws Exception {
        RunResult done = export("t.csv", "");
        Ledger ledger = harness.ledger();
        ledger.begin("flow1", "dead");
        ledger.planned("dead", ledger.find(done.runId()).get(0).planned());
        ledger.staged("dead", 1, List.of(new FileFacts("t.csv", 4, 11, "0".repeat(64))), List.of());
        ledger.delivering("dead", "lake", 1, 0, RecordedDelivery.Status.OPEN, null);
        try (S3Client client = s3.client()) {
            client.createMultipartUpload(request -> request.bucket("lake").key("t.csv"));
            client.createMultipartUpload(request -> request.bucket("lake").key("t.csv.other")); // somebody else's
        }
        Owner gone = new Owner(Owner.current().host(), 2_000_000_000L, Instant.EPOCH);
        try (Connection connection = DriverManager.getConnection(harness.ledgerUrl(), "", "");
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE waybill_lock SET owner = '" + gone + "'");
        }

        harness.run("flow1");

        assertThat(ledger.find("dead").get(0).status()).isEqualTo(RunEntry.Status.INTERRUPTED);
        assertThat(s3.openUploads("lake")).containsExactly("t.csv.other");
        assertThat(objects()).containsExactly("t.csv", "t.csv.waybill.json");
    }

    @Test
    void objectsAreStoredAsTheConnectionSays() throws Exception {
        WireMockServer server =
                new WireMockServer(wireMockConfig().bindAddress("127.0.0.1").dynamicPort());
        server.start();
        try {
            server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(200)));
            server.stubFor(head(anyUrl()).willReturn(aResponse().withStatus(404)));
            server.stubFor(get(anyUrl())
                    .willReturn(aResponse().withStatus(404).withBody("<Error><Code>NoSuchKey</Code></Error>")));
            server.stubFor(head(urlPathEqualTo("/lake/t.csv"))
                    .willReturn(aResponse().withStatus(200).withHeader("Content-Length", "11")));
            S3Server.connection("lake", "http://127.0.0.1:" + server.port()).forEach(harness::property);
            harness.property("waybill.connection.lake.encryption", "aws:kms");
            harness.property("waybill.connection.lake.kms-key-id", "key-17");
            harness.property("waybill.connection.lake.storage-class", "STANDARD_IA");
            harness.property("waybill.connection.lake.tags", "team=data, cost=17");

            export("t.csv", "");

            LoggedRequest put = server.findAll(putRequestedFor(urlPathEqualTo("/lake/t.csv")))
                    .get(0);
            assertThat(put.getHeader("x-amz-server-side-encryption")).isEqualTo("aws:kms");
            assertThat(put.getHeader("x-amz-server-side-encryption-aws-kms-key-id"))
                    .isEqualTo("key-17");
            assertThat(put.getHeader("x-amz-storage-class")).isEqualTo("STANDARD_IA");
            assertThat(put.getHeader("x-amz-tagging")).isEqualTo("team=data&cost=17");
        } finally {
            server.stop();
        }
    }

    @Test
    void whatIsThereMayStay() throws Exception {
        export("t.csv", "");

        assertThatThrownBy(() -> export("t.csv", "if_exists = \"fail\"\n"))
                .hasMessage("if_exists: s3://lake/t.csv is there already, and if_exists = \"fail\"; remove it, or"
                        + " choose overwrite or version");
        assertThat(export("t.csv", "if_exists = \"version\"\n").files().get(0).name())
                .isEqualTo("s3://lake/t_v2.csv");
    }
}
