package io.waybill.delivery;

import io.waybill.WaybillException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.InvalidPathException;
import java.nio.file.ReadOnlyFileSystemException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.camel.Exchange;

/** Tells deliveries that may succeed when they are tried again from those that will fail each time. */
public final class DeliveryFailure {

    private static final String TRIES = "WaybillTries";

    /** The failure that was counted last: Camel asks more than once about one. */
    private static final String COUNTED = "WaybillCountedFailure";

    /** What stays as it is until somebody changes it. */
    private static final List<Class<? extends Throwable>> LASTING = List.of(
            AccessDeniedException.class,
            FileAlreadyExistsException.class,
            InvalidPathException.class,
            ReadOnlyFileSystemException.class,
            SecurityException.class,
            CertificateException.class,
            SSLPeerUnverifiedException.class,
            IllegalArgumentException.class);

    /** What Java says of TLS, and what it means. */
    private static final Map<String, String> TLS = Map.of(
            "unrecognized SSL message",
            "the server speaks no TLS at that port",
            "valid certification path",
            "its certificate comes from nobody who is trusted; see trust-store");

    /** How Camel's file endpoint says that a file is there already; it has no type for it. */
    static final String EXISTS = "File already exist";

    /** How often a file was sent in vain; each has an exchange of its own. */
    public static int tries(Exchange exchange) {
        return exchange.getProperty(TRIES, 0, Integer.class);
    }

    /** Whether the exchange's failure may pass; Camel asks when one has happened. */
    public boolean isTransient(Exchange exchange) {
        Throwable failure = exchange.getException() == null
                ? exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class)
                : exchange.getException();
        if (exchange.getProperty(COUNTED) != failure) {
            exchange.setProperty(COUNTED, failure);
            exchange.setProperty(TRIES, tries(exchange) + 1);
        }
        boolean passes = mayPass(failure);
        // what the server asks for, instead of the route's own delay
        Duration wait = passes ? askedWait(failure) : null;
        if (wait == null) {
            exchange.getMessage().removeHeader(Exchange.REDELIVERY_DELAY);
        } else {
            exchange.getMessage().setHeader(Exchange.REDELIVERY_DELAY, wait.toMillis());
        }
        return passes;
    }

    /** How long a server asks to wait; null where it does not. */
    static Duration askedWait(Throwable failure) {
        return WaybillException.causes(failure)
                .flatMap(cause -> CamelKind.there().stream().map(kind -> kind.askedWait(cause)))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static final int NOT_IMPLEMENTED = 501;
    /** Request Timeout, Too Early, Too Many Requests. */
    private static final Set<Integer> PASSING = Set.of(408, 425, 429);

    /** Whether what went wrong may go right when it is tried again. */
    public static boolean mayPass(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof WaybillException known) {
                return known.retryable();
            }
            if (isLasting(cause)) {
                return false;
            }
        }
        return failure != null;
    }

    private static boolean isLasting(Throwable cause) {
        return LASTING.stream().anyMatch(type -> type.isInstance(cause))
                || String.valueOf(cause.getMessage()).startsWith(EXISTS)
                || CamelKind.there().stream().anyMatch(kind -> kind.isLasting(cause));
    }

    /** Whether what an HTTP server answers stays so. */
    public static boolean isLasting(int httpStatus) {
        return httpStatus == NOT_IMPLEMENTED
                || httpStatus / 100 == 3
                || httpStatus / 100 == 4 && !PASSING.contains(httpStatus);
    }

    /** What went wrong, in one line: the innermost cause that says something. */
    public static String reason(Throwable failure) {
        String reason = null;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof WaybillException known) {
                return known.getMessage();
            }
            for (CamelKind kind : CamelKind.there()) {
                if (kind.reason(cause) != null) {
                    return kind.reason(cause);
                }
            }
            if (cause instanceof UnknownHostException) {
                return "the host " + String.valueOf(cause.getMessage()).replaceFirst(": .*", "") + " is not known";
            }
            if (cause instanceof IOException io) {
                reason = FileFailure.reason(io);
            } else if (cause.getMessage() != null) {
                reason = cause.getMessage();
            }
        }
        reason = reason == null ? null : explained(reason);
        return reason == null
                ? failure.getClass().getSimpleName()
                : reason.lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .findFirst()
                        .orElse("");
    }

    private static String explained(String reason) {
        String explained = reason;
        for (CamelKind kind : CamelKind.there()) {
            explained = kind.explained(explained);
        }
        return explained(explained, TLS);
    }

    /**
     * What is said, with what it means.
     *
     * @param meanings what words of it mean
     */
    public static String explained(String reason, Map<String, String> meanings) {
        return meanings.entrySet().stream()
                .filter(meaning -> reason.contains(meaning.getKey()))
                .findFirst()
                .map(meaning -> reason + " (" + meaning.getValue() + ")")
                .orElse(reason);
    }
}
