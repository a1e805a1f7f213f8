package io.waybill.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunResult;
import io.waybill.route.WaybillConstants;
import io.waybill.route.step.AskedRun;
import io.waybill.run.ActiveRun;
import io.waybill.run.RunJson;
import java.util.Map;
import org.apache.camel.Exchange;

/** What runs have come to: of the last ones that were asked for here, all that is known of them; of others, what the ledger has kept. */
final class Results {

    private static final int MOST_REMEMBERED = 500;

    private final Desk desk;
    private final Map<String, ObjectNode> known = new Remembered<>(MOST_REMEMBERED);

    Results(Desk desk) {
        this.desk = desk;
    }

    /** Has it remembered when it ends. */
    void remember(AskedRun asked) {
        asked.whenEnded(this::ended);
    }

    private void ended(Exchange exchange) {
        ActiveRun run = exchange.getProperty(WaybillConstants.RUN, ActiveRun.class);
        RunResult result = run == null ? null : run.result();
        if (result == null) {
            return;
        }
        ObjectNode json = RunJson.of(result);
        if (result.status() == RunEntry.Status.DONE) {
            json.put(
                    "left_out", run.plan() == null ? null : run.plan().leftOut().orElse(null));
        }
        synchronized (known) {
            known.put(result.runId(), json);
        }
    }

    /** That of a run that has ended. */
    ObjectNode of(RunEntry run) {
        synchronized (known) {
            ObjectNode json = known.get(run.runId());
            if (json != null
                    && json.path("status")
                            .asText()
                            .equalsIgnoreCase(run.status().name())) {
                return json.deepCopy();
            }
        }
        return RunJson.resultOf(
                run,
                desk.ledger().quarantine().of(run.runId()),
                run.tableCount() == null
                        ? java.util.List.of()
                        : desk.ledger().tables().withFiles(run.runId()));
    }
}
