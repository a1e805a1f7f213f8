package io.waybill.route;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.ledger.RunResult;
import io.waybill.servers.S3Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who we are to an S3 server, where the connection says so and where it leaves it to the machine. */
class S3CredentialsIT {

    @TempDir
    private Path folder;

    @TempDir
    private Path buckets;

    private final List<String> properties = new ArrayList<>();
    private S3Server s3;
    private HikariDataSource database;
    private FlowHarness harness;

    @BeforeEach
    void start() throws Exception {
        s3 = S3Server.start(buckets, "lake");
        database = TestDatabases.h2();
        TestDatabases.execute(database, "CREATE TABLE t AS SELECT x AS id FROM system_range(1, 4)");
        harness = new FlowHarness(folder, database);
    }

    @AfterEach
    void stop() throws Exception {
        properties.forEach(System::clearProperty);
        harness.close();
        database.close();
        s3.close();
    }

    private void machine(String name, String value) {
        System.setProperty(name, value);
        properties.add(name);
    }

    private void load(String endpoint, Map<String, String> settings) throws Exception {
        String prefix = "waybill.connection.lake.";
        harness.property(prefix + "type", "s3");
        harness.property(prefix + "endpoint", endpoint);
        harness.property(prefix + "region", "us-east-1");
        harness.property(prefix + "path-style", "true");
        settings.forEach((key, value) -> harness.property(prefix + key, value));
        harness.load(
                "t.toml",
                "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"s3://lake/t.csv\"\nconnection = \"lake\"\n"
                        + "redelivery = { maximum_redeliveries = 0 }\n");
    }

    @Test
    void theMachineSaysWhereTheConnectionDoesNot() throws Exception {
        machine("aws.accessKeyId", S3Server.ACCESS_KEY);
        machine("aws.secretAccessKey", S3Server.SECRET_KEY);
        load(s3.endpoint(), Map.of());

        assertThat(harness.run("t").status()).isEqualTo(RunResult.Status.DONE);
    }

    @Test
    void aProfileSays() throws Exception {
        Path credentials = Files.writeString(
                folder.resolve("credentials"),
                "[partner]\naws_access_key_id = " + S3Server.ACCESS_KEY + "\naws_secret_access_key = "
                        + S3Server.SECRET_KEY + "\n");
        machine("aws.sharedCredentialsFile", credentials.toString());
        load(s3.endpoint(), Map.of("profile", "partner"));

        assertThat(harness.run("t").status()).isEqualTo(RunResult.Status.DONE);
    }

    @Test
    void aSessionsTokenIsShown() throws Exception {
        WireMockServer server =
                new WireMockServer(wireMockConfig().bindAddress("127.0.0.1").dynamicPort());
        server.start();
        try {
            server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(403)));
            load(
                    "http://127.0.0.1:" + server.port(),
                    Map.of("access-key", "a", "secret-key", "b", "session-token", "s3-session-Nd07"));

            assertThat(harness.fail("t").error()).doesNotContain("Nd07");

            assertThat(server.findAll(anyRequestedFor(anyUrl())))
                    .isNotEmpty()
                    .allSatisfy(request -> assertThat(request.getHeader("X-Amz-Security-Token"))
                            .isEqualTo("s3-session-Nd07"));
        } finally {
            server.stop();
        }
    }
}
