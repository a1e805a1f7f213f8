package io.waybill.query;

import io.waybill.database.SharedSnapshot;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.query.RangePlanner.Division;
import io.waybill.rows.RowRange;
import java.math.BigDecimal;
import java.sql.Date;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * Ranges of a query's rows that several processes read: they have no row in common and make up the whole. Where they end is kept as text,
 * and read back as a value, by all of them alike.
 *
 * @param key the column whose values they are ranges of; null for pages of the table
 * @param bounds where one range ends and the next begins, in order: one fewer than there are ranges
 * @param words for people: by what it is divided, or why it is one range
 * @param oneSnapshot whether all of them are read in one snapshot
 */
public record SharedRanges(
        Source source, Query query, SourceColumn key, List<String> bounds, String words, boolean oneSnapshot) {

    /** No bound is longer, in code points. One that is, is left out: fewer ranges are the whole as well. */
    private static final int LONGEST = 500;

    /** Dates before, and after the last one, have no text of four digits of a year. */
    private static final LocalDate FIRST = LocalDate.of(1, 1, 1);

    private static final LocalDate LAST = LocalDate.of(9999, 12, 31);

    public SharedRanges {
        bounds = List.copyOf(bounds);
    }

    static SharedRanges of(Source source, Query query, SourceColumn key, Division division, boolean oneSnapshot) {
        List<String> bounds = division.bounds().stream()
                .filter(SharedRanges::hasYear)
                .map(SharedRanges::text)
                .filter(text -> text.codePointCount(0, text.length()) <= LONGEST)
                .distinct()
                .toList();
        boolean isNone = bounds.isEmpty() && !division.bounds().isEmpty();
        return new SharedRanges(
                source,
                query,
                key,
                bounds,
                isNone
                        ? "its keys are longer than " + LONGEST + " characters, or dates outside the years 1 to 9999"
                        : division.words(),
                oneSnapshot);
    }

    private static boolean hasYear(Object bound) {
        if (bound instanceof Date date) {
            return !date.before(Date.valueOf(FIRST)) && !date.after(Date.valueOf(LAST));
        }
        return !(bound instanceof LocalDate date) || !date.isBefore(FIRST) && !date.isAfter(LAST);
    }

    private static String text(Object bound) {
        return bound instanceof BigDecimal number ? number.toPlainString() : bound.toString();
    }

    /** A range, by where it begins and where the next one does. */
    public record Bounds(String from, String to) {}

    /** All of them, in order. */
    public List<Bounds> all() {
        List<Bounds> all = new ArrayList<>();
        String from = null;
        for (String to : bounds) {
            all.add(new Bounds(from, to));
            from = to;
        }
        all.add(new Bounds(from, null));
        return all;
    }

    /** What the ranges are of, for comparison. */
    public String by() {
        return key == null ? RangePlanner.PAGE : key.name();
    }

    /** The query of a range. */
    public RowRange query(Bounds range) {
        return query.within(
                key == null
                        ? Division.between(
                                RangePlanner.PAGE, RangePlanner.PAGE_PARAMETER, range.from(), range.to(), false)
                        : Division.between(
                                source.database().quote(key.name()),
                                "?",
                                value(range.from()),
                                value(range.to()),
                                key.nullable()));
    }

    private Object value(String bound) {
        return bound == null ? null : new FilterSql(source, null, new ArrayList<>()).bound(key, bound);
    }

    /** What they see, in words. */
    public String sees() {
        return oneSnapshot
                ? source.database().sharedSnapshot().map(SharedSnapshot::words).orElseThrow()
                : "each range in a snapshot of its own: rows that are written meanwhile may be there or not";
    }
}
