package io.waybill.cli;

import io.waybill.database.Estimate;
import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** How far a run has come, on standard error: a bar on a terminal, a line elsewhere. */
final class ProgressShown implements AutoCloseable {

    private final String flow;
    private final boolean watched = Terminal.isWatched();
    private long countedSince;
    private ProgressBar bar;

    ProgressShown(String flow) {
        this.flow = flow;
    }

    /**
     * Where a run stands.
     *
     * @param whole what the database expects; the same at each call
     */
    record Point(long rows, long bytes, int part, boolean staged, Estimate whole) {

        String written() {
            return Terminal.size(bytes) + (part > 1 ? ", part " + part : "");
        }
    }

    synchronized void show(Point point) {
        if (countedSince == 0) {
            countedSince = System.nanoTime();
        }
        if (!watched) {
            Duration elapsed = Duration.ofNanos(System.nanoTime() - countedSince);
            System.err.println(
                    flow + ": " + Progress.line(point.rows(), point.whole(), point.staged(), point.written(), elapsed));
            return;
        }
        if (bar == null) {
            bar = bar(point.whole());
        }
        if (point.whole().isKnown() && point.rows() > point.whole().rows()) {
            bar.maxHint(-1); // the database was mistaken, and nobody knows
        }
        bar.stepTo(point.rows());
        bar.setExtraMessage(" " + point.written() + (point.staged() ? ", on its way" : ""));
    }

    private ProgressBar bar(Estimate whole) {
        ProgressBarBuilder builder = new ProgressBarBuilder()
                .setTaskName(flow)
                .setInitialMax(whole.rows())
                .setUnit(" rows", 1)
                .setStyle(ProgressBarStyle.ASCII)
                .showSpeed(new java.text.DecimalFormat(
                        "#,##0", java.text.DecimalFormatSymbols.getInstance(java.util.Locale.ROOT)))
                .clearDisplayOnFinish();
        return (whole.isBound() || !whole.isKnown() ? builder.hideEta() : builder).build();
    }

    @Override
    public synchronized void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
