package io.waybill.route.step;

import io.waybill.facts.ColumnFacts;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.RunRules.Overlap;
import io.waybill.ledger.FiredAlreadyException;
import io.waybill.ledger.FlowHeldException;
import io.waybill.ledger.LedgerAwayException;
import io.waybill.ledger.Occasion;
import io.waybill.ledger.Occasion.Due;
import io.waybill.ledger.Occasion.News;
import io.waybill.ledger.Pauses;
import io.waybill.route.WaybillConstants;
import io.waybill.rows.AwaitedAnswers;
import io.waybill.rows.HeldSources;
import io.waybill.run.ActiveRun;
import io.waybill.run.ChangingFlowException;
import io.waybill.run.ColumnChanges;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A step that a run begins with: it holds the flow, and records the run. */
abstract class StartingProducer extends VerbProducer {

    private static final Logger LOG = LoggerFactory.getLogger(StartingProducer.class);

    /** What tells the text that the flow's route was loaded from from others; null where it is not from a file. */
    private String text;

    StartingProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        text = FlowText.of(getEndpoint());
    }

    /** Does what the step does once its run has begun. */
    final void watched(ActiveRun run, Runnable work) {
        RunWatch watch = component().watch();
        watch.before(run, getEndpoint().verb(), null);
        RuntimeException failure = null;
        try {
            work.run();
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        } finally {
            watch.after(run, getEndpoint().verb(), null, failure);
        }
    }

    /** Begins a run; null where there is nothing to run, or the ledger is away, and the firing waits for it: the route ends then. */
    final ActiveRun start(Exchange exchange) {
        AskedRun asked = AskedRun.of(exchange);
        String key = asked == null ? MessageKey.of(exchange) : null;
        if (key != null) {
            return start(exchange, key);
        }
        Firing firing = Firing.of(exchange, flow());
        ActiveRun run;
        try {
            requireCurrent(exchange);
            run = firing == null
                    ? begin(false, asked == null ? new Occasion.Asked(words(exchange)) : asked.occasion())
                    : begin(firing, exchange.getProperty(Firing.PROPERTY) != null);
        } catch (LedgerAwayException | ChangingFlowException e) {
            if (firing == null) {
                throw e;
            }
            component().letWait(exchange, firing, e);
            run = null;
        }
        if (run == null) {
            exchange.setRouteStop(true);
            return null;
        }
        exchange.setProperty(Firing.PROPERTY, firing);
        recorded(exchange, run);
        if (asked != null) {
            asked.begun(run);
        }
        return run;
    }

    private void recorded(Exchange exchange, ActiveRun run) {
        begun(exchange, run);
        if (text != null) {
            ledger().audit().writeText(flow(), text);
        }
    }

    /** The exchange goes on with a run. */
    final void begun(Exchange exchange, ActiveRun run) {
        exchange.setProperty(WaybillConstants.RUN, run);
        exchange.setProperty(HeldSources.PROPERTY, run.sources());
        exchange.setProperty(AwaitedAnswers.PROPERTY, run.answers());
        RunLog.enter(run, exchange);
        RunEnd.watch(exchange, getEndpoint(), run);
    }

    /** What is asked for besides the flow's own; null for nothing. */
    private static String words(Exchange exchange) {
        String words = new RunHeaders(exchange.getMessage()).words();
        return words.isEmpty() ? null : words;
    }

    /** Begins the run of a message; null where it has come before, and the result of its run is the body: the route ends then. */
    private ActiveRun start(Exchange exchange, String key) {
        requireCurrent(exchange);
        try {
            ActiveRun run = begin(false, new Occasion.Message(key, words(exchange)));
            exchange.setProperty(Firing.PROPERTY, null); // whoever has the message is told, and sends it again
            recorded(exchange, run);
            return run;
        } catch (FiredAlreadyException e) {
            new RepeatedMessage(component(), flow()).answer(exchange, key);
            exchange.setRouteStop(true);
            return null;
        }
    }

    /** What has changed of the columns since the last run, in words; empty for nothing, and for the first run. */
    final String columnChanges(ActiveRun run, List<ColumnFacts> columns) {
        List<ColumnFacts> before = ledger().columns(run.flow());
        return before.isEmpty() ? "" : ColumnChanges.between(before, columns);
    }

    /** A change of the columns is told, and on record. */
    final void tell(ActiveRun run, String changes) {
        LOG.warn("Flow {}: run {}: the columns are not those of the last run: {}", run.flow(), run.runId(), changes);
        ledger().audit().write("schema change", run.flow(), "run " + run.runId() + ": " + changes);
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
        boolean patient = waited || due != null && due.catchesUp(); // nobody fires again what was missed
        try {
            if (due != null && ledger().firings().isFired(flow(), due) || isPaused(firing, due)) {
                return null;
            }
            return begin(patient, firing.occasion());
        } catch (FiredAlreadyException e) {
            LOG.debug("Flow {}: {} has its run already", flow(), firing.words());
            return null;
        } catch (FlowHeldException e) {
            if (firing.occasion() instanceof News) { // the next look sees it too
                LOG.debug("Flow {}: it runs already: {}", flow(), e.getMessage());
                return null;
            }
            if (!patient && overlap() == Overlap.SKIP) {
                leaveOut(due);
            } // else the program stops, and another may have its turn
            throw e;
        }
    }

    /** What becomes of a run that is started while another is under way. */
    Overlap overlap() {
        return option(ExportKeys.OVERLAP);
    }

    /** @param patient whether it begins in any case, once the run under way has ended */
    private ActiveRun begin(boolean patient, Occasion occasion) {
        RunStarts starts = component().starts();
        if (patient) {
            return starts.await(flow(), occasion);
        }
        return switch (overlap()) {
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
}
