package io.waybill.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.WaybillException;
import io.waybill.facts.FactsJson;
import io.waybill.flow.Flow;
import io.waybill.flow.Form;
import io.waybill.flow.InvalidFlowException;
import io.waybill.flow.NearestName;
import io.waybill.ledger.FiredAlreadyException;
import io.waybill.ledger.FlowHeldException;
import io.waybill.ledger.History;
import io.waybill.ledger.Occasion;
import io.waybill.ledger.Requests;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.Tokens;
import io.waybill.route.step.AskedRun;
import io.waybill.route.step.LogicalTime;
import io.waybill.run.ActiveRun;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs: asked for, listed, seen. */
final class RunsApi {

    /** How long a run is waited for that does not begin at once: it may be behind another. */
    private static final Form.Choice<Status> STATUSES = Form.Choice.of(Status.class);

    private static final Duration MOST_TO_BEGIN = Duration.ofSeconds(20);

    private static final int MOST_WAIT_SECONDS = 60;

    /** Who waits has a thread; more than these are told where to look instead, as RFC 7240 has it. */
    private static final int MOST_WAITING = 8;

    private static final int USUAL_LIMIT = 50;
    private static final int MOST_LIMIT = 500;

    private static final Pattern WAIT = Pattern.compile("(?:.*[,; ])?wait(?:=(\\d{1,6}))?(?:[,; ].*)?");
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7E]{1,200}");

    private final Desk desk;
    private final Shown shown;
    private final FlowsApi flows;
    private final Semaphore waiting = new Semaphore(MOST_WAITING);

    /** Whose turn it is of those who come with the same key; a few keys share one. */
    private final Object[] turns = new Object[64];

    RunsApi(Desk desk, FlowsApi flows) {
        this.desk = desk;
        this.shown = new Shown(desk);
        this.flows = flows;
        java.util.Arrays.setAll(turns, each -> new Object());
    }

    List<Operation> operations() {
        return List.of(
                Operation.of("runFlow", "POST", "/v2/flows/{id}/run", Role.CREATE, "Runs a flow now.", this::run)
                        .query(
                                "wait",
                                "true to be answered when it has ended, after " + MOST_WAIT_SECONDS + " s at most")
                        .header("Prefer", "wait, or wait=20 for so many seconds at most")
                        .header("Idempotency-Key", "what tells a repetition: it is answered with the same run")
                        .takes(Answer.JSON)
                        .answers(202, Answer.JSON),
                Operation.of("listRuns", "GET", "/v2/runs", Role.VIEW, "Runs, the latest first.", this::list)
                        .query("flow", "of that flow")
                        .query("status", String.join(", ", STATUSES.allowed()))
                        .query("since", "that began then or later: 2026-01-15, 2026-01-15T18:00, or so long ago: 12h")
                        .query("limit", "so many at most, " + USUAL_LIMIT + " without it, up to " + MOST_LIMIT)
                        .query("cursor", "next_cursor of the page before"),
                Operation.of("getRun", "GET", "/v2/runs/{id}", Role.VIEW, "A run, and its files.", this::get));
    }

    private Answer run(Call call) {
        Flow flow = flows.flow(call, Role.CREATE);
        ObjectNode asked = call.json();
        Map<String, Object> headers = RunOptions.headers(flow, asked);
        int seconds = wait(call);
        String key = key(call);
        Occasion.Requested request = new Occasion.Requested(call.caller().id(), key, flow.id() + "\n" + asked);
        if (key == null) {
            return answer(begin(call, flow, headers, request), call, flow, request, seconds);
        }
        AskedRun run;
        // of several at once the first begins the run, and the others find it
        synchronized (turns[Math.floorMod(key.hashCode(), turns.length)]) {
            Optional<Requests.Request> before = desk.records().requests().find(key);
            if (before.isPresent()) {
                return again(before.get(), request);
            }
            run = begin(call, flow, headers, request);
        }
        return answer(run, call, flow, request, seconds);
    }

    /** Returns when it has begun, or it is known that it has not. */
    private AskedRun begin(Call call, Flow flow, Map<String, Object> headers, Occasion.Requested request) {
        requireQuota(call.caller());
        new Places(desk).refuseLinks(flow);
        call.caller().requirePii(Role.CREATE, flow);
        long mostRows = call.caller().mostRows(Target.of(flow));
        AskedRun run = AskedRun.start(desk.context(), flow.id(), headers, request, mostRows, desk.runs());
        run.awaitBegin(MOST_TO_BEGIN);
        return run;
    }

    private Answer answer(AskedRun run, Call call, Flow flow, Occasion.Requested request, int seconds) {
        Optional<ActiveRun> begun = run.awaitBegin(Duration.ZERO);
        if (begun.isEmpty()) {
            return run.failure()
                    .map(failure -> notBegun(failure, request))
                    .orElseGet(() -> Answer.json(
                                    202,
                                    FactsJson.MAPPER
                                            .createObjectNode()
                                            .put("flow", flow.id())
                                            .put("status", "queued"))
                            .with("Location", "/v2/runs?flow=" + flow.id()));
        }
        desk.records()
                .audit(call.caller().actor())
                .write("run", begun.get().runId(), request.request().replace('\n', ' '));
        return answer(begun.get().runId(), seconds, run);
    }

    private Answer notBegun(Exception failure, Occasion.Requested request) {
        Exception known = WaybillException.causes(failure)
                .filter(each -> each instanceof WaybillException || each instanceof InvalidFlowException)
                .map(Exception.class::cast)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("a run has not begun", failure));
        if (request.key() != null && (known instanceof FiredAlreadyException || known instanceof FlowHeldException)) {
            // another process was asked for the same at the same time
            Optional<Requests.Request> other = desk.records().requests().find(request.key());
            if (other.isPresent()) {
                return again(other.get(), request);
            }
        }
        String message = RunOptions.worded(desk.outside(known.getMessage()));
        if (known instanceof FlowHeldException) {
            throw Refused.of(409, message.replaceAll(", process \\d+ on [^)]*", ""))
                    .with("Retry-After", "5");
        }
        throw known instanceof WaybillException problem && problem.retryable()
                ? Refused.of(503, message).with("Retry-After", "30")
                : Refused.wrong(message.lines().toList());
    }

    private Answer again(Requests.Request before, Occasion.Requested request) {
        if (!before.isFor(request.request())) {
            throw Refused.of(
                    422,
                    "Idempotency-Key: something else was asked for under this key before (run " + before.runId() + ")");
        }
        return answer(before.runId(), 0, null).with("Idempotency-Replayed", "true");
    }

    /** The key of a caller is nobody else's. */
    private static String key(Call call) {
        return call.header("Idempotency-Key")
                .map(key -> {
                    if (!KEY.matcher(key).matches()) {
                        throw Refused.badRequest(
                                "Idempotency-Key: 1 to 200 characters of ASCII without blanks are allowed");
                    }
                    return call.caller().id() + "\n" + key;
                })
                .orElse(null);
    }

    private static int wait(Call call) {
        if (call.flag("wait")) {
            return MOST_WAIT_SECONDS;
        }
        Matcher preferred = WAIT.matcher(call.header("Prefer").orElse(""));
        if (!preferred.matches()) {
            return 0;
        }
        return preferred.group(1) == null
                ? MOST_WAIT_SECONDS
                : Math.min(MOST_WAIT_SECONDS, Integer.parseInt(preferred.group(1)));
    }

    private Answer answer(String runId, int seconds, AskedRun run) {
        boolean waited = false;
        if (seconds > 0 && run != null && waiting.tryAcquire()) {
            try {
                waited = run.awaitEnd(Duration.ofSeconds(seconds)).isPresent();
            } finally {
                waiting.release();
            }
        }
        RunEntry entry = desk.ledger().run(runId).orElseThrow(() -> Refused.of(410, "run " + runId + " is forgotten"));
        boolean ended = entry.status() != Status.RUNNING;
        Answer answer = Answer.json(
                        ended ? 200 : 202, shown.run(entry, desk.ledger().silent()))
                .with("Location", "/v2/runs/" + runId);
        return waited ? answer.with("Preference-Applied", "wait") : answer;
    }

    /** @throws Refused where the token's day is used up */
    void requireQuota(Caller caller) {
        Tokens.DailyLimits limits = caller.limits();
        if (caller.id() == null || limits.isNone()) {
            return;
        }
        Requests.Used used = desk.records()
                .requests()
                .used(caller.id(), desk.clock().instant().minus(Duration.ofDays(1)));
        String over = over("exports", used.exports(), limits.exports());
        over = over == null ? over("rows", used.rows(), limits.rows()) : over;
        over = over == null ? over("bytes", used.bytes(), limits.bytes()) : over;
        if (over != null) {
            throw Refused.of(429, "the token's limit is reached: " + over + " in 24 hours")
                    .with("Retry-After", "3600");
        }
    }

    private static String over(String what, long used, Long most) {
        return most != null && used >= most ? used + " of " + most + " " + what : null;
    }

    private Answer get(Call call) {
        return Answer.json(200, shown.run(find(call, Role.VIEW), desk.ledger().silent()));
    }

    /** The run of a call, for those who may. */
    RunEntry find(Call call, Role role) {
        String id = call.variable("id");
        String named = "run \"" + id + "\"";
        RunEntry run = desk.ledger().run(id).orElseThrow(() -> Refused.notFound("there is no " + named));
        call.caller().require(role, target(run.flow()), named);
        return run;
    }

    private Target target(String flow) {
        return desk.files().find(flow).map(Target::of).orElseGet(() -> Target.gone(flow));
    }

    private Answer list(Call call) {
        int limit = call.number("limit", 1, MOST_LIMIT, USUAL_LIMIT);
        List<History.Line> lines = desk.records()
                .history()
                .page(
                        new History.Asked(
                                visible(call),
                                call.parameter("status").map(RunsApi::status).orElse(null),
                                call.parameter("since").map(this::since).orElse(null),
                                call.parameter("cursor").map(RunsApi::position).orElse(null)),
                        limit + 1);
        ObjectNode json = FactsJson.MAPPER.createObjectNode();
        ArrayNode runs = json.putArray("runs");
        Map<String, String> silent = desk.ledger().silent();
        lines.stream().limit(limit).forEach(line -> runs.add(shown.line(line, silent)));
        json.put(
                "next_cursor",
                lines.size() > limit ? cursor(lines.get(limit - 1).run()) : null);
        return Answer.json(200, json);
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
        TreeSet<String> flows = new TreeSet<>(desk.records().history().flows());
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
