package io.waybill.flow;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Period;
import java.time.temporal.TemporalAmount;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Spans of time as flows write them: {@code 30 days}, {@code 6 hours}, {@code 15m}, {@code 500ms}, or {@code PT15M} of ISO 8601. */
public final class Span {

    private static final Pattern SPAN = Pattern.compile("(\\d{1,18})\\s*([A-Za-z]+)");
    private static final Pattern FRACTION = Pattern.compile("\\d*[.,]\\d+\\s*[A-Za-z]+");
    private static final Pattern ISO = Pattern.compile("P[0-9T].*", Pattern.CASE_INSENSITIVE);

    private static final Set<String> UNITS =
            Set.of("ms", "seconds", "minutes", "hours", "days", "weeks", "months", "years");

    private static final long MOST_YEARS = 1000;
    private static final Duration LONGEST = Duration.ofDays(MOST_YEARS * 366);
    private static final Duration LONGEST_EXACT = Duration.ofDays(100 * 366);

    private Span() {}

    /**
     * A span of any unit.
     *
     * @throws IllegalArgumentException when it is none; the message says what one looks like
     */
    public static TemporalAmount parse(Object text) {
        String trimmed = text.toString().trim();
        Matcher matcher = SPAN.matcher(trimmed);
        if (matcher.matches()) {
            return of(Long.parseLong(matcher.group(1)), matcher.group(2), text);
        }
        if (ISO.matcher(trimmed).matches()) {
            return iso(trimmed, text);
        }
        if (trimmed.startsWith("-") && SPAN.matcher(trimmed.substring(1).trim()).matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is negative; a span of time is not");
        }
        if (FRACTION.matcher(trimmed).matches()) {
            throw new IllegalArgumentException("\"" + text
                    + "\" has a fraction; write a whole number of a smaller unit, for example \"90 minutes\"");
        }
        throw new IllegalArgumentException("\"" + text + "\" is not a span of time; write for example \"30 days\","
                + " \"6 hours\" or \"3 months\"");
    }

    private static TemporalAmount of(long amount, String unit, Object text) {
        // of no unit are there so many in the longest span
        long most = Math.min(amount, LONGEST.toMillis() + 1);
        int calendar = (int) Math.min(amount, Integer.MAX_VALUE / 12);
        return limited(
                switch (unit.toLowerCase(Locale.ROOT)) {
                    case "ms", "millisecond", "milliseconds" -> Duration.ofMillis(most);
                    case "s", "sec", "secs", "second", "seconds" -> Duration.ofSeconds(most);
                    case "m", "min", "mins", "minute", "minutes" -> Duration.ofMinutes(most);
                    case "h", "hour", "hours" -> Duration.ofHours(most);
                    case "d", "day", "days" -> Period.ofDays(calendar);
                    case "w", "week", "weeks" -> Period.ofWeeks(calendar);
                    case "month", "months" -> Period.ofMonths(calendar);
                    case "year", "years" -> Period.ofYears(calendar);
                    default ->
                        throw new IllegalArgumentException("\"" + text + "\" is not a span of time: \"" + unit
                                + "\" is not known; allowed: " + String.join(", ", new TreeSet<>(UNITS))
                                + NearestName.hint(unit, UNITS));
                },
                text);
    }

    private static TemporalAmount iso(String span, Object text) {
        TemporalAmount parsed;
        try {
            parsed = span.toUpperCase(Locale.ROOT).contains("T") ? Duration.parse(span) : Period.parse(span);
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a span of time of ISO 8601; write for example \"PT15M\" or \"P30D\"", e);
        }
        boolean negative = parsed instanceof Duration duration ? duration.isNegative() : ((Period) parsed).isNegative();
        if (negative) {
            throw new IllegalArgumentException("\"" + text + "\" is negative; a span of time is not");
        }
        if (parsed instanceof Duration duration && duration.toNanosPart() % 1_000_000 != 0) {
            throw new IllegalArgumentException("\"" + text + "\" is finer than a millisecond");
        }
        return limited(parsed, text);
    }

    private static TemporalAmount limited(TemporalAmount span, Object text) {
        boolean longer = span instanceof Duration duration
                ? duration.compareTo(LONGEST) > 0
                : ((Period) span).toTotalMonths() > MOST_YEARS * 12 || ((Period) span).getDays() > LONGEST.toDays();
        if (longer) {
            throw new IllegalArgumentException("\"" + text + "\" is longer than " + MOST_YEARS + " years");
        }
        return span;
    }

    /**
     * A span of any unit that is one.
     *
     * @throws IllegalArgumentException when it is none, or of no length
     */
    public static TemporalAmount positive(Object text) {
        TemporalAmount span = parse(text);
        boolean none = span instanceof Duration duration ? duration.isZero() : ((Period) span).isZero();
        if (none) {
            throw new IllegalArgumentException("\"" + text + "\" is no time at all");
        }
        return span;
    }

    /**
     * A span that is as long whenever it begins: seconds to weeks, where a day has 24 hours.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static Duration exact(Object text) {
        TemporalAmount span = parse(text);
        Duration exact;
        if (span instanceof Duration duration) {
            exact = duration;
        } else if (((Period) span).toTotalMonths() != 0) {
            throw new IllegalArgumentException("\"" + text
                    + "\" is longer or shorter by the calendar; write seconds, minutes, hours, days or weeks");
        } else {
            exact = Duration.ofDays(((Period) span).getDays());
        }
        if (exact.compareTo(LONGEST_EXACT) > 0) { // whose nanoseconds a long holds
            throw new IllegalArgumentException("\"" + text + "\" is longer than 100 years");
        }
        return exact;
    }

    /** The form that {@link #exact} reads: {@code 300s}. */
    public static String text(Duration span) {
        return span.toMillisPart() == 0 ? span.toSeconds() + "s" : span.toMillis() + "ms";
    }

    /** For people: {@code 5 minutes}. */
    public static String words(Duration span) {
        if (span.toMillisPart() != 0) {
            return count(span.toMillis(), "millisecond");
        }
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
