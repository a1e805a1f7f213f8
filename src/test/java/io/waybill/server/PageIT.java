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
    void keepsTheCookieToTlsWhereWhatStandsBeforeTheServerHasIt() throws Exception {
        String token = server.token("view@*");
        Browser browser = new Browser();
        Answered login =
                server.get("/login").header("X-Forwarded-Proto", "https").send();
        assertThat(login.header("Set-Cookie"))
                .matches("__Host-waybill-visit=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict; Secure");
        browser.cookies = login.header("Set-Cookie").split(";")[0];
        assertThat(browser.post("/login", "/login", "token", token).status()).isEqualTo(303);
    }

    @Test
    void isReachedByLinksOfOtherPagesAndReadByNoneOfThem() throws Exception {
        assertThat(server.get("/flows/orders")
                        .header("Sec-Fetch-Site", "cross-site")
                        .header("Sec-Fetch-Mode", "navigate")
                        .send()
                        .status())
                .isEqualTo(200);
        for (String path : new String[] {"/flows/orders", "/v2/flows/orders"}) {
            Answered answered = server.get(path)
                    .header("Sec-Fetch-Site", "cross-site")
                    .header("Sec-Fetch-Mode", "cors")
                    .send();
            assertThat(answered.status()).as(path).isEqualTo(403);
        }
    }

    @Test
    void anAdministratorEndsTheSessionsOfAToken() throws Exception {
        var ann = server.ledger()
                .server()
                .tokens()
                .create("ann", "download@* last-days=90", null, io.waybill.ledger.Tokens.DailyLimits.NONE);
        String id = ann.token().id();
        Browser browser = new Browser();
        browser.post("/login", "/login", "token", ann.secret());
        Browser other = new Browser();
        other.post("/login", "/login", "token", ann.secret());
        Browser admin = loggedIn("admin@*");
        assertThat(admin.get("/access").text())
                .contains("2 sessions", "action=\"/access/sessions/" + id + "/end\"", "last-days=90");
        assertThat(admin.get("/access/csv").text())
                .contains("ann,download,* last-days=90," + id)
                .contains(",last 90 days,2\n");
        assertThat(loggedIn("admin@namespace:public")
                        .send("/access/sessions/" + id + "/end", "_seal=x")
                        .status())
                .isEqualTo(403);

        Answered ended = admin.post("/access", "/access/sessions/" + id + "/end");
        assertThat(ended.header("Location")).as(ended.text()).isEqualTo("/access");
        for (Browser each : new Browser[] {browser, other}) {
            assertThat(each.get("/").header("Location")).isEqualTo("/login");
        }
        assertThat(admin.get("/access").text()).doesNotContain("/access/sessions/" + id);
        assertThat(server.ledger().audit().latest(50)).anySatisfy(entry -> {
            assertThat(entry.action()).isEqualTo("sessions end");
            assertThat(entry.subject()).isEqualTo(id);
            assertThat(entry.detail()).isEqualTo("2 sessions");
            assertThat(entry.actor()).startsWith("token ");
        });
        assertThat(server.get("/v2/flows").as(ann.secret()).send().status())
                .as("the token itself holds")
                .isEqualTo(200);
    }

    @Test
    void aProgramEndsSessionsToo() throws Exception {
        var ann = server.ledger()
                .server()
                .tokens()
                .create("ann", "view@*", null, io.waybill.ledger.Tokens.DailyLimits.NONE);
        String path = "/v2/sessions/" + ann.token().id();
        Browser browser = new Browser();
        browser.post("/login", "/login", "token", ann.secret());
        String admin = server.token("admin@*");
        assertThat(server.get("/v2/access")
                        .as(admin)
                        .send()
                        .json(200)
                        .at("/access/0/sessions")
                        .asInt())
                .isEqualTo(1);
        assertThat(server.delete(path).as(ann.secret()).send().refused(403)).isEqualTo("role admin@* is needed");
        assertThat(server.delete(path).as(admin).send().json(200).get("ended").asInt())
                .isEqualTo(1);
        assertThat(browser.get("/v2/flows").status()).isEqualTo(401);
        assertThat(server.delete(path).as(admin).send().refused(404))
                .isEqualTo("there is no session of \"" + ann.token().id() + "\" that opens anything");
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
    void runsAFlowByAFormAndShowsHowItEnded() throws Exception {
        Browser browser = new Browser();
        Answered answered = browser.post("/flows/orders", "/flows/orders/run", "date", "2026-01-15");
        assertThat(answered.status()).as(answered.text()).isEqualTo(303);
        String run = answered.header("Location");
        org.awaitility.Awaitility.await().until(() -> browser.get(run).text().contains("status-done\">done<"));
        assertThat(browser.get(run).text())
                .contains("orders_2026-01-15.csv", "download>", "100", "href=\"/v2" + run + "/files/");
        assertThat(browser.get("/flows/orders").text())
                .contains("Last run: </span>100 rows", "<rect class=\"bar bar-done\"");
        assertThat(browser.get("/runs?flow=orders&status=done").text()).contains(run);
        assertThat(browser.get("/runs?flow=orders&status=failed").text()).contains("There is no such run");
    }

    @Test
    void tellsInWordsWhatARunIsRefusedFor() throws Exception {
        Answered answered = new Browser().post("/flows/orders", "/flows/orders/run", "mode", "nonsense");
        assertThat(answered.status()).isEqualTo(400);
        assertThat(answered.text()).contains("mode: ", "nonsense");
    }

    @Test
    void pausesAndResumesAFlow() throws Exception {
        Browser browser = new Browser();
        browser.post("/flows/orders", "/flows/orders/pause");
        assertThat(browser.get("/flows/orders").text()).contains("status-paused", "Resume");
        browser.post("/flows/orders", "/flows/orders/resume");
        assertThat(browser.get("/flows/orders").text()).doesNotContain("status-paused");
    }

    @Test
    void showsNoButtonToWhoMayNotPressIt() throws Exception {
        Browser browser = loggedIn("view@*");
        assertThat(browser.get("/flows/orders").text()).doesNotContain("Run now", "Pause<");
        assertThat(browser.get("/").text()).doesNotContain("href=\"/access\"", "href=\"/audit\"");
        assertThat(browser.post("/", "/flows/orders/run").status()).isEqualTo(403);
        assertThat(browser.get("/access").status()).isEqualTo(403);
        assertThat(browser.get("/audit").text()).contains("role admin for * is needed");
    }

    @Test
    void showsWhatSomebodyMayNotSeeAsIfThereWereNone() throws Exception {
        server.run("other");
        String run = server.ledger().runs("other", null, 1).get(0).runId();
        Browser browser = loggedIn("admin@flow:orders");
        for (String path : new String[] {"/flows/other", "/flows/other/plan", "/runs/" + run}) {
            assertThat(browser.get(path).status()).as(path).isEqualTo(404);
        }
        assertThat(browser.get("/runs").text()).doesNotContain(run);
        assertThat(browser.get("/waiting").status()).isEqualTo(200);
    }

    @Test
    void writesWhatOthersHaveWrittenAsText() throws Exception {
        String hostile = "<script>alert(1)</script>\"'onload=";
        server.ledger().server().audit(hostile).write("run", hostile, hostile);
        server.token("view@*");
        server.ledger().server().tokens().create(hostile, "admin@*", null, io.waybill.ledger.Tokens.DailyLimits.NONE);
        Browser browser = loggedIn("admin@*");
        for (String path : new String[] {
            "/audit", "/access", "/flows/%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/runs?flow=%3Cscript%3Ealert(1)%22%3E",
            "/runs?status=%3Cscript%3E", "/nothing/%3Cscript%3E", "/datasets/%3Cscript%3E", "/runs/%3Cscript%3E",
            "/new?search=%3Cscript%3E%22%3E&dataset=%22%3E%3Cscript%3E",
                    "/datasets/orders/preview?flow=%22%3E%3Cscript%3E"
        }) {
            String text = browser.get(path).text();
            assertThat(text.replaceAll("<script src=\"/assets/[^>]*></script>", ""))
                    .as(path)
                    .doesNotContain("<script");
            assertThat(text).as(path).contains("</html>").doesNotContain(" style=", " onclick=", "=\"<");
        }
    }

    @Test
    void makesATokenThatIsShownOnceAndEndsIt() throws Exception {
        Browser browser = loggedIn("admin@*");
        Answered made =
                browser.post("/access", "/access/tokens", "name", "nightly", "grants", "view@*", "expires", "90d");
        assertThat(made.status()).as(made.text()).isEqualTo(200);
        Matcher secret = Pattern.compile("waybill_[\\w-]{43}").matcher(made.text());
        assertThat(secret.find()).isTrue();
        assertThat(server.get("/v2/flows").as(secret.group()).send().status()).isEqualTo(200);
        assertThat(browser.get("/access").text()).contains("nightly").doesNotContain(secret.group());
        assertThat(browser.get("/access/csv").text()).contains("nightly,view,*,");
        String id = server.ledger().server().tokens().all().stream()
                .filter(token -> token.name().equals("nightly"))
                .findFirst()
                .orElseThrow()
                .id();
        String ask = "/access/tokens/" + id + "/revoke";
        assertThat(browser.get("/access").text()).contains("href=\"" + ask + "\"");
        assertThat(browser.get(ask).text()).contains("Revoke the token of nightly?", "view@", "Keep it");
        assertThat(server.get("/v2/flows").as(secret.group()).send().status())
                .as("to be asked ends nothing")
                .isEqualTo(200);
        assertThat(browser.post(ask, ask).header("Location")).isEqualTo("/access");
        assertThat(server.get("/v2/flows").as(secret.group()).send().status()).isEqualTo(401);
        assertThat(browser.get(ask).status()).as("nothing is left to be asked").isEqualTo(404);
    }

    @Test
    void tellsWhatIsWrongWithATokenThatIsToBeMade() throws Exception {
        Browser browser = loggedIn("admin@*");
        assertThat(browser.post("/access", "/access/tokens", "name", "a", "grants", "see@*")
                        .text())
                .contains("Grants: ", "is not a role");
        assertThat(browser.post("/access", "/access/tokens", "name", "a", "grants", "view@*", "expires", "soon")
                        .text())
                .contains("Ends after: ", "is not a span of time");
        assertThat(browser.post("/access", "/access/tokens", "grants", "view@*").text())
                .contains("Name: ");
    }

    @Test
    void releasesWithAReasonAlone() throws Exception {
        String run = quarantined();
        Browser browser = new Browser();
        assertThat(browser.get("/waiting").text()).contains(run, "quarantined", "Release");
        Answered refused = browser.post("/waiting", "/runs/" + run + "/release", "reason", " ");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).contains("reason: is missing");
        assertThat(browser.post("/waiting", "/runs/" + run + "/release", "reason", "the gap is known")
                        .header("Location"))
                .isEqualTo("/runs/" + run);
        org.awaitility.Awaitility.await()
                .until(() -> browser.get("/runs/" + run).text().contains("status-done\">done<"));
        assertThat(browser.get("/waiting").text()).contains("Nothing waits");
    }

    @Test
    void discardsAQuarantinedRun() throws Exception {
        String run = quarantined();
        Browser browser = new Browser();
        assertThat(browser.post("/waiting", "/runs/" + run + "/discard").text()).contains("reason: is missing");
        browser.post("/waiting", "/runs/" + run + "/discard", "reason", "the source is mended");
        assertThat(browser.get("/runs/" + run).text()).contains("status-discarded");
        assertThat(browser.post("/flows/orders", "/runs/" + run + "/redrive").status())
                .isEqualTo(409);
    }

    private String quarantined() throws Exception {
        server.put("/v2/flows/held")
                .toml(ServerHarness.export("held") + "\n[[properties.export.expect]]\nmin_rows = 1000\n")
                .send()
                .json(201);
        server.post("/v2/flows/held/run?wait=true").send();
        return server.ledger().runs("held", null, 1).get(0).runId();
    }

    @Test
    void makesATokenWithDailyLimits() throws Exception {
        Browser browser = loggedIn("admin@*");
        String[] fields = {"name", "few", "grants", "create@*", "max_rows", "1000", "max_bytes", "", "max_exports", "5"
        };
        assertThat(browser.post("/access", "/access/tokens", fields).status()).isEqualTo(200);
        assertThat(server.ledger().server().tokens().all())
                .filteredOn(token -> token.name().equals("few"))
                .extracting(io.waybill.ledger.Tokens.Token::limits)
                .containsExactly(new io.waybill.ledger.Tokens.DailyLimits(1000L, null, 5L));
        for (String wrong : new String[] {"0", "1k", "-5", "1,000"}) {
            fields[5] = wrong;
            assertThat(browser.post("/access", "/access/tokens", fields).text())
                    .as(wrong)
                    .contains("Rows a day: ", "is not a limit; a whole number from 1 on is allowed");
        }
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
