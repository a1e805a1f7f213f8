package io.waybill.delivery.s3;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.put;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.waybill.FlowHarness;
import io.waybill.ledger.RunEntry;
import io.waybill.servers.S3Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Who we are to an S3 server, where the connection says so and where it leaves it to the machine. */
class S3CredentialsIT {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t AS SELECT x AS id FROM system_range(1, 4)");

    @TempDir
    private Path buckets;

    private final List<String> properties = new ArrayList<>();
    private S3Server s3;

    @BeforeEach
    void start() throws Exception {
        s3 = S3Server.start(buckets, "lake");
    }

    @AfterEach
    void stop() throws Exception {
        properties.forEach(System::clearProperty);
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

        assertThat(harness.run("t").status()).isEqualTo(RunEntry.Status.DONE);
    }

    @Test
    void aProfileSays() throws Exception {
        Path credentials = Files.writeString(
                harness.file("credentials"),
                "[partner]\naws_access_key_id = " + S3Server.ACCESS_KEY + "\naws_secret_access_key = "
                        + S3Server.SECRET_KEY + "\n");
        machine("aws.sharedCredentialsFile", credentials.toString());
        load(s3.endpoint(), Map.of("profile", "partner"));

        assertThat(harness.run("t").status()).isEqualTo(RunEntry.Status.DONE);
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

    @Test
    void aProfileTakesARoleAsWhatTheInstanceIs() throws Exception {
        WireMockServer aws =
                new WireMockServer(wireMockConfig().bindAddress("127.0.0.1").dynamicPort());
        aws.start();
        try (S3Server tokens = S3Server.startWithTokens(buckets, "lake")) {
            String credentials = "/latest/meta-data/iam/security-credentials/";
            aws.stubFor(put("/latest/api/token")
                    .willReturn(ok("a-token").withHeader("x-aws-ec2-metadata-token-ttl-seconds", "21600")));
            aws.stubFor(get(credentials).willReturn(ok("instance")));
            aws.stubFor(get(credentials + "instance")
                    .willReturn(okJson("{\"Code\": \"Success\", \"AccessKeyId\": \"AKIDINSTANCE\","
                            + " \"SecretAccessKey\": \"instance-secret\", \"Token\": \"of the instance\","
                            + " \"Expiration\": \"2099-01-01T00:00:00Z\"}")));
            aws.stubFor(post("/")
                    .withHeader("Authorization", containing("Credential=AKIDINSTANCE/"))
                    .withRequestBody(containing("Action=AssumeRole"))
                    .withRequestBody(containing("RoleArn=arn%3Aaws%3Aiam%3A%3A111111111111%3Arole%2Fexporter"))
                    .willReturn(ok("<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
                            + "<AssumeRoleResult><Credentials><AccessKeyId>" + S3Server.ACCESS_KEY
                            + "</AccessKeyId><SecretAccessKey>" + S3Server.SECRET_KEY
                            + "</SecretAccessKey><SessionToken>of the role</SessionToken>"
                            + "<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>"
                            + "</AssumeRoleResponse>")));
            Path profiles = Files.writeString(
                    harness.file("credentials"),
                    "[partner]\nrole_arn = arn:aws:iam::111111111111:role/exporter\n"
                            + "credential_source = Ec2InstanceMetadata\nregion = us-east-1\n");
            machine("aws.sharedCredentialsFile", profiles.toString());
            machine("aws.ec2MetadataServiceEndpoint", aws.baseUrl());
            machine("aws.endpointUrlSts", aws.baseUrl());
            load(tokens.endpoint(), Map.of("profile", "partner"));

            assertThat(harness.run("t").status()).isEqualTo(RunEntry.Status.DONE);
        } finally {
            aws.stop();
        }
    }
}
