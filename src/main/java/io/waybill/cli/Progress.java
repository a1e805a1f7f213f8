package io.waybill.cli;

import io.waybill.route.ActiveRun;
import io.waybill.route.WaybillComponent;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how far a run has come, on standard error: a bar on a terminal, a line now and then elsewhere. */
final class Progress implements AutoCloseable {

    private static final int TERMINAL_MILLIS = 150;
    private static final int LINE_MILLIS = 10_000;

    private final WaybillComponent component;
    private final String flow;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "waybill-progress");
        thread.setDaemon(true);
        return thread;
    });
    private final ProgressBar bar;

    private Progress(WaybillComponent component, String flow) {
        this.component = component;
        this.flow = flow;
        this.bar = Terminal.isTerminal()
                ? new ProgressBarBuilder()
                        .setTaskName(flow)
                        .setInitialMax(-1)
                        .setUnit(" rows", 1)
                        .setStyle(ProgressBarStyle.ASCII)
                        .showSpeed(new java.text.DecimalFormat("#,##0"))
                        .clearDisplayOnFinish()
                        .hideEta()
                        .build()
                : null;
    }

    static Progress of(WaybillComponent component, String flow) {
        Progress progress = new Progress(component, flow);
        int millis = progress.bar == null ? LINE_MILLIS : TERMINAL_MILLIS;
        progress.timer.scheduleAtFixedRate(progress::show, millis, millis, TimeUnit.MILLISECONDS);
        return progress;
    }

    private void show() {
        for (ActiveRun run : component.activeRuns()) {
            if (!run.flow().equals(flow)) {
                continue;
            }
            String written = Terminal.size(run.bytes()) + (run.part() > 1 ? ", part " + run.part() : "");
            if (bar == null) {
                System.err.println(flow + ": " + Terminal.count(run.rows()) + " rows, " + written);
            } else {
                bar.stepTo(run.rows());
                bar.setExtraMessage(" " + written);
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        if (bar != null) {
            bar.close();
        }
    }
}
