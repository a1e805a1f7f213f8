package io.waybill.flow;

import com.cronutils.descriptor.CronDescriptor;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.parser.CronParser;
import java.time.Duration;
import java.time.Period;
import java.time.temporal.TemporalAmount;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** When a trigger sets its flow off, as one would say it. */
record TriggerWords(Trigger trigger) {

    private static final int LONGEST_MONTH = 31;

    @Override
    public String toString() {
        List<String> words = new ArrayList<>(List.of(when()));
        if (trigger.times().isPresent()) {
            words.add("clocks of " + trigger.timezone().getId());
        }
        Duration jitter = get(TriggerKeys.JITTER);
        if (jitter != null) {
            words.add("up to " + Span.words(jitter) + " later, by chance");
        }
        if (Boolean.TRUE.equals(get(TriggerKeys.CATCH_UP))) {
            words.add("the latest missed time is made up for");
        }
        return String.join("; ", words);
    }

    private <T> T get(Key<T> key) {
        return trigger.values().get(key);
    }

    private String when() {
        return switch (trigger.type()) {
            case SCHEDULE -> cron(get(TriggerKeys.SCHEDULE));
            case INTERVAL -> interval();
            case ONCE -> "once, at " + get(TriggerKeys.AT);
            case DAILY -> "each day at " + get(TriggerKeys.AT);
            case WEEKLY -> "each " + weekdays() + " at " + get(TriggerKeys.AT);
            case MONTHLY -> "on " + dayOfMonth() + " of each month at " + get(TriggerKeys.AT);
            case ON_NEW_DATA -> newData();
            case STREAM -> stream();
            case MANUAL -> "when somebody asks for it";
        };
    }

    private static String cron(Cron cron) {
        CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.QUARTZ));
        String words = CronDescriptor.instance(Locale.UK).describe(parser.parse(cron.quartz()));
        return words.replaceAll("\\s+", " ").strip() + " (cron " + cron.text().strip() + ")";
    }

    private String interval() {
        Moment start = get(TriggerKeys.START_AT);
        Moment end = get(TriggerKeys.END_AT);
        Long repeat = get(TriggerKeys.REPEAT);
        return "every " + span(get(TriggerKeys.EVERY))
                + (start == null ? "" : ", from " + start + " on")
                + (end == null ? "" : ", until " + end)
                + (repeat == null || repeat == 0 ? "" : ", " + repeat + (repeat == 1 ? " time" : " times"));
    }

    private static String span(TemporalAmount span) {
        if (span instanceof Duration duration) {
            return Span.words(duration);
        }
        Period period = ((Period) span).normalized();
        List<String> words = new ArrayList<>();
        count(words, period.getYears(), "year");
        count(words, period.getMonths(), "month");
        count(words, period.getDays(), "day");
        return String.join(" ", words);
    }

    private static void count(List<String> words, int number, String unit) {
        if (number > 0) {
            words.add(number + " " + unit + (number == 1 ? "" : "s"));
        }
    }

    private String weekdays() {
        List<String> days = get(TriggerKeys.ON).stream()
                .map(day -> day.substring(0, 1).toUpperCase(Locale.ROOT)
                        + day.substring(1).toLowerCase(Locale.ROOT))
                .toList();
        return days.size() < 2
                ? String.join("", days)
                : String.join(", ", days.subList(0, days.size() - 1)) + " and " + days.get(days.size() - 1);
    }

    private String dayOfMonth() {
        int day = ((Times.Days) trigger.times().orElseThrow()).dayOfMonth();
        return day == LONGEST_MONTH ? "the last day" : "day " + day;
    }

    private String newData() {
        String channel = get(TriggerKeys.CHANNEL);
        return "when there is new data; it looks every " + Span.words(trigger.looks())
                + (channel == null ? "" : ", and at once when channel " + channel + " says so");
    }

    private String stream() {
        Trigger.MicroBatches batches = trigger.batches();
        return "as rows come, " + Span.words(batches.maxDelay()) + " after the first"
                + (batches.maxRows() == 0 ? "" : ", or at once with " + batches.maxRows() + " of them");
    }
}
