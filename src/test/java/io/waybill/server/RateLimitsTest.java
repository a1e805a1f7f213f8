package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.ledger.Tokens.DailyLimits;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who calls too often, and for how long. */
class RateLimitsTest {

    private final SetClock clock = new SetClock();
    private final RateLimits limits = new RateLimits(3, 10, clock);

    private static Caller caller(String id) {
        return new Caller("token " + id, id, List.of(), id, DailyLimits.NONE);
    }

    @Test
    void aCallerHasSoManyCallsAMinuteAndThoseComeBackOneByOne() {
        assertThat(limits.take(caller("a")).orElseThrow().header()).isEqualTo("\"calls\";r=2;t=20");
        assertThat(limits.take(caller("a")).orElseThrow().left()).isEqualTo(1);
        assertThat(limits.take(caller("a")).orElseThrow().policyHeader()).isEqualTo("\"calls\";q=3;w=60");
        assertThatThrownBy(() -> limits.take(caller("a")))
                .hasMessage("more than 3 calls a minute; the next is taken in 20 s")
                .satisfies(refused -> assertThat(((Refused) refused).status()).isEqualTo(429))
                .satisfies(refused -> assertThat(((Refused) refused).headers())
                        .containsEntry("Retry-After", "20")
                        .containsEntry("RateLimit", "\"calls\";r=0;t=60"));
        limits.take(caller("b"));
        clock.goOn(Duration.ofSeconds(20));
        assertThat(limits.take(caller("a")).orElseThrow().left()).isZero();
        assertThatThrownBy(() -> limits.take(caller("a"))).isInstanceOf(Refused.class);
    }

    @Test
    void whoDoesNotProveWhoTheyAreUsesUpMoreAndNothingOfThoseWhoDo() {
        limits.failed("192.0.2.1");
        limits.failed("192.0.2.1");
        assertThatThrownBy(() -> limits.takeStranger("192.0.2.1"))
                .hasMessage("more than 10 calls a minute; the next is taken in 6 s");
        limits.takeStranger("192.0.2.2");
        limits.take(caller("a"));
    }

    @Test
    void theAddressesOfOneNetworkOfIpv6AreOneStranger() {
        limits.failed("2001:db8::1");
        limits.failed("2001:db8:0:0:ffff::2");
        assertThatThrownBy(() -> limits.takeStranger("2001:db8::3")).isInstanceOf(Refused.class);
        limits.takeStranger("2001:db8:0:1::1");
    }

    @Test
    void theUserOfThisMachineCallsAsOftenAsTheyLike() {
        for (int i = 0; i < 100; i++) {
            assertThat(limits.take(Caller.local())).isEmpty();
        }
    }

    @Test
    void moreAddressesThanThereIsRoomForAreForgottenTheOldestFirst() {
        limits.failed("192.0.2.1");
        limits.failed("192.0.2.1");
        for (int i = 0; i < 10_000; i++) {
            limits.takeStranger("10.1." + i / 256 + "." + i % 256);
        }
        limits.takeStranger("192.0.2.1");
    }
}
