package io.waybill.server;

import io.waybill.ledger.Session;
import io.waybill.ledger.Tokens;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Tells who calls, and turns away who does not say, or comes from a page of somebody else. */
final class Guard {

    private static final String SCHEME = "Bearer ";
    private static final String NOT_KNOWN = "the token is not known, or has ended";

    private final Desk desk;
    private volatile Optional<Users> users;

    /** Once a token was made, one was made. */
    private volatile boolean closed;

    Guard(Desk desk) {
        this.desk = desk;
        use(desk.settings());
    }

    /** From now on those come who may by these settings; what a provider has told of its keys is kept where it is the same. */
    void use(ServerSettings settings) {
        Optional<Users> before = users;
        this.users = settings.oidc()
                .map(oidc ->
                        before != null && before.isPresent() && before.get().areOf(oidc)
                                ? before.get()
                                : new Users(desk, oidc));
    }

    /**
     * The caller of a request.
     *
     * @param headers the value of a header; null where there is none
     * @throws Refused where that is nobody, or it is not they who send it
     */
    Caller caller(Operation operation, Function<String, String> headers) {
        refuseOtherPages(operation, headers);
        String authorization = headers.apply("Authorization");
        if (authorization != null) {
            return byToken(authorization);
        }
        if (operation.isPage() || operation.isRead()) { // what changes something, a page's form alone may ask for
            Optional<Caller> loggedIn = loggedIn(headers);
            if (loggedIn.isPresent()) {
                return loggedIn.get();
            }
        }
        if (!isOpen()) {
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

    /**
     * What the ledger is asked for to know who calls: a token, or what a browser has that is logged in. What a provider has signed proves
     * itself.
     */
    Optional<String> secret(Function<String, String> headers) {
        String authorization = headers.apply("Authorization");
        if (authorization == null) {
            return Cookies.of(headers).session();
        }
        return Optional.of(authorization).filter(text -> text.contains(Tokens.PREFIX) || users.isEmpty());
    }

    /** Who has logged in by the page, and calls where nobody need have. */
    Optional<Caller> loggedIn(Function<String, String> headers) {
        return Cookies.of(headers).session().flatMap(this::bySession);
    }

    private Optional<Caller> bySession(String secret) {
        return desk.records().sessions().open(secret).flatMap(session -> {
            if (session instanceof Session.OfUser user) {
                Optional<Caller> caller = users.flatMap(known -> known.caller(user));
                if (caller.isEmpty()) { // the settings have changed since
                    desk.records().sessions("server").end(secret);
                }
                return caller;
            }
            return Optional.of(Caller.of(((Session.OfToken) session).token()));
        });
    }

    /** How users of a provider log in on the page; empty where they do not. */
    Optional<UserLogin> login() {
        return users.flatMap(Users::login);
    }

    /** Whether somebody need not say who they are. */
    boolean isOpen() {
        if (closed || !desk.settings().isLoopback() || desk.settings().oidc().isPresent()) {
            return false;
        }
        closed = desk.records().tokens().any();
        return !closed;
    }

    /**
     * Turns away forms that another page has made up, which a browser sends with the cookies of whoever looks at it.
     *
     * @throws Refused where it is not known to be this server's own
     */
    void requireOwnForm(Call call) {
        if (!call.operation().isPage()
                || call.operation().isRead()
                || call.headers().apply("Authorization") != null) {
            return;
        }
        refuseOtherPages(call.operation(), call.headers());
        if (!FormSeal.of(call.headers()).isOn(call.form())) {
            throw Refused.forbidden("the form is not one of this server's, or it is too old; load its page again");
        }
    }

    private Caller byToken(String authorization) {
        if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw unauthorized("Authorization: Bearer with a token is understood, and nothing else");
        }
        String secret = authorization.substring(SCHEME.length()).strip();
        Optional<Users> known = users;
        if (!secret.startsWith(Tokens.PREFIX) && known.isPresent()) {
            return known.get().caller(secret);
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
    private static void refuseOtherPages(Operation operation, Function<String, String> headers) {
        String origin = headers.apply("Origin");
        String host = headers.apply("Host");
        boolean other = origin != null
                && (host == null
                        || !origin.toLowerCase(Locale.ROOT)
                                .replaceFirst("^https?://", "")
                                .equals(host.toLowerCase(Locale.ROOT)));
        String site = headers.apply("Sec-Fetch-Site");
        if (operation.isPage() && operation.isRead() && "navigate".equals(headers.apply("Sec-Fetch-Mode"))) {
            return; // a link of another page leads here: nothing of what is answered is that page's to read
        }
        if (other || site != null && !site.equals("same-origin") && !site.equals("none")) {
            throw Refused.forbidden("pages of other places may not call this server");
        }
    }
}
