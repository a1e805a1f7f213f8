package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.delivery.Destination;
import io.waybill.delivery.Transfer;
import io.waybill.delivery.folder.LocalDestination;
import io.waybill.delivery.folder.MovedFiles;
import io.waybill.delivery.folder.MovedFiles.Moved;
import io.waybill.facts.DeliveryFacts;
import io.waybill.facts.FileFacts;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.ledger.RecordedDelivery.Status;
import io.waybill.part.StagedPart;
import io.waybill.part.Waybill;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of a run on their way to one destination. Only the thread that delivers them there tells it how far they have come. */
public final class DeliveryUnderWay {

    private static final Logger LOG = LoggerFactory.getLogger(DeliveryUnderWay.class);

    private final DeliveryFacts facts;
    private final Destination destination;
    private final Path folder;
    private final MovedFiles moved;
    private volatile String publishedBy;
    private volatile int begun;
    private volatile int ahead;
    private volatile int acknowledged;
    /** How many files, from the first on, another process has published before. */
    private volatile int before;

    /** How many files, from the first on, are not this run's to send: who has run before has. */
    private volatile int had;

    /** The numbers of the files that the endpoint has taken; the waybill's is the last. */
    private final Set<Integer> taken = ConcurrentHashMap.newKeySet();

    private volatile boolean checked;
    private volatile Status status = Status.OPEN;
    private volatile String error;

    /**
     * @param facts where the files go, and what they are called there
     * @param folder where they wait, and the waybill
     * @param moves by what files are moved to a folder of this machine; null where they are sent
     */
    public DeliveryUnderWay(DeliveryFacts facts, Destination destination, Path folder, Transfer moves) {
        this.facts = facts;
        this.destination = destination;
        this.folder = folder;
        this.moved = moves != null && destination instanceof LocalDestination local
                ? new MovedFiles(local, folder, moves)
                : null;
    }

    public DeliveryFacts facts() {
        return facts;
    }

    public String id() {
        return facts.id();
    }

    /** Notes by which endpoint its files go, with what its placeholders stand for; it may hold secrets. */
    public void publishedBy(String endpoint) {
        this.publishedBy = endpoint;
    }

    /** Null where none of its files has gone by this attempt. */
    public String publishedBy() {
        return publishedBy;
    }

    public Destination destination() {
        return destination;
    }

    public String name(StagedPart part) {
        return facts.names().get(part.number() - 1);
    }

    /** A file as it is to be there. */
    FileFacts there(StagedPart part) {
        return part.facts().named(name(part));
    }

    /** Where a file is, for people. */
    String where(StagedPart part) {
        String where = destination.where(name(part));
        return destination.keepsFiles() ? where : PlannedDelivery.resolved(where, facts.variables(), part.number());
    }

    /** The place, for people. */
    String place() {
        return destination.keepsFiles()
                ? destination.place()
                : PlannedDelivery.resolved(destination.place(), facts.variables());
    }

    /** Where the waybill waits; null where none is delivered. */
    public Path manifest() {
        return facts.manifest() == null ? null : folder.resolve(facts.manifest());
    }

    boolean replaces() {
        return Boolean.TRUE.equals(facts.replaces());
    }

    /** What moves its files to a folder of this machine; null where they are sent. */
    public MovedFiles moved() {
        return moved;
    }

    public Moved moved(StagedPart part) {
        return new Moved(part.number(), name(part), part.file(), MovedFiles.Content.of(part.facts()));
    }

    /** The waybill, which comes after the files. */
    public Moved movedWaybill(String runId) {
        return new Moved(
                facts.names().size() + 1, facts.waybill(), manifest(), file -> runId.equals(Waybill.runId(file)));
    }

    public int begun() {
        return begun;
    }

    /** How many files, from the first on, lie or may lie where nobody sees them before they are published. */
    int ahead() {
        return ahead;
    }

    public void sentAhead(int count) {
        ahead = count;
    }

    public Status status() {
        return status;
    }

