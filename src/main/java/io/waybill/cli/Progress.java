package io.waybill.cli;

import io.waybill.WaybillException;
import io.waybill.database.Estimate;
import io.waybill.route.step.WaybillComponent;
import io.waybill.run.ActiveRun;
import io.waybill.run.Planner;
import io.waybill.run.TablesRun;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.spi.ExecutorServiceManager;

/**
 * Shows how far a run has come, on standard error: a bar on a terminal, a line now and then elsewhere. The whole is what the
 * database expects; until a run is planned, there is nothing to show.
 */
final class Progress implements AutoCloseable {

    private static final int TERMINAL_MILLIS = 150;
    private static final int LINE_MILLIS = 10_000;

    /** What is said of a run that has no rows yet: its database may take its time. */
    static final String PLANNING = ": being planned";

    /** What is said of a feed while its database is at it, which tells nothing of how far it has come. */
    static final String COMPARING = ": being compared";

    private final WaybillComponent component;
    private final String flow;
    private final boolean watched;
    private final ScheduledExecutorService timer;
    private Estimate whole;
    private final ProgressShown shown;

    /** Begins to show it. */
    Progress(WaybillComponent component, String flow) {
        this.component = component;
        this.flow = flow;
        this.shown = new ProgressShown(flow);
        this.watched = Terminal.isWatched();
        this.timer = threads().newSingleThreadScheduledExecutor(this, "waybill-progress");
        int millis = watched ? TERMINAL_MILLIS : LINE_MILLIS;
        timer.scheduleAtFixedRate(this::show, millis, millis, TimeUnit.MILLISECONDS);
    }

    private ExecutorServiceManager threads() {
        return component.getCamelContext().getExecutorServiceManager();
    }

    private synchronized void show() {
        for (ActiveRun run : component.activeRuns()) {
            if (run.flow().equals(flow) && run.tables() != null) {
                show(run.tables());
            } else if (run.flow().equals(flow) && run.plan() != null) {
                show(run);
            } else if (run.flow().equals(flow) && !watched) {
                System.err.println(flow + (run.feed() == null ? PLANNING : COMPARING));
            }
        }
    }

    /** Of many tables, nobody has asked how many rows there are. */
    private void show(TablesRun tables) {
        if (watched) {
            long bytes = tables.underWay().stream().mapToLong(ActiveRun::bytes).sum();
            shown.show(new ProgressShown.Point(tables.rows(), bytes, 1, false, Estimate.UNKNOWN));
        } else {
            System.err.println(flow + ": " + tables.words() + ", " + Terminal.count(tables.rows()) + " rows");
        }
    }

    private void show(ActiveRun run) {
        if (whole == null) {
            whole = expected(run);
        }
        shown.show(new ProgressShown.Point(run.rows(), run.bytes(), run.part(), run.isStaged(), whole));
    }

    /** A guess is worth no failure. */
    private Estimate expected(ActiveRun run) {
        try {
            return Planner.estimate(run.sources().find(run.plan().datasource()), run.plan());
        } catch (WaybillException e) {
            return Estimate.UNKNOWN;
        }
    }

    /** What is written of a run where nobody watches. */
    static String line(long rows, Estimate whole, boolean staged, String written, Duration elapsed) {
        boolean counts = !staged && whole.isKnown() && rows <= whole.rows();
        return Terminal.count(rows) + " rows" + (counts ? " of " + whole.words() : "") + ", " + written
                + (staged ? ", on its way" : "")
                + (counts ? left(rows, whole, elapsed) : "");
    }

    /** How long the rest takes, as the rows so far did; unknown where conditions may leave none of it. */
    private static String left(long rows, Estimate whole, Duration elapsed) {
        if (rows == 0 || whole.isBound()) {
            return "";
        }
        long seconds = Math.round((double) elapsed.toMillis() / rows * (whole.rows() - rows) / 1000);
        String left = seconds < 120
                ? seconds + " s"
                : seconds < 7200 ? (seconds + 30) / 60 + " min" : (seconds + 1800) / 3600 + " h";
        return ", about " + left + " left";
    }

    @Override
    public void close() {
        threads().shutdownNow(timer);
        shown.close();
    }
}
