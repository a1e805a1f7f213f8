package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.Refusal;
import io.waybill.flow.SinceLast;
import io.waybill.ledger.RunEntry;
import io.waybill.route.StepOptions;
import io.waybill.run.Planner;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code waybill:due}: looks whether the next batch of a stream may begin: there are new rows, and so many of them, or the last batch
 * is so long ago. The body becomes true or false. No run is recorded for a look.
 */
final class DueProducer extends VerbProducer {

    private static final Logger LOG = LoggerFactory.getLogger(DueProducer.class);

    private Duration maxDelay;
    /** When the last batch began, or was last looked for in vain. */
    private long lastNanos;

    private boolean failed;

    DueProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    protected void doInit() {
        if (option(StepOptions.MAX_ROWS) < 0) {
            getEndpoint()
                    .refuse(List.of(
                            new Refusal("maxRows", option(StepOptions.MAX_ROWS) + " is negative; 0 stands for none")));
        }
        maxDelay = option(StepOptions.MAX_DELAY);
    }

    @Override
    protected void doStart() {
        lastNanos = System.nanoTime();
    }

    @Override
    public void process(Exchange exchange) {
        boolean isLate = System.nanoTime() - lastNanos >= maxDelay.toNanos();
        boolean due = (isLate || option(StepOptions.MAX_ROWS) > 0 && !failed) && isDue(isLate);
        if (due) {
            lastNanos = System.nanoTime();
        }
        exchange.getMessage().setBody(due);
    }

    private boolean isDue(boolean isLate) {
        try {
            if (ledger().pauses().find(flow()).isPresent()
                    || ledger().quarantine().runOf(flow()).isPresent()) {
                return false;
            }
            WaybillEndpoint begin = component().beginning(flow(), getEndpoint().getName());
            if (begin.get(ExportKeys.SINCE_LAST_EXPORT) == SinceLast.Told.FALSE) {
                throw WaybillException.refusal("waybill:" + getEndpoint().getName()
                        + ": it looks for what is new: set sinceLastExport=true of waybill:" + begin.getName());
            }
            Planner.Request request =
                    Planner.Request.look("look", now().atZone(ZoneId.of(begin.get(ExportKeys.TIMEZONE))));
            Planner planner = Planning.of(begin);
            Planner.Waiting waiting = planner.waiting(request, isLate ? 1 : option(StepOptions.MAX_ROWS));
            if (!isLate) {
                // after a failure, rows wait their time: it would fail again at once
                return waiting.rows() >= option(StepOptions.MAX_ROWS) && !hasFailed();
            }
            failed = false;
            return waiting.rows() > 0 || waiting.isHeldBack();
        } catch (WaybillException e) {
            LOG.warn("Flow {}: nobody can say whether there are new rows: {}", flow(), e.getMessage());
            failed = true;
            lastNanos = System.nanoTime();
            return false;
        }
    }

    private boolean hasFailed() {
        List<RunEntry> last = ledger().runs(flow(), null, 1);
        return !last.isEmpty() && last.get(0).status() == RunEntry.Status.FAILED;
    }
}
