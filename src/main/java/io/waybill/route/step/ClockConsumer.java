package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.flow.Key;
import io.waybill.flow.Refusal;
import io.waybill.flow.Span;
import io.waybill.flow.Times;
import io.waybill.flow.Trigger;
import io.waybill.flow.TriggerKeys;
import io.waybill.flow.TriggerRules;
import io.waybill.flow.Values;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerAwayException;
import io.waybill.ledger.Occasion.Due;
import io.waybill.route.StepOptions;
import io.waybill.route.step.StoppedClocks.Stopped;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code waybill:clock}: starts its route at the times of a trigger, and at its own start for the latest one that was missed, where that
 * is asked for.
 */
final class ClockConsumer extends DefaultConsumer implements Suspendable, ShutdownAware {

    private static final Logger LOG = LoggerFactory.getLogger(ClockConsumer.class);

    /** It looks so often whether it is time: a clock may be set, and a machine sleep. */
    private static final Duration MOST_SLEEP = Duration.ofSeconds(30);

    /** Of times that are passed longer ago than that (a machine has slept), the latest is fired alone. */
    private static final Duration LATE = Duration.ofMinutes(1);

    private final WaybillEndpoint endpoint;
    private final String trigger;
    private final Duration jitter;
    private final boolean catchesUp;
    private final RandomGenerator random;
    private final Times times;

    /** How long what it is time for waits until it looks again whether it is suspended yet. */
    private static final Duration SUSPENDED = Duration.ofMillis(50);

    /** Those whose jitter is not over. */
    private final Collection<Due> pending = new ConcurrentLinkedQueue<>();

    /** Those that start, or have started, their route, and are not at its end. */
    private final AtomicInteger starting = new AtomicInteger();

    private volatile Instant next;
    /** Which of its starts a look belongs to. */
    private volatile int starts;

    private volatile boolean hasLookedBack;

