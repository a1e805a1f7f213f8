package io.waybill.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.facts.FactsJson;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.server.Answer;
import io.waybill.server.Call;
import io.waybill.server.Inside;
import io.waybill.server.Operation;
import io.waybill.server.Refused;
import io.waybill.server.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Runs: those that there were, and each one, with what may be decided about it. */
final class RunPages {

    private static final List<String> FILTERS = List.of("flow", "status", "since", "cursor");
    private static final String PAGE = "30";

    private final Inside inside;
    private final Paper paper;

    RunPages(Inside inside, Paper paper) {
        this.inside = inside;
        this.paper = paper;
    }

    /** A run of the list. */
    record Line(
            String id,
            String flow,
            String status,
            String mode,
            long rows,
            long files,
            long bytes,
            Instant startedAt,
            Instant endedAt,
            String error) {

        static Line of(JsonNode run) {
            return new Line(
                    run.get("run_id").asText(),
                    run.get("flow").asText(),
                    run.get("status").asText(),
                    run.path("mode").asText(""),
                    run.get("rows").asLong(),
                    run.path("file_count").asLong(),
                    run.get("bytes").asLong(),
                    Instant.parse(run.get("started_at").asText()),
                    run.get("ended_at").isNull()
                            ? null
                            : Instant.parse(run.get("ended_at").asText()),
                    run.path("error").asText(null));
        }

        /** How long it took, in milliseconds; 0 while it goes on. */
        long millis() {
            return endedAt == null
                    ? 0
                    : java.time.Duration.between(startedAt, endedAt).toMillis();
        }

        /** How long it took; empty while it goes on. */
        String took() {
            return endedAt == null ? "" : Words.duration(java.time.Duration.between(startedAt, endedAt));
        }
    }

    List<Operation> operations() {
        return List.of(
                Operation.page("runsPage", "/runs", Role.VIEW, "Runs, the latest first, for people.", this::list)
                        .query("flow", "of that flow")
                        .query("status", "that ended so")
                        .query("since", "that began then or later")
                        .query("cursor", "where the page before has ended"),
                Operation.page("runPage", "/runs/{id}", Role.VIEW, "A run, for people.", this::show),
                Operation.form("redriveForm", "/runs/{id}/redrive", Role.CREATE, "Delivers what was kept.", call -> {
                    decided(call, "redriveRun").answer();
                    return toRun(call);
                }),
                Operation.form("giveUpForm", "/runs/{id}/give-up", Role.CREATE, "Removes what was kept.", call -> {
                    decided(call, "redriveRun").query("discard", "true").answer();
                    return toRun(call);
                }),
                Operation.form("releaseForm", "/runs/{id}/release", Role.CREATE, "Releases a run.", call -> {
                    decided(call, "releaseRun").json(reason(call)).answer();
                    return toRun(call);
                }),
                Operation.form("discardForm", "/runs/{id}/discard", Role.CREATE, "Discards a run.", call -> {
                    decided(call, "discardRun").json(reason(call)).answer();
                    return toRun(call);
                }));
    }

    private Inside.Asked decided(Call call, String operation) {
        return inside.ask(call, operation).of("id", call.variable("id"));
    }

    private static ObjectNode reason(Call call) {
        return FactsJson.MAPPER
                .createObjectNode()
                .put("reason", call.form().text("reason").orElse(""));
    }

    private static Answer toRun(Call call) {
        return Paper.goTo("/runs/" + Words.inPath(call.variable("id")));
    }

    private Answer list(Call call) throws Exception {
        Map<String, Object> shown = new HashMap<>();
        Inside.Asked asked = inside.ask(call, "listRuns").query("limit", PAGE);
        Map<String, String> filters = new LinkedHashMap<>();
        for (String name : FILTERS) {
            call.parameter(name)
                    .map(String::strip)
                    .filter(value -> !value.isEmpty())
                    .ifPresent(value -> {
                        asked.query(name, value);
                        filters.put(name, value);
                    });
        }
        List<Line> lines = new ArrayList<>();
        shown.put("problem", null);
        shown.put("older", null);
        int status = 200;
        try {
            JsonNode page = asked.json();
            page.get("runs").forEach(run -> lines.add(Line.of(run)));
            if (page.hasNonNull("next_cursor")) {
                filters.put("cursor", page.get("next_cursor").asText());
                shown.put("older", "/runs?" + query(filters));
            }
        } catch (Refused e) {
            status = isPart(call) ? 200 : e.status(); // a script shows no page that is refused
            shown.put("problem", e.getMessage());
        }
        shown.put("runs", lines);
        shown.put("filters", filters);
        shown.put("isFirst", call.parameter("cursor").isEmpty());
        shown.put("statuses", Arrays.stream(Status.values()).map(Words::lower).toList());
        return paper.page(call, status, "runs", Place.RUNS, "Runs", shown);
    }

    private static boolean isPart(Call call) {
        return call.header("HX-Request").isPresent();
    }

    private static String query(Map<String, String> values) {
        return values.entrySet().stream()
                .map(value -> value.getKey() + "=" + Words.inPath(value.getValue()))
                .collect(Collectors.joining("&"));
    }

    private Answer show(Call call) throws Exception {
        JsonNode json = inside.ask(call, "getRun").of("id", call.variable("id")).json();
        RunEntry run = inside.ledger()
                .run(json.get("run_id").asText())
                .orElseThrow(() -> Refused.notFound("there is no run \"" + call.variable("id") + "\""));
        Map<String, Object> shown = Map.of(
                "run",
                RunView.of(
                        run,
                        json,
                        inside.ledger().quarantine().of(run.runId()),
                        inside.may(call, Role.DOWNLOAD, run.flow())),
                "mayDecide",
                inside.may(call, Role.CREATE, run.flow()));
        return paper.page(call, "run", Place.RUNS, "Run " + run.runId(), shown);
    }
}
