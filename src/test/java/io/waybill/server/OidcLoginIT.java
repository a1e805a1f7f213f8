package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import io.waybill.ledger.Audit;
import io.waybill.ledger.Subjects;
import io.waybill.servers.Ports;
import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Users of an OpenID provider, who log in on the page: a browser that runs no script is sent there and back. */
class OidcLoginIT {

    private static final String NOT = "You are not logged in: ";

    @RegisterExtension
    private final OpenIdProvider provider = new OpenIdProvider();

    private final int port = Ports.free();

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("orders")
            .withFlow("secret", "namespace = \"finance\"\n" + ServerHarness.export("secret"))
            .withProperty("waybill.server.port", String.valueOf(port))
            .withProperty("waybill.server.oidc.issuer", provider.issuer())
            .withProperty("waybill.server.oidc.audience", OpenIdProvider.AUDIENCE)
            .withProperty("waybill.server.oidc.client-id", OpenIdProvider.CLIENT)
            .withProperty("waybill.server.oidc.client-secret", OpenIdProvider.SECRET)
            .withProperty("waybill.server.oidc.callback", "http://127.0.0.1:" + port + "/login/oidc/callback")
            .withProperty(
                    "waybill.server.oidc.roles",
                    "sales = view@namespace:public; money = create@namespace:finance; all = admin@*; "
                            + "x".repeat(4_001) + " = view@*; " + "y".repeat(4_001) + " = view@*");

    /** A browser, which keeps cookies and follows where it is sent. */
    private final class Browser {

        private final CookieManager cookies = new CookieManager();
        private final HttpClient client = HttpClient.newBuilder()
                .cookieHandler(cookies)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();

        HttpResponse<String> get(String path) throws Exception {
            URI there = path.startsWith("http") ? URI.create(path) : URI.create(server.address() + path);
            return client.send(
                    HttpRequest.newBuilder(there).header("Accept", "text/html").build(),
                    HttpResponse.BodyHandlers.ofString());
        }

        HttpResponse<String> logIn(String to) throws Exception {
            return get("/login/oidc?to=" + URLEncoder.encode(to, StandardCharsets.UTF_8));
        }

        HttpResponse<String> logOut() throws Exception {
            String page = get("/").body();
            String seal = page.replaceFirst("(?s).*name=\"_seal\" value=\"([^\"]+)\".*", "$1");
            return client.send(
                    HttpRequest.newBuilder(URI.create(server.address() + "/logout"))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(HttpRequest.BodyPublishers.ofString("_seal=" + seal))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }

        String cookie(String name) {
            return cookies.getCookieStore().getCookies().stream()
                    .filter(cookie -> cookie.getName().equals(name))
                    .map(HttpCookie::getValue)
                    .findFirst()
                    .orElse(null);
        }
    }

    private static String heading(HttpResponse<String> page) {
        return page.body().replaceFirst("(?s).*<h1[^>]*>([^<]*)</h1>.*", "$1");
    }

    private static String problem(HttpResponse<String> page) {
        return page.body()
                .replaceFirst("(?s).*id=\"problem\">([^<]*)<.*", "$1")
                .replace("&#39;", "'")
                .replace("&#34;", "\"");
    }

    @Test
    void thePageLeadsToTheProviderAndBackToWhatWasToBeSeen() throws Exception {
        provider.letIn("ann", "sales", "others");
        Browser browser = new Browser();
        HttpResponse<String> login = browser.get("/flows/orders");
        assertThat(heading(login)).isEqualTo("Log in");
        assertThat(login.body()).contains("href=\"/login/oidc?to=%2Fflows%2Forders\"", "Log in with localhost");

        HttpResponse<String> back = browser.logIn("/flows/orders");
        assertThat(heading(back)).as(back.body()).isEqualTo("You are logged in");
        assertThat(back.headers().firstValue("Refresh")).hasValue("0; url=/flows/orders");
        assertThat(back.headers().firstValue("Set-Cookie").orElseThrow())
                .matches("waybill-session=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict");
        HttpResponse<String> page = browser.get("/flows/orders");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.uri().getPath()).isEqualTo("/flows/orders");
        assertThat(browser.get("/").body()).contains("/flows/orders", "ann").doesNotContain("/flows/secret");
        assertThat(browser.get("/access").statusCode()).isEqualTo(403);
        assertThat(browser.get("/v2/flows").statusCode()).isEqualTo(200);

