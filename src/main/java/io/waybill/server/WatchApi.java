package io.waybill.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.facts.FactsJson;
import io.waybill.ledger.History;
import io.waybill.run.ActiveRun;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.camel.health.HealthCheck;

/** What those ask who watch over a server: whether it lives, whether flows can run, and what runs have come to. */
final class WatchApi {

    /** Prometheus' text format. */
    private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";

    private final Desk desk;
    private final Readiness readiness;

    WatchApi(Desk desk) {
        this.desk = desk;
        this.readiness = new Readiness(desk);
    }

    List<Operation> operations() {
        return List.of(
                Operation.of("isLive", "GET", "/health/live", null, "Whether the server answers.", this::live),
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
        Predicate<String> seen = flow -> call.caller()
                .may(Role.VIEW, desk.files().find(flow).map(Target::of).orElseGet(() -> Target.gone(flow)));
        History history = desk.records().history();
        List<History.Sum> sums =
                history.sums().stream().filter(sum -> seen.test(sum.flow())).toList();
        Instant now = desk.clock().instant();
        Text text = new Text();
        text.family("waybill_runs", "runs that the ledger remembers");
        sums.forEach(sum -> text.value("waybill_runs", sum.runs(), "flow", sum.flow(), "status", lower(sum.status())));
        text.family("waybill_run_rows", "rows of these runs");
        sums.forEach(
                sum -> text.value("waybill_run_rows", sum.rows(), "flow", sum.flow(), "status", lower(sum.status())));
        text.family("waybill_run_seconds", "how long these runs took, all together");
        sums.forEach(sum -> text.value(
                "waybill_run_seconds", sum.milliseconds() / 1000.0, "flow", sum.flow(), "status", lower(sum.status())));
        text.family("waybill_run_bytes", "bytes of the files of runs that are done");
        byFlow(history.bytes(), seen).forEach((flow, bytes) -> text.value("waybill_run_bytes", bytes, "flow", flow));
        text.family("waybill_last_success_age_seconds", "how long ago a run of the flow was done last");
        sums.stream()
                .filter(sum -> sum.status().equals("DONE"))
                .forEach(sum -> text.value(
                        "waybill_last_success_age_seconds",
                        Math.max(0, Duration.between(sum.last(), now).toMillis()) / 1000.0,
                        "flow",
                        sum.flow()));
        text.family("waybill_dead_letters", "runs whose files are kept, and were not delivered");
        Map<String, Long> letters = byFlow(history.deadLetters(), seen);
        desk.files().all().flows().keySet().stream().filter(seen).forEach(flow -> letters.putIfAbsent(flow, 0L));
        letters.forEach((flow, runs) -> text.value("waybill_dead_letters", runs, "flow", flow));
        text.family("waybill_active_runs", "runs under way in this process");
        byFlow(
                        desk.component().activeRuns().stream()
                                .collect(Collectors.groupingBy(ActiveRun::flow, Collectors.counting())),
                        seen)
                .forEach((flow, runs) -> text.value("waybill_active_runs", runs, "flow", flow));
        return Answer.text(200, METRICS, text.toString());
    }

    private static String lower(String status) {
        return status.toLowerCase(Locale.ROOT);
    }

    private static Map<String, Long> byFlow(Map<String, Long> values, Predicate<String> seen) {
        Map<String, Long> sorted = new TreeMap<>(values);
        sorted.keySet().removeIf(seen.negate());
        return sorted;
    }

    /** The text format of Prometheus. */
    private static final class Text {

        private final StringBuilder text = new StringBuilder();

        void family(String name, String help) {
            text.append("# HELP ").append(name).append(' ').append(help).append('\n');
            text.append("# TYPE ").append(name).append(" gauge\n");
        }

        /** @param labels names and values in turns */
        void value(String name, Number value, String... labels) {
            text.append(name).append('{');
            for (int i = 0; i < labels.length; i += 2) {
                String escaped = labels[i + 1]
                        .replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n");
                text.append(i == 0 ? "" : ",")
                        .append(labels[i])
                        .append("=\"")
                        .append(escaped)
                        .append('"');
            }
            text.append("} ").append(value).append('\n');
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
