package io.waybill.database;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;

/** Dates and times that a database keeps as text in ISO 8601, with a T or a blank before the time. */
final class IsoTimes {

    private static final DateTimeFormatter FORM = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .appendPattern("['T'][' ']")
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .optionalStart()
            .appendOffsetId()
            .toFormatter(Locale.ROOT)
            .withResolverStyle(java.time.format.ResolverStyle.STRICT);

    private IsoTimes() {}

    /** A date, with or without a midnight behind it. */
    static LocalDate date(String text) {
        TemporalAccessor found = parse(text, "a date");
        LocalTime time = found.query(TemporalQueries.localTime());
        if (found.isSupported(ChronoField.OFFSET_SECONDS) || time != null && !time.equals(LocalTime.MIDNIGHT)) {
            throw new DateTimeException("\"" + text + "\" is more than a date: declare the column as type = \""
                    + (found.isSupported(ChronoField.OFFSET_SECONDS) ? "timestamptz" : "timestamp")
                    + "\" in datasets.toml");
        }
        return found.query(TemporalQueries.localDate());
    }

    static void appendLocal(ColumnValues out, String text) {
        TemporalAccessor found = parse(text, "a timestamp");
        if (found.isSupported(ChronoField.OFFSET_SECONDS)) {
            throw new DateTimeException(
                    "\"" + text + "\" has a zone: declare the column as type = \"timestamptz\" in datasets.toml");
        }
        LocalTime time = found.query(TemporalQueries.localTime());
        LocalDateTime local =
                LocalDateTime.of(found.query(TemporalQueries.localDate()), time == null ? LocalTime.MIDNIGHT : time);
        requireDigits(out, local.getNano(), text);
        TimeText.append(out, local);
    }

    static void appendInstant(ColumnValues out, String text) {
        TemporalAccessor found = parse(text, "a point in time");
        if (!found.isSupported(ChronoField.OFFSET_SECONDS)) {
            throw new DateTimeException(
                    "\"" + text + "\" has no zone: declare the column as type = \"timestamp\" in datasets.toml");
        }
        OffsetDateTime instant = OffsetDateTime.from(found);
        requireDigits(out, instant.getNano(), text);
        TimeText.append(out, instant);
    }

    private static void requireDigits(ColumnValues out, int nanos, String text) {
        if (!out.type().hasNanos() && nanos % 1000 != 0) {
            throw new DateTimeException("\"" + text + "\" has more digits than " + out.type()
                    + " keeps: declare a column of more, up to 9, in datasets.toml");
        }
    }

    private static TemporalAccessor parse(String text, String wanted) {
        try {
            return FORM.parse(text);
        } catch (DateTimeException e) {
            throw new DateTimeException("the text \"" + (text.length() > 40 ? text.substring(0, 40) + "…" : text)
                    + "\" is not " + wanted + " in ISO 8601: declare the column as type = \"text\" in datasets.toml");
        }
    }
}
