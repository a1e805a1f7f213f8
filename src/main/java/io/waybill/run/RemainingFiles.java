package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.delivery.DeadLetter;
import io.waybill.delivery.Destinations;
import io.waybill.delivery.FileFailure;
import io.waybill.delivery.StagedFile;
import io.waybill.delivery.StagingCipher;
import io.waybill.delivery.Transfer;
import io.waybill.delivery.folder.LocalDestination;
import io.waybill.facts.DeliveryFacts;
import io.waybill.facts.FileContent;
import io.waybill.facts.FileFacts;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunStage;
import io.waybill.part.StagedPart;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a run whose process has ended has left: its staged files, and how far each destination has come, as the ledger knows it.
 *
 * @param cipher reads files that were encrypted when they were staged
 * @param folders where they wait
 */
record RemainingFiles(Destinations destinations, StagingCipher cipher, RunFolders folders) {

    /** What is left in the folder that the run staged its files in. */
    StagedRun of(RunEntry run) {
        LocalDestination local = movesTo(run);
        Path folder = local == null
                ? folders.stagingOf(run.runId()).path()
                : local.staging(run.runId()).path();
        List<StagedPart> parts = new ArrayList<>();
        for (FileFacts file : run.files()) {
            int number = parts.size() + 1;
            parts.add(new StagedPart(StagedPart.fileIn(folder, number, file.name()), number, file));
        }
        Optional<DeadLetter> planned = DeadLetter.planned(folder);
        List<DeliveryUnderWay> deliveries = new ArrayList<>();
        for (RecordedDelivery recorded : run.planned().deliveries()) {
            DeliveryFacts facts = completed(recorded.facts(), deliveries.size() + 1, run, planned);
            deliveries.add(new DeliveryUnderWay(
                    facts,
                    destinations.open(facts.endpoint(), facts.place()),
                    folder,
                    local == null ? null : transfer(run)));
        }
        return remembering(new StagedRun(folder, parts, deliveries), run);
    }

    /** With what the ledger does not know. */
    private static DeliveryFacts completed(
            DeliveryFacts recorded, int number, RunEntry run, Optional<DeadLetter> planned) {
        DeliveryFacts known = planned.stream()
                .flatMap(letter -> letter.deliveries().stream())
                .filter(undelivered -> undelivered.id().equals(recorded.id()))
                .findFirst()
                .orElse(null);
        return recorded.with(
                recorded.waybill() == null ? null : StagedRun.manifest(number),
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
            return remembering(StagedRun.of(letter, destinations, cipher, transfer(run)), run);
        } catch (IOException e) {
            throw FileFailure.passing(
                    Stage.PUBLISH, "the dead letter " + letter + " of run " + run.runId() + " cannot be read", e);
        }
    }

    private static StagedRun remembering(StagedRun staged, RunEntry run) {
        staged.remember(run.planned().deliveries());
        return staged;
    }

    /** By which its files are on their way. */
    static Transfer transfer(RunEntry run) {
        return new Transfer(run.runId(), run.attempt());
    }

    /** The folder that a run's files are moved to; null where they are sent. Where they lie says it, whatever the settings are now. */
    private LocalDestination movesTo(RunEntry run) {
        DeliveryFacts first = run.planned().delivery().facts();
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
            if (staged.length() != part.facts().bytes()) {
                return false;
            }
            if (staged.distant().isPresent()) { // copied as it was found, or not at all
                return true;
            }
            try (InputStream in = staged.open()) {
                return FileContent.of(in).sha256().equals(part.facts().sha256());
            }
        } catch (IOException e) {
            return false; // on another machine
        }
    }
}
