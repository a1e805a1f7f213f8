package io.waybill.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZonedDateTime;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronTest {

    /** Unix counts weekdays from Sunday = 0, and takes 7 for Sunday too; Quartz from Sunday = 1. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 2 * * *     | 2026-11-21T02:00+01:00[Europe/Vienna]",
                "*/15 * * * *  | 2026-11-20T12:15+01:00[Europe/Vienna]",
                "30 6 * * 0    | 2026-11-22T06:30+01:00[Europe/Vienna]",
                "30 6 * * 7    | 2026-11-22T06:30+01:00[Europe/Vienna]",
                "30 6 * * 1-5  | 2026-11-23T06:30+01:00[Europe/Vienna]",
                "0 0 1 * *     | 2026-12-01T00:00+01:00[Europe/Vienna]",
                "0 0 2 * * ?   | 2026-11-21T02:00+01:00[Europe/Vienna]",
                "0 30 6 ? * 1  | 2026-11-22T06:30+01:00[Europe/Vienna]",
                "0 0 12 1 1 ? 2027 | 2027-01-01T12:00+01:00[Europe/Vienna]"
            })
    void firesWhenItsNotationSays(String cron, String next) {
        ZonedDateTime noonOnFriday = ZonedDateTime.parse("2026-11-20T12:00+01:00[Europe/Vienna]");

        assertThat(Cron.parse(cron).next(noonOnFriday)).contains(ZonedDateTime.parse(next));
    }
}
