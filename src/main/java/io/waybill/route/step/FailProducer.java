package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.delivery.DeadLetter;
import io.waybill.delivery.DeliveryFailure;
import io.waybill.delivery.FileFailure;
import io.waybill.delivery.StagingFolder;
import io.waybill.ledger.FlowHeldException;
import io.waybill.ledger.LedgerAwayException;
import io.waybill.ledger.Occasion;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.route.WaybillConstants;
import io.waybill.rows.Rows;
import io.waybill.rows.SqlFailure;
import io.waybill.run.ActiveRun;
import io.waybill.run.ChangingFlowException;
import io.waybill.run.DeliveryUnderWay;
import io.waybill.run.PushedObjects;
import io.waybill.run.QuarantinedFiles;
import io.waybill.run.SendingAhead;
import io.waybill.run.StagedRun;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * {@code waybill:fail}: takes back what a failed run has published, keeps what was to be delivered as a dead letter, removes what
 * else it has staged, and lets the flow run again. The failure itself goes on to whoever started the run. It may come twice for one
 * failure, from a split and from the route around it.
 */
final class FailProducer extends VerbProducer {

    private static final Logger LOG = LoggerFactory.getLogger(FailProducer.class);

    FailProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    public void process(Exchange exchange) {
        ActiveRun run = exchange.getProperty(WaybillConstants.RUN, ActiveRun.class);
        Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        if (run == null) {
            String reason = reason(exchange, cause);
            // by another run, or since it is made anew, and begins then
            boolean held = cause instanceof FlowHeldException || cause instanceof ChangingFlowException;
            LOG.atLevel(held ? Level.WARN : Level.ERROR).log("Flow {} did not run: {}", flow(), reason);
            if (!held) {
                tell(exchange, null, reason);
            }
            return;
        }
        end(exchange, run, cause);
    }

    /** Ends a run that has failed of something, if it has not ended. */
    void end(Exchange exchange, ActiveRun run, Throwable cause) {
        RunLog.enter(run);
        String reason = reason(exchange, cause);
        if (run.result() != null) { // it is cleaned up already, and told
            exchange.removeProperty(WaybillConstants.EVENTS);
            exchange.removeProperty(WaybillConstants.DEAD_LETTERS);
            return;
        }
        if (exchange.getMessage().getBody() instanceof Rows rows) {
            rows.close();
        }
        if (run.isLeft()) { // whoever comes next ends it: nobody here does, or is told that it has failed
            component().starts().end(run);
            return;
        }
        boolean delivered = cause instanceof WaybillException failure && failure.stage() == Stage.COMMIT;
        Status status = run.isQuarantined() ? Status.QUARANTINED : Status.FAILED;
        String letter = null;
        run.sendingAhead().ifPresent(SendingAhead::stop);
        if (run.staged() == null && run.plan() != null) { // nobody else's, whatever the ledger says
            component().staging(run.plan()).remove();
            PushedObjects.of(run.plan()).ifPresent(PushedObjects::remove);
        }
        try {
            if (!delivered && isHeld(run)) {
                letter = run.isQuarantined() ? quarantine(run, reason) : cleanUp(run, reason);
                if (letter != null && run.isReleased() && !run.staged().isDeliveredSomewhere()) {
                    status = Status.QUARANTINED; // nobody has anything of it, and somebody has to decide anew
                }
                ledger().fail(run.runId(), status, run.rowsToDeliver(), reason, letter);
                if (letter != null && status == Status.FAILED) {
                    handOn(exchange, run, Path.of(letter));
                }
            }
        } catch (WaybillException e) { // the next start does it
            LOG.warn("Flow {}: run {} is not cleaned up after: {}", run.flow(), run.runId(), e.getMessage());
        } finally { // whatever that comes to, the flow may run again
            run.end(status, reason, letter);
            component().starts().end(run);
        }
        Firing firing = exchange.getProperty(Firing.PROPERTY, Firing.class);
        if (firing != null && cause instanceof WaybillException away && isAway(firing, away)) {
            component().letWait(exchange, firing.insteadOf(run.runId(), hasLost(firing, away)), away);
        }
        tell(exchange, run, reason);
        LOG.error(
                "Flow {}: run {} {}: {}",
                run.flow(),
                run.runId(),
                status == Status.FAILED ? "failed" : "is quarantined",
                reason);
    }

    /**
     * Whether it is the ledger that was away, or the data source, and the firing's time may have its run later. A data source that
     * answers and is lost may be lost by what the run asks it, each time anew: that has one more run, and no others.
     */
    private static boolean isAway(Firing firing, WaybillException cause) {
        boolean asks = cause.stage() == Stage.PLAN || cause.stage() == Stage.READ;
        return cause instanceof LedgerAwayException
                || firing.occasion() instanceof Occasion.Due
                        && asks
                        && !firing.lostSource()
                        && SqlFailure.isAway(cause);
    }

