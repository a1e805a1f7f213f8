package io.waybill.part;

import io.waybill.flow.ColumnType;
import io.waybill.flow.Split.Period;
import io.waybill.rows.ColumnVector;
import io.waybill.rows.RowBatch;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;

/**
 * Tells where rows that come in the order of their time pass from one span of the calendar into the next. Rows without a time have a
 * span of their own.
 */
public final class TimeSpans implements Spans {

    private static final long MICROS = 1_000_000;

    private final int column;
    private final ColumnType.Kind kind;
    private final Period every;
    private final ZoneId zone;
    private boolean entered;
    private boolean withoutTime;
    private long from;
    private long last;

    /**
     * @param column the index of a column of dates, timestamps or instants
     * @param zone whose calendar instants are put into
     */
    public TimeSpans(int column, ColumnType.Kind kind, Period every, ZoneId zone) {
        this.column = column;
        this.kind = kind;
        this.every = every;
        this.zone = zone;
    }

    @Override
    public boolean contains(RowBatch batch, int row) {
        ColumnVector times = batch.column(column);
        if (!entered || times.isNull(row) || withoutTime) {
            return entered && withoutTime == times.isNull(row);
        }
        long time = times.longAt(row);
        return time >= from && time <= last;
    }

    @Override
    public void enter(RowBatch batch, int row) {
        ColumnVector times = batch.column(column);
        entered = true;
        withoutTime = times.isNull(row);
        if (withoutTime) {
            return;
        }
        long time = times.longAt(row);
        if (ColumnType.isInfinite(time)) {
            from = time;
            last = time;
        } else {
            setBounds(time);
        }
    }

    private void setBounds(long time) {
        if (kind == ColumnType.Kind.DATE) {
            LocalDate start = startOf(LocalDate.ofEpochDay(time));
            from = start.toEpochDay();
            last = next(start.atStartOfDay()).toLocalDate().toEpochDay() - 1;
            return;
        }
        ZoneId calendar = kind == ColumnType.Kind.INSTANT ? zone : ZoneOffset.UTC;
        Instant instant = Instant.ofEpochSecond(Math.floorDiv(time, MICROS), Math.floorMod(time, MICROS) * 1000);
        LocalDateTime local = instant.atZone(calendar).toLocalDateTime();
        if (every == Period.HOUR) { // whatever a change of the clocks does to it
            long second = Math.floorDiv(time, MICROS);
            long start = second - local.getMinute() * 60L - local.getSecond();
            from = micros(start);
            last = micros(start + 3600) - 1;
            return;
        }
        LocalDateTime start = startOf(local.toLocalDate()).atStartOfDay();
        from = micros(start.atZone(calendar).toEpochSecond());
        last = micros(next(start).atZone(calendar).toEpochSecond()) - 1;
    }

    /** Of the span in which the first time that there is lies, or the last one, as much as there is; those themselves are infinite. */
    private static long micros(long second) {
        if (second > Long.MAX_VALUE / MICROS) {
            return Long.MAX_VALUE;
        }
        return second < Long.MIN_VALUE / MICROS ? Long.MIN_VALUE + 1 : second * MICROS;
    }

    private LocalDate startOf(LocalDate day) {
        return switch (every) {
            case HOUR, DAY -> day;
            case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case MONTH -> day.withDayOfMonth(1);
            case YEAR -> day.withDayOfYear(1);
        };
    }

    private LocalDateTime next(LocalDateTime start) {
        return switch (every) {
            case HOUR, DAY -> start.plus(1, ChronoUnit.DAYS);
            case WEEK -> start.plus(1, ChronoUnit.WEEKS);
            case MONTH -> start.plus(1, ChronoUnit.MONTHS);
            case YEAR -> start.plus(1, ChronoUnit.YEARS);
        };
    }
}
