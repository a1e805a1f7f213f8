package io.waybill.flow;

import java.time.Duration;
import java.time.ZoneId;

/**
 * When a flow runs by itself.
 *
 * @param id the trigger's name within its flow
 * @param type how it is set off
 * @param cron its schedule; null for other types
 * @param batches when a stream's next batch begins; null for other types
 * @param timezone the zone of its times and of a run's logical date; UTC where the flow names none
 * @param enabled whether it is on
 * @param place where it stands
 */
public record Trigger(
        String id, Type type, Cron cron, MicroBatches batches, ZoneId timezone, boolean enabled, Place place) {

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
