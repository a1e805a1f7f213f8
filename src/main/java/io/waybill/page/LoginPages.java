package io.waybill.page;

import io.waybill.server.Answer;
import io.waybill.server.Call;
import io.waybill.server.Inside;
import io.waybill.server.Operation;
import io.waybill.server.Refused;
import io.waybill.server.UserLogin;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Logging in, by a token or by what else there is, and out. */
final class LoginPages {

    private static final int MOST_TOKEN = 200;

    private final Inside inside;
    private final Paper paper;
    private final List<LoginWay> ways;

    LoginPages(Inside inside, Paper paper) {
        this.inside = inside;
        this.paper = paper;
        this.ways = inside.userLogin().stream()
                .map(login -> new LoginWay("Log in with " + login.provider(), UserLogin.BEGIN))
                .toList();
    }

    List<Operation> operations() {
        List<Operation> all = new ArrayList<>(byToken());
        inside.userLogin().ifPresent(login -> all.addAll(byProvider(login)));
        return all;
    }

    private List<Operation> byProvider(UserLogin login) {
        return List.of(
                Operation.page(
                                "beginLogin",
                                UserLogin.BEGIN,
                                null,
                                "Sends a browser to the OpenID provider.",
                                call -> orProblem(call, () -> login.begin(call, to(call))))
                        .query("to", "the page to go to then"),
                Operation.page(
                                "endLogin",
                                UserLogin.CALLBACK,
                                null,
                                "Where the OpenID provider sends it back to.",
                                call -> orProblem(call, () -> loggedIn(call, login.end(call))))
                        .query(Operation.ANY, "what the provider says"));
    }

    private Answer orProblem(Call call, Supplier<Answer> answer) {
        try {
            return answer.get();
        } catch (Refused e) {
            return page(call, e.status(), "You are not logged in: " + e.getMessage() + ".");
        }
    }

    /**
     * Has the browser go on by itself from a page of this server's own. Sent on at once, it would come from the provider's, and no browser
     * sends the cookie of who is logged in for pages of others.
     */
    private Answer loggedIn(Call call, UserLogin.LoggedIn user) {
        String to = own(user.to());
        return paper.page(call, 200, "loggedIn", Place.NONE, "Logged in", Map.of("to", to))
                .with("Refresh", "0; url=" + to)
                .with("Set-Cookie", user.cookie());
    }

    private List<Operation> byToken() {
        return List.of(
                Operation.page("loginPage", "/login", null, "Where people log in.", this::show)
                        .query("to", "the page to go to then"),
                Operation.form("logIn", "/login", null, "Logs somebody in.", this::logIn)
                        .query("to", "the page to go to then"),
                Operation.form("logOut", "/logout", null, "Logs somebody out.", this::logOut));
    }

    /** Has somebody log in first. */
    static Answer redirect(Call call) {
        String to = call.target();
        return Paper.goTo(to.equals("/") ? "/login" : "/login?to=" + URLEncoder.encode(to, StandardCharsets.UTF_8));
    }

    private Answer show(Call call) {
        return inside.isOpen() ? Paper.goTo(to(call)) : page(call, 200, null);
    }

    private Answer page(Call call, int status, String problem) {
        Map<String, Object> shown = new HashMap<>();
        shown.put("to", to(call));
        shown.put("ways", ways);
        shown.put("problem", problem);
        return paper.page(call, status, "login", Place.NONE, "Log in", shown);
    }

    private Answer logIn(Call call) {
        String token = call.form().text("token").orElse("");
        if (token.isEmpty()) {
            return page(call, 422, "A token is needed. It begins with waybill_.");
        }
        Optional<String> cookie = token.length() > MOST_TOKEN ? Optional.empty() : inside.logIn(call, token);
        return cookie.map(set -> Paper.goTo(to(call)).with("Set-Cookie", set))
                .orElseGet(() -> page(
                        call,
                        401,
                        "This token is not known, or it has ended. Who made it can see that by waybill token list."));
    }

    /** Whoever has logged in by a provider is told that it may know them still, and sent there where it can be told. */
    private Answer logOut(Call call) {
        Inside.LoggedOut out = inside.logOut(call);
        return out.provider()
                .map(provider -> loggedOut(call, provider))
                .orElseGet(() -> Paper.goTo("/login"))
                .with("Set-Cookie", out.cookie());
    }

    /** Sent on at once, the browser would come from a form, which may lead to pages of this server alone. */
    private Answer loggedOut(Call call, UserLogin provider) {
        Optional<String> there = provider.logOut().map(URI::toString);
        Map<String, Object> shown = new HashMap<>();
        shown.put("provider", provider.provider());
        shown.put("there", there.orElse(null));
        Answer page = paper.page(call, 200, "loggedOut", Place.NONE, "Logged out", shown);
        return there.map(to -> page.with("Refresh", "0; url=" + to)).orElse(page);
    }

    /** A page of this server's own, whatever stands there. */
    private static String to(Call call) {
        return own(call.parameter("to").orElse("/"));
    }

    private static String own(String path) {
        return path.matches("/(?![/\\\\])[\\x21-\\x5B\\x5D-\\x7E]{0,2000}") ? path : "/";
    }
}
