package io.waybill.database;

import io.waybill.database.JdbcReaders.Appender;
import io.waybill.flow.ColumnType.Kind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Calendar;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.Locale;
import java.util.TimeZone;
import java.util.function.Function;

/**
 * Dates and times by JDBC alone. A driver that answers with java.sql's old classes in between counts days before 1582-10-15 by another
 * calendar; so old days have to be the same in the driver's text.
 */
final class StandardTimes {

    private static final LocalDate GREGORIAN = LocalDate.of(1582, 10, 15);
    private static final long DAY_MILLIS = 86_400_000;

    private StandardTimes() {}

    /** The reader of a column of that kind: a date, a timestamp or an instant. */
    static ColumnReader readerFor(Kind kind) {
        return switch (kind) {
            case DATE -> times(LocalDate.class, date -> date, TimeText::append);
            case TIMESTAMP -> times(LocalDateTime.class, LocalDateTime::toLocalDate, TimeText::append);
            case INSTANT -> times(OffsetDateTime.class, OffsetDateTime::toLocalDate, TimeText::append);
            default -> throw new IllegalArgumentException(kind + " is no time");
        };
    }

    /** The reader of dates where the driver has no java.time, and reads a date's fields into the calendar that it is given. */
    static ColumnReader datesByCalendar() {
        Calendar calendar = calendar();
        return JdbcReaders.objects(
                (row, index) -> row.getDate(index, calendar),
                (out, value) -> out.appendLong(Math.floorDiv(value.getTime(), DAY_MILLIS)));
    }

    /** Likewise of timestamps. */
    static ColumnReader timestampsByCalendar() {
        Calendar calendar = calendar();
        return JdbcReaders.objects(
                (row, index) -> row.getTimestamp(index, calendar),
                (out, value) -> TimeText.append(out, value.toInstant()));
    }

    private static <T> ColumnReader times(Class<T> type, Function<T, LocalDate> day, Appender<T> appender) {
        return JdbcReaders.objects(
                (row, index) -> {
                    T value = row.getObject(index, type);
                    if (value != null) {
                        requireSame(day.apply(value), row, index);
                    }
                    return value;
                },
                appender);
    }

    private static void requireSame(LocalDate date, ResultSet row, int index) throws SQLException {
        if (date.isBefore(GREGORIAN)) {
            String text = row.getString(index);
            if (text == null || !text.startsWith(date.toString())) {
                throw new DateTimeException("the driver hands over " + date + " where its text is \"" + text
                        + "\": declare the column as type = \"text\" in datasets.toml");
            }
        }
    }

    /** A calendar without a change to it from the Julian one, and without hours that a change of clocks leaves out. */
    private static Calendar calendar() {
        GregorianCalendar calendar = new GregorianCalendar(TimeZone.getTimeZone("UTC"), Locale.ROOT);
        calendar.setGregorianChange(new Date(Long.MIN_VALUE));
        return calendar;
    }
}
