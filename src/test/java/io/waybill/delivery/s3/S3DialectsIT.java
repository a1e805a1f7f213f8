package io.waybill.delivery.s3;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.headRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.put;
import static com.github.tomakehurst.wiremock.client.WireMock.putRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.waybill.FlowHarness;
import io.waybill.TestFiles;
import io.waybill.delivery.ConnectionCheck;
import io.waybill.delivery.ConnectionCheck.Finding;
import io.waybill.flow.Delivery;
import io.waybill.flow.IfExists;
import io.waybill.flow.PathTemplate;
import io.waybill.ledger.RunResult;
import io.waybill.servers.RawS3;
import io.waybill.servers.S3Server;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Exports to S3 servers that lack something, and what is asked of them. */
class S3DialectsIT {

    private static final String FLOW =
            "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"s3://lake/%s\"\nconnection = \"lake\"\n"
                    + "redelivery = { maximum_redeliveries = 0 }\n%s";

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t AS SELECT x AS id FROM system_range(1, 4)");

    @TempDir
    private Path buckets;

    private S3Server s3;
    private WireMockServer proxy;

    @BeforeEach
    void start() throws Exception {
        s3 = S3Server.start(buckets, "lake");
        proxy = new WireMockServer(
                wireMockConfig().bindAddress("127.0.0.1").dynamicPort().preserveHostHeader(true));
        proxy.start();
        proxy.stubFor(any(anyUrl()).atPriority(10).willReturn(aResponse().proxiedFrom(s3.endpoint())));
    }

    @AfterEach
    void stop() throws Exception {
        proxy.stop();
        s3.close();
    }

    private void connect(String endpoint) {
        S3Server.connection("lake", endpoint).forEach(harness::property);
    }

    private String proxied() {
        return "http://127.0.0.1:" + proxy.port();
    }

    private void load(String path, String keys) throws Exception {
        harness.load("t.toml", FLOW.formatted(path, keys));
    }

    private LoggedRequest sent() {
        return proxy.findAll(putRequestedFor(urlPathMatching("/lake/t.csv"))).get(0);
    }

    @Test
    void aRequestEndsWithItsChecksum() throws Exception {
        connect(proxied());
        load("t.csv", "");
        harness.run("t");

        assertThat(sent().containsHeader("x-amz-trailer")).isTrue();
        assertThat(buckets.resolve("lake/t.csv")).hasContent("id\n1\n2\n3\n4\n");
    }

    @Test
    void aRequestIsTheFileAloneWhereTheConnectionSaysSo() throws Exception {
        connect(proxied());
        harness.property("waybill.connection.lake.checksums", "none");
        load("t.csv", "");
        harness.run("t");

        assertThat(sent().containsHeader("x-amz-trailer")).isFalse();
        assertThat(sent().containsHeader("x-amz-decoded-content-length")).isFalse();
        assertThat(sent().getBodyAsString()).isEqualTo("id\n1\n2\n3\n4\n");
        assertThat(buckets.resolve("lake/t.csv")).hasContent("id\n1\n2\n3\n4\n");
    }

    private List<Finding> check() {
        return new ConnectionCheck(harness.context())
                .run(new Delivery(
                        "lake", PathTemplate.parse("s3://lake/"), "lake", IfExists.OVERWRITE, Map.of(), Map.of()));
    }

    @Test
    void aServerThatKeepsTheChecksumsInTheObjectIsToldByACheck() throws Exception {
        try (RawS3 raw = RawS3.start()) {
            connect(raw.endpoint());

            assertThat(check())
                    .filteredOn(finding -> !finding.isGood())
                    .singleElement()
                    .extracting(Finding::problem)
                    .asString()
                    .endsWith("the server stores the checksums of the request in the object; set checksums = none");
            assertThat(raw.objects()).isEmpty();
        }
    }

    @Test
    void aServerThatKeepsRequestsAsTheyAreGetsThemWithoutChecksums() throws Exception {
        try (RawS3 raw = RawS3.start()) {
            connect(raw.endpoint());
            harness.property("waybill.connection.lake.checksums", "none");

            assertThat(check()).allMatch(Finding::isGood).hasSize(5);
            load("t.csv", "");
            harness.run("t");
            assertThat(new String(raw.objects().get("/lake/t.csv"), StandardCharsets.UTF_8))
                    .isEqualTo("id\n1\n2\n3\n4\n");
        }
    }

    @Test
    void objectsAreTakenBackWhereNobodyTellsWhichUploadsWereBegun() throws Exception {
        connect(proxied());
        proxy.stubFor(get(urlPathMatching("/lake/?")).willReturn(aResponse().withStatus(501)));
        proxy.stubFor(
                put(urlPathMatching("/lake/t_2.csv")).willReturn(aResponse().withStatus(403)));
        load("t_{part}.csv", "max_rows_per_file = 2\n");

        RunResult failed = harness.fail("t");

        assertThat(failed.error()).contains("403");
        assertThat(TestFiles.below(buckets.resolve("lake"))).isEmpty();
    }

    @Test
    void aNewVersionIsFoundWithFewQuestionsAmongManyOlderOnes() throws Exception {
        connect(proxied());
        Files.writeString(buckets.resolve("lake/t.csv"), "old");
        for (int version = 2; version <= 500; version++) {
            Files.writeString(buckets.resolve("lake/t_v" + version + ".csv"), "old");
        }
        load("t.csv", "if_exists = \"version\"\n");

        assertThat(harness.run("t").files().get(0).name()).isEqualTo("s3://lake/t_v501.csv");
        assertThat(proxy.findAll(headRequestedFor(anyUrl()))).hasSizeLessThan(40);
        assertThat(harness.run("t").files().get(0).name()).isEqualTo("s3://lake/t_v502.csv");
    }
}
