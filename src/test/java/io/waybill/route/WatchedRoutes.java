package io.waybill.route;

import static org.awaitility.Awaitility.await;

import org.apache.camel.main.Main;
import org.apache.camel.support.RouteWatcherReloadStrategy;

/** Routes whose files are loaded again by Camel as they change. */
final class WatchedRoutes {

    private WatchedRoutes() {}

    /**
     * Stops first what loads files again, and waits until it has come to its end, which Camel does not: its stop goes through the routes, which
     * are not to change meanwhile.
     */
    static void stop(Main main) {
        main.getCamelContext().hasService(RouteWatcherReloadStrategy.class).stop();
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().contains("FileWatcherReloadStrategy")));
        main.stop();
    }
}
