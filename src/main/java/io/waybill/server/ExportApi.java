package io.waybill.server;

import io.waybill.WaybillException;
import io.waybill.delivery.Reach;
import io.waybill.flow.Flow;
import io.waybill.flow.InvalidFlowException;
import io.waybill.flow.TablePattern;
import io.waybill.ledger.FiredAlreadyException;
import io.waybill.ledger.FlowHeldException;
import io.waybill.ledger.Occasion;
import io.waybill.ledger.Requests;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import io.waybill.ledger.RunTotal;
import io.waybill.route.WaybillConstants;
import io.waybill.route.step.AskedRun;
import io.waybill.run.ActiveRun;
import io.waybill.run.Discard;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The export call: a data set into a bucket that the caller names, with a documented answer of its own. It runs as a flow of one run,
 * by the same route as any.
 */
final class ExportApi {

    private static final Logger LOG = LoggerFactory.getLogger(ExportApi.class);

    static final String ID = "export";

    private static final int MOST_AT_ONCE = 8;

    private final Desk desk;
    private final DataSetsApi dataSets;
    private final RunningApi running;
    private final Places places;
    private final ExportAnswers answers = new ExportAnswers();
    private final CallsUnderWay underWay = new CallsUnderWay();
    private final CallConnections connections = new CallConnections();
    private final SecureRandom random = new SecureRandom();
    private final Semaphore atOnce = new Semaphore(MOST_AT_ONCE);

    ExportApi(Desk desk, DataSetsApi dataSets, RunningApi running) {
        this.desk = desk;
        this.dataSets = dataSets;
        this.running = running;
        this.places = new Places(desk);
        desk.context().getPropertiesComponent().addPropertiesSource(connections);
    }

    List<Operation> operations() {
        return List.of(Operation.of(
                        ID,
                        "POST",
                        "/v2/data/export",
                        Role.CREATE,
                        "Exports a data set into a bucket, and answers when all is there.",
                        this::export)
                .header("Idempotency-Key", "what tells a repetition: it is answered the same, and exported once")
                .takes(Answer.JSON));
    }

    private Answer export(Call call) {
        ExportRequest request = ExportRequest.read(call.json());
        String dataset = dataset(request, call.caller());
        if (!places.allowsS3(request.options().endpoint(), request.bucket())) {
            throw Refused.forbidden(
                    "export_paths.storage_config: "
                            + (request.options().endpoint() == null
                                    ? "the server of AWS and this bucket are"
                                    : "the server of options.endpoint and this bucket are")
                            + " none that an administrator has named, by a connection of type s3 or in waybill.server.allowed-endpoints");
        }
        Reach reach = places.reach(request.options().endpoint());
        String key = RunningApi.key(call);
        if (key == null) {
            byte[] bytes = new byte[6];
            random.nextBytes(bytes);
            return run(
                    new ExportFlow(RunTotal.flowOfCall(HexFormat.of().formatHex(bytes)), dataset, request, reach),
                    call,
                    null);
        }
        // the flow of a key is always the same: its next run removes what one before has left, with the credentials
        // that it has
        ExportFlow flow = new ExportFlow(RunTotal.flowOfCall(Requests.nameOf(key)), dataset, request, reach);
        return underWay.answer(key, request.asked(), () -> keyed(flow, call, key));
    }

    private Answer keyed(ExportFlow flow, Call call, String key) {
        Optional<Requests.Request> before = desk.records().requests().find(key);
        if (before.isPresent()) {
            String runId = before.get().runId();
            if (!before.get().isFor(flow.request().asked())) {
                throw CallsUnderWay.another(" (run " + runId + ")");
            }
            RunEntry run = desk.ledger().run(runId).orElse(null);
            if (run != null && run.status() == Status.RUNNING) {
                desk.component().recovery().calls();
                run = desk.ledger().run(runId).orElse(null);
            }
            if (run != null && run.status() == Status.DONE) {
                return answers.again(
                        flow.request(), run, desk.records().rowGroups().find(runId));
            }
            if (run != null && run.status() == Status.RUNNING) {
                throw elsewhere();
            }
            desk.records().requests().free(key, runId);
        }
        return run(
                flow,
                call,
                new Occasion.Requested(call.caller().id(), key, flow.request().asked()));
    }

    private static Refused elsewhere() {
        return Refused.of(409, "Idempotency-Key: the export of this key is under way at another process")
                .with("Retry-After", "5");
    }

