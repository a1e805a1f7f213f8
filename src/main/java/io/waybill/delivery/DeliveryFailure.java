package io.waybill.delivery;

import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.JSchHostKeyException;
import com.jcraft.jsch.SftpException;
import io.waybill.flow.WaybillException;
import jakarta.mail.AuthenticationFailedException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.InvalidPathException;
import java.nio.file.ReadOnlyFileSystemException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.GenericFileOperationFailedException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkServiceException;

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

    /** How long a server asks to wait, by Retry-After (RFC 9110, 10.2.3); null where it does not. */
    static Duration askedWait(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof HttpOperationFailedException http && http.getResponseHeaders() != null) {
                return http.getResponseHeaders().entrySet().stream()
                        .filter(header -> header.getKey().equalsIgnoreCase("Retry-After"))
                        .findFirst()
                        .map(header -> wait(header.getValue()))
                        .orElse(null);
            }
        }
        return null;
    }

    /** Seconds, or a date. */
    private static Duration wait(String retryAfter) {
        Duration asked;
        try {
            asked = retryAfter.strip().matches("\\d{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(retryAfter.strip()))
                    : Duration.between(
                            Instant.now(),
                            ZonedDateTime.parse(retryAfter.strip(), DateTimeFormatter.RFC_1123_DATE_TIME));
        } catch (DateTimeParseException e) {
            return null;
        }
        if (asked.isNegative()) {
            return Duration.ZERO;
        }
        return asked.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : asked;
    }

    /** The longest wait that a server may ask for. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);

    private static final int TOO_MANY_REQUESTS = 429;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_EARLY = 425;
    private static final int NOT_IMPLEMENTED = 501;

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
        return Refusals.areIn(cause)
                || LASTING.stream().anyMatch(type -> type.isInstance(cause))
                || String.valueOf(cause.getMessage()).startsWith(EXISTS)
                || cause instanceof SdkServiceException service && isLasting(service)
                || cause instanceof SdkClientException && isAboutCredentials(cause)
                || cause instanceof SftpException sftp && sftp.id == ChannelSftp.SSH_FX_PERMISSION_DENIED
                || cause instanceof JSchException ssh && isRefusal(ssh)
                || cause instanceof HttpOperationFailedException http && isLasting(http.getStatusCode())
                || cause instanceof AuthenticationFailedException
                || cause instanceof SMTPSendFailedException mail && mail.getReturnCode() / 100 == 5
                || cause instanceof SMTPAddressFailedException address && address.getReturnCode() / 100 == 5
                || cause instanceof GenericFileOperationFailedException ftp && ftp.getCode() / 100 == 5;
    }

    /** Throttling and what went wrong over there passes; what is wrong with the request stays so. */
    private static boolean isLasting(SdkServiceException service) {
        return isLasting(service.statusCode())
                && !service.isThrottlingException()
                && !service.isClockSkewException()
                && !service.isRetryableException();
    }

    static boolean isLasting(int httpStatus) {
        return httpStatus == NOT_IMPLEMENTED
                || httpStatus / 100 == 3
                || httpStatus / 100 == 4
                        && httpStatus != REQUEST_TIMEOUT
                        && httpStatus != TOO_EARLY
                        && httpStatus != TOO_MANY_REQUESTS;
    }

    private static boolean isAboutCredentials(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return message.contains("Unable to load credentials") || message.contains("Unable to load region");
    }

    private static boolean isRefusal(JSchException ssh) {
        String message = String.valueOf(ssh.getMessage());
        return ssh instanceof JSchHostKeyException
                || message.startsWith("Auth ")
                || message.contains("USERAUTH")
                || message.contains("invalid privatekey");
    }

    /** What went wrong, in one line: the innermost cause that says something. */
    public static String reason(Throwable failure) {
        String reason = null;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof WaybillException known) {
                return known.getMessage();
            }
            if (cause instanceof HttpOperationFailedException http) { // whose own message shows the URL, query and all
                return "the server answers with status " + http.getStatusCode()
                        + (http.getStatusText() == null || http.getStatusText().isBlank()
                                ? ""
                                : ", " + http.getStatusText())
                        + Refusals.redirection(http);
            }
            if (cause instanceof UnknownHostException) {
                return "the host " + String.valueOf(cause.getMessage()).replaceFirst(": .*", "") + " is not known";
            }
            if (cause instanceof IOException io) {
                reason = LocalDestination.reason(io);
            } else if (cause.getMessage() != null) {
                reason = cause.getMessage();
            }
        }
        reason = Refusals.explained(reason);
        // of the AWS SDK, which adds what is for its own people
        reason = reason == null ? null : reason.replaceAll(" \\(SDK Attempt Count: \\d+\\)", "");
        return reason == null
                ? failure.getClass().getSimpleName()
                : reason.lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .findFirst()
                        .orElse("");
    }
}
