package io.waybill.flow.toml;

import io.waybill.flow.Cron;
import io.waybill.flow.Key;
import io.waybill.flow.NearestName;
import io.waybill.flow.Span;
import io.waybill.flow.Trigger.MicroBatches;
import io.waybill.flow.Trigger.Type;
import io.waybill.flow.TriggerKeys;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.List;

/** The keys of a trigger that say when: which of them its type takes, and whether they are well formed. */
final class TriggerTimes {

    private static final List<String> DAYS =
            List.of("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday");

    private final TomlSection section;

    TriggerTimes(TomlSection section) {
        this.section = section;
    }

    /** Checks the keys that go with the type; answers the schedule of type schedule. */
    Cron check(Type type) {
        section.get(TriggerKeys.CATCH_UP);
        switch (type) {
            case SCHEDULE -> {
                return schedule();
            }
            case INTERVAL -> {
                span(TriggerKeys.EVERY, true);
                moment(TriggerKeys.START_AT, false);
                moment(TriggerKeys.END_AT, false);
                section.get(TriggerKeys.REPEAT);
            }
            case ONCE -> moment(TriggerKeys.AT, true);
            case DAILY -> timeOfDay();
            case WEEKLY -> {
                timeOfDay();
                days();
            }
            case MONTHLY -> {
                timeOfDay();
                dayOfMonth();
            }
            case ON_NEW_DATA -> span(TriggerKeys.EVERY, false);
            case STREAM -> {
                // read by microBatches
            }
            case MANUAL -> {}
        }
        return null;
    }

    /** When a stream's next batch begins. */
    MicroBatches microBatches() {
        Duration delay = section.get(TriggerKeys.MAX_DELAY);
        String wrong = MicroBatches.delayProblem(delay);
        if (wrong != null) {
            section.problem(TriggerKeys.MAX_DELAY, wrong);
        }
        return new MicroBatches(section.get(TriggerKeys.MAX_ROWS), delay);
    }

    private Cron schedule() {
        String text = section.requiredText(TriggerKeys.SCHEDULE.name());
        if (text == null) {
            return null;
        }
        try {
            return Cron.parse(text);
        } catch (IllegalArgumentException e) {
            section.problem(TriggerKeys.SCHEDULE, e.getMessage());
            return null;
        }
    }

    private void span(Key<?> declared, boolean required) {
        String key = declared.name();
        String text = required ? section.requiredText(key) : section.text(key);
        if (text == null) {
            return;
        }
        try {
            Span.positive(text);
        } catch (IllegalArgumentException e) {
            section.problem(key, e.getMessage());
        }
    }

    private void moment(Key<?> declared, boolean required) {
        String key = declared.name();
        Object value = section.value(key);
        if (value == null) {
            if (required) {
                section.problem(key, "is missing");
            }
            return;
        }
        if (value instanceof OffsetDateTime || value instanceof LocalDateTime) {
            return;
        }
        try {
            LocalDateTime.parse(value.toString().replaceAll("(Z|[+-]\\d\\d:\\d\\d)$", ""));
        } catch (DateTimeException e) {
            section.problem(key, TomlSection.describe(value) + "; a time such as \"2026-01-15T02:00:00\" is expected");
        }
    }

    private void timeOfDay() {
        Object value = section.value(TriggerKeys.AT.name());
        if (value instanceof LocalTime) {
            return;
        }
        try {
            if (value != null) {
                LocalTime.parse(value.toString());
                return;
            }
            section.problem(TriggerKeys.AT, "is missing; write for example at = \"02:00\"");
        } catch (DateTimeException e) {
            section.problem(
                    TriggerKeys.AT, TomlSection.describe(value) + "; a time of day such as \"02:00\" is expected");
        }
    }

    private void days() {
        List<String> days = section.get(TriggerKeys.ON);
        if (days.isEmpty()) {
            section.problem(TriggerKeys.ON, "is missing; write for example on = [\"monday\"]");
        }
        for (String day : days) {
            if (!DAYS.contains(day)) {
                section.problem(
                        TriggerKeys.ON,
                        "\"" + day + "\" is not a weekday; allowed: " + String.join(", ", DAYS)
                                + NearestName.hint(day, DAYS));
            }
        }
    }

    private void dayOfMonth() {
        long day = section.get(TriggerKeys.DAY);
        if (!section.has(TriggerKeys.DAY)) {
            section.problem(TriggerKeys.DAY, "is missing; write for example day = 1");
        } else if (day > 31) {
            section.problem(TriggerKeys.DAY, day + " is no day of a month; 1 to 31 is allowed");
        }
    }
}
