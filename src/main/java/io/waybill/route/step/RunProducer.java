package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.ExportMode;
import io.waybill.flow.ExportRules;
import io.waybill.flow.NearestName;
import io.waybill.flow.Refusal;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import io.waybill.route.DefinedRoutes;
import io.waybill.route.Verb;
import io.waybill.route.WaybillConstants;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/** {@code waybill:<flow>}: runs a flow of this Camel context, and answers with its result. */
class RunProducer extends VerbProducer {

    private ProducerTemplate template;

    RunProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    protected void doInit() {
        ExportMode mode = option(ExportKeys.EXPORT_MODE);
        if (mode != null && mode != ExportMode.BATCH && getEndpoint().options().has(ExportKeys.BATCH_ID)) {
            getEndpoint()
                    .refuse(List.of(
                            new Refusal(ExportKeys.BATCH_ID.name(), ExportRules.batchOutside(mode)).asOption()));
        }
    }

    @Override
    protected void doStart() {
        template = context().createProducerTemplate();
    }

    @Override
    protected void doStop() {
        template.stop();
    }

    @Override
    public void process(Exchange exchange) {
        checkFlow();
        Exchange run = StartedExchange.send(template, "direct:" + flow(), started -> start(started, exchange));
        if (run.getException() != null) {
            exchange.setException(run.getException());
            return;
        }
        exchange.getMessage().setBody(run.getMessage().getBody());
        if (!hasRun(run)) {
            exchange.setProperty(WaybillConstants.NOT_RUN, flow());
        }
    }

    /** Gives a run what it is asked for. */
    void start(Exchange started, Exchange by) {
        started.getMessage().setHeaders(new HashMap<>(by.getMessage().getHeaders()));
        started.setProperty(Firing.BY_CLOCK, Firing.isByClock(by));
        AskedRun.limit(started, by);
        ExportMode mode = option(ExportKeys.EXPORT_MODE);
        Object batchId = option(ExportKeys.BATCH_ID);
        if (mode != null) {
            started.getMessage().setHeader(WaybillConstants.MODE, mode.label());
        }
        if (batchId != null) {
            started.getMessage().setHeader(WaybillConstants.BATCH_ID, batchId);
        }
    }

    /** Where a flow is paused, or waits, its route ends without a word. A route without a flow's steps says nothing in any case. */
    private boolean hasRun(Exchange run) {
        return component().first(flow()).isEmpty()
                || run.getProperty(WaybillConstants.RESULT) instanceof RunResult result
                        && result.flow().equals(flow())
                        && result.status() == Status.DONE;
    }

    /** A flow that is not there is not waited for, as direct: would. */
    private void checkFlow() {
        CamelContext context = context();
        String start = "direct:" + flow();
        boolean known = context.getRoutes().stream()
                        .anyMatch(route -> route.getEndpoint().getEndpointUri().equals("direct://" + flow()))
                || DefinedRoutes.of(context).stream()
                        .anyMatch(route -> start.equals(route.getInput().getEndpointUri()));
        if (known) {
            return;
        }
        List<String> flows = Stream.concat(
                        component().steps(Verb.BEGIN), component().steps(Verb.FEED))
                .map(WaybillEndpoint::flow)
                .distinct()
                .sorted()
                .toList();
        throw WaybillException.refusal("waybill:" + flow() + ": there is no flow \"" + flow() + "\""
                + (flows.isEmpty() ? "; none is loaded" : "; flows: " + String.join(", ", flows))
                + NearestName.hint(flow(), flows));
    }
}
