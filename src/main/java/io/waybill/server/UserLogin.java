package io.waybill.server;

import io.waybill.ledger.Sessions;
import io.waybill.ledger.Subjects;
import io.waybill.server.oidc.CodeLogin;
import io.waybill.server.oidc.Identity;
import io.waybill.server.oidc.LoginAttempt;
import io.waybill.server.oidc.NotIdentifiedException;
import io.waybill.server.oidc.ProviderAwayException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How users of an OpenID provider log in on the page: their browser is sent to the provider, and comes back with what proves who they are. */
public final class UserLogin {

    /** Where it begins. */
    public static final String BEGIN = "/login/oidc";

    /** Where browsers come back to. */
    public static final String CALLBACK = "/login/oidc/callback";

    /** Where they come back to once the provider has logged their users out. */
    public static final String AFTER_LOG_OUT = "/login";

    private static final Logger LOG = LoggerFactory.getLogger(UserLogin.class);

    private final Desk desk;
    private final Users users;
    private final CodeLogin provider;

    UserLogin(Desk desk, Users users, CodeLogin provider) {
        this.desk = desk;
        this.users = users;
        this.provider = provider;
    }

    /**
     * Who has come back, and is logged in.
     *
     * @param cookie what their browser is to have from now on
     * @param to the page that they wanted to see
     */
    public record LoggedIn(String cookie, String to) {

        /** Shows no cookie. */
        @Override
        public String toString() {
            return "LoggedIn[" + to + "]";
        }
    }

    /** What the provider is called, for people. */
    public String provider() {
        return users.provider();
    }

    /**
     * Sends a browser to the provider.
     *
     * @param to the page that is gone to then
     * @throws Refused with 503 where the provider is away
     */
    public Answer begin(Call call, String to) {
        LoginAttempt attempt = LoginAttempt.begin(desk.clock().instant(), to);
        try {
            URI there = provider.begin(attempt);
            return Answer.empty(303)
                    .with("Location", there.toString())
                    .with("Set-Cookie", Cookies.setAttempt(attempt.kept(), call.isSecure()));
        } catch (ProviderAwayException e) {
            throw Users.away(e);
        }
    }

    /**
     * Logs in whom the provider has sent back.
     *
     * @throws Refused with 401 where nothing is proved, 403 where they may do nothing, 503 where the provider is away
     */
    public LoggedIn end(Call call) {
        Instant now = desk.clock().instant();
        LoginAttempt attempt = Cookies.of(call.headers())
                .attempt()
                .flatMap(LoginAttempt::read)
                .filter(kept -> !kept.isOld(now))
                .orElseThrow(() -> Refused.of(
                        401,
                        "this log-in was not begun in this browser, or more than " + LoginAttempt.LONGEST.toMinutes()
                                + " minutes ago"));
        try {
            CodeLogin.LoggedIn user = provider.end(attempt, call.query());
            return new LoggedIn(Cookies.setSession(begin(user), call.isSecure()), attempt.to());
        } catch (NotIdentifiedException e) {
            throw Refused.of(401, e.getMessage());
        } catch (ProviderAwayException e) {
            throw Users.away(e);
        }
    }

    /** Where a browser is sent so that the provider logs its user out, too; empty where it has no such place, or cannot be asked now. */
    public Optional<URI> logOut() {
        try {
            return provider.logOut();
        } catch (ProviderAwayException e) {
            if (e.isNews()) {
                LOG.warn("{}", e.getMessage());
            }
            return Optional.empty();
        }
    }

    private String begin(CodeLogin.LoggedIn user) {
        Identity identity = user.identity();
        String actor = users.caller(identity).actor();
        List<String> groups = users.groups(identity);
        if (String.join("\n", groups).length() > Sessions.MOST_GROUPS) {
            throw Refused.forbidden("the names of your groups have more than " + Sessions.MOST_GROUPS + " characters");
        }
        return desk.records()
                .sessions(actor)
                .begin(Subjects.id(identity.issuer(), identity.subject()), groups, user.until());
    }
}