    public boolean isDelivered() {
        return status == Status.DELIVERED;
    }

    public String error() {
        return error;
    }

    /** Notes that a file is about to be sent; files go in their order, the waybill is the last. */
    public void begin(int number) {
        begun = Math.max(begun, number);
        status = Status.OPEN;
    }

    /** Notes how many files the destination has said that it has. */
    public void acknowledged(int count) {
        acknowledged = count;
    }

    /** Notes that the step which publishes has ended, and nothing has failed: the endpoint has taken the file. */
    public void taken(int number) {
        taken.add(number);
    }

    /**
     * Refuses a file that comes before the one before it: who goes on after a crash takes all before the last one for sent.
     *
     * @throws WaybillException when that one was not taken
     */
    public void requireInOrder(StagedPart part) {
        int before = part.number() - 1;
        if (before > had && !taken.contains(before)) {
            throw WaybillException.undelivered(
                    "not delivered: " + name(part) + " comes before "
                            + facts.names().get(before - 1)
                            + " was published; files go one after the other, in their order, and a file that fails ends the split");
        }
    }

    /**
     * Refuses to go on where a file was handed on and not published.
     *
     * @param step the step that publishes, for people
     */
    public void requireTaken(List<StagedPart> parts, String step) {
        for (StagedPart part : parts) {
            if (part.number() > had && !taken.contains(part.number())) {
                throw WaybillException.undelivered("not delivered: " + step + " has not published " + name(part)
                        + ": it was left out, or its failure was handled on the way");
            }
        }
    }

    /** Notes that the files were looked at, after they were published. */
    public void checked() {
        checked = true;
    }

    /**
     * Refuses to end with the files not looked at, or the waybill not there.
     *
     * @param flow for messages
     */
    public void requireComplete(String flow) {
        if (!checked) {
            throw WaybillException.undelivered("not delivered: waybill:manifest/" + flow
                    + " has not checked what was published at " + place()
                    + "; it comes behind the steps that publish");
        }
        if (facts.waybill() != null && !taken.contains(facts.names().size() + 1)) {
            throw WaybillException.undelivered("not delivered: the waybill " + destination.where(facts.waybill())
                    + " was not published; the step that does comes behind waybill:manifest/" + flow);
        }
    }

    public void delivered() {
        status = Status.DELIVERED;
        ahead = 0;
        error = null;
    }

    /** Notes what stopped it. */
    public void failed(String why) {
        status = Status.FAILED;
        error = why;
    }

    /** Begins anew where it was given up. */
    public void reopen() {
        status = Status.OPEN;
    }

    /** What the ledger remembers of it. */
    void remember(RecordedDelivery recorded) {
        begun = recorded.begun();
        ahead = recorded.ahead();
        status = recorded.status();
    }

    /** Tells the ledger how far it has come. */
    public void record(Ledger ledger, String runId, Status now, String why) {
        ledger.delivering(runId, id(), begun, ahead, now, why);
    }

    /**
     * Goes on where another process has ended: what it has published is not published again, and nothing of what was on its way is left.
     * A file that was just being sent to a place that keeps none may have come to it, and goes again.
     */
    public void goOn(Transfer transfer, List<StagedPart> files) {
        before = Math.max(0, Math.min(begun, files.size() + 1) - 1);
        if (destination.keepsFiles()) {
            List<String> names = facts.names();
            destination.sweep(names.subList(before, Math.min(names.size(), Math.max(begun, ahead))), transfer);
            sweepWaybill(transfer);
            if (before < files.size() && begun > before) {
                before += destination.holds(there(files.get(before))) ? 1 : 0;
            }
        }
        begun = before;
        ahead = 0;
    }

    /** It comes after the files, so it is on its way only when they are there. */
    private void sweepWaybill(Transfer transfer) {
        if (facts.waybill() != null && begun > facts.names().size()) {
            destination.sweep(List.of(facts.waybill()), transfer);
        }
    }

