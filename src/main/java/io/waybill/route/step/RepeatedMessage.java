package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.ledger.FlowQuarantinedException;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import io.waybill.route.WaybillConstants;
import io.waybill.run.RunJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A message that comes again: it gets the result of the run that it has, which delivers the files that it has kept, where it could not. */
record RepeatedMessage(WaybillComponent component, String flow) {

    private static final Logger LOG = LoggerFactory.getLogger(RepeatedMessage.class);

    /** @throws WaybillException where its run has not come to its end, and no other may begin */
    void answer(Exchange exchange, String key) {
        Ledger ledger = component.ledger();
        RunEntry run = ledger.requests()
                .runOfMessage(flow, key)
                .flatMap(ledger::run)
                .orElseThrow(() -> new WaybillException(
                        Stage.PLAN, true, "flow \"" + flow + "\": the run of the message is not there any more", null));
        RunResult result = switch (run.status()) {
            case DONE ->
                RunJson.result(
                        run,
                        ledger.quarantine().of(run.runId()),
                        run.tableCount() == null ? List.of() : ledger.tables().withFiles(run.runId()));
            case FAILED, INTERRUPTED, DISCARDED -> delivered(run);
            case QUARANTINED -> throw new FlowQuarantinedException(flow, run.runId());
            case RUNNING ->
                throw new WaybillException(
                        Stage.PLAN,
                        true,
                        "flow \"" + flow + "\": run " + run.runId() + " of the message is under way",
                        null);
        };
        LOG.info("Flow {}: the message has come before: run {} is its own", flow, run.runId());
        exchange.setProperty(WaybillConstants.RESULT, result);
        exchange.getMessage().setBody(result);
    }

    /** Its files are kept: what they lack is their delivery. */
    private RunResult delivered(RunEntry run) {
        if (run.deadLetter() == null || run.status() == Status.DISCARDED) { // it was another when it was looked for
            throw new WaybillException(
                    Stage.PLAN,
                    true,
                    "flow \"" + flow + "\": run " + run.runId()
                            + " of the message has ended just now; the message has a run of its own when it comes again",
                    null);
        }
        try (ProducerTemplate template = component.getCamelContext().createProducerTemplate()) {
            Exchange sent = StartedExchange.send(
                    template,
                    "direct:" + flow + ".redrive",
                    exchange -> exchange.getMessage().setHeader(WaybillConstants.RUN_ID, run.runId()));
            if (sent.getException() instanceof RuntimeException failure) {
                throw failure;
            }
            if (sent.getException() != null) {
                throw new WaybillException(
                        Stage.PUBLISH, true, sent.getException().getMessage(), sent.getException());
            }
            if (sent.getProperty(WaybillConstants.RESULT) instanceof RunResult result
                    && result.status() == Status.DONE) {
                return result;
            }
            throw new WaybillException(
                    Stage.PUBLISH,
                    true,
                    "flow \"" + flow + "\": run " + run.runId() + " has not delivered its files",
                    null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
