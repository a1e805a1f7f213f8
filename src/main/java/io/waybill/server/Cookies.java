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

    private Optional<String> named(String name) {
        Optional<String> safe = exactly(SAFE + name);
        return safe.isPresent() ? safe : exactly(name);
    }

    private Optional<String> exactly(String name) {
        for (String pair : header.split(";")) {
            int equals = pair.indexOf('=');
            if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
                String value = pair.substring(equals + 1).strip();
                return Optional.of(value).filter(each -> each.matches("[A-Za-z0-9_-]{20,100}"));
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

    private static String set(String name, String value, boolean isSecure) {
        return (isSecure ? SAFE : "") + name + "=" + value + "; Path=/; HttpOnly; SameSite=Strict"
                + (isSecure ? "; Secure" : "");
    }

    /** Shows no value. */
    @Override
    public String toString() {
        return "Cookies";
    }
}
