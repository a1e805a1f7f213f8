package io.waybill.flow;

import java.time.Duration;
import java.time.Period;
import java.time.temporal.TemporalAmount;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Spans of time as flows write them: {@code 30 days}, {@code 6 hours}, {@code 15m}. */
public final class Span {

    private static final Pattern SPAN = Pattern.compile(
            "(\\d{1,6})\\s*(s|sec|second|m|min|minute|h|hour|d|day|w|week|month|year)s?", Pattern.CASE_INSENSITIVE);

    private Span() {}

    /**
     * A span of any unit.
     *
     * @throws IllegalArgumentException when it is none; the message says what one looks like
     */
    public static TemporalAmount parse(Object text) {
        Matcher matcher = SPAN.matcher(text.toString().trim());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not a span of time; write for example \"30 days\","
                    + " \"6 hours\" or \"3 months\"");
        }
        int amount = Integer.parseInt(matcher.group(1));
        return switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
            case "second", "sec", "s" -> Duration.ofSeconds(amount);
            case "minute", "min", "m" -> Duration.ofMinutes(amount);
            case "hour", "h" -> Duration.ofHours(amount);
            case "day", "d" -> Period.ofDays(amount);
            case "week", "w" -> Period.ofWeeks(amount);
            case "month" -> Period.ofMonths(amount);
            default -> Period.ofYears(amount);
        };
    }

    /**
     * A span that is as long whenever it begins: seconds to weeks, where a day has 24 hours.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static Duration exact(Object text) {
        TemporalAmount span = parse(text);
        if (span instanceof Duration duration) {
            return duration;
        }
        Period period = (Period) span;
        if (period.toTotalMonths() != 0) {
            throw new IllegalArgumentException("\"" + text
                    + "\" is longer or shorter by the calendar; write seconds, minutes, hours, days or weeks");
        }
        return Duration.ofDays(period.getDays());
    }

    /** For people: {@code 5 minutes}. */
    public static String words(Duration span) {
        long seconds = span.toSeconds();
        if (seconds >= 86_400 && seconds % 86_400 == 0) {
            return count(seconds / 86_400, "day");
        }
        if (seconds >= 3600 && seconds % 3600 == 0) {
            return count(seconds / 3600, "hour");
        }
        return seconds >= 60 && seconds % 60 == 0 ? count(seconds / 60, "minute") : count(seconds, "second");
    }

    private static String count(long number, String unit) {
        return number + " " + unit + (number == 1 ? "" : "s");
    }
}
