package io.waybill.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.WaybillException;
import io.waybill.flow.ExportedTable;
import io.waybill.ledger.RunEntry;
import io.waybill.route.step.AskedRun;
import io.waybill.run.Discard;
import io.waybill.run.Redrive;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What becomes of runs whose files are kept: quarantined ones are released or discarded, undelivered ones delivered again or given up. */
final class KeptRunsApi {

    private static final int MOST_REASON = 2_000;

    private final Desk desk;
    private final RunsApi runs;
    private final RunningApi running;

    KeptRunsApi(Desk desk, RunsApi runs, RunningApi running) {
        this.desk = desk;
        this.runs = runs;
        this.running = running;
    }

    List<Operation> operations() {
        return List.of(
                RunningApi.waits(Operation.of(
                                "releaseRun",
                                "POST",
                                "/v2/runs/{id}/release",
                                Role.CREATE,
                                "Publishes the files of a quarantined run as they are.",
                                this::release))
                        .takes(Answer.JSON),
                Operation.of(
                                "discardRun",
                                "POST",
                                "/v2/runs/{id}/discard",
                                Role.CREATE,
                                "Removes the files of a quarantined run; its flow runs again.",
                                this::discard)
                        .takes(Answer.JSON),
                RunningApi.waits(Operation.of(
                                "redriveRun",
                                "POST",
                                "/v2/runs/{id}/redrive",
                                Role.CREATE,
                                "Delivers the files of a run whose delivery has failed; nothing is read again.",
                                this::redrive))
                        .query("discard", "true to remove the files instead"));
    }

    private Answer release(Call call) {
        RunEntry found = runs.find(call, Role.CREATE);
        String reason = reason(call);
        Redrive redrive = desk.redrive();
        RunEntry run = decided(call, () -> {
            RunEntry now = desk.component().asItStands(found);
            redrive.requireQuarantined(now);
            redrive.check(now, reason);
            return now;
        });
        return takeUp(call, run, reason);
    }

    private Answer discard(Call call) {
        RunEntry found = runs.find(call, Role.CREATE);
        String reason = reason(call);
        RunEntry run = decided(call, () -> {
            RunEntry now = desk.component().asItStands(found);
            new Discard(desk.ledger(), call.caller().actor()).discard(now, reason);
            return now;
        });
        return seen(call, run);
    }

    private Answer redrive(Call call) {
        RunEntry run = runs.find(call, Role.CREATE);
        if (call.flag("discard")) {
            if (call.parameter("wait").isPresent()) {
                throw Refused.badRequest("wait: does not go with discard, which is done at once");
            }
            decided(call, () -> {
                new Discard(desk.ledger(), call.caller().actor()).undelivered(run);
                return run;
            });
            return seen(call, run);
        }
        Redrive redrive = desk.redrive();
        Optional<String> superseded = run.deadLetter() == null ? Optional.empty() : redrive.superseded(run);
        try {
            redrive.check(run, null);
        } catch (WaybillException e) {
            Refused refused = Refused.of(409, desk.told(e.getMessage(), call.caller()));
            throw superseded.map(why -> refused.saying("superseded", why)).orElse(refused);
        }
        return takeUp(call, run, null);
    }

    private Answer takeUp(Call call, RunEntry run, String reason) {
        runs.requireFiles(call.caller(), Role.CREATE, run);
        if (desk.context().getRoute(ExportedTable.flow(run.flow()) + ".redrive") == null) {
            throw Refused.of(
                    409,
                    "flow \"" + ExportedTable.flow(run.flow()) + "\" is not there any more, whose route would deliver");
        }
        return running.takenUp(
                call, AskedRun.takeUp(desk.context(), run, reason, call.caller().actor(), desk.runs()));
    }

    private Answer seen(Call call, RunEntry run) {
        RunEntry now = desk.ledger().run(run.runId()).orElse(run);
        return Answer.json(200, new Shown(desk, call.caller()).run(now, Map.of()));
    }

    /** Why somebody decides so. */
    private static String reason(Call call) {
        ObjectNode asked = call.json();
        Call.refuseOthers(asked, "", List.of("reason"));
        if (!asked.path("reason").isTextual() || asked.get("reason").asText().isBlank()) {
            throw Refused.badRequest("reason: is missing; say why, it is kept with the run");
        }
        String reason = asked.get("reason").asText().strip();
        if (reason.length() > MOST_REASON) {
            throw Refused.badRequest("reason: has more than " + MOST_REASON + " characters");
        }
        return reason;
    }

    /** Does what the commands do, with what they would say. */
    private RunEntry decided(Call call, java.util.function.Supplier<RunEntry> decision) {
        try {
            return decision.get();
        } catch (WaybillException e) {
            if (e.retryable()) {
                throw e;
            }
            throw Refused.of(409, desk.told(e.getMessage(), call.caller()));
        }
    }
}