    /** Whether it was the data source, which had answered: the plan, or who let the firing wait. */
    private static boolean hasLost(Firing firing, WaybillException cause) {
        return !(cause instanceof LedgerAwayException) && (cause.stage() == Stage.READ || firing.isOnceMore());
    }

    /** For the steps behind this one, which send a notice. */
    private static void tell(Exchange exchange, ActiveRun run, String reason) {
        exchange.setProperty(WaybillConstants.EVENTS, TableStep.events(exchange, run, "failure"));
        exchange.getMessage().setHeader(WaybillConstants.ERROR, reason);
    }

    /** A delivery's failure names the file: what the endpoint says may not. */
    static String reason(Exchange exchange, Throwable cause) {
        String reason = cause == null ? "unknown" : String.valueOf(cause.getMessage());
        String name = exchange.getProperty(WaybillConstants.DELIVERING, String.class);
        int tries = DeliveryFailure.tries(exchange);
        if (name == null || cause instanceof WaybillException && tries <= 1) {
            return reason;
        }
        return "delivery of " + name + " failed" + (tries > 1 ? ", " + tries + " times" : "") + ": "
                + DeliveryFailure.reason(cause);
    }

    /** Where another process has taken the flow over, or may have, nothing is this run's to touch any more. */
    private boolean isHeld(ActiveRun run) {
        boolean held = ledger().isHeld(run.runId());
        if (!held) {
            LOG.warn("Flow {}: run {} was taken over by another process, which cleans up", run.flow(), run.runId());
        }
        return held;
    }

    /** @return the folder in which its files wait for somebody to release them */
    private String quarantine(ActiveRun run, String reason) {
        Path letter = component().folders().deadLetterOf(run.runId());
        try {
            new QuarantinedFiles(ledger(), run.staged(), letter).keep(run.transfer(), run.flow(), reason, now());
            return letter.toString();
        } catch (IOException e) {
            throw FileFailure.passing(
                    Stage.PUBLISH, "the files of run " + run.runId() + " cannot be kept in " + letter, e);
        }
    }

    /** @return the folder of the dead letter; null where there is none */
    private String cleanUp(ActiveRun run, String reason) {
        StagedRun staged = run.staged();
        if (staged == null) {
            run.sendingAhead().ifPresent(sending -> sending.giveUp(reason));
            return null;
        }
        // those of several destinations that have failed have been seen to already
        staged.deliveries().stream()
                .filter(delivery -> delivery.status() == RecordedDelivery.Status.OPEN)
                .forEach(delivery -> staged.giveUp(delivery, run.transfer(), ledger(), reason));
        // an interrupted run begins anew, unless somebody has its files already
        if (!staged.parts().isEmpty() && (!run.isCancelled() || isTriedAgain(staged))) {
            try {
                DeadLetter letter = staged.toDeadLetter(run.runId(), run.flow(), reason, now());
                Path folder = DeadLetter.isIn(staged.folder())
                        ? staged.folder()
                        : component().folders().deadLetterOf(run.runId());
                staged.keep(letter, folder);
                return folder.toString();
            } catch (IOException e) {
                LOG.error(
                        "Flow {}: the files of run {} are not kept as a dead letter: {}; the next run reads them again",
                        run.flow(),
                        run.runId(),
                        FileFailure.reason(e));
                // which is to go out once: nobody keeps what not all can have
                staged.deliveries().stream()
                        .filter(DeliveryUnderWay::isDelivered)
                        .forEach(delivery -> staged.giveUp(delivery, run.transfer(), ledger(), reason));
            }
        }
        new StagingFolder(staged.folder()).remove();
        return null;
    }

    private static boolean isTriedAgain(StagedRun staged) {
        return DeadLetter.isIn(staged.folder()) || staged.isDeliveredSomewhere();
    }

    /** For the steps behind this one, which may send them elsewhere. */
    private void handOn(Exchange exchange, ActiveRun run, Path letter) {
        try {
            exchange.setProperty(
                    WaybillConstants.DEAD_LETTERS, kept(letter, run.transfer()).parts());
        } catch (IOException e) {
            LOG.warn("The dead letter {} cannot be read: {}", letter, FileFailure.reason(e));
        }
        exchange.getMessage().setHeader(WaybillConstants.RUN_ID, run.runId());
        exchange.getMessage().setHeader(WaybillConstants.FLOW, run.flow());
    }
}
