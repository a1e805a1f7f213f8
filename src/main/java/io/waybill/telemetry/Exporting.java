package io.waybill.telemetry;

import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.Map;

/** Where traces go: as the standard variables say, {@code OTEL_EXPORTER_OTLP_ENDPOINT} and the others. */
public final class Exporting {

    /** What holds where these say nothing: Waybill has traces, and tells of the rest otherwise. */
    private static final Map<String, String> USUALLY = Map.of(
            "otel.service.name", "waybill",
            "otel.exporter.otlp.protocol", "http/protobuf",
            "otel.metrics.exporter", "none",
            "otel.logs.exporter", "none");

    private Exporting() {}

    /** Tells of runs until it is closed. */
    public static Tracing open() {
        OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.builder()
                .addPropertiesSupplier(() -> USUALLY)
                .disableShutdownHook()
                .build()
                .getOpenTelemetrySdk();
        return new Tracing(sdk, sdk);
    }
}
