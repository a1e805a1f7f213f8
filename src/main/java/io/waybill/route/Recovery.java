package io.waybill.route;

import io.waybill.delivery.DeadLetter;
import io.waybill.delivery.Destination;
import io.waybill.delivery.Destinations;
import io.waybill.delivery.LocalDestination;
import io.waybill.delivery.StagingCipher;
import io.waybill.delivery.StagingFolder;
import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import io.waybill.ledger.DeliveryEntry;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunStage;
import io.waybill.part.StagedPart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cleans up after runs whose process ended before they did. A run whose waybill is published everywhere is done: nothing was left to
 * do but to say so. Of any other, what it staged and what it published is removed, and the next run covers the same rows; but where
 * one of several destinations has them all, its files are kept for the others.
 */
final class Recovery {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final Ledger ledger;
    private final Destinations destinations;
    private final StagingCipher cipher;
    private final Function<String, StagingFolder> elsewhere;
    private final Function<String, Path> deadLetters;
    private final Clock clock;

    /**
     * @param cipher reads files that were encrypted when they were staged
     * @param elsewhere the folder of the staged files of a run that goes elsewhere than to a folder of this machine, by its id
     * @param deadLetters the folder of a run's undelivered files, by its id
     */
    Recovery(
            Ledger ledger,
            Destinations destinations,
            StagingCipher cipher,
            Function<String, StagingFolder> elsewhere,
            Function<String, Path> deadLetters,
            Clock clock) {
        this.ledger = ledger;
        this.destinations = destinations;
        this.cipher = cipher;
        this.elsewhere = elsewhere;
        this.deadLetters = deadLetters;
        this.clock = clock;
    }

    /**
     * Cleans up after all runs that were abandoned.
     *
     * @param flow the flow that is to run; another's that cannot be cleaned up after now stands in nobody's way but its own
     */
    void run(String flow) {
        for (RunEntry run : ledger.abandoned()) {
            if (ledger.takeOver(run)) {
                try {
                    recover(run);
                } catch (WaybillException e) {
                    ledger.giveBack(run);
                    if (run.flow().equals(flow)) {
                        throw e;
                    }
                    LOG.warn("Flow {}: run {} is not cleaned up after: {}", run.flow(), run.runId(), e.getMessage());
                }
            }
        }
        ledger.withLeftovers(flow).forEach(this::sweep);
    }

    /** Tries again to remove what a failed run has sent, and could not take back then. */
    private void sweep(RunEntry run) {
        // what a later run has delivered under the same name is none of it
        Set<String> newer = new Redrive(ledger).deliveredSince(run).keySet();
        for (Consignment consignment : consignments(run)) {
            boolean begun = consignment.status() == DeliveryEntry.Status.FAILED && consignment.begun() > 0;
            if ((begun || consignment.ahead() > 0) && consignment.destination().keepsFiles()) {
                if (consignment.sweep(run.runId(), sent(run), newer)) {
                    ledger.swept(run.runId(), consignment.id());
                }
            }
        }
    }

    private void recover(RunEntry run) {
        String ended = run.owner().words() + " ended before the run did";
        Status status = run.status() == Status.RUNNING && run.planned() != null
                ? cleanUp(run, ended)
                : end(run, Status.INTERRUPTED, ended, null);
        LOG.warn(
                "Flow {}: run {} is {}: {}",
                run.flow(),
                run.runId(),
                status.name().toLowerCase(Locale.ROOT),
                ended);
    }

    private Status cleanUp(RunEntry run, String ended) {
        Path letter = run.deadLetter() == null ? deadLetters.apply(run.runId()) : Path.of(run.deadLetter());
        StagingFolder staging = staging(run);
        List<Consignment> consignments = consignments(run);
        consignments.stream()
                .filter(consignment -> isDelivered(run, consignment))
                .forEach(Consignment::delivered);
        if (run.stage() != RunStage.STAGE && consignments.stream().allMatch(Consignment::isDelivered)) {
            staging.remove();
            deleteFolder(letter);
            return end(run, Status.DONE, ended, null);
        }
        if (DeadLetter.isIn(letter)) { // it failed by itself, or was being delivered again
            takeBack(run, letter, consignments);
            staging.remove();
            String error = run.error() == null ? ended : run.error() + "; delivered again, " + ended;
            return end(run, Status.FAILED, error, letter.toString());
        }
        if (run.stage() != RunStage.STAGE) {
            if (consignments.stream().anyMatch(Consignment::isDelivered) && isWhole(run, staging)) {
                return keep(run, staging, letter, consignments, ended);
            }
            consignments.forEach(consignment -> removePublished(run, consignment, staging));
        } else {
            consignments.stream()
                    .filter(consignment -> consignment.ahead() > 0)
                    .forEach(consignment -> removePublished(run, consignment, staging));
        }
        staging.remove();
        deleteFolder(letter); // half copied
        return end(run, Status.INTERRUPTED, ended, null);
    }

