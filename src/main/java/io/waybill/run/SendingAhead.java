package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.delivery.FileFailure;
import io.waybill.delivery.StagedFile;
import io.waybill.delivery.StagingCipher;
import io.waybill.delivery.Transfer;
import io.waybill.facts.FileFacts;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.part.StagedPart;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sends the files of a run on while the next ones are written, to where nobody sees them: nothing is published before all rows are read.
 * The ledger knows of each before, so that whoever cleans up after the run finds it.
 */
public final class SendingAhead {

    private final Transfer transfer;
    private final Plan plan;
    private final Ledger ledger;
    private final StagingCipher cipher;
    private final List<StagedPart> parts = new ArrayList<>();
    private final Map<PlannedDelivery, Integer> sent = new LinkedHashMap<>();
    private int recorded;

    public SendingAhead(Transfer transfer, Plan plan, Ledger ledger, StagingCipher cipher) {
        this.transfer = transfer;
        this.plan = plan;
        this.ledger = ledger;
        this.cipher = cipher;
    }

    /** Begins to send a file to the destinations that take it ahead; files come in their order. */
    public void add(StagedPart part) {
        parts.add(part);
        List<PlannedDelivery> takers = plan.deliveries().stream()
                .filter(delivery ->
                        delivery.destination().sendsAhead(part.facts().bytes()))
                .toList();
        if (takers.isEmpty()) {
            return;
        }
        List<StagedPart> unknown = parts.subList(recorded, parts.size());
        ledger.ahead(
                transfer.runId(),
                recorded + 1,
                facts(unknown),
                names(unknown),
                takers.stream().map(PlannedDelivery::id).toList());
        recorded = parts.size();
        for (PlannedDelivery delivery : takers) {
            sent.put(delivery, part.number());
            delivery.destination()
                    .sendAhead(
                            staged(part),
                            delivery.names().part(part),
                            part.facts().sha256(),
                            transfer);
        }
    }

    private StagedFile staged(StagedPart part) {
        try {
            return cipher.file(part.file());
        } catch (IOException e) {
            throw FileFailure.of(Stage.STAGE, part.file() + " cannot be read", e);
        }
    }

    /** Tells the ledger what all files of the run are. */
    public void record(List<StagedPart> all) {
        List<StagedPart> unknown = all.subList(recorded, all.size());
        ledger.staged(transfer.runId(), recorded + 1, facts(unknown), names(unknown));
    }

    private static List<FileFacts> facts(List<StagedPart> files) {
        return files.stream().map(StagedPart::facts).toList();
    }

    private List<List<String>> names(List<StagedPart> files) {
        return plan.deliveries().stream().map(delivery -> delivery.names(files)).toList();
    }

    /** How many files, from the first on, were sent ahead to a destination, or begun to be. */
    public int count(PlannedDelivery delivery) {
        return sent.getOrDefault(delivery, 0);
    }

    /** Stops what is being sent. */
    public void stop() {
        sent.forEach((delivery, count) ->
                delivery.destination().stopAhead(delivery.names(parts.subList(0, count)), transfer));
    }

    /** Removes what was sent, of a run that fails before its files are all staged. */
    public void giveUp(String reason) {
        sent.forEach((delivery, count) -> {
            int left = 0;
            try {
                delivery.destination().sweep(delivery.names(parts.subList(0, count)), transfer);
            } catch (WaybillException e) { // the next run does it
                left = count;
                DeliveryUnderWay.warnOfLeftovers(transfer, delivery.destination(), e);
            }
            ledger.delivering(transfer.runId(), delivery.id(), 0, left, RecordedDelivery.Status.FAILED, reason);
        });
    }
}
