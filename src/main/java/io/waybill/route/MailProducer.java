package io.waybill.route;

import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import io.waybill.ledger.DeliveryEntry;
import io.waybill.part.StagedPart;
import jakarta.activation.DataHandler;
import jakarta.activation.FileDataSource;
import java.util.List;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.attachment.AttachmentMessage;

/**
 * {@code waybill:mail}: puts all files of a run into one mail, whose text the body becomes. One mail is delivered whole or not at
 * all; whoever gets it has all files, or links to them where they are too large for it.
 */
final class MailProducer extends StepProducer {

    /** What most mail servers take, less what Base64 adds to it. */
    static final long USUAL_LIMIT = 20_000_000;

    private final WaybillEndpoint endpoint;

    MailProducer(WaybillEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    void process(Exchange exchange, ActiveRun run) {
        List<?> lacking = exchange.getMessage().getBody(List.class);
        exchange.getMessage().setBody(null);
        if (lacking.isEmpty()) {
            return;
        }
        Shipment shipment = run.shipment();
        Consignment consignment = consignment(exchange, run);
        exchange.setProperty(WaybillConstants.DELIVERING, consignment.id());
        long bytes = shipment.parts().stream().mapToLong(StagedPart::bytes).sum();
        boolean linked = bytes > endpoint.getSizeLimit();
        if (linked && endpoint.getLink() == null) {
            throw new WaybillException(
                    Stage.PUBLISH,
                    String.format(
                            Locale.ROOT,
                            "the files have %,d bytes, and a mail takes %,d; set size-limit, or link, of the connection",
                            bytes,
                            endpoint.getSizeLimit()));
        }
        begin(exchange, run, consignment);
        StringBuilder text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "%s: %,d rows, run %s%n%n", run.flow(), shipment.rows(), run.runId()));
        AttachmentMessage message = exchange.getMessage(AttachmentMessage.class);
        for (StagedPart part : shipment.parts()) {
            String name = lastOf(consignment.name(part));
            text.append(String.format(
                    Locale.ROOT,
                    "%s: %,d rows, %,d bytes, SHA-256 %s%n",
                    name,
                    part.rows(),
                    part.bytes(),
                    part.sha256()));
            if (linked) {
                text.append(endpoint.getLink().replace("{file}", consignment.name(part)))
                        .append(System.lineSeparator());
            } else {
                message.addAttachment(
                        name, new DataHandler(new FileDataSource(part.file().toFile()) {
                            @Override
                            public String getName() {
                                return name;
                            }

                            @Override
                            public String getContentType() {
                                return MediaType.of(name);
                            }
                        }));
            }
        }
        message.setBody(text.toString());
    }

    /** One message: taken, or not. */
    private void begin(Exchange exchange, ActiveRun run, Consignment consignment) {
        consignment.begin(1);
        component()
                .ledger()
                .delivering(
                        run.runId(),
                        consignment.id(),
                        consignment.begun(),
                        consignment.ahead(),
                        DeliveryEntry.Status.OPEN,
                        null);
        describe(exchange, run, consignment, "");
    }

    private static String lastOf(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }
}
