package io.waybill.route;

import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
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
    protected void doStart() {
        template = endpoint.getCamelContext().createProducerTemplate();
    }

    @Override
    protected void doStop() {
        template.stop();
    }

    @Override
    public void process(Exchange exchange) {
        ExportConfiguration configuration = endpoint.getConfiguration();
        Exchange run = template.send("direct:" + endpoint.flow(), started -> {
            started.getMessage()
                    .setHeaders(new java.util.HashMap<>(exchange.getMessage().getHeaders()));
            if (configuration.getMode() != null) {
                started.getMessage().setHeader(WaybillConstants.MODE, configuration.getMode());
            }
            if (configuration.getBatchId() != null) {
                started.getMessage().setHeader(WaybillConstants.BATCH_ID, configuration.getBatchId());
            }
        });
        if (run.getException() != null) {
            exchange.setException(run.getException());
        } else {
            exchange.getMessage().setBody(run.getMessage().getBody());
        }
    }
}