        String user = "user " + Subjects.id(provider.issuer(), "id of ann") + " ann";
        assertThat(server.ledger().audit().latest(50))
                .filteredOn(entry -> entry.actor().equals(user))
                .extracting(Audit.Entry::action)
                .contains("log in", "page flowPage");
    }

    @Test
    void theProviderIsAskedByCodeWithAChallengeAStateAndANonce() throws Exception {
        provider.letIn("ann", "sales");
        Browser browser = new Browser();
        browser.logIn("/");
        assertThat(provider.authorized())
                .containsEntry("response_type", "code")
                .containsEntry("client_id", OpenIdProvider.CLIENT)
                .containsEntry("scope", "openid profile")
                .containsEntry("code_challenge_method", "S256")
                .containsEntry("redirect_uri", server.address() + "/login/oidc/callback");
        String kept = browser.cookie("waybill-login");
        for (String told : List.of("state", "nonce", "code_challenge")) {
            assertThat(provider.authorized().get(told)).as(told).hasSize(43);
            assertThat(kept).doesNotContain(provider.authorized().get(told));
        }
        String state = provider.authorized().get("state");
        browser.logIn("/");
        assertThat(provider.authorized().get("state")).isNotEqualTo(state);
    }

    @Test
    void goesToNoOtherPlaceThen() throws Exception {
        provider.letIn("ann", "sales");
        for (String to : List.of("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)")) {
            assertThat(new Browser().logIn(to).headers().firstValue("Refresh"))
                    .as(to)
                    .hasValue("0; url=/");
        }
    }

    @Test
    void usersAreAmongThoseWhoHoldSomething() throws Exception {
        provider.letIn("ann, =1+1", "sales");
        new Browser().logIn("/");
        provider.letIn("root", "all");
        Browser admin = new Browser();
        admin.logIn("/access");
        assertThat(admin.get("/access").body().replace("<wbr>", ""))
                .contains("ann, =1+1", "view@namespace:public", "user of the OpenID provider", "2 holders");
        assertThat(admin.get("/access/csv").body()).contains("\n\"ann, =1+1\",view,namespace:public,oidc");
    }

    @Test
    void logsOut() throws Exception {
        provider.letIn("ann", "sales");
        Browser browser = new Browser();
        browser.logIn("/");
        String session = browser.cookie("waybill-session");
        assertThat(heading(browser.get("/"))).isEqualTo("Flows");
        HttpResponse<String> out = browser.logOut();
        assertThat(heading(browser.get("/"))).isEqualTo("Log in");
        assertThat(server.ledger().server().sessions().open(session)).isEmpty();
        // without a place of the provider's to log out, the page says what that leaves
        assertThat(heading(out)).isEqualTo("You are logged out here");
        assertThat(out.body()).contains("localhost may still know you").doesNotContain(">Log out<");
        assertThat(out.headers().firstValue("Refresh")).isEmpty();
    }

    @Test
    void logsOutAtTheProviderTooWhereItCanBe() throws Exception {
        provider.logsOut();
        provider.letIn("ann", "sales");
        Browser browser = new Browser();
        browser.logIn("/");
        String session = browser.cookie("waybill-session");
        HttpResponse<String> out = browser.logOut();
        assertThat(heading(out)).isEqualTo("You are logged out here");
        String there = out.headers().firstValue("Refresh").orElseThrow().replaceFirst("0; url=", "");
        assertThat(there).startsWith(provider.issuer() + "/logout?");
        assertThat(out.body()).contains("href=\"" + there.replace("&", "&amp;") + "\"", "Log out at localhost");
        assertThat(server.ledger().server().sessions().open(session)).isEmpty();

        HttpResponse<String> back = browser.get(there);
        assertThat(provider.loggedOut())
                .containsOnly(
                        java.util.Map.entry("client_id", OpenIdProvider.CLIENT),
                        java.util.Map.entry("post_logout_redirect_uri", server.address() + "/login"));
        assertThat(back.uri().getPath()).isEqualTo("/login");
        assertThat(heading(back)).isEqualTo("Log in");
    }

