package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.facts.BatchFacts;
import io.waybill.feed.FeedBatch;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.RunRules.SchemaChange;
import io.waybill.flow.Selection.PiiPolicy;
import io.waybill.flow.SinceLast;
import io.waybill.flow.TablePattern;
import io.waybill.ledger.PlannedRun;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.ledger.RunEntry;
import io.waybill.query.SharedRanges;
import io.waybill.route.ExportOptions;
import io.waybill.rows.DividedRows;
import io.waybill.rows.RowHints;
import io.waybill.rows.RowRanges;
import io.waybill.run.ActiveRun;
import io.waybill.run.BatchOfRun;
import io.waybill.run.ChangesExport;
import io.waybill.run.Increment;
import io.waybill.run.Plan;
import io.waybill.run.Planner;
import io.waybill.run.RangeEngine;
import io.waybill.run.TablesPlanner;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.component.jdbc.JdbcConstants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** {@code waybill:begin}: locks the flow, finds what has changed where it goes by that, plans the run, and puts its SQL into the body. */
class BeginProducer extends StartingProducer {

    private static final Logger LOG = LoggerFactory.getLogger(BeginProducer.class);

    BeginProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    protected void doInit() {
        options(getEndpoint());
    }

    /** @throws WaybillException when an option is wrong, or some do not go together */
    static ExportOptions options(WaybillEndpoint endpoint) {
        ExportOptions options = new ExportOptions(endpoint.options());
        endpoint.refuse(options.refusals());
        return options;
    }

    @Override
    public void process(Exchange exchange) {
        RangeEngine.require(option(ExportKeys.ENGINE)); // before there is anything of a run
        if (TablePattern.isPattern(option(ExportKeys.SOURCE_DATASET_ID))) {
            TableStep table = TableStep.of(exchange, getEndpoint());
            ActiveRun run = table.begin(exchange, component().starts());
            if (run != null) {
                begun(exchange, run);
                process(exchange, run, table.one());
            }
            return;
        }
        boolean goesByChanges = option(ExportKeys.SINCE_LAST_EXPORT) == SinceLast.Told.CHANGES;
        new RunHeaders(exchange.getMessage()).checkExport(goesByChanges);
        ActiveRun run = start(exchange);
        if (run == null) {
            return;
        }
        process(exchange, run, null);
    }

    /** @param table the one of many that it exports; null for an export of one data set */
    private void process(Exchange exchange, ActiveRun run, TablesPlanner.One table) {
        watched(run, () -> {
            if (option(ExportKeys.PII_POLICY) == PiiPolicy.ALLOW) {
                ledger().untreated().add(run.runId()); // before there is a file of it
            }
            plan(exchange, run, table);
        });
    }

    private void plan(Exchange exchange, ActiveRun run, TablesPlanner.One table) {
        RunHeaders headers = new RunHeaders(exchange.getMessage());
        Planner flows = OutdatedRoutes.of(context()).settled(run, () -> Planning.of(getEndpoint(), run));
        Planner planner = table == null
                ? flows
                : Planning.ofTables(context(), flows, List.of()).of(table);
        boolean goesByChanges = option(ExportKeys.SINCE_LAST_EXPORT) == SinceLast.Told.CHANGES;
        if (goesByChanges && headers.rerun() == null) {
            run.found(changes(planner.changes(), run, headers));
        }
        Plan plan = planner.plan(
                request(headers, run).from(AskedRun.limits(exchange).firstDay()));
        run.planned(plan);
        checkColumns(plan, run, exchange);
        record(plan);
        exchange.setProperty(RowHints.PROPERTY, plan.query().hints(plan.hidesValues()));
        exchange.setProperty(RowRanges.PROPERTY, plan.reading().ranges());
        exchange.setProperty(DividedRows.PROPERTY, asked(plan));
        exchange.getMessage().setBody(plan.query().sql());
        exchange.getMessage()
                .setHeader(JdbcConstants.JDBC_PARAMETERS, plan.query().namedParameters());
    }

