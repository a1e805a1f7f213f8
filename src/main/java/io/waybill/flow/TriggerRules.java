package io.waybill.flow;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.TemporalAmount;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/** What the keys of a trigger say together: each rule stands here once, for flow files and for the options of routes. */
public final class TriggerRules {

    /** Why what looks for new rows is refused beside an export of changes. */
    public static final String WITH_MANY_TABLES =
            "does not go with a source_dataset_id with *: it looks at one table; a schedule or an interval exports all of them";

    public static final String WITH_CHANGES =
            "does not go with since_last_export = \"changes\", which finds changes by comparing all rows; allowed: schedule,"
                    + " interval, once, daily, weekly, monthly, manual";

    private static final List<String> WEEKDAYS =
            Arrays.stream(DayOfWeek.values()).map(Form::lower).toList();

    private static final String LAST = "last";
    private static final int LONGEST_MONTH = 31;
    private static final int SHORTEST_MONTH = 28;
    private static final int A_WEEK = 7;
    private static final Duration A_DAY = Duration.ofDays(1);

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    /** The longest name that PostgreSQL keeps whole. */
    private static final int LONGEST_CHANNEL = 63;

    private final Trigger.Type type;
    private final Values values;
    private final ZoneId zone;
    private final List<Refusal> refusals = new ArrayList<>();

    private TriggerRules(Trigger.Type type, Values values, ZoneId zone) {
        this.type = type;
        this.values = values;
        this.zone = zone;
    }

    /**
     * Checks a trigger.
     *
     * @param values of the keys of its type; one that is wrong by itself is not among them
     * @return what is wrong; empty where nothing is
     */
    public static List<Refusal> check(Trigger.Type type, Values values, ZoneId zone) {
        TriggerRules rules = new TriggerRules(type, values, zone);
        switch (type) {
            case INTERVAL -> rules.checkInterval();
            case ONCE -> rules.checkAt(Moment.class, TriggerKeys.A_TIME);
            case DAILY -> rules.checkAt(LocalTime.class, TriggerKeys.A_TIME_OF_DAY);
            case WEEKLY -> {
                rules.checkAt(LocalTime.class, TriggerKeys.A_TIME_OF_DAY);
                rules.checkWeekdays();
            }
            case MONTHLY -> {
                rules.checkAt(LocalTime.class, TriggerKeys.A_TIME_OF_DAY);
                rules.checkDay();
            }
            case ON_NEW_DATA -> rules.checkLooks();
            case SCHEDULE, STREAM, MANUAL -> {}
        }
        if (rules.refusals.isEmpty()) {
            rules.checkJitter();
        }
        return rules.refusals;
    }

    /**
     * When a trigger fires, of which nothing is wrong.
     *
     * @return null for one that fires at no certain times
     */
    public static Times times(Trigger.Type type, Values values, ZoneId zone) {
        return switch (type) {
            case SCHEDULE -> new Times.Scheduled(values.get(TriggerKeys.SCHEDULE), zone);
            case INTERVAL -> interval(values, zone);
            case ONCE -> new Times.Once(((Moment) values.get(TriggerKeys.AT)).in(zone));
            case DAILY -> new Times.Days(Set.of(), 0, timeOfDay(values), zone);
            case WEEKLY -> new Times.Days(weekdays(values), 0, timeOfDay(values), zone);
            case MONTHLY -> new Times.Days(Set.of(), day(values.get(TriggerKeys.DAY)), timeOfDay(values), zone);
            case ON_NEW_DATA, STREAM, MANUAL -> null;
        };
    }

    private void refuse(Key<?> key, String message) {
        refusals.add(new Refusal(key.name(), message));
    }

    /** A route's option takes both. */
    private void checkAt(Class<?> kind, String expected) {
        Object at = values.get(TriggerKeys.AT);
        if (at != null && !kind.isInstance(at)) {
            refuse(
                    TriggerKeys.AT,
                    at + " is " + (at instanceof Moment ? "a time" : "a time of day") + "; " + expected
                            + " is expected");
        }
    }

    private void checkInterval() {
        TemporalAmount every = values.get(TriggerKeys.EVERY);
        if (every instanceof Duration span && span.compareTo(SHORTEST) < 0) {
            refuse(
                    TriggerKeys.EVERY,
                    Span.words(span) + " is too short; at least " + Span.words(SHORTEST) + " is allowed");
        }
        Moment start = values.get(TriggerKeys.START_AT);
        Moment end = values.get(TriggerKeys.END_AT);
        if (start != null && end != null && end.in(zone).isBefore(start.in(zone))) {
            refuse(TriggerKeys.END_AT, end + " is before start_at, " + start);
        }
        if (start == null && values.has(TriggerKeys.REPEAT)) {
            refuse(TriggerKeys.REPEAT, "goes with start_at, which the times are counted from");
        }
    }

