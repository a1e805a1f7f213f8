package io.waybill.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.database.Estimate;
import io.waybill.run.ActiveRun;
import io.waybill.run.Planner;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How many rows runs will have, about, as their databases guess: each is asked once. */
final class Expected {

    private static final int MOST_REMEMBERED = 200;

    private static final Duration A_MOMENT = Duration.ofSeconds(1);

    private final Desk desk;
    private final Map<String, CompletableFuture<Estimate>> known = new Remembered<>(MOST_REMEMBERED);

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

    /**
     * Whoever comes first has the database asked, and waits a moment for it; nobody else does. What a slow one guesses is told once it is
     * known.
     */
    private Estimate of(ActiveRun run) {
        CompletableFuture<Estimate> asked;
        boolean isFirst;
        synchronized (known) {
            asked = known.get(run.runId());
            isFirst = asked == null;
            if (isFirst) {
                asked = new CompletableFuture<>();
                known.put(run.runId(), asked);
            }
        }
        return isFirst ? first(asked, run) : asked.getNow(Estimate.UNKNOWN);
    }

    private Estimate first(CompletableFuture<Estimate> asked, ActiveRun run) {
        try {
            asked.completeAsync(() -> ask(run), desk.runs());
            return asked.get(A_MOMENT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Estimate.UNKNOWN;
        } catch (TimeoutException | ExecutionException | RejectedExecutionException e) {
            return Estimate.UNKNOWN;
        }
    }

    /** A guess is worth no failure. */
    private Estimate ask(ActiveRun run) {
        try {
            return Planner.estimate(run.sources().find(run.plan().datasource()), run.plan());
        } catch (RuntimeException e) {
            return Estimate.UNKNOWN;
        }
    }
}
