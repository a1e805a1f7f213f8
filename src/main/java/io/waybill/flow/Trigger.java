package io.waybill.flow;

import java.time.ZoneId;

/**
 * When a flow runs by itself.
 *
 * @param id the trigger's name within its flow
 * @param type how it is set off
 * @param cron its schedule; null for other types
 * @param timezone the zone of its times and of a run's logical date; UTC where the flow names none
 * @param enabled whether it is on
 * @param place where it stands
 */
public record Trigger(String id, Type type, Cron cron, ZoneId timezone, boolean enabled, Place place) {

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
