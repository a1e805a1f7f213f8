package io.waybill.route.step;

import io.waybill.flow.Span;
import io.waybill.ledger.Ledger;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets what is older than the retention, once a day, as runs begin: of very many old ones, each beginning forgets some, so that none waits long
 * for that.
 */
final class OldRuns {

    private static final Logger LOG = LoggerFactory.getLogger(OldRuns.class);

    private static final Duration A_DAY = Duration.ofDays(1);

    /** While there are more, for those of all processes that share the ledger. */
    private static final Duration A_MOMENT = Duration.ofSeconds(1);

    /** At one beginning. */
    private static final int MOST_RUNS = 1000;

    private static final int MOST_FLOWS = 50;

    /**
     * When somebody looks next.
     *
     * @param at when
     * @param afterFlow the flow whose triggers' times were looked at last; null where the runs come first
     * @param forgotten how many runs the look has forgotten that is not at its end
     */
    private record Look(Instant at, String afterFlow, int forgotten) {}

    private final AtomicReference<Look> next = new AtomicReference<>(new Look(Instant.MIN, null, 0));

    void forget(Ledger ledger, Instant now, Duration retention) {
        Look look = next.get();
        // whoever is at it has others begin without
        if (now.isBefore(look.at()) || !next.compareAndSet(look, new Look(now.plus(A_DAY), null, 0))) {
            return;
        }
        Instant before = now.minus(retention);
        if (look.afterFlow() == null) {
            int forgotten = ledger.forget(before, MOST_RUNS);
            int all = look.forgotten() + forgotten;
            if (forgotten == MOST_RUNS) {
                next.set(new Look(now.plus(A_MOMENT), null, all));
                return;
            }
            if (all > 0) {
                LOG.info("{} runs of more than {} ago are forgotten", all, Span.words(retention));
            }
        }
        Optional<String> flow =
                ledger.firings().forget(before, look.afterFlow() == null ? "" : look.afterFlow(), MOST_FLOWS);
        flow.ifPresent(last -> next.set(new Look(now.plus(A_MOMENT), last, 0)));
    }
}
