package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.servers.Ports;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nobody but an administrator is told by what libraries say where connections and data sources lead: here, to where nobody answers. */
class AddressesNotToldIT {

    private static final String PORT = Integer.toString(Ports.free());

    private static final List<String> FLOWS = List.of("by_s3", "by_mail", "by_sftp", "by_ftp", "of_away");

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with()
            .withFlow("by_s3", to("s3://lake/orders.csv", "lake"))
            .withFlow("by_mail", to("mailto:somebody@example.com", "mail") + "format = \"csv\"\n")
            .withFlow("by_sftp", to("sftp:/in/orders.csv", "drop"))
            .withFlow("by_ftp", to("ftp:in/orders.csv", "old"))
            .withFlow(
                    "of_away",
                    "[properties.export]\nsource_dataset_id = \"orders\"\ndatasource = \"away\"\n"
                            + "file_path = \"{{files}}/x.csv\"\n")
            .withProperties(connection(
                    "lake",
                    "s3",
                    Map.of(
                            "endpoint",
                            "http://localhost:" + PORT,
                            "bucket",
                            "lake",
                            "region",
                            "us-east-1",
                            "access-key",
                            "a",
                            "secret-key",
                            "s3cr3t-9Kq",
                            "path-style",
                            "true")))
            .withProperties(connection(
                    "mail",
                    "smtp",
                    Map.of("host", "localhost", "port", PORT, "from", "a@example.com", "recipients", "example.com")))
            .withProperties(connection(
                    "drop",
                    "sftp",
                    Map.of("host", "localhost", "port", PORT, "username", "me", "password", "s3cr3t-9Kq")))
            .withProperties(connection(
                    "old",
                    "ftp",
                    Map.of("host", "localhost", "port", PORT, "username", "me", "password", "s3cr3t-9Kq")))
            .withProperty("waybill.default-datasource", "db")
            .withProperty("waybill.datasource.away.url", "jdbc:postgresql://localhost:" + PORT + "/orders")
            .withProperty("waybill.datasource.away.connection-timeout-ms", "1000");

    private static String to(String place, String connection) {
        return """
                [properties.export]
                source_dataset_id = "orders"
                file_path = "%s"
                connection = "%s"
                redelivery = { maximum_redeliveries = 0 }
                """.formatted(place, connection);
    }

    private static Map<String, String> connection(String name, String type, Map<String, String> settings) {
        Map<String, String> properties = new java.util.HashMap<>();
        settings.forEach((key, value) -> properties.put("waybill.connection." + name + "." + key, value));
        properties.put("waybill.connection." + name + ".type", type);
        return properties;
    }

    @Test
    void whyARunHasFailedIsToldWithoutTheServersAddress() throws Exception {
        String admin = server.token("admin@*");
        String other = server.token("create@*, download@*");
        List<String> errors = new ArrayList<>();
        for (String flow : FLOWS) {
            JsonNode run = server.post("/v2/flows/" + flow + "/run?wait=true")
                    .as(other)
                    .send()
                    .json();
            String id = server.ledger().runs(flow, null, 1).get(0).runId();
            errors.add(server.ledger().run(id).orElseThrow().error());
            assertThat(server.get("/v2/runs/" + id)
                            .as(admin)
                            .send()
                            .json(200)
                            .get("error")
                            .asText())
                    .as("an administrator is told all of it")
                    .isEqualTo(errors.get(errors.size() - 1));
            for (String path : List.of(
                    "/v2/runs/" + id,
                    "/v2/runs/" + id + "/result",
                    "/v2/runs/" + id + "/events",
                    "/v2/runs?flow=" + flow,
                    "/runs/" + id,
                    "/flows/" + flow,
                    "/runs?flow=" + flow,
                    "/waiting",
                    "/v2/flows/" + flow + "/plan",
                    "/flows/" + flow + "/plan")) {
                requireUntold(
                        flow + " " + path, server.get(path).as(other).send().text());
            }
            requireUntold(flow, run.toString());
        }
        assertThat(errors).as("what libraries have said").anyMatch(error -> error.contains(PORT));
        requireUntold(
                "redrive",
                server.post("/v2/runs/"
                                + server.ledger().runs("by_s3", null, 1).get(0).runId() + "/redrive?wait=true")
                        .as(other)
                        .send()
                        .text());
        requireUntold(
                "tables",
                server.get("/v2/tables?datasource=away").as(admin).send().text());
    }

    private static void requireUntold(String what, String text) {
        assertThat(text).as(what).isNotEmpty().doesNotContain("127.0.0.1", "localhost", ":" + PORT, "s3cr3t-9Kq");
    }

    @Test
    void anExportCallIsToldNoAddressThatItHasNotNamed() throws Exception {
        String body = """
                {"dataset": "orders", "export_paths": {"paths": ["a"], "storage_config": {"storage_type": "S3", "bucket": "lake",
                 "credentials": {"access_key": "a", "secret_key": "s"},
                 "options": {"endpoint": "http://localhost:%s", "allow_http": true, "virtual_hosted_style": false}}}}
                """.formatted(PORT);
        JsonNode answer = server.post("/v2/data/export")
                .as(server.token("create@*"))
                .json(body)
                .send()
                .json(502);
        String message = answer.at("/exception/message").asText();
        assertThat(message).isNotEmpty().doesNotContain("127.0.0.1");
    }

    @Test
    void whoWritesAFlowMailsToNobodyWhomTheConnectionDoesNotAllow() throws Exception {
        String all = server.token("create@*");
        String flow = to("mailto:somebody@other.example", "mail").replace("redelivery", "format = \"csv\"\nredelivery");
        assertThat(server.put("/v2/flows/new").as(all).toml(flow).send().refused(422))
                .contains(
                        "\"somebody@other.example\" gets no mail; waybill.connection.mail.recipients allows example.com");
        assertThat(server.get("/v2/flows/new").as(all).send().status()).isEqualTo(404);
    }
}
