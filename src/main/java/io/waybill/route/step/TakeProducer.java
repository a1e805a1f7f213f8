package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.flow.DataSet;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.ExportMode;
import io.waybill.format.RowsOfBody;
import io.waybill.route.ExportOptions;
import io.waybill.rows.BodyRows;
import io.waybill.rows.Rows;
import io.waybill.run.ActiveRun;
import io.waybill.run.MessagePlanner;
import io.waybill.run.Plan;
import io.waybill.run.Planner;
import java.time.Instant;
import java.time.ZoneId;
import org.apache.camel.Exchange;

/** {@code waybill:take}: locks the flow, and plans a run of the rows in the body, or of maps that become rows. */
final class TakeProducer extends BeginProducer {

    TakeProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    protected void doInit() {
        read();
    }

    private ExportOptions read() {
        ExportOptions options = ExportOptions.ofMessage(getEndpoint().options());
        getEndpoint().refuse(options.refusals());
        return options;
    }

    @Override
    public void process(Exchange exchange) {
        BodyRows rows = BodyRows.handOn(
                exchange, RowsOfBody.of(exchange, "waybill:" + getEndpoint().getName()));
        if (rows.schema().size() == 0) {
            throw WaybillException.refusal("waybill:" + getEndpoint().getName()
                    + ": the list in the body is empty, and nobody knows its columns; filter such messages out before");
        }
        ActiveRun run = start(exchange);
        if (run == null) {
            return;
        }
        watched(run, () -> plan(exchange, run, rows));
    }

    private void plan(Exchange exchange, ActiveRun run, Rows rows) {
        ExportOptions options = read();
        RunHeaders headers = new RunHeaders(exchange.getMessage());
        ZoneId zone = headers.zone(option(ExportKeys.TIMEZONE));
        Instant asked = headers.logicalTime();
        DataSet message = DataSet.undeclared(ExportOptions.MESSAGE, null);
        Planner planner =
                OutdatedRoutes.of(context()).settled(run, () -> Planning.ofMessage(getEndpoint(), options, message));
        Plan plan = new MessagePlanner(planner)
                .plan(
                        new Planner.Request(
                                run.runId(),
                                (asked == null ? run.startedAt() : asked).atZone(zone),
                                ExportMode.FULL,
                                null,
                                null,
                                false),
                        rows.schema());
        run.planned(plan);
        checkColumns(plan, run, exchange);
        record(plan);
    }
}
