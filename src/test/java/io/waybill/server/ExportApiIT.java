package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.waybill.TestDatabases;
import io.waybill.delivery.HostNames;
import io.waybill.server.ServerHarness.Answered;
import io.waybill.servers.S3Server;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The export call, against a real server of S3. */
class ExportApiIT {

    @TempDir
    private static Path buckets;

    private S3Server s3;

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("orders");

    @BeforeEach
    void startS3() throws Exception {
        s3 = S3Server.start(buckets, "lake");
        server.context().getPropertiesComponent().addOverrideProperty("waybill.connection.lake.type", "s3");
        server.context()
                .getPropertiesComponent()
                .addOverrideProperty("waybill.connection.lake.endpoint", s3.endpoint());
        server.context().getPropertiesComponent().addOverrideProperty("waybill.connection.lake.bucket", "lake");
    }

    @AfterEach
    void stopS3() throws Exception {
        s3.close();
    }

    private ObjectNode body() throws Exception {
        return (ObjectNode)
                ServerHarness.JSON.readTree("""
                {
                  "dataset": "orders",
                  "export_paths": {
                    "paths": ["exports/orders"],
                    "storage_config": {
                      "storage_type": "S3",
                      "bucket": "lake",
                      "credentials": {"access_key": "%s", "secret_key": "%s"},
                      "options": {"endpoint": "%s", "region": "us-east-1", "allow_http": true, "virtual_hosted_style": false}
                    }
                  },
                  "format": "Parquet",
                  "mode": "multi_file",
                  "row_group_size": 40000000,
                  "max_row_groups_per_file": 1,
                  "target_file_size_bytes": 100000000,
                  "include_metrics": true
                }
                """.formatted(S3Server.ACCESS_KEY, S3Server.SECRET_KEY, s3.endpoint()));
    }

    private Answered export(Consumer<ObjectNode> change) throws Exception {
        ObjectNode body = body();
        change.accept(body);
        return server.post("/v2/data/export").json(body.toString()).send();
    }

    private static ObjectNode storage(ObjectNode body) {
        return (ObjectNode) body.at("/export_paths/storage_config");
    }

