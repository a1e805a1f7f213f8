package io.waybill.delivery;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.http.base.HttpOperationFailedException;

/** What libraries say of refusals in words alone, without a type or a number. */
final class Refusals {

    /** Camel's OAuth client, of a token that it did not get. */
    private static final Pattern TOKEN =
            Pattern.compile("error response from token request with Status Code: (\\d{3})");

    /** What stays so: a server without TLS, one of another name, a key that is no key. */
    private static final List<String> LASTING = List.of(
            "STARTTLS is required",
            "Can't verify identity of server",
            "Server identity does not match",
            "doesn't match certificate",
            "no ssh-agent answers",
            "Incorrect passphrase");

    private static final String CLOSED = "the server has closed the connection";

    /** What is said, and what it means. */
    private static final Map<String, String> MEANINGS = Map.of(
            "unrecognized SSL message",
            "the server speaks no TLS at that port",
            "valid certification path",
            "its certificate comes from nobody who is trusted; see trust-store",
            "inputstream is closed",
            CLOSED,
            "Pipe closed",
            CLOSED,
            "session is down",
            CLOSED);

    private Refusals() {}

    /** Whether something that went wrong stays so. */
    static boolean areIn(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        Matcher token = TOKEN.matcher(message);
        return token.find()
                ? DeliveryFailure.isLasting(Integer.parseInt(token.group(1)))
                : LASTING.stream().anyMatch(message::contains);
    }

    /** What a library says, with what it may mean. */
    static String explained(String reason) {
        if (reason == null) {
            return null;
        }
        Matcher token = TOKEN.matcher(reason);
        if (token.find()) {
            return "no token: the server of oauth2-token-url answers with status " + token.group(1);
        }
        return MEANINGS.entrySet().stream()
                .filter(meaning -> reason.contains(meaning.getKey()))
                .findFirst()
                .map(meaning -> reason + " (" + meaning.getValue() + ")")
                .orElse(reason);
    }

    /** Where a server says that it has moved to; without the query, which may hold a secret. */
    static String redirection(HttpOperationFailedException answer) {
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
}
