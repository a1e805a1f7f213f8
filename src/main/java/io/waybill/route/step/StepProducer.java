package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.delivery.Destinations;
import io.waybill.delivery.FileFailure;
import io.waybill.delivery.Transfer;
import io.waybill.delivery.folder.MovedFiles;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.route.WaybillConstants;
import io.waybill.rows.BodyRows;
import io.waybill.rows.HeapFailure;
import io.waybill.run.ActiveRun;
import io.waybill.run.DeliveryUnderWay;
import java.io.IOException;
import java.nio.file.Path;
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
        } catch (OutOfMemoryError e) { // an error would end the route, and leave the run as if it went on
            failure = e;
            throw HeapFailure.of(
                    run.staged() == null ? Stage.STAGE : Stage.PUBLISH,
                    getEndpoint().getEndpointUri(),
                    e);
        } catch (Exception e) {
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

    /** The delivery that an exchange is about. */
    static DeliveryUnderWay delivery(Exchange exchange, ActiveRun run) {
        return run.staged().delivery(exchange.getProperty(WaybillConstants.DELIVERY, String.class));
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
        message.setHeader(FileConstants.FILE_NAME, file.name());
        message.setHeader(Transfer.HEADER, run.transfer().token());
        if (!delivery.destination().keepsFiles()) {
            describe(exchange, run, delivery, Integer.toString(file.number()));
        }
        if (delivery.moved() == null) {
            begin(run, delivery, file.number());
            message.removeHeader(FileConstants.FILE_LOCAL_WORK_PATH);
        } else {
            ledger().requireHeld(run.runId()); // this process may have been stopped for a while
            delivery.moved().prepare(file);
            message.setHeader(FileConstants.FILE_LOCAL_WORK_PATH, staged.toString());
        }
        try {
            message.setBody(component().stagingCipher().file(staged).body());
        } catch (IOException e) {
            throw FileFailure.of(Stage.PUBLISH, staged + " cannot be read", e);
        }
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
