package io.waybill.delivery.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

/** Closes a connection on which nothing is taken, or answered, for too long; however many bytes of an answer dribble in. */
final class HttpDeadline implements AutoCloseable {

    private final HttpClientConnection connection;
    private final long limit;
    private volatile long since = System.nanoTime();
    private volatile boolean over;
    private volatile boolean passed;

    /** @param limit null or 0 for none */
    HttpDeadline(HttpClientConnection connection, Timeout limit) {
        this.connection = connection;
        this.limit = limit == null ? 0 : limit.toNanoseconds();
        if (this.limit > 0) {
            watch(this.limit);
        }
    }

    private void watch(long nanos) {
        CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS).execute(this::look);
    }

    private void look() {
        if (over) {
            return;
        }
        long left = limit - (System.nanoTime() - since);
        if (left > 0) {
            watch(left);
        } else {
            passed = true;
            connection.close(CloseMode.IMMEDIATE);
        }
    }

    /** Notes that the server has taken some more. */
    void progress() {
        since = System.nanoTime();
    }

    boolean hasPassed() {
        return passed;
    }

    @Override
    public void close() {
        over = true;
    }
}
