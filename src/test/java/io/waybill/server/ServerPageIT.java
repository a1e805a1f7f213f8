package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.servers.S3Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What docs/server.md shows is what happens: its calls are sent by curl. */
class ServerPageIT {

    private static final String ADDRESS = "http://127.0.0.1:8080";

    @TempDir
    private static Path buckets;

    @RegisterExtension
    private final ServerHarness server =
            ServerHarness.with("orders").withFlow("strict", ServerHarness.export("strict") + """

                    [[properties.export.expect]]
                    max_rows = 1
                    """);

    private String page;

    @BeforeEach
    void read() throws IOException {
        assumeTrue(
                List.of(System.getenv("PATH").split(":")).stream()
                        .anyMatch(folder -> Files.exists(Path.of(folder, "curl"))),
                "curl is not installed: what docs/server.md shows is not tried");
        page = Files.readString(Path.of("docs/server.md"));
    }

    private String curl(String line, String... environment) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", line.replace(ADDRESS, server.address()))
                .directory(server.folder().toFile())
                .redirectErrorStream(true);
        for (int i = 0; i < environment.length; i += 2) {
            builder.environment().put(environment[i], environment[i + 1]);
        }
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(out).isZero();
        return out;
    }

    @Test
    void eachCallThatIsShownIsAnswered() throws Exception {
        Files.writeString(server.file("orders.toml"), ServerHarness.export("orders") + "columns = [\"id\"]\n");
        String tag = server.get("/v2/flows/orders").send().header("ETag");
        Matcher lines = Pattern.compile("(?m)^curl .*$").matcher(page);
        String quarantined = server.post("/v2/flows/strict/run?wait=true")
                .send()
                .json(200)
                .get("run_id")
                .asText();
        int shown = 0;
        String token = null;
        while (lines.find()) {
            String line = lines.group().replace("\"6f1c…\"", tag).replace("/runs/ID/", "/runs/" + quarantined + "/");
            if (line.contains("$TOKEN") && token == null) {
                token = server.token("admin@*");
            }
            if (token != null && !line.contains("$TOKEN")) {
                line += " -H \"Authorization: Bearer $TOKEN\"";
            }
            JsonNode answer = ServerHarness.JSON.readTree(curl(line, "TOKEN", token == null ? "" : token));
            assertThat(answer.has("detail")).as(line + "\n" + answer).isFalse();
            shown++;
        }
        assertThat(shown).isEqualTo(5);
        assertThat(server.file("routes/orders.toml")).content().contains("columns");
        assertThat(server.ledger().runs("orders", null, 10)).hasSize(1);
    }

    @Test
    void theBodyOfTheExportCallThatIsShownIsTaken() throws Exception {
        try (S3Server s3 = S3Server.start(buckets, "lake")) {
            server.context().getPropertiesComponent().addOverrideProperty("waybill.connection.lake.type", "s3");
            server.context()
                    .getPropertiesComponent()
                    .addOverrideProperty("waybill.connection.lake.endpoint", s3.endpoint());
            Matcher shown = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL).matcher(page);
            assertThat(shown.find()).isTrue();
            ObjectNode body = (ObjectNode) ServerHarness.JSON.readTree(shown.group(1));
            ObjectNode storage = (ObjectNode) body.at("/export_paths/storage_config");
            storage.putObject("credentials")
                    .put("access_key", S3Server.ACCESS_KEY)
                    .put("secret_key", S3Server.SECRET_KEY);
            ((ObjectNode) storage.get("options")).put("endpoint", s3.endpoint()).put("allow_http", true);
            body.put("include_metrics", true);
            Files.writeString(server.file("body.json"), body.toString());
            JsonNode answer = ServerHarness.JSON.readTree(
                    curl("curl -s -X POST -H 'Content-Type: application/json' --data-binary @body.json " + ADDRESS
                            + "/v2/data/export"));
            assertThat(answer.get("success").asBoolean()).as(answer.toString()).isTrue();
            assertThat(answer.at("/data/export_result/total_row_count").asInt()).isEqualTo(100);
            assertThat(answer.at("/data/metrics/rss_peak_bytes").asLong()).isPositive();
            assertThat(buckets.resolve("lake/exports/orders")).isNotEmptyDirectory();
        }
    }
}
