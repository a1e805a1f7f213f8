package io.waybill.route;

import io.waybill.delivery.LocalDestination;
import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import io.waybill.part.StagedPart;
import io.waybill.part.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.Exchange;

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
        component().ledger().requireHeld(run.runId()); // this process may have been stopped for a while
        if (part.number() == 1) {
            withdrawOlderWaybill(run);
        }
        deliver(exchange, part.name(), part.file());
    }

    /** The waybill of an older run of that name no longer tells the truth once the first of its files is replaced. */
    private static void withdrawOlderWaybill(ActiveRun run) {
        LocalDestination destination = run.shipment().destination();
        String name = run.shipment().waybill();
        Path waybill = destination.resolve(name);
        if (!Files.isRegularFile(waybill)) {
            return;
        }
        try {
            Path folder = Path.of(name).getParent();
            run.replacing(Verification.fileNames(waybill).stream()
                    .map(listed ->
                            folder == null ? listed : folder.resolve(listed).toString())
                    .toList());
        } catch (IOException e) {
            // it is no waybill of ours; the new one takes its place
        }
        destination.remove(name);
    }
}