    @Test
    void logsOutHereWhereTheProviderIsAway() throws Exception {
        provider.logsOut();
        String ann = Subjects.id(provider.issuer(), "id of ann");
        server.ledger().server().subjects().came(provider.issuer(), "id of ann", "ann", "view@*");
        String session = server.ledger()
                .server()
                .sessions("test")
                .begin(ann, List.of("sales"), Instant.now().plus(Duration.ofHours(1)));
        provider.stop();
        Browser browser = new Browser();
        HttpCookie cookie = new HttpCookie("waybill-session", session);
        cookie.setPath("/");
        cookie.setVersion(0);
        browser.cookies.getCookieStore().add(URI.create(server.address()), cookie);
        assertThat(heading(browser.get("/"))).isEqualTo("Flows");
        HttpResponse<String> out = browser.logOut();
        assertThat(out.body()).contains("localhost may still know you");
        assertThat(server.ledger().server().sessions().open(session)).isEmpty();
        provider.start();
    }

    @Test
    void anAdministratorEndsTheSessionsOfAUser() throws Exception {
        provider.letIn("ann", "sales");
        Browser browser = new Browser();
        browser.logIn("/");
        String ann = Subjects.id(provider.issuer(), "id of ann");
        String admin = server.token("admin@*");
        assertThat(server.delete("/v2/sessions/" + ann)
                        .as(admin)
                        .send()
                        .json(200)
                        .get("ended")
                        .asInt())
                .isEqualTo(1);
        assertThat(heading(browser.get("/"))).isEqualTo("Log in");
        browser.logIn("/");
        assertThat(heading(browser.get("/"))).as("the provider knows her still").isEqualTo("Flows");
    }

    @Test
    void whoIsInNoGroupIsToldSo() throws Exception {
        provider.letIn("carl", "others");
        assertProblem(403, "none of your groups may do anything here.");
        provider.letIn(claims -> claims.claim("groups", 7), "carl");
        assertProblem(401, "the token's claim groups is not a list of up to 1000 texts.");
        provider.letIn("carl", "x".repeat(4_001), "y".repeat(4_001));
        assertProblem(403, "the names of your groups have more than 8000 characters.");
    }

    private Browser assertProblem(int status, String problem) throws Exception {
        Browser browser = new Browser();
        HttpResponse<String> page = browser.logIn("/");
        assertThat(problem(page)).isEqualTo(NOT + problem);
        assertThat(page.statusCode()).isEqualTo(status);
        assertThat(browser.cookie("waybill-session")).isNull();
        return browser;
    }

    @Test
    void anIdTokenHoldsForThisLogInAlone() throws Exception {
        Instant now = Instant.now();
        assertDoesNotHold(
                claims -> claims.claim("nonce", "another's"),
                "the token was made for another log-in: its nonce is not ours.");
        assertDoesNotHold(
                claims -> claims.claim("nonce", null), "the token was made for another log-in: its nonce is not ours.");
        assertDoesNotHold(claims -> claims.audience("others"), "the token does not hold: JWT aud claim rejected.");
        assertDoesNotHold(
                claims -> claims.audience(OpenIdProvider.AUDIENCE), "the token does not hold: JWT aud claim rejected.");
        assertDoesNotHold(
                claims -> claims.audience(List.of(OpenIdProvider.CLIENT, "others")),
                "the token was made for another client: its azp is not ours.");
        assertDoesNotHold(
                claims -> claims.claim("azp", "others"), "the token was made for another client: its azp is not ours.");
        assertDoesNotHold(
                claims -> claims.issuer("http://evil.example"),
                "the token does not hold: JWT iss claim value rejected.");
        assertDoesNotHold(
                claims -> claims.expirationTime(Date.from(now.minusSeconds(90))),
                "the token does not hold: Expired JWT.");
        provider.letIn(
                claims -> claims.audience(List.of(OpenIdProvider.CLIENT, "others"))
                        .claim("azp", OpenIdProvider.CLIENT),
                "ann",
                "sales");
        assertThat(heading(new Browser().logIn("/"))).isEqualTo("You are logged in");
    }

