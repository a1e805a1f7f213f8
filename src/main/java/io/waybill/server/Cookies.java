package io.waybill.server;

import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The cookies that a browser sends: that of who is logged in, and, before that, one that tells one browser from others.
 *
 * @param header as it came; empty for none
 */
record Cookies(String header) {

    private static final String PREFIX = "waybill-";
    private static final String SESSION = "waybill-session";
    private static final String VISIT = "waybill-visit";
    private static final String ATTEMPT = "waybill-login";
    private static final String VALUE = "[A-Za-z0-9_-]{20,100}";
    private static final String ATTEMPT_VALUE = "[A-Za-z0-9_.-]{20,3500}";

    /** A browser takes one of such a name by TLS alone, and from this server alone. */
    private static final String SAFE = "__Host-";

    static Cookies of(Function<String, String> headers) {
        String header = headers.apply("Cookie");
        return new Cookies(header == null ? "" : header);
    }

    /** What counts of it where a call has come by TLS: whoever can change what is sent without, can set cookies of other names. */
    static String safe(String header) {
        return Stream.of(header.split(";"))
                .map(String::strip)
                .filter(pair -> !pair.startsWith(PREFIX))
                .collect(Collectors.joining("; "));
    }

    Optional<String> session() {
        return named(SESSION);
    }

    Optional<String> visit() {
        return named(VISIT);
    }

    /** The attempt to log in by a provider that this browser is at. */
    Optional<String> attempt() {
        return named(ATTEMPT, ATTEMPT_VALUE);
    }

    private Optional<String> named(String name) {
        return named(name, VALUE);
    }

    private Optional<String> named(String name, String value) {
        Optional<String> safe = exactly(SAFE + name, value);
        return safe.isPresent() ? safe : exactly(name, value);
    }

    private Optional<String> exactly(String name, String allowed) {
        for (String pair : header.split(";")) {
            int equals = pair.indexOf('=');
            if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
                String value = pair.substring(equals + 1).strip();
                return Optional.of(value).filter(each -> each.matches(allowed));
            }
        }
        return Optional.empty();
    }

    /** Has a browser keep who is logged in, until it is closed. */
    static String setSession(String secret, boolean isSecure) {
        return set(SESSION, secret, isSecure);
    }

    /** Has a browser forget it. */
    static String endSession(boolean isSecure) {
        return set(SESSION, "", isSecure) + "; Max-Age=0";
    }

    static String setVisit(String value, boolean isSecure) {
        return set(VISIT, value, isSecure);
    }

    /** Has a browser keep an attempt to log in; it comes with it when the provider's page sends it back, and with no form of that page. */
    static String setAttempt(String value, boolean isSecure) {
        return set(ATTEMPT, value, "Lax", isSecure);
    }

    private static String set(String name, String value, boolean isSecure) {
        return set(name, value, "Strict", isSecure);
    }

    private static String set(String name, String value, String sameSite, boolean isSecure) {
        return (isSecure ? SAFE : "") + name + "=" + value + "; Path=/; HttpOnly; SameSite=" + sameSite
                + (isSecure ? "; Secure" : "");
    }

    /** Shows no value. */
    @Override
    public String toString() {
        return "Cookies";
    }
}
