package io.waybill.page;

import io.waybill.server.Answer;
import io.waybill.server.Call;
import io.waybill.server.Inside;
import io.waybill.server.Operation;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Logging in, by a token or by what else there is, and out. */
final class LoginPages {

    private static final int MOST_TOKEN = 200;

    private final Inside inside;
    private final Paper paper;
    private final List<LoginWay> ways;

    LoginPages(Inside inside, Paper paper, List<LoginWay> ways) {
        this.inside = inside;
        this.paper = paper;
        this.ways = ways;
    }

    List<Operation> operations() {
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
        Map<String, Object> shown = new java.util.HashMap<>();
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

    private Answer logOut(Call call) {
        return Paper.goTo("/login").with("Set-Cookie", inside.logOut(call));
    }

    /** A page of this server's own, whatever stands there. */
    private static String to(Call call) {
        return call.parameter("to")
                .filter(path -> path.matches("/(?![/\\\\])[\\x21-\\x5B\\x5D-\\x7E]{0,2000}"))
                .orElse("/");
    }
}
