package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.database.SharedSnapshot;
import io.waybill.flow.ExportKeys;
import io.waybill.format.FormatDescription;
import io.waybill.format.RowDataFormat;
import io.waybill.ledger.Ledger;
import io.waybill.part.PartNames;
import io.waybill.part.PartStaging;
import io.waybill.part.StagedPart;
import io.waybill.privacy.PrivateFormat;
import io.waybill.query.Query.SelectedColumn;
import io.waybill.rows.HeldSnapshot;
import io.waybill.rows.RowFormat;
import io.waybill.rows.RowRange;
import io.waybill.rows.RowSchema;
import io.waybill.rows.SqlFailure;
import io.waybill.run.RangeEngine.Done;
import io.waybill.run.RangeEngine.Work;
import io.waybill.run.RangeTask.Bucket;
import io.waybill.run.RangeTask.Written;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Has processes elsewhere read the ranges of a run, and write its files into the folder where they are staged. Of the files there, those
 * become parts that the engine tells of; what other attempts have left is removed.
 */
public final class RangedFiles {

    private final ActiveRun run;
    private final Plan plan;
    private final Path folder;
    private final PartNames names;

    /** @param folder the private folder of the run's staged files; it is there */
    public RangedFiles(ActiveRun run, Path folder) {
        this.run = run;
        this.plan = run.plan();
        this.folder = folder;
        this.names = plan.delivery().names();
    }

    /**
     * Has the files written.
     *
     * @param ledger knows which runs have left files that nobody wants
     * @param progressed is asked after each range whether the run may go on, and throws where it may not
     * @return the files, in the order of the ranges
     */
    public List<StagedPart> write(Ledger ledger, Runnable progressed) throws IOException {
        Optional<PushedObjects> bucket = PushedObjects.of(plan);
        bucket.ifPresent(objects -> objects.sweep(ledger));
        Map<Integer, List<Written>> written = new HashMap<>();
        List<RowRange> ranges = plan.reading().ranges().ranges();
        RangeEngine engine = RangeEngine.of(plan.export().engine());
        RowsOrigin origin = origin();
        try (HeldSnapshot snapshot = ranges.size() == 1 ? null : snapshot();
                Work work = engine.begin(
                        plan.runId(),
                        plan.flow(),
                        tasks(ranges, origin, snapshot == null ? null : snapshot.name()),
                        folder)) {
            run.stopping(work::cancel);
            requireGoingOn(null);
            for (Optional<Done> done = work.next(); done.isPresent(); done = work.next()) {
                written.put(done.get().task(), done.get().files());
                progress(written, ranges.size());
                progressed.run();
            }
            requireGoingOn(null);
        } catch (SQLException e) {
            requireGoingOn(e);
            throw SqlFailure.of(Stage.READ, "data source " + plan.datasource(), e, plan.hidesValues());
        } catch (WaybillException e) {
            requireGoingOn(e);
            throw e;
        } finally {
            run.stopping(() -> {});
        }
        List<Written> files = IntStream.range(0, ranges.size())
                .mapToObj(written::get)
                .flatMap(List::stream)
                .toList();
        List<StagedPart> parts = bucket.isPresent() ? bucket.get().stagedByExecutors(files, folder) : inFolder(files);
        return parts.isEmpty() && !plan.export().get(ExportKeys.SKIP_EMPTY) ? withoutRows() : List.copyOf(parts);
    }

    /** Asked before the snapshot is held, by whose side a pool of one connection has no other. */
    private RowsOrigin origin() {
        try {
            return RowsOrigin.of(plan, run.sources().find(plan.datasource()));
        } catch (SQLException e) {
            throw SqlFailure.of(Stage.READ, "data source " + plan.datasource(), e, plan.hidesValues());
        }
    }

    private HeldSnapshot snapshot() throws SQLException {
        SharedSnapshot shared = plan.source().database().sharedSnapshot().orElseThrow();
        return HeldSnapshot.open(
                run.sources().find(plan.datasource()),
                run.answers(),
                shared,
                plan.source().relation());
    }

    private List<RangeTask> tasks(List<RowRange> ranges, RowsOrigin origin, String snapshot) {
        List<RangeTask> tasks = new ArrayList<>();
        FormatDescription format = FormatDescription.of(dataFormat());
        Bucket bucket = plan.export().isStagedInBucket()
                ? new Bucket(
                        plan.delivery().destination().endpoint(),
                        plan.delivery().destination().place(),
                        plan.runId())
                : null;
        for (RowRange range : ranges) {
            tasks.add(new RangeTask(
                    plan.flow(),
                    plan.datasource(),
                    origin,
                    range,
                    tasks.size() + 1,
                    ranges.size(),
                    snapshot,
                    plan.export().get(ExportKeys.READER),
                    plan.hidesValues(),
                    plan.query(),
                    format,
                    plan.export().compression(),
                    plan.export().split(),
                    plan.logicalTime().getZone(),
                    bucket));
        }
        return tasks;
    }

    /** That of the export, without what becomes of values before they are written. */
    private RowDataFormat dataFormat() {
        RowFormat format = plan.format() instanceof PrivateFormat treated ? treated.format() : plan.format();
        if (format instanceof RowDataFormat known) {
            return known;
        }
        throw WaybillException.refusal(
                "format: " + format.getClass().getName() + " cannot be made anew in another process; leave engine out");
    }

    private void progress(Map<Integer, List<Written>> written, int ranges) {
        List<Written> files = written.values().stream().flatMap(List::stream).toList();
        run.progress(
                files.stream().mapToLong(Written::rows).sum(),
                files.stream().mapToLong(Written::bytes).sum(),
                Math.min(written.size() + 1, ranges));
    }

    private void requireGoingOn(Exception cause) {
        if (run.isCancelled()) {
            throw new WaybillException(
                    Stage.READ, true, "the run was interrupted after " + run.rows() + " rows", cause);
        }
    }

    private List<StagedPart> inFolder(List<Written> files) throws IOException {
        List<StagedPart> parts = new ArrayList<>();
        for (Written file : files) {
            Path there = folder.resolve(file.file());
            long bytes = Files.isRegularFile(there) ? Files.size(there) : -1;
            if (bytes != file.bytes()) {
                throw file.isNotThere(there.toString(), bytes);
            }
            StagedPart part = file.part(names, parts.size() + 1, folder);
            Files.move(there, part.file());
            parts.add(part);
        }
        removeOthers(parts);
        return parts;
    }

    /** Attempts that do not count have left them, or are about to: those go with the folder. */
    private void removeOthers(List<StagedPart> parts) throws IOException {
        List<Path> own = parts.stream().map(StagedPart::file).toList();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*-" + RangeTask.MARK + "*")) {
            for (Path file : files) {
                if (!own.contains(file)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** The one file of no rows, which has what such files begin with. */
    private List<StagedPart> withoutRows() throws IOException {
        PartStaging staging = new PartStaging(
                folder,
                names,
                null,
                plan.format(),
                new RowSchema(plan.query().columns().stream()
                        .map(SelectedColumn::read)
                        .toList()),
                plan.coding());
        return List.of(new RangeWriter(staging, plan.export().split()).withoutRows());
    }
}
