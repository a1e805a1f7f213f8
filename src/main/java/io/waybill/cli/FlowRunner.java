package io.waybill.cli;

import io.waybill.WaybillException;
import io.waybill.flow.ExportedTable;
import io.waybill.ledger.FlowQuarantinedException;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunResult;
import io.waybill.route.WaybillConstants;
import io.waybill.route.step.StartedExchange;
import io.waybill.route.step.WaybillComponent;
import io.waybill.run.ActiveRun;
import io.waybill.run.Plan;
import io.waybill.run.RunJson;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/** Runs flows of a Camel context of their own, with progress on the way and an orderly end when the process is interrupted. */
final class FlowRunner implements AutoCloseable {

    private static final int SECONDS_TO_STOP = 10;

    private static final int SECONDS_TO_REPORT = 2;

    private final org.apache.camel.main.Main main;
    private final boolean progress;
    /** Lets a process that was interrupted go, once its command has said what came of the run. */
    private final CountDownLatch reported = new CountDownLatch(1);

    private FlowRunner(org.apache.camel.main.Main main, boolean progress) {
        this.main = main;
        this.progress = progress;
    }

    /**
     * Starts a Camel context.
     *
     * @param routes the pattern of the routes that it has
     * @param progress whether progress is shown on standard error
     */
    static FlowRunner start(String routes, boolean progress) {
        return start(Workspace.main(routes, false), progress);
    }

    /** Starts Camel Main. */
    static FlowRunner start(org.apache.camel.main.Main main, boolean progress) {
        main.start();
        return new FlowRunner(main, progress);
    }

    CamelContext context() {
        return main.getCamelContext();
    }

    /** A run and, where it failed, why; its plan is null where it had none. */
    record Outcome(RunResult result, Plan plan, Exception failure) {

        /** What was left out although nobody had asked for that. */
        Optional<String> leftOut() {
            return plan == null ? Optional.empty() : plan.leftOut();
        }

        /** Whether something that must hold does not: of this run, or of one before it that nobody has decided about. */
        boolean isQuarantined() {
            return result != null
                    ? result.status() == RunEntry.Status.QUARANTINED
                    : WaybillException.causes(failure).anyMatch(FlowQuarantinedException.class::isInstance);
        }

        /** What went wrong, for people. */
        String message() {
            if (result == null || result.error() == null) {
                return Main.message(Main.known(failure));
            }
            return new ResultShown(RunJson.of(result)).message();
        }
    }

    Outcome run(String flow, Map<String, Object> headers) {
        return send("direct:" + flow, flow, headers);
    }

    /** Delivers the files of a run that has failed. */
    Outcome redrive(RunEntry run) {
        return send(
                "direct:" + ExportedTable.flow(run.flow()) + ".redrive",
                run.flow(),
                Map.of(WaybillConstants.RUN_ID, run.runId()));
    }

    /** Publishes the files of a run that is quarantined. */
    Outcome release(RunEntry run, String reason) {
        return send(
                "direct:" + ExportedTable.flow(run.flow()) + ".redrive",
                run.flow(),
                Map.of(WaybillConstants.RUN_ID, run.runId(), WaybillConstants.REASON, reason));
    }

    private Outcome send(String endpoint, String flow, Map<String, Object> headers) {
        WaybillComponent component = context().getComponent("waybill", WaybillComponent.class);
        Thread interrupted = new Thread(() -> cancel(component, Thread.currentThread()), "waybill-interrupt");
        Runtime.getRuntime().addShutdownHook(interrupted);
        try (ProducerTemplate template = context().createProducerTemplate();
                Progress shown = progress ? new Progress(component, flow) : null) {
            Exchange exchange = StartedExchange.send(
                    template, endpoint, started -> started.getMessage().setHeaders(new java.util.HashMap<>(headers)));
            ActiveRun run = exchange.getProperty(WaybillConstants.RUN, ActiveRun.class);
            return new Outcome(
                    run == null ? null : run.result(), run == null ? null : run.plan(), exchange.getException());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        } finally {
            try {
                Runtime.getRuntime().removeShutdownHook(interrupted);
            } catch (IllegalStateException e) {
                // the process is going down, and the hook has done its part
            }
        }
    }

    /** Stops the runs and waits until they have cleaned up after themselves, as long as who stops processes leaves them. */
    private void cancel(WaybillComponent component, Thread hook) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_TO_STOP);
        component.activeRuns().forEach(ActiveRun::cancel);
        while (!component.activeRuns().isEmpty() && System.nanoTime() < deadline) {
            java.util.concurrent.locks.LockSupport.parkNanos(hook, 20_000_000L);
        }
        component
                .activeRuns()
                .forEach(run -> System.err.println(run.flow() + ": it has not stopped within " + SECONDS_TO_STOP
                        + " s; the next run cleans up after it"));
        try {
            reported.await(SECONDS_TO_REPORT, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** To be called when the outcome is printed. */
    @Override
    public void close() {
        reported.countDown();
        main.stop();
    }
}
