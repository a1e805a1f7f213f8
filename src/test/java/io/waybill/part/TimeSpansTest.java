package io.waybill.part;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.flow.ColumnType;
import io.waybill.flow.Split.Period;
import io.waybill.rows.Column;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowSchema;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where rows in the order of their time pass into another span of the calendar. */
class TimeSpansTest {

    private static final ColumnType INSTANT = ColumnType.instant(6);

    /** The rows at which a span begins; null stands for a row without a time. */
    private static List<Integer> beginnings(ColumnType type, Period every, String zone, Long... times) {
        RowBatch batch = new RowBatch(new RowSchema(List.of(new Column("at", type, true))));
        for (Long time : times) {
            if (time == null) {
                batch.column(0).appendNull();
            } else {
                batch.column(0).appendLong(time);
            }
            batch.endRow();
        }
        TimeSpans spans = new TimeSpans(0, type.kind(), every, ZoneId.of(zone));
        List<Integer> found = new ArrayList<>();
        for (int row = 0; row < batch.rows(); row = spans.end(batch, row, batch.rows())) {
            assertThat(spans.contains(batch, row)).isFalse();
            spans.enter(batch, row);
            assertThat(spans.contains(batch, row)).isTrue();
            found.add(row);
        }
        return found;
    }

    private static Long at(String instant) {
        return Instant.parse(instant).getEpochSecond() * 1_000_000;
    }

    private static Long day(String date) {
        return LocalDate.parse(date).toEpochDay();
    }

    @Test
    void daysBeginAtMidnightOfTheirZone() {
        Long[] times = {at("2026-01-15T22:59:59Z"), at("2026-01-15T23:00:00Z"), at("2026-01-16T00:00:00Z")};

        assertThat(beginnings(INSTANT, Period.DAY, "Europe/Vienna", times)).containsExactly(0, 1);
        assertThat(beginnings(INSTANT, Period.DAY, "UTC", times)).containsExactly(0, 2);
    }

    @Test
    void aDayOnWhichClocksArePutBackIsOneSpan() {
        assertThat(beginnings(
                        INSTANT,
                        Period.DAY,
                        "Europe/Vienna",
                        at("2026-10-24T22:00:00Z"),
                        at("2026-10-25T22:59:59Z"),
                        at("2026-10-25T23:00:00Z")))
                .containsExactly(0, 2);
    }

    @Test
    void hoursGoOnWhileClocksArePutBack() {
        assertThat(beginnings(
                        INSTANT,
                        Period.HOUR,
                        "Europe/Vienna",
                        at("2026-10-25T00:30:00Z"),
                        at("2026-10-25T01:00:00Z"),
                        at("2026-10-25T01:59:59Z"),
                        at("2026-10-25T02:00:00Z")))
                .containsExactly(0, 1, 3);
    }

    /** Else no span had them, and files without rows began without an end. */
    @Test
    void theFirstTimeThatThereIsAndTheLastLieInSpans() {
        for (Period every : Period.values()) {
            for (String zone : List.of("UTC", "Europe/Vienna", "America/New_York")) {
                assertThat(beginnings(INSTANT, every, zone, Long.MIN_VALUE, Long.MIN_VALUE + 1, Long.MIN_VALUE + 2))
                        .as("%s in %s", every, zone)
                        .containsExactly(0, 1);
                assertThat(beginnings(INSTANT, every, zone, Long.MAX_VALUE - 2, Long.MAX_VALUE - 1, Long.MAX_VALUE))
                        .containsExactly(0, 2);
            }
        }
    }

    @Test
    void weeksBeginOnMonday() {
        assertThat(beginnings(
                        ColumnType.DATE,
                        Period.WEEK,
                        "UTC",
                        day("2026-01-04"),
                        day("2026-01-05"),
                        day("2026-01-11"),
                        day("2026-01-12")))
                .containsExactly(0, 1, 3);
    }

    @Test
    void monthsAndYearsAreThoseOfTheCalendarBefore1970Too() {
        Long[] days = {day("1899-12-31"), day("1900-01-01"), day("1900-02-28"), day("1900-03-01")};

        assertThat(beginnings(ColumnType.DATE, Period.MONTH, "UTC", days)).containsExactly(0, 1, 2, 3);
        assertThat(beginnings(ColumnType.DATE, Period.YEAR, "UTC", days)).containsExactly(0, 1);
    }

    @Test
    void rowsWithoutATimeAndInfiniteOnesHaveSpansOfTheirOwn() {
        assertThat(beginnings(
                        INSTANT,
                        Period.YEAR,
                        "UTC",
                        ColumnType.NEGATIVE_INFINITY,
                        at("2026-01-15T00:00:00Z"),
                        ColumnType.POSITIVE_INFINITY,
                        null,
                        null))
                .containsExactly(0, 1, 2, 3);
    }
}
