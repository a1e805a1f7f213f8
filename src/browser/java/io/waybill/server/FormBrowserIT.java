package io.waybill.server;

import static io.waybill.server.RealBrowser.enter;
import static io.waybill.server.RealBrowser.tabTo;
import static io.waybill.server.RealBrowser.write;
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
                "CREATE TABLE customers AS SELECT x AS id, 'customer' || x || '@example.com' AS email FROM system_range(1, 500)",
                "CREATE SCHEMA sales",
                "CREATE VIEW sales.customers_of_all_countries AS SELECT c.*, DATE '2026-01-15' AS born, 1.5 AS share,"
                        + " TRUE AS is_known_to_the_sales_department FROM customers c");
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            many.add("CREATE TABLE sales.table_with_a_rather_long_name_of_year_" + (2000 + i) + " (id INT)");
        }
        TestDatabases.execute(server.database(), many.toArray(String[]::new));
    }

    @Test
    void eachPageOfTheFormFitsAndCanBeReadByAll() throws Exception {
        prepare();
        List<String> wrong = new ArrayList<>();
        try (BrowserContext window = BROWSER.window(1280, ColorScheme.LIGHT)) {
            Page page = window.newPage();
            page.onConsoleMessage(message -> {
                if (message.type().equals("error")) {
                    wrong.add(message.text());
                }
            });
            page.navigate(server.address() + "/new");
            RealBrowser.look(page, "form-new", wrong);
            page.navigate(server.address() + "/new?dataset=sales.customers_of_all_countries&search=sales");
            RealBrowser.look(page, "form-new-picked", wrong);
            page.navigate(server.address() + "/new?search=nothing+of+that+name&dataset=gone");
            RealBrowser.look(page, "form-new-none", wrong);
            page.navigate(server.address() + "/flows/customers/edit");
            RealBrowser.look(page, "form", wrong);
            page.evaluate("() => document.querySelectorAll('details').forEach(each => each.open = true)");
            RealBrowser.look(page, "form-all", wrong);
            page.fill("[id='f-properties.export.limit']", "many");
            page.waitForSelector("#plan .notice-bad");
            press(page, "Show plan");
            page.waitForSelector(".form-problems");
            RealBrowser.look(page, "form-wrong", wrong);
            page.fill("[id='f-properties.export.limit']", "100");
            press(page, "Go on to save");
            page.waitForSelector(".diff-lines");
            RealBrowser.look(page, "form-difference", wrong);
            press(page, "Edit as text");
            page.waitForSelector("#text");
            RealBrowser.look(page, "form-text", wrong);
        }
        assertThat(wrong).isEmpty();
    }

    private static void press(Page page, String button) {
        page.locator("button:visible:not([tabindex='-1'])", new Page.LocatorOptions().setHasText(button))
                .first()
                .click();
    }

    /** In which order days, months and hours are typed is the browser's language's business. */
    private static void writeTime(Page page, String field, String time) {
        tabTo(page, field);
        page.fill("[id='" + field + "']", time);
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
            page.waitForSelector(".picks a");
            write(page, "search", "RDER");
            page.waitForSelector(".picks:not(:has-text('customers'))");
            enter(page, "orders");
            page.waitForSelector("#chosen");
            assertThat(page.inputValue("#dataset")).isEqualTo("orders");
            assertThat(page.locator(".columns-list").innerText()).contains("id bigint", "customer text");
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

            page.navigate(server.address() + "/");
            enter(page, "mine");
            page.waitForURL("**/flows/mine");
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
            assertThat(page.locator("#schedule ~ ol time").count()).isEqualTo(5);

            enter(page, "Edit");
            page.waitForSelector("#flow-form");
            tabTo(page, "f-properties.export.compression");
            page.keyboard().type("gzip");
            page.locator("#plan .path:has-text('.csv.gz')").waitFor();
            enter(page, "Go on to save");
            page.waitForSelector(".diff-added:has-text('compression')");
            enter(page, "Save");
            page.waitForURL("**/flows/mine");
            enter(page, "Pause");
            page.waitForSelector(".status-paused");
            assertThat(page.locator("#schedule ~ h3").innerText()).contains("were it not paused");
        }
    }
}
