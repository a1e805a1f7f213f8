package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.delivery.Transfer;
import io.waybill.flow.ExportedTable;
import io.waybill.ledger.DeliveryLeftException;
import io.waybill.ledger.FiredAlreadyException;
import io.waybill.ledger.FlowHeldException;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.Occasion;
import io.waybill.ledger.RunEntry;
import io.waybill.route.WaybillConstants;
import io.waybill.rows.HeldSources;
import io.waybill.run.ActiveRun;
import io.waybill.run.HeldRuns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.apache.camel.ProducerTemplate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How runs begin: a flow never runs twice at once, and what earlier runs have left is seen to first. */
final class RunStarts {

    private static final Logger LOG = LoggerFactory.getLogger(RunStarts.class);

    /** How often a queued run looks whether it may begin. */
    static final Duration QUEUE_POLL = Duration.ofMillis(200);

    /** How often it sees to what others have left, just before it would have begun. */
    private static final int TRIES = 3;

    private static final DateTimeFormatter RUN_ID_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final WaybillComponent component;
    private final HeldRuns runs;
    private final Set<String> waiting = ConcurrentHashMap.newKeySet();
    private final RandomGenerator random = new SecureRandom();
    private final OldRuns old = new OldRuns();

    /** @param runs gets the runs that begin */
    RunStarts(WaybillComponent component, HeldRuns runs) {
        this.component = component;
        this.runs = runs;
    }

    /** Those under way in the context, or that it goes on with. */
    HeldRuns runs() {
        return runs;
    }

    /**
     * Begins a run.
     *
     * @param occasion what a trigger starts it for; null where no other run has it
     * @throws FiredAlreadyException when that has a run already
     * @throws WaybillException when the flow is running already
     */
    ActiveRun begin(String flow, Occasion occasion) {
        for (int tries = 1; ; tries++) {
            try {
                return beginNow(flow, occasion);
            } catch (DeliveryLeftException e) { // it is seen to, as it would have been a moment later
                if (tries == TRIES) {
                    throw e;
                }
            }
        }
    }

    private ActiveRun beginNow(String flow, Occasion occasion) {
        Ledger open = component.ledger();
        component.recovery(open).run(flow);
        Set<String> leftAlone = goOnWithDeliveries(open, flow);
        Instant now = component.getClock().instant();
        old.forget(open, now, component.retention());
        String runId = RUN_ID_TIME.format(now) + "-" + String.format(Locale.ROOT, "%06x", random.nextInt(1 << 24));
        return hold(
                new ActiveRun(flow, runId, now, new HeldSources(component.getCamelContext())),
                () -> open.begin(flow, runId, occasion, leftAlone));
    }

    /**
     * Begins a run, once the one that is under way has ended.
     *
     * @throws WaybillException when another waits already, or the context stops meanwhile
     */
    ActiveRun queue(String flow, Occasion occasion) {
        if (!waiting.contains(flow)) {
            try {
                return begin(flow, occasion); // which may take a while, and is no waiting for a run's end
            } catch (FlowHeldException e) {
                if (isGoingDown()) {
                    throw e;
                }
            }
        }
        if (!waiting.add(flow)) {
            throw new WaybillException(
                    Stage.PLAN, true, "flow \"" + flow + "\" is running, and another run waits for its end", null);
        }
        try {
            return await(flow, occasion);
        } finally {
            waiting.remove(flow);
        }
    }

    /**
     * Has the flow's own route deliver what a process has not, that has ended; where that fails, the run has failed.
     *
     * @return the runs that it leaves alone, since there is no such route here
     */
    Set<String> goOnWithDeliveries(Ledger open, String flow) {
        Set<String> leftAlone = new HashSet<>();
        for (RunEntry run : open.interrupted()) {
            // those of tables, too, before the run of all of them: a table may be gone by now
            boolean isOfIt =
                    run.flow().equals(flow) || ExportedTable.flow(run.flow()).equals(flow);
            String redrive = ExportedTable.flow(flow) + ".redrive";
            if (!isOfIt) {
                continue;
            }
            if (component.getCamelContext().getRoute(redrive) == null) {
                leftAlone.add(run.runId());
                continue;
            }
            try (ProducerTemplate template = component.getCamelContext().createProducerTemplate()) {
                Exception failure = StartedExchange.send(
                                template,
                                "direct:" + redrive,
                                exchange -> exchange.getMessage().setHeader(WaybillConstants.RUN_ID, run.runId()))
                        .getException();
                if (failure == null) {
                    LOG.info("Flow {}: the files of run {} are delivered now", flow, run.runId());
                } else {
                    LOG.warn(
                            "Flow {}: the files of run {} are not delivered: {}",
                            flow,
                            run.runId(),
                            failure.getMessage());
                    if (run.flow().equals(flow)) { // that of a table is in its own way alone
                        requireEnded(open, run, failure);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return leftAlone;
    }

    /** What was sent of a run whose files are on another machine stays where it is: its rows would go out twice by another run. */
    private static void requireEnded(Ledger open, RunEntry run, Exception failure) {
        boolean waits = open.run(run.runId())
                .filter(now -> now.status() == RunEntry.Status.INTERRUPTED && now.deadLetter() != null)
                .isPresent();
        if (waits) {
            throw WaybillException.passing(
                    Stage.PLAN,
                    "flow \"" + run.flow() + "\" has to deliver what is left of run " + run.runId()
                            + " first, and cannot: " + failure.getMessage() + "; waybill redrive --discard "
                            + run.runId() + " gives it up");
        }
    }

    /** Begins a run, once the one that is under way has ended, however many wait for that. */
    ActiveRun await(String flow, Occasion occasion) {
        while (true) {
            try {
                return begin(flow, occasion);
            } catch (FlowHeldException e) {
                if (isGoingDown()) {
                    throw e;
                }
                LockSupport.parkNanos(this, QUEUE_POLL.toNanos());
            }
        }
    }

    /** Whether nobody is to wait any more. */
    boolean isGoingDown() {
        return component.getCamelContext().getStatus().isStopping()
                || component.getCamelContext().getStatus().isStopped()
                || Thread.currentThread().isInterrupted();
    }

    /**
     * Takes up a run whose files are kept.
     *
     * @param reason why, for the record
     * @param actor who has it so; null for the user of this process
     * @param transfer by which its files are to come where they go
     * @throws WaybillException when the flow is running
     */
    ActiveRun resume(RunEntry run, Transfer transfer, String reason, String actor) {
        ActiveRun resumed = new ActiveRun(
                run.flow(), run.runId(), component.getClock().instant(), new HeldSources(component.getCamelContext()));
        resumed.takenUp(transfer);
        if (component
                .ledger()
                .quarantine()
                .wasDecidedAbout(run.runId())) { // now, or by a release whose process has ended
            resumed.release();
        }
        return hold(resumed, () -> component.ledger().resume(run, reason, actor));
    }

    private ActiveRun hold(ActiveRun run, Runnable inLedger) {
        ActiveRun other = runs.add(run);
        if (other != null) {
            throw new FlowHeldException("flow \"" + run.flow() + "\" is running since " + other.startedAt() + " (run "
                    + other.runId() + "); a flow never runs twice at once");
        }
        boolean held = false;
        try {
            inLedger.run();
            runs.recorded(run);
            held = true;
            component.watch().begun(run);
            return run;
        } finally {
            if (!held) {
                runs.remove(run);
            }
        }
    }

    void end(ActiveRun run) {
        run.sources().close();
        runs.remove(run);
        component.watch().ended(run);
    }
}
