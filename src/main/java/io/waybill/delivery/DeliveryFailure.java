package io.waybill.delivery;

import io.waybill.flow.WaybillException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.InvalidPathException;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.List;
import org.apache.camel.Exchange;

/** Tells deliveries that may succeed when they are tried again from those that will fail each time. */
public final class DeliveryFailure {

    /** What stays as it is until somebody changes it. */
    private static final List<Class<? extends Throwable>> LASTING = List.of(
            AccessDeniedException.class,
            FileAlreadyExistsException.class,
            InvalidPathException.class,
            ReadOnlyFileSystemException.class,
            SecurityException.class,
            IllegalArgumentException.class);

    /** How Camel's file endpoint says that a file is there already; it has no type for it. */
    private static final String EXISTS = "File already exist";

    /** Whether the exchange's failure may pass. */
    public boolean isTransient(Exchange exchange) {
        Throwable failure = exchange.getException() == null
                ? exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class)
                : exchange.getException();
        return mayPass(failure);
    }

    static boolean mayPass(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof WaybillException known) {
                return known.retryable();
            }
            Throwable one = cause;
            if (LASTING.stream().anyMatch(type -> type.isInstance(one))
                    || String.valueOf(cause.getMessage()).startsWith(EXISTS)) {
                return false;
            }
        }
        return failure != null;
    }
}
