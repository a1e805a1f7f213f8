package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.contract.Checking;
import io.waybill.delivery.FileFailure;
import io.waybill.delivery.StagingFolder;
import io.waybill.facts.ColumnChecksum;
import io.waybill.facts.ColumnFacts;
import io.waybill.facts.ExpectationFacts;
import io.waybill.facts.FileFacts;
import io.waybill.flow.Engine;
import io.waybill.flow.ExportKeys;
import io.waybill.ledger.RowGroups;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunTotal;
import io.waybill.part.Checksums;
import io.waybill.part.PartStaging;
import io.waybill.part.PartsWriter;
import io.waybill.part.StagedPart;
import io.waybill.part.Waybill;
import io.waybill.rows.DataSources;
import io.waybill.rows.DividedRows;
import io.waybill.rows.HeapFailure;
import io.waybill.rows.RowBatch;
import io.waybill.rows.Rows;
import io.waybill.rows.SqlFailure;
import io.waybill.run.ActiveRun;
import io.waybill.run.DeliveryUnderWay;
import io.waybill.run.DividedRun;
import io.waybill.run.Plan;
import io.waybill.run.PlannedDelivery;
import io.waybill.run.PushedFiles;
import io.waybill.run.QuarantinedFiles;
import io.waybill.run.RangedFiles;
import io.waybill.run.SendingAhead;
import io.waybill.run.StagedRun;
import io.waybill.run.TakenNames;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code waybill:stage}: writes all rows into staged parts. Nothing is published before all of them are read, so that a
 * query that fails in its middle leaves nothing behind, and the database is let go before the first delivery. Parts that are complete
 * may be on their way already, to where nobody sees them.
 */
final class StageProducer extends StepProducer {

    private static final Logger LOG = LoggerFactory.getLogger(StageProducer.class);

    StageProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    void process(Exchange exchange, ActiveRun run) {
        Plan plan = run.plan();
        if (run.staged() != null) {
            throw new WaybillException(
                    Stage.STAGE,
                    "waybill:stage/" + run.flow() + " stands twice on the way of run " + run.runId()
                            + ": its rows are staged already");
        }
        boolean isElsewhere = plan.export().engine() != Engine.LOCAL;
        StagedRows body = new StagedRows(getEndpoint(), run);
        if (isElsewhere) {
            body.requireQuery(exchange);
        }
        PushedFiles.requirePlainStaging(
                plan.flow(), plan.export(), () -> component().stagingCipher().encrypts());
        Rows rows = isElsewhere ? null : body.of(exchange);
        StagingFolder staging = component().staging(plan);
        staging.create();
        Path folder = staging.path();
        sweepBeside(staging);
        SendingAhead ahead =
                new SendingAhead(run.transfer(), plan, ledger(), component().stagingCipher());
        run.sendingAhead(ahead);
        Checksums checksums = plan.export().get(ExportKeys.CHECKSUMS) ? new Checksums(rows.schema()) : null;
        Allowed allowed = new Allowed(AskedRun.limits(exchange).mostRows(), TableStep.rowsOfOthers(exchange, run));
        try {
            List<StagedPart> parts;
            if (isElsewhere) {
                parts = elsewhere(folder, run, allowed);
            } else if (plan.reading().shared() != null) {
                parts = divided(body.divided(rows), folder, run, ahead, allowed);
            } else {
                parts = stage(rows, checksums, folder, run, ahead, allowed);
            }
            new TakenNames(plan).check(parts);
            List<ColumnFacts> columns = columns(plan, checksums);
            StagedRun staged = staged(folder, parts, run, ahead);
            staged.deliveries().stream()
                    .filter(delivery -> delivery.facts().waybill() != null)
                    .forEach(delivery -> write(delivery, columns, staged, run));
            // beside the parts, for whoever goes on where this process may end
            staged.toDeadLetter(run.runId(), run.flow(), null, now()).plan(folder);
            // who has taken it over before there was a folder knows of none: it is this process's to remove
            ledger().requireHeld(run.runId());
            run.staged(staged);
            if (!run.expectations().isEmpty()) {
                ledger().quarantine().found(run.runId(), run.expectations());
            }
            if (RunTotal.isCall(run.flow())) {
                keepRowGroups(parts, run);
            }
            ahead.record(parts);
            exchange.getMessage().setBody(parts);
        } catch (IOException e) {
            throw FileFailure.of(Stage.STAGE, "staging in " + folder + " failed", e);
        }
        judge(run);
    }