    /** Null where one process reads all. */
    private static DividedRows.Asked asked(Plan plan) {
        SharedRanges shared = plan.reading().shared();
        return shared == null
                ? null
                : new DividedRows.Asked(shared.oneSnapshot(), plan.source().relation(), StagedRows.columns(plan));
    }

    /**
     * Finds what has changed, and keeps it beside the source. That stays, whatever becomes of the run: what has no committed export goes out
     * with the next one.
     */
    private BatchFacts changes(ChangesExport export, ActiveRun run, RunHeaders headers) {
        FeedBatch batch = new BatchOfRun(export.feed(), export.check(), run, ledger())
                .write(
                        new BatchOfRun.Asked(null, headers.acceptsDeletes(), headers.comparesAll(), 0),
                        (id, isAgain) -> {})
                .batch();
        LOG.info(
                "Flow {}: run {}: batch {}, {}",
                flow(),
                run.runId(),
                batch.id(),
                batch.counts().words());
        return batch.counts();
    }

    /** Compares the columns with those of the last run. */
    final void checkColumns(Plan plan, ActiveRun run, Exchange exchange) {
        String changes = columnChanges(run, plan.columns());
        if (changes.isEmpty()) {
            return;
        }
        SchemaChange policy = option(ExportKeys.SCHEMA_CHANGE);
        run.columnsChanged(changes, policy != SchemaChange.ALLOW);
        boolean accepted = new RunHeaders(exchange.getMessage()).acceptsSchema();
        if (policy == SchemaChange.FAIL && !accepted) {
            throw WaybillException.refusal("schema_change: the columns are not those of the last run: " + changes
                    + "; waybill run --accept-schema-change " + flow() + " exports them");
        }
        tell(run, changes);
    }

    final void record(Plan plan) {
        plan.leftOut().ifPresent(words -> LOG.info("Flow {}: run {}: {}", plan.flow(), plan.runId(), words));
        plan.unfollowed().ifPresent(words -> LOG.info("Flow {}: run {}: {}", plan.flow(), plan.runId(), words));
        plan.rowsFrom().ifPresent(words -> LOG.info("Flow {}: run {}: {}", plan.flow(), plan.runId(), words));
        Increment increment = plan.increment();
        if (increment != null) {
            for (String note : increment.notes()) {
                LOG.atLevel(increment.bound().warnings().contains(note) ? Level.WARN : Level.INFO)
                        .log("Flow {}: run {}: {}", plan.flow(), plan.runId(), note);
            }
            ledger().watermarks()
                    .observe(
                            plan.flow(),
                            plan.source().id(),
                            increment.window().column(),
                            increment.bound().seen());
            ledger().watermarks().reachedIn(plan.flow(), increment.database());
        }
        ledger().planned(
                        plan.runId(),
                        new PlannedRun(
                                plan.mode().label(),
                                plan.source().id(),
                                plan.batchId() == null ? null : plan.batchId().toString(),
                                plan.logicalTime().toInstant(),
                                plan.window(),
                                plan.firstDay(),
                                increment == null ? null : increment.version(),
                                plan.deliveries().stream()
                                        .map(delivery -> RecordedDelivery.planned(delivery.facts(List.of(), null)))
                                        .toList()));
    }

    private Planner.Request request(RunHeaders headers, ActiveRun run) {
        ZoneId zone = headers.zone(option(ExportKeys.TIMEZONE));
        PlannedRun again = again(headers.rerun(), run.flow());
        Instant asked = headers.logicalTime();
        ZonedDateTime time = (asked == null ? run.startedAt() : asked).atZone(zone);
        if (again != null) {
            return Planner.Request.again(run.runId(), again, time);
        }
        headers.checkBatch();
        return new Planner.Request(run.runId(), time, headers.mode(), headers.batchId(), headers.slice(), false);
    }

    /** What an earlier run was planned to do, whose rows this one exports again; null where it does not. */
    private PlannedRun again(String runId, String flow) {
        if (runId == null) {
            return null;
        }
        return ledger().run(runId)
                .filter(run -> run.flow().equals(flow) && run.planned() != null)
                .map(RunEntry::planned)
                .orElseThrow(() -> WaybillException.refusal(
                        "flow \"" + flow + "\" has no run \"" + runId + "\" that was planned"));
    }
}
