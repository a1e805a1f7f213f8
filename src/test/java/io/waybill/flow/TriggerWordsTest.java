package io.waybill.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.flow.toml.FlowReader;
import org.junit.jupiter.api.Test;

class TriggerWordsTest {

    private static String words(String trigger) {
        return new FlowReader(placeholder -> placeholder)
                .read("orders.toml", """
                        [properties.export]
                        source_dataset_id = "orders"
                        file_path = "exports/orders.csv"
                        since_last_export = true
                        [[triggers]]
                        """ + trigger)
                .value()
                .triggers()
                .get(0)
                .words();
    }

    @Test
    void tellsWhenAFlowRunsAsOneWouldSayIt() {
        assertThat(words("type = 'schedule'\nschedule = '0 3 * * *'\ntimezone = 'Europe/Berlin'"))
                .isEqualTo("at 03:00 (cron 0 3 * * *); clocks of Europe/Berlin");
        assertThat(words("type = 'daily'\nat = '03:00'")).isEqualTo("each day at 03:00; clocks of UTC");
        assertThat(words("type = 'weekly'\nat = '03:00'\non = ['monday', 'friday']"))
                .isEqualTo("each Monday and Friday at 03:00; clocks of UTC");
        assertThat(words("type = 'monthly'\nat = '03:00'\nday = 'last'"))
                .isEqualTo("on the last day of each month at 03:00; clocks of UTC");
        assertThat(words("type = 'monthly'\nat = '03:00'\nday = 15"))
                .isEqualTo("on day 15 of each month at 03:00; clocks of UTC");
        assertThat(words("type = 'once'\nat = '2026-01-15T02:00'"))
                .isEqualTo("once, at 2026-01-15T02:00; clocks of UTC");
        assertThat(words("type = 'manual'")).isEqualTo("when somebody asks for it");
    }

    @Test
    void tellsAnIntervalWithItsEnds() {
        assertThat(words("type = 'interval'\nevery = '1h'")).isEqualTo("every 1 hour; clocks of UTC");
        assertThat(words("type = 'interval'\nevery = '1d'\nstart_at = '2026-01-15T02:00'\nrepeat = 3"))
                .isEqualTo("every 1 day, from 2026-01-15T02:00 on, 3 times; clocks of UTC");
    }

    @Test
    void tellsWhatLooksForRowsHowOftenItDoes() {
        assertThat(words("type = 'on_new_data'\nchannel = 'orders'"))
                .isEqualTo("when there is new data; it looks every 1 minute, and at once when channel orders says so");
        assertThat(words("type = 'stream'\nmax_rows = 500"))
                .isEqualTo("as rows come, 10 seconds after the first, or at once with 500 of them");
    }

    @Test
    void tellsWhatIsDoneBesidesItsTimes() {
        assertThat(words("type = 'daily'\nat = '03:00'\njitter = '5m'\ncatch_up = true"))
                .isEqualTo("each day at 03:00; clocks of UTC; up to 5 minutes later, by chance;"
                        + " the latest missed time is made up for");
    }
}
