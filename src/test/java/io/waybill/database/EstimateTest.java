package io.waybill.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EstimateTest {

    @Test
    void aLimitCountsWhateverTheDatabaseGuesses() {
        assertThat(new Estimate(500, false).limitedTo(100).words()).isEqualTo("about 100");
        assertThat(new Estimate(500, true).limitedTo(100).words()).isEqualTo("at most about 100");
        assertThat(new Estimate(50, false).limitedTo(100).words()).isEqualTo("about 50");
        assertThat(Estimate.UNKNOWN.limitedTo(100).words()).isEqualTo("at most about 100");
    }

    @Test
    void withoutALimitItIsAsTheDatabaseGuesses() {
        assertThat(new Estimate(500, false).limitedTo(0).words()).isEqualTo("about 500");
        assertThat(Estimate.UNKNOWN.limitedTo(0).words()).isEqualTo("unknown");
    }
}
