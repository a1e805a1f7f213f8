package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.feed.BatchWriter;
import io.waybill.feed.FeedBatch;
import io.waybill.feed.FeedPlan;
import io.waybill.ledger.Ledger;
import java.sql.SQLException;
import java.util.Optional;

/** Writes the batch of a run, and finds out whether it is written where the database has not said. */
public record BatchOfRun(FeedPlanner planner, FeedPlan plan, ActiveRun run, Ledger ledger) {

    /**
     * What is asked of a batch.
     *
     * @param id its number; null for the next
     * @param acceptsDeletes whether it may delete more rows than its flow allows
     * @param comparesAll whether it compares the columns of all rows, whatever its flow's strategy
     * @param mostRows how many rows it may have by who asks for it; 0 for any number
     */
    public record Asked(Long id, boolean acceptsDeletes, boolean comparesAll, long mostRows) {}

    /** @param isAgain whether it was written before, by another run, and is not written again */
    public record Written(FeedBatch batch, boolean isAgain) {}

    /** Is told of a batch before it is written. */
    @FunctionalInterface
    public interface Numbered {

        /** @param isAgain whether it is written already */
        void as(long id, boolean isAgain);
    }

    /**
     * Writes it.
     *
     * @throws WaybillException when it is not written, or nobody can say
     */
    public Written write(Asked asked, Numbered numbered) {
        BatchWriter begun = null;
        try (BatchWriter writer = planner.writer(plan)) {
            begun = writer;
            run.stopping(writer::cancel);
            if (run.isCancelled()) { // before there was anything to stop
                writer.cancel();
            }
            long id = writer.prepare(asked.id(), new BatchNumbers(ledger.watermarks(), plan.flow()).last());
            Optional<FeedBatch> before = writer.written(id);
            numbered.as(id, before.isPresent());
            if (before.isPresent()) {
                return new Written(before.get(), true);
            }
            writer.acceptDeletes(asked.acceptsDeletes())
                    .compareAll(asked.comparesAll())
                    .mostRows(asked.mostRows());
            return new Written(writer.write(id, run.runId(), () -> ledger.requireHeld(run.runId())), false);
        } catch (SQLException e) {
            WaybillException failure = planner.failure(Stage.READ, e);
            if (begun == null || !begun.isInDoubt()) {
                throw failure;
            }
            return new Written(written(failure), false);
        } finally {
            run.stopping(() -> {}); // what comes next reads rows
        }
    }

    /** The database has not said whether it has committed. */
    private FeedBatch written(WaybillException failure) {
        try {
            return planner.writtenBy(run.runId()).orElseThrow(() -> failure);
        } catch (WaybillException e) {
            if (e == failure) {
                throw e;
            }
            throw new WaybillException(
                    Stage.COMMIT,
                    true,
                    failure.getMessage() + "; whether the batch is written, the next run sees",
                    failure);
        }
    }
}
