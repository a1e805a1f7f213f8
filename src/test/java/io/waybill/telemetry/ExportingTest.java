package io.waybill.telemetry;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

/** How traces leave at the end. */
class ExportingTest {

    @Test
    void aCollectorThatNeverAnswersHoldsUpNoEndForLong() throws Exception {
        try (ServerSocket collector = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
                    .setTracerProvider(SdkTracerProvider.builder()
                            .addSpanProcessor(BatchSpanProcessor.builder(OtlpHttpSpanExporter.builder()
                                            .setEndpoint("http://127.0.0.1:" + collector.getLocalPort() + "/v1/traces")
                                            .build())
                                    .build())
                            .build())
                    .build();
            sdk.getTracer("test").spanBuilder("run orders").startSpan().end();
            // it is connected to, and says nothing for as long as this lasts
            assertThatThrownBy(Exporting.of(sdk)::close)
                    .hasMessage("the collector has not taken them within 2 seconds");
        }
    }
}
