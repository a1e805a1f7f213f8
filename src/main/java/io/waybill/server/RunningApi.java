package io.waybill.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.WaybillException;
import io.waybill.facts.FactsJson;
import io.waybill.flow.Flow;
import io.waybill.flow.InvalidFlowException;
import io.waybill.ledger.FiredAlreadyException;
import io.waybill.ledger.FlowHeldException;
import io.waybill.ledger.FlowQuarantinedException;
import io.waybill.ledger.Occasion;
import io.waybill.ledger.Requests;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.Tokens;
import io.waybill.route.step.AskedRun;
import io.waybill.run.ActiveRun;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs that somebody asks for: begun, waited for, told of. */
final class RunningApi {

    /** How long a run is waited for that does not begin at once: it may be behind another. */
    private static final Duration MOST_TO_BEGIN = Duration.ofSeconds(20);

    private static final int MOST_WAIT_SECONDS = 60;

    /** Who waits has a thread; more than these are told where to look instead, as RFC 7240 has it. */
    private static final int MOST_WAITING = 8;

    private static final Pattern WAIT = Pattern.compile("(?:.*[,; ])?wait(?:=(\\d{1,6}))?(?:[,; ].*)?");
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7E]{1,200}");

    private final Desk desk;
    private final FlowsApi flows;
    private final Results results;
    private final Semaphore waiting = new Semaphore(MOST_WAITING);

    /** The runs with a key that have not begun yet, being behind others: the ledger does not know of these. */
    private final Map<String, Queued> queued = new ConcurrentHashMap<>();

    private record Queued(String request, AskedRun run) {}

    /** Whose turn it is of those who come with the same key; a few keys share one. */
    private final Object[] turns = new Object[64];

    RunningApi(Desk desk, FlowsApi flows, Results results) {
        this.desk = desk;
        this.flows = flows;
        this.results = results;
        java.util.Arrays.setAll(turns, each -> new Object());
    }

    List<Operation> operations() {
        return List.of(
                waits(Operation.of("runFlow", "POST", "/v2/flows/{id}/run", Role.CREATE, "Runs a flow now.", this::run))
                        .header("Idempotency-Key", "what tells a repetition: it is answered with the same run")
                        .takes(Answer.JSON));
    }

    /** One that may wait for its run. */
    static Operation waits(Operation operation) {
        return operation
                .query("wait", "true to be answered when it has ended, after " + MOST_WAIT_SECONDS + " s at most")
                .header("Prefer", "wait, or wait=20 for so many seconds at most")
                .answers(202, Answer.JSON);
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
                return again(before.get(), request, call.caller());
            }
            Queued first = queued.get(key);
            if (first != null && !first.request().equals(request.request())) {
                throw CallsUnderWay.another("");
            }
            run = first == null ? begin(call, flow, headers, request) : first.run();
            if (first == null && !run.isDecided()) {
                queued.put(key, new Queued(request.request(), run));
                run.whenDecided(() -> queued.remove(key));
            }
        }
        run.awaitBegin(MOST_TO_BEGIN);
        return answer(run, call, flow, request, seconds);
    }

    /** Returns when it has begun, or it is known that it has not. */
    private AskedRun begin(Call call, Flow flow, Map<String, Object> headers, Occasion.Requested request) {
        requireQuota(call.caller(), Target.of(flow));
        new Writing(desk).checkRun(call.caller(), flow);
        AskedRun.Limits limits = call.caller().limits(flow, desk.clock().instant());
        AskedRun run = AskedRun.start(desk.context(), flow.id(), headers, request, limits, desk.runs());
        run.awaitBegin(MOST_TO_BEGIN);
        results.remember(run);
        return run;
    }

    private Answer answer(AskedRun run, Call call, Flow flow, Occasion.Requested request, int seconds) {
        Optional<ActiveRun> begun = run.awaitBegin(Duration.ZERO);
        if (begun.isEmpty()) {
            return run.failure()
                    .map(failure -> notBegun(failure, request, call.caller()))
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
        return answer(call.caller(), begun.get().runId(), seconds, run);
    }

    /** What a run that was taken up is answered: where it has not begun, why. */
    Answer takenUp(Call call, AskedRun run) {
        Optional<ActiveRun> begun = run.awaitBegin(MOST_TO_BEGIN);
        results.remember(run);
        return begun.isPresent()
                ? answer(call.caller(), begun.get().runId(), wait(call), run)
                : run.failure()
                        .map(failure -> notBegun(failure, new Occasion.Requested(null, null, null), call.caller()))
                        .orElseThrow(() -> Refused.of(503, "its flow is busy").with("Retry-After", "10"));
    }

    private Answer notBegun(Exception failure, Occasion.Requested request, Caller caller) {
        Exception known = WaybillException.causes(failure)
                .filter(each -> each instanceof WaybillException || each instanceof InvalidFlowException)
                .map(Exception.class::cast)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("a run has not begun", failure));
        if (request.key() != null && (known instanceof FiredAlreadyException || known instanceof FlowHeldException)) {
            // another process was asked for the same at the same time
            Optional<Requests.Request> other = desk.records().requests().find(request.key());
            if (other.isPresent()) {
                return again(other.get(), request, caller);
            }
        }
        String message = RunOptions.worded(desk.told(known.getMessage(), caller));
        if (known instanceof FlowQuarantinedException quarantined) {
            throw Refused.of(409, message).saying("quarantined_run", quarantined.runId());
        }
        if (known instanceof FlowHeldException) {
            throw Refused.of(409, message.replaceAll(", process \\d+ on [^)]*", ""))
                    .with("Retry-After", "5");
        }
        throw known instanceof WaybillException problem && problem.retryable()
                ? Refused.of(503, message).with("Retry-After", "30")
                : Refused.wrong(message.lines().toList());
    }

    private Answer again(Requests.Request before, Occasion.Requested request, Caller caller) {
        if (!before.isFor(request.request())) {
            throw CallsUnderWay.another(" (run " + before.runId() + ")");
        }
        return answer(caller, before.runId(), 0, null).with("Idempotency-Replayed", "true");
    }

    /** The key of a caller is nobody else's. */
    static String key(Call call) {
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

    private Answer answer(Caller caller, String runId, int seconds, AskedRun run) {
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
                        ended ? 200 : 202,
                        new Shown(desk, caller).run(entry, desk.ledger().silent()))
                .with("Location", "/v2/runs/" + runId);
        return waited ? answer.with("Preference-Applied", "wait") : answer;
    }

    /** @throws Refused where the caller's day is used up */
    void requireQuota(Caller caller, Target target) {
        Tokens.DailyLimits limits = caller.daily(target);
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
            throw Refused.of(429, "the caller's limit is reached: " + over + " in 24 hours")
                    .with("Retry-After", "3600");
        }
    }

    private static String over(String what, long used, Long most) {
        return most != null && used >= most ? used + " of " + most + " " + what : null;
    }
}