    private void checkJitter() {
        Duration jitter = values.get(TriggerKeys.JITTER);
        Duration distance = jitter == null ? null : shortest();
        if (distance != null && jitter.compareTo(distance) >= 0) {
            String between = type == Trigger.Type.INTERVAL ? "every" : Span.words(distance) + " between two times";
            refuse(TriggerKeys.JITTER, "is as long as " + between + ", or longer; one run would begin after the next");
        }
    }

    /** The shortest time between two, by clocks that nobody changes; null where there are no two, or cron alone knows. */
    private Duration shortest() {
        return switch (type) {
            case INTERVAL ->
                values.get(TriggerKeys.EVERY) instanceof Period span
                        ? A_DAY.multipliedBy(span.toTotalMonths() * SHORTEST_MONTH + span.getDays())
                        : (Duration) values.get(TriggerKeys.EVERY);
            case DAILY -> A_DAY;
            case WEEKLY -> A_DAY.multipliedBy(shortest(weekdays(values)));
            case MONTHLY -> A_DAY.multipliedBy(SHORTEST_MONTH);
            case SCHEDULE, ONCE, ON_NEW_DATA, STREAM, MANUAL -> null;
        };
    }

    /** The days from one of these weekdays to the next, at the least. */
    private static int shortest(Set<DayOfWeek> weekdays) {
        return IntStream.rangeClosed(1, A_WEEK)
                .filter(days -> weekdays.stream().anyMatch(day -> weekdays.contains(day.plus(days))))
                .findFirst()
                .orElseThrow();
    }

    private static Times interval(Values values, ZoneId zone) {
        Moment start = values.get(TriggerKeys.START_AT);
        Moment end = values.get(TriggerKeys.END_AT);
        ZonedDateTime first = start == null
                ? LocalDate.EPOCH.atStartOfDay(zone)
                : start.in(zone).atZone(zone);
        Instant last = end == null ? null : end.in(zone);
        return new Times.Interval(values.get(TriggerKeys.EVERY), first, last, values.get(TriggerKeys.REPEAT));
    }

    private static LocalTime timeOfDay(Values values) {
        return (LocalTime) values.get(TriggerKeys.AT);
    }

    private void checkWeekdays() {
        List<String> days = values.get(TriggerKeys.ON);
        if (days.isEmpty()) {
            refuse(TriggerKeys.ON, "is missing; write for example on = [\"monday\"]");
        }
        for (String day : days) {
            if (!WEEKDAYS.contains(day)) {
                refuse(TriggerKeys.ON, NearestName.refusal(day, "is not a weekday", WEEKDAYS));
            }
        }
    }

    private static Set<DayOfWeek> weekdays(Values values) {
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        values.get(TriggerKeys.ON).forEach(day -> days.add(DayOfWeek.valueOf(day.toUpperCase(Locale.ROOT))));
        return days;
    }

    private void checkDay() {
        Object day = values.get(TriggerKeys.DAY);
        if (day != null && day(day) == 0) {
            refuse(
                    TriggerKeys.DAY,
                    day instanceof Long
                            ? day + " is no day of a month; 1 to 31 is allowed"
                            : "\"" + day + "\" is no day of a month; 1 to 31 is allowed, or \"last\"");
        }
    }

    /** Zero where it is none. */
    private static int day(Object day) {
        if (day.equals(LAST)) {
            return LONGEST_MONTH;
        }
        int number = day.toString().matches("\\d{1,2}") ? Integer.parseInt(day.toString()) : 0;
        return number > LONGEST_MONTH ? 0 : number;
    }

    private void checkLooks() {
        TemporalAmount every = values.get(TriggerKeys.EVERY);
        if (every instanceof Period span && span.toTotalMonths() != 0) {
            refuse(
                    TriggerKeys.EVERY,
                    "is longer or shorter by the calendar; write seconds, minutes, hours, days or weeks");
        } else if (every != null && looks(values).compareTo(SHORTEST) < 0) {
            refuse(
                    TriggerKeys.EVERY,
                    Span.words(looks(values)) + " is too short; at least " + Span.words(SHORTEST) + " is allowed");
        }
        String channel = values.get(TriggerKeys.CHANNEL);
        if (channel != null && (channel.isBlank() || channel.length() > LONGEST_CHANNEL)) {
            refuse(
                    TriggerKeys.CHANNEL,
                    "\"" + channel + "\" is no channel; 1 to " + LONGEST_CHANNEL + " characters are allowed");
        }
    }

    /** How long it is between two looks for what is new. */
    static Duration looks(Values values) {
        TemporalAmount every = values.get(TriggerKeys.EVERY);
        return every == null
                ? Duration.ofMinutes(1)
                : every instanceof Period span ? Duration.ofDays(span.getDays()) : (Duration) every;
    }
}
