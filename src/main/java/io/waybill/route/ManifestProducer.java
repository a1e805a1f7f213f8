package io.waybill.route;

import io.waybill.delivery.LocalDestination;
import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import io.waybill.part.StagedPart;
import io.waybill.part.Waybill;
import io.waybill.part.Waybill.FileEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.FileConstants;

/** {@code waybill:manifest}: checks that the parts are published whole, and writes the waybill that is published next. */
final class ManifestProducer extends StepProducer {

    ManifestProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    void process(Exchange exchange, ActiveRun run) {
        Plan plan = run.plan();
        LocalDestination destination = plan.destination();
        for (StagedPart part : run.parts()) {
            destination.check(part.name(), part.bytes());
        }
        if (run.parts().isEmpty()) { // skip_empty: nothing is delivered, a waybill neither
            exchange.getMessage().setBody(null);
            return;
        }
        String name = plan.names().waybill();
        removeOlderParts(destination, run);
        Path staged = destination.createStaging(run.runId()).resolve("waybill.json");
        try {
            waybill(run, name).write(staged);
        } catch (IOException e) {
            throw new WaybillException(
                    Stage.STAGE, "the waybill " + staged + " cannot be written: " + LocalDestination.reason(e), e);
        }
        component().ledger().committing(run.runId());
        run.publishing(name, staged);
        exchange.getMessage().setHeader(FileConstants.FILE_NAME, name);
        exchange.getMessage().setHeader(FileConstants.FILE_LOCAL_WORK_PATH, staged.toString());
        exchange.getMessage().setBody(staged.toFile());
    }

    private Waybill waybill(ActiveRun run, String waybillName) {
        Plan plan = run.plan();
        Path folder = Path.of(waybillName).getParent();
        List<FileEntry> files = run.parts().stream()
                .map(part -> new FileEntry(
                        relative(folder, part.name()), part.rows(), part.bytes(), part.sha256(), part.rowGroups()))
                .toList();
        return new Waybill(
                plan.flow(),
                plan.runId(),
                plan.source().id(),
                plan.mode().label(),
                plan.window(),
                plan.query().sql(),
                plan.columns(),
                plan.export().format().extension(),
                files,
                run.startedAt(),
                component().getClock().instant());
    }

    private static String relative(Path folder, String name) {
        String relative = folder == null
                ? Path.of(name).normalize().toString()
                : folder.relativize(Path.of(name)).normalize().toString();
        return relative.replace('\\', '/');
    }

    /** A run of fewer parts than the last one of that name leaves none of the older parts beside its own. */
    private static void removeOlderParts(LocalDestination destination, ActiveRun run) {
        for (String older : run.olderParts()) {
            boolean written = run.parts().stream()
                    .anyMatch(part -> destination.resolve(part.name()).equals(destination.resolve(older)));
            if (!written) {
                destination.remove(older);
            }
        }
    }
}
