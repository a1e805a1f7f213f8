package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.ExportMode;
import io.waybill.flow.ExportRules;
import io.waybill.flow.NearestName;
import io.waybill.flow.Refusal;
import io.waybill.route.Verb;
import io.waybill.route.WaybillConstants;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.model.Model;
import org.apache.camel.support.DefaultProducer;

/** {@code waybill:<flow>}: runs a flow of this Camel context, and answers with its result. */
final class RunProducer extends DefaultProducer {

    private final WaybillEndpoint endpoint;
    private ProducerTemplate template;

    RunProducer(WaybillEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    protected void doInit() {
        ExportMode mode = endpoint.get(ExportKeys.EXPORT_MODE);
        if (mode != null && mode != ExportMode.BATCH && endpoint.options().has(ExportKeys.BATCH_ID)) {
            endpoint.refuse(
                    List.of(new Refusal(ExportKeys.BATCH_ID.name(), ExportRules.batchOutside(mode)).asOption()));
        }
    }

    @Override
    protected void doStart() {
        template = endpoint.getCamelContext().createProducerTemplate();
    }

    @Override
    protected void doStop() {
        template.stop();
    }

    @Override
    public void process(Exchange exchange) {
        checkFlow();
        ExportMode mode = endpoint.get(ExportKeys.EXPORT_MODE);
        Object batchId = endpoint.get(ExportKeys.BATCH_ID);
        Exchange run = template.send("direct:" + endpoint.flow(), started -> {
            started.getMessage()
                    .setHeaders(new java.util.HashMap<>(exchange.getMessage().getHeaders()));
            started.setProperty(Firing.BY_CLOCK, Firing.isByClock(exchange));
            if (mode != null) {
                started.getMessage().setHeader(WaybillConstants.MODE, mode.label());
            }
            if (batchId != null) {
                started.getMessage().setHeader(WaybillConstants.BATCH_ID, batchId);
            }
        });
        if (run.getException() != null) {
            exchange.setException(run.getException());
        } else {
            exchange.getMessage().setBody(run.getMessage().getBody());
        }
    }

    /** A flow that is not there is not waited for, as direct: would. */
    private void checkFlow() {
        CamelContext context = endpoint.getCamelContext();
        String start = "direct:" + endpoint.flow();
        Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
        boolean known = context.getRoutes().stream()
                        .anyMatch(route -> route.getEndpoint().getEndpointUri().equals("direct://" + endpoint.flow()))
                || model.getRouteDefinitions().stream()
                        .anyMatch(route -> start.equals(route.getInput().getEndpointUri()));
        if (known) {
            return;
        }
        List<String> flows = context.getEndpoints().stream()
                .filter(WaybillEndpoint.class::isInstance)
                .map(WaybillEndpoint.class::cast)
                .filter(step -> step.verb() == Verb.BEGIN)
                .map(WaybillEndpoint::flow)
                .distinct()
                .sorted()
                .toList();
        throw new WaybillException(
                Stage.PLAN,
                "waybill:" + endpoint.flow() + ": there is no flow \"" + endpoint.flow() + "\""
                        + (flows.isEmpty() ? "; none is loaded" : "; flows: " + String.join(", ", flows))
                        + NearestName.hint(endpoint.flow(), flows));
    }
}
