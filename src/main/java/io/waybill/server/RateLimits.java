package io.waybill.server;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.EstimationProbe;
import io.github.bucket4j.TimeMeter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How often somebody may call: who is known by who they are, all others by where they come from. Strangers use up nothing of those who are
 * known, who may come from the same address, that of a proxy.
 */
final class RateLimits {

    /** What a call costs whose caller has not proved who they are. */
    static final int COST_OF_A_FAILURE = 5;

    private static final int MOST_REMEMBERED = 10_000;

    private final TimeMeter meter;
    private volatile Limit known;
    private volatile Limit strangers;

    /**
     * @param calls of one caller, a minute
     * @param strangersCalls of one address, a minute
     */
    RateLimits(int calls, int strangersCalls, Clock clock) {
        this.meter = new Meter(clock);
        this.known = new Limit("calls", calls, meter);
        this.strangers = new Limit("strangers", strangersCalls, meter);
    }

    /** From now on these are the limits; where one is another than before, all have all of it again. */
    void use(int calls, int strangersCalls) {
        if (known.most != calls) {
            known = new Limit("calls", calls, meter);
        }
        if (strangers.most != strangersCalls) {
            strangers = new Limit("strangers", strangersCalls, meter);
        }
    }

    /** The time of a clock. */
    private record Meter(Clock clock) implements TimeMeter {

        @Override
        public long currentTimeNanos() {
            Instant now = clock.instant();
            return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
        }

        @Override
        public boolean isWallClockBased() {
            return true;
        }
    }

    /**
     * What is left to somebody.
     *
     * @param policy the limit's name
     * @param most calls a minute
     * @param left calls now
     * @param reset how long until it is as if they had never called
     */
    record Left(String policy, int most, long left, Duration reset) {

        /** As draft-ietf-httpapi-ratelimit-headers has them. */
        Answer on(Answer answer) {
            return answer.with("RateLimit-Policy", policyHeader()).with("RateLimit", header());
        }

        String policyHeader() {
            return "\"" + policy + "\";q=" + most + ";w=60";
        }

        String header() {
            return "\"" + policy + "\";r=" + left + ";t="
                    + reset.plusMillis(999).toSeconds();
        }
    }

    /** A limit, and what each has left of it; who has not come for longest is forgotten first, and has all of it again. */
    private static final class Limit {

        private final String name;
        private final int most;
        private final TimeMeter meter;
        private final Map<String, Bucket> buckets = new Remembered<>(MOST_REMEMBERED);

        Limit(String name, int most, TimeMeter meter) {
            this.name = name;
            this.most = most;
            this.meter = meter;
        }

        Left take(String who, int cost) {
            ConsumptionProbe taken = bucket(who).tryConsumeAndReturnRemaining(Math.min(cost, most));
            if (!taken.isConsumed()) {
                throw tooOften(taken.getNanosToWaitForRefill(), taken.getNanosToWaitForReset());
            }
            return new Left(name, most, taken.getRemainingTokens(), Duration.ofNanos(taken.getNanosToWaitForReset()));
        }

        void require(String who, int cost) {
            EstimationProbe there = bucket(who).estimateAbilityToConsume(Math.min(cost, most));
            if (!there.canBeConsumed()) {
                throw tooOften(
                        there.getNanosToWaitForRefill(), Duration.ofMinutes(1).toNanos());
            }
        }

        private Bucket bucket(String who) {
            synchronized (buckets) {
                return buckets.computeIfAbsent(
                        who,
                        each -> Bucket.builder()
                                .addLimit(limit -> limit.capacity(most).refillGreedy(most, Duration.ofMinutes(1)))
                                .withCustomTimePrecision(meter)
                                .build());
            }
        }

        private Refused tooOften(long nanosToWait, long nanosToReset) {
            long seconds = Duration.ofNanos(nanosToWait).plusMillis(999).toSeconds();
            Left left = new Left(name, most, 0, Duration.ofNanos(nanosToReset));
            return Refused.of(429, "more than " + most + " calls a minute; the next is taken in " + seconds + " s")
                    .with("Retry-After", Long.toString(Math.max(1, seconds)))
                    .with("RateLimit-Policy", left.policyHeader())
                    .with("RateLimit", left.header());
        }
    }

    /**
     * Lets a known caller call; the user of this machine as often as they like.
     *
     * @throws Refused with 429
     */
    Optional<Left> take(Caller caller) {
        return Optional.ofNullable(caller.id()).map(id -> known.take(id, 1));
    }

    /**
     * Lets somebody call who need not be known.
     *
     * @throws Refused with 429
     */
    void takeStranger(String address) {
        strangers.take(network(address), 1);
    }

    /**
     * Notes that somebody has not proved who they are.
     *
     * @throws Refused with 429 where that was too often
     */
    void failed(String address) {
        strangers.take(network(address), COST_OF_A_FAILURE);
    }

    /**
     * Lets somebody try to prove who they are, which costs nothing where they do.
     *
     * @throws Refused with 429 where they have failed too often
     */
    void requireAttempt(String address) {
        strangers.require(network(address), COST_OF_A_FAILURE);
    }

    /** Whoever has one address of IPv6 has 2⁶⁴ of them. */
    static String network(String address) {
        try {
            byte[] bytes = InetAddress.getByName(address).getAddress(); // of digits: no name is looked up
            return bytes.length == 16 ? HexFormat.of().formatHex(Arrays.copyOf(bytes, 8)) : address;
        } catch (UnknownHostException e) {
            return address;
        }
    }
}
