package io.waybill.route;

import io.waybill.flow.ExportMode;
import io.waybill.flow.RunRules.SchemaChange;
import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import io.waybill.flow.Window;
import io.waybill.ledger.DeliveryEntry;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.PlannedRun;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.SchemaColumn;
import io.waybill.rows.RowHints;
import io.waybill.rows.RowRanges;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.jdbc.JdbcConstants;
import org.apache.camel.support.DefaultProducer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code waybill:begin}: locks the flow, plans the run, and puts its SQL into the body. */
final class BeginProducer extends DefaultProducer {

    private static final Logger LOG = LoggerFactory.getLogger(BeginProducer.class);

    private final WaybillEndpoint endpoint;

    BeginProducer(WaybillEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    protected void doInit() {
        ExportConfiguration configuration = endpoint.getConfiguration();
        require("sourceDatasetId", configuration.getSourceDatasetId());
        if (configuration.getDeliveries().isEmpty()) {
            require("filePath", configuration.getFilePath());
        }
        configuration.toExport();
    }

    private void require(String option, String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("waybill:" + endpoint.getName() + ": option " + option + " is missing");
        }
    }

    @Override
    public void process(Exchange exchange) {
        ActiveRun run = begin();
        exchange.setProperty(WaybillConstants.RUN, run);
        Plan plan = planner().plan(request(exchange, run));
        run.planned(plan);
        checkColumns(plan, run, exchange);
        record(plan);
        exchange.setProperty(RowHints.PROPERTY, plan.query().hints());
        exchange.setProperty(RowRanges.PROPERTY, plan.reading().ranges());
        exchange.getMessage().setBody(plan.query().sql());
        exchange.getMessage()
                .setHeader(JdbcConstants.JDBC_PARAMETERS, plan.query().namedParameters());
    }

    private ActiveRun begin() {
        WaybillComponent component = endpoint.getComponent();
        return switch (endpoint.getConfiguration().toOverlap()) {
            case SKIP -> component.begin(endpoint.flow());
            case QUEUE -> component.queue(endpoint.flow());
        };
    }

    /** Compares the columns with those of the last run. */
    private void checkColumns(Plan plan, ActiveRun run, Exchange exchange) {
        Ledger ledger = endpoint.getComponent().ledger();
        List<SchemaColumn> before = ledger.columns(plan.flow());
        String changes = before.isEmpty() ? "" : ColumnChanges.between(before, plan.schema());
        if (changes.isEmpty()) {
            return;
        }
        SchemaChange policy = endpoint.getConfiguration().toSchemaChange();
        run.columnsChanged(changes, policy != SchemaChange.ALLOW);
        boolean accepted = exchange.getMessage().getHeader(WaybillConstants.ACCEPT_SCHEMA, false, Boolean.class);
        if (policy == SchemaChange.FAIL && !accepted) {
            throw new WaybillException(
                    Stage.PLAN,
                    "schema_change: the columns are not those of the last run: " + changes
                            + "; waybill run --accept-schema-change " + plan.flow() + " exports them");
        }
        LOG.warn("Flow {}: run {}: the columns are not those of the last run: {}", plan.flow(), plan.runId(), changes);
        ledger.audit().write("schema change", plan.flow(), "run " + plan.runId() + ": " + changes);
    }

    private void record(Plan plan) {
        Ledger ledger = endpoint.getComponent().ledger();
        Increment increment = plan.increment();
        if (increment != null) {
            increment.notes().forEach(note -> LOG.info("Flow {}: run {}: {}", plan.flow(), plan.runId(), note));
            ledger.watermarks()
                    .observe(plan.flow(), plan.source().id(), increment.window().column(), increment.observation());
        }
        ledger.planned(
                plan.runId(),
                new PlannedRun(
                        plan.mode().label(),
                        plan.source().id(),
                        plan.batchId() == null ? null : plan.batchId().toString(),
                        plan.logicalTime().toInstant(),
                        plan.window(),
                        increment == null ? null : increment.version(),
                        plan.deliveries().stream()
                                .map(delivery -> DeliveryEntry.planned(
                                        delivery.id(),
                                        delivery.destination().endpoint(),
                                        delivery.destination().place(),
                                        delivery.waybillName()))
                                .toList()));
    }

