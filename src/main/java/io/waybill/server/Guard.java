package io.waybill.server;

import io.waybill.ledger.Tokens;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Tells who calls, and turns away who does not say, or comes from a page of somebody else. */
final class Guard {

    private static final String SCHEME = "Bearer ";
    private static final String NOT_KNOWN = "the token is not known, or has ended";

    private final Desk desk;
    private final Optional<Users> users;

    Guard(Desk desk) {
        this.desk = desk;
        this.users = desk.settings().oidc().map(settings -> new Users(desk, settings));
    }

    /**
     * The caller of a request.
     *
     * @param headers the value of a header; null where there is none
     * @throws Refused where that is nobody, or it is not they who send it
     */
    Caller caller(Function<String, String> headers) {
        refuseOtherPages(headers);
        String authorization = headers.apply("Authorization");
        if (authorization != null) {
            return byToken(authorization);
        }
        if (!desk.settings().isLoopback()
                || users.isPresent()
                || desk.records().tokens().any()) {
            throw unauthorized("a token is needed: Authorization: Bearer "
                    + (users.isPresent() ? "with a JWT of the OpenID provider, or waybill_…" : "waybill_…"));
        }
        String host = headers.apply("Host");
        if (host == null || !desk.settings().isOwnName(host)) {
            // a name that somebody has pointed at this machine: a page of that name could read what is answered
            throw Refused.forbidden(
                    "without a token, the server answers to its own name alone: localhost or 127.0.0.1");
        }
        return Caller.local();
    }

    private Caller byToken(String authorization) {
        if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw unauthorized("Authorization: Bearer with a token is understood, and nothing else");
        }
        String secret = authorization.substring(SCHEME.length()).strip();
        if (!secret.startsWith(Tokens.PREFIX) && users.isPresent()) {
            return users.get().caller(secret);
        }
        if (!secret.startsWith(Tokens.PREFIX) || secret.length() > 200) {
            throw invalidToken(NOT_KNOWN);
        }
        return desk.records().tokens().open(secret).map(Caller::of).orElseThrow(() -> invalidToken(NOT_KNOWN));
    }

    /** RFC 6750, 3.1. */
    static Refused invalidToken(String detail) {
        return unauthorized(detail).with("WWW-Authenticate", "Bearer realm=\"waybill\", error=\"invalid_token\"");
    }

    private static Refused unauthorized(String detail) {
        return Refused.of(401, detail).with("WWW-Authenticate", "Bearer realm=\"waybill\"");
    }

    /** A browser says of which page a request is; one of another place has no business here. */
    private static void refuseOtherPages(Function<String, String> headers) {
        String origin = headers.apply("Origin");
        String host = headers.apply("Host");
        boolean other = origin != null
                && (host == null
                        || !origin.toLowerCase(Locale.ROOT)
                                .replaceFirst("^https?://", "")
                                .equals(host.toLowerCase(Locale.ROOT)));
        String site = headers.apply("Sec-Fetch-Site");
        if (other || site != null && !site.equals("same-origin") && !site.equals("none")) {
            throw Refused.forbidden("pages of other places may not call this server");
        }
    }
}
