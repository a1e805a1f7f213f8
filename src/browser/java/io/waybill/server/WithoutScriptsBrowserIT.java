package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.waybill.TestDatabases;
import java.nio.file.Files;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** All that the pages are for, in a browser that runs no script: nothing moves by itself, and everything can be done. */
public class WithoutScriptsBrowserIT {

    /** Holds a run in its rows, until the test lets it go. */
    private static final CountDownLatch HELD = new CountDownLatch(1);

    @RegisterExtension
    static final RealBrowser BROWSER = new RealBrowser();

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("orders")
            .withFlow("slow", ServerHarness.export("slow").replace("\"orders\"", "\"slow\""))
            .withFlow("held", ServerHarness.export("held") + """

                    [[properties.export.transform]]
                    column = "customer"
                    method = "mask"

                    [[properties.export.expect]]
                    min_rows = 1000
                    """);

    /** Called by the database. */
    public static long hold(long x) throws InterruptedException {
        HELD.await();
        return x;
    }

    private Page page;

    private void press(String button) {
        page.locator("button:not([tabindex='-1']), a")
                .filter(new Locator.FilterOptions().setHasText(button))
                .first()
                .click();
        page.waitForLoadState(); // of the page that it leads to
    }

    private void open(String path) {
        page.navigate(server.address() + path);
    }

    private String text() {
        return page.locator("main").innerText();
    }

    /** Looks again until it has ended so. */
    private void lookUntil(String status) {
        org.awaitility.Awaitility.await().until(() -> {
            page.reload();
            return page.locator("h1 + .status-" + status).count() == 1;
        });
    }

    @Test
    void aFlowIsMadeRunScheduledChangedAndPaused() throws Exception {
        try (BrowserContext window = BROWSER.windowWithoutScripts(1280)) {
            page = window.newPage();
            String token = server.token("admin@*");
            open("/");
            page.fill("#token", token);
            press("Log in");
            press("New export");
            page.fill("#search", "orde");
            press("Search");
            press("orders");
            assertThat(text()).contains("Columns of orders", "customer");
            page.fill("#id", "mine");
            press("Go on to the form");
            page.fill("[id='f-properties.export.file_path']", server.file("exports") + "/");
            page.check("[id='f-properties.export.columns-1']");
            press("Show plan");
            assertThat(page.locator("#plan").innerText()).contains("customer").doesNotContain("id bigint");
            press("Go on to save");
            assertThat(text()).contains("The new flow", "columns = [\"customer\"]");
            press("Save");
            press("Run now");
            assertThat(page.url()).contains("/runs/");
            lookUntil("done");
            assertThat(page.locator("time").first().innerText()).endsWith(" UTC");
            Download download =
                    page.waitForDownload(() -> page.locator("td a[download]").click());
            assertThat(Files.readString(download.path())).contains("customer 100");

            open("/flows/mine/edit");
            press("Add a trigger");
            page.selectOption("[id='f-triggers[0].type']", "interval");
            press("Show plan");
            page.fill("[id='f-triggers[0].every']", "1h");
            press("Go on to save");
            press("Save");
            assertThat(page.locator("#schedule ~ ol time").count()).isEqualTo(5);
            press("Pause");
            assertThat(page.locator("h1 + .status-paused").count()).isEqualTo(1);
            press("Resume");
            assertThat(page.locator("h1 + .status-paused").count()).isZero();

            open("/flows/mine/edit");
            press("Edit as text");
            page.fill("#text", page.inputValue("#text").replace("1h", "2h"));
            press("Go on to save");
            press("Save");
            assertThat(Files.readString(server.file("routes/mine.toml"))).contains("every = \"2h\"");
        }
    }

    @Test
    void runsAreFoundDecidedAboutAndLookedAtAgain() throws Exception {
        TestDatabases.execute(
                server.database(),
                "CREATE ALIAS HOLD FOR \"io.waybill.server.WithoutScriptsBrowserIT.hold\"",
                "CREATE VIEW slow AS SELECT HOLD(x) AS id FROM system_range(1, 10)");
        try (BrowserContext window = BROWSER.windowWithoutScripts(360)) {
            page = window.newPage();
            open("/flows/slow");
            press("Run now");
            press("Look again");
            assertThat(text()).contains("How far it is", "In stage");
            HELD.countDown();
            lookUntil("done");

            server.post("/v2/flows/held/run?wait=true").send();
            open("/runs");
            page.selectOption("#status", "quarantined");
            press("Show");
            assertThat(page.locator("tbody tr").count()).isEqualTo(1);
            open("/waiting");
            page.fill("[id^=reason]", "the gap is known");
            press("Discard");
            assertThat(page.locator("h1 + .status-discarded").count()).isEqualTo(1);
            open("/waiting");
            assertThat(text()).contains("Nothing waits");

            open("/datasets/orders/preview");
            page.selectOption("#flow", "held");
            press("Show");
            assertThat(text()).contains("masked", "****").doesNotContain("customer 1");
        }
    }

    @Test
    void anAdministratorMakesAndEndsATokenAndReadsTheRecord() throws Exception {
        String token = server.token("admin@*");
        try (BrowserContext window = BROWSER.windowWithoutScripts(360)) {
            page = window.newPage();
            open("/access");
            page.fill("#token", token);
            press("Log in");
            page.fill("#name", "nightly");
            page.fill("#grants", "view@*");
            page.fill("#expires", "90d");
            press("Make the token");
            String secret = page.locator("#secret").innerText();
            assertThat(server.get("/v2/flows").as(secret).send().status()).isEqualTo(200);
            press("I have it");
            press("Revoke the token of nightly");
            assertThat(server.get("/v2/flows").as(secret).send().status()).isEqualTo(200);
            press("Keep it");
            press("Revoke the token of nightly");
            press("Revoke it");
            assertThat(server.get("/v2/flows").as(secret).send().status()).isEqualTo(401);
            assertThat(page.locator("tr:has-text('nightly')").innerText()).contains("revoked");

            open("/audit");
            press("Check all entries");
            assertThat(text()).contains("are as they were written");
            page.fill("#action", "token revoke");
            press("Show");
            assertThat(page.locator("tbody tr").count()).isEqualTo(1);
            press("Log out");
            assertThat(page.url()).endsWith("/login");
        }
    }
}
