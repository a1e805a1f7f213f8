package io.waybill.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.facts.FactsJson;
import io.waybill.flow.Form;
import io.waybill.flow.Window;
import io.waybill.ledger.PlannedRun;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import java.util.Map;

/** Runs as programs read them: the same of commands and of the server. */
public final class RunJson {

    private RunJson() {}

    /**
     * A run with its files.
     *
     * @param silent why runs that seem to go on do not, by their ids
     */
    public static ObjectNode of(RunEntry run, Map<String, String> silent) {
        ObjectNode node = FactsJson.MAPPER
                .createObjectNode()
                .put("run_id", run.runId())
                .put("flow", run.flow())
                .put("status", Form.lower(run.status()))
                .put("goes_on", run.status() == Status.RUNNING && !silent.containsKey(run.runId()))
                .put("stage", Form.lower(run.stage()))
                .put("rows", run.rows())
                .put("bytes", run.bytes())
                .put("started_at", run.startedAt().toString())
                .put("ended_at", run.endedAt() == null ? null : run.endedAt().toString())
                .put("host", run.owner().host())
                .put("pid", run.owner().pid())
                .put("error", run.error())
                .put("dead_letter", run.deadLetter());
        if (run.planned() != null) {
            putPlanned(node, run.planned());
        }
        node.set("files", FactsJson.MAPPER.valueToTree(run.files()));
        return node;
    }

    private static void putPlanned(ObjectNode node, PlannedRun planned) {
        node.put("mode", planned.mode())
                .put("dataset", planned.dataset())
                .put("batch_id", planned.batchId())
                .put("logical_time", String.valueOf(planned.logicalTime()))
                .put("window", planned.window().words())
                .put("root", planned.delivery().facts().place())
                .put("waybill", planned.delivery().facts().waybill());
        if (planned.deliveries().size() > 1) {
            node.set("deliveries", FactsJson.MAPPER.valueToTree(planned.deliveries()));
        }
        if (planned.window() instanceof Window.Range range) {
            node.put("watermark_column", range.column())
                    .put("after", range.after())
                    .put("up_to", range.upTo());
        }
    }
}
