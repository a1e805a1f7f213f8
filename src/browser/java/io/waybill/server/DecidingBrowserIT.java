package io.waybill.server;

import static io.waybill.server.RealBrowser.enter;
import static io.waybill.server.RealBrowser.tabTo;
import static io.waybill.server.RealBrowser.write;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.waybill.TestDatabases;
import io.waybill.servers.S3Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What somebody has to decide, in a real browser: how it looks, and that it can be done by the keyboard alone. */
public class DecidingBrowserIT {

    private static final String FAR = """
            [properties.export]
            source_dataset_id = "orders"
            file_path = "s3://later/far/orders_{run_id}.csv"
            connection = "far"
            """;

    /** Holds a run in the middle of its rows, until the test lets it go. */
    private static final CountDownLatch HELD = new CountDownLatch(1);

    @TempDir
    private static Path buckets;

    @RegisterExtension
    static final RealBrowser BROWSER = new RealBrowser();

    private static S3Server s3;

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("orders")
            .withFlow("far", FAR)
            .withFlow("slow", ServerHarness.export("slow").replace("\"orders\"", "\"slow\""))
            .withFlow("held", ServerHarness.export("held") + """

                    [[properties.export.expect]]
                    column = "id"
                    between = [1, 40]
                    """)
            .withProperties(s3.connection("far"));

    @BeforeAll
    static void startS3() throws Exception {
        s3 = S3Server.start(buckets, "lake");
    }

    @AfterAll
    static void stopS3() throws Exception {
        s3.close();
    }

    /** Called by the database. */
    public static long hold(long x) throws InterruptedException {
        if (x > 6000) {
            HELD.await();
        }
        return x;
    }

    private String last(String flow) {
        return server.ledger().runs(flow, null, 1).get(0).runId();
    }

    private Page logIn(BrowserContext window, String token) {
        Page page = window.newPage();
        page.navigate(server.address() + "/login");
        page.fill("#token", token);
        page.keyboard().press("Enter");
        page.waitForURL(server.address() + "/");
        return page;
    }

    @Test
    void eachStateInWhichSomebodyIsAskedFitsAndCanBeReadByAll() throws Exception {
        TestDatabases.execute(
                server.database(),
                "CREATE ALIAS HOLD FOR \"io.waybill.server.DecidingBrowserIT.hold\"",
                "CREATE VIEW slow AS SELECT HOLD(x) AS id FROM system_range(1, 10000)");
        server.post("/v2/flows/held/run?wait=true").send();
        server.post("/v2/flows/far/run?wait=true").send();
        server.post("/v2/flows/slow/run").send();
        server.post("/v2/flows/orders/pause").send();
        String token = server.token("admin@*");
        List<String> wrong = new ArrayList<>();
        try (BrowserContext window = BROWSER.window(1280, ColorScheme.LIGHT)) {
            Page page = logIn(window, token);
            RealBrowser.look(page, "deciding-flows", wrong);
            page.navigate(server.address() + "/waiting");
            RealBrowser.look(page, "deciding-waiting", wrong);
            page.navigate(server.address() + "/runs/" + last("far"));
            RealBrowser.look(page, "deciding-run-undelivered", wrong);
            page.navigate(server.address() + "/runs/" + last("held"));
            RealBrowser.look(page, "deciding-run-quarantined", wrong);
            page.navigate(server.address() + "/flows/held");
            RealBrowser.look(page, "deciding-flow-quarantined", wrong);
            page.navigate(server.address() + "/runs/" + last("slow"));
            page.waitForSelector("[data-stage]:has-text('Rows are read')");
            RealBrowser.look(page, "deciding-run-running", wrong);
            page.navigate(server.address() + "/flows/orders");
            page.locator("summary").first().click();
            RealBrowser.look(page, "deciding-flow-options", wrong);
            page.navigate(server.address() + "/access");
            page.fill("#name", "nightly export of the sales department");
            page.fill("#grants", "view@*, create@namespace:sales max-rows=100000, download@flow:orders_*");
            page.fill("#expires", "soon");
            page.click("button:has-text('Make the token')");
            page.waitForSelector(".notice-bad");
            RealBrowser.look(page, "deciding-access-wrong", wrong);
            page.fill("#expires", "90d");
            page.click("button:has-text('Make the token')");
            page.waitForSelector("#secret");
            RealBrowser.look(page, "deciding-access-made", wrong);
            page.click("text=Revoke the token of nightly export");
            page.waitForSelector("text=Keep it");
            RealBrowser.look(page, "deciding-access-revoke", wrong);
            page.navigate(server.address() + "/audit?action=none+of+these");
            RealBrowser.look(page, "deciding-audit-none", wrong);
            page.navigate(server.address() + "/runs?status=lost&since=soon");
            RealBrowser.look(page, "deciding-runs-wrong", wrong);
        } finally {
            HELD.countDown();
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void allIsDecidedByTheKeyboardAlone() throws Exception {
        server.post("/v2/flows/held/run?wait=true").send();
        server.post("/v2/flows/far/run?wait=true").send();
        String token = server.token("admin@*");
        try (BrowserContext window = BROWSER.window(360, ColorScheme.LIGHT)) {
            Page page = logIn(window, token);
            enter(page, "Waiting");
            page.waitForURL("**/waiting");
            write(page, "reason-" + last("held"), "the ids are known");
            enter(page, "Release");
            page.waitForSelector("h1 + .status-done");
            assertThat(server.file("exports/held")).isNotEmptyDirectory();

            Files.createDirectories(buckets.resolve("later"));
            page.navigate(server.address() + "/waiting");
            enter(page, "Deliver again");
            page.waitForSelector("h1 + .status-done");
            page.navigate(server.address() + "/waiting");
            page.waitForSelector("main:has-text('Nothing waits')");

            enter(page, "Access");
            page.waitForURL("**/access");
            write(page, "name", "nightly");
            write(page, "grants", "view@*");
            enter(page, "Make the token");
            String secret = page.waitForSelector("#secret").innerText();
            assertThat(server.get("/v2/flows").as(secret).send().status()).isEqualTo(200);
            tabTo(page, "Revoke the token of nightly");
            page.keyboard().press("Enter");
            page.waitForSelector("text=Keep it");
            assertThat(server.get("/v2/flows").as(secret).send().status())
                    .as("it asks first")
                    .isEqualTo(200);
            enter(page, "Revoke it");
            page.waitForSelector("tr:has-text('nightly'):has-text('revoked')");
            assertThat(server.get("/v2/flows").as(secret).send().status()).isEqualTo(401);

            enter(page, "Audit");
            page.waitForURL("**/audit");
            enter(page, "Check all entries");
            page.waitForSelector(".notice-good");
            write(page, "action", "release");
            page.keyboard().press("Enter");
            page.waitForSelector("tbody tr:only-child:has-text('the ids are known')");
        }
    }
}
