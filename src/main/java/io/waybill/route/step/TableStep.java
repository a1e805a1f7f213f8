package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.ledger.FlowHeldException;
import io.waybill.ledger.Occasion;
import io.waybill.route.WaybillConstants;
import io.waybill.run.ActiveRun;
import io.waybill.run.TablesPlanner.One;
import io.waybill.run.TablesRun;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.apache.camel.Exchange;

/**
 * The run of one table of many, which begins in a split behind {@code waybill:tables}.
 *
 * @param one the table
 * @param tables the run of all of them
 */
record TableStep(One one, TablesRun tables) {

    /** The exchange property that holds the run of all tables. */
    static final String TABLES = "WaybillTables";

    /**
     * Takes the table out of a message.
     *
     * @param step the step that begins its run
     * @throws WaybillException when there is none
     */
    static TableStep of(Exchange exchange, WaybillEndpoint step) {
        TablesRun tables = exchange.getProperty(TABLES, TablesRun.class);
        // which are of the run of all tables
        exchange.removeProperty(WaybillConstants.RUN);
        exchange.removeProperty(Firing.PROPERTY);
        if (tables == null || !(exchange.getMessage().getBody() instanceof One one)) {
            throw WaybillException.refusal("waybill:" + step.getName() + ": exports many tables, one for each message; "
                    + (tables == null
                            ? "waybill:tables/" + step.flow() + " and a split of its body have to come before it"
                            : "a split has to come between waybill:tables/" + step.flow()
                                    + " and this step, and to leave each body as it is"));
        }
        return new TableStep(one, tables);
    }

    /** How many rows the other tables have whose runs are one with this run; none for the run of one export. */
    static LongSupplier rowsOfOthers(Exchange exchange, ActiveRun run) {
        TablesRun tables = exchange.getProperty(TABLES, TablesRun.class);
        return tables == null ? () -> 0 : () -> tables.rows() - run.rows();
    }

    /**
     * What there is to tell of a run; nothing of that of one of many tables, which are told of together, by the run of all.
     *
     * @param run null where none has begun
     */
    static String events(Exchange exchange, ActiveRun run, String outcome) {
        TablesRun tables = exchange.getProperty(TABLES, TablesRun.class);
        if (tables != null && tables.whole() != run) {
            return "";
        }
        return run == null ? outcome : run.events(outcome);
    }

    /** The flow that has its state. */
    String flow() {
        return one.table().flowOf(tables.whole().flow());
    }

    /**
     * Begins its run, once nobody holds the table: another process may be cleaning up behind a run of it, or delivers its files. Null where
     * no more tables are to begin.
     *
     * @throws WaybillException when it cannot begin
     */
    ActiveRun begin(Exchange exchange, RunStarts starts) {
        while (!tables.isStopped()) {
            try {
                ActiveRun run =
                        starts.begin(flow(), new Occasion.OfTable(tables.whole().runId()));
                tables.begun(one.table(), run);
                return run;
            } catch (FlowHeldException e) {
                if (starts.isGoingDown()) {
                    throw refused(e);
                }
                LockSupport.parkNanos(this, RunStarts.QUEUE_POLL.toNanos());
            } catch (WaybillException e) {
                throw refused(e);
            }
        }
        exchange.setRouteStop(true);
        return null;
    }

    private WaybillException refused(WaybillException why) {
        tables.refused(one.table(), why.getMessage());
        return why;
    }
}
