package io.waybill.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.WaybillException;
import io.waybill.database.Estimate;
import io.waybill.rows.DataSources;
import io.waybill.run.ActiveRun;
import io.waybill.run.Planner;
import java.time.Duration;
import java.util.Map;

/** How many rows runs will have, about, as their databases guess: each is asked once. */
final class Expected {

    private static final int MOST_REMEMBERED = 200;

    private final Desk desk;
    private final Map<String, Estimate> known = new Remembered<>(MOST_REMEMBERED);

    Expected(Desk desk) {
        this.desk = desk;
    }

    /** Says how many rows there will be, and how long the rest of them takes, where that is known. */
    void put(ObjectNode data, ActiveRun run) {
        if (run.plan() == null || run.isStaged()) {
            return;
        }
        Estimate whole = of(run);
        if (!whole.isKnown() || run.rows() > whole.rows()) {
            return; // nobody knows, or the database was mistaken
        }
        data.put("expected_rows", whole.rows());
        if (run.rows() > 0 && !whole.isBound()) {
            long elapsed =
                    Duration.between(run.startedAt(), desk.clock().instant()).toMillis();
            data.put("seconds_left", Math.round((double) elapsed / run.rows() * (whole.rows() - run.rows()) / 1_000));
        }
    }

    private Estimate of(ActiveRun run) {
        synchronized (known) {
            return known.computeIfAbsent(run.runId(), id -> ask(run));
        }
    }

    /** A guess is worth no failure. */
    private Estimate ask(ActiveRun run) {
        try {
            return Planner.estimate(DataSources.find(desk.context(), run.plan().datasource()), run.plan());
        } catch (WaybillException e) {
            return Estimate.UNKNOWN;
        }
    }
}
