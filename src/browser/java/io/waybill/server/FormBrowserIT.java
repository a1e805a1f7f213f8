package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.WaitForSelectorState;
import io.waybill.TestDatabases;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The form of a flow in a real browser: how it looks, what it shows while one types, and that one can do all by the keyboard alone. */
class FormBrowserIT {

    private static final String RICH = """
            # The customers, for those who look after them.
            name = "Customers, with all that a flow may have"

            [properties.export]
            source_dataset_id = "customers"
            file_path = "{{files}}/customers/{ds}.csv"   # they fetch it there
            columns = ["id", "email"]
            filters = [{ column = "id", op = ">", value = 5 }]

            [[properties.export.transform]]
            columns = ["email"]
            method = "mask"

            [properties.export.exporter_config]
            delimiter = "\\t"

            [[triggers]]
            type = "weekly"
            at = "03:00"
            on = ["monday", "friday"]
            """;

    @RegisterExtension
    static final RealBrowser BROWSER = new RealBrowser();

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("orders").withFlow("customers", RICH);

    private void prepare() throws Exception {
        TestDatabases.execute(
                server.database(),
                "CREATE TABLE customers AS SELECT x AS id, 'customer' || x || '@example.com' AS email FROM system_range(1, 500)");
    }

    @Test
    void eachPageOfTheFormFitsAndCanBeReadByAll() throws Exception {
        prepare();
        List<String> wrong = new ArrayList<>();
        for (int width : new int[] {1280, 360}) {
            for (ColorScheme colors : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
                try (BrowserContext window = BROWSER.window(width, colors)) {
                    Page page = window.newPage();
                    page.onConsoleMessage(message -> {
                        if (message.type().equals("error")) {
                            wrong.add(message.text());
                        }
                    });
                    page.navigate(server.address() + "/new?dataset=orders");
                    RealBrowser.look(page, "form-new", width, colors, wrong);
                    page.navigate(server.address() + "/flows/customers/edit");
                    RealBrowser.look(page, "form", width, colors, wrong);
                    if ((width == 360) == (colors == ColorScheme.DARK)) { // all of it is long
                        page.evaluate("() => document.querySelectorAll('details').forEach(each => each.open = true)");
                        RealBrowser.look(page, "form-all", width, colors, wrong);
                    }
                    page.fill("[id='f-properties.export.limit']", "many");
                    page.waitForSelector("#plan .notice-bad");
                    press(page, "Show plan");
                    page.waitForSelector(".form-problems");
                    RealBrowser.look(page, "form-wrong", width, colors, wrong);
                    page.fill("[id='f-properties.export.limit']", "100");
                    press(page, "Go on to save");
                    page.waitForSelector(".diff-lines");
                    RealBrowser.look(page, "form-difference", width, colors, wrong);
                    press(page, "Edit as text");
                    page.waitForSelector("#text");
                    RealBrowser.look(page, "form-text", width, colors, wrong);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static void press(Page page, String button) {
        page.locator("button:visible:not([tabindex='-1'])", new Page.LocatorOptions().setHasText(button))
                .first()
                .click();
    }

    /** Presses Tab until that has the focus: an id, or what it says. */
    private static void tabTo(Page page, String wanted) {
        List<String> passed = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            page.keyboard().press("Tab");
            String focused = String.valueOf(
                    page.evaluate(
                            "() => document.activeElement.id || document.activeElement.innerText || document.activeElement.tagName"));
            if (focused.strip().equals(wanted)) {
                return;
            }
            passed.add(focused.strip());
        }
        throw new AssertionError("\"" + wanted + "\" is not reached by Tab: " + passed);
    }

    private static void write(Page page, String field, String text) {
        tabTo(page, field);
        page.keyboard().press("ControlOrMeta+a");
        page.keyboard().insertText(text);
    }

    /** In which order days, months and hours are typed is the browser's language's business. */
    private static void writeTime(Page page, String field, String time) {
        tabTo(page, field);
        page.fill("[id='" + field + "']", time);
    }

    private static void enter(Page page, String button) {
        tabTo(page, button);
        page.keyboard().press("Enter");
    }

    @Test
    void aPersonMakesRunsSchedulesAndChangesAnExportByTheKeyboardAlone() throws Exception {
        String token = server.token("admin@*");
        try (BrowserContext window = BROWSER.window(360, ColorScheme.LIGHT)) {
            Page page = window.newPage();
            page.navigate(server.address() + "/");
            write(page, "token", token);
            page.keyboard().press("Enter");
            page.waitForURL(server.address() + "/");
            enter(page, "New export");
            page.waitForURL("**/new");
            write(page, "dataset", "orders");
            write(page, "id", "mine");
            enter(page, "Go on to the form");
            page.waitForSelector("#flow-form");
            tabTo(page, "f-properties.export.columns-1");
            page.keyboard().press("Space");
            write(page, "f-properties.export.file_path", server.file("exports") + "/");
            page.locator("#plan code:text-is('id')")
                    .waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.DETACHED));
            enter(page, "Go on to save");
            page.waitForSelector(".diff-lines");
            enter(page, "Save");
            page.waitForURL("**/flows/mine");
            enter(page, "Run now");
            page.waitForURL("**/runs/*");
            page.waitForSelector("h1 + .status-done");
            tabTo(page, page.locator("td a[download]").innerText());
            Download download = page.waitForDownload(() -> page.keyboard().press("Enter"));
            assertThat(Files.readString(download.path())).startsWith("customer").contains("customer 100");

            page.navigate(server.address() + "/flows/mine");
            enter(page, "Edit");
            page.waitForSelector("#flow-form");
            enter(page, "Add a trigger");
            page.waitForSelector("[id='f-triggers[0].type']");
            tabTo(page, "f-triggers[0].type");
            page.keyboard().insertText("");
            page.keyboard().type("interval");
            page.waitForSelector("[id='f-triggers[0].every']");
            write(page, "f-triggers[0].every", "1h");
            writeTime(page, "f-triggers[0].start_at", "2026-01-15T02:00");
            writeTime(page, "f-triggers[0].end_at", "2099-01-15T02:00");
            write(page, "f-triggers[0].repeat", "1000000");
            enter(page, "Go on to save");
            page.waitForSelector(".diff-lines");
            enter(page, "Save");
            page.waitForURL("**/flows/mine");
            assertThat(Files.readString(server.file("routes/mine.toml"))).endsWith("""

                    [[triggers]]
                    type = "interval"
                    every = "1h"
                    start_at = "2026-01-15T02:00"
                    end_at = "2099-01-15T02:00"
                    repeat = 1000000
                    """);
            enter(page, "Pause");
            page.waitForSelector(".status-paused");
        }
    }
}
