package io.waybill.route.step;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** A health check of Camel's that looks at something, for no longer than a while; what is wrong with it is nobody's business who asks. */
public final class HealthLook extends AbstractHealthCheck {

    static final Duration MOST_TIME = Duration.ofSeconds(5);

    private static final long LEAST_BYTES = 64L << 20;

    private final Look look;

    /** @param look is down where it throws */
    public HealthLook(String id, Look look) {
        super("waybill", id);
        this.look = look;
    }

    /** Looks at something; throws where it is not as it should be. */
    @FunctionalInterface
    public interface Look {
        /** Does so. */
        void at() throws Exception;
    }

    /** Throws where the place that a folder is in, or would be made in, has no room for files. */
    public static void requireRoom(Path folder) throws IOException {
        Path there = folder.toAbsolutePath();
        while (!Files.exists(there)) {
            there = there.getParent();
        }
        if (Files.getFileStore(there).getUsableSpace() < LEAST_BYTES) {
            throw new IOException(folder.toString());
        }
    }

    /** To start it again would not help. */
    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        CompletableFuture<Void> looked = new CompletableFuture<>();
        getCamelContext()
                .getExecutorServiceManager()
                .newThread("waybill-health", () -> look(looked))
                .start();
        try {
            looked.get(MOST_TIME.toMillis(), TimeUnit.MILLISECONDS);
            builder.up();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            builder.down();
        } catch (ExecutionException | TimeoutException e) {
            builder.down();
        }
    }

    private void look(CompletableFuture<Void> looked) {
        try {
            look.at();
            looked.complete(null);
        } catch (Exception e) {
            looked.completeExceptionally(e);
        }
    }
}