    /** @throws WaybillException when its options are wrong, or do not go together */
    ClockConsumer(WaybillEndpoint endpoint, Processor processor, RandomGenerator random) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.random = random;
        endpoint.refuse(refusals());
        Values options = endpoint.options();
        this.trigger = Firing.trigger(endpoint.flow(), options.get(StepOptions.TRIGGER));
        this.jitter = options.get(TriggerKeys.JITTER);
        this.catchesUp = options.get(TriggerKeys.CATCH_UP);
        this.times = TriggerRules.times(options.get(TriggerKeys.TYPE), options, zone());
    }

    private ZoneId zone() {
        return ZoneId.of(endpoint.get(TriggerKeys.TIMEZONE));
    }

    /** What a flow's trigger is refused for. */
    private List<Refusal> refusals() {
        Values options = endpoint.options();
        List<Key<?>> keys = new ArrayList<>(List.of(StepOptions.TRIGGER, TriggerKeys.TYPE));
        Trigger.Type type = options.get(TriggerKeys.TYPE);
        List<Refusal> refusals = new ArrayList<>();
        if (type != null) {
            keys.addAll(TriggerKeys.of(type));
            options.given().keySet().stream()
                    .filter(name -> !name.equals(TriggerKeys.TIMEZONE.name())
                            && keys.stream().noneMatch(key -> key.name().equals(name)))
                    .map(name -> new Refusal(
                            name, "is not for type " + TriggerKeys.TYPE.form().print(type)))
                    .forEach(refusals::add);
        }
        keys.stream()
                .filter(key -> key.required() && !options.has(key))
                .map(key -> new Refusal(key.name(), key.missing()))
                .forEach(refusals::add);
        if (refusals.isEmpty()) {
            refusals.addAll(TriggerRules.check(type, options, zone()));
        }
        if (refusals.isEmpty() && TriggerRules.times(type, options, zone()) == null) {
            refusals.add(
                    new Refusal(TriggerKeys.TYPE.name(), TriggerKeys.TYPE.form().print(type) + " has no times"));
        }
        return refusals.stream().map(Refusal::asOption).toList();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        int start = ++starts;
        Instant now = now();
        Optional<Stopped> before = StoppedClocks.of(endpoint.getCamelContext()).take(trigger, says(), now);
        next = before.map(Stopped::next).or(() -> times.next(now)).orElse(null);
        before.ifPresent(clock -> clock.pending().forEach(due -> fire(start, due)));
        look(start);
        hasLookedBack = !catchesUp;
        if (catchesUp) {
            later().in(Duration.ZERO, () -> catchUp(start, now, Later.FIRST_PAUSE));
        }
    }

    @Override
    protected void doStop() throws Exception {
        starts++;
        StoppedClocks.of(endpoint.getCamelContext())
                .add(trigger, new Stopped(endpoint.flow(), says(), now(), next, List.copyOf(pending)));
        pending.clear();
        super.doStop();
    }

    @Override
    public boolean deferShutdown(ShutdownRunningTask task) {
        return false;
    }

    /** What waits for its jitter holds nobody up. */
    @Override
    public int getPendingExchangesSize() {
        return starting.get();
    }

    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {
        // there is nothing to prepare
    }

    /** Whether it has seen to what was missed before its start. */
    boolean hasLookedBack() {
        return hasLookedBack && pending.isEmpty();
    }

    private Instant now() {
        return endpoint.getComponent().getClock().instant();
    }

    private Later later() {
        return endpoint.getComponent().later();
    }

    /** Fires what it is time for, and looks again when it is next. */
    private void look(int start) {
        if (start != starts) {
            return;
        }
        Instant now = now();
        while (next != null && !next.isAfter(now)) {
            Instant due = next.isBefore(now.minus(LATE)) ? times.latest(now).orElse(next) : next;
            next = times.next(due).orElse(null);
            fire(start, new Due(trigger, due));
        }
        if (next != null) {
            Duration sleep = Duration.between(now, next).plusMillis(1);
            later().in(sleep.compareTo(MOST_SLEEP) < 0 ? sleep : MOST_SLEEP, () -> look(start));
        }
    }

    private void fire(int start, Due due) {
        Duration turn =
                due.catchesUp() ? Duration.ZERO : endpoint.getComponent().turn(trigger, due.due());
        if (turn.isZero()) {
            fireInTurn(start, due);
        } else { // where its turn does not come, another process has been there
            later().in(turn, () -> {
                if (start == starts) {
                    fireInTurn(start, due);
                }
            });
        }
    }

    private void fireInTurn(int start, Due due) {
        Duration pause = jitter == null ? Duration.ZERO : Duration.ofMillis(random.nextLong(jitter.toMillis() + 1));
        pending.add(due);
        later().in(pause, () -> begin(start, due));
    }

    /** Who suspends it sees what has begun before, as what is pending. */
    private void begin(int start, Due due) {
        starting.incrementAndGet();
        try {
            if (start == starts && isSuspended()) {
                later().in(SUSPENDED, () -> begin(start, due));
            } else if (start == starts && pending.remove(due)) {
                process(due);
            }
        } finally {
            starting.decrementAndGet();
        }
    }

    private void process(Due due) {
        Exchange exchange = createExchange(true);
        exchange.getMessage().setHeader(Firing.SCHEDULED_FIRE_TIME, Date.from(due.due()));
        exchange.setProperty(Firing.OCCASION, due);
        try { // what fails on the way, the route tells itself
            getProcessor().process(exchange);
        } catch (Exception e) {
            getExceptionHandler().handleException(e);
        }
    }

    boolean isOf(String flow) {
        return endpoint.flow().equals(flow);
    }

    /** Looks once more for what was missed: by another process, which has ended. */
    void lookBack() {
        if (catchesUp && isRunAllowed()) {
            catchUp(starts, now(), Later.FIRST_PAUSE);
        }
    }

    /** Fires the latest time before the start, where no process has, and the trigger was known and not paused then. */
    private void catchUp(int start, Instant startedAt, Duration pause) {
        if (start != starts) {
            return;
        }
        try {
            Ledger ledger = endpoint.getComponent().ledger();
            Instant known = ledger.firings().knownSince(endpoint.flow(), trigger, says(), startedAt);
            times.latest(startedAt)
                    .filter(missed -> missed.isAfter(known) && !ledger.pauses().covers(endpoint.flow(), missed))
                    .ifPresent(missed -> fire(start, new Due(trigger, missed, true, null)));
            hasLookedBack = true;
        } catch (LedgerAwayException e) {
            LOG.warn(
                    "Flow {}: nobody can say what {} has missed, and it is asked again in {}: {}",
                    endpoint.flow(),
                    trigger,
                    Span.words(pause),
                    e.getMessage());
            later().in(pause, () -> catchUp(start, startedAt, Later.longer(pause)));
        } catch (WaybillException e) {
            LOG.error("Flow {}: nobody can say what {} has missed: {}", endpoint.flow(), trigger, e.getMessage());
        }
    }

    /** What its times follow from: a trigger that is changed has missed nothing yet. */
    private String says() {
        Values options = endpoint.options();
        return Stream.concat(
                        Stream.of(TriggerKeys.TYPE, TriggerKeys.TIMEZONE),
                        TriggerKeys.of(options.get(TriggerKeys.TYPE)).stream())
                .filter(key -> !List.of(TriggerKeys.JITTER.name(), TriggerKeys.CATCH_UP.name())
                        .contains(key.name()))
                .map(options::print)
                .collect(Collectors.joining(" "));
    }
}
