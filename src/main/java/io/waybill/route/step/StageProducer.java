package io.waybill.route.step;

import io.waybill.delivery.FileFailure;
import io.waybill.delivery.StagingFolder;
import io.waybill.delivery.folder.LocalDestination;
import io.waybill.delivery.folder.MovedFiles;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import io.waybill.part.Checksums;
import io.waybill.part.PartsWriter;
import io.waybill.part.StagedPart;
import io.waybill.part.Waybill;
import io.waybill.rows.HeapFailure;
import io.waybill.rows.RowBatch;
import io.waybill.rows.Rows;
import io.waybill.run.ActiveRun;
import io.waybill.run.Consignment;
import io.waybill.run.Plan;
import io.waybill.run.PlannedDelivery;
import io.waybill.run.SendingAhead;
import io.waybill.run.Shipment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;

/**
 * {@code waybill:stage}: writes all rows into staged parts. Nothing is published before all of them are read, so that a
 * query that fails in its middle leaves nothing behind, and the database is let go before the first delivery. Parts that are complete
 * may be on their way already, to where nobody sees them.
 */
final class StageProducer extends StepProducer {

    StageProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    void process(Exchange exchange, ActiveRun run) {
        Plan plan = run.plan();
        if (!(exchange.getMessage().getBody() instanceof Rows body)) {
            throw new WaybillException(Stage.STAGE, "waybill:stage takes rows; a rows: step has to come before it");
        }
        StagingFolder staging = component().staging(plan);
        staging.create();
        Path folder = staging.path();
        SendingAhead ahead = new SendingAhead(
                run.transfer(), plan, component().ledger(), component().stagingCipher());
        run.sendingAhead(ahead);
        List<StagedPart> parts = stage(body.take("waybill:stage/" + run.flow()), folder, run, ahead);
        Shipment shipment = shipment(folder, parts, run, ahead);
        shipment.consignments().stream()
                .filter(consignment -> consignment.waybill() != null)
                .forEach(consignment -> write(consignment, shipment, run));
        plan(shipment, run);
        run.staged(shipment);
        ahead.record(parts);
        exchange.getMessage().setBody(parts);
    }

    private Shipment shipment(Path folder, List<StagedPart> parts, ActiveRun run, SendingAhead ahead) {
        Plan plan = run.plan();
        boolean moves = component().movesFiles(plan);
        List<Consignment> consignments = new ArrayList<>();
        for (PlannedDelivery delivery : plan.deliveries()) {
            Consignment consignment = new Consignment(
                    new Consignment.Address(
                            delivery.id(),
                            delivery.destination(),
                            parts.stream()
                                    .map(part -> delivery.names().part(part.number()))
                                    .toList(),
                            delivery.waybillName(),
                            delivery.variables(),
                            plan.replaces(delivery.id())),
                    delivery.waybill() ? Shipment.manifestIn(folder, consignments.size() + 1) : null,
                    moves && delivery.destination() instanceof LocalDestination local
                            ? new MovedFiles(local, folder, run.transfer())
                            : null);
            consignment.sentAhead(ahead.count(delivery));
            consignments.add(consignment);
        }
        return new Shipment(folder, parts, consignments);
    }

    private List<StagedPart> stage(Rows body, Path folder, ActiveRun run, SendingAhead ahead) {
        Plan plan = run.plan();
        try (Rows rows = body) {
            run.reading(rows);
            PartsWriter writer = new PartsWriter(
                    folder,
                    plan.delivery().names(),
                    plan.export().archivesFiles() ? plan.delivery().names().inArchive() : null,
                    plan.format(),
                    rows.schema(),
                    plan.coding().restingAs(component().stagingCipher()::encrypt),
                    plan.export().split(),
                    plan.spans(),
                    ahead::add);
            Checksums checksums = plan.export().get(ExportKeys.CHECKSUMS) ? new Checksums(rows.schema()) : null;
            try {
                write(rows, writer, checksums, run);
                run.summed(checksums == null ? List.of() : checksums.result());
                return writer.finish(plan.export().get(ExportKeys.SKIP_EMPTY));
            } finally {
                writer.abort(); // does nothing after finish
            }
        } catch (IOException e) {
            throw new WaybillException(Stage.STAGE, "staging in " + folder + " failed: " + FileFailure.reason(e), e);
        }
    }

    /** Writes beside the parts where they are to go, for whoever goes on where this process may end. */
    private void plan(Shipment shipment, ActiveRun run) {
        try {
            shipment.toDeadLetter(
                            run.runId(),
                            run.flow(),
                            null,
                            component().getClock().instant())
                    .plan(shipment.folder());
        } catch (IOException e) {
            throw new WaybillException(
                    Stage.STAGE, "staging in " + shipment.folder() + " failed: " + FileFailure.reason(e), e);
        }
    }

    /** Writes the waybill beside the parts; it is published after them. */
    private void write(Consignment consignment, Shipment shipment, ActiveRun run) {
        try {
            waybill(consignment, shipment, run).write(consignment.manifest());
        } catch (IOException e) {
            throw new WaybillException(
                    Stage.STAGE,
                    "the waybill " + consignment.manifest() + " cannot be written: " + FileFailure.reason(e),
                    e);
        }
    }

    private Waybill waybill(Consignment consignment, Shipment shipment, ActiveRun run) {
        Plan plan = run.plan();
        Path folder = Path.of(consignment.waybill()).getParent();
        List<Waybill.FileEntry> files = shipment.parts().stream()
                .map(part -> new Waybill.FileEntry(
                        relative(folder, consignment.name(part)),
                        part.rows(),
                        part.bytes(),
                        part.sha256(),
                        part.rowGroups()))
                .toList();
        return new Waybill(
                plan.flow(),
                plan.runId(),
                plan.source().id(),
                plan.mode().label(),
                plan.window(),
                plan.query().sql(),
                columns(plan, run),
                plan.export().format().extension(),
                files,
                consignment.destination().checkedBy(),
                run.startedAt(),
                component().getClock().instant());
    }

    private static List<Waybill.ColumnEntry> columns(Plan plan, ActiveRun run) {
        List<Waybill.ColumnEntry> columns = plan.columns();
        if (run.checksums().isEmpty()) {
            return columns;
        }
        List<Waybill.ColumnEntry> summed = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            summed.add(columns.get(i).with(run.checksums().get(i)));
        }
        return summed;
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

    private static void write(Rows rows, PartsWriter writer, Checksums checksums, ActiveRun run) throws IOException {
        RowBatch batch = new RowBatch(rows.schema());
        long count = 0;
        while (!run.isCancelled() && rows.read(batch)) {
            try {
                writer.write(batch);
                if (checksums != null) {
                    checksums.add(batch);
                }
            } catch (OutOfMemoryError e) {
                throw HeapFailure.of(Stage.STAGE, batch, count, e);
            }
            count += batch.rows();
            run.progress(count, writer.bytes(), writer.partNumber());
            check(run.plan().limits().maxRows(), count, "max_rows", run);
            check(run.plan().limits().maxBytes(), writer.bytes(), "max_bytes", run);
        }
        if (run.isCancelled()) {
            throw new WaybillException(Stage.READ, true, "the run was interrupted after " + count + " rows", null);
        }
    }
}