    /** The files that are to be sent: not those that were published before, or that a place which keeps none has taken. */
    public List<StagedPart> lacking(List<StagedPart> parts) {
        had = Math.max(before, destination.keepsFiles() ? 0 : begun);
        return parts.subList(Math.min(had, parts.size()), parts.size());
    }

    private OlderFiles olderFiles() {
        return new OlderFiles(destination, moved, facts, manifest(), folder.resolve("older-" + facts.manifest()));
    }

    private boolean replacesOlderFiles() {
        return facts.waybill() != null && destination.keepsFiles();
    }

    /**
     * Removes the waybill of the older run that these files replace: it does not tell the truth any more once the first of them is
     * there.
     */
    public void withdrawOlderWaybill() {
        if (replacesOlderFiles()) {
            olderFiles().withdrawWaybill();
        }
    }

    /** A run of fewer files than the last one of that name leaves none of the older ones beside its own. */
    public void removeOlderFiles() {
        if (replacesOlderFiles()) {
            olderFiles().remove();
        }
    }

    /** Whether the waybill there is that of a run. */
    boolean isPublished(String runId) {
        if (facts.waybill() == null) {
            return false;
        }
        try {
            return runId.equals(destination.read(facts.waybill(), Waybill::runId));
        } catch (IOException e) {
            return false; // it is no waybill of ours, or nobody can say
        }
    }

    /**
     * What has come to a place is removed from there, the waybill first.
     *
     * @return whether nothing of it is left that could be removed
     */
    boolean withdraw(Transfer transfer, List<StagedPart> files) {
        // what has replaced an older file stays: there would be neither
        Set<String> replaced = replacesOlderFiles() ? Set.copyOf(olderFiles().listed()) : Set.of();
        if (!withdraw(transfer, files, replaced, true)) {
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
     * @param newer the names that later runs have delivered, and that stay
     * @return whether nothing of it is left
     */
    boolean sweep(Transfer transfer, List<StagedPart> files, Set<String> newer) {
        return withdraw(transfer, files, newer, false);
    }

    private boolean withdraw(Transfer transfer, List<StagedPart> files, Set<String> staying, boolean sure) {
        try {
            destination.sweep(facts.names().subList(Math.min(begun, ahead), ahead), transfer);
            sweepWaybill(transfer);
            if (begun > files.size() && isPublished(transfer.runId())) {
                destination.remove(List.of(facts.waybill()));
            }
            List<Destination.Sent> sent = new ArrayList<>();
            for (int i = Math.min(begun, files.size()); i >= 1; i--) {
                FileFacts file = there(files.get(i - 1));
                if (staying.contains(file.name())) {
                    destination.sweep(List.of(file.name()), transfer);
                } else {
                    sent.add(new Destination.Sent(file, sure && (i < begun || i <= acknowledged)));
                }
            }
            destination.withdraw(sent, transfer);
            return true;
        } catch (WaybillException e) {
            warnOfLeftovers(transfer, destination, e);
            return false;
        }
    }

    static void warnOfLeftovers(Transfer transfer, Destination there, WaybillException why) {
        String said = "Run {}: what was sent to {} stays there for now: {}";
        LOG.warn(said, transfer.runId(), there.place(), why.getMessage());
    }

    /** Brings the files that were moved to their folder back to where they were staged, and what they have replaced to its names. */
    void takeBack(String runId, List<StagedPart> parts) {
        olderFiles().putBack();
        moved.takeBack(movedWaybill(runId));
        parts.forEach(part -> moved.takeBack(moved(part)));
        begun = 0;
        before = 0;
        had = 0;
        taken.clear();
    }

    /** Checks that the files were published, and are what was staged; those that another process has published were checked then. */
    public void check(List<StagedPart> parts) {
        List<StagedPart> own = parts.subList(Math.min(before, parts.size()), parts.size());
        if (moved != null) {
            own.forEach(part -> moved.check(moved(part)));
            return;
        }
        destination.check(own.stream().map(this::there).toList());
    }
}