    @Test
    void answersAsDocumentedWhenAllIsThere() throws Exception {
        JsonNode answer = export(body -> {}).json(200);
        assertThat(answer.get("code").asInt()).isEqualTo(200);
        assertThat(answer.get("success").asBoolean()).isTrue();
        assertThat(answer.get("exception").isNull()).isTrue();
        JsonNode result = answer.at("/data/export_result");
        assertThat(names(result))
                .containsExactly(
                        "average_uncompressed_row_group_size",
                        "files",
                        "mode",
                        "num_row_groups",
                        "output_prefix",
                        "total_row_count",
                        "total_uncompressed_byte_size");
        assertThat(result.get("total_row_count").asInt()).isEqualTo(100);
        assertThat(result.get("output_prefix").asText()).isEqualTo("s3://lake/exports/orders/");
        assertThat(result.get("mode").asText()).isEqualTo("multi_file");
        assertThat(result.get("num_row_groups").asInt()).isEqualTo(1);
        assertThat(answer.at("/data/metrics/elapsed_time").asDouble()).isPositive();
        assertThat(answer.at("/data/metrics/rss_peak_bytes").asLong()).isPositive();

        // as another reader of Parquet has it
        List<String> keys = keys();
        assertThat(keys).anyMatch(key -> key.endsWith(".parquet"));
        Path copy = Files.createTempFile("export", ".parquet");
        try (S3Client client = s3.client();
                Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
            String key = keys.stream()
                    .filter(each -> each.endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow();
            Files.write(
                    copy,
                    client.getObjectAsBytes(get -> get.bucket("lake").key(key)).asByteArray());
            try (ResultSet rows = duck.createStatement()
                    .executeQuery(
                            "SELECT COUNT(*), SUM(id), (SELECT SUM(total_uncompressed_size) FROM parquet_metadata('"
                                    + copy + "')) FROM '" + copy + "'")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(100);
                assertThat(rows.getInt(2)).isEqualTo(5050);
                assertThat(result.get("total_uncompressed_byte_size").asLong()).isEqualTo(rows.getLong(3));
                assertThat(result.get("average_uncompressed_row_group_size").asLong())
                        .isEqualTo(rows.getLong(3));
            }
        } finally {
            Files.delete(copy);
        }
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private List<String> keys() {
        try (S3Client client = s3.client()) {
            return client.listObjectsV2(list -> list.bucket("lake")).contents().stream()
                    .map(S3Object::key)
                    .toList();
        }
    }

    @Test
    void whatIsLeftOutHasItsDocumentedDefault() throws Exception {
        JsonNode answer = export(body -> {
                    body.remove(List.of(
                            "dataset",
                            "format",
                            "mode",
                            "row_group_size",
                            "max_row_groups_per_file",
                            "target_file_size_bytes",
                            "include_metrics"));
                    ((ObjectNode) body.get("export_paths")).putArray("paths").add("s3://lake/defaults/");
                })
                .json(200);
        assertThat(answer.at("/data/export_result/mode").asText()).isEqualTo("multi_file");
        assertThat(answer.at("/data").has("metrics")).isFalse();
        assertThat(answer.at("/data/export_result/files/0").asText())
                .startsWith("s3://lake/defaults/")
                .endsWith(".parquet");
    }

    @ParameterizedTest
    @CsvSource({"Jsonl, jsonl", "Csv, csv", "Tsv, tsv", "Json, json"})
    void writesTheOtherFormats(String format, String extension) throws Exception {
        JsonNode answer = export(body -> body.put("format", format).put("mode", "single_file"))
                .json(200);
        assertThat(answer.at("/data/export_result/files")).hasSize(1);
        assertThat(answer.at("/data/export_result/files/0").asText()).endsWith("." + extension);
        assertThat(answer.at("/data/export_result/mode").asText()).isEqualTo("single_file");
        assertThat(answer.at("/data/export_result/num_row_groups").asInt()).isZero();
    }

    @Test
    void rowGroupsOfAFileGoOverItsSize() throws Exception {
        TestDatabases.execute(
                server.database(),
                "CREATE TABLE many AS SELECT x AS id, 'text ' || x AS text FROM system_range(1, 20000)");
        Files.writeString(server.file("routes/datasets.toml"), "[[dataset]]\nid = \"many\"\ntable = \"many\"\n");
        JsonNode answer = export(body -> body.put("dataset", "many")
                        .put("row_group_size", 65_536)
                        .put("max_row_groups_per_file", 2)
                        .put("target_file_size_bytes", 1))
                .json(200);
        JsonNode result = answer.at("/data/export_result");
        assertThat(result.get("total_row_count").asInt()).isEqualTo(20_000);
        assertThat(result.get("num_row_groups").asInt()).isGreaterThan(3);
        assertThat(result.get("files").size())
                .isEqualTo((result.get("num_row_groups").asInt() + 1) / 2);
    }

    private void refused(int status, String message, Consumer<ObjectNode> change) throws Exception {
        JsonNode answer = export(change).json(status);
        assertThat(answer.get("code").asInt()).isEqualTo(status);
        assertThat(answer.get("success").asBoolean()).isFalse();
        assertThat(answer.get("data").isNull()).isTrue();
        assertThat(answer.at("/exception/type").asText()).isNotEmpty();
        assertThat(answer.at("/exception/message").asText()).startsWith(message);
    }

    @Test
    void whatIsNotAsDocumentedIsRefusedWithTheFieldsPath() throws Exception {
        refused(
                400,
                "formats: is not known; allowed: dataset, export_paths, format",
                body -> body.put("formats", "Csv"));
        refused(
                400,
                "format: \"parquet\" is not known; allowed: Parquet, Jsonl, Csv, Tsv, Json",
                body -> body.put("format", "parquet"));
        refused(400, "row_group_size: -1 is below 0", body -> body.put("row_group_size", -1));
        refused(400, "max_row_groups_per_file: -5 is below 0", body -> body.put("max_row_groups_per_file", -5));
        refused(400, "target_file_size_bytes: is not a whole number", body -> body.put("target_file_size_bytes", "12"));
        refused(400, "row_group_size: is not a whole number", body -> body.put("row_group_size", 1.5));
        refused(400, "include_metrics: is not true or false", body -> body.put("include_metrics", "yes"));
        refused(400, "export_paths: is missing", body -> body.remove("export_paths"));
        refused(
                400,
                "export_paths.paths: is not a list of exactly one text",
                body -> ((ObjectNode) body.get("export_paths"))
                        .putArray("paths")
                        .add("a")
                        .add("b"));
        refused(
                400,
                "export_paths.paths[0]: is not a folder",
                body -> ((ObjectNode) body.get("export_paths"))
                        .putArray("paths")
                        .add("a/../../b"));
        refused(
                400,
                "export_paths.paths[0]: \"s3://other/a\" is not in bucket \"lake\"",
                body -> ((ObjectNode) body.get("export_paths"))
                        .putArray("paths")
                        .add("s3://other/a"));
        refused(
                400,
                "export_paths.storage_config.storage_type: \"Gcs\" is not known; allowed: S3",
                body -> storage(body).put("storage_type", "Gcs"));
        refused(
                400,
                "export_paths.storage_config.credentials.secret_key: is missing",
                body -> ((ObjectNode) storage(body).get("credentials")).remove("secret_key"));
        refused(
                400,
                "export_paths.storage_config.credentials.token: is not known",
                body -> ((ObjectNode) storage(body).get("credentials")).put("token", "x"));
        refused(
                400,
                "export_paths.storage_config.options.endpoint: is http, and allow_http is not true",
                body -> ((ObjectNode) storage(body).get("options")).remove("allow_http"));
        refused(
                400,
                "export_paths.storage_config.options.endpoint: is not a server",
                body -> ((ObjectNode) storage(body).get("options")).put("endpoint", "file:///etc/passwd"));
        refused(404, "dataset: there is no data set \"nothing\"", body -> body.put("dataset", "nothing"));
        assertThat(keys()).noneMatch(key -> key.contains("nothing"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{waybill.datasource.main.password}}",
                "{{env:PATH}}",
                "@@[env:PATH]@@",
                "a}}b",
                "k)&overrideEndpoint=true&uriEndpointOverride=http://192.0.2.1:9000&x=RAW(",
                "k}&x=y",
                "#class:java.lang.String",
                " #bean:x",
                "a\u0007b",
                "a\nb"
            })
    void noTextOfACallTellsCamelWhatToDo(String text) throws Exception {
        List<String> before = keys();
        String allowed = ": {{, }}, @@[, ]@@, )&, }&, control characters and # at the beginning are not allowed";
        String in = "export_paths.storage_config.";
        refused(400, "dataset" + allowed, body -> body.put("dataset", text));
        refused(400, "format" + allowed, body -> body.put("format", text));
        refused(400, "mode" + allowed, body -> body.put("mode", text));
        refused(400, in + "bucket" + allowed, body -> storage(body).put("bucket", text));
        refused(400, in + "storage_type" + allowed, body -> storage(body).put("storage_type", text));
        for (String field : List.of("access_key", "secret_key")) {
            refused(
                    400,
                    in + "credentials." + field + allowed,
                    body -> ((ObjectNode) storage(body).get("credentials")).put(field, text));
        }
        for (String field : List.of("endpoint", "region")) {
            refused(
                    400,
                    in + "options." + field + allowed,
                    body -> ((ObjectNode) storage(body).get("options")).put(field, text));
        }
        assertThat(keys()).isEqualTo(before);
    }

    @Test
    void aRegionIsARegionsName() throws Exception {
        List<String> before = keys();
        refused(
                400,
                "export_paths.storage_config.options.region: is not the name of a region;"
                        + " up to 40 small letters, digits and - are allowed",
                body -> ((ObjectNode) storage(body).get("options")).put("region", "us-east-1&x=y"));
        assertThat(keys()).isEqualTo(before);
    }

    @Test
    void exportsTheRowsOfTheDaysThatTheGrantIsFor() throws Exception {
        TestDatabases.execute(
                server.database(),
                "CREATE TABLE dated AS SELECT x AS id, DATE '2024-12-30' + CAST(x AS INT) AS ordered FROM system_range(1, 10)");
        Files.writeString(
                server.file("routes/datasets.toml"),
                "[[dataset]]\nid = \"dated\"\ntable = \"dated\"\ntime = \"ordered\"\n");
        String token = server.token("create@* not-before=2025-01-01");
        ObjectNode body = body().put("dataset", "dated").put("format", "Csv").put("mode", "single_file");
        JsonNode answer = server.post("/v2/data/export")
                .as(token)
                .json(body.toString())
                .send()
                .json(200);
        assertThat(answer.at("/data/export_result/total_row_count").asInt()).isEqualTo(9);
        JsonNode refused = server.post("/v2/data/export")
                .as(token)
                .json(body.put("dataset", "orders").toString())
                .send()
                .json(403);
        assertThat(refused.at("/exception/message").asText())
                .startsWith("rows from 2025-01-01 on, by the grant: nobody has declared which column of data set"
                        + " \"orders\" tells the day of a row");
    }

    @Test
    void aNameThatLeadsElsewhereOnceItWasLookedAtIsNotConnectedTo() throws Exception {
        String port = s3.endpoint().replaceFirst(".*:", "");
        AtomicInteger looked = new AtomicInteger();
        server.context().getRegistry().bind("names", HostNames.class, (HostNames) host -> {
            assertThat(host).isEqualTo("store.example.test");
            String address = looked.getAndIncrement() == 0 ? "203.0.113.7" : "127.0.0.1";
            return new InetAddress[] {InetAddress.getByName(address)};
        });
        for (Map.Entry<String, String> setting : Map.of(
                        "type", "s3", "endpoint", "http://store.example.test:" + port, "bucket", "lake")
                .entrySet()) {
            server.context()
                    .getPropertiesComponent()
                    .addOverrideProperty("waybill.connection.rebound." + setting.getKey(), setting.getValue());
        }
        Consumer<ObjectNode> rebound = body ->
                ((ObjectNode) storage(body).get("options")).put("endpoint", "http://store.example.test:" + port);
        JsonNode answer = export(rebound).json();
        assertThat(answer.get("success").asBoolean()).isFalse();
        assertThat(answer.at("/exception/message").asText())
                .contains("store.example.test leads to an address inside this machine")
                .doesNotContain("127.0.0.1");
        assertThat(looked.get()).isGreaterThan(1);
        assertThat(keys()).noneMatch(key -> key.startsWith("rebound"));
        // looked up again when the call comes
        refused(
                403,
                "export_paths.storage_config.options.endpoint: store.example.test leads to an address inside",
                rebound);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://2130706433",
                "http://0x7f000001",
                "http://127.1",
                "http://0.0.0.0",
                "http://[::ffff:127.0.0.1]",
                "http://[::]",
                "http://127.0.0.1.",
                "http://localhost.",
                "http://%31%32%37.0.0.1"
            })
    void noOtherSpellingOfThisMachineIsTakenForAServerThatIsNamed(String endpoint) throws Exception {
        // one without a scheme is none that anything is equal to
        server.context().getPropertiesComponent().addOverrideProperty("waybill.connection.odd.type", "s3");
        server.context().getPropertiesComponent().addOverrideProperty("waybill.connection.odd.endpoint", "localhost:1");
        refused(
                403,
                "export_paths.storage_config: the server of options.endpoint and this bucket are none",
                body -> ((ObjectNode) storage(body).get("options")).put("endpoint", endpoint));
    }

    @Test
    void noRedirectIsFollowed() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        HttpServer inside = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        inside.createContext("/", exchange -> {
            asked.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        HttpServer there = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        there.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders()
                    .set("Location", "http://127.0.0.1:" + inside.getAddress().getPort() + "/lake");
            exchange.sendResponseHeaders(307, -1);
            exchange.close();
        });
        inside.start();
        there.start();
        try {
            String endpoint = "http://127.0.0.1:" + there.getAddress().getPort();
            server.context().getPropertiesComponent().addOverrideProperty("waybill.connection.moved.type", "s3");
            server.context()
                    .getPropertiesComponent()
                    .addOverrideProperty("waybill.connection.moved.endpoint", endpoint);
            JsonNode answer = export(body -> ((ObjectNode) storage(body).get("options")).put("endpoint", endpoint))
                    .json();
            assertThat(answer.get("success").asBoolean()).isFalse();
            assertThat(asked.get()).isZero();
        } finally {
            inside.stop(0);
            there.stop(0);
        }
    }

