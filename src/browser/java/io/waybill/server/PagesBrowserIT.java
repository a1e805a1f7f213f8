package io.waybill.server;

import static com.microsoft.playwright.options.WaitForSelectorState.DETACHED;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.waybill.TestDatabases;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The pages in a real browser: how they look, wide and narrow, light and dark, and what moves on them. */
class PagesBrowserIT {

    private static final String MARKED = """
            name = "Orders of all customers, for those who look after them"

            [properties.export]
            source_dataset_id = "customers"
            file_path = "{{files}}/customers/{ds}.csv"
            compression = "gzip"
            not_before = "2026-01-01"

            [[properties.export.transform]]
            columns = ["email"]
            method = "mask"

            [[properties.export.expect]]
            min_rows = 1

            [[triggers]]
            id = "nightly"
            type = "schedule"
            schedule = "0 3 * * *"
            timezone = "Europe/Berlin"
            """;

    @RegisterExtension
    static final RealBrowser BROWSER = new RealBrowser();

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with(
                    "orders", "a_flow_whose_name_is_as_long_as_names_of_flows_may_well_become")
            .withFlow("customers", MARKED)
            .withFiles(folder -> Files.writeString(folder.resolve("routes/datasets.toml"), """
                    [[dataset]]
                    id = "customers"
                    table = "customers"
                    time = "born"
                    """))
            .withFlow("held", ServerHarness.export("held") + """

                    [[properties.export.expect]]
                    min_rows = 1000
                    """)
            .withFlow("wide", ServerHarness.export("wide").replace("\"orders\"", "\"wide\""))
            .withFlow("nightly", """
                    [properties.export]
                    source_dataset_id = "sales.*"
                    file_path = "{{files}}/nightly/{schema}/{table}.csv"

                    [[properties.export.expect]]
                    min_rows = 10
                    """)
            .withFlow("broken", ServerHarness.export("broken").replace("\"orders\"", "\"nothing_there\""));

    private void prepare() throws Exception {
        TestDatabases.execute(
                server.database(),
                "CREATE TABLE customers AS SELECT x AS id, 'customer' || x || '@example.com' AS email, DATE '2026-01-15' AS born FROM system_range(1, 5000)");
        StringBuilder wide = new StringBuilder("CREATE TABLE wide AS SELECT x AS id");
        for (int i = 0; i < 30; i++) {
            wide.append(", 'value ")
                    .append(i)
                    .append("' AS a_column_of_this_table_")
                    .append(i);
        }
        TestDatabases.execute(
                server.database(),
                wide + ", REPEAT('https://example.com/a/long/address/', 9) AS link FROM system_range(1, 8)");
        for (int i = 0; i < 3; i++) {
            server.run("orders");
            server.run("customers");
        }
        server.post("/v2/flows/held/run?wait=true").send();
        server.post("/v2/flows/broken/run?wait=true").send();
    }

