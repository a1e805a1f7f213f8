package io.waybill.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.facts.FactsJson;
import io.waybill.flow.Flow;
import io.waybill.flow.Refusal;
import io.waybill.flow.Trigger;
import io.waybill.server.Answer;
import io.waybill.server.Call;
import io.waybill.server.FormFields;
import io.waybill.server.Inside;
import io.waybill.server.Operation;
import io.waybill.server.Refused;
import io.waybill.server.Role;
import io.waybill.server.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A flow: what it does, how it went, when it runs next, and what may be asked of it. */
final class FlowPage {

    private static final int RUNS = 30;
    private static final int NEXT_RUNS = 5;

    private static final List<String> TEXTS = List.of("mode", "batch_id", "date", "from", "to", "column", "rerun");
    private static final List<String> FLAGS = List.of("accept_schema_change", "accept_deletes", "compare_all");

    private final Inside inside;
    private final Paper paper;

    FlowPage(Inside inside, Paper paper) {
        this.inside = inside;
        this.paper = paper;
    }

    /**
     * A trigger.
     *
     * @param words when it sets the flow off
     * @param note what one may expect of it that it leaves out; null for nothing
     */
    record When(String id, String words, boolean isOn, String note) {}

    /** A time that it runs at. */
    record Next(Instant at, String trigger) {}

    List<Operation> operations() {
        return List.of(
                Operation.page("flowPage", "/flows/{id}", Role.VIEW, "A flow, for people.", this::show),
                Operation.page(
                        "planPage",
                        "/flows/{id}/plan",
                        Role.VIEW,
                        "What a run of now would do, for people.",
                        this::plan),
                Operation.form("runForm", "/flows/{id}/run", Role.CREATE, "Runs a flow now.", this::run),
                Operation.form(
                        "pauseForm",
                        "/flows/{id}/pause",
                        Role.CREATE,
                        "Has its triggers start nothing.",
                        call -> pause(call, "pauseFlow")),
                Operation.form(
                        "resumeForm",
                        "/flows/{id}/resume",
                        Role.CREATE,
                        "Has its triggers start it again.",
                        call -> pause(call, "resumeFlow")));
    }

    private Flow flow(Call call) {
        String id = call.variable("id");
        return inside.flow(call, id).orElseThrow(() -> Refused.notFound("there is no flow \"" + id + "\""));
    }

    private Answer show(Call call) throws Exception {
        Flow flow = flow(call);
        JsonNode json = inside.ask(call, "getFlow").of("id", flow.id()).json();
        List<RunPages.Line> runs = new ArrayList<>();
        inside.ask(call, "listRuns")
                .query("flow", flow.id())
                .query("tables", "false")
                .query("limit", Integer.toString(RUNS))
                .json()
                .get("runs")
                .forEach(run -> runs.add(RunPages.Line.of(run)));
        boolean isPaused = json.get("paused").asBoolean();
        Map<String, Object> shown = new HashMap<>();
        shown.put("flow", flow);
        shown.put(
                "picture",
                FlowPicture.of(
                        flow,
                        runs.stream()
                                .filter(run -> run.status().equals("done"))
                                .findFirst()
                                .map(run -> view(call, run.id()))
                                .orElse(null)));
        shown.put("failed", failed(call, runs));
        shown.put("runs", runs.stream().limit(10).toList());
        shown.put("rows", Chart.of("Rows", runs, RunPages.Line::rows, Words::count));
        shown.put("sizes", Chart.of("Size", runs, RunPages.Line::bytes, Words::bytes));
        shown.put(
                "durations",
                Chart.of(
                        "Duration",
                        runs,
                        RunPages.Line::millis,
                        millis -> Words.duration(java.time.Duration.ofMillis(millis))));
        shown.put("isPaused", isPaused);
        shown.put("canRun", json.get("runs").asBoolean());
        shown.put("isRunning", runs.stream().anyMatch(run -> run.status().equals("running")));
        shown.put("mayRun", inside.may(call, Role.CREATE, flow.id()));
        shown.put(
                "mayPreview",
                flow.export() != null
                        && !flow.isOfManyTables() // of which one would have to be named
                        && flow.sourceDataset() != null
                        && (inside.may(call, Role.DOWNLOAD, flow.id())
                                || call.caller().may(Role.DOWNLOAD, Target.ofDataSet(flow.sourceDataset()))));
        shown.put("triggers", triggers(flow));
        shown.put("next", next(flow));
        return paper.page(call, "flow", Place.FLOWS, flow.id(), shown);
    }

    /** The latest run, where it has ended as nobody wished; null where all is well, or another goes on. */
    private RunView failed(Call call, List<RunPages.Line> runs) {
        return runs.stream()
                .findFirst()
                .map(run -> view(call, run.id()))
                .filter(view -> view.error() != null && view.advice() != null)
                .orElse(null);
    }

    /** A run as its page shows it; null where it is no more. */
    private RunView view(Call call, String id) {
        try {
            JsonNode json = inside.ask(call, "getRun").of("id", id).json();
            return inside.ledger()
                    .run(id)
                    .map(run -> RunView.of(run, json, List.of(), inside.may(call, Role.DOWNLOAD, run.flow())))
                    .orElse(null);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private List<When> triggers(Flow flow) {
        Instant now = inside.clock().instant();
        return flow.triggers().stream()
                .map(trigger -> new When(
                        trigger.id(),
                        trigger.words(),
                        trigger.enabled(),
                        trigger.leavesOut(now).map(Refusal::message).orElse(null)))
                .toList();
    }

    private List<Next> next(Flow flow) {
        Instant now = inside.clock().instant();
        return flow.triggers().stream()
                .filter(Trigger::enabled)
                .flatMap(trigger -> trigger.times().stream()
                        .flatMap(times -> Stream.iterate(
                                        times.next(now), Optional::isPresent, time -> times.next(time.get()))
                                .limit(NEXT_RUNS)
                                .map(time -> new Next(time.get(), trigger.id()))))
                .sorted(java.util.Comparator.comparing(Next::at))
                .limit(NEXT_RUNS)
                .toList();
    }

    private Answer plan(Call call) throws Exception {
        Flow flow = flow(call);
        JsonNode plan = null;
        String problem = null;
        int status = 200;
        try {
            plan = inside.ask(call, "planFlow").of("id", flow.id()).json();
        } catch (Refused e) {
            problem = e.getMessage();
            status = e.status();
        }
        Map<String, Object> shown = new HashMap<>();
        shown.put("id", flow.id());
        shown.put("plan", plan);
        shown.put("problem", problem);
        return paper.page(call, status, "plan", Place.FLOWS, "Plan of " + flow.id(), shown);
    }

    private Answer run(Call call) throws Exception {
        FormFields form = call.form();
        ObjectNode asked = FactsJson.MAPPER.createObjectNode();
        TEXTS.forEach(name -> form.text(name).ifPresent(value -> asked.put(name, value)));
        FLAGS.stream().filter(form::isTicked).forEach(name -> asked.put(name, true));
        Answer answer = inside.ask(call, "runFlow")
                .of("id", call.variable("id"))
                .json(asked)
                .answer();
        return Paper.goTo(answer.headers().get("Location").replaceFirst("^/v2", ""));
    }

    private Answer pause(Call call, String operation) throws Exception {
        inside.ask(call, operation).of("id", call.variable("id")).answer();
        return Paper.goTo("/flows/" + Words.inPath(call.variable("id")));
    }
}
