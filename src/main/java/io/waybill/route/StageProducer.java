package io.waybill.route;

import io.waybill.delivery.LocalDestination;
import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import io.waybill.ledger.RunEntry.FileEntry;
import io.waybill.part.PartsWriter;
import io.waybill.rows.RowBatch;
import io.waybill.rows.Rows;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.camel.Exchange;

/**
 * {@code waybill:stage}: writes all rows into staged parts. Nothing is published before all of them are read, so that a
 * query that fails in its middle leaves nothing behind, and the database is let go before the first delivery.
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
        try (Rows rows = body) {
            run.reading(rows);
            Path directory = plan.destination().createStaging(run.runId());
            PartsWriter writer = new PartsWriter(
                    directory,
                    plan.names(),
                    plan.format(),
                    rows.schema(),
                    plan.export().compression(),
                    plan.export().split());
            try {
                write(rows, writer, run);
                run.staged(writer.finish(plan.export().skipEmpty()));
            } catch (IOException e) {
                throw new WaybillException(
                        Stage.STAGE, "staging in " + directory + " failed: " + LocalDestination.reason(e), e);
            } finally {
                writer.abort(); // does nothing after finish
            }
        }
        component()
                .ledger()
                .staged(
                        run.runId(),
                        run.parts().stream()
                                .map(part -> new FileEntry(part.name(), part.rows(), part.bytes(), part.sha256()))
                                .toList());
        exchange.getMessage().setBody(run.parts());
    }

    private static void check(long limit, long reached, String key, ActiveRun run) {
        if (limit > 0 && reached > limit) {
            throw new WaybillException(
                    Stage.STAGE,
                    "data set \"" + run.plan().source().id() + "\": the export exceeds limits." + key + " = " + limit
                            + "; nothing was delivered");
        }
    }

    private static void write(Rows rows, PartsWriter writer, ActiveRun run) throws IOException {
        RowBatch batch = new RowBatch(rows.schema());
        long count = 0;
        while (!run.isCancelled() && rows.read(batch)) {
            writer.write(batch);
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
