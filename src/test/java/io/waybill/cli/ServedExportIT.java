package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.servers.S3Server;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code waybill serve} as it is built, and the export call of the documentation sent by curl. */
class ServedExportIT {

    @TempDir
    private Path work;

    @TempDir
    private Path buckets;

    @Test
    void theDocumentedCallPutsTheDataSetIntoTheBucket() throws Exception {
        try (S3Server s3 = S3Server.start(buckets, "lake")) {
            Files.writeString(
                    work.resolve("application.properties"),
                    "waybill.datasource.db.url = jdbc:h2:mem:db;INIT=CREATE TABLE IF NOT EXISTS orders AS SELECT x FROM system_range(1\\,10)\n"
                            + "waybill.server.allowed-endpoints = " + s3.endpoint() + "\n");
            Files.writeString(
                    Files.createDirectory(work.resolve("routes")).resolve("datasets.toml"),
                    "[[dataset]]\nid = \"orders\"\ntable = \"orders\"\n");
            Files.writeString(work.resolve("call.json"), documented(s3));
            Path log = work.resolve("serve.log");
            Process serving = Launcher.in(work).start(log, log, "serve", "--port", "0");
            try {
                JsonNode answer = curl(Launcher.address(serving, log) + "/v2/data/export");

                assertThat(answer.get("code").asInt()).as(answer.toString()).isEqualTo(200);
                assertThat(answer.get("success").asBoolean()).isTrue();
                JsonNode result = answer.at("/data/export_result");
                assertThat(result.get("total_row_count").asInt()).isEqualTo(10);
                assertThat(result.get("output_prefix").asText()).isEqualTo("s3://lake/exports/orders/");
                assertThat(answer.at("/data/metrics/elapsed_time").asDouble()).isPositive();
                assertThat(answer.at("/data/metrics/rss_peak_bytes").asLong()).isPositive();
                String file = result.at("/files/0").asText();
                assertThat(buckets.resolve(file.substring("s3://".length()))).isNotEmptyFile();
            } finally {
                serving.destroy();
                Launcher.await(serving);
            }
        }
    }

    /** The example of the documentation, with this server's address and credentials, and metrics asked for. */
    private static String documented(S3Server s3) throws Exception {
        String page = Files.readString(Path.of("docs/server.md"));
        int from = page.indexOf("```json\n", page.indexOf("## The export call")) + "```json\n".length();
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode call = (ObjectNode) mapper.readTree(page.substring(from, page.indexOf("```", from)));
        ObjectNode storage = (ObjectNode) call.at("/export_paths/storage_config");
        ((ObjectNode) storage.get("credentials"))
                .put("access_key", S3Server.ACCESS_KEY)
                .put("secret_key", S3Server.SECRET_KEY);
        ((ObjectNode) storage.get("options")).put("endpoint", s3.endpoint()).put("allow_http", true);
        return mapper.writeValueAsString(call.put("include_metrics", true));
    }

    private JsonNode curl(String url) throws Exception {
        Path answer = work.resolve("answer.json");
        Process curl = new ProcessBuilder(
                        "curl",
                        "-s",
                        "-X",
                        "POST",
                        "-H",
                        "Content-Type: application/json",
                        "--data-binary",
                        "@call.json",
                        url)
                .directory(work.toFile())
                .redirectOutput(answer.toFile())
                .start();
        assertThat(Launcher.await(curl)).isZero();
        return new ObjectMapper().readTree(answer.toFile());
    }
}
