package io.waybill.flow;

import java.time.Duration;
import java.util.List;

/** The keys of {@code [[triggers]]}; which of them go with a type, {@link TriggerTimes} says. */
public final class TriggerKeys {

    public static final Key<String> ID =
            Key.text("id", "its name within the flow").without("`trigger-1`, …");
    public static final Key<String> DESCRIPTION = Key.text("description", "what it is for, for people");
    public static final Key<Trigger.Type> TYPE = Key.choice(
                    "type",
                    Trigger.Type.class,
                    null,
                    "`schedule`, `stream`, `manual`; `interval`, `once`, `daily`, `weekly`, `monthly`, `on_new_data` do not fire yet")
            .mandatory();
    public static final Key<String> TIMEZONE = Key.text(
                    "timezone", "the zone of its times, and of the run's logical date")
            .without("UTC");
    public static final Key<Boolean> ENABLED =
            Key.flag("enabled", "whether it is on").otherwise(true).without("`true`");
    public static final Key<Boolean> CATCH_UP = Key.flag("catch_up", "whether what was missed is made up for; not yet");
    public static final Key<String> SCHEDULE =
            Key.text("schedule", "of `schedule`: cron, Unix's (five fields) or Quartz's (six or seven)");
    public static final Key<Long> MAX_ROWS = Key.limit(
                    "max_rows", 1, "of `stream`: so many new rows begin a batch at once")
            .without("none");
    public static final Key<Duration> MAX_DELAY =
            Key.time("max_delay", Duration.ofSeconds(10), "of `stream`: how long rows wait, about");
    public static final Key<Object> EVERY = Key.any("every", "of `interval` and `on_new_data`: a span of time");
    public static final Key<Object> START_AT = Key.any("start_at", "of `interval`: a time");
    public static final Key<Object> END_AT = Key.any("end_at", "of `interval`: a time");
    public static final Key<Long> REPEAT = Key.limit("repeat", 1, "of `interval`: how many times");
    public static final Key<Object> AT =
            Key.any("at", "of `once`: a time; of `daily`, `weekly`, `monthly`: a time of day");
    public static final Key<List<String>> ON = Key.names("on", "of `weekly`: weekdays, `monday` to `sunday`");
    public static final Key<Long> DAY = Key.limit("day", 1, "of `monthly`: a day of the month");

    public static final List<Key<?>> ALL = List.of(
            ID,
            TYPE,
            SCHEDULE,
            MAX_ROWS,
            MAX_DELAY,
            TIMEZONE,
            ENABLED,
            DESCRIPTION,
            EVERY,
            START_AT,
            END_AT,
            REPEAT,
            AT,
            ON,
            DAY,
            CATCH_UP);

    private TriggerKeys() {}

    public static List<Key<?>> all() {
        return ALL;
    }
}
