package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.server.TurnedAway.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How much the record says of those who are turned away. */
class TurnedAwayTest {

    private final SetClock clock = new SetClock();
    private final List<String> told = new ArrayList<>();
    private final TurnedAway away = new TurnedAway(clock, entry -> told.add(entry.subject() + " " + entry.detail()));

    private void comes(String who) {
        away.note(who, new Entry("nobody", "api listFlows", "/v2/flows", "answered 401, to " + who));
    }

    @Test
    void theFirstOfAMinuteIsOnRecordAndTheOthersAreCounted() {
        for (int i = 0; i < 50; i++) {
            comes("192.0.2.1");
        }
        comes("192.0.2.2");
        assertThat(told)
                .containsExactly("/v2/flows answered 401, to 192.0.2.1", "/v2/flows answered 401, to 192.0.2.2");
        clock.goOn(Duration.ofSeconds(60));
        away.tellMinutesThatAreOver();
        assertThat(told)
                .hasSize(3)
                .last()
                .isEqualTo("/v2/flows answered 401, to 192.0.2.1; and 49 more were turned away since"
                        + " 2026-01-15T12:00:00Z");
        comes("192.0.2.1");
        assertThat(told).as("of the minute that was told of just now").hasSize(3);
        clock.goOn(Duration.ofSeconds(120));
        away.tellMinutesThatAreOver();
        clock.goOn(Duration.ofSeconds(120));
        comes("192.0.2.1");
        assertThat(told).hasSize(5).last().isEqualTo("/v2/flows answered 401, to 192.0.2.1");
    }

    @Test
    void addressesBeyondAHundredAreOne() {
        for (int i = 0; i < 5000; i++) {
            comes("10.0." + i / 250 + "." + i % 250);
        }
        assertThat(told).hasSize(101);
        away.close();
        assertThat(told).hasSize(102).last().asString().contains("; and 4899 more were turned away since");
    }
}
