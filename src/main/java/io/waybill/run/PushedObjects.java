package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.database.Pushdown;
import io.waybill.database.Pushdown.Written;
import io.waybill.delivery.Destination;
import io.waybill.delivery.OwnPrefix;
import io.waybill.delivery.OwnPrefix.Found;
import io.waybill.facts.FileContent;
import io.waybill.facts.FileFacts;
import io.waybill.flow.Engine;
import io.waybill.format.ParquetFooter;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.part.StagedPart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of a run that a database, or executors, have written below a prefix of the run's own, at the place that they are delivered to. */
public record PushedObjects(Plan plan) {

    private static final Logger LOG = LoggerFactory.getLogger(PushedObjects.class);

    /** Those of a run, where others write so; a plan that is not there has none. */
    public static Optional<PushedObjects> of(Plan plan) {
        return plan != null && (isPushed(plan) || plan.export().isStagedInBucket())
                ? Optional.of(new PushedObjects(plan))
                : Optional.empty();
    }

    private static boolean isPushed(Plan plan) {
        return plan.export().engine() == Engine.PUSHDOWN
                && PushedQuery.of(plan).pushdown().place() == Pushdown.Place.BUCKET;
    }

    private Destination destination() {
        return plan.delivery().destination();
    }

    /** Where the database is to write. */
    String uri() {
        return destination().inOwnPrefix(prefix -> prefix.uri(plan.runId()));
    }

    /**
     * Lets small files stand for what was found, which is read once for what it holds.
     *
     * @param told what the database says that it has written; null where it does not tell
     */
    List<StagedPart> staged(List<Written> told, Path folder) {
        return destination().inOwnPrefix(prefix -> {
            Map<String, Found> found = new LinkedHashMap<>();
            prefix.list(plan.runId()).forEach(file -> found.put(file.name(), file));
            List<Written> written = told == null ? counted(prefix, found.values()) : told;
            requireSame(written, found);
            List<StagedPart> parts = new ArrayList<>();
            for (Written file : written) {
                parts.add(staged(prefix, file, found.get(file.file()), parts.size() + 1, folder));
            }
            return parts;
        });
    }

    /**
     * Lets small files stand for those that executors have written, and read as they wrote them.
     *
     * @param told of the attempts that count, in the order of their rows; what others have left lies beside
     */
    List<StagedPart> stagedByExecutors(List<RangeTask.Written> told, Path folder) {
        return destination().inOwnPrefix(prefix -> {
            Map<String, Found> found = new LinkedHashMap<>();
            prefix.list(plan.runId()).forEach(file -> found.put(file.name(), file));
            List<StagedPart> parts = new ArrayList<>();
            for (RangeTask.Written file : told) {
                Found there = found.get(file.file());
                if (there == null || there.bytes() != file.bytes()) {
                    throw file.isNotThere(destination().where(file.file()), there == null ? -1 : there.bytes());
                }
                StagedPart part = file.part(plan.delivery().names(), parts.size() + 1, folder);
                prefix.point(plan.runId(), there, part.file());
                parts.add(part);
            }
            return parts;
        });
    }

    /** Each tells its rows itself: they are Parquet. */
    private List<Written> counted(OwnPrefix prefix, Collection<Found> files) throws IOException {
        List<Written> counted = new ArrayList<>();
        for (Found file : files) {
            try {
                ParquetFooter footer = ParquetFooter.of(file.bytes(), from -> prefix.open(plan.runId(), file, from));
                counted.add(new Written(file.name(), footer.rows(), footer.rowGroups()));
            } catch (IOException e) {
                throw new WaybillException(
                        Stage.STAGE, file.name() + " that the database has written: " + e.getMessage(), e);
            }
        }
        return counted;
    }

    private static void requireSame(List<Written> written, Map<String, Found> found) {
        TreeSet<String> told = written.stream().map(Written::file).collect(Collectors.toCollection(TreeSet::new));
        if (!told.equals(new TreeSet<>(found.keySet()))) {
            throw new WaybillException(
                    Stage.STAGE,
                    "the database tells of the files " + told + ", and there are " + new TreeSet<>(found.keySet())
                            + "; nothing was delivered");
        }
    }

    private StagedPart staged(OwnPrefix prefix, Written written, Found found, int number, Path folder)
            throws IOException {
        FileContent content = prefix.read(plan.runId(), found);
        if (content.bytes() != found.bytes()) {
            throw new WaybillException(
                    Stage.STAGE,
                    found.name() + " has " + found.bytes() + " bytes, and " + content.bytes()
                            + " were read; nothing was" + " delivered");
        }
        String name = plan.delivery().names().part(number);
        Path file = StagedPart.fileIn(folder, number, name);
        prefix.point(plan.runId(), found, file);
        return new StagedPart(
                file,
                number,
                new FileFacts(name, written.rows(), content.bytes(), content.sha256(), written.rowGroups()));
    }

    /** Removes the files of this run, which are delivered, or will not be. */
    public void remove() {
        remove(plan.runId());
    }

    private void remove(String runId) {
        try {
            destination().inOwnPrefix(prefix -> {
                prefix.remove(runId);
                return true;
            });
        } catch (WaybillException e) { // the next run does it
            LOG.warn(
                    "Flow {}: the files that run {} has had written stay for now: {}",
                    plan.flow(),
                    runId,
                    e.getMessage());
        }
    }

    /** Removes what runs have left that have ended, and that nobody goes on with; those of other ledgers stay. */
    void sweep(Ledger ledger) {
        destination().inOwnPrefix(OwnPrefix::runs).stream()
                .filter(runId -> ledger.run(runId).filter(PushedObjects::isOver).isPresent())
                .forEach(this::remove);
    }

    private static boolean isOver(RunEntry run) {
        return run.status() != Status.RUNNING && run.deadLetter() == null;
    }
}
