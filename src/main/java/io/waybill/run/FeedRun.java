package io.waybill.run;

import io.waybill.WaybillException.Stage;
import io.waybill.facts.BatchFacts;
import io.waybill.facts.DeliveryFacts;
import io.waybill.feed.BatchRows;
import io.waybill.feed.FeedBatch;
import io.waybill.feed.FeedPlan;
import io.waybill.feed.FeedTables;
import io.waybill.flow.Form;
import io.waybill.flow.Window;
import io.waybill.ledger.PlannedRun;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.ledger.RunEntry;
import io.waybill.query.Catalog;
import io.waybill.rows.SqlFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * A run of a feed, as the ledger keeps it: its one delivery is the table that its changes go to.
 *
 * @param mode what it makes of the changes, as the flow's type says
 * @param batchId the batch
 * @param rows how many rows it has written
 * @param counts what it has found; null until it has
 */
public record FeedRun(String mode, long batchId, long rows, BatchFacts counts) {

    /** What the endpoint of its delivery begins with; the data source follows. */
    private static final String ENDPOINT = "feed:";

    /** One that begins. */
    public static FeedRun of(FeedPlan plan, long batchId) {
        return new FeedRun(Form.lower(plan.feed().type()), batchId, 0, null);
    }

    /** One that has written a batch. */
    public static FeedRun of(FeedPlan plan, FeedBatch batch) {
        return new FeedRun(Form.lower(plan.feed().type()), batch.id(), batch.rows(), batch.counts());
    }

    /** One whose batch was there already. */
    public static FeedRun again(FeedPlan plan, FeedBatch batch) {
        return new FeedRun(Form.lower(plan.feed().type()), batch.id(), 0, new BatchFacts(0, 0, 0, 0));
    }

    /** What the ledger is told of a run that is to write a batch. */
    public static PlannedRun planned(FeedPlan plan, long batchId, Instant logicalTime) {
        return new PlannedRun(
                Form.lower(plan.feed().type()),
                plan.source().id(),
                Long.toString(batchId),
                logicalTime,
                new Window.Batch(batchId),
                null,
                List.of(RecordedDelivery.planned(new DeliveryFacts(
                        "feed", ENDPOINT + plan.datasource(), plan.tables().place(), null))));
    }

    /** Whether it is the run of a feed that the ledger tells of. */
    static boolean is(RunEntry run) {
        return run.planned() != null
                && run.planned().delivery().facts().endpoint().startsWith(ENDPOINT);
    }

    /** What a run of a feed was to do, in words; empty for the run of an export. */
    public static Optional<String> words(RunEntry run) {
        return is(run)
                ? Optional.of("batch " + run.planned().batchId() + " of "
                        + run.planned().delivery().facts().place())
                : Optional.empty();
    }

    /**
     * The batch that a run has written, whatever became of its process after: the feed's own table says so.
     *
     * @param databases the data sources by their names
     * @throws io.waybill.WaybillException when the database does not answer
     */
    static Optional<FeedBatch> written(RunEntry run, Function<String, DataSource> databases) {
        DeliveryFacts delivery = run.planned().delivery().facts();
        String datasource = delivery.endpoint().substring(ENDPOINT.length());
        try (Connection connection = databases.apply(datasource).getConnection()) {
            Catalog catalog = new Catalog(connection, datasource);
            BatchRows batches = new BatchRows(
                    connection,
                    catalog.database().changes().orElseThrow(),
                    FeedTables.ofPlace(run.flow(), delivery.place()));
            return batches.areThere() ? batches.ofRun(run.runId()) : Optional.empty();
        } catch (SQLException e) {
            throw SqlFailure.of(Stage.PLAN, "data source " + datasource, e);
        }
    }
}
