package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.delivery.StagedFile;
import io.waybill.part.StagedPart;
import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.FileConstants;

/** {@code waybill:letter}: an undelivered file with its name, for an endpoint that gets a copy of dead letters. */
final class LetterProducer extends VerbProducer {

    LetterProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    public void process(Exchange exchange) throws IOException {
        if (!(exchange.getMessage().getBody() instanceof StagedPart part)) {
            throw WaybillException.undelivered(
                    "waybill:letter takes one undelivered file; it stands in a split of what waybill:fail has left");
        }
        StagedFile file = component().stagingCipher().file(part.file());
        if (file.distant().isPresent()) {
            throw WaybillException.undelivered(file.distant().get().name() + " stays in "
                    + file.distant().get().place() + ", into which the database has written it; nobody gets a copy");
        }
        // no local work path: the file stays where it is, for a redrive
        exchange.getMessage().removeHeader(FileConstants.FILE_LOCAL_WORK_PATH);
        exchange.getMessage().setHeader(FileConstants.FILE_NAME, part.facts().name());
        exchange.getMessage().setBody(file.body());
    }
}
