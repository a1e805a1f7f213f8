package io.waybill.route;

import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.FileConstants;
import org.apache.camel.support.DefaultProducer;

/** A step of a run that has begun. */
abstract class StepProducer extends DefaultProducer {

    private final WaybillEndpoint endpoint;

    StepProducer(WaybillEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public final void process(Exchange exchange) throws Exception {
        ActiveRun run = exchange.getProperty(WaybillConstants.RUN, ActiveRun.class);
        if (run == null) {
            throw new WaybillException(
                    Stage.PLAN,
                    "waybill:" + endpoint.getName() + ": no run has begun on this exchange; waybill:begin/"
                            + endpoint.flow() + " has to come before it");
        }
        process(exchange, run);
    }

    abstract void process(Exchange exchange, ActiveRun run) throws Exception;

    /**
     * Hands a staged file to the endpoint behind this step, as Camel's file endpoints take one: the file itself is moved, where
     * the destination is on the same file system.
     */
    static void deliver(Exchange exchange, String name, Path staged) {
        exchange.setProperty(WaybillConstants.DELIVERING, name);
        exchange.getMessage().setHeader(FileConstants.FILE_NAME, name);
        exchange.getMessage().setHeader(FileConstants.FILE_LOCAL_WORK_PATH, staged.toString());
        exchange.getMessage().setBody(staged.toFile());
    }

    WaybillComponent component() {
        return endpoint.getComponent();
    }
}
