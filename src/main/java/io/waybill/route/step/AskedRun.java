package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.flow.ExportedTable;
import io.waybill.ledger.Occasion;
import io.waybill.ledger.RunEntry;
import io.waybill.route.WaybillConstants;
import io.waybill.run.ActiveRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/** A run that somebody asks for who is told when it has begun, and need not wait for its end. */
public final class AskedRun {

    /** The exchange property that holds it. */
    static final String PROPERTY = "WaybillAsked";

    /** The exchange property of what a run may have that one has begun which somebody asks for. */
    private static final String LIMITS = "WaybillRunLimits";

    private final Occasion occasion;
    private final String actor;
    private final CompletableFuture<ActiveRun> begun = new CompletableFuture<>();
    private final CompletableFuture<Exchange> ended = new CompletableFuture<>();

    private final Limits limits;

    private AskedRun(Occasion occasion, String actor, Limits limits) {
        this.occasion = occasion;
        this.actor = actor;
        this.limits = limits;
    }

    /**
     * What the rows of a run may be, by who asks for it.
     *
     * @param mostRows how many; 0 for any number
     * @param firstDay none of days before, of UTC; null for any day
     */
    public record Limits(long mostRows, LocalDate firstDay) {

        /** Any rows. */
        public static final Limits NONE = new Limits(0, null);
    }

    /**
     * Starts a flow of a context.
     *
     * @param headers what is asked for, see {@link WaybillConstants}
     * @param occasion what the ledger is to know it by; null for nothing
     * @param executor where it runs
     */
    public static AskedRun start(
            CamelContext context, String flow, Map<String, Object> headers, Occasion occasion, Executor executor) {
        return start(context, flow, headers, occasion, Limits.NONE, executor);
    }

    /** Likewise, with no other rows than who asks may have. */
    public static AskedRun start(
            CamelContext context,
            String flow,
            Map<String, Object> headers,
            Occasion occasion,
            Limits limits,
            Executor executor) {
        AskedRun asked = new AskedRun(occasion, null, limits);
        executor.execute(() -> asked.run(context, flow, headers));
        return asked;
    }

    /**
     * Takes up a run whose files are kept, to deliver them.
     *
     * @param reason why, for the record; a quarantined run needs one, null for none
     * @param actor who has it so
     * @param executor where it goes on
     */
    public static AskedRun takeUp(CamelContext context, RunEntry run, String reason, String actor, Executor executor) {
        Map<String, Object> headers = new HashMap<>(Map.of(WaybillConstants.RUN_ID, run.runId()));
        if (reason != null) {
            headers.put(WaybillConstants.REASON, reason);
        }
        AskedRun asked = new AskedRun(null, actor, Limits.NONE);
        executor.execute(() -> asked.run(context, ExportedTable.flow(run.flow()) + ".redrive", headers));
        return asked;
    }

    private void run(CamelContext context, String flow, Map<String, Object> headers) {
        try (ProducerTemplate template = context.createProducerTemplate()) {
            Exchange exchange = StartedExchange.send(template, "direct:" + flow, started -> {
                started.getMessage().setHeaders(new HashMap<>(headers));
                started.setProperty(PROPERTY, this);
            });
            ended.complete(exchange);
            begun.complete(exchange.getProperty(WaybillConstants.RUN, ActiveRun.class));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException | Error e) {
            ended.completeExceptionally(e);
            begun.complete(null);
            throw e;
        } finally {
            begun.complete(null);
        }
    }

    /** The run of an exchange that somebody asks for so; null for another. */
    static AskedRun of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, AskedRun.class);
    }

    /** What an exchange's run may have by who asks for it, or for the run that has begun it. */
    static Limits limits(Exchange exchange) {
        AskedRun asked = of(exchange);
        return asked == null ? exchange.getProperty(LIMITS, Limits.NONE, Limits.class) : asked.limits;
    }

    /** Has what holds of an exchange's run hold of one that it begins. */
    static void limit(Exchange begun, Exchange by) {
        begun.setProperty(LIMITS, limits(by));
    }

    /** Who has it so; null where its occasion says so. */
    String actor() {
        return actor;
    }

    Occasion occasion() {
        return occasion;
    }

    void begun(ActiveRun run) {
        begun.complete(run);
    }

    /** The run, once it has begun; empty where it has not within that time, or has ended before it could. */
    public Optional<ActiveRun> awaitBegin(Duration most) {
        return await(begun, most);
    }

    /** Whether it has begun, or it is known that it does not. */
    public boolean isDecided() {
        return begun.isDone();
    }

    /** Has somebody told when that is so, or at once where it is. */
    public void whenDecided(Runnable told) {
        begun.whenComplete((run, failure) -> told.run());
    }

    /** What it has come to, whether it has done or failed; empty where it goes on after that time. */
    public Optional<Exchange> awaitEnd(Duration most) {
        return await(ended, most);
    }

    /** Has somebody told when it has ended, or at once where it has. */
    public void whenEnded(Consumer<Exchange> told) {
        ended.thenAccept(told);
    }

    /** Why it has not begun, or failed; empty where it did neither yet. */
    public Optional<Exception> failure() {
        return ended.isDone() ? await(ended, Duration.ZERO).map(Exchange::getException) : Optional.empty();
    }

    /** For logs. */
    @Override
    public String toString() {
        return "a run that somebody asks for";
    }

    private static <T> Optional<T> await(CompletableFuture<T> future, Duration most) {
        try {
            return Optional.ofNullable(future.get(most.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException e) {
            throw WaybillException.causes(e)
                    .filter(RuntimeException.class::isInstance)
                    .map(RuntimeException.class::cast)
                    .findFirst()
                    .orElseGet(() -> new IllegalStateException(e));
        }
    }
}
