package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.WaitForSelectorState;
import io.waybill.servers.Ports;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A user of an OpenID provider in a real browser, which sends no form on to another place: logged out here, and over there. */
class LogOutBrowserIT {

    @RegisterExtension
    static final RealBrowser BROWSER = new RealBrowser();

    @RegisterExtension
    private final OpenIdProvider provider = new OpenIdProvider();

    private final int port = Ports.free();

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("orders")
            .withProperty("waybill.server.port", String.valueOf(port))
            .withProperty("waybill.server.oidc.issuer", provider.issuer())
            .withProperty("waybill.server.oidc.audience", OpenIdProvider.AUDIENCE)
            .withProperty("waybill.server.oidc.client-id", OpenIdProvider.CLIENT)
            .withProperty("waybill.server.oidc.client-secret", OpenIdProvider.SECRET)
            .withProperty("waybill.server.oidc.callback", "http://127.0.0.1:" + port + "/login/oidc/callback")
            .withProperty("waybill.server.oidc.roles", "all = admin@*");

    private Page logIn(BrowserContext window) {
        Page page = window.newPage();
        page.navigate(server.address() + "/login");
        page.click("text=Log in with localhost");
        page.waitForURL(server.address() + "/");
        return page;
    }

    @Test
    void goesOnToTheProviderAndComesBack() {
        provider.logsOut();
        provider.letIn("ann", "all");
        try (BrowserContext window = BROWSER.window(1280, ColorScheme.LIGHT)) {
            Page page = logIn(window);
            page.click("text=Log out");
            page.waitForURL(server.address() + "/login");
            assertThat(provider.loggedOut()).containsEntry("client_id", OpenIdProvider.CLIENT);
            page.navigate(server.address() + "/");
            assertThat(page.textContent("h1")).isEqualTo("Log in");
        }
    }

    @Test
    void isToldThatTheProviderMayKnowThemStill() {
        provider.letIn("ann", "all");
        List<String> wrong = new ArrayList<>();
        try (BrowserContext window = BROWSER.window(1280, ColorScheme.LIGHT)) {
            Page page = logIn(window);
            page.click("text=Log out");
            page.waitForSelector("#still-known");
            RealBrowser.look(page, "logged-out", wrong);
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void endsTheSessionsOfSomebodyElse() {
        var tokens = server.ledger().server().tokens();
        var bea = tokens.create(
                "bea",
                "create@namespace:sales not-before=2025-01-01 last-days=90, download@namespace:sales last-days=90",
                null,
                io.waybill.ledger.Tokens.DailyLimits.NONE);
        provider.letIn("ann", "all");
        List<String> wrong = new ArrayList<>();
        server.ledger().server().sessions().begin(bea.token().id());
        server.ledger().server().sessions().begin(bea.token().id());
        try (BrowserContext window = BROWSER.window(1280, ColorScheme.LIGHT)) {
            Page page = logIn(window);
            page.navigate(server.address() + "/access");
            assertThat(page.textContent("main")).contains("2 sessions");
            RealBrowser.look(page, "access-sessions", wrong);
            page.click("button:has-text('End sessions of bea')");
            page.waitForSelector(
                    "button:has-text('End sessions of bea')",
                    new Page.WaitForSelectorOptions().setState(WaitForSelectorState.DETACHED));
            page.waitForLoadState();
            assertThat(page.url()).isEqualTo(server.address() + "/access");
            assertThat(page.locator("button:has-text('End sessions of bea')").count())
                    .isZero();
        }
        assertThat(wrong).isEmpty();
    }
}
