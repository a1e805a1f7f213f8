package io.waybill.flow;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/**
 * When a flow runs by itself.
 *
 * @param id the trigger's name within its flow
 * @param type how it is set off
 * @param values what else says when, by the keys of its type
 * @param timezone the zone of its times and of a run's logical date; UTC where the flow names none
 * @param enabled whether it is on
 * @param place where it stands
 */
public record Trigger(String id, Type type, Values values, ZoneId timezone, boolean enabled, Place place) {

    /** The times that it fires at; empty for one that fires when there is something new, or by hand. */
    public Optional<Times> times() {
        return Optional.ofNullable(TriggerRules.times(type, values, timezone));
    }

    /** When it sets the flow off, in words: {@code each Monday and Friday at 03:00; clocks of Europe/Berlin}. */
    public String words() {
        return new TriggerWords(this).toString();
    }

    /** What it leaves out that one may expect of it, with the key that one may expect it of; empty for nothing. */
    public Optional<Refusal> leavesOut(Instant after) {
        if (times().isEmpty()) {
            return Optional.of(new Refusal(TriggerKeys.CATCH_UP.name(), "has no times that catch_up could make up for"))
                    .filter(nothing -> values.get(TriggerKeys.CATCH_UP));
        }
        return times().filter(Times.Scheduled.class::isInstance)
                .flatMap(cron -> ((Times.Scheduled) cron).leavesOut(after))
                .map(time -> new Refusal(
                        TriggerKeys.SCHEDULE.name(),
                        "leaves out " + time + ", which clocks of " + timezone
                                + " jump over; daily, weekly and monthly do not"));
    }

    /** When a stream's next batch begins. */
    public MicroBatches batches() {
        return new MicroBatches(values.get(TriggerKeys.MAX_ROWS), values.get(TriggerKeys.MAX_DELAY));
    }

    /** How long it is between two looks for new data. */
    public Duration looks() {
        return TriggerRules.looks(values);
    }

    /** Whether it asks for more than to fire at its times, while a process runs. */
    public boolean asksForMore() {
        return values.get(TriggerKeys.CATCH_UP) || values.has(TriggerKeys.JITTER);
    }

    /**
     * When a stream's next batch begins: as soon as there are so many new rows, or so long after the last one.
     *
     * @param maxRows rows that are not kept waiting; 0 for none
     * @param maxDelay how long rows wait, about
     */
    public record MicroBatches(long maxRows, Duration maxDelay) {

        /** How often a stream looks for new rows, at most. */
        private static final Duration MOST_OFTEN = Duration.ofSeconds(1);

        /** What a stream may keep rows waiting at least: each look is a query. */
        public static final Duration LEAST_DELAY = Duration.ofMillis(100);

        /** How long it is between two looks for new rows. */
        public Duration period() {
            return maxDelay.compareTo(MOST_OFTEN) < 0 ? maxDelay : MOST_OFTEN;
        }
    }

    /** The types of triggers. */
    public enum Type {
        SCHEDULE,
        INTERVAL,
        ONCE,
        DAILY,
        WEEKLY,
        MONTHLY,
        ON_NEW_DATA,
        STREAM,
        MANUAL
    }
}
