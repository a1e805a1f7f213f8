package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A process that tells a collector of its runs, over OTLP/HTTP, where it is told to, and nobody where it is not. */
class TelemetryIT {

    @RegisterExtension
    private static final Commands COMMANDS = Commands.inNewFolder();

    private final Path work = COMMANDS.folder();
    private final WireMockServer collector =
            new WireMockServer(WireMockConfiguration.options().dynamicPort());

    @BeforeEach
    void makeFlow() throws Exception {
        collector.start();
        collector.stubFor(WireMock.post("/v1/traces").willReturn(WireMock.ok()));
        Files.createDirectory(work.resolve("routes"));
        Files.writeString(
                work.resolve("application.properties"),
                "waybill.datasource.db.url = jdbc:h2:mem:traced;INIT=CREATE TABLE IF NOT EXISTS orders AS SELECT 1 AS id\n");
        Files.writeString(
                work.resolve("routes/traced_orders.toml"),
                "[properties.export]\nsource_dataset_id = \"ORDERS\"\nfile_path = \"out/orders.csv\"\n");
    }

    @AfterEach
    void stop() {
        collector.stop();
    }

    private Launcher.Ended run(Map<String, String> environment) throws Exception {
        return Launcher.in(work)
                .with(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + collector.port()))
                .with(environment)
                .run("run", "traced_orders");
    }

    private String told() {
        List<LoggedRequest> requests = collector.findAll(WireMock.postRequestedFor(WireMock.urlEqualTo("/v1/traces")));
        return requests.stream()
                .map(request -> new String(request.getBody(), StandardCharsets.ISO_8859_1))
                .collect(Collectors.joining());
    }

    @Test
    void tellsACollectorOfARun() throws Exception {
        Launcher.Ended ended = run(Map.of(
                "WAYBILL_OPENTELEMETRY_ENABLED",
                "true",
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "http://127.0.0.1:" + collector.port()));
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(told()).contains("run traced_orders", "stage", "commit", "waybill.rows");
    }

    @Test
    void tellsNobodyWhereItIsNotSwitchedOn() throws Exception {
        assertThat(run(Map.of()).exitCode()).isZero();
        assertThat(told()).isEmpty();
    }
}