    private Planner planner() {
        return planner(endpoint);
    }

    /** The planner of a begin step's settings. */
    static Planner planner(WaybillEndpoint endpoint) {
        ExportConfiguration configuration = endpoint.getConfiguration();
        return new Planner(
                endpoint.getCamelContext(),
                endpoint.flow(),
                configuration.getNamespace(),
                configuration.toExport(),
                configuration.toDataSet(),
                configuration.getDataFormat(),
                new PublishingSteps(endpoint.getCamelContext(), endpoint.flow())
                        .endpoints(configuration.toDeliveries()));
    }

    private Planner.Request request(Exchange exchange, ActiveRun run) {
        Message message = exchange.getMessage();
        ZoneId zone = ZoneId.of(message.getHeader(
                WaybillConstants.TIMEZONE, endpoint.getConfiguration().getTimezone(), String.class));
        String mode = message.getHeader(WaybillConstants.MODE, String.class);
        PlannedRun again = again(message.getHeader(WaybillConstants.RERUN, String.class));
        ZonedDateTime time = logicalTime(exchange, run, zone);
        if (again != null) {
            return new Planner.Request(
                    run.runId(),
                    again.logicalTime() == null ? time : again.logicalTime().atZone(zone),
                    ExportMode.parse(again.mode()),
                    again.window() instanceof Window.Batch batch && again.mode().equals(ExportMode.BATCH.label())
                            ? batch.id()
                            : null,
                    again.window(),
                    false);
        }
        try {
            return new Planner.Request(
                    run.runId(),
                    time,
                    mode == null ? null : ExportMode.parse(mode),
                    message.getHeader(WaybillConstants.BATCH_ID),
                    slice(message),
                    false);
        } catch (IllegalArgumentException e) {
            throw new WaybillException(Stage.PLAN, "mode: " + e.getMessage(), e);
        }
    }

    /** What an earlier run was planned to do, whose rows this one exports again; null where it does not. */
    private PlannedRun again(String runId) {
        if (runId == null) {
            return null;
        }
        return endpoint.getComponent()
                .ledger()
                .run(runId)
                .filter(run -> run.flow().equals(endpoint.flow()) && run.planned() != null)
                .map(RunEntry::planned)
                .orElseThrow(() -> new WaybillException(
                        Stage.PLAN, "flow \"" + endpoint.flow() + "\" has no run \"" + runId + "\" that was planned"));
    }

    private static Window.Slice slice(Message message) {
        String from = message.getHeader(WaybillConstants.FROM, String.class);
        String to = message.getHeader(WaybillConstants.TO, String.class);
        if (from == null && to == null) {
            return null;
        }
        if (from == null || to == null) {
            throw new WaybillException(
                    Stage.PLAN, WaybillConstants.FROM + " and " + WaybillConstants.TO + " go together");
        }
        return new Window.Slice(message.getHeader(WaybillConstants.COLUMN, String.class), from, to);
    }

    /** The time asked for; else the time that the schedule set; else now. */
    private static ZonedDateTime logicalTime(Exchange exchange, ActiveRun run, ZoneId zone) {
        Instant asked = exchange.getMessage().getHeader(WaybillConstants.LOGICAL_TIME, Instant.class);
        Date scheduled = exchange.getMessage().getHeader(WaybillConstants.SCHEDULED_FIRE_TIME, Date.class);
        Instant time = asked != null ? asked : scheduled != null ? scheduled.toInstant() : run.startedAt();
        return time.atZone(zone);
    }
}
