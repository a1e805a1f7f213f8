package io.waybill.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.WaybillException;
import io.waybill.facts.FactsJson;
import io.waybill.flow.Flow;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.route.RouteYaml;
import io.waybill.route.step.Planning;
import io.waybill.run.FeedPlanner;
import io.waybill.run.FlowJson;
import io.waybill.run.Plan;
import io.waybill.run.PlanJson;
import io.waybill.run.Planner;
import io.waybill.run.TablesPlanner;
import io.waybill.server.FlowFiles.Stored;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** Flows: seen, made, changed, removed, planned, paused. */
final class FlowsApi {

    static final String ID = "[A-Za-z0-9_-]{1,100}";

    /** Whoever plans has a connection of the database meanwhile, and a thread. */
    private static final int MOST_PLANS = 8;

    /** Of a flow of many tables, the others are named: each takes its time. */
    private static final int MOST_TABLES_PLANNED = 50;

    private static final List<String> TOML = List.of("application/toml", "text/plain", "text/x-toml");

    private final Desk desk;
    private final Writing writing;
    private final Semaphore plansAtOnce = new Semaphore(MOST_PLANS);

    FlowsApi(Desk desk) {
        this.desk = desk;
        this.writing = new Writing(desk);
    }

    List<Operation> operations() {
        String[] toml = TOML.toArray(String[]::new);
        return List.of(
                Operation.of(
                        "listFlows", "GET", "/v2/flows", Role.VIEW, "The flows that the caller may see.", this::list),
                Operation.of("addFlow", "POST", "/v2/flows", Role.CREATE, "Adds a flow.", this::add)
                        .query("id", "its id, where the flow does not say")
                        .takes(toml)
                        .answers(201, Answer.JSON),
                Operation.of("getFlow", "GET", "/v2/flows/{id}", Role.VIEW, "A flow.", this::get)
                        .header("Accept", "application/toml for the flow's file, which takes role create")
                        .header("If-None-Match", "the ETag of what the caller has"),
                Operation.of("putFlow", "PUT", "/v2/flows/{id}", Role.CREATE, "Adds or changes a flow.", this::put)
                        .header("If-Match", "the ETag of the flow that is changed; needed where it is there")
                        .header("If-None-Match", "* where it is not to be there")
                        .takes(toml),
                Operation.of("deleteFlow", "DELETE", "/v2/flows/{id}", Role.CREATE, "Removes a flow.", this::delete)
                        .header("If-Match", "the ETag of the flow that is removed; needed")
                        .answers(204, null),
                Operation.of(
                                "planFlow",
                                "GET",
                                "/v2/flows/{id}/plan",
                                Role.VIEW,
                                "What a run of now would do.",
                                this::plan)
                        .query("table", "of a flow of many tables, the plan of this one alone, with its schema"),
                Operation.of(
                                "planText",
                                "POST",
                                "/v2/plan",
                                Role.CREATE,
                                "What a run of a flow would do that is not there yet.",
                                this::planText)
                        .query("id", "its id, where the flow does not say")
                        .takes(toml),
                Operation.of(
                        "pauseFlow",
                        "POST",
                        "/v2/flows/{id}/pause",
                        Role.CREATE,
                        "Has its triggers start nothing.",
                        call -> pause(call, true)),
                Operation.of(
                        "resumeFlow",
                        "POST",
                        "/v2/flows/{id}/resume",
                        Role.CREATE,
                        "Has its triggers start it again.",
                        call -> pause(call, false)));
    }

    private Answer list(Call call) {
        ObjectNode json = FactsJson.MAPPER.createObjectNode();
        ArrayNode flows = json.putArray("flows");
        FlowJson.Held held = held();
        Instant now = desk.clock().instant();
        for (Flow flow : desk.files().all().flows().values()) {
            if (call.caller().may(Role.VIEW, Target.of(flow))) {
                flows.add(new Shown(desk, call.caller()).flow(flow, held, now));
            }
        }
        if (call.caller().mayEverywhere(Role.VIEW)) {
            json.set(
                    FlowJson.WITHOUT_FILE,
                    held.without(desk.files().all().flows().keySet()));
        }
        return Answer.json(200, json);
    }

    private FlowJson.Held held() {
        return new FlowJson.Held(desk.component().paused(), desk.component().quarantined());
    }

    private Answer get(Call call) {
        Stored stored = stored(call, Role.VIEW);
        if (call.header("If-None-Match")
                .filter(tags -> matches(tags, stored.tag()))
                .isPresent()) {
            return Answer.empty(304).with("ETag", stored.tag());
        }
        if (call.header("Accept").filter(type -> type.contains("toml")).isPresent()) {
            call.caller()
                    .require(
                            Role.CREATE,
                            Target.of(stored.flow()),
                            named(stored.flow().id()));
            return Answer.text(200, Answer.TOML, stored.text()).with("ETag", stored.tag());
        }
        return one(200, stored, call.caller());
    }

