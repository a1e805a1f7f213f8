package io.waybill.route.step;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.facts.ExpectationFacts;
import io.waybill.facts.FactsJson;
import io.waybill.flow.ExportedTable;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunResult;
import io.waybill.route.WaybillConstants;
import io.waybill.run.ActiveRun;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.file.FileConstants;

/** {@code waybill:notice}: what there is to tell of a run, as JSON in the body; a subject line for mail in a header. */
final class NoticeProducer extends VerbProducer {

    NoticeProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    public void process(Exchange exchange) throws JsonProcessingException {
        Message message = exchange.getMessage();
        ActiveRun run = exchange.getProperty(WaybillConstants.RUN, ActiveRun.class);
        RunResult result = run == null ? null : run.result();
        String events = exchange.getProperty(WaybillConstants.EVENTS, "", String.class);
        String error = message.getHeader(WaybillConstants.ERROR, String.class);
        boolean quarantined = result != null && result.status() == RunEntry.Status.QUARANTINED;
        ObjectNode notice = FactsJson.MAPPER.createObjectNode();
        notice.set("events", FactsJson.MAPPER.valueToTree(events.split(",")));
        notice.put("flow", flow())
                .put("run_id", run == null ? null : run.runId())
                .put("status", error == null ? "done" : quarantined ? "quarantined" : "failed")
                .put("error", error);
        String told = run == null ? flow() : run.flow();
        if (ExportedTable.isOne(told)) { // delivered anew by itself
            notice.put("table", told.substring(flow().length() + 1));
        }
        if (run != null) {
            notice.put("window", run.plan() == null ? null : run.plan().window().words())
                    .put("schema_change", run.columnChanges())
                    .put("started_at", run.startedAt().toString());
        }
        if (result != null) {
            put(notice, result);
        }
        // what the steps before have left there would speak of other files
        message.removeHeader(FileConstants.FILE_NAME);
        message.removeHeader(FileConstants.FILE_LOCAL_WORK_PATH);
        message.setHeader(WaybillConstants.FLOW, flow());
        message.setHeader(WaybillConstants.RUN_ID, run == null ? null : run.runId());
        message.setHeader(WaybillConstants.EVENTS, events);
        message.setHeader(
                "Subject",
                "Waybill: " + told + (error == null ? " is done" : quarantined ? " is quarantined" : " failed"));
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        message.setBody(FactsJson.MAPPER.writeValueAsString(notice));
    }

    private static void put(ObjectNode notice, RunResult result) {
        notice.put("rows", result.rows())
                .put("bytes", result.bytes())
                .put("elapsed_ms", result.elapsedMs())
                .put("waybill", result.waybill())
                .put("dead_letter", result.deadLetter());
        if (result.changes() != null) { // of a feed, or an export of changes
            notice.set("batch_id", FactsJson.MAPPER.valueToTree(result.batchId()));
            notice.set("changes", FactsJson.MAPPER.valueToTree(result.changes()));
        }
        if (!result.expectations().isEmpty()) {
            notice.set(
                    "expectations",
                    FactsJson.MAPPER.valueToTree(result.expectations().stream()
                            .map(ExpectationFacts::withoutRows)
                            .toList()));
        }
        ArrayNode files = notice.putArray("files");
        result.files().forEach(file -> files.add(file.name()));
        if (!result.tables().isEmpty()) { // each of them has files of its own
            notice.set("tables", FactsJson.MAPPER.valueToTree(result.tables()));
        }
    }
}
