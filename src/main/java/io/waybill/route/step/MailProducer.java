package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.delivery.StagedFile;
import io.waybill.delivery.StagingCipher;
import io.waybill.flow.Refusal;
import io.waybill.part.StagedPart;
import io.waybill.route.StepOptions;
import io.waybill.route.WaybillConstants;
import io.waybill.run.ActiveRun;
import io.waybill.run.DeliveryUnderWay;
import io.waybill.run.StagedRun;
import jakarta.activation.DataHandler;
import jakarta.activation.DataSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.attachment.Attachment;
import org.apache.camel.attachment.AttachmentMessage;
import org.apache.camel.attachment.DefaultAttachment;

/**
 * {@code waybill:mail}: puts all files of a run into one mail, whose text the body becomes. One mail is delivered whole or not at
 * all; whoever gets it has all files, or links to them where they are too large for it.
 */
final class MailProducer extends StepProducer {

    MailProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    protected void doInit() {
        if (option(StepOptions.SIZE_LIMIT) < 1) {
            getEndpoint()
                    .refuse(List.of(new Refusal(
                            "sizeLimit", option(StepOptions.SIZE_LIMIT) + " is too small; at least 1 is allowed")));
        }
    }

    @Override
    void process(Exchange exchange, ActiveRun run) throws IOException {
        StagedRun staged = staged(run);
        if (!(exchange.getMessage().getBody() instanceof List<?> lacking)) {
            throw WaybillException.undelivered(
                    "waybill:" + getEndpoint().getName()
                            + " takes the list of files that waybill:stage answers; a step before it has put something else there");
        }
        exchange.getMessage().setBody(null);
        if (lacking.isEmpty()) {
            return;
        }
        DeliveryUnderWay delivery = delivery(exchange, run);
        exchange.setProperty(WaybillConstants.DELIVERING, delivery.id());
        long bytes =
                staged.parts().stream().mapToLong(part -> part.facts().bytes()).sum();
        boolean linked = bytes > option(StepOptions.SIZE_LIMIT);
        if (linked && option(StepOptions.LINK) == null) {
            throw WaybillException.undelivered(String.format(
                    Locale.ROOT,
                    "the files have %,d bytes, and a mail takes %,d; set size-limit, or link, of the connection",
                    bytes,
                    option(StepOptions.SIZE_LIMIT)));
        }
        begin(run, delivery, 1); // one message: taken, or not
        describe(exchange, run, delivery, "");
        StagingCipher cipher = component().stagingCipher();
        StringBuilder text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "%s: %,d rows, run %s%n%n", run.flow(), staged.rows(), run.runId()));
        AttachmentMessage message = exchange.getMessage(AttachmentMessage.class);
        for (StagedPart part : staged.parts()) {
            String name = nameOf(delivery, part);
            text.append(String.format(
                    Locale.ROOT,
                    "%s: %,d rows, %,d bytes, SHA-256 %s%n",
                    name,
                    part.facts().rows(),
                    part.facts().bytes(),
                    part.facts().sha256()));
            if (linked) {
                text.append(option(StepOptions.LINK).replace("{file}", delivery.name(part)))
                        .append(System.lineSeparator());
            } else {
                message.addAttachmentObject(name, attachment(name, cipher.file(part.file())));
            }
        }
        message.setBody(text.toString());
        exchange.setProperty(
                Handed.PROPERTY,
                new Handed(
                        run,
                        delivery,
                        staged.parts().stream().map(StagedPart::number).toList(),
                        null,
                        false,
                        message.getBody(),
                        null,
                        null,
                        linked
                                ? List.of()
                                : staged.parts().stream()
                                        .map(part -> nameOf(delivery, part))
                                        .toList()));
    }

    private static String nameOf(DeliveryUnderWay delivery, StagedPart part) {
        String path = delivery.name(part);
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** In base64, a text too: mail changes the ends of its lines otherwise, and the file would not be what its SHA-256 says. */
    private static Attachment attachment(String name, StagedFile file) {
        Attachment attachment = new DefaultAttachment(new DataHandler(new StagedSource(name, file)));
        attachment.setHeader("Content-Transfer-Encoding", "base64");
        return attachment;
    }

    /** A staged file, read each time that the mail is sent. */
    private record StagedSource(String name, StagedFile file) implements DataSource {

        @Override
        public InputStream getInputStream() throws IOException {
            return file.open();
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            throw new IOException("it is to be read alone");
        }

        @Override
        public String getName() {
            return name;
        }

        @Override
        public String getContentType() {
            return MediaType.of(name);
        }
    }
}
