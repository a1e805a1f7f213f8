package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.delivery.Destinations;
import io.waybill.delivery.FileFailure;
import io.waybill.delivery.StagedFile;
import io.waybill.delivery.Transfer;
import io.waybill.delivery.folder.MovedFiles;
import io.waybill.flow.Form;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.route.WaybillConstants;
import io.waybill.rows.BodyRows;
import io.waybill.run.ActiveRun;
import io.waybill.run.DeliveryUnderWay;
import io.waybill.run.StagedRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.file.FileConstants;

/** A step of a run that has begun. */
abstract class StepProducer extends VerbProducer {

    StepProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    public final void process(Exchange exchange) throws Exception {
        ActiveRun run = exchange.getProperty(WaybillConstants.RUN, ActiveRun.class);
        if (run == null) {
            throw WaybillException.refusal("waybill:" + getEndpoint().getName()
                    + ": no run has begun on this exchange; waybill:begin/" + flow() + " has to come before it");
        }
        RunLog.enter(run);
        if (run.isLeft()) {
            throw WaybillException.undelivered("waybill:" + getEndpoint().getName() + ": run " + run.runId()
                    + " is left where it is, since its application stops; the next start takes it up");
        }
        if (run.result() != null && !cleansUp()) {
            throw WaybillException.undelivered("waybill:" + getEndpoint().getName() + ": run " + run.runId()
                    + " has ended already, as " + Form.lower(run.result().status())
                    + (run.result().error() == null ? "" : ": " + run.result().error())
                    + "; a failure that is handled on the way does not let its run go on");
        }
        BodyRows rows = exchange.getProperty(BodyRows.PROPERTY, BodyRows.class);
        if (rows != null && !cleansUp()) {
            rows.check(); // a run whose rows somebody else has asked for does not go on
        }
        RunWatch watch = component().watch();
        String delivery = deliveryId(exchange, run);
        watch.before(run, getEndpoint().verb(), delivery);
        Throwable failure = null;
        try {
            process(exchange, run);
        } catch (Exception | Error e) {
            failure = e;
            throw e;
        } finally {
            watch.after(run, getEndpoint().verb(), delivery, failure);
        }
    }

    private static String deliveryId(Exchange exchange, ActiveRun run) {
        String id = exchange.getProperty(WaybillConstants.DELIVERY, String.class);
        return id != null || run.staged() == null ? id : run.staged().first().id();
    }

    abstract void process(Exchange exchange, ActiveRun run) throws Exception;

    /** Whether it is a step of a delivery that has failed. */
    boolean cleansUp() {
        return false;
    }

    /**
     * What the run has staged.
     *
     * @throws WaybillException when that is nothing yet
     */
    final StagedRun staged(ActiveRun run) {
        if (run.staged() == null) {
            throw WaybillException.undelivered("waybill:" + getEndpoint().getName()
                    + ": nothing is staged; waybill:stage/" + flow() + " has to come before it");
        }
        return run.staged();
    }

    /** The delivery that an exchange is about. */
    final DeliveryUnderWay delivery(Exchange exchange, ActiveRun run) {
        return staged(run).delivery(exchange.getProperty(WaybillConstants.DELIVERY, String.class));
    }

    /**
     * Hands a staged file to the endpoint behind this step, as Camel's file endpoints take one. Where it goes to a folder of this
     * machine and nowhere else, the file itself is moved, if the two are on the same file system.
     *
     * @param file its number is among those of its run, from 1; the waybill is the last
     */
    void deliver(Exchange exchange, ActiveRun run, DeliveryUnderWay delivery, MovedFiles.Moved file) {
        Message message = exchange.getMessage();
        Path staged = file.staged();
        Path readable = staged;
        boolean isWaybill = file.number() > delivery.facts().names().size();
        message.setHeader(FileConstants.FILE_NAME, file.name());
        message.setHeader(Transfer.HEADER, run.transfer().token());
        if (!delivery.destination().keepsFiles()) {
            describe(exchange, run, delivery, Integer.toString(file.number()));
        }
        if (delivery.moved() == null) {
            if (!isSkipped(run, delivery)) {
                begin(run, delivery, file.number());
            }
        } else {
            ledger().requireHeld(run.runId()); // this process may have been stopped for a while
            delivery.moved().prepare(file);
            if (Publisher.of(context(), run, delivery).hasOtherReaders(isWaybill)) {
                readable = delivery.moved().readable(file);
            }
        }
        // with which any file endpoint would move the file; the one that publishes gets it
        message.removeHeader(FileConstants.FILE_LOCAL_WORK_PATH);
        try {
            StagedFile handed = component().stagingCipher().file(readable);
            message.setBody(handed.body());
            exchange.setProperty(
                    Handed.PROPERTY,
                    new Handed(
                            run,
                            delivery,
                            List.of(file.number()),
                            file.name(),
                            isWaybill,
                            message.getBody(),
                            handed,
                            delivery.moved() == null ? null : file,
                            List.of()));
        } catch (IOException e) {
            throw FileFailure.of(Stage.PUBLISH, staged + " cannot be read", e);
        }
    }

    /** Whether nothing will be sent to the destination, as where a mock stands for it: nobody is to be asked there either. */
    final boolean isSkipped(ActiveRun run, DeliveryUnderWay delivery) {
        return Publisher.of(context(), run, delivery).isSkipped();
    }

    /** The ledger knows of a file before it is sent. */
    void begin(ActiveRun run, DeliveryUnderWay delivery, int number) {
        delivery.begin(number);
        delivery.record(ledger(), run.runId(), RecordedDelivery.Status.OPEN, null);
    }

    /**
     * Says with a message what it is about, and nothing else: what the run was started with is nobody else's business. The values
     * of variables become the exchange's variables.
     */
    static void describe(Exchange exchange, ActiveRun run, DeliveryUnderWay delivery, String part) {
        Message message = exchange.getMessage();
        String name = message.getHeader(FileConstants.FILE_NAME, String.class);
        String sha256 = message.getHeader(Destinations.SHA256, String.class);
        message.removeHeaders("*");
        message.setHeader(WaybillConstants.RUN_ID, run.runId());
        message.setHeader(WaybillConstants.FLOW, run.flow());
        delivery.facts().variables().forEach(exchange::setVariable);
        exchange.setVariable("part", part);
        if (sha256 != null) {
            message.setHeader(FileConstants.FILE_NAME, name);
            message.setHeader(Destinations.SHA256, sha256);
            message.setHeader(Exchange.CONTENT_TYPE, MediaType.of(name));
            // the same for each try, and for another run that sends the same file
            message.setHeader(WaybillConstants.IDEMPOTENCY_KEY, run.flow() + "/" + name + "/" + sha256);
        }
    }
}
