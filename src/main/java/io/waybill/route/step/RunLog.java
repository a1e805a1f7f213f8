package io.waybill.route.step;

import io.waybill.run.ActiveRun;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.slf4j.MDC;

/**
 * Which run a line of the log is about, for whoever writes it: set by each step in the thread that it goes on in, so that also what stands
 * between two steps tells it. Threads that a run begins know it from the one that has begun them.
 */
final class RunLog {

    /** What the log knows a run by. */
    static final String RUN_ID = "run_id";

    static final String FLOW = "flow";

    private RunLog() {}

    static void enter(ActiveRun run) {
        MDC.put(RUN_ID, run.runId());
        MDC.put(FLOW, run.flow());
    }

    /** Until the exchange is done: its thread has other things to do then. */
    static void enter(ActiveRun run, Exchange exchange) {
        enter(run);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                MDC.remove(RUN_ID);
                MDC.remove(FLOW);
            }
        });
    }
}
