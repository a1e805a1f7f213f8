package io.waybill.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.facts.FactsJson;
import java.util.List;
import org.apache.camel.health.HealthCheck;

/** What those ask who watch over a server: whether it lives, whether flows can run, and what runs have come to. */
final class WatchApi {

    static final String LIVE_ID = "isLive";
    static final String LIVE = "/health/live";

    /** Prometheus' text format. */
    private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";

    private final Readiness readiness;
    private final Metrics metrics;

    WatchApi(Desk desk) {
        this.metrics = new Metrics(desk);
        this.readiness = new Readiness(desk);
    }

    List<Operation> operations() {
        return List.of(
                Operation.of(LIVE_ID, "GET", LIVE, null, "Whether the server answers.", this::live),
                Operation.of(
                        "isReady",
                        "GET",
                        "/health/ready",
                        null,
                        "Whether flows can run: ledger, databases, room for files, scheduler.",
                        this::ready),
                Operation.of(
                                "getMetrics",
                                "GET",
                                "/metrics",
                                Role.VIEW,
                                "What runs have come to, by flow, for Prometheus.",
                                this::metrics)
                        .answers(200, METRICS));
    }

    private Answer live(Call call) {
        return up();
    }

    static Answer up() {
        return Answer.json(200, FactsJson.MAPPER.createObjectNode().put("status", "UP"));
    }

    /** What is wrong is told by the log, not to anybody who asks. */
    private Answer ready(Call call) {
        List<HealthCheck.Result> results = readiness.results();
        boolean up = results.stream().noneMatch(result -> result.getState() == HealthCheck.State.DOWN);
        ObjectNode json = FactsJson.MAPPER.createObjectNode().put("status", up ? "UP" : "DOWN");
        ArrayNode checks = json.putArray("checks");
        results.forEach(result -> checks.addObject()
                .put("name", result.getCheck().getId())
                .put("status", result.getState().name()));
        return Answer.json(up ? 200 : 503, json);
    }

    private Answer metrics(Call call) {
        return Answer.text(200, METRICS, metrics.text(call.caller()));
    }
}
