package io.waybill.server;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** The export calls with a key that this process is about to answer: who comes with the key of one waits for its answer. */
final class CallsUnderWay {

    /** Who waits has a thread; more than these are to come again. */
    private static final int MOST_WAITING = 8;

    private final Map<String, UnderWay> calls = new ConcurrentHashMap<>();
    private final Semaphore waiting = new Semaphore(MOST_WAITING);

    private record UnderWay(String asked, CompletableFuture<Answer> answer) {}

    /**
     * Answers a call, or has it answered as the one of its key is.
     *
     * @param asked what is asked for: under the same key nothing else may be
     * @param export finds the answer
     */
    Answer answer(String key, String asked, Supplier<Answer> export) {
        UnderWay own = new UnderWay(asked, new CompletableFuture<>());
        UnderWay first = calls.putIfAbsent(key, own);
        if (first != null) {
            return await(first, asked);
        }
        try {
            Answer answer = export.get();
            own.answer().complete(answer);
            return answer;
        } catch (RuntimeException | Error e) {
            own.answer().completeExceptionally(e);
            throw e;
        } finally {
            calls.remove(key, own);
        }
    }

    private Answer await(UnderWay first, String asked) {
        if (!first.asked().equals(asked)) {
            throw another("");
        }
        if (!waiting.tryAcquire()) {
            throw Refused.of(409, "Idempotency-Key: the export of this key is under way")
                    .with("Retry-After", "10");
        }
        try {
            return first.answer().join().with(ExportAnswers.REPLAYED, "true");
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        } finally {
            waiting.release();
        }
    }

    /** @param of which run, in words */
    static Refused another(String of) {
        return Refused.of(422, "Idempotency-Key: something else was asked for under this key before" + of);
    }
}
