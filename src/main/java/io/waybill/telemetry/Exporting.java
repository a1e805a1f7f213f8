package io.waybill.telemetry;

import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Where traces go: as the standard variables say, {@code OTEL_EXPORTER_OTLP_ENDPOINT} and the others. */
public final class Exporting {

    /** What holds where these say nothing: Waybill has traces, and tells of the rest otherwise. */
    private static final Map<String, String> USUALLY = Map.of(
            "otel.service.name", "waybill",
            "otel.exporter.otlp.protocol", "http/protobuf",
            "otel.metrics.exporter", "none",
            "otel.logs.exporter", "none");

    /** How long the last traces have to leave: a collector that is away holds up the end of no command for longer. */
    private static final Duration TO_END = Duration.ofSeconds(2);

    private Exporting() {}

    /** Tells of runs until it is closed. */
    public static Tracing open() {
        OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.builder()
                .addPropertiesSupplier(() -> USUALLY)
                .disableShutdownHook()
                .build()
                .getOpenTelemetrySdk();
        return of(sdk);
    }

    static Tracing of(OpenTelemetrySdk sdk) {
        return new Tracing(sdk, () -> end(sdk));
    }

    private static void end(OpenTelemetrySdk sdk) {
        if (!sdk.shutdown().join(TO_END.toMillis(), TimeUnit.MILLISECONDS).isSuccess()) {
            throw new IllegalStateException(
                    "the collector has not taken them within " + TO_END.toSeconds() + " seconds");
        }
    }
}
