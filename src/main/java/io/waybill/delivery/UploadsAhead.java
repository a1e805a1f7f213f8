package io.waybill.delivery;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Files that are sent on to where nobody sees them while others of their run are still written; an endpoint publishes such a file
 * without sending it. One that fails is forgotten: its endpoint sends it then, and says what is wrong.
 *
 * @param <T> what an endpoint needs to publish a file that was sent
 */
public final class UploadsAhead<T> {

    /** Files shorter than this are sent as fast as others are asked for. */
    public static final long USUAL_LEAST_BYTES = 5 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(UploadsAhead.class);

    private final Map<String, Upload> uploads = new ConcurrentHashMap<>();
    private final Consumer<T> discard;
    private final Runnable idle;
    private volatile ExecutorService sender;

    /** Where one has failed, the others are not tried: a wrong password may close an account. */
    private volatile boolean failed;

    /**
     * @param discard undoes what was sent of a file that is not published after all
     * @param idle lets go of what sending needed, on the thread that sends, when none is left to be published
     */
    public UploadsAhead(Consumer<T> discard, Runnable idle) {
        this.discard = discard;
        this.idle = idle;
    }

    /** Sends a file. */
    @FunctionalInterface
    public interface Sending<T> {

        /**
         * @param stopped whether nobody wants it any more
         * @return what is needed to publish it; nothing of it is left where it fails
         */
        T send(BooleanSupplier stopped) throws Exception;
    }

    private final class Upload implements Runnable {

        private final String name;
        private final Path file;
        private final Sending<T> sending;
        private final CountDownLatch ended = new CountDownLatch(1);
        /** The run that it is of, for the log. */
        private final Map<String, String> about = MDC.getCopyOfContextMap();

        private volatile boolean stopped;
        private volatile T sent;

        Upload(String name, Path file, Sending<T> sending) {
            this.name = name;
            this.file = file;
            this.sending = sending;
        }

        @Override
        public void run() {
            MDC.setContextMap(about == null ? Map.of() : about);
            try {
                if (!stopped && !failed) {
                    sent = sending.send(() -> stopped);
                }
            } catch (Exception e) {
                failed = true;
                LOG.debug("{} was not sent ahead: {}", name, DeliveryFailure.reason(e));
            } finally {
                ended.countDown();
            }
        }
    }

    /** Begins to send a file, after those that were begun before. */
    public void begin(CamelContext context, String name, Path file, Sending<T> sending) {
        if (uploads.isEmpty()) {
            failed = false;
        }
        stop(name);
        Upload upload = new Upload(name, file, sending);
        uploads.put(name, upload);
        sender(context).execute(upload);
    }

    private synchronized ExecutorService sender(CamelContext context) {
        if (sender == null) {
            sender = context.getExecutorServiceManager().newSingleThreadExecutor(this, "waybill-upload-ahead");
        }
        return sender;
    }

    /** Whether a file of this name is sent, or being sent. */
    public boolean has(String name) {
        return uploads.containsKey(name);
    }

    /**
     * Waits until a file is sent, and leaves it to the caller.
     *
     * @return what is needed to publish it; null where it was not sent
     */
    public T take(String name, Path file) throws InterruptedException {
        Upload upload = uploads.get(name);
        if (upload == null) {
            return null;
        }
        if (!upload.file.equals(file)) {
            stop(name);
            return null;
        }
        upload.ended.await();
        forget(upload);
        return upload.sent;
    }

    private void forget(Upload upload) {
        uploads.remove(upload.name, upload);
        ExecutorService threads = sender;
        if (uploads.isEmpty() && threads != null) {
            threads.execute(() -> {
                if (uploads.isEmpty()) {
                    idle.run();
                }
            });
        }
    }

    /** Stops sending a file, and waits until it is stopped; what was sent of it is undone. */
    public void stop(String name) {
        Upload upload = uploads.get(name);
        if (upload == null) {
            return;
        }
        upload.stopped = true;
        forget(upload);
        try {
            upload.ended.await();
            if (upload.sent != null) {
                discard.accept(upload.sent);
            }
        } catch (InterruptedException e) { // the next run of the flow finds what is left
            Thread.currentThread().interrupt();
        }
    }

    public void close(CamelContext context) {
        uploads.keySet().forEach(this::stop);
        synchronized (this) {
            if (sender != null) {
                context.getExecutorServiceManager().shutdown(sender);
                sender = null;
            }
        }
    }
}
