package io.waybill.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From which day on rows may leave. */
class DateLimitTest {

    private static final Instant NOW = Instant.parse("2026-03-31T23:59:59Z");

    private static DateLimit of(String notBefore, long lastDays) {
        return new DateLimit(notBefore == null ? null : LocalDate.parse(notBefore), lastDays);
    }

    @Test
    void theFirstDayIsTheLaterOfBoth() {
        assertThat(DateLimit.NONE.firstDay(NOW)).isNull();
        assertThat(of("2025-01-01", 0).firstDay(NOW)).isEqualTo("2025-01-01");
        assertThat(of(null, 90).firstDay(NOW)).isEqualTo("2025-12-31");
        assertThat(of("2025-01-01", 90).firstDay(NOW)).isEqualTo("2025-12-31");
        assertThat(of("2026-03-01", 90).firstDay(NOW)).isEqualTo("2026-03-01");
    }

    @Test
    void aDayBeginsAtMidnightUtc() {
        assertThat(of(null, 1).firstDay(Instant.parse("2026-03-31T23:59:59.999Z")))
                .isEqualTo("2026-03-30");
        assertThat(of(null, 1).firstDay(Instant.parse("2026-04-01T00:00:00Z"))).isEqualTo("2026-03-31");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, 0, -, 0, true",
                "-, 0, 2025-01-01, 0, false",
                "-, 0, -, 90, false",
                "2025-01-01, 0, 2025-01-01, 0, true",
                "2025-01-02, 0, 2025-01-01, 0, true",
                "2024-12-31, 0, 2025-01-01, 0, false",
                "-, 90, -, 90, true",
                "-, 91, -, 90, false",
                "-, 89, 2025-01-01, 0, false",
                "2030-01-01, 0, -, 90, false",
                "2025-01-01, 90, -, 90, true",
                "2025-01-01, 90, 2025-01-01, 90, true"
            })
    void oneIsWithinAnother(String day, long days, String otherDay, long otherDays, boolean within) {
        assertThat(of(day, days).isWithin(of(otherDay, otherDays))).isEqualTo(within);
    }

    @Provide
    Arbitrary<DateLimit> limits() {
        Arbitrary<LocalDate> days = Arbitraries.integers()
                .between(-400, 400)
                .map(day -> LocalDate.EPOCH.plusYears(55).plusDays(day));
        return Combinators.combine(days.injectNull(0.3), Arbitraries.longs().between(0, 400))
                .as(DateLimit::new);
    }

    @Property
    void whatIsWithinAnotherBeginsNoEarlierOnAnyDay(
            @ForAll("limits") DateLimit limit, @ForAll("limits") DateLimit other) {
        if (limit.isWithin(other) && !other.isNone()) {
            for (int days = -500; days < 1_000; days += 37) {
                Instant now = LocalDate.EPOCH
                        .plusYears(55)
                        .plusDays(days)
                        .atTime(23, 59)
                        .toInstant(ZoneOffset.UTC);
                assertThat(limit.firstDay(now)).isAfterOrEqualTo(other.firstDay(now));
            }
        }
    }

    @Test
    void aWindowTellsWhetherAllItsRowsAreFromADayOn() {
        LocalDate day = LocalDate.parse("2025-01-01");
        assertThat(new Window.Range("at", "2025-01-01T00:00:00Z", null, false).isFrom(day, "AT"))
                .isTrue();
        assertThat(new Window.Range("at", "2024-12-31T23:59:59.999Z", "2026-01-01T00:00:00Z", false).isFrom(day, "at"))
                .isFalse();
        assertThat(new Window.Range("at", "2025-01-01T00:00+01:00", null, false).isFrom(day, "at"))
                .isFalse();
        assertThat(new Window.Range("at", "2025-06-01", null, true).isFrom(day, "at"))
                .as("with rows that have no time")
                .isFalse();
        assertThat(new Window.Range("at", null, "2026-01-01", false).isFrom(day, "at"))
                .isFalse();
        assertThat(new Window.Range("id", "2025-06-01", null, false).isFrom(day, "at"))
                .isFalse();
        assertThat(new Window.Range("at", "77", null, false).isFrom(day, "at")).isFalse();
        assertThat(new Window.Slice("at", "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z").isFrom(day, "at"))
                .isTrue();
        assertThat(new Window.Slice("at", "2025-01-01", "2026-01-01").isFrom(day, "at"))
                .as("it may be a day of Tokyo")
                .isFalse();
        assertThat(new Window.Slice("at", "2025-01-02", "2026-01-01").isFrom(day, "at"))
                .isTrue();
        assertThat(new Window.Slice("at", "2025-01-02", "2026-01-01").isFrom(day, null))
                .isFalse();
        assertThat(new Window.Batch(7).isFrom(day, "at")).isFalse();
        assertThat(new Window.Everything().isFrom(day, "at")).isFalse();
    }
}
