package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How a server looks that has nothing yet. */
class FirstStepsBrowserIT {

    @RegisterExtension
    static final RealBrowser BROWSER = new RealBrowser();

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with().withoutDatabase();

    @Test
    void eachEmptyPageFitsAndCanBeReadByAll() {
        Map<String, String> pages =
                Map.of("first", "/", "first-runs", "/runs", "first-datasets", "/datasets", "first-new", "/new");
        List<String> wrong = new ArrayList<>();
        try (BrowserContext window = BROWSER.window(1280, ColorScheme.LIGHT)) {
            Page page = window.newPage();
            pages.forEach((name, path) -> {
                page.navigate(server.address() + path);
                RealBrowser.look(page, name, wrong);
            });
        }
        assertThat(wrong).isEmpty();
    }
}
