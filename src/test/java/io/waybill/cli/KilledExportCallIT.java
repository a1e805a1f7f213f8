package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.TestFiles;
import io.waybill.servers.HeldProxy;
import io.waybill.servers.S3Server;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that are killed while they answer an export call: the same call does the work, once. */
class KilledExportCallIT {

    private static final int ROWS = 3000;

    @TempDir
    private Path work;

    @TempDir
    private Path buckets;

    private final ObjectMapper mapper = new ObjectMapper();
    private final HttpClient client = HttpClient.newHttpClient();
    private S3Server s3;
    private HeldProxy proxy;
    private Process serving;
    private String url;

    @BeforeEach
    void startS3() throws Exception {
        s3 = S3Server.start(buckets, "lake");
        proxy = HeldProxy.before(s3.port());
        Files.writeString(
                work.resolve("application.properties"),
                "waybill.datasource.db.url = jdbc:h2:mem:db;INIT=CREATE TABLE IF NOT EXISTS orders AS SELECT x FROM system_range(1\\,"
                        + ROWS + ")\nwaybill.server.allowed-endpoints = http://127.0.0.1:" + proxy.port() + "\n");
        Files.writeString(
                Files.createDirectory(work.resolve("routes")).resolve("datasets.toml"),
                "[[dataset]]\nid = \"orders\"\ntable = \"orders\"\n");
    }

    @AfterEach
    void stop() throws Exception {
        serving.destroyForcibly().waitFor();
        proxy.close();
        s3.close();
    }

    private void serve() throws Exception {
        Path log = work.resolve("serve.log");
        serving = Launcher.in(work).start(log, log, "serve", "--port", "0");
        url = Launcher.address(serving, log);
    }

    private HttpRequest call(String folder) {
        return HttpRequest.newBuilder(URI.create(url + "/v2/data/export"))
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", folder)
                .POST(HttpRequest.BodyPublishers.ofString(
                        """
                        {"dataset": "orders", "format": "Csv", "target_file_size_bytes": 4000, "export_paths": {
                          "paths": ["%s"],
                          "storage_config": {"storage_type": "S3", "bucket": "lake",
                            "credentials": {"access_key": "%s", "secret_key": "%s"},
                            "options": {"endpoint": "http://127.0.0.1:%d", "allow_http": true}}}}
                        """.formatted(folder, S3Server.ACCESS_KEY, S3Server.SECRET_KEY, proxy.port())))
                .build();
    }

    private JsonNode runs() throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url + "/v2/runs?files=true")).build();
        return mapper.readTree(client.send(request, HttpResponse.BodyHandlers.ofString())
                        .body())
                .get("runs");
    }

    @Test
    void theSameCallExportsAnewAndLeavesNothingTwice() throws Exception {
        serve();
        for (int changes : new int[] {0, 2, 4}) { // none of the files is there; one is; all are, and not the waybill
            String folder = "exports/after" + changes;
            proxy.letThrough(changes);
            client.sendAsync(call(folder), HttpResponse.BodyHandlers.ofString());
            proxy.awaitHeld();
            serving.destroyForcibly().waitFor();
            proxy.letThrough(Integer.MAX_VALUE);
            List<String> before = files(folder);
            for (String file : before) {
                assertThat(Files.readString(buckets.resolve("lake").resolve(file)))
                        .as(file)
                        .endsWith("\n");
            }

            serve();
            await().until(() -> !runs().get(0).get("status").asText().equals("running"));
            JsonNode failed = runs().get(0);
            assertThat(failed.get("status").asText()).isEqualTo("failed");
            assertThat(failed.get("error").asText())
                    .contains(
                            "ended before the run did; the credentials of the call are gone, and nobody can go on; ",
                            " in s3://lake/" + folder,
                            "the same call with the same Idempotency-Key removes that, and exports anew");
            assertThat(TestFiles.below(work.resolve("data/staging"))).isEmpty();
            assertThat(TestFiles.below(work.resolve("data/dead-letter"))).isEmpty();

            HttpResponse<String> answer = client.send(call(folder), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            JsonNode result = mapper.readTree(answer.body()).at("/data/export_result");
            List<String> told = new ArrayList<>();
            result.get("files").forEach(file -> told.add(file.asText().substring("s3://lake/".length())));
            assertThat(files(folder)).containsExactlyInAnyOrderElementsOf(told);
            assertThat(rows(told))
                    .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, ROWS)
                            .mapToObj(Integer::toString)
                            .toList());
            assertThat(s3.openUploads("lake")).isEmpty();

            int runs = runs().size();
            HttpResponse<String> again = client.send(call(folder), HttpResponse.BodyHandlers.ofString());
            assertThat(again.body()).isEqualTo(answer.body());
            assertThat(again.headers().firstValue("Idempotency-Replayed")).contains("true");
            assertThat(runs()).hasSize(runs);
        }
    }

    /** The files of data there are in a folder of the bucket. */
    private List<String> files(String folder) throws Exception {
        return TestFiles.below(buckets.resolve("lake")).stream()
                .filter(name -> name.startsWith(folder) && name.endsWith(".csv"))
                .toList();
    }

    private List<String> rows(List<String> files) throws Exception {
        List<String> rows = new ArrayList<>();
        for (String file : files) {
            Files.readAllLines(buckets.resolve("lake").resolve(file)).stream()
                    .skip(1)
                    .forEach(rows::add);
        }
        return rows;
    }
}
