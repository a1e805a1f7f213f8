package io.waybill.route;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads in which tables of a flow of many are exported side by side, as a bean of a route: it has no more of them, and none when it
 * has nothing to do.
 */
public class TablesAtOnce extends ThreadPoolExecutor {

    private static final int SECONDS_IDLE = 5;

    public TablesAtOnce() {
        super(1, 1, SECONDS_IDLE, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "waybill-tables");
            thread.setDaemon(true);
            return thread;
        });
        allowCoreThreadTimeOut(true);
    }

    public int getThreads() {
        return getMaximumPoolSize();
    }

    /** How many tables are exported side by side. */
    public void setThreads(int threads) {
        if (threads > getMaximumPoolSize()) {
            setMaximumPoolSize(threads);
            setCorePoolSize(threads);
        } else {
            setCorePoolSize(threads);
            setMaximumPoolSize(threads);
        }
    }
}
