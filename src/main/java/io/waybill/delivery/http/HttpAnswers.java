package io.waybill.delivery.http;

import io.waybill.delivery.DeliveryFailure;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.http.base.HttpOperationFailedException;

/** What a server says against a request, and what it comes to. */
final class HttpAnswers {

    /** Camel's OAuth client, of a token that it did not get. */
    private static final Pattern TOKEN =
            Pattern.compile("error response from token request with Status Code: (\\d{3})");

    /** The longest wait that a server may ask for. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);

    private HttpAnswers() {}

    static boolean areLasting(Throwable cause) {
        if (cause instanceof HttpOperationFailedException http) {
            return DeliveryFailure.isLasting(http.getStatusCode());
        }
        String message = String.valueOf(cause.getMessage());
        Matcher token = TOKEN.matcher(message);
        return token.find()
                ? DeliveryFailure.isLasting(Integer.parseInt(token.group(1)))
                : message.contains("doesn't match certificate");
    }

    /** By Retry-After (RFC 9110, 10.2.3). */
    static Duration askedWait(Throwable cause) {
        if (!(cause instanceof HttpOperationFailedException http) || http.getResponseHeaders() == null) {
            return null;
        }
        return http.getResponseHeaders().entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase("Retry-After"))
                .findFirst()
                .map(header -> wait(header.getValue().strip()))
                .orElse(null);
    }

    /** Seconds, or a date. */
    private static Duration wait(String retryAfter) {
        Duration asked;
        try {
            asked = retryAfter.matches("\\d{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(retryAfter))
                    : Duration.between(
                            Instant.now(), ZonedDateTime.parse(retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME));
        } catch (DateTimeParseException e) {
            return null;
        }
        if (asked.isNegative()) {
            return Duration.ZERO;
        }
        return asked.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : asked;
    }

    /** Without the URL, which the exception's own message shows, query and all. */
    static String reason(Throwable cause) {
        if (!(cause instanceof HttpOperationFailedException http)) {
            return null;
        }
        String text = http.getStatusText();
        return "the server answers with status " + http.getStatusCode()
                + (text == null || text.isBlank() ? "" : ", " + text) + redirection(http);
    }

    /** Where a server says that it has moved to; without the query, which may hold a secret. */
    private static String redirection(HttpOperationFailedException answer) {
        if (answer.getStatusCode() / 100 != 3 || answer.getRedirectLocation() == null) {
            return "";
        }
        try {
            URI there = URI.create(answer.getRedirectLocation());
            return ": it is at "
                    + (there.isAbsolute() ? there.getScheme() + "://" + there.getAuthority() : "another path")
                    + " now; files are not sent after it, set the URL to that";
        } catch (IllegalArgumentException e) {
            return ": it is elsewhere now";
        }
    }

    static String explained(String reason) {
        Matcher token = TOKEN.matcher(reason);
        return token.find() ? "no token: the server of oauth2-token-url answers with status " + token.group(1) : reason;
    }
}
