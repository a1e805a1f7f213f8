package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZonedDateTime;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How times are shown where clocks are changed. */
class NextRunTest {

    @ParameterizedTest
    @CsvSource({
        "2026-03-29T03:30+02:00[Europe/Vienna], 2026-03-29 03:30 Europe/Vienna",
        "2026-10-25T02:30+02:00[Europe/Vienna], 2026-10-25 02:30 Europe/Vienna +02:00",
        "2026-10-25T02:30+01:00[Europe/Vienna], 2026-10-25 02:30 Europe/Vienna +01:00",
        "2026-10-25T03:00+01:00[Europe/Vienna], 2026-10-25 03:00 Europe/Vienna",
        "2026-01-15T02:00Z, 2026-01-15 02:00 Z",
    })
    void aTimeThatClocksShowTwiceHasItsOffset(ZonedDateTime time, String shown) {
        assertThat(io.waybill.run.FlowJson.words(time)).isEqualTo(shown);
    }
}