    private void assertDoesNotHold(UnaryOperator<JWTClaimsSet.Builder> change, String why) throws Exception {
        provider.letIn(change, "ann", "sales");
        assertProblem(401, why);
    }

    @Test
    void whatTheProviderDidNotAnswerToThisBrowserIsRefused() throws Exception {
        provider.letIn("ann", "sales");
        String notThis = "this is not the log-in that was begun last in this browser.";
        provider.answer("code=stolen");
        assertProblem(401, notThis);
        provider.answer("code=stolen&state=wrong");
        assertProblem(401, notThis);
        provider.answer("state={state}");
        assertProblem(401, "the OpenID provider has sent no code.");
        provider.answer("code=x&iss=http%3A%2F%2Fevil.example&state={state}");
        assertProblem(401, "it is not the OpenID provider that has answered.");
        provider.answer("error=access_denied&state={state}");
        assertProblem(401, "the OpenID provider has let nobody in: access_denied.");
        provider.answer("error=%3Cb%3E&state={state}");
        assertProblem(401, "the OpenID provider has let nobody in: it does not say why.");
        provider.answer("code=made-up&state={state}");
        Browser browser = assertProblem(401, "the OpenID provider does not take the code: invalid_grant.");

        // one who has the link with a code, and not the browser that it was made for
        String link = "/login/oidc/callback?code=code-0&state="
                + provider.authorized().get("state");
        assertThat(problem(new Browser().get(link)))
                .isEqualTo(NOT + "this log-in was not begun in this browser, or more than 10 minutes ago.");
        assertThat(problem(browser.get("/login/oidc/callback?code=x&state=y"))).isEqualTo(NOT + notThis);
    }

    @Test
    void aLogInThatHasTakenTooLongIsRefused() throws Exception {
        var old = io.waybill.server.oidc.LoginAttempt.begin(Instant.now().minusSeconds(601), "/");
        for (String kept : List.of(old.kept(), "x".repeat(50), "x".repeat(50) + ".1.*", "x".repeat(50) + ".a.b")) {
            var answered = server.get("/login/oidc/callback?code=x&state=y")
                    .header("Cookie", "waybill-login=" + kept)
                    .send();
            assertThat(answered.status()).isEqualTo(401);
            assertThat(problem(answered.response()))
                    .isEqualTo(NOT + "this log-in was not begun in this browser, or more than 10 minutes ago.");
        }
    }

    @Test
    void aProviderThatIsAwayIsSaidToBe() throws Exception {
        String away = "the OpenID provider cannot be asked now who this is.";
        provider.stop();
        assertProblem(503, away);
        provider.start();
    }

    @Test
    void aTokenEndpointThatFailsIsSaidTo() throws Exception {
        provider.letIn("ann", "sales");
        provider.tokenStatus(502);
        assertProblem(503, "the OpenID provider cannot be asked now who this is.");
        provider.tokenStatus(200);
        provider.letIn(claims -> null, "ann", "sales");
        assertProblem(401, "the OpenID provider has answered no ID token.");
    }

    @Test
    void aSessionEndsWithWhatTheProviderHasSaid() throws Exception {
        Instant soon = Instant.now().minusSeconds(30); // within what clocks may be apart
        provider.letIn(claims -> claims.expirationTime(Date.from(soon)), "ann", "sales");
        Browser browser = new Browser();
        assertThat(heading(browser.logIn("/"))).isEqualTo("You are logged in");
        assertThat(heading(browser.get("/"))).isEqualTo("Log in");
    }

    @Test
    void aSessionEndsWhereItsGroupsMayDoNothingAnyMore() throws Exception {
        provider.letIn("ann", "sales");
        Browser browser = new Browser();
        browser.logIn("/");
        String ann = Subjects.id(provider.issuer(), "id of ann");
        String gone = server.ledger()
                .server()
                .sessions("test")
                .begin(ann, List.of("no more"), Instant.now().plus(Duration.ofHours(1)));
        assertThat(server.get("/v2/flows")
                        .header("Cookie", "waybill-session=" + gone)
                        .send()
                        .status())
                .isEqualTo(401);
        assertThat(server.ledger().server().sessions().open(gone)).isEmpty();
        assertThat(browser.get("/v2/flows").statusCode()).isEqualTo(200);
    }
}
