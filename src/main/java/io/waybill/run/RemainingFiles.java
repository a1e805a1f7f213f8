package io.waybill.run;

import io.waybill.delivery.DeadLetter;
import io.waybill.delivery.Destination;
import io.waybill.delivery.Destinations;
import io.waybill.delivery.FileFailure;
import io.waybill.delivery.StagedFile;
import io.waybill.delivery.StagingCipher;
import io.waybill.delivery.Transfer;
import io.waybill.delivery.folder.LocalDestination;
import io.waybill.delivery.folder.MovedFiles;
import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunStage;
import io.waybill.part.StagedPart;
import io.waybill.part.Verification;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a run whose process has ended has left: its staged files, and how far each destination has come, as the ledger knows it. */
final class RemainingFiles {

    private final Destinations destinations;
    private final StagingCipher cipher;
    private final RunFolders folders;

    /**
     * @param cipher reads files that were encrypted when they were staged
     */
    RemainingFiles(Destinations destinations, StagingCipher cipher, RunFolders folders) {
        this.destinations = destinations;
        this.cipher = cipher;
        this.folders = folders;
    }

    /** What is left in the folder that the run staged its files in. */
    StagedRun of(RunEntry run) {
        LocalDestination local = movesTo(run);
        Path folder = local == null
                ? folders.stagingOf(run.runId()).path()
                : local.staging(run.runId()).path();
        List<StagedPart> parts = new ArrayList<>();
        for (RunEntry.FileEntry file : run.files()) {
            int number = parts.size() + 1;
            parts.add(new StagedPart(
                    StagedPart.fileIn(folder, number, file.name()),
                    file.name(),
                    number,
                    file.rows(),
                    file.bytes(),
                    file.sha256(),
                    0));
        }
        DeadLetter planned = DeadLetter.planned(folder).orElse(null);
        List<DeliveryUnderWay> deliveries = new ArrayList<>();
        for (RecordedDelivery recorded : run.planned().deliveries()) {
            Destination destination = destinations.open(recorded.endpoint(), recorded.place());
            deliveries.add(new DeliveryUnderWay(
                    address(run, recorded, destination, planned),
                    recorded.waybill() == null ? null : StagedRun.manifestIn(folder, deliveries.size() + 1),
                    local == null ? null : new MovedFiles(local, folder, transfer(run))));
        }
        return remembering(new StagedRun(folder, parts, deliveries), run);
    }

    private static DeliveryUnderWay.Address address(
            RunEntry run, RecordedDelivery recorded, Destination destination, DeadLetter planned) {
        DeadLetter.Undelivered known = planned == null
                ? null
                : planned.deliveries().stream()
                        .filter(undelivered -> undelivered.id().equals(recorded.id()))
                        .findFirst()
                        .orElse(null);
        return new DeliveryUnderWay.Address(
                recorded.id(),
                destination,
                recorded.names(),
                recorded.waybill(),
                known == null ? Map.of() : known.variables(),
                // of an earlier version, which has not said: as it is without if_exists
                known == null || known.replaces() == null ? run.planned().version() == null : known.replaces());
    }

    /**
     * What is left in the folder of a dead letter.
     *
     * @throws WaybillException when that cannot be read
     */
    StagedRun in(Path letter, RunEntry run) {
        try {
            return remembering(StagedRun.of(DeadLetter.read(letter), letter, destinations, cipher, transfer(run)), run);
        } catch (IOException e) {
            throw new WaybillException(
                    Stage.PUBLISH,
                    true,
                    "the dead letter " + letter + " of run " + run.runId() + " cannot be read: "
                            + FileFailure.reason(e),
                    e);
        }
    }

    private static StagedRun remembering(StagedRun staged, RunEntry run) {
        for (DeliveryUnderWay delivery : staged.deliveries()) {
            run.planned().deliveries().stream()
                    .filter(recorded -> recorded.id().equals(delivery.id()))
                    .forEach(recorded -> delivery.remember(recorded.begun(), recorded.ahead(), recorded.status()));
        }
        return staged;
    }

    private static Transfer transfer(RunEntry run) {
        return new Transfer(run.runId(), run.attempt());
    }

    /** The folder that a run's files are moved to; null where they are sent. Where they lie says it, whatever the settings are now. */
    private LocalDestination movesTo(RunEntry run) {
        RecordedDelivery first = run.planned().deliveries().get(0);
        if (run.planned().deliveries().size() > 1
                || !(destinations.open(first.endpoint(), first.place()) instanceof LocalDestination local)
                || Files.isDirectory(folders.stagingOf(run.runId()).path())) {
            return null;
        }
        return !cipher.encrypts()
                        || Files.isDirectory(local.staging(run.runId()).path())
                ? local
                : null;
    }

    /**
     * Whether the folder tells of files that are moved which of them were: it is there, or it was removed after the last of them,
     * which is the last thing but one that a run does.
     */
    boolean isThere(StagedRun staged, RunEntry run) {
        return Files.isDirectory(staged.folder()) || run.stage() == RunStage.COMMIT;
    }

    /** Whether all files and waybills wait in the folder, as they should be. */
    boolean areWhole(StagedRun staged) {
        return staged.parts().stream().allMatch(this::isWhole)
                && staged.deliveries().stream()
                        .map(DeliveryUnderWay::manifest)
                        .allMatch(manifest -> manifest == null || Files.isRegularFile(manifest));
    }

    private boolean isWhole(StagedPart part) {
        try {
            StagedFile staged = cipher.file(part.file());
            if (staged.length() != part.bytes()) {
                return false;
            }
            try (InputStream in = staged.open()) {
                return Verification.Content.of(in).sha256().equals(part.sha256());
            }
        } catch (IOException e) {
            return false; // on another machine
        }
    }
}
