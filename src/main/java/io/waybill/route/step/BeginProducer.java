package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.facts.ColumnFacts;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.RunRules.SchemaChange;
import io.waybill.ledger.FiredAlreadyException;
import io.waybill.ledger.FlowHeldException;
import io.waybill.ledger.LedgerAwayException;
import io.waybill.ledger.Occasion;
import io.waybill.ledger.Occasion.Due;
import io.waybill.ledger.Occasion.News;
import io.waybill.ledger.Pauses;
import io.waybill.ledger.PlannedRun;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.ledger.RunEntry;
import io.waybill.route.ExportOptions;
import io.waybill.route.WaybillConstants;
import io.waybill.rows.RowHints;
import io.waybill.rows.RowRanges;
import io.waybill.run.ActiveRun;
import io.waybill.run.ColumnChanges;
import io.waybill.run.Increment;
import io.waybill.run.Plan;
import io.waybill.run.Planner;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.component.jdbc.JdbcConstants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** {@code waybill:begin}: locks the flow, plans the run, and puts its SQL into the body. */
final class BeginProducer extends VerbProducer {

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
        Firing firing = Firing.of(exchange, flow());
        ActiveRun run;
        try {
            run = firing == null ? begin(false, null) : begin(firing, exchange.getProperty(Firing.PROPERTY) != null);
        } catch (LedgerAwayException e) {
            if (firing == null) {
                throw e;
            }
            component().letWait(exchange, firing, e);
            run = null;
        }
        if (run == null) {
            exchange.setRouteStop(true);
            return;
        }
        exchange.setProperty(Firing.PROPERTY, firing);
        exchange.setProperty(WaybillConstants.RUN, run);
        Plan plan = Planning.of(getEndpoint()).plan(request(new RunHeaders(exchange.getMessage()), run));
        run.planned(plan);
        checkColumns(plan, run, exchange);
        record(plan);
        exchange.setProperty(RowHints.PROPERTY, plan.query().hints());
        exchange.setProperty(RowRanges.PROPERTY, plan.reading().ranges());
        exchange.getMessage().setBody(plan.query().sql());
        exchange.getMessage()
                .setHeader(JdbcConstants.JDBC_PARAMETERS, plan.query().namedParameters());
    }

    /**
     * Begins what a clock has started.
     *
     * @param waited whether it was started before, and is not to be dropped for a run that has begun since
     * @return null where there is nothing to run
     */
    private ActiveRun begin(Firing firing, boolean waited) {
        if (!waited && component().waitsBehindOthers(firing)) {
            return null;
        }
        Due due = firing.occasion() instanceof Due time ? time : null;
        try {
            if (due != null && ledger().firings().isFired(flow(), due) || isPaused(firing, due)) {
                return null;
            }
            // nobody fires again what was missed
            return begin(waited || due != null && due.catchesUp(), firing.occasion());
        } catch (FiredAlreadyException e) {
            LOG.debug("Flow {}: {} has its run already", flow(), firing.words());
            return null;
        } catch (FlowHeldException e) {
            if (firing.occasion() instanceof News) { // the next look sees it too
                LOG.debug("Flow {}: it runs already: {}", flow(), e.getMessage());
                return null;
            }
            leaveOut(due);
            throw e;
        }
    }

    /** @param patient whether it begins in any case, once the run under way has ended */
    private ActiveRun begin(boolean patient, Occasion occasion) {
        RunStarts starts = component().starts();
        if (patient) {
            return starts.await(flow(), occasion);
        }
        return switch (option(ExportKeys.OVERLAP)) {
            case SKIP -> starts.begin(flow(), occasion);
            case QUEUE -> starts.queue(flow(), occasion);
        };
    }

    /** What falls into a pause is not made up for. */
    private boolean isPaused(Firing firing, Due due) {
        Optional<Pauses.Pause> pause = ledger().pauses().find(flow());
        pause.ifPresent(since -> {
            LOG.info("Flow {} is paused since {}: {} starts nothing", flow(), since.since(), firing.words());
            leaveOut(due);
        });
        return pause.isPresent();
    }

    private void leaveOut(Due due) {
        if (due != null) {
            ledger().firings().leaveOut(flow(), due, now());
        }
    }

    /** Compares the columns with those of the last run. */
    private void checkColumns(Plan plan, ActiveRun run, Exchange exchange) {
        List<ColumnFacts> before = ledger().columns(plan.flow());
        String changes = before.isEmpty() ? "" : ColumnChanges.between(before, plan.columns());
        if (changes.isEmpty()) {
            return;
        }
        SchemaChange policy = option(ExportKeys.SCHEMA_CHANGE);
        run.columnsChanged(changes, policy != SchemaChange.ALLOW);
        boolean accepted = new RunHeaders(exchange.getMessage()).acceptsSchema();
        if (policy == SchemaChange.FAIL && !accepted) {
            throw WaybillException.refusal("schema_change: the columns are not those of the last run: " + changes
                    + "; waybill run --accept-schema-change " + plan.flow() + " exports them");
        }
        LOG.warn("Flow {}: run {}: the columns are not those of the last run: {}", plan.flow(), plan.runId(), changes);
        ledger().audit().write("schema change", plan.flow(), "run " + plan.runId() + ": " + changes);
    }

    private void record(Plan plan) {
        plan.leftOut().ifPresent(words -> LOG.info("Flow {}: run {}: {}", plan.flow(), plan.runId(), words));
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
                                increment == null ? null : increment.version(),
                                plan.deliveries().stream()
                                        .map(delivery -> RecordedDelivery.planned(delivery.facts(List.of(), null)))
                                        .toList()));
    }

    private Planner.Request request(RunHeaders headers, ActiveRun run) {
        ZoneId zone = headers.zone(option(ExportKeys.TIMEZONE));
        PlannedRun again = again(headers.rerun());
        Instant asked = headers.logicalTime();
        ZonedDateTime time = (asked == null ? run.startedAt() : asked).atZone(zone);
        if (again != null) {
            return Planner.Request.again(run.runId(), again, time);
        }
        headers.checkBatch();
        return new Planner.Request(run.runId(), time, headers.mode(), headers.batchId(), headers.slice(), false);
    }

    /** What an earlier run was planned to do, whose rows this one exports again; null where it does not. */
    private PlannedRun again(String runId) {
        if (runId == null) {
            return null;
        }
        return ledger().run(runId)
                .filter(run -> run.flow().equals(flow()) && run.planned() != null)
                .map(RunEntry::planned)
                .orElseThrow(() -> WaybillException.refusal(
                        "flow \"" + flow() + "\" has no run \"" + runId + "\" that was planned"));
    }
}
