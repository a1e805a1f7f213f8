package io.waybill.flow;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * From which day on rows may leave, by the time column of their data set. Days are those of UTC.
 *
 * @param notBefore that day, or one before what {@code lastDays} says; null for none
 * @param lastDays so many days before today, and today; 0 for any number
 */
public record DateLimit(LocalDate notBefore, long lastDays) {

    /** Any row may leave. */
    public static final DateLimit NONE = new DateLimit(null, 0);

    /** A century; more would be no limit that anybody means. */
    public static final long MOST_DAYS = 36_500;

    public boolean isNone() {
        return notBefore == null && lastDays == 0;
    }

    /** The first day whose rows may leave at a time; null for any. */
    public LocalDate firstDay(Instant now) {
        if (lastDays == 0) {
            return notBefore;
        }
        LocalDate last = LocalDate.ofInstant(now, ZoneOffset.UTC).minusDays(lastDays);
        return notBefore == null || last.isAfter(notBefore) ? last : notBefore;
    }

    /** Whether no row may leave by it that may not leave by another one, today and on all later days. */
    public boolean isWithin(DateLimit other) {
        boolean days = other.lastDays == 0 || lastDays != 0 && lastDays <= other.lastDays;
        boolean dates = other.notBefore == null || notBefore != null && !notBefore.isBefore(other.notBefore);
        return days && dates;
    }

    /** What a flow has to say for it to hold, in words; empty for nothing. */
    public String asKeys() {
        List<String> keys = new ArrayList<>();
        if (notBefore != null) {
            keys.add(ExportKeys.NOT_BEFORE.name() + " = \"" + notBefore + "\" or a later day");
        }
        if (lastDays != 0) {
            keys.add(ExportKeys.LAST_DAYS.name() + " = " + lastDays + " or less");
        }
        return String.join(", and ", keys);
    }

    /** In words, for people who look through grants; empty for nothing. */
    public String words() {
        List<String> words = new ArrayList<>();
        if (notBefore != null) {
            words.add("from " + notBefore + " on");
        }
        if (lastDays != 0) {
            words.add("last " + lastDays + (lastDays == 1 ? " day" : " days"));
        }
        return String.join(", ", words);
    }
}