    private Answer one(int status, Stored stored, Caller caller) {
        return Answer.json(
                        status,
                        new Shown(desk, caller)
                                .flow(stored.flow(), held(), desk.clock().instant()))
                .with("ETag", stored.tag());
    }

    private static String named(String id) {
        return "flow \"" + id + "\"";
    }

    private Stored stored(Call call, Role role) {
        String id = call.variable("id");
        Stored stored = desk.files().stored(id).orElseThrow(() -> Refused.notFound("there is no " + named(id)));
        call.caller().require(role, Target.of(stored.flow()), named(id));
        return stored;
    }

    /** The flow of a call, for those who may. */
    Flow flow(Call call, Role role) {
        return stored(call, role).flow();
    }

    private static boolean matches(String tags, String tag) {
        return tags.equals("*") || List.of(tags.split("\\s*,\\s*")).contains(tag);
    }

    private Answer add(Call call) {
        String text = call.text(TOML);
        Flow flow = writing.read(call.caller(), call.parameter("id").orElse(""), text);
        if (call.parameter("id").filter(id -> !id.equals(flow.id())).isPresent()) {
            throw Refused.wrong(List.of("id: the flow says it is \"" + flow.id() + "\""));
        }
        requireCreate(call, flow);
        if (desk.files().find(flow.id()).isPresent()) {
            throw Refused.of(409, named(flow.id()) + " is there already; PUT changes it");
        }
        Flow named =
                writing.read(call.caller(), flow.id(), text); // what is wrong is told by the file that it will have
        Stored stored = write(call, named, text, null);
        return one(201, stored, call.caller()).with("Location", "/v2/flows/" + flow.id());
    }

    private Answer put(Call call) {
        String id = call.variable("id");
        String text = call.text(TOML);
        Stored before = desk.files().stored(id).orElse(null);
        if (before != null) {
            call.caller().require(Role.CREATE, Target.of(before.flow()), named(id));
            call.caller().requirePii(Role.CREATE, before.flow());
            requireMatch(call, before);
        } else if (!call.caller().maySomewhere(Role.CREATE)) {
            throw Refused.forbidden(named(id) + ": role create is needed");
        } else if (call.header("If-Match").isPresent()) {
            throw Refused.of(412, named(id) + " is not there");
        }
        Flow flow = writing.read(call.caller(), id, text);
        if (!flow.id().equals(id)) {
            throw Refused.wrong(
                    List.of("id: the flow says it is \"" + flow.id() + "\", and it is put as \"" + id + "\""));
        }
        requireCreate(call, flow);
        Stored stored = write(call, flow, text, before);
        return one(before == null ? 201 : 200, stored, call.caller()).with("Location", "/v2/flows/" + id);
    }

    private static void requireCreate(Call call, Flow flow) {
        requireRole(call, flow);
        call.caller().requirePii(Role.CREATE, flow);
    }

    private static void requireRole(Call call, Flow flow) {
        if (!call.caller().may(Role.CREATE, Target.of(flow))) {
            throw Refused.forbidden(
                    named(flow.id()) + " of namespace \"" + flow.namespace() + "\": role create is needed");
        }
    }

    private static void requireMatch(Call call, Stored before) {
        if (call.header("If-None-Match").filter("*"::equals).isPresent()) {
            throw Refused.of(412, named(before.flow().id()) + " is there already");
        }
        String tags = call.header("If-Match")
                .orElseThrow(() -> Refused.of(
                        428,
                        named(before.flow().id())
                                + " is there: say in If-Match which text of it is meant, by the ETag of GET"));
        if (!matches(tags, before.tag())) {
            throw Refused.of(412, named(before.flow().id()) + " was changed since: its ETag is " + before.tag())
                    .with("ETag", before.tag());
        }
    }

    private Stored write(Call call, Flow flow, String text, Stored before) {
        writing.check(call.caller(), flow, text);
        writing.requireItsRuns(call.caller(), flow, before == null ? null : before.flow());
        Stored stored = desk.files().put(flow.id(), text, before);
        desk.records()
                .audit(call.caller().actor())
                .write(
                        before == null ? "flow add" : "flow change",
                        flow.id(),
                        before == null ? stored.tag() : before.tag() + " to " + stored.tag());
        return stored;
    }

    private Answer delete(Call call) {
        Stored stored = stored(call, Role.CREATE);
        call.caller().requirePii(Role.CREATE, stored.flow());
        requireMatch(call, stored);
        String id = stored.flow().id();
        desk.ledger().runs(id, Status.RUNNING, 1).stream().findFirst().ifPresent(run -> {
            throw Refused.of(409, named(id) + " is running (run " + run.runId() + ")");
        });
        desk.files().delete(stored);
        desk.records().audit(call.caller().actor()).write("flow remove", id, stored.tag());
        return Answer.empty(204);
    }

