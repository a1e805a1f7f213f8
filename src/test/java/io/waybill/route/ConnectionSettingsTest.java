package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.flow.Key;
import io.waybill.settings.SettingsTable;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.impl.engine.DefaultRoute;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each setting of a connection is an option that its endpoint takes. */
class ConnectionSettingsTest {

    private static final Map<String, String> VALUES = Map.ofEntries(
            Map.entry("port", "1"),
            Map.entry("path-style", "true"),
            Map.entry("encryption", "AES256"),
            Map.entry("checksums", "none"),
            Map.entry("part-size", "5242880"),
            Map.entry("upload-threads", "2"),
            Map.entry("upload-ahead", "0"),
            Map.entry("max-record-size", "1000"),
            Map.entry("agent", "true"),
            Map.entry("host-key-checking", "true"),
            Map.entry("connect-timeout-ms", "5000"),
            Map.entry("timeout-ms", "5000"),
            Map.entry("passive", "true"),
            Map.entry("implicit", "false"),
            Map.entry("method", "PUT"),
            Map.entry("catalog", "jdbc"),
            Map.entry("tls", "starttls"),
            Map.entry("size-limit", "1000"),
            Map.entry("addresses", "any"),
            Map.entry("recipients", "example.com"),
            Map.entry("endpoint", "http://127.0.0.1:1"),
            Map.entry("oauth2-token-url", "http://127.0.0.1:1/token"),
            Map.entry("url", "http://127.0.0.1:1"));

    @TempDir
    private Path folder;

    static Collection<String> types() {
        return SettingsTable.connectionTypes();
    }

    @ParameterizedTest
    @MethodSource("types")
    void isTakenByTheEndpoint(String type) throws Exception {
        assertStarts(type, VALUES);
    }

    /** The check of settings takes them so, too. */
    @ParameterizedTest
    @CsvSource({
        "s3, encryption, aes256",
        "s3, checksums, None",
        "sftp, host-key-checking, TRUE",
        "http, method, put",
        "smtp, tls, STARTTLS"
    })
    void isTakenInSmallAndInLargeLetters(String type, String setting, String value) throws Exception {
        Map<String, String> values = new HashMap<>(VALUES);
        values.put(setting, value);

        assertStarts(type, values);
    }

    private void assertStarts(String type, Map<String, String> values) throws Exception {
        try (HikariDataSource database = TestDatabases.h2();
                FlowHarness harness = new FlowHarness(folder, database)) {
            String prefix = "waybill.connection.c.";
            harness.property(prefix + "type", type);
            for (Key<?> each : SettingsTable.ofConnection(type)) {
                String setting = each.name();
                if (!setting.startsWith("trust-store")) { // which would have to be there
                    harness.property(prefix + setting, values.getOrDefault(setting, "x"));
                }
            }
            String uri = switch (type) {
                case "s3" -> "s3://bucket/t.csv";
                case "sftp", "ftp", "ftps" -> type + ":t.csv";
                case "http" -> "https://127.0.0.1/t.csv";
                case "smtp" -> "mailto:a@example.com";
                case "kinesis", "firehose" -> type + "://stream";
                case "iceberg" -> "iceberg://catalog/namespace.t";
                default -> throw new IllegalArgumentException(type);
            };
            String format = type.equals("iceberg") ? "parquet" : "jsonl";

            harness.load(
                    "t.toml",
                    "[properties.export]\nsource_dataset_id = \"t\"\nformat = \"" + format + "\"\nfile_path = \""
                            + uri
                            + "\"\nconnection = \"c\"\n");

            assertThat(harness.context().getRoute("t.delivery")).isInstanceOf(DefaultRoute.class);
            assertThat(harness.context()
                            .getRouteController()
                            .getRouteStatus("t.delivery")
                            .isStarted())
                    .isTrue();
        }
    }
}
