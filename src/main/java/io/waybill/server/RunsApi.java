package io.waybill.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.facts.FactsJson;
import io.waybill.flow.ExportedTable;
import io.waybill.flow.Form;
import io.waybill.flow.NearestName;
import io.waybill.ledger.History;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunTotal;
import io.waybill.route.step.LogicalTime;
import io.waybill.run.RunJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Runs: found, listed, seen. */
final class RunsApi {

    private static final Form.Choice<Status> STATUSES = Form.Choice.of(Status.class);

    private static final int USUAL_LIMIT = 50;
    private static final int MOST_LIMIT = 500;

    private final Desk desk;
    private final Results results;

    RunsApi(Desk desk, Results results) {
        this.desk = desk;
        this.results = results;
    }

    List<Operation> operations() {
        return List.of(
                Operation.of("listRuns", "GET", "/v2/runs", Role.VIEW, "Runs, the latest first.", this::list)
                        .query("flow", "of that flow")
                        .query("tables", "false to leave out the runs of single tables, which a flow of many has")
                        .query("status", String.join(", ", STATUSES.allowed()))
                        .query("since", "that began then or later: 2026-01-15, 2026-01-15T18:00, or so long ago: 12h")
                        .query("id", "whose ids begin or end so")
                        .query("undelivered", "true for those alone whose files are kept, and could not be delivered")
                        .query("files", "true for their files, too")
                        .query("limit", "so many at most, " + USUAL_LIMIT + " without it, up to " + MOST_LIMIT)
                        .query("cursor", "next_cursor of the page before"),
                Operation.of("getRun", "GET", "/v2/runs/{id}", Role.VIEW, "A run, and its files.", this::get),
                Operation.of(
                        "getRunResult",
                        "GET",
                        "/v2/runs/{id}/result",
                        Role.VIEW,
                        "What a run has come to that has ended, as waybill run tells it.",
                        this::result));
    }

    private Answer get(Call call) {
        RunEntry run = find(call, Role.VIEW);
        return Answer.json(
                200,
                new Shown(desk, call.caller())
                        .told(RunJson.whole(run, desk.ledger(), desk.component().retention())));
    }

    private Answer result(Call call) {
        RunEntry run = find(call, Role.VIEW);
        if (run.status() == Status.RUNNING) {
            throw Refused.of(409, "run \"" + run.runId() + "\" has not ended");
        }
        return Answer.json(200, new Shown(desk, call.caller()).told(results.of(run)));
    }

    /** The run of a call, for those who may. */
    RunEntry find(Call call, Role role) {
        String id = call.variable("id");
        String named = "run \"" + id + "\"";
        RunEntry run = desk.ledger().run(id).orElseThrow(() -> Refused.notFound("there is no " + named));
        if (role != Role.VIEW || !isOwn(call.caller(), id)) {
            call.caller().require(role, target(run.flow()), named);
        }
        return run;
    }

    /** Whether a caller has asked for a run: that of an export call is of no flow that a grant names. */
    private boolean isOwn(Caller caller, String runId) {
        return caller.id() != null
                && caller.maySomewhere(Role.VIEW)
                && desk.records().requests().isOf(runId, caller.id());
    }

    /**
     * Lets somebody go on with the files of a run whose personal data is not treated, who may: by what the run did, and by the flow as it is
     * now, which tells of runs of before that was kept.
     *
     * @throws Refused where they may not
     */
    private void requirePii(Caller caller, Role role, RunEntry run) {
        desk.files().find(ExportedTable.flow(run.flow())).ifPresent(flow -> caller.requirePii(role, flow));
        if (!caller.mayPii(role, target(run.flow()))
                && desk.ledger().untreated().has(run.runId())) {
            throw Refused.forbidden("run \"" + run.runId() + "\": pii_policy = \"allow\" takes a grant of role "
                    + role.label() + " with pii");
        }
    }

    /**
     * Lets somebody go on with the files of a run who may have all that is in them: its personal data, and its rows by their days.
     *
     * @throws Refused where they may not
     */
    void requireFiles(Caller caller, Role role, RunEntry run) {
        requirePii(caller, role, run);
        boolean untreated = desk.ledger().untreated().has(run.runId());
        new DateRights(desk).requireFiles(caller, role, target(run.flow()), untreated, run);
    }

    private Target target(String flow) {
        String id = ExportedTable.flow(flow); // a table of a flow is seen by who may see that
        return desk.files().find(id).map(Target::of).orElseGet(() -> Target.gone(id));
    }

