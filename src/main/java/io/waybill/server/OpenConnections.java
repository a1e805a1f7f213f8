package io.waybill.server;

import io.vertx.core.http.HttpConnection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The connections that are open, and what goes on over them: those are closed over which nobody asks for anything. */
final class OpenConnections {

    private final Map<HttpConnection, Activity> connections = new ConcurrentHashMap<>();
    private final long secondsToAsk;

    /** @param secondsToAsk how long one may stay open over which nobody asks for anything */
    OpenConnections(long secondsToAsk) {
        this.secondsToAsk = secondsToAsk;
    }

    /** What goes on over a connection, by its event loop alone. */
    static final class Activity {
        private int requests;
        private long idleSince = System.nanoTime();

        void begin() {
            requests++;
        }

        void end() {
            requests--;
            idleSince = System.nanoTime();
        }
    }

    void add(HttpConnection connection) {
        connections.put(connection, new Activity());
        connection.closeHandler(closed -> connections.remove(connection));
    }

    Activity of(HttpConnection connection) {
        return connections.getOrDefault(connection, new Activity());
    }

    void closeIdle() {
        long now = System.nanoTime();
        connections.forEach((connection, activity) -> {
            if (activity.requests == 0 && now - activity.idleSince > TimeUnit.SECONDS.toNanos(secondsToAsk)) {
                connection.close();
            }
        });
    }
}
