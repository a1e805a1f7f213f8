package io.waybill.flow;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.List;

/** The keys of {@code [[triggers]]}; which of them go with a type, {@link #of} says. */
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
    public static final Key<String> TIMEZONE =
            Key.zone("timezone", "UTC", "the zone of its times, and of the run's logical date");
    public static final Key<Boolean> ENABLED =
            Key.flag("enabled", "whether it is on").otherwise(true);
    public static final Key<Boolean> CATCH_UP = Key.flag("catch_up", "whether what was missed is made up for; not yet");
    public static final Key<Cron> SCHEDULE =
            Key.said("schedule", Cron::parse, "of `schedule`: cron, Unix's (five fields) or Quartz's (six or seven)");
    public static final Key<Long> MAX_ROWS = Key.limit(
                    "max_rows", 1, "of `stream`: so many new rows begin a batch at once")
            .without("none");
    public static final Key<Duration> MAX_DELAY = Key.time(
            "max_delay",
            Trigger.MicroBatches.LEAST_DELAY,
            Duration.ofSeconds(10),
            "of `stream`: how long rows wait, about");
    public static final Key<Object> EVERY =
            Key.checked("every", TriggerKeys::span, "of `interval` and `on_new_data`: a span of time");
    public static final Key<Object> START_AT = Key.checked("start_at", TriggerKeys::moment, "of `interval`: a time");
    public static final Key<Object> END_AT = Key.checked("end_at", TriggerKeys::moment, "of `interval`: a time");
    public static final Key<Long> REPEAT = Key.limit("repeat", 1, "of `interval`: how many times");
    public static final Key<Object> AT =
            Key.any("at", "of `once`: a time; of `daily`, `weekly`, `monthly`: a time of day");
    private static final Key<Object> MOMENT =
            Key.checked("at", TriggerKeys::moment, "").mandatory();
    private static final Key<Object> TIME_OF_DAY =
            Key.checked("at", TriggerKeys::timeOfDay, "").mandatory("at = \"02:00\"");
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

    /** Those that say when, of the triggers of a type. */
    public static List<Key<?>> of(Trigger.Type type) {
        return switch (type) {
            case SCHEDULE -> List.of(CATCH_UP, SCHEDULE.mandatory());
            case INTERVAL -> List.of(CATCH_UP, EVERY.mandatory(), START_AT, END_AT, REPEAT);
            case ONCE -> List.of(CATCH_UP, MOMENT);
            case DAILY -> List.of(CATCH_UP, TIME_OF_DAY);
            case WEEKLY -> List.of(CATCH_UP, TIME_OF_DAY, ON);
            case MONTHLY -> List.of(CATCH_UP, TIME_OF_DAY, DAY.mandatory("day = 1"));
            case ON_NEW_DATA -> List.of(CATCH_UP, EVERY);
            case STREAM -> List.of(CATCH_UP, MAX_ROWS, MAX_DELAY);
            case MANUAL -> List.of(CATCH_UP);
        };
    }

    private static String span(Object value) {
        Span.positive(Form.text(value));
        return null;
    }

    private static String moment(Object value) {
        try {
            if (!(value instanceof OffsetDateTime || value instanceof LocalDateTime)) {
                LocalDateTime.parse(value.toString().replaceAll("(Z|[+-]\\d\\d:\\d\\d)$", ""));
            }
            return null;
        } catch (DateTimeException e) {
            return Form.describe(value) + "; a time such as \"2026-01-15T02:00:00\" is expected";
        }
    }

    private static String timeOfDay(Object value) {
        try {
            if (!(value instanceof LocalTime)) {
                LocalTime.parse(value.toString());
            }
            return null;
        } catch (DateTimeException e) {
            return Form.describe(value) + "; a time of day such as \"02:00\" is expected";
        }
    }
}