    /** Some destination has the files: the others get them by a redrive. */
    private Status keep(
            RunEntry run, StagingFolder staging, Path letter, List<Consignment> consignments, String ended) {
        consignments.stream()
                .filter(consignment -> !consignment.isDelivered())
                .forEach(consignment -> removePublished(run, consignment, staging));
        List<StagedPart> parts = new ArrayList<>();
        for (RunEntry.FileEntry file : run.files()) {
            int number = parts.size() + 1;
            Path staged = StagedPart.fileIn(staging.path(), number, file.name());
            parts.add(new StagedPart(staged, file.name(), number, file.rows(), file.bytes(), file.sha256(), 0));
        }
        try {
            new Shipment(staging.path(), parts, consignments)
                    .toDeadLetter(run.runId(), run.flow(), ended, clock.instant())
                    .keep(staging.path(), letter);
        } catch (IOException e) {
            throw new WaybillException(
                    Stage.PUBLISH,
                    true,
                    "the files of run " + run.runId() + " cannot be kept in " + letter + ": "
                            + LocalDestination.reason(e),
                    e);
        }
        staging.remove();
        return end(run, Status.FAILED, ended, letter.toString());
    }

    private boolean isWhole(RunEntry run, StagingFolder staging) {
        for (int i = 0; i < run.files().size(); i++) {
            RunEntry.FileEntry file = run.files().get(i);
            try {
                if (cipher.file(StagedPart.fileIn(staging.path(), i + 1, file.name()))
                                .length()
                        != file.bytes()) {
                    return false;
                }
            } catch (IOException e) {
                return false; // on another machine
            }
        }
        return true;
    }

    private List<Consignment> consignments(RunEntry run) {
        List<DeliveryEntry> deliveries = run.planned().deliveries();
        Path folder = staging(run).path();
        boolean moves = movesTo(run) != null;
        List<Consignment> consignments = new ArrayList<>();
        for (DeliveryEntry delivery : deliveries) {
            Destination destination = destinations.open(delivery.endpoint(), delivery.place());
            Consignment consignment = new Consignment(
                    delivery.id(),
                    destination,
                    delivery.names(),
                    delivery.waybill(),
                    Shipment.manifestIn(folder, consignments.size() + 1),
                    Map.of(),
                    moves);
            consignment.remember(delivery.begun(), delivery.ahead(), delivery.status());
            consignments.add(consignment);
        }
        return consignments;
    }

    private StagingFolder staging(RunEntry run) {
        LocalDestination local = movesTo(run);
        return local == null ? elsewhere.apply(run.runId()) : local.staging(run.runId());
    }

    /** The folder that a run's files are moved to; null where they are copied. Where they lie says it, whatever the settings are now. */
    private LocalDestination movesTo(RunEntry run) {
        DeliveryEntry first = run.planned().deliveries().get(0);
        if (run.planned().deliveries().size() > 1
                || !(destinations.open(first.endpoint(), first.place()) instanceof LocalDestination local)
                || Files.isDirectory(elsewhere.apply(run.runId()).path())) {
            return null;
        }
        return !cipher.encrypts()
                        || Files.isDirectory(local.staging(run.runId()).path())
                ? local
                : null;
    }

    /** Whether a destination has all files: the ledger says so, or the waybill of the run is there, which comes last. */
    private static boolean isDelivered(RunEntry run, Consignment consignment) {
        boolean begun = consignment.movesTo() != null
                ? run.stage() == RunStage.COMMIT
                : consignment.begun() > run.files().size();
        return consignment.isDelivered() || begun && consignment.isPublished(run.runId());
    }

    private void takeBack(RunEntry run, Path letter, List<Consignment> remembered) {
        try {
            Shipment shipment = Shipment.of(DeadLetter.read(letter), letter, destinations, cipher);
            shipment.consignments()
                    .forEach(consignment -> remembered.stream()
                            .filter(known -> known.id().equals(consignment.id()))
                            .forEach(known -> consignment.remember(known.begun(), known.ahead(), known.status())));
            shipment.takeBack(run.runId());
        } catch (IOException e) {
            LOG.warn("The dead letter {} cannot be read: {}", letter, LocalDestination.reason(e));
        }
    }

    private static void deleteFolder(Path letter) {
        try {
            DeadLetter.deleteFolder(letter);
        } catch (IOException e) {
            LOG.warn("The folder {} cannot be removed: {}", letter, LocalDestination.reason(e));
        }
    }

    private Status end(RunEntry run, Status status, String ended, String deadLetter) {
        if (status != Status.DONE) {
            ledger.fail(run.runId(), status, run.rows(), ended, deadLetter);
            return status;
        }
        try {
            ledger.commit(run.runId(), run.rows());
            return Status.DONE;
        } catch (WaybillException e) {
            if (e.stage() != Stage.COMMIT) { // the ledger does not answer; a later start tries again
                throw e;
            }
            ledger.fail(run.runId(), Status.FAILED, run.rows(), ended + "; " + e.getMessage(), null);
            return Status.FAILED;
        }
    }

    private static List<Consignment.Sent> sent(RunEntry run) {
        return run.files().stream()
                .map(file -> new Consignment.Sent(file.bytes(), file.sha256()))
                .toList();
    }

    /** What has left the staging folder is at its name, or on its way there. */
    private void removePublished(RunEntry run, Consignment consignment, StagingFolder staging) {
        LocalDestination local = consignment.movesTo();
        if (local == null) {
            boolean ahead = consignment.ahead() > 0;
            if (!consignment.withdraw(run.runId(), sent(run))) {
                consignment.record(ledger, run.runId(), DeliveryEntry.Status.FAILED, null);
            } else if (ahead) {
                ledger.swept(run.runId(), consignment.id());
            }
            return;
        }
        for (int i = 0; i < run.files().size(); i++) {
            String name = run.files().get(i).name();
            local.withdraw(name, StagedPart.fileIn(staging.path(), i + 1, name));
        }
        local.withdraw(consignment.waybill(), consignment.manifest());
    }
}
