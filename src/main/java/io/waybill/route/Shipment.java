package io.waybill.route;

import io.waybill.delivery.DeadLetter;
import io.waybill.delivery.LocalDestination;
import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import io.waybill.part.StagedPart;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What is to be delivered: staged files that wait in a folder for their destination.
 *
 * @param destination where they go
 * @param waybill the waybill's name there
 * @param folder where they wait, and where they come back to when the delivery fails
 * @param parts the files, in their order
 */
record Shipment(LocalDestination destination, String waybill, Path folder, List<StagedPart> parts) {

    Shipment {
        parts = List.copyOf(parts);
    }

    private static final String MANIFEST = "waybill.json";

    /** Where the waybill waits. */
    Path manifest() {
        return manifestIn(folder);
    }

    static Path manifestIn(Path folder) {
        return folder.resolve(MANIFEST);
    }

    long rows() {
        return parts.stream().mapToLong(StagedPart::rows).sum();
    }

    /** Brings back what was published: publishing has moved it out of the folder. */
    void takeBack() {
        destination.takeBack(waybill, manifest());
        parts.forEach(part -> destination.takeBack(part.name(), part.file()));
    }

    /** Removes the folder, once its files are delivered. */
    void removeFolder(String runId) {
        if (DeadLetter.isIn(folder)) {
            try {
                DeadLetter.deleteFolder(folder);
            } catch (IOException e) {
                throw new WaybillException(
                        Stage.COMMIT,
                        true,
                        "the files are delivered, and their dead letter " + folder + " cannot be removed: "
                                + LocalDestination.reason(e),
                        e);
            }
        } else {
            destination.removeStaging(runId);
        }
    }

    /** What a dead letter holds. */
    static Shipment of(DeadLetter letter, Path folder) {
        List<StagedPart> parts = new ArrayList<>();
        for (DeadLetter.Letter file : letter.files()) {
            parts.add(new StagedPart(
                    folder.resolve(file.file()),
                    file.name(),
                    parts.size() + 1,
                    file.rows(),
                    file.bytes(),
                    file.sha256(),
                    file.rowGroups()));
        }
        return new Shipment(new LocalDestination(letter.root()), letter.waybill(), folder, parts);
    }

    /** What is kept of it when its delivery has failed. */
    DeadLetter toDeadLetter(ActiveRun run, String error, Instant now) {
        return new DeadLetter(
                run.runId(),
                run.flow(),
                error,
                now,
                destination.path().toAbsolutePath().normalize().toString(),
                waybill,
                parts.stream()
                        .map(part -> new DeadLetter.Letter(
                                part.file().getFileName().toString(),
                                part.name(),
                                part.rows(),
                                part.bytes(),
                                part.sha256(),
                                part.rowGroups()))
                        .toList());
    }
}
