package io.waybill.route.step;

import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerSettings;
import io.waybill.part.Waybill;
import io.waybill.rows.ThreadEnd;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.camel.CamelContext;

/** A ledger that is opened while the context starts. What goes wrong is told to who asks for it. */
final class LedgerAhead {

    private final CompletableFuture<Ledger> opening;

    private LedgerAhead(CompletableFuture<Ledger> opening) {
        this.opening = opening;
    }

    static LedgerAhead begin(CamelContext context, Map<String, String> settings, Clock clock) {
        CompletableFuture<Ledger> opening = CompletableFuture.supplyAsync(
                () -> LedgerSettings.open(settings, clock),
                work -> context.getExecutorServiceManager()
                        .newThread("waybill-ledger", work)
                        .start());
        opening.thenRun(Waybill::prepare);
        return new LedgerAhead(opening);
    }

    /** The ledger, once it is open. */
    Ledger await() {
        try {
            return opening.join();
        } catch (CompletionException e) {
            ThreadEnd.rethrow(e.getCause(), RuntimeException.class);
            throw e;
        }
    }

    /** Nobody has asked for it. */
    void close() {
        opening.thenAccept(Ledger::close);
    }
}
