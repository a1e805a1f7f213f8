package io.waybill.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import io.waybill.route.Verb;
import io.waybill.route.step.RunWatch;
import io.waybill.run.ActiveRun;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Tells OpenTelemetry of runs: a span for each, and below it one for each step, and for all that a destination gets. */
public final class Tracing implements RunWatch, AutoCloseable {

    private static final AttributeKey<String> FLOW = AttributeKey.stringKey("waybill.flow");
    private static final AttributeKey<String> RUN_ID = AttributeKey.stringKey("waybill.run_id");
    private static final AttributeKey<String> STATUS = AttributeKey.stringKey("waybill.status");
    private static final AttributeKey<String> MODE = AttributeKey.stringKey("waybill.mode");
    private static final AttributeKey<String> DESTINATION = AttributeKey.stringKey("waybill.destination");
    private static final AttributeKey<Long> ROWS = AttributeKey.longKey("waybill.rows");
    private static final AttributeKey<Long> BYTES = AttributeKey.longKey("waybill.bytes");
    private static final AttributeKey<Long> FILES = AttributeKey.longKey("waybill.files");

    private static final String PUBLISH = "publish ";

    private final Tracer tracer;
    private final AutoCloseable source;
    private final Map<String, Trace> open = new ConcurrentHashMap<>();

    /** @param source closed with it, after which nothing is told any more; null for what its owner closes */
    public Tracing(OpenTelemetry telemetry, AutoCloseable source) {
        this.tracer = telemetry.getTracer("io.waybill");
        this.source = source;
    }

    /** A run's span, and those below it that have not ended, by their names. */
    private record Trace(Span run, Map<String, Span> steps) {}

    @Override
    public void begun(ActiveRun run) {
        Span span = tracer.spanBuilder("run " + run.flow())
                .setSpanKind(SpanKind.INTERNAL)
                .setAttribute(FLOW, run.flow())
                .setAttribute(RUN_ID, run.runId())
                .startSpan();
        open.put(run.runId(), new Trace(span, new ConcurrentHashMap<>()));
    }

    @Override
    public void before(ActiveRun run, Verb step, String delivery) {
        Trace trace = open.get(run.runId());
        if (trace == null) {
            return;
        }
        switch (step) {
            case BEGIN -> begin(trace, "plan");
            case FEED -> begin(trace, "compare");
            case STAGE -> begin(trace, "stage");
            case PART, MAIL, MANIFEST ->
                // its first; what Camel's endpoint does then belongs to it too
                trace.steps()
                        .computeIfAbsent(
                                PUBLISH + delivery, name -> start(trace, name).setAttribute(DESTINATION, delivery));
            case COMPLETE -> {
                trace.steps().keySet().stream()
                        .filter(name -> name.startsWith(PUBLISH))
                        .forEach(name -> end(trace, name, null));
                begin(trace, "commit");
            }
            default -> {
                // no span of its own
            }
        }
    }

    private void begin(Trace trace, String name) {
        trace.steps().put(name, start(trace, name));
    }

    private Span start(Trace trace, String name) {
        return tracer.spanBuilder(name)
                .setParent(Context.root().with(trace.run()))
                .startSpan();
    }

    private static void end(Trace trace, String name, String error) {
        Span span = trace.steps().remove(name);
        if (span != null) {
            if (error != null) {
                span.setStatus(StatusCode.ERROR, error);
            }
            span.end();
        }
    }

    @Override
    public void after(ActiveRun run, Verb step, String delivery, Throwable failure) {
        Trace trace = open.get(run.runId());
        if (trace == null) {
            return;
        }
        String error = failure == null ? null : String.valueOf(failure.getMessage());
        switch (step) {
            case BEGIN -> end(trace, "plan", error);
            case FEED -> end(trace, "compare", error);
            case STAGE -> {
                Span span = trace.steps().get("stage");
                if (span != null) {
                    span.setAttribute(ROWS, run.rows()).setAttribute(BYTES, run.bytes());
                }
                end(trace, "stage", error);
            }
            case DELIVERED -> end(trace, PUBLISH + delivery, error);
            case UNDELIVERED ->
                end(trace, PUBLISH + delivery, run.staged().delivery(delivery).error());
            case COMPLETE -> end(trace, "commit", error);
            default -> {
                // no span of its own
            }
        }
    }

    @Override
    public void ended(ActiveRun run) {
        Trace trace = open.remove(run.runId());
        RunResult result = run.result();
        if (trace == null || result == null) {
            return;
        }
        Span span = trace.run();
        span.setAttribute(STATUS, result.status().name().toLowerCase(Locale.ROOT));
        span.setAttribute(ROWS, result.rows());
        span.setAttribute(BYTES, result.bytes());
        span.setAttribute(FILES, (long) result.files().size());
        if (result.mode() != null) {
            span.setAttribute(MODE, result.mode());
        }
        String error = result.status() == Status.DONE ? null : String.valueOf(result.error());
        trace.steps().keySet().forEach(name -> end(trace, name, error));
        if (error != null) {
            span.setStatus(StatusCode.ERROR, error);
        }
        span.end();
    }

    /** Sends what is not sent yet. */
    @Override
    public void close() throws Exception {
        if (source != null) {
            source.close();
        }
    }
}
