package io.waybill.flow;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.temporal.TemporalAmount;
import java.util.List;

/** The keys of {@code [[triggers]]}; which of them go with a type, {@link #of} says, and {@link TriggerRules} what they say together. */
public final class TriggerKeys {

    static final String A_TIME = "a time such as \"2026-01-15T02:00:00\"";
    static final String A_TIME_OF_DAY = "a time of day such as \"02:00\"";

    public static final Key<String> ID =
            Key.text("id", "its name within the flow").without("`trigger-1`, …");
    public static final Key<String> DESCRIPTION = Key.text("description", "what it is for, for people");
    public static final Key<Trigger.Type> TYPE = Key.choice(
                    "type",
                    Trigger.Type.class,
                    null,
                    "`schedule`, `interval`, `once`, `daily`, `weekly`, `monthly`, `on_new_data`, `stream`, `manual`")
            .mandatory();
    public static final Key<String> TIMEZONE =
            Key.zone("timezone", "UTC", "the zone of its times, and of the run's logical date");
    public static final Key<Boolean> ENABLED =
            Key.flag("enabled", "whether it is on").otherwise(true);
    public static final Key<Boolean> CATCH_UP = Key.flag(
            "catch_up",
            "whether the latest time that was missed while no process ran is made up for at the start; `on_new_data` and `stream` look for what is new then in any case");
    public static final Key<Duration> JITTER = Key.time(
            "jitter",
            null,
            "how much later than its time a run may begin, by chance, less than it is to the next; its logical date is that of its time");
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
    public static final Key<TemporalAmount> EVERY = Key.said(
                    "every",
                    Span::positive,
                    "of `interval`: the span between two times; of `on_new_data`: between two looks")
            .without("required; `1m` with `on_new_data`");
    public static final Key<Moment> START_AT = moment(
                    "start_at", "of `interval`: its first time, which the others are counted from")
            .without("1970-01-01T00:00");
    public static final Key<Moment> END_AT =
            moment("end_at", "of `interval`: no time is later").without("no end");
    public static final Key<Long> REPEAT = Key.limit(
                    "repeat", 1, "of `interval`: how many times there are, from `start_at` on")
            .without("any number");
    public static final Key<Object> AT = Key.of(
            "at",
            new Form.Temporal<>(TriggerKeys::momentOrTimeOfDay, A_TIME + " or " + A_TIME_OF_DAY),
            null,
            "of `once`: a time; of `daily`, `weekly`, `monthly`: a time of day");
    private static final Key<Moment> MOMENT = moment("at", "").mandatory();
    private static final Key<LocalTime> TIME_OF_DAY = Key.of(
                    "at", new Form.Temporal<>(LocalTime::parse, A_TIME_OF_DAY), null, "")
            .mandatory("at = \"02:00\"");
    public static final Key<List<String>> ON = Key.names("on", "of `weekly`: weekdays, `monday` to `sunday`");
    public static final Key<Object> DAY = Key.textOrNumber(
            "day", "of `monthly`: a day of the month, or `last`; in a month that has no such day, its last");
    public static final Key<String> CHANNEL = Key.text(
                    "channel", "of `on_new_data`: a channel of PostgreSQL's `NOTIFY` by which it looks at once, too")
            .without("none");

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
            CHANNEL,
            JITTER,
            CATCH_UP);

    private TriggerKeys() {}

    /** Those that say when, of the triggers of a type. */
    public static List<Key<?>> of(Trigger.Type type) {
        return switch (type) {
            case SCHEDULE -> List.of(SCHEDULE.mandatory(), JITTER, CATCH_UP);
            case INTERVAL -> List.of(EVERY.mandatory(), START_AT, END_AT, REPEAT, JITTER, CATCH_UP);
            case ONCE -> List.of(MOMENT, JITTER, CATCH_UP);
            case DAILY -> List.of(TIME_OF_DAY, JITTER, CATCH_UP);
            case WEEKLY -> List.of(TIME_OF_DAY, ON, JITTER, CATCH_UP);
            case MONTHLY -> List.of(TIME_OF_DAY, DAY.mandatory("day = 1"), JITTER, CATCH_UP);
            case ON_NEW_DATA -> List.of(EVERY, CHANNEL, CATCH_UP);
            case STREAM -> List.of(MAX_ROWS, MAX_DELAY, CATCH_UP);
            case MANUAL -> List.of(CATCH_UP);
        };
    }

    private static Key<Moment> moment(String name, String means) {
        return Key.of(name, new Form.Temporal<>(Moment::parse, A_TIME), null, means);
    }

    private static Object momentOrTimeOfDay(String text) {
        try {
            return LocalTime.parse(text);
        } catch (DateTimeException e) {
            return Moment.parse(text);
        }
    }
}
