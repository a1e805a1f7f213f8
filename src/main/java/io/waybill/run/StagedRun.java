package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.delivery.DeadLetter;
import io.waybill.delivery.Destinations;
import io.waybill.delivery.FileFailure;
import io.waybill.delivery.StagingCipher;
import io.waybill.delivery.StagingFolder;
import io.waybill.delivery.Transfer;
import io.waybill.facts.DeliveryFacts;
import io.waybill.facts.FileFacts;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.part.StagedPart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is to be delivered: staged files that wait in a folder for their destinations.
 *
 * @param folder where they wait, and where they come back to when the delivery fails
 * @param parts the files, in their order
 * @param deliveries where they go; at least one
 */
public record StagedRun(Path folder, List<StagedPart> parts, List<DeliveryUnderWay> deliveries) {

    private static final String MANIFEST = "waybill.json";

    public StagedRun {
        parts = List.copyOf(parts);
        deliveries = List.copyOf(deliveries);
    }

    /** What the waybill for a destination is called while it waits, by the destination's number from 1. */
    public static String manifest(int number) {
        return number == 1 ? MANIFEST : "waybill-" + number + ".json";
    }

    /** The delivery of a destination; the only one where none is named. */
    public DeliveryUnderWay delivery(String id) {
        return find(id).orElseThrow(() ->
                WaybillException.undelivered("delivery: \"" + id + "\" is none of this run's; see waybill:begin"));
    }

    /** See {@link #delivery}; empty where it is not to be delivered there, or not any more. */
    public Optional<DeliveryUnderWay> find(String id) {
        return deliveries.stream()
                .filter(delivery -> id == null || delivery.id().equals(id))
                .findFirst();
    }

    /** The first of its destinations, by which the files are known. */
    public DeliveryUnderWay first() {
        return deliveries.get(0);
    }

    public long rows() {
        return parts.stream().mapToLong(part -> part.facts().rows()).sum();
    }

    boolean isDelivered() {
        return deliveries.stream().allMatch(DeliveryUnderWay::isDelivered);
    }

    public boolean isDeliveredSomewhere() {
        return deliveries.stream().anyMatch(DeliveryUnderWay::isDelivered);
    }

    /**
     * Brings back what was published at a destination that does not have it all.
     *
     * @return whether nothing of it is left that could be removed
     */
    public boolean takeBack(Transfer transfer, DeliveryUnderWay delivery) {
        if (delivery.moved() == null) {
            return delivery.withdraw(transfer, parts);
        }
        delivery.takeBack(transfer.runId(), parts);
        return true;
    }

    /** Brings back what was published at a destination that is given up; the ledger knows why. */
    public void giveUp(DeliveryUnderWay delivery, Transfer transfer, Ledger ledger, String why) {
        delivery.failed(why);
        takeBack(transfer, delivery);
        delivery.record(ledger, transfer.runId(), RecordedDelivery.Status.FAILED, why);
    }

    /** Removes the folder, once its files are delivered. */
    public void removeFolder() {
        if (DeadLetter.isIn(folder)) {
            try {
                DeadLetter.deleteFolder(folder);
                new StagingFolder(folder).remove(); // and the folder of all, where it was the last one
            } catch (IOException e) {
                throw FileFailure.passing(
                        Stage.COMMIT,
                        "the files are delivered, and their dead letter " + folder + " cannot be removed",
                        e);
            }
        } else {
            new StagingFolder(folder).remove();
        }
    }

    /**
     * What the dead letter of a folder holds.
     *
     * @param transfer by which it is to be delivered
     * @throws IOException when its files cannot be read
     */
    public static StagedRun of(Path folder, Destinations destinations, StagingCipher cipher, Transfer transfer)
            throws IOException {
        DeadLetter letter = DeadLetter.read(folder);
        List<StagedPart> parts = new ArrayList<>();
        for (FileFacts file : letter.files()) {
            String name = letter.deliveries().get(0).names().get(parts.size());
            parts.add(new StagedPart(folder.resolve(file.name()), parts.size() + 1, file.named(name)));
        }
        boolean moves = letter.deliveries().size() == 1;
        for (StagedPart part : parts) {
            moves &= !Files.isRegularFile(part.file())
                    || cipher.file(part.file()).isPlain();
        }
        Transfer moving = moves ? transfer : null;
        return new StagedRun(
                folder,
                parts,
                letter.deliveries().stream()
                        .map(facts -> new DeliveryUnderWay(
                                facts, destinations.open(facts.endpoint(), facts.place()), folder, moving))
                        .toList());
    }

    /** Reminds its deliveries of how far each has come. */
    public void remember(List<RecordedDelivery> recorded) {
        for (DeliveryUnderWay delivery : deliveries) {
            recorded.stream().filter(known -> known.id().equals(delivery.id())).forEach(delivery::remember);
        }
    }

    /**
     * Keeps it as a dead letter, or keeps it anew where it is one.
     *
     * @param letter the folder of the dead letter
     * @throws IOException when it cannot be kept; the files that wait are still there then
     */
    public void keep(DeadLetter kept, Path letter) throws IOException {
        if (folder.equals(letter)) { // it was tried again, and stays where it is
            kept.write(folder);
        } else {
            kept.keep(folder, letter);
            new StagingFolder(folder).remove();
        }
    }

    /** What is kept of it when its delivery has failed. */
    public DeadLetter toDeadLetter(String runId, String flow, String error, Instant now) {
        List<DeliveryFacts> undelivered = deliveries.stream()
                .filter(delivery -> !delivery.isDelivered())
                .map(DeliveryUnderWay::facts)
                .toList();
        List<FileFacts> files = parts.stream()
                .map(part -> part.facts().named(part.file().getFileName().toString()))
                .toList();
        return new DeadLetter(runId, flow, error, now, undelivered, files);
    }
}