    @Test
    void serversAndBucketsThatNoAdministratorHasNamedAreNotAsked() throws Exception {
        String none = "export_paths.storage_config: the server of options.endpoint and this bucket are none";
        refused(
                403,
                none,
                body -> ((ObjectNode) storage(body).get("options")).put("endpoint", "http://169.254.169.254"));
        refused(
                403,
                none,
                body -> ((ObjectNode) storage(body).get("options"))
                        .put("endpoint", "http://127.0.0.1:" + server.port()));
        refused(
                403,
                none,
                body -> ((ObjectNode) storage(body).get("options"))
                        .put("endpoint", s3.endpoint().replace("127.0.0.1", "user@127.0.0.1")));
        refused(403, none, body -> storage(body).put("bucket", "other"));
        refused(
                403,
                "export_paths.storage_config: the server of AWS and this bucket are none",
                body -> ((ObjectNode) storage(body).get("options")).remove("endpoint"));
    }

    @Test
    void whatTheCallerProvesItselfByIsKeptNowhere() throws Exception {
        String wrong = "wrong-secret-9Kq";
        JsonNode answer = export(body -> ((ObjectNode) storage(body).get("credentials")).put("secret_key", wrong))
                .json(502);
        assertThat(answer.at("/exception/type").asText()).isEqualTo("ExportFailed");
        assertThat(answer.toString()).doesNotContain(wrong);
        export(body -> {}).json(200);

        assertThat(server.ledger().undelivered()).isEmpty();
        assertThat(server.ledger().runs(null, null, 10))
                .hasSize(2)
                .allSatisfy(run -> assertThat(run.toString())
                        .doesNotContain(wrong)
                        .doesNotContain(S3Server.SECRET_KEY)
                        .doesNotContain(S3Server.ACCESS_KEY));
        assertThat(server.ledger().audit().latest(100).toString())
                .doesNotContain(wrong)
                .doesNotContain(S3Server.SECRET_KEY);
        assertThat(server.context().getRoutes())
                .noneMatch(route -> route.getRouteId().startsWith("export_call_"));
        assertThat(server.file("dead-letter"))
                .satisfiesAnyOf(
                        folder -> assertThat(folder).doesNotExist(),
                        folder -> assertThat(folder).isEmptyDirectory());
    }

