package io.waybill.server;

import io.waybill.WaybillException;
import io.waybill.delivery.DeadLetter;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.route.WaybillConstants;
import io.waybill.route.step.AskedRun;
import io.waybill.run.Discard;
import io.waybill.run.Redrive;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** What somebody decides about runs whose files are kept: that they are delivered after all, or given up. */
public final class Decisions {

    /** How long somebody waits for a delivery; then it goes on without them. */
    private static final Duration MOST_TO_DELIVER = Duration.ofSeconds(5);

    private final Desk desk;
    private final RunsApi runs;

    Decisions(Desk desk, RunsApi runs) {
        this.desk = desk;
        this.runs = runs;
    }

    /**
     * Delivers the files of a run of the call's path.
     *
     * @param reason why; one that is quarantined needs a reason. Null for none
     * @throws Refused where they must not be delivered, or that has failed already
     */
    public RunEntry deliver(Call call, String reason) {
        RunEntry run = runs.find(call, Role.CREATE);
        said(() -> new Redrive(desk.ledger()).check(run, reason));
        if (desk.files().find(run.flow()).isEmpty()) {
            throw Refused.of(
                    409, "flow \"" + run.flow() + "\" is not there any more, and it alone knows how to deliver them");
        }
        note(call, run, run.status() == Status.QUARANTINED ? "release asked for" : "redrive asked for", reason);
        Map<String, Object> headers = new HashMap<>();
        headers.put(WaybillConstants.RUN_ID, run.runId());
        if (reason != null) {
            headers.put(WaybillConstants.REASON, reason);
        }
        AskedRun asked = AskedRun.start(desk.context(), run.flow() + ".redrive", headers, null, desk.runs());
        asked.awaitEnd(MOST_TO_DELIVER);
        asked.failure()
                .flatMap(failure -> WaybillException.causes(failure)
                        .filter(WaybillException.class::isInstance)
                        .findFirst())
                .ifPresent(failure -> {
                    throw Refused.of(409, desk.outside(failure.getMessage()));
                });
        return run;
    }

    /**
     * Gives up the files of a run of the call's path, and removes them.
     *
     * @param reason why; one that is quarantined needs a reason. Null for none
     * @throws Refused where it has none
     */
    public RunEntry discard(Call call, String reason) {
        RunEntry run = runs.find(call, Role.CREATE);
        if (run.status() == Status.QUARANTINED || run.status() == Status.DISCARDED) {
            said(() -> new Discard(desk.ledger()).discard(run, reason));
        } else if (desk.ledger().discard(run)) {
            try {
                DeadLetter.deleteFolder(Path.of(run.deadLetter()));
            } catch (IOException e) {
                throw Refused.of(
                        409, "the files of run \"" + run.runId() + "\" are given up, and cannot be removed now");
            }
        } else {
            throw Refused.of(409, "run \"" + run.runId() + "\" has no files that are kept");
        }
        note(call, run, "discard asked for", reason);
        return run;
    }

    private void note(Call call, RunEntry run, String action, String reason) {
        desk.records().audit(call.caller().actor()).write(action, run.runId(), reason);
    }

    private void said(Runnable check) {
        try {
            check.run();
        } catch (WaybillException e) {
            throw Refused.of(409, desk.outside(e.getMessage()));
        }
    }
}
