package io.waybill.route;

import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.flow.Flow;
import io.waybill.flow.toml.FlowFolder;
import io.waybill.ledger.RunResult;
import io.waybill.ledger.RunResult.DeliveryResult;
import io.waybill.servers.Certificates;
import io.waybill.servers.S3Server;
import io.waybill.servers.SftpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A flow that delivers to everywhere, printed, is a route that does so without the flow's file, and tells no secret. */
class PrintedDeliveryIT {

    private static final String FLOW = """
            [properties.export]
            source_dataset_id = "t"
            file_path = "{{root}}/out/t_{part}.csv"
            max_rows_per_file = 2

            [[properties.export.delivery]]
            uri = "s3://lake/{ds}/"
            connection = "lake"

            [[properties.export.delivery]]
            uri = "sftp:in/{ds}/"
            connection = "partner"

            [[properties.export.delivery]]
            uri = "https://127.0.0.1:{{api.port}}/{dataset}?day={ds}"
            connection = "api"
            headers = { X-Day = "{ds}, part {part}" }

            [[properties.export.delivery]]
            uri = "mailto:a@example.com?subject=Rows of {ds}"
            connection = "post"

            [[properties.export.delivery]]
            id = "other"
            uri = "direct:{dataset}-{ds}?timeout=100"
            """;

    @TempDir
    private Path folder;

    @TempDir
    private Path buckets;

    @TempDir
    private Path home;

    private void connect(FlowHarness harness, String name, Map<String, String> settings) {
        settings.forEach((key, value) -> harness.property("waybill.connection." + name + "." + key, value));
    }

    private FlowHarness harness(
            HikariDataSource database, S3Server s3, SftpServer sftp, WireMockServer http, GreenMail mail, Path keys)
            throws Exception {
        FlowHarness harness = new FlowHarness(folder, database);
        s3.connection("lake").forEach(harness::property);
        sftp.connection("partner").forEach(harness::property);
        harness.property("api.port", Integer.toString(http.httpsPort()));
        connect(
                harness,
                "api",
                Map.of(
                        "type",
                        "http",
                        "bearer-token",
                        "http-token-Rf19",
                        "trust-store",
                        keys.toString(),
                        "trust-store-password",
                        Certificates.PASSWORD));
        connect(
                harness,
                "post",
                Map.of(
                        "type",
                        "smtp",
                        "host",
                        "127.0.0.1",
                        "port",
                        Integer.toString(mail.getSmtp().getPort()),
                        "tls",
                        "none",
                        "username",
                        "waybill",
                        "password",
                        "smtp-secret-Hj64",
                        "from",
                        "waybill@example.com"));
        return harness;
    }

    @Test
    void aPrintedRouteDeliversEverywhere() throws Exception {
        Path keys = Certificates.valid(Files.createDirectories(folder.resolve("keys")));
        WireMockServer http = Certificates.serve(keys);
        GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mail.start();
        mail.setUser("waybill@example.com", "waybill", "smtp-secret-Hj64");
        try (S3Server s3 = S3Server.start(buckets, "lake");
                SftpServer sftp = SftpServer.start(home);
                HikariDataSource database = TestDatabases.h2()) {
            TestDatabases.execute(database, "CREATE TABLE t AS SELECT x AS id FROM system_range(1, 4)");
            String yaml;
            try (FlowHarness harness = harness(database, s3, sftp, http, mail, keys)) {
                harness.load("t.toml", FLOW);
                FlowFolder read = FlowFolder.read(folder, FlowRoutesLoader.placeholders(harness.context()));
                Flow flow = read.flows().get("t");
                yaml = new RouteYaml(harness.context()).print(flow, null);
            }
            Files.delete(folder.resolve("t.toml"));

            assertThat(yaml)
                    .doesNotContain(
                            S3Server.SECRET_KEY,
                            SftpServer.PASSWORD,
                            "http-token-Rf19",
                            "smtp-secret-Hj64",
                            Certificates.PASSWORD);
            try (FlowHarness alone = harness(database, s3, sftp, http, mail, keys)) {
                alone.load("t.camel.yaml", yaml);
                alone.load("other.camel.yaml", """
                        - route:
                            from:
                              uri: direct:t-2026-01-15
                              steps:
                                - to: file:{{root}}/other
                        """);
                RunResult result = alone.run("t");

                assertThat(result.deliveries())
                        .extracting(DeliveryResult::error)
                        .containsOnlyNulls();
                assertThat(folder.resolve("other/t_2.csv")).hasContent("id\n3\n4\n");
            }
            assertThat(folder.resolve("out/t_2.csv")).hasContent("id\n3\n4\n");
            assertThat(buckets.resolve("lake/2026-01-15/t_2.csv")).hasContent("id\n3\n4\n");
            assertThat(home.resolve("in/2026-01-15/t_2.csv")).hasContent("id\n3\n4\n");
            assertThat(http.findAll(anyRequestedFor(anyUrl())))
                    .extracting(LoggedRequest::getUrl)
                    .containsExactly("/t?day=2026-01-15", "/t?day=2026-01-15");
            assertThat(http.findAll(anyRequestedFor(anyUrl())).get(1).getHeader("X-Day"))
                    .isEqualTo("2026-01-15, part 2");
            assertThat(mail.getReceivedMessages()[0].getSubject()).isEqualTo("Rows of 2026-01-15");
        } finally {
            mail.stop();
            http.stop();
        }
    }
}
