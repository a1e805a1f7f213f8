package io.waybill.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.waybill.facts.FactsJson;
import io.waybill.flow.Form;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.run.ActiveRun;
import io.waybill.run.TablesRun;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How far runs have come, as server-sent events. An event's id says how far that is: who comes back with the last one gets what has
 * changed since, and nothing where nothing has.
 */
final class RunEvents {

    static final String ID = "getRunEvents";

    private static final long EVERY_MS = 400;

    /** A line that says nothing keeps the connection from being taken for dead. */
    private static final int ROUNDS_OF_SILENCE = 35;

    private static final int MOST_LISTENERS = 1_000;
    private static final int MOST_OF_ONE = 20;

    /** So often it is looked at whether who listens still may. */
    private static final Duration LOOKED_AT_EVERY = Duration.ofSeconds(30);

    private final Api api;
    private final Expected expected;
    private final AtomicInteger listeners = new AtomicInteger();
    private final Map<String, Integer> byCaller = new ConcurrentHashMap<>();

    private final Set<HttpServerResponse> open = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    RunEvents(Api api) {
        this.api = api;
        this.expected = new Expected(api.desk());
    }

    static List<Operation> operations() {
        return List.of(Operation.of(
                        ID,
                        "GET",
                        "/v2/runs/{id}/events",
                        Role.VIEW,
                        "How far a run has come, as server-sent events, until it ends.",
                        null)
                .header("Last-Event-ID", "the id of the last event that the caller has had")
                .answers(200, "text/event-stream"));
    }

    void addTo(Router router) {
        router.getWithRegex("/v2/runs/[^/]+/events").handler(this::handle);
    }

    /** How many listen. */
    int listening() {
        return listeners.get();
    }

    /** Tells those who listen that the server stops; they hear of their runs as long as it answers. */
    void drain() {
        stopping = true;
        open.forEach(response -> tell(response, "event: stopping\ndata: {}\n\n"));
    }

    /** Ends what they are told: whoever listens on asks again, by then of another process. */
    void close() {
        open.forEach(response -> {
            if (!response.ended() && !response.closed()) {
                response.end();
            }
        });
    }

    private static void tell(HttpServerResponse response, String text) {
        if (!response.ended() && !response.closed()) {
            response.write(text);
        }
    }

    /** How far a run has come. */
    private record Point(String id, String event, ObjectNode data) {

        String text() {
            try {
                return "id: " + id + "\nevent: " + event + "\ndata: "
                        + FactsJson.MAPPER
                                .writer()
                                .without(com.fasterxml.jackson.databind.SerializationFeature.INDENT_OUTPUT)
                                .writeValueAsString(data)
                        + "\n\n";
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("a tree of JSON can be written", e);
            }
        }
    }

    private void handle(RoutingContext routing) {
        Operation operation = api.operation(ID);
        Api.Request request = ApiStep.request(routing.request(), new byte[0]);
        String last = routing.request().getHeader("Last-Event-ID");
        if (listeners.incrementAndGet() > MOST_LISTENERS) {
            listeners.decrementAndGet();
            DoorAnswers.send(
                    routing,
                    Refused.of(503, "too many listen to runs already")
                            .with("Retry-After", "5")
                            .answer());
            return;
        }
        AtomicBoolean left = new AtomicBoolean();
        routing.addEndHandler(ended -> {
            open.remove(routing.response());
            if (!left.getAndSet(true)) {
                listeners.decrementAndGet();
            }
        });
        routing.vertx()
                .executeBlocking(() -> api.check(operation, request, call -> first(call, request)), false)
                .onSuccess(first -> {
                    if (routing.response().ended() || routing.response().closed()) {
                        leave(first.caller());
                        return;
                    }
                    routing.addEndHandler(ended -> leave(first.caller()));
                    begin(routing, first, last);
                })
                .onFailure(e -> DoorAnswers.send(
                        routing,
                        e instanceof Refused refused
                                ? refused.answer()
                                : Refused.of(500, "").answer()));
    }

    /**
     * Who listens, and what they were told last.
     *
     * @param looked when it was looked at whether they may
     */
    private record First(Caller caller, Point point, Api.Request request, Instant looked) {}

    private First first(Call call, Api.Request request) {
        Point point = point(api.runs().find(call, Role.VIEW), call.caller());
        if (!come(call.caller())) {
            throw Refused.of(503, MOST_OF_ONE + " of yours listen to runs already")
                    .with("Retry-After", "5");
        }
        return new First(call.caller(), point, request, desk().clock().instant());
    }

    /** Whether one more of theirs may listen; the user of this machine is not counted. */
    private boolean come(Caller caller) {
        return caller.id() == null || byCaller.merge(caller.id(), 1, Integer::sum) <= MOST_OF_ONE || !leave(caller);
    }

    private boolean leave(Caller caller) {
        if (caller.id() != null) {
            byCaller.computeIfPresent(caller.id(), (id, count) -> count == 1 ? null : count - 1);
        }
        return true;
    }

