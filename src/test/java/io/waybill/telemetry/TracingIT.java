package io.waybill.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.waybill.FlowHarness;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What traces tell of runs. */
class TracingIT {

    private static final AttributeKey<Long> ROWS = AttributeKey.longKey("waybill.rows");

    @RegisterExtension
    private final FlowHarness flows =
            FlowHarness.over("CREATE TABLE orders AS SELECT x AS id FROM system_range(1, 100)");

    private final InMemorySpanExporter spans = InMemorySpanExporter.create();

    @BeforeEach
    void watch() {
        OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(spans))
                        .build())
                .build();
        flows.context().getRegistry().bind("tracing", new Tracing(sdk, null));
    }

    private SpanData span(String name) {
        return spans.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new AssertionError(spans.getFinishedSpanItems().toString()));
    }

    @Test
    void aRunIsASpanAndEachStepIsOneBelowIt() throws Exception {
        flows.load("orders.toml", """
                [properties.export]
                source_dataset_id = "orders"
                max_rows_per_file = 30
                file_path = "{{root}}/out/orders_{part}.csv"
                """);
        flows.run("orders");
        SpanData run = span("run orders");
        assertThat(run.getAttributes().get(AttributeKey.stringKey("waybill.flow")))
                .isEqualTo("orders");
        assertThat(run.getAttributes().get(AttributeKey.stringKey("waybill.status")))
                .isEqualTo("done");
        assertThat(run.getAttributes().get(ROWS)).isEqualTo(100);
        assertThat(run.getAttributes().get(AttributeKey.longKey("waybill.files")))
                .isEqualTo(4);
        assertThat(span("stage").getAttributes().get(ROWS)).isEqualTo(100);
        List<SpanData> steps = spans.getFinishedSpanItems().stream()
                .filter(span -> !span.equals(run))
                .toList();
        assertThat(steps).as("none for each file, let alone each row").hasSize(4);
        assertThat(steps)
                .allMatch(step -> step.getParentSpanId().equals(run.getSpanId())
                        && step.getTraceId().equals(run.getTraceId()));
        assertThat(steps)
                .extracting(SpanData::getName)
                .startsWith("plan", "stage")
                .endsWith("commit");
        assertThat(steps.get(2).getName()).startsWith("publish ");
    }

    @Test
    void aFailureIsTheStepsAndTheRuns() throws Exception {
        flows.load("orders.toml", """
                [properties.export]
                source_dataset_id = "nowhere"
                file_path = "{{root}}/out/orders.csv"
                """);
        String reason = flows.fail("orders").error();
        assertThat(span("run orders").getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(span("run orders").getStatus().getDescription()).isEqualTo(reason);
        assertThat(span("plan").getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    }
}
