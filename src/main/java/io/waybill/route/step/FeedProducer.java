package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.database.SourceColumn;
import io.waybill.facts.ColumnFacts;
import io.waybill.feed.FeedPlan;
import io.waybill.flow.Feed;
import io.waybill.flow.FeedKeys;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import io.waybill.route.FeedOptions;
import io.waybill.route.WaybillConstants;
import io.waybill.run.ActiveRun;
import io.waybill.run.BatchOfRun;
import io.waybill.run.FeedPlanner;
import io.waybill.run.FeedRun;
import java.time.Instant;
import java.util.List;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code waybill:feed}: a whole run of a feed. It writes one batch; its result is the body. */
final class FeedProducer extends StartingProducer {

    private static final Logger LOG = LoggerFactory.getLogger(FeedProducer.class);

    FeedProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    protected void doInit() {
        options(getEndpoint());
    }

    /** @throws WaybillException when an option is wrong, or some do not go together */
    static FeedOptions options(WaybillEndpoint endpoint) {
        FeedOptions options = new FeedOptions(endpoint.flow(), endpoint.options());
        endpoint.refuse(options.refusals());
        return options;
    }

    @Override
    public void process(Exchange exchange) {
        RunHeaders headers = new RunHeaders(exchange.getMessage());
        headers.checkFeed();
        exchange.removeProperty(WaybillConstants.NOT_RUN);
        ActiveRun run = start(exchange);
        if (run == null) {
            return;
        }
        watched(run, () -> compare(exchange, run, headers));
        end(exchange, run);
    }

    private void compare(Exchange exchange, ActiveRun run, RunHeaders headers) {
        FeedOptions options = options(getEndpoint());
        FeedPlanner planner = Planning.ofFeed(getEndpoint(), options, run.sources()::find);
        FeedPlan plan = planner.plan(run.answers());
        plan.marked()
                .ifPresent(words -> LOG.info(
                        "Flow {}: run {}: marked pii: {}:\n{}",
                        plan.flow(),
                        run.runId(),
                        words,
                        String.join("\n", plan.markingLines())));
        plan.unfollowed().ifPresent(words -> LOG.info("Flow {}: run {}: {}", plan.flow(), run.runId(), words));
        BatchOfRun.Asked batch = new BatchOfRun.Asked(
                batchId(headers, options.feed()),
                headers.acceptsDeletes(),
                headers.comparesAll(),
                AskedRun.limits(exchange).mostRows());
        run.feeding(batch(planner, plan, run, headers, batch));
        commit(run, plan);
        if (option(FeedKeys.FOLLOWED)) {
            exchange.setProperty(WaybillConstants.CHANGES, planner.notFollowed());
        }
    }

    private FeedRun batch(
            FeedPlanner planner, FeedPlan plan, ActiveRun run, RunHeaders headers, BatchOfRun.Asked batch) {
        Instant asked = headers.logicalTime();
        BatchOfRun.Written written = new BatchOfRun(planner, plan, run, ledger()).write(batch, (id, isAgain) -> {
            ledger().planned(run.runId(), FeedRun.planned(plan, id, asked == null ? run.startedAt() : asked));
            run.feeding(FeedRun.of(plan, id));
            if (!isAgain) {
                checkColumns(run, plan);
            }
        });
        if (!written.isAgain()) {
            return FeedRun.of(plan, written.batch());
        }
        LOG.info(
                "Flow {}: run {}: batch {} is written already, by run {}",
                plan.flow(),
                run.runId(),
                written.batch().id(),
                written.batch().runId());
        return FeedRun.again(plan, written.batch());
    }

    private static Long batchId(RunHeaders headers, Feed feed) {
        Object asked = headers.batchId();
        try {
            return asked == null ? feed.batchId() : Feed.batchId(asked);
        } catch (IllegalArgumentException e) {
            throw WaybillException.refusal(WaybillConstants.BATCH_ID + ": " + e.getMessage(), e);
        }
    }

    /** A change of the columns is told once, and is none of the rows. */
    private void checkColumns(ActiveRun run, FeedPlan plan) {
        String changes = columnChanges(run, columns(plan));
        if (!changes.isEmpty()) {
            tell(run, changes);
            run.columnsChanged(changes, true);
        }
    }

    private static List<ColumnFacts> columns(FeedPlan plan) {
        return plan.columns().stream().map(FeedProducer::facts).toList();
    }

    private static ColumnFacts facts(SourceColumn column) {
        return new ColumnFacts(column.name(), column.type().toString());
    }

    /** The batch stays written: a ledger that does not answer now is told later, by the next run or the next start. */
    private void commit(ActiveRun run, FeedPlan plan) {
        try {
            ledger().commit(run.runId(), run.feed().rows(), columns(plan));
        } catch (WaybillException e) {
            throw new WaybillException(
                    Stage.COMMIT,
                    true,
                    "batch " + run.feed().batchId() + " is written, and the run is not recorded as done: "
                            + e.getMessage(),
                    e);
        }
    }

    private void end(Exchange exchange, ActiveRun run) {
        RunResult result = run.end(Status.DONE, null, null);
        component().starts().end(run);
        LOG.info(
                "Flow {}: run {} is done: batch {}, {}, {} ms",
                result.flow(),
                result.runId(),
                result.batchId(),
                result.changes().words(),
                result.elapsedMs());
        // which the flows behind it are not to take for theirs
        exchange.getMessage().removeHeader(WaybillConstants.BATCH_ID);
        exchange.getMessage().removeHeader(WaybillConstants.ACCEPT_DELETES);
        exchange.getMessage().removeHeader(WaybillConstants.COMPARE_ALL);
        exchange.setProperty(WaybillConstants.EVENTS, run.events("success"));
        exchange.setProperty(WaybillConstants.RESULT, result);
        exchange.getMessage().setBody(result);
    }
}