    /** What another machine has ended for this one, it could not remove here. */
    private void sweepBeside(StagingFolder staging) {
        staging.others().stream()
                .filter(other -> ledger().run(other.path().getFileName().toString())
                        .filter(run -> run.status() != RunEntry.Status.RUNNING && run.deadLetter() == null)
                        .isPresent())
                .forEach(StagingFolder::remove);
    }

    /** Has others write the files, which are looked at when they are there. */
    private List<StagedPart> elsewhere(Path folder, ActiveRun run, Allowed allowed) throws IOException {
        Runnable look = () -> check(run, run.rows(), allowed, run.bytes());
        List<StagedPart> parts = run.plan().export().engine() == Engine.PUSHDOWN
                ? new PushedFiles(run, folder).write(ledger())
                : new RangedFiles(run, folder).write(ledger(), look);
        look.run();
        return parts;
    }

    /** Reads ranges of the rows, as other processes of the ledger may, and gathers what all have staged. */
    private List<StagedPart> divided(
            DividedRows ranges, Path folder, ActiveRun run, SendingAhead ahead, Allowed allowed) {
        try (ranges) {
            run.reading(ranges);
            return new DividedRun(run, ledger(), component().stagingCipher(), folder, ranges)
                    .stage(rows -> check(run, rows, allowed, run.bytes()), ahead::add);
        }
    }

    /** Who repeats the call is answered the same, by whichever process. */
    private void keepRowGroups(List<StagedPart> parts, ActiveRun run) {
        long groups = parts.stream().mapToLong(part -> part.facts().rowGroups()).sum();
        if (groups > 0) {
            long bytes = parts.stream().mapToLong(StagedPart::uncompressedBytes).sum();
            ledger().server().rowGroups().keep(run.runId(), new RowGroups.Kept(groups, bytes));
        }
    }

    /** What is to hold and does not lets nothing of the run be seen; what is only told is told. */
    private static void judge(ActiveRun run) {
        run.expectations().stream()
                .filter(found -> found.state() == ExpectationFacts.State.WARNED)
                .forEach(found -> LOG.warn(
                        "Flow {}: run {}: an expectation does not hold: {}", run.flow(), run.runId(), found.words()));
        if (run.isQuarantined()) {
            throw new WaybillException(Stage.STAGE, QuarantinedFiles.reason(run.expectations()));
        }
    }

    private StagedRun staged(Path folder, List<StagedPart> parts, ActiveRun run, SendingAhead ahead) {
        Plan plan = run.plan();
        boolean moves = component().movesFiles(plan);
        List<DeliveryUnderWay> deliveries = new ArrayList<>();
        for (PlannedDelivery planned : plan.deliveries()) {
            DeliveryUnderWay delivery = new DeliveryUnderWay(
                    planned.facts(parts, StagedRun.manifest(deliveries.size() + 1)),
                    planned.destination(),
                    folder,
                    moves ? run.transfer() : null);
            delivery.sentAhead(ahead.count(planned));
            deliveries.add(delivery);
        }
        return new StagedRun(folder, parts, deliveries);
    }

    private List<StagedPart> stage(
            Rows body, Checksums checksums, Path folder, ActiveRun run, SendingAhead ahead, Allowed allowed)
            throws IOException {
        Plan plan = run.plan();
        try (Rows rows = body) {
            run.reading(rows);
            PartsWriter writer = new PartsWriter(
                    new PartStaging(
                            folder,
                            plan.delivery().names(),
                            plan.export().archivesFiles()
                                    ? plan.delivery().names().inArchive()
                                    : null,
                            plan.fileFormat(),
                            rows.schema(),
                            plan.coding().restingAs(component().stagingCipher()::encrypt)),
                    plan.export().split(),
                    plan::spans,
                    plan.division(rows.schema()),
                    ahead::add);
            try (Checking checking = new Checking(plan.contract(), rows.schema(), new RunScratch(folder, ""));
                    Checking keys = new Checking(
                            plan.key().contract(plan.query()), rows.schema(), new RunScratch(folder, "key-"))) {
                write(rows, writer, checksums, List.of(checking, keys), run, allowed);
                requireOneRowEach(keys, run);
                if (plan.contract().asksTheDatabase()) {
                    ask(rows, checking, run);
                }
                run.found(checking.result());
                return writer.finish(plan.export().get(ExportKeys.SKIP_EMPTY));
            } finally {
                writer.abort(); // does nothing after finish
            }
        }
    }

    /** Of rows of one key, one could be in a table where rows take the place of each other; nobody knows which. */
    private static void requireOneRowEach(Checking keys, ActiveRun run) throws IOException {
        for (ExpectationFacts found : keys.result()) {
            if (found.state() != ExpectationFacts.State.HELD) {
                throw WaybillException.refusal("rows take the place of those with their key, and " + found.measured()
                        + (found.rows().isEmpty() ? "" : ": " + String.join(", ", found.rows())) + "; the key is "
                        + run.plan().key().names() + ", and nothing was delivered");
            }
        }
    }

