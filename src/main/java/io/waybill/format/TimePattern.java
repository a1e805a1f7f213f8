package io.waybill.format;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.rows.Column;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;

/**
 * An author's pattern for dates or timestamps.
 *
 * @param pattern as it was written
 * @param formatter what writes it
 * @param anyEra whether a year before 1 can be told from one after it: {@code y} counts within an era, {@code G} names it
 */
record TimePattern(String pattern, DateTimeFormatter formatter, boolean anyEra) {

    static TimePattern of(String pattern) {
        if (pattern == null) {
            return null;
        }
        String letters = pattern.replaceAll("'[^']*'", "");
        boolean anyEra = letters.indexOf('y') < 0 || letters.indexOf('G') >= 0;
        return new TimePattern(pattern, DateTimeFormatter.ofPattern(pattern, Locale.ROOT), anyEra);
    }

    /**
     * Refuses a column without a zone whose zone the pattern shows.
     *
     * @param key the pattern's option
     */
    void requireNoZone(Column column, String key) {
        try {
            formatter.format(LocalDateTime.of(2026, 1, 15, 10, 0));
        } catch (DateTimeException e) {
            throw new WaybillException(
                    Stage.ENCODE,
                    key + ": \"" + pattern + "\" shows a zone, which column \"" + column.name() + "\" (" + column.type()
                            + ") has not; leave the zone out of the pattern, or declare the column as type = \"timestamptz\""
                            + " in datasets.toml",
                    e);
        }
    }

    String format(TemporalAccessor time) {
        if (!anyEra && time.get(ChronoField.YEAR) < 1) {
            throw new IllegalArgumentException("the year " + time.get(ChronoField.YEAR) + " has no form in \"" + pattern
                    + "\": y counts the years of an era; write u in its place, or add G");
        }
        return formatter.format(time);
    }
}