    private Answer plan(Call call) throws Exception {
        Flow flow = flow(call, Role.VIEW);
        call.caller().requirePii(Role.VIEW, flow);
        return plan(flow, call.caller(), call.parameter("table").orElse(null));
    }

    private Answer planText(Call call) throws Exception {
        String text = call.text(TOML);
        Flow flow = writing.read(call.caller(), call.parameter("id").orElse("flow"), text);
        requireCreate(call, flow);
        writing.check(call.caller(), flow, text);
        return plan(flow, call.caller(), null);
    }

    private Answer plan(Flow flow, Caller caller, String table) throws Exception {
        if (!plansAtOnce.tryAcquire()) {
            throw Refused.of(503, MOST_PLANS + " plans are made already").with("Retry-After", "2");
        }
        try {
            return planned(flow, caller, table);
        } finally {
            plansAtOnce.release();
        }
    }

    private Answer planned(Flow flow, Caller caller, String table) throws Exception {
        List<String> triggers = FlowJson.triggers(flow, desk.clock().instant());
        try {
            if (flow.feed() != null) {
                FeedPlanner planner =
                        Planning.ofFeed(desk.context(), flow, desk.files().dataSetOf(flow));
                ObjectNode json = PlanJson.of(planner.plan(), planner.latest(), triggers, "");
                putAsked(json, flow, caller);
                return Answer.json(200, new Shown(desk, caller).told(json));
            }
            Instant now = desk.clock().instant();
            Planner.Request look = Planner.Request.look("plan", now.atZone(flow.timezone()))
                    .from(caller.limits(flow, now).firstDay());
            ObjectNode json = planned(flow, table, look, triggers);
            putAsked(json, flow, caller);
            desk.component().takeover(flow.export()).ifPresent(words -> json.put("takeover", words));
            if (caller.may(Role.CREATE, Target.of(flow))) {
                json.put(
                        "route",
                        new RouteYaml(desk.context()).print(flow, desk.files().dataSetOf(flow)));
            } else {
                json.remove("route");
            }
            return Answer.json(200, new Shown(desk, caller).told(json));
        } catch (WaybillException e) {
            throw Refused.wrong(desk.told(e.getMessage(), caller).lines().toList());
        }
    }

    /** What becomes of a run that the caller asks for: what it is refused for, and what limits it that does not limit those of triggers. */
    private void putAsked(ObjectNode json, Flow flow, Caller caller) {
        if (!caller.may(Role.CREATE, Target.of(flow))) {
            return; // who may not run it is told so when they try
        }
        long most = caller.limits(flow, desk.clock().instant()).mostRows();
        if (most > 0) {
            json.put("most_rows", most);
        }
        try {
            writing.checkRun(caller, flow);
        } catch (Refused e) {
            String planned = json.path("refused").asText();
            json.put("refused", planned.isEmpty() ? e.getMessage() : e.getMessage() + "; " + planned);
        }
    }

    private ObjectNode planned(Flow flow, String table, Planner.Request look, List<String> triggers) throws Exception {
        if (!flow.export().isOfManyTables()) {
            if (table != null) {
                throw Refused.badRequest("table: is for a flow of many tables, and " + named(flow.id()) + " is of one");
            }
            Planner planner = Planning.of(desk.context(), flow, desk.files().dataSetOf(flow));
            return planned(planner, look, triggers);
        }
        TablesPlanner tables = Planning.ofTables(desk.context(), flow);
        return table == null
                ? PlanJson.ofTables(tables, MOST_TABLES_PLANNED, look, triggers, "")
                : planned(tables.of(tables.find().one(table)), look, triggers);
    }

    private static ObjectNode planned(Planner planner, Planner.Request look, List<String> triggers) {
        Plan plan = planner.plan(look);
        ObjectNode json = PlanJson.of(plan, triggers, "");
        planner.refusal(plan).ifPresent(why -> json.put("refused", why));
        return json;
    }

    private Answer pause(Call call, boolean pause) {
        Flow flow = flow(call, Role.CREATE);
        boolean changed = pause
                ? desk.records().pauses(call.caller().actor()).pause(flow.id())
                : desk.records().pauses(call.caller().actor()).resume(flow.id());
        Optional<io.waybill.ledger.Pauses.Pause> since = desk.ledger().pauses().find(flow.id());
        return Answer.json(
                200,
                FactsJson.MAPPER
                        .createObjectNode()
                        .put("id", flow.id())
                        .put("paused", since.isPresent())
                        .put("changed", changed)
                        .put("since", since.map(each -> each.since().toString()).orElse(null)));
    }
}
