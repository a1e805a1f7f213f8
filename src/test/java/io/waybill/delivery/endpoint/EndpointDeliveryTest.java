package io.waybill.delivery.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.ledger.RunResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exports to any Camel endpoint. */
class EndpointDeliveryTest {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t AS SELECT x AS id FROM system_range(1, 4)");

    private static String flow(String uri, String keys) {
        return "[properties.export]\nsource_dataset_id = \"t\"\nformat = \"csv\"\nfile_path = \"" + uri + "\"\n"
                + "redelivery = { maximum_redeliveries = 0 }\n" + keys;
    }

    @Test
    void anEndpointGetsEachFileWithWhatItIsAndNothingElse() throws Exception {
        List<Map<String, Object>> messages = new ArrayList<>();
        harness.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:orders-2026-01-15")
                        .process(exchange -> messages.add(Map.of(
                                "headers", Map.copyOf(exchange.getMessage().getHeaders()),
                                "text", exchange.getMessage().getBody(String.class))));
            }
        });
        harness.load(
                "t.toml",
                flow("direct:orders-{ds}", "max_rows_per_file = 2\nheaders = { part = \"{part} of {dataset}\" }\n"));

        RunResult result = harness.run("t", Map.of("Authorization", "not-yours"));

        assertThat(messages).extracting(message -> message.get("text")).containsExactly("id\n1\n2\n", "id\n3\n4\n");
        String sha256 = result.files().get(1).sha256();
        assertThat(messages.get(1).get("headers"))
                .isEqualTo(Map.of(
                        Exchange.FILE_NAME,
                        "t_part_2.csv",
                        Exchange.CONTENT_TYPE,
                        "text/csv",
                        "WaybillRunId",
                        result.runId(),
                        "WaybillFlow",
                        "t",
                        "WaybillSha256",
                        sha256,
                        "WaybillIdempotencyKey",
                        "t/t_part_2.csv/" + sha256,
                        "part",
                        "2 of t"));
        assertThat(result.waybill()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "azure-storage-blob:account/container?operation=uploadBlockBlob",
                "google-storage:bucket",
                "pulsar:orders"
            })
    void aComponentThatIsNotThereIsNamed(String uri) {
        String scheme = uri.substring(0, uri.indexOf(':'));

        assertThatThrownBy(() -> harness.load("t.toml", flow(uri, "")))
                .hasMessageEndingWith("t.toml: file_path: delivery \"" + scheme + "\": no Camel component \"" + scheme
                        + "\" is on the class path; put camel-" + scheme
                        + " and what it needs into lib beside waybill.jar");
    }

    @Test
    void anAbsolutePathOfAnFtpServerIsRefused() {
        assertThatThrownBy(() -> harness.load("t.toml", flow("ftp://host//var/in/t.csv", "")))
                .hasMessageEndingWith(
                        "t.toml: file_path: delivery \"ftp\": ftp://host//var/in/t.csv begins at the root;"
                                + " paths of ftp begin where one logs in");
    }

    @Test
    void aConnectionThatIsWrongIsNamed() {
        assertThatThrownBy(() -> harness.load("t.toml", flow("s3://lake/t.csv", "connection = \"lake\"\n")))
                .hasMessageEndingWith(
                        "connection \"lake\" is not known; none is configured (set waybill.connection.lake.type in"
                                + " application.properties)");
        harness.property("waybill.connection.lake.typ", "s3");
        assertThatThrownBy(() -> harness.load("t.toml", flow("s3://lake/t.csv", "connection = \"lake\"\n")))
                .hasMessageEndingWith(
                        "application.properties: waybill.connection.lake.type is missing; allowed: s3, sftp, ftp, ftps,"
                                + " http, smtp, kinesis, firehose, iceberg");
        harness.property("waybill.connection.partner.type", "sftp");
        harness.property("waybill.connection.partner.pasword", "s3cr3t");
        assertThatThrownBy(() -> harness.load("t.toml", flow("sftp:t.csv", "connection = \"partner\"\n")))
                .hasMessageContaining(
                        "t.toml: file_path: application.properties: waybill.connection.partner.pasword is not a setting of sftp;")
                .hasMessageEndingWith("; did you mean \"password\"?")
                .hasMessageNotContaining("s3cr3t");
        harness.property("waybill.connection.bucket.type", "s3");
        assertThatThrownBy(() -> harness.load("t.toml", flow("sftp:t.csv", "connection = \"bucket\"\n")))
                .hasMessageEndingWith(
                        "connection \"bucket\" is of type s3, and sftp: is not; see waybill.connection.bucket.type");
        assertThatThrownBy(() -> harness.load("t.toml", flow("sftp:t.csv", "")))
                .hasMessageEndingWith(
                        "delivery \"sftp\": sftp:t.csv names no host; write sftp://host/folder/, or a connection that has one");
        assertThatThrownBy(() -> harness.load("t.toml", flow("mailto:a@example.com", "")))
                .hasMessageEndingWith(
                        "delivery \"mailto\": mailto:a@example.com needs a connection of type smtp with a host: the mail"
                                + " server that takes it");
        harness.property("waybill.connection.lax.type", "sftp");
        harness.property("waybill.connection.lax.host", "h");
        harness.property("waybill.connection.lax.host-key-checking", "no");
        assertThatThrownBy(() -> harness.load("t.toml", flow("sftp:t.csv", "connection = \"lax\"\n")))
                .hasMessageEndingWith(
                        "application.properties: waybill.connection.lax.host-key-checking: \"no\" is not known; allowed:"
                                + " true, false");
    }
}