    /** A flow of many tables, one of which is quarantined; a process that was killed a while ago. */
    private void prepareMore() throws Exception {
        TestDatabases.execute(
                server.database(),
                "CREATE SCHEMA sales",
                "CREATE TABLE sales.orders AS SELECT x AS id FROM system_range(1, 3)",
                "CREATE TABLE sales.items AS SELECT x AS id FROM system_range(1, 4000)",
                "CREATE TABLE sales.returned_goods_of_customers_of_all_countries AS SELECT x AS id FROM system_range(1, 2000)");
        server.post("/v2/flows/nightly/run?wait=true").send();
        server.ledger().nodes().seen(true);
        TestDatabases.execute(
                server.ledgerDatabase(),
                "INSERT INTO waybill_node (node_id, owner, version, migration, triggers, started_ms, seen_ms)"
                        + " SELECT 'killed', owner, version, migration, 1, started_ms - 7200000, seen_ms - 3600000"
                        + " FROM waybill_node");
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
    void eachPageFitsAndCanBeReadByAll() throws Exception {
        prepare();
        prepareMore();
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("flows", "/");
        pages.put("flow", "/flows/customers");
        pages.put("flow-long", "/flows/a_flow_whose_name_is_as_long_as_names_of_flows_may_well_become");
        pages.put("plan", "/flows/customers/plan");
        pages.put("runs", "/runs");
        pages.put("run-done", "/runs/" + last("customers"));
        pages.put("run-quarantined", "/runs/" + last("held"));
        pages.put("run-failed", "/runs/" + last("broken"));
        pages.put("waiting", "/waiting");
        pages.put("datasets", "/datasets");
        pages.put("dataset", "/datasets/customers");
        pages.put("preview", "/datasets/customers/preview");
        pages.put("preview-of-flow", "/datasets/customers/preview?flow=customers");
        pages.put("preview-refused", "/datasets/customers/preview?flow=none");
        pages.put("preview-wide", "/datasets/wide/preview");
        pages.put("tables-flow", "/flows/nightly");
        pages.put("tables-plan", "/flows/nightly/plan");
        pages.put("tables-run", "/runs/" + run("nightly"));
        pages.put("tables-run-of-one", "/runs/" + run("nightly/sales.returned_goods_of_customers_of_all_countries"));
        pages.put("nodes", "/nodes");
        pages.put("access", "/access");
        pages.put("audit", "/audit?verify=true");
        pages.put("not-found", "/flows/none");
        String token = server.token("admin@*");
        List<String> wrong = new ArrayList<>();
        try (BrowserContext window = BROWSER.window(1280, ColorScheme.LIGHT)) {
            Page page = window.newPage();
            page.onConsoleMessage(message -> {
                if (message.type().equals("error") && !message.text().contains("404")) {
                    wrong.add(message.text());
                }
            });
            page.navigate(server.address() + "/login");
            RealBrowser.look(page, "login", wrong);
            page.close();
            Page loggedIn = logIn(window, token);
            for (Map.Entry<String, String> each : pages.entrySet()) {
                loggedIn.navigate(server.address() + each.getValue());
                RealBrowser.look(loggedIn, each.getKey(), wrong);
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** Of that flow itself, or of that table of one. */
    private String run(String flow) {
        return server.ledger().runs(null, null, 30).stream()
                .filter(run -> run.flow().equals(flow))
                .findFirst()
                .orElseThrow()
                .runId();
    }

    private String last(String flow) {
        return server.ledger().runs(flow, null, 1).get(0).runId();
    }

    @Test
    void showsHowFarARunIsAndThenHowItEnded() throws Exception {
        TestDatabases.execute(
                server.database(),
                "CREATE TABLE customers AS SELECT x AS id, '' AS email, DATE '2026-01-15' AS born FROM system_range(1, 400000)");
        try (BrowserContext window = BROWSER.window(1280, ColorScheme.LIGHT)) {
            Page page = window.newPage();
            page.navigate(server.address() + "/flows/customers");
            page.click("button:has-text('Run now')");
            page.waitForSelector("h1 + .status-done");
            assertThat(page.locator("dl").first().innerText()).contains("400,000");
        }
    }

    @Test
    void filtersRunsWithoutLoadingThePageAgain() throws Exception {
        server.run("orders");
        server.post("/v2/flows/broken/run?wait=true").send();
        try (BrowserContext window = BROWSER.window(1280, ColorScheme.LIGHT)) {
            Page page = window.newPage();
            page.navigate(server.address() + "/runs");
            assertThat(page.locator("time").first().innerText()).matches(".*(CET|CEST|GMT\\+[12])");
            page.evaluate("() => window.sameDocument = true");
            page.selectOption("#status", "failed");
            page.waitForURL("**/runs?*status=failed*");
            page.waitForSelector("#runs-found .status-done", new Page.WaitForSelectorOptions().setState(DETACHED));
            // what is asked for again is in the zone of who looks, too
            page.waitForSelector("#runs-found time:text-matches('CET|CEST|GMT.[12]')");
            page.fill("#since", "soon");
            page.waitForSelector("#runs-found .notice-bad");
            assertThat(page.evaluate("() => window.sameDocument")).isEqualTo(true);
        }
    }

    @Test
    void asksAgainWhatWaitsWhenSomebodyComesBackAndIsNotWriting() throws Exception {
        server.post("/v2/flows/held/run?wait=true").send();
        try (BrowserContext window = BROWSER.window(1280, ColorScheme.LIGHT)) {
            Page page = window.newPage();
            page.navigate(server.address() + "/waiting");
            String back = "() => document.dispatchEvent(new Event('visibilitychange'))";
            page.fill("[id^=reason]", "it is known");
            server.post("/v2/runs/" + last("held") + "/discard")
                    .json("{\"reason\": \"a gap\"}")
                    .send()
                    .json(200);
            page.evaluate(back);
            assertThat(page.inputValue("[id^=reason]")).isEqualTo("it is known");
            page.fill("[id^=reason]", "");
            page.evaluate("() => document.activeElement.blur()");
            page.evaluate(back);
            page.waitForSelector("#waiting:has-text('Nothing waits')");
        }
    }
}