    private String dataset(ExportRequest request, Caller caller) {
        Set<String> known = new TreeSet<>(desk.files().all().dataSets().keySet());
        desk.files().all().flows().values().stream()
                .filter(flow -> !flow.isOfManyTables())
                .map(Flow::sourceDataset)
                .forEach(known::add);
        known.removeIf(id -> !dataSets.may(caller, id));
        String id =
                request.dataset() != null ? request.dataset() : desk.settings().dataset();
        if (id == null) {
            if (known.size() != 1) {
                throw Refused.badRequest("dataset: is missing, and there is not exactly one"
                        + (known.isEmpty() ? "" : "; there are: " + String.join(", ", known)));
            }
            id = known.iterator().next();
        }
        if (!known.contains(id)) {
            if (TablePattern.isPattern(id)) {
                throw Refused.badRequest("dataset: \"" + id
                        + "\" stands for many tables, and a call exports one data set; a flow exports many");
            }
            throw Refused.notFound("dataset: there is no data set \"" + id + "\"");
        }
        if (!caller.may(Role.CREATE, Target.ofDataSet(id))) {
            throw Refused.forbidden("dataset: role create is needed for data set \"" + id + "\" itself, or everywhere");
        }
        return id;
    }

    /** @param keyed what it is asked for by; null where it has no key */
    private Answer run(ExportFlow flow, Call call, Occasion.Requested keyed) {
        Caller caller = call.caller();
        running.requireQuota(caller, Target.ofDataSet(flow.dataset()));
        new DateRights(desk).requireAsked(caller, flow.dataset());
        if (!atOnce.tryAcquire()) {
            throw Refused.of(503, MOST_AT_ONCE + " exports run already").with("Retry-After", "10");
        }
        try {
            connections.open(flow.id(), flow.connection());
            desk.files().loadForOnce(flow.id(), flow.toml());
            return run(flow, caller, keyed == null ? new Occasion.Requested(caller.id(), null, null) : keyed);
        } finally {
            desk.files().unloadForOnce(flow.id());
            connections.close(flow.id());
            atOnce.release();
        }
    }

    private Answer run(ExportFlow flow, Caller caller, Occasion.Requested occasion) {
        long began = System.nanoTime();
        AskedRun asked = AskedRun.start(
                desk.context(),
                flow.id(),
                Map.of(),
                occasion,
                caller.limits(flow.dataset(), desk.clock().instant()),
                desk.runs());
        Exchange exchange = asked.awaitEnd(Duration.ofDays(1))
                .orElseThrow(() -> Refused.of(503, "the export has not ended within a day"));
        ActiveRun run = exchange.getProperty(WaybillConstants.RUN, ActiveRun.class);
        if (run != null) {
            desk.records().audit(caller.actor()).write("run", run.runId(), "data set " + flow.dataset());
        }
        if (exchange.getException() != null) {
            throw failed(flow, run, exchange.getException(), caller);
        }
        return answers.of(flow.request(), run, began);
    }

    /** Its files are given up: nobody can deliver them later, without the caller's credentials. */
    private Refused failed(ExportFlow flow, ActiveRun run, Exception failure, Caller caller) {
        if (WaybillException.causes(failure)
                .anyMatch(cause -> cause instanceof FiredAlreadyException || cause instanceof FlowHeldException)) {
            throw elsewhere(); // which was asked for the same at the same time
        }
        RunResult result = run == null ? null : run.result();
        if (result != null) {
            desk.ledger()
                    .run(result.runId())
                    .filter(entry -> entry.deadLetter() != null)
                    .ifPresent(this::discard);
        }
        WaybillException known = WaybillException.causes(failure)
                .filter(WaybillException.class::isInstance)
                .map(WaybillException.class::cast)
                .findFirst()
                .orElse(null);
        boolean isRefusal = WaybillException.causes(failure).anyMatch(InvalidFlowException.class::isInstance)
                || known != null && known.stage() == WaybillException.Stage.PLAN && !known.retryable();
        String message = result != null && result.error() != null
                ? result.error()
                : known != null ? known.getMessage() : "the export has failed; the server's log says why";
        if (known == null && !isRefusal) {
            LOG.error("An export call has failed", failure);
        }
        String given = String.valueOf(flow.request().options().endpoint());
        return Refused.of(isRefusal ? 400 : 502, desk.told(message, caller, () -> given));
    }

    private void discard(RunEntry run) {
        try {
            new Discard(desk.ledger()).undelivered(run);
        } catch (WaybillException e) {
            LOG.warn("The files of run {} are not removed: {}", run.runId(), e.getMessage());
        }
    }
}