    /** Whoever has lost their token, or a grant, is told nothing more. */
    private Optional<First> stillAllowed(First known) {
        Instant now = desk().clock().instant();
        if (now.isBefore(known.looked().plus(LOOKED_AT_EVERY))) {
            return Optional.of(known);
        }
        return api.isStillAllowed(api.operation(ID), known.request())
                ? Optional.of(new First(known.caller(), known.point(), known.request(), now))
                : Optional.empty();
    }

    private Optional<First> look(First known, String runId) {
        return stillAllowed(known)
                .flatMap(first -> look(runId, first.caller())
                        .map(now -> new First(first.caller(), now, first.request(), first.looked())));
    }

    private void begin(RoutingContext routing, First known, String last) {
        Point first = known.point();
        boolean same = first.id().equals(last);
        if (same && first.event().equals("end")) {
            DoorAnswers.send(routing, Answer.empty(204)); // by that, an EventSource comes no more
            return;
        }
        HttpServerResponse response = routing.response();
        response.setChunked(true).putHeader("Content-Type", "text/event-stream; charset=utf-8");
        response.write("retry: 1000\n\n");
        if (!same) {
            response.write(first.text());
        }
        if (first.event().equals("end")) {
            response.end();
            return;
        }
        open.add(response);
        if (stopping) {
            drain();
        }
        next(routing, known, first.data().path("run_id").asText(), 0);
    }

    private void next(RoutingContext routing, First known, String runId, int silent) {
        Point before = known.point();
        routing.vertx().setTimer(EVERY_MS, timer -> {
            HttpServerResponse response = routing.response();
            if (response.closed() || response.ended()) {
                return;
            }
            if (response.writeQueueFull()) { // who does not read is told when they do
                next(routing, known, runId, silent);
                return;
            }
            routing.vertx().executeBlocking(() -> look(known, runId), false).onComplete(looked -> {
                First heard = looked.succeeded() ? looked.result().orElse(null) : known;
                if (response.closed() || response.ended()) {
                    return;
                }
                if (heard == null) {
                    response.end();
                    return;
                }
                Point now = heard.point();
                boolean news = !now.id().equals(before.id());
                if (news) {
                    response.write(now.text());
                } else if (silent == ROUNDS_OF_SILENCE) {
                    response.write(": \n\n");
                }
                if (now.event().equals("end")) {
                    response.end();
                } else {
                    next(routing, heard, runId, news || silent == ROUNDS_OF_SILENCE ? 0 : silent + 1);
                }
            });
        });
    }

    /** Where it is under way here, without the ledger. */
    private Optional<Point> look(String runId, Caller caller) {
        Optional<ActiveRun> active = active(runId);
        return active.isPresent()
                ? active.map(this::point)
                : desk().ledger().run(runId).map(run -> point(run, caller));
    }

    private Desk desk() {
        return api.desk();
    }

    private Optional<ActiveRun> active(String runId) {
        return desk().component().activeRuns().stream()
                .filter(run -> run.runId().equals(runId) && run.result() == null)
                .findFirst();
    }

    private Point point(ActiveRun run) {
        TablesRun tables = run.tables();
        if (tables != null) {
            ObjectNode data = FactsJson.MAPPER
                    .createObjectNode()
                    .put("run_id", run.runId())
                    .put("flow", run.flow())
                    .put("status", "running")
                    .put("stage", "stage")
                    .put("rows", tables.rows())
                    .put("tables", tables.words());
            return new Point("tables-" + tables.rows() + "-" + tables.words(), "progress", data);
        }
        String stage = run.isStaged() ? "publish" : run.plan() == null && run.feed() == null ? "plan" : "stage";
        ObjectNode data = FactsJson.MAPPER
                .createObjectNode()
                .put("run_id", run.runId())
                .put("flow", run.flow())
                .put("status", "running")
                .put("stage", stage)
                .put("rows", run.rows())
                .put("bytes", run.bytes())
                .put("part", run.part());
        expected.put(data, run);
        return new Point(stage + "-" + run.rows() + "-" + run.part(), "progress", data);
    }

    private Point point(RunEntry run, Caller caller) {
        if (run.status() == Status.RUNNING) {
            Optional<ActiveRun> active = active(run.runId());
            if (active.isPresent()) {
                return point(active.get());
            }
            ObjectNode data = FactsJson.MAPPER
                    .createObjectNode()
                    .put("run_id", run.runId())
                    .put("flow", run.flow())
                    .put("status", "running")
                    .put("stage", Form.lower(run.stage()))
                    .put("rows", run.rows());
            return new Point(Form.lower(run.stage()) + "-" + run.rows(), "progress", data);
        }
        ObjectNode data = new Shown(desk(), caller).run(run, desk().ledger().silent());
        return new Point("end-" + run.attempt() + "-" + Form.lower(run.status()), "end", data);
    }
}
