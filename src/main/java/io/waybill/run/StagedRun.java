package io.waybill.run;

import io.waybill.delivery.DeadLetter;
import io.waybill.delivery.DeadLetter.Undelivered;
import io.waybill.delivery.Destination;
import io.waybill.delivery.Destinations;
import io.waybill.delivery.FileFailure;
import io.waybill.delivery.StagingCipher;
import io.waybill.delivery.StagingFolder;
import io.waybill.delivery.Transfer;
import io.waybill.delivery.folder.LocalDestination;
import io.waybill.delivery.folder.MovedFiles;
import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import io.waybill.part.StagedPart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

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

    /** Where the waybill for a destination waits, by its number from 1. */
    public static Path manifestIn(Path folder, int number) {
        return folder.resolve(number == 1 ? MANIFEST : "waybill-" + number + ".json");
    }

    /** The delivery of a destination; the only one where none is named. */
    public DeliveryUnderWay delivery(String id) {
        return deliveries.stream()
                .filter(delivery -> id == null || delivery.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new WaybillException(
                        Stage.PUBLISH, "delivery: \"" + id + "\" is none of this run's; see waybill:begin"));
    }

    /** The first of its destinations, by which the files are known. */
    public DeliveryUnderWay first() {
        return deliveries.get(0);
    }

    public long rows() {
        return parts.stream().mapToLong(StagedPart::rows).sum();
    }

    boolean isDelivered() {
        return deliveries.stream().allMatch(DeliveryUnderWay::isDelivered);
    }

    public boolean isDeliveredSomewhere() {
        return deliveries.stream().anyMatch(DeliveryUnderWay::isDelivered);
    }

    /** Brings back what was published at a destination that does not have it all. */
    public void takeBack(Transfer transfer, DeliveryUnderWay delivery) {
        if (delivery.moved() != null) {
            delivery.takeBack(transfer.runId(), parts);
        } else {
            delivery.withdraw(transfer, parts);
        }
    }

    /** Removes the folder, once its files are delivered. */
    public void removeFolder() {
        if (DeadLetter.isIn(folder)) {
            try {
                DeadLetter.deleteFolder(folder);
                new StagingFolder(folder).remove(); // and the folder of all, where it was the last one
            } catch (IOException e) {
                throw new WaybillException(
                        Stage.COMMIT,
                        true,
                        "the files are delivered, and their dead letter " + folder + " cannot be removed: "
                                + FileFailure.reason(e),
                        e);
            }
        } else {
            new StagingFolder(folder).remove();
        }
    }

    /**
     * What a dead letter holds.
     *
     * @param transfer by which it is to be delivered
     * @throws IOException when its files cannot be read
     */
    public static StagedRun of(
            DeadLetter letter, Path folder, Destinations destinations, StagingCipher cipher, Transfer transfer)
            throws IOException {
        List<StagedPart> parts = new ArrayList<>();
        for (DeadLetter.Letter file : letter.files()) {
            parts.add(new StagedPart(
                    folder.resolve(file.file()),
                    letter.deliveries().get(0).names().get(parts.size()),
                    parts.size() + 1,
                    file.rows(),
                    file.bytes(),
                    file.sha256(),
                    file.rowGroups()));
        }
        boolean moves = letter.deliveries().size() == 1;
        for (StagedPart part : parts) {
            moves &= !Files.isRegularFile(part.file())
                    || cipher.file(part.file()).isPlain();
        }
        boolean movesFiles = moves;
        List<DeliveryUnderWay> deliveries = letter.deliveries().stream()
                .map(undelivered -> {
                    Destination destination = destinations.open(undelivered.endpoint(), undelivered.place());
                    return new DeliveryUnderWay(
                            new DeliveryUnderWay.Address(
                                    undelivered.id(),
                                    destination,
                                    undelivered.names(),
                                    undelivered.waybill(),
                                    undelivered.variables(),
                                    Boolean.TRUE.equals(undelivered.replaces())),
                            undelivered.manifest() == null ? null : folder.resolve(undelivered.manifest()),
                            movesFiles && destination instanceof LocalDestination local
                                    ? new MovedFiles(local, folder, transfer)
                                    : null);
                })
                .toList();
        return new StagedRun(folder, parts, deliveries);
    }

    /** What is kept of it when its delivery has failed. */
    public DeadLetter toDeadLetter(String runId, String flow, String error, Instant now) {
        return new DeadLetter(
                runId,
                flow,
                error,
                now,
                deliveries.stream()
                        .filter(delivery -> !delivery.isDelivered())
                        .map(delivery -> new Undelivered(
                                delivery.id(),
                                delivery.destination().endpoint(),
                                delivery.destination().place(),
                                delivery.names(),
                                delivery.waybill(),
                                delivery.manifest() == null
                                        ? null
                                        : delivery.manifest().getFileName().toString(),
                                delivery.variables(),
                                delivery.replaces()))
                        .toList(),
                parts.stream()
                        .map(part -> new DeadLetter.Letter(
                                part.file().getFileName().toString(),
                                part.rows(),
                                part.bytes(),
                                part.sha256(),
                                part.rowGroups()))
                        .toList());
    }
}
