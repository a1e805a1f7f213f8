package io.waybill.route.step;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that shows one moment until it is let go, however long it takes to start what goes by it. */
final class HeldClock extends Clock {

    private final Instant held;
    private volatile Duration behind;

    HeldClock(Instant held) {
        this.held = held;
    }

    void letGo() {
        behind = Duration.between(held, Instant.now());
    }

    @Override
    public Instant instant() {
        Duration by = behind;
        return by == null ? held : Instant.now().minus(by);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
    }
}
