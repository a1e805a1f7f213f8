package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.delivery.Destinations;
import io.waybill.delivery.FileFailure;
import io.waybill.delivery.Transfer;
import io.waybill.flow.ExportedTable;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.ledger.RunEntry;
import io.waybill.part.StagedPart;
import io.waybill.route.WaybillConstants;
import io.waybill.run.ActiveRun;
import io.waybill.run.DeliveryUnderWay;
import io.waybill.run.Redrive;
import io.waybill.run.StagedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.Exchange;

/**
 * {@code waybill:redrive}: takes up a run whose delivery has failed, whose process has ended while it delivered, or which is quarantined and
 * released; the body becomes the files of its dead letter, for the steps
 * that deliver.
 */
final class RedriveProducer extends VerbProducer {

    RedriveProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    public void process(Exchange exchange) {
        requireCurrent(exchange);
        String runId = exchange.getMessage().getHeader(WaybillConstants.RUN_ID, String.class);
        WaybillComponent component = component();
        RunEntry entry = component
                .ledger()
                .run(String.valueOf(runId))
                .filter(found -> ExportedTable.flow(found.flow()).equals(flow()))
                .orElseThrow(() -> WaybillException.refusal("header " + WaybillConstants.RUN_ID + ": flow \"" + flow()
                        + "\" has no run \"" + runId + "\""));
        String reason = exchange.getMessage().getHeader(WaybillConstants.REASON, String.class);
        Redrive redrive = new Redrive(component.ledger(), new Destinations(context())::replacesByKey);
        redrive.check(entry, reason);
        Transfer transfer = new Transfer(entry.runId(), entry.attempt() + 1);
        StagedRun staged = read(entry, transfer);
        AskedRun asked = AskedRun.of(exchange);
        ActiveRun run = component
                .starts()
                .resume(entry, transfer, reason == null ? entry.error() : reason, asked == null ? null : asked.actor());
        run.staged(staged);
        exchange.setProperty(WaybillConstants.RUN, run);
        RunLog.enter(run, exchange);
        RunEnd.watch(exchange, getEndpoint(), run); // before anything that may fail: it holds the flow
        OutdatedRoutes.of(context()).settled(run, () -> {
            staged.deliveries().forEach(delivery -> delivery.destination().settle());
            return staged;
        });
        if (asked != null) {
            asked.begun(run);
        }
        staged.remember(entry.planned().deliveries());
        for (DeliveryUnderWay delivery : staged.deliveries()) {
            delivery.reopen();
            if (!isGivenUp(entry, delivery) && delivery.moved() == null) {
                delivery.goOn(transfer, staged.parts());
            }
        }
        exchange.getMessage()
                .setBody(staged.deliveries().size() == 1 ? staged.first().lacking(staged.parts()) : staged.parts());
    }

    /** Whether it begins anew: what an attempt that has failed published is taken back, or to be replaced. */
    private static boolean isGivenUp(RunEntry entry, DeliveryUnderWay delivery) {
        return entry.status() == RunEntry.Status.FAILED
                || entry.status() == RunEntry.Status.QUARANTINED
                        && entry.planned().deliveries().stream()
                                .anyMatch(known -> known.id().equals(delivery.id())
                                        && known.status() == RecordedDelivery.Status.FAILED);
    }

    private StagedRun read(RunEntry entry, Transfer transfer) {
        Path folder = Path.of(entry.deadLetter());
        if (!Files.isDirectory(folder) && !entry.owner().isHere()) {
            throw WaybillException.refusal("run " + entry.runId() + " cannot be delivered here: its files are in "
                    + folder + " on " + entry.owner().host() + ", where this is to be done");
        }
        try {
            StagedRun staged = kept(folder, transfer);
            for (StagedPart part : staged.parts()) {
                if (!Files.isRegularFile(part.file())
                        || component().stagingCipher().file(part.file()).length()
                                != part.facts().bytes()) {
                    throw WaybillException.refusal("run " + entry.runId() + " cannot be delivered: " + part.file()
                            + " is not there any more, or not whole; "
                            + (entry.status() == RunEntry.Status.QUARANTINED
                                    ? "waybill discard it, and run the flow again"
                                    : "run the flow again"));
                }
            }
            return staged;
        } catch (IOException e) {
            throw FileFailure.of(
                    Stage.PLAN,
                    "run " + entry.runId() + " cannot be delivered: its dead letter " + folder + " cannot be read",
                    e);
        }
    }
}
