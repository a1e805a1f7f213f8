package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.database.Estimate;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private static String line(long rows, Estimate whole, boolean staged) {
        return Progress.line(rows, whole, staged, "8.6 MB", Duration.ofSeconds(10));
    }

    @Test
    void tellsOfHowManyAndHowLongTheRestTakes() {
        assertThat(line(100_000, new Estimate(500_000, false), false))
                .isEqualTo("100,000 rows of about 500,000, 8.6 MB, about 40 s left");
        assertThat(line(100_000, new Estimate(5_000_000, false), false)).endsWith(", about 8 min left");
        assertThat(line(100_000, new Estimate(500_000_000, false), false)).endsWith(", about 14 h left");
    }

    @Test
    void promisesNothingThatNobodyKnows() {
        assertThat(line(100_000, Estimate.UNKNOWN, false)).isEqualTo("100,000 rows, 8.6 MB");
        assertThat(line(0, new Estimate(500_000, false), false)).isEqualTo("0 rows of about 500,000, 8.6 MB");
        // conditions may leave a few of them
        assertThat(line(100_000, new Estimate(500_000, true), false))
                .isEqualTo("100,000 rows of at most about 500,000, 8.6 MB");
        // the guess was too low
        assertThat(line(100_000, new Estimate(99_999, false), false)).isEqualTo("100,000 rows, 8.6 MB");
    }

    @Test
    void saysThatTheFilesAreOnTheirWay() {
        assertThat(line(100_000, new Estimate(500_000, false), true)).isEqualTo("100,000 rows, 8.6 MB, on its way");
    }
}