    private Answered keyed(String key, Consumer<ObjectNode> change) {
        try {
            ObjectNode body = body();
            change.accept(body);
            return server.post("/v2/data/export")
                    .header("Idempotency-Key", key)
                    .json(body.toString())
                    .send();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void secret(ObjectNode body, String secret) {
        ((ObjectNode) storage(body).get("credentials")).put("secret_key", secret);
    }

    @Test
    void theSameCallUnderTheSameKeyIsOneExport() throws Exception {
        List<String> answers =
                Stream.generate(() -> CompletableFuture.supplyAsync(() -> keyed("k1", body -> {})))
                        .limit(4)
                        .toList()
                        .stream()
                        .map(CompletableFuture::join)
                        .map(Answered::text)
                        .distinct()
                        .toList();
        assertThat(answers).hasSize(1);
        Answered again = keyed("k1", body -> {});
        assertThat(again.text()).isEqualTo(answers.get(0));
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(server.ledger().runs(null, null, 10)).hasSize(1);

        JsonNode other = keyed("k1", body -> body.put("format", "Csv")).json(422);
        assertThat(other.at("/exception/message").asText())
                .startsWith("Idempotency-Key: something else was asked for under this key before (run ");
        assertThat(keyed("k 1", body -> {}).json(400).at("/exception/message").asText())
                .startsWith("Idempotency-Key: 1 to 200 characters of ASCII");
    }

    @Test
    void aCallThatHasFailedIsDoneUnderItsKeyWithOtherCredentials() throws Exception {
        assertThat(keyed("k1", body -> secret(body, "wrong")).status()).isEqualTo(502);
        assertThat(keyed("k1", body -> {})
                        .json(200)
                        .at("/data/export_result/total_row_count")
                        .asInt())
                .isEqualTo(100);
        assertThat(keyed("k1", body -> secret(body, "later")).status()).isEqualTo(200);
        assertThat(server.ledger().runs(null, null, 10)).hasSize(2);
    }

    @Test
    void whereTheConnectionIsLostTheExportGoesOnAndTheKeyFindsItsAnswer() throws Exception {
        byte[] body = body().toString().getBytes(StandardCharsets.UTF_8);
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream()
                    .write(("POST /v2/data/export HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                    + "Idempotency-Key: lost\r\nContent-Length: " + body.length + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(body);
            await().until(() -> !server.ledger().runs(null, null, 10).isEmpty());
        }
        assertThat(keyed("lost", each -> {}).json(200).get("success").asBoolean())
                .isTrue();
        assertThat(server.ledger().runs(null, null, 10)).hasSize(1);
    }
}