    private Answer list(Call call) {
        if (call.parameter("id").isPresent() || call.flag("undelivered")) {
            return few(call);
        }
        int limit = call.number("limit", 1, MOST_LIMIT, USUAL_LIMIT);
        History.Asked asked = new History.Asked(
                visible(call),
                call.parameter("status").map(RunsApi::status).orElse(null),
                call.parameter("since").map(this::since).orElse(null),
                call.parameter("cursor").map(RunsApi::position).orElse(null));
        History history = desk.records().history();
        List<History.Line> lines = withTables(call) || asked.flows().isEmpty()
                ? history.page(asked, limit + 1)
                : history.pageWithoutTables(asked, limit + 1);
        ObjectNode json = FactsJson.MAPPER.createObjectNode();
        ArrayNode runs = json.putArray("runs");
        Map<String, String> silent = desk.ledger().silent();
        Shown shown = new Shown(desk, call.caller());
        boolean files = call.flag("files");
        lines.stream()
                .limit(limit)
                .forEach(line -> runs.add(
                        files
                                ? shown.run(
                                        desk.ledger().run(line.run().runId()).orElse(line.run()), silent)
                                : shown.line(line, silent)));
        json.put(
                "next_cursor",
                lines.size() > limit ? cursor(lines.get(limit - 1).run()) : null);
        return Answer.json(200, json);
    }

    private static boolean withTables(Call call) {
        if (call.parameter("tables").isEmpty() || call.flag("tables")) {
            return true;
        }
        if (call.parameter("flow").isEmpty()) {
            throw Refused.badRequest("tables: false goes with flow, which is missing");
        }
        return false;
    }

    /** Those of an id, or whose files are kept: they are few, and there is nothing else to say of them. */
    private Answer few(Call call) {
        for (String other : List.of("flow", "tables", "status", "since", "cursor", "limit")) {
            if (call.parameter(other).isPresent()) {
                throw Refused.badRequest(other + ": does not go with id, nor with undelivered");
            }
        }
        if (call.parameter("id").isPresent() && call.flag("undelivered")) {
            throw Refused.badRequest("id: does not go with undelivered");
        }
        List<RunEntry> found = call.parameter("id").map(desk.ledger()::find).orElseGet(desk.ledger()::undelivered);
        ObjectNode json = FactsJson.MAPPER.createObjectNode();
        ArrayNode runs = json.putArray("runs");
        Map<String, String> silent = desk.ledger().silent();
        found.stream()
                .filter(run -> call.caller().may(Role.VIEW, target(run.flow())))
                .forEach(run -> runs.add(new Shown(desk, call.caller()).run(run, silent)));
        return Answer.json(200, json.putNull("next_cursor"));
    }

    /** The flows whose runs are asked for, and may be seen; null for all. */
    private Collection<String> visible(Call call) {
        Optional<String> asked = call.parameter("flow");
        if (asked.isPresent()) {
            return call.caller().may(Role.VIEW, target(asked.get())) ? List.of(asked.get()) : List.of();
        }
        if (call.caller().mayEverywhere(Role.VIEW)) {
            return null;
        }
        TreeSet<String> flows = new TreeSet<>(
                desk.records().history().flows(call.caller().mayNameFlows(Role.VIEW, RunTotal.flowOfCall(""))));
        flows.removeIf(flow -> !call.caller().may(Role.VIEW, target(flow)));
        return flows;
    }

    private static Status status(String text) {
        if (STATUSES.allowed().contains(text)) {
            return STATUSES.parse(text);
        }
        throw Refused.badRequest("status: " + NearestName.refusal(text, "is not a status", STATUSES.allowed()));
    }

    private Instant since(String text) {
        try {
            return text.matches("\\d{4}-.*T.*(Z|[+-]\\d\\d:\\d\\d)")
                    ? LogicalTime.parse(text, ZoneOffset.UTC)
                    : LogicalTime.since(text, desk.clock().instant());
        } catch (IllegalArgumentException e) {
            throw Refused.badRequest("since: " + e.getMessage());
        }
    }

    private static String cursor(RunEntry last) {
        String text = last.startedAt().toEpochMilli() + " " + last.runId();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static History.Position position(String cursor) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            int blank = text.indexOf(' ');
            if (text.matches("\\d{1,15} [\\w-]{1,60}")) {
                return new History.Position(
                        Instant.ofEpochMilli(Long.parseLong(text.substring(0, blank))), text.substring(blank + 1));
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw Refused.badRequest("cursor: is none that a page has had as its next_cursor");
    }
}
