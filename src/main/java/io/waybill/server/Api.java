package io.waybill.server;

import io.waybill.WaybillException;
import io.waybill.ledger.LedgerAwayException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All operations, and what is done with each call of one: who is it, what is asked for, may they, the answer, the record. */
final class Api implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Api.class);

    private static final int MOST_SUBJECT = 300;

    private final List<Operation> operations;
    private final Guard guard;
    private final AuditLine audit;
    private final TurnedAway turnedAway;
    private final ScheduledExecutorService minutes;
    private final Proved proved = new Proved();
    private final RateLimits limits;
    private final RunsApi runs;
    private final RunFiles files;
    private final Desk desk;
    private final Pages pages;

    /** @param pages the pages for people */
    Api(Desk desk, Pages pages) {
        FlowsApi flows = new FlowsApi(desk);
        Results results = new Results(desk);
        RunningApi running = new RunningApi(desk, flows, results);
        this.runs = new RunsApi(desk, results);
        this.desk = desk;
        this.files = new RunFiles(desk, runs);
        this.guard = new Guard(desk);
        this.audit = new AuditLine(desk);
        this.turnedAway = new TurnedAway(
                desk.clock(), entry -> audit.later(entry.actor(), entry.action(), entry.subject(), entry.detail()));
        this.minutes =
                desk.context().getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "waybill-minutes");
        minutes.scheduleWithFixedDelay(turnedAway::tellMinutesThatAreOver, 10, 10, TimeUnit.SECONDS);
        this.limits = new RateLimits(desk.settings().calls(), desk.settings().strangersCalls(), desk.clock());
        List<Operation> all = new ArrayList<>();
        all.addAll(flows.operations());
        all.addAll(running.operations());
        all.addAll(runs.operations());
        all.addAll(new KeptRunsApi(desk, runs, running).operations());
        all.addAll(FileDownload.operations());
        all.addAll(RunEvents.operations());
        DataSetsApi dataSets = new DataSetsApi(desk);
        all.addAll(dataSets.operations());
        all.addAll(new PreviewApi(desk, dataSets, flows).operations());
        all.addAll(new TablesApi(desk).operations());
        all.addAll(new ExportApi(desk, dataSets, running).operations());
        all.addAll(new WatchApi(desk).operations());
        all.add(AccessReview.operation(desk));
        all.addAll(new SessionsApi(desk).operations());
        all.addAll(new NodesApi(desk).operations());
        all.add(ReloadApi.operation(desk));
        all.add(OpenApi.operation(this::operations));
        this.pages = pages;
        all.addAll(pages.operations(new Inside(this)));
        this.operations = List.copyOf(all);
    }

    /** From now on the server is told so. */
    void use(ServerSettings settings) {
        desk.told().set(settings);
        desk.files().forget();
        guard.use(settings);
        limits.use(settings.calls(), settings.strangersCalls());
    }

    List<Operation> operations() {
        return operations;
    }

    Operation operation(String id) {
        return operations.stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    Guard guard() {
        return guard;
    }

    RunsApi runs() {
        return runs;
    }

    RunFiles files() {
        return files;
    }

    Desk desk() {
        return desk;
    }

    /** The methods that a path takes; none where it is none of ours. */
    Set<String> methods(String path) {
        Set<String> methods = new LinkedHashSet<>();
        operations.stream()
                .filter(operation -> operation.match(path).isPresent())
                .forEach(operation -> {
                    methods.add(operation.method());
                    if (operation.isRead() && !operation.id().equals(RunEvents.ID)) {
                        methods.add("HEAD");
                    }
                });
        return methods;
    }

    /**
     * A request, as it came.
     *
     * @param path the raw path
     * @param query what stands behind the question mark, raw; null for nothing
     * @param isSecure whether it has come by TLS
     * @param address where it comes from
     */
    record Request(
            String path,
            String query,
            Function<String, String> headers,
            byte[] body,
            boolean isSecure,
            String address) {

        String target() {
            return query == null ? path : path + "?" + query;
        }
    }

    /** Whether a path takes what forms send. */
    boolean takesForm(String method, String path) {
        return operations.stream()
                .anyMatch(operation -> operation.takes().contains(Operation.FORM)
                        && operation.method().equals(method)
                        && operation.match(path).isPresent());
    }

    /** What a browser is told by a page that is turned away before it is known what it wants. */
    Answer page(Request request, Refused refused) {
        return pages.refused(
                Call.of(request.headers(), Caller.nobody(), request.target(), request.isSecure()), refused);
    }

    /** A style sheet or a script, also while nothing else is answered. */
    Answer asset(Request request) {
        return operations.stream()
                .filter(operation -> operation.path().startsWith(Pages.ASSETS)
                        && operation.match(request.path()).isPresent())
                .findFirst()
                .map(operation -> answer(operation, request))
                .orElseGet(
                        () -> Refused.notFound("there is nothing at this path").answer());
    }

    /** Answers a request of an operation, whatever becomes of it. */
    Answer answer(Operation operation, Request request) {
        Caller caller = Caller.nobody();
        Answer answer;
        Optional<RateLimits.Left> left = Optional.empty();
        try {
            caller = caller(operation, request);
            left = limits.take(caller);
            Call call = call(operation, request, caller);
            guard.requireOwnForm(call);
            answer = operation.action().answer(call);
            if (operation.role() == null && answer.status() == 401) {
                limits.failed(request.address()); // by the form of the page
                turnedAway(operation, request, null, 401);
            }
        } catch (Throwable e) {
            Refused refused = refusal(operation, e);
            answer = told(operation, request, caller, refused);
            if (operation.role() != null && caller.equals(Caller.nobody())) {
                turnedAway(operation, request, refused.actor(), refused.status());
                return answer;
            }
        }
        Answer counted = left.isPresent() ? left.get().on(answer) : answer;
        return onRecord(operation, request, caller, counted);
    }

    /** Who calls; whoever does not say uses up what their address has. */
    private Caller caller(Operation operation, Request request) {
        if (operation.role() == null) {
            limits.takeStranger(request.address());
            return Caller.nobody();
        }
        Optional<String> secret = guard.secret(request.headers());
        if (secret.isPresent() && !proved.has(secret.get())) {
            limits.requireAttempt(request.address());
        }
        try {
            Caller caller = guard.caller(operation, request.headers());
            secret.ifPresent(proved::add);
            return caller;
        } catch (Refused e) {
            if (e.status() == 401) {
                secret.ifPresent(proved::remove);
            }
            if (e.status() == 401 && request.headers().apply("Authorization") != null) {
                limits.failed(request.address());
            } else {
                limits.takeStranger(request.address());
            }
            throw e;
        }
    }

    /**
     * Checks a request of an operation whose answer is a stream.
     *
     * @throws Refused where it may not be
     */
    <T> T check(Operation operation, Request request, Function<Call, T> then) {
        Caller caller = Caller.nobody();
        try {
            caller = caller(operation, request);
            limits.take(caller);
            T result = then.apply(call(operation, request, caller));
            record(operation, request, caller.actor(), operation.status());
            return result;
        } catch (Throwable e) {
            Refused refused = refusal(operation, e);
            if (caller.equals(Caller.nobody())) {
                turnedAway(operation, request, refused.actor(), refused.status());
            } else {
                record(operation, request, caller.actor(), refused.status());
            }
            throw refused;
        }
    }

    /** Whether who is told by a stream may still be, for it may be long. */
    boolean isStillAllowed(Operation operation, Request request) {
        try {
            runs.find(call(operation, request, guard.caller(operation, request.headers())), operation.role());
            return true;
        } catch (Refused e) {
            return e.status() >= 500;
        }
    }

    private static Call call(Operation operation, Request request, Caller caller) {
        Map<String, String> variables = new LinkedHashMap<>();
        Optional<Map<String, String>> matched = operation.match(request.path());
        matched.orElseThrow(() -> Refused.notFound("there is nothing at this path"))
                .forEach((name, value) -> variables.put(name, Percent.decode(value, false)));
        Map<String, String> query = Percent.query(request.query());
        List<String> allowed = operation.parameters().stream()
                .filter(parameter -> parameter.in().equals("query"))
                .map(Operation.Parameter::name)
                .toList();
        for (String name : query.keySet()) {
            if (!allowed.contains(name) && !allowed.contains(Operation.ANY)) {
                throw Refused.badRequest("?" + name + ": is not known"
                        + (allowed.isEmpty()
                                ? "; there is nothing to say here"
                                : "; allowed: " + String.join(", ", allowed)));
            }
        }
        if (request.body().length > 0 && operation.takes().isEmpty()) {
            throw Refused.badRequest("a body is not taken here");
        }
        return new Call(
                operation,
                variables,
                query,
                request.headers(),
                request.body(),
                caller,
                request.target(),
                request.isSecure());
    }

    /** What a failure is told as: nothing of the inside but what is said for users. */
    private static Refused refusal(Operation operation, Throwable e) {
        if (e instanceof Refused refused) {
            return refused;
        }
        if (e instanceof LedgerAwayException) {
            LOG.warn("{}: {}", operation.id(), e.getMessage());
            return Refused.of(503, "the ledger is not there now").with("Retry-After", "10");
        }
        if (e instanceof WaybillException known && known.retryable()) {
            LOG.warn("{}: {}", operation.id(), e.getMessage());
            return Refused.of(503, "this cannot be done now").with("Retry-After", "10");
        }
        LOG.error("{} has failed", operation.id(), e);
        return Refused.of(500, "this has failed; the server's log says why");
    }

    private Answer told(Operation operation, Request request, Caller caller, Refused refused) {
        if (operation.isPage()) {
            if (refused.status() == 503 && operation.isRead()) {
                refused.repeated();
            }
            return pages.refused(Call.of(request.headers(), caller, request.target(), request.isSecure()), refused);
        }
        return operation.id().equals(ExportApi.ID) ? ExportAnswers.refused(refused) : refused.answer();
    }

    private Answer onRecord(Operation operation, Request request, Caller caller, Answer answer) {
        boolean isRefused = answer.status() >= 400;
        if (operation.role() == null || !operation.isRecorded() && !isRefused) {
            return answer;
        }
        try {
            record(operation, request, caller.actor(), answer.status());
            return answer;
        } catch (RuntimeException e) {
            return told(operation, request, caller, refusal(operation, e)); // what cannot be put on record is not told
        }
    }

    /** @param actor who that is; null where they have not proved it */
    private void turnedAway(Operation operation, Request request, String actor, int status) {
        if (status == 429) {
            return; // they were on record before
        }
        turnedAway.note(
                actor == null ? RateLimits.network(request.address()) : actor,
                new TurnedAway.Entry(
                        actor == null ? Caller.nobody().actor() : actor,
                        action(operation),
                        subject(operation, request),
                        "answered " + status + ", to " + request.address()));
    }

    private static String action(Operation operation) {
        return (operation.isPage() ? "page " : "api ") + operation.id();
    }

    /** The path, and the field of a form that says more than that. */
    private static String subject(Operation operation, Request request) {
        StringBuilder subject = new StringBuilder(request.path());
        if (operation.parameters().stream().anyMatch(Operation.Parameter::isOfForm)) {
            try {
                FormFields form = FormFields.read(new String(request.body(), StandardCharsets.US_ASCII));
                operation.parameters().stream()
                        .filter(Operation.Parameter::isOfForm)
                        .forEach(field -> form.first(field.name())
                                .ifPresent(value -> subject.append(" ").append(value)));
            } catch (Refused e) {
                // what is no form says nothing
            }
        }
        return subject.length() > MOST_SUBJECT ? subject.substring(0, MOST_SUBJECT) : subject.toString();
    }

    private void record(Operation operation, Request request, String actor, int status) {
        String subject = subject(operation, request);
        String detail = "answered " + status;
        boolean reads = operation.method().equals("GET") && !operation.id().equals(FileDownload.ID);
        String action = action(operation);
        if (reads) {
            audit.later(actor, action, subject, detail);
        } else {
            audit.now(actor, action, subject, detail);
        }
    }

    @Override
    public void close() {
        minutes.shutdown();
        turnedAway.close();
        audit.close();
    }
}