    /** Asks by the connection that the rows came by, where they came by one: it sees the same. */
    private void ask(Rows rows, Checking checking, ActiveRun run) {
        Connection own = rows.connection().orElse(null);
        try {
            if (own != null) {
                checking.ask(own, run::stopping);
                return;
            }
            try (Connection other =
                    DataSources.reading(run.sources().find(run.plan().datasource()), run.answers())) {
                checking.ask(other, run::stopping);
            }
        } catch (SQLException e) {
            throw SqlFailure.of(
                    Stage.READ,
                    "data source " + run.plan().datasource(),
                    e,
                    run.plan().hidesValues());
        }
    }

    /** Writes the waybill beside the parts; it is published after them. */
    private void write(DeliveryUnderWay delivery, List<ColumnFacts> columns, StagedRun staged, ActiveRun run) {
        try {
            waybill(delivery, columns, staged, run).write(delivery.manifest());
        } catch (IOException e) {
            throw FileFailure.of(Stage.STAGE, "the waybill " + delivery.manifest() + " cannot be written", e);
        }
    }

    private Waybill waybill(DeliveryUnderWay delivery, List<ColumnFacts> columns, StagedRun staged, ActiveRun run) {
        Plan plan = run.plan();
        Path folder = Path.of(delivery.facts().waybill()).getParent();
        List<FileFacts> files = staged.parts().stream()
                .map(part -> part.facts().named(relative(folder, delivery.name(part))))
                .toList();
        return new Waybill(
                plan.flow(),
                plan.runId(),
                plan.source().id(),
                plan.mode().label(),
                plan.window(),
                plan.firstDay() == null ? null : plan.firstDay().day().toString(),
                plan.query().sql(),
                columns,
                plan.export().format().extension(),
                files,
                delivery.destination().checkedBy(),
                run.startedAt(),
                now(),
                run.expectations().stream().map(ExpectationFacts::withoutRows).toList());
    }

    private static List<ColumnFacts> columns(Plan plan, Checksums checksums) {
        if (checksums == null) {
            return plan.columns();
        }
        Iterator<ColumnChecksum> sums = checksums.result().iterator();
        return plan.columns().stream().map(column -> column.with(sums.next())).toList();
    }

    private static String relative(Path folder, String name) {
        String relative = folder == null
                ? Path.of(name).normalize().toString()
                : folder.relativize(Path.of(name)).normalize().toString();
        return relative.replace('\\', '/');
    }

    private static void check(long limit, long reached, String key, ActiveRun run) {
        if (limit > 0 && reached > limit) {
            throw new WaybillException(
                    Stage.STAGE,
                    "data set \"" + run.plan().source().id() + "\": the export exceeds limits." + key + " = " + limit
                            + "; nothing was delivered");
        }
    }

    private static void check(ActiveRun run, long rows, Allowed allowed, long bytes) {
        check(run.plan().limits().maxRows(), rows, "max_rows", run);
        allowed.check(rows);
        check(run.plan().limits().maxBytes(), bytes, "max_bytes", run);
    }

    /**
     * How many rows who asks for the run may have.
     *
     * @param most so many; 0 for any number
     * @param others those of other tables of the same run
     */
    private record Allowed(long most, LongSupplier others) {

        void check(long count) {
            if (most > 0 && count + others.getAsLong() > most) {
                throw new WaybillException(
                        Stage.STAGE,
                        "the run has more rows than who asks for it may have: max-rows=" + most
                                + "; nothing was delivered");
            }
        }
    }

    private static void write(
            Rows rows,
            PartsWriter writer,
            Checksums checksums,
            List<Checking> checkings,
            ActiveRun run,
            Allowed allowed)
            throws IOException {
        RowBatch batch = new RowBatch(rows.schema());
        writer.encodeAhead(rows);
        long count = 0;
        while (!run.isCancelled() && rows.read(batch)) {
            try {
                writer.write(batch);
                if (checksums != null) {
                    checksums.add(batch);
                }
                for (Checking checking : checkings) {
                    checking.add(batch);
                }
            } catch (OutOfMemoryError e) {
                throw HeapFailure.of(Stage.STAGE, batch, count, e);
            }
            count += batch.rows();
            run.progress(count, writer.bytes(), writer.partNumber());
            check(run, count, allowed, writer.bytes());
        }
        if (run.isCancelled()) {
            throw WaybillException.passing(Stage.READ, "the run was interrupted after " + count + " rows");
        }
    }
}
