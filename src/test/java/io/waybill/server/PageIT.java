package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.server.ServerHarness.Answered;
import io.waybill.server.ServerHarness.Asking;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What pages answer to a browser that runs no script: logging in, forms, and who is turned away. */
class PageIT {

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("orders", "other");

    /** A browser that has been given cookies. */
    private final class Browser {

        private String cookies = "";

        Answered get(String path) throws Exception {
            return answered(server.get(path));
        }

        /** Sends a form with the hidden field of the page that it is on. */
        Answered post(String from, String path, String... fields) throws Exception {
            Matcher seal = Pattern.compile("name=\"_seal\" value=\"([^\"]+)\"")
                    .matcher(get(from).text());
            assertThat(seal.find()).as("a form on " + from).isTrue();
            return send(path, "_seal=" + seal.group(1) + form(fields));
        }

        Answered send(String path, String body) throws Exception {
            return answered(server.post(path).body(body, "application/x-www-form-urlencoded"));
        }

        private Answered answered(Asking asking) throws Exception {
            if (!cookies.isEmpty()) {
                asking.header("Cookie", cookies);
            }
            Answered answered = asking.header("Accept", "text/html").send();
            if (answered.header("Set-Cookie") != null) {
                cookies = answered.header("Set-Cookie").split(";")[0];
            }
            return answered;
        }
    }

    private static String form(String... fields) {
        StringBuilder form = new StringBuilder();
        for (int i = 0; i < fields.length; i += 2) {
            form.append("&")
                    .append(fields[i])
                    .append("=")
                    .append(URLEncoder.encode(fields[i + 1], StandardCharsets.UTF_8));
        }
        return form.toString();
    }

    private Browser loggedIn(String grants) throws Exception {
        Browser browser = new Browser();
        Answered answered = browser.post("/login", "/login", "token", server.token(grants));
        assertThat(answered.status()).as(answered.text()).isEqualTo(303);
        return browser;
    }

    @Test
    void showsTheFlowsWithoutLoggingInWhereNoTokenWasEverMade() throws Exception {
        Answered page = new Browser().get("/");
        assertThat(page.status()).as(page.text()).isEqualTo(200);
        assertThat(page.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(page.text()).contains("<!DOCTYPE html>", "href=\"/flows/orders\"", "href=\"/flows/other\"");
        assertThat(page.header("Content-Security-Policy"))
                .contains("default-src 'none'")
                .doesNotContain("unsafe");
        assertThat(page.header("X-Frame-Options")).isEqualTo("DENY");
    }

    @Test
    void asksWhoIsNotLoggedInForAToken() throws Exception {
        server.token("view@*");
        Answered page = new Browser().get("/");
        assertThat(page.status()).isEqualTo(303);
        assertThat(page.header("Location")).isEqualTo("/login");
        assertThat(new Browser().get("/login").text()).contains("Log in", "name=\"token\"");
    }

    @Test
    void exchangesATokenForACookieThatNoScriptReads() throws Exception {
        Browser browser = new Browser();
        String token = server.token("view@flow:orders");
        Answered answered = browser.post("/login", "/login?to=%2Fruns", "token", token);
        assertThat(answered.header("Location")).isEqualTo("/runs");
        assertThat(answered.header("Set-Cookie"))
                .matches("waybill-session=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict");
        assertThat(browser.get("/").text()).contains("/flows/orders").doesNotContain("/flows/other");
    }

    @Test
    void tellsThatATokenIsNotKnown() throws Exception {
        server.token("view@*");
        Answered answered = new Browser().post("/login", "/login", "token", "waybill_wrong");
        assertThat(answered.status()).isEqualTo(401);
        assertThat(answered.text())
                .contains("This token is not known, or it has ended")
                .doesNotContain("waybill_wrong");
    }

    @Test
    void goesToNoPageOfAnotherPlaceAfterLoggingIn() throws Exception {
        for (String to :
                new String[] {"https://example.com/", "//example.com", "/\\example.com", "javascript:alert(1)"}) {
            Answered answered = new Browser()
                    .post(
                            "/login",
                            "/login?to=" + URLEncoder.encode(to, StandardCharsets.UTF_8),
                            "token",
                            server.token("view@*"));
            assertThat(answered.header("Location")).as(to).isEqualTo("/");
        }
    }

    @Test
    void endsASessionWithItsToken() throws Exception {
        Browser browser = loggedIn("view@*");
        assertThat(browser.get("/").status()).isEqualTo(200);
        server.ledger()
                .server()
                .tokens()
                .revoke(server.ledger().server().tokens().all().get(0).id());
        assertThat(browser.get("/").status()).isEqualTo(303);
    }

    @Test
    void endsASessionWhenSomebodyLogsOut() throws Exception {
        Browser browser = loggedIn("view@*");
        String before = browser.cookies;
        assertThat(browser.post("/", "/logout").header("Location")).isEqualTo("/login");
        browser.cookies = before;
        assertThat(browser.get("/").status()).isEqualTo(303);
    }

    @Test
    void turnsAwayAFormWithoutItsSeal() throws Exception {
        Browser browser = loggedIn("view@*");
        for (String body : new String[] {"a=b", "_seal=wrong"}) {
            Answered answered = browser.send("/logout", body);
            assertThat(answered.status()).isEqualTo(403);
            assertThat(answered.text()).contains("the form is not one of this server");
        }
        assertThat(browser.get("/").status()).isEqualTo(200);
    }

    @Test
    void turnsAwayAFormOfAnotherOrigin() throws Exception {
        Answered answered = server.post("/login")
                .header("Origin", "http://elsewhere.example")
                .body("token=a", "application/x-www-form-urlencoded")
                .send();
        assertThat(answered.status()).isEqualTo(403);
        assertThat(answered.text()).contains("pages of other places may not call this server");
    }

    @Test
    void aSessionOpensWhatReadsAndNothingElseOfTheApi() throws Exception {
        Browser browser = loggedIn("admin@*");
        assertThat(browser.get("/v2/flows").status()).isEqualTo(200);
        assertThat(server.post("/v2/flows/orders/pause")
                        .header("Cookie", browser.cookies)
                        .send()
                        .status())
                .isEqualTo(401);
        assertThat(browser.send("/v2/flows/orders/pause", "").status()).isEqualTo(415);
    }

    @Test
    void aPageThatIsNotThereIsAPage() throws Exception {
        Answered answered = new Browser().get("/nothing/here");
        assertThat(answered.status()).isEqualTo(404);
        assertThat(answered.text()).contains("<h1>Not Found</h1>", "there is nothing at this path");
    }

    @Test
    void givesAwayStylesAndScriptsThatMayBeKept() throws Exception {
        Matcher assets = Pattern.compile("(?:src|href)=\"(/assets/[^\"]+)\"")
                .matcher(new Browser().get("/").text());
        int found = 0;
        while (assets.find()) {
            Answered asset = new Browser().get(assets.group(1));
            assertThat(asset.status()).isEqualTo(200);
            assertThat(asset.header("Cache-Control")).contains("immutable");
            found++;
        }
        assertThat(found).isEqualTo(4);
        assertThat(new Browser().get("/assets/none.css").status()).isEqualTo(404);
    }
}
