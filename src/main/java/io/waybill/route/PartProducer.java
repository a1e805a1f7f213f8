package io.waybill.route;

import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import io.waybill.part.StagedPart;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.FileConstants;

/** {@code waybill:part}: a staged part as a file with its name, as Camel's file endpoints take it. */
final class PartProducer extends StepProducer {

    PartProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    void process(Exchange exchange, ActiveRun run) {
        if (!(exchange.getMessage().getBody() instanceof StagedPart part)) {
            throw new WaybillException(
                    Stage.PUBLISH,
                    "waybill:part takes one staged part; it stands in a split of what waybill:stage answers");
        }
        run.publishing(part.name(), part.file());
        exchange.getMessage().setHeader(FileConstants.FILE_NAME, part.name());
        // the staged file itself is moved, where the destination is on the same file system
        exchange.getMessage()
                .setHeader(FileConstants.FILE_LOCAL_WORK_PATH, part.file().toString());
        exchange.getMessage().setBody(part.file().toFile());
    }
}
