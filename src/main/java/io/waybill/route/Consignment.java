package io.waybill.route;

import io.waybill.delivery.Destination;
import io.waybill.delivery.LocalDestination;
import io.waybill.flow.WaybillException;
import io.waybill.ledger.DeliveryEntry.Status;
import io.waybill.ledger.Ledger;
import io.waybill.part.StagedPart;
import io.waybill.part.Verification;
import io.waybill.part.Waybill;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of a run on their way to one destination. Only the thread that delivers them there tells it how far they have come. */
final class Consignment {

    private static final Logger LOG = LoggerFactory.getLogger(Consignment.class);

    private final String id;
    private final Destination destination;
    private final List<String> names;
    private final String waybill;
    private final Path manifest;
    private final Map<String, String> variables;
    private final boolean moves;
    private volatile List<String> olderFiles = List.of();
    private volatile int begun;
    private volatile int ahead;
    private volatile int acknowledged;
    private volatile Status status = Status.OPEN;
    private volatile String error;

    /**
     * @param names the files' names at the destination, in their order
     * @param waybill the waybill's name there; null where none is delivered
     * @param manifest where the waybill waits; null where none is delivered
     * @param variables what the variables of its messages stand for
     * @param moves whether its files are moved to a folder of this machine, and not copied
     */
    Consignment(
            String id,
            Destination destination,
            List<String> names,
            String waybill,
            Path manifest,
            Map<String, String> variables,
            boolean moves) {
        this.id = id;
        this.destination = destination;
        this.names = List.copyOf(names);
        this.waybill = waybill;
        this.manifest = manifest;
        this.variables = Map.copyOf(variables);
        this.moves = moves;
    }

    String id() {
        return id;
    }

    Destination destination() {
        return destination;
    }

    List<String> names() {
        return names;
    }

    String name(StagedPart part) {
        return names.get(part.number() - 1);
    }

    String waybill() {
        return waybill;
    }

    Path manifest() {
        return manifest;
    }

    Map<String, String> variables() {
        return variables;
    }

    /** The folder that the staged files are moved to; null where they are copied. */
    LocalDestination movesTo() {
        return moves && destination instanceof LocalDestination local ? local : null;
    }

    int begun() {
        return begun;
    }

    /** How many files, from the first on, lie or may lie where nobody sees them before they are published. */
    int ahead() {
        return ahead;
    }

    void sentAhead(int count) {
        ahead = count;
    }

    Status status() {
        return status;
    }

    boolean isDelivered() {
        return status == Status.DELIVERED;
    }

    String error() {
        return error;
    }

    /** Notes that a file is about to be sent; files go in their order, the waybill is the last. */
    void begin(int number) {
        begun = Math.max(begun, number);
        status = Status.OPEN;
    }

    /** Notes how many files the destination has said that it has. */
    void acknowledged(int count) {
        acknowledged = count;
    }

    void delivered() {
        status = Status.DELIVERED;
        ahead = 0;
        error = null;
    }

    /** Notes what stopped it. */
    void failed(String why) {
        status = Status.FAILED;
        error = why;
    }

    /** What the ledger remembers of it. */
    void remember(int begunBefore, int aheadBefore, Status statusBefore) {
        begun = begunBefore;
        ahead = aheadBefore;
        status = statusBefore;
    }

    /** Tells the ledger how far it has come. */
    void record(Ledger ledger, String runId, Status now, String why) {
        ledger.delivering(runId, id, begun, ahead, now, why);
    }

    /** The files that it has not been sent yet: what a place that keeps none has taken, it is not sent again. */
    List<StagedPart> lacking(List<StagedPart> parts) {
        return destination.keepsFiles() ? parts : parts.subList(Math.min(begun, parts.size()), parts.size());
    }

    /**
     * Removes the waybill of the older run that these files replace: it does not tell the truth any more once the first of them is
     * there.
     */
    void withdrawOlderWaybill() {
        if (waybill == null || !destination.keepsFiles()) {
            return;
        }
        try {
            List<String> listed = destination.read(waybill, Verification::fileNames);
            if (listed == null) {
                return;
            }
            Path folder = Path.of(waybill).getParent();
            olderFiles = listed.stream()
                    .map(name -> folder == null
                            ? name
                            : folder.resolve(name).normalize().toString().replace('\\', '/'))
                    .toList();
        } catch (IOException e) {
            LOG.debug("What lies at {} is no waybill of ours; the new one takes its place", waybill, e);
        }
        destination.remove(List.of(waybill));
    }

    /** A run of fewer files than the last one of that name leaves none of the older ones beside its own. */
    void removeOlderFiles() {
        List<String> older = olderFiles.stream()
                .filter(file -> names.stream()
                        .noneMatch(name ->
                                Path.of(name).normalize().equals(Path.of(file).normalize())))
                .toList();
        older.forEach(destination::checkName);
        destination.remove(older);
    }

    /** Whether the waybill there is that of a run. */
    boolean isPublished(String runId) {
        if (waybill == null) {
            return false;
        }
        try {
            return runId.equals(destination.read(waybill, Waybill::runId));
        } catch (IOException e) {
            return false; // it is no waybill of ours, or nobody can say
        }
    }

    /**
     * What has come to a place is removed from there, the waybill first.
     *
     * @return whether nothing of it is left that could be removed
     */
    boolean withdraw(String runId, List<Sent> files) {
        if (!withdraw(runId, files, Set.of(), true)) {
            return false;
        }
        // what was taken by a place that keeps no files stays taken
        begun = destination.keepsFiles() ? 0 : Math.max(begun - 1, acknowledged);
        ahead = 0;
        acknowledged = 0;
        return true;
    }

    /**
     * What is left at a place of files that could not be removed when their run failed.
     *
     * @param newer the places and names that later runs have delivered, and that stay
     * @return whether nothing of it is left
     */
    boolean sweep(String runId, List<Sent> files, Set<String> newer) {
        return withdraw(runId, files, newer, false);
    }

    private boolean withdraw(String runId, List<Sent> files, Set<String> newer, boolean sure) {
        try {
            destination.sweep(names.subList(Math.min(begun, ahead), ahead));
            if (begun > files.size() && isPublished(runId)) {
                destination.remove(List.of(waybill));
            }
            List<Destination.Sent> sent = new ArrayList<>();
            for (int i = Math.min(begun, files.size()); i >= 1; i--) {
                String name = names.get(i - 1);
                boolean there = sure && (i < begun || i <= acknowledged);
                if (!newer.contains(destination.place() + " " + name)) {
                    sent.add(new Destination.Sent(
                            name,
                            there,
                            files.get(i - 1).bytes(),
                            files.get(i - 1).sha256()));
                }
            }
            destination.withdraw(sent);
            return true;
        } catch (WaybillException e) {
            LOG.warn("Run {}: what was sent to {} stays there for now: {}", runId, destination.place(), e.getMessage());
            return false;
        }
    }

    /**
     * A file that was sent.
     *
     * @param bytes its length
     * @param sha256 its SHA-256, in hex
     */
    record Sent(long bytes, String sha256) {}

    /** Brings the files that were moved to their folder back to where they were staged. */
    void takeBack(List<StagedPart> parts) {
        LocalDestination local = movesTo();
        local.takeBack(waybill, manifest);
        parts.forEach(part -> local.takeBack(name(part), part.file()));
        begun = 0;
    }

    /** Whether the files are all there, and as long as they should be. */
    void check(List<StagedPart> parts) {
        Map<String, Long> lengths = new LinkedHashMap<>();
        parts.forEach(part -> lengths.put(name(part), part.bytes()));
        destination.check(lengths);
    }
}
