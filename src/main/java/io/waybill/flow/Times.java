package io.waybill.flow;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAmount;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The points in time that a trigger fires at. They follow from what the trigger says alone, not from when a process was started: so all
 * processes mean the same, and it is known what one that was down has missed.
 *
 * <p>Of a time of day that clocks jump over, as much later as they jump; of one that they show twice, the first. Only cron is Quartz's.
 */
public sealed interface Times permits Times.Scheduled, Times.Interval, Times.Once, Times.Days {

    /** The first of them after a time; empty where there is none any more. */
    Optional<Instant> next(Instant after);

    /** The last of them up to a time, that time included; empty where there was none yet. */
    Optional<Instant> latest(Instant upTo);

    /** Those of cron, in a zone. */
    record Scheduled(Cron cron, ZoneId zone) implements Times {

        private static final List<Duration> LOOKING_BACK = List.of(
                Duration.ofMinutes(1),
                Duration.ofHours(1),
                Duration.ofDays(1),
                Duration.ofDays(32),
                Duration.ofDays(366),
                Cron.LONGEST);

        private static final Duration TWO_YEARS = Duration.ofDays(2 * 366);

        @Override
        public Optional<Instant> next(Instant after) {
            return cron.next(after.atZone(zone)).map(time -> time.toInstant());
        }

        @Override
        public Optional<Instant> latest(Instant upTo) {
            return LOOKING_BACK.stream() // cron looks forward alone
                    .flatMap(back -> next(upTo.minus(back)).stream())
                    .filter(time -> !time.isAfter(upTo))
                    .findFirst()
                    .map(first -> lastFrom(first, upTo));
        }

        /** The next time that it has none of, since clocks jump over it, and that a time of day would be put off; empty for none in two years. */
        public Optional<LocalDateTime> leavesOut(Instant after) {
            Instant until = after.plus(TWO_YEARS);
            return Stream.iterate(
                            zone.getRules().nextTransition(after),
                            change -> change != null && change.getInstant().isBefore(until),
                            change -> zone.getRules().nextTransition(change.getInstant()))
                    .filter(ZoneOffsetTransition::isGap)
                    .flatMap(change -> leftOut(change).stream())
                    .findFirst();
        }

        /** By clocks that are not changed it would have a time then, and by those that are it has none at that moment. */
        private Optional<LocalDateTime> leftOut(ZoneOffsetTransition gap) {
            ZonedDateTime before =
                    gap.getDateTimeBefore().atZone(gap.getOffsetBefore()).minusSeconds(1);
            return Stream.iterate(cron.next(before), Optional::isPresent, time -> cron.next(time.get()))
                    .map(Optional::get)
                    .takeWhile(time -> time.toLocalDateTime().isBefore(gap.getDateTimeAfter()))
                    .filter(time -> !next(time.toInstant().minusSeconds(1)).equals(Optional.of(time.toInstant())))
                    .map(ZonedDateTime::toLocalDateTime)
                    .findFirst();
        }

        private Instant lastFrom(Instant first, Instant upTo) {
            Instant last = first;
            Optional<Instant> next = Optional.of(first);
            while (next.isPresent() && !next.get().isAfter(upTo)) {
                last = next.get();
                next = next(last);
            }
            return last;
        }
    }

    /**
     * Again and again after a span: hours and less as they pass, days and more by the calendar of the zone.
     *
     * @param every how long it is from one to the next
     * @param start the first, in the zone
     * @param end none is later; null for no end
     * @param repeat how many there are; 0 for any number
     */
    record Interval(TemporalAmount every, ZonedDateTime start, Instant end, long repeat) implements Times {

        @Override
        public Optional<Instant> next(Instant after) {
            long number = number(after) + 1;
            return repeat > 0 && number >= repeat
                    ? Optional.empty()
                    : Optional.of(time(number)).filter(time -> end == null || !time.isAfter(end));
        }

        @Override
        public Optional<Instant> latest(Instant upTo) {
            long number = number(end != null && end.isBefore(upTo) ? end : upTo);
            if (repeat > 0) {
                number = Math.min(number, repeat - 1);
            }
            return number < 0 ? Optional.empty() : Optional.of(time(number));
        }

        private Instant time(long number) {
            if (number == 0) {
                return start.toInstant();
            }
            return every instanceof Duration span
                    ? start.toInstant().plus(span.multipliedBy(number))
                    : start.toLocalDateTime()
                            .plusMonths(((Period) every).toTotalMonths() * number)
                            .plusDays(((Period) every).getDays() * number)
                            .atZone(start.getZone())
                            .toInstant();
        }

        /** How many there are up to a time, less one: their numbers begin at 0. */
        private long number(Instant upTo) {
            if (upTo.isBefore(time(0))) {
                return -1;
            }
            long number = Math.max(0, guess(upTo));
            while (number > 0 && time(number).isAfter(upTo)) {
                number--;
            }
            while (!time(number + 1).isAfter(upTo)) {
                number++;
            }
            return number;
        }

        private long guess(Instant upTo) {
            if (every instanceof Duration span) {
                return Duration.between(start.toInstant(), upTo).dividedBy(span);
            }
            Period span = (Period) every;
            ZonedDateTime then = upTo.atZone(start.getZone());
            return span.toTotalMonths() == 0
                    ? ChronoUnit.DAYS.between(start, then) / span.getDays()
                    : ChronoUnit.MONTHS.between(start, then) / (span.toTotalMonths() + span.getDays() / 28 + 1);
        }
    }

    /** One time. */
    record Once(Instant at) implements Times {

        @Override
        public Optional<Instant> next(Instant after) {
            return Optional.of(at).filter(time -> time.isAfter(after));
        }

        @Override
        public Optional<Instant> latest(Instant upTo) {
            return Optional.of(at).filter(time -> !time.isAfter(upTo));
        }
    }

    /**
     * At a time of day, on some days.
     *
     * @param weekdays the days of the week; empty for all
     * @param dayOfMonth the day of the month, 31 for the last; in months that have no such day, their last; 0 for all
     */
    record Days(Set<DayOfWeek> weekdays, int dayOfMonth, LocalTime at, ZoneId zone) implements Times {

        /** The longest there is between two of them. */
        private static final int A_MONTH = 31;

        public Days {
            weekdays = Set.copyOf(weekdays);
        }

        @Override
        public Optional<Instant> next(Instant after) {
            LocalDate today = LocalDate.ofInstant(after, zone);
            return today.minusDays(1) // whose time may have been put off past midnight
                    .datesUntil(today.plusDays(A_MONTH + 2))
                    .filter(this::isOn)
                    .map(this::time)
                    .filter(time -> time.isAfter(after))
                    .findFirst();
        }

        @Override
        public Optional<Instant> latest(Instant upTo) {
            LocalDate today = LocalDate.ofInstant(upTo, zone);
            return today.minusDays(A_MONTH + 2)
                    .datesUntil(today.plusDays(1))
                    .filter(this::isOn)
                    .map(this::time)
                    .filter(time -> !time.isAfter(upTo))
                    .reduce((earlier, later) -> later);
        }

        private boolean isOn(LocalDate date) {
            return (weekdays.isEmpty() || weekdays.contains(date.getDayOfWeek()))
                    && (dayOfMonth == 0 || date.getDayOfMonth() == Math.min(dayOfMonth, date.lengthOfMonth()));
        }

        private Instant time(LocalDate date) {
            return date.atTime(at).atZone(zone).toInstant();
        }
    }
}
