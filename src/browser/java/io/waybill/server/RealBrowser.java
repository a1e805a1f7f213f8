package io.waybill.server;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A Chromium of this machine: that of {@code -Dwaybill.browser=PATH}, else Debian's or another's at its usual place. Where there is none,
 * what needs it is skipped, and says so.
 */
final class RealBrowser implements BeforeAllCallback {

    static final Path SCREENSHOTS = Path.of("target/screenshots");

    /** So much of the top of a long page is kept once more by itself, to be looked at. */
    private static final int TOP = 1400;

    private static final String PROPERTY = "waybill.browser";

    private static final List<String> USUAL =
            List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");

    private static final List<String> TAGS =
            List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice");

    /** How pages are looked at. */
    private enum View {
        WIDE_LIGHT(1280, ColorScheme.LIGHT, true),
        WIDE_DARK(1280, ColorScheme.DARK, false),
        NARROW_DARK(360, ColorScheme.DARK, true),
        NARROW_LIGHT(360, ColorScheme.LIGHT, false);

        private final int width;
        private final ColorScheme colors;
        private final boolean isFirstOfItsWidth;

        View(int width, ColorScheme colors, boolean isFirstOfItsWidth) {
            this.width = width;
            this.colors = colors;
            this.isFirstOfItsWidth = isFirstOfItsWidth;
        }

        void of(Page page) {
            page.setViewportSize(width, height(width));
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(colors));
        }

        /** What is wrong with a page: in other colours, it can only be that they are too near each other. */
        List<String> wrong(Page page) {
            if (!isFirstOfItsWidth) {
                return axe(page, Map.of("type", "rule", "values", List.of("color-contrast")));
            }
            List<String> found = axe(page, Map.of("type", "tag", "values", TAGS));
            found.addAll(notFitting(page));
            return found;
        }
    }

    private Browser browser;

    /** @param named what somebody has named; null for nothing */
    static Optional<Path> executable(String named) {
        if (named == null) {
            return USUAL.stream().map(Path::of).filter(Files::isExecutable).findFirst();
        }
        Path path = Path.of(named);
        if (!Files.isRegularFile(path) || !Files.isExecutable(path)) {
            throw new IllegalArgumentException("-D" + PROPERTY + "=" + named
                    + ": there is no program; name a Chromium, or leave it out for " + String.join(", ", USUAL));
        }
        return Optional.of(path);
    }

    @Override
    public void beforeAll(ExtensionContext tests) {
        Optional<Path> chromium = executable(System.getProperty(PROPERTY));
        if (chromium.isEmpty()) {
            String missing = tests.getRequiredTestClass().getSimpleName() + " is skipped: there is no Chromium at "
                    + String.join(", ", USUAL) + "; install it (apt-get install chromium), or name it by -D" + PROPERTY
                    + "=PATH";
            System.err.println(missing); // a reason of skipping is in no report that one sees
            assumeTrue(false, missing);
        }
        browser = tests.getRoot()
                .getStore(ExtensionContext.Namespace.create(RealBrowser.class))
                .getOrComputeIfAbsent(Started.class, started -> Started.of(chromium.get()), Started.class)
                .browser();
    }

    /** One that all classes of the test run share, each with windows of its own; it ends with the run. */
    private record Started(Playwright playwright, Browser browser) implements AutoCloseable {

        static Started of(Path chromium) {
            Playwright playwright = Playwright.create(
                    new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
            return new Started(
                    playwright,
                    playwright
                            .chromium()
                            .launch(new BrowserType.LaunchOptions()
                                    .setExecutablePath(chromium)
                                    .setHeadless(true)
                                    .setTimeout(Duration.ofMinutes(5).toMillis())
                                    .setArgs(List.of(
                                            "--no-sandbox",
                                            "--disable-gpu",
                                            "--disable-quic",
                                            "--no-first-run",
                                            "--disable-background-networking",
                                            "--disable-component-update",
                                            "--disable-sync"))));
        }

        @Override
        public void close() {
            browser.close();
            playwright.close();
        }
    }

    /** A window of somebody who lives in Berlin. */
    BrowserContext window(int width, ColorScheme colors) {
        return patient(browser.newContext(options(width, colors)));
    }

    /** Likewise, of somebody whose browser runs no script. */
    BrowserContext windowWithoutScripts(int width) {
        return patient(browser.newContext(options(width, ColorScheme.LIGHT).setJavaScriptEnabled(false)));
    }

    /** Each wait is as long as a very busy machine takes. */
    private static BrowserContext patient(BrowserContext window) {
        window.setDefaultTimeout(Duration.ofMinutes(5).toMillis());
        return window;
    }

    private static Browser.NewContextOptions options(int width, ColorScheme colors) {
        return new Browser.NewContextOptions()
                .setViewportSize(width, height(width))
                .setColorScheme(colors)
                .setLocale("en-GB")
                .setTimezoneId("Europe/Berlin");
    }

    private static int height(int width) {
        return width < 600 ? 740 : 900;
    }

    /** Presses Tab until that has the focus: an id, or what it says. */
    static void tabTo(Page page, String wanted) {
        List<String> passed = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            page.keyboard().press("Tab");
            String focused = String.valueOf(
                    page.evaluate(
                            "() => document.activeElement.id || document.activeElement.innerText || document.activeElement.tagName"));
            String said = focused.strip().replaceAll("\\s+", " "); // what is out of sight has lines of its own
            if (said.equals(wanted)) {
                return;
            }
            passed.add(said);
        }
        throw new AssertionError("\"" + wanted + "\" is not reached by Tab: " + passed);
    }

    /** Writes into a field that Tab leads to. */
    static void write(Page page, String field, String text) {
        tabTo(page, field);
        page.keyboard().press("ControlOrMeta+a");
        page.keyboard().insertText(text);
    }

    /** Presses a button or a link that Tab leads to. */
    static void enter(Page page, String button) {
        tabTo(page, button);
        page.keyboard().press("Enter");
    }

    /** What axe finds; it is given to a page once, and stays as long as the page. */
    private static List<String> axe(Page page, Map<String, Object> only) {
        if (Boolean.TRUE.equals(page.evaluate("() => window.axe === undefined"))) {
            page.evaluate("() => {" + AxeBuilder.getAxeScript() + "}");
        }
        Object found = page.evaluate(
                "only => axe.run({ runOnly: only, resultTypes: ['violations'] }).then(all => all.violations.map(each =>"
                        + " `${each.id}: ${each.help} ${each.nodes.map(node => node.html + ' ' + node.failureSummary).join(', ')}`))",
                only);
        return ((List<?>) found).stream().map(Object::toString).collect(Collectors.toCollection(ArrayList::new));
    }

    /** What does not fit beside each other. */
    private static List<String> notFitting(Page page) {
        List<String> found = new ArrayList<>();
        Object cut = page.evaluate(
                "() => [...document.querySelectorAll('body *')].filter(e => e.scrollWidth > e.clientWidth + 1"
                        + " && e.clientWidth > 1 && getComputedStyle(e).overflowX !== 'visible' && !['INPUT', 'SELECT'].includes(e.tagName)"
                        + " && !(e.matches('.scrolls[tabindex=\"0\"]') && document.documentElement.clientWidth > 704))"
                        + ".map(e => 'cut off: ' + e.outerHTML.slice(0, 200))");
        ((List<?>) cut).forEach(each -> found.add(each.toString()));
        Object chosen = page.evaluate("() => { const text = document.createElement('canvas').getContext('2d');"
                + " return [...document.querySelectorAll('select')].filter(e => e.clientWidth > 1)"
                + ".filter(e => { text.font = getComputedStyle(e).font;"
                + " return text.measureText(e.selectedOptions[0].text).width > e.clientWidth - 38; })"
                + ".map(e => 'cut off: ' + e.id + ': ' + e.selectedOptions[0].text) }");
        ((List<?>) chosen).forEach(each -> found.add(each.toString()));
        // a wide table scrolls in its own box
        Object near =
                page.evaluate("() => [...document.querySelectorAll('main *')].filter(e => e.childElementCount === 0"
                        + " && e.getBoundingClientRect().width > 1 && !e.closest('svg, table')"
                        + " && e.getBoundingClientRect().right > document.documentElement.clientWidth - 12)"
                        + ".map(e => 'leaves its place: ' + e.outerHTML.slice(0, 200))");
        ((List<?>) near).forEach(each -> found.add(each.toString()));
        Number over = (Number)
                page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
        if (over.intValue() > 0) {
            found.add("wider than the window by " + over);
        }
        return found;
    }

    /** Keeps how a page looks, wide and narrow, light and dark, and adds what is wrong with it; it is wide and light behind it. */
    static void look(Page page, String name, List<String> wrong) {
        for (View view : View.values()) {
            view.of(page);
            String full = name + "-" + view.width + "-" + view.colors.name().toLowerCase(Locale.ROOT);
            keep(page, full);
            view.wrong(page).forEach(each -> wrong.add(full + ": " + each));
        }
        View.WIDE_LIGHT.of(page);
    }

    /** Keeps how a page looks: all of it, and of a long one its top, too. */
    private static void keep(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(SCREENSHOTS.resolve(name + ".png"))
                .setFullPage(true));
        int height = ((Number) page.evaluate("() => document.documentElement.scrollHeight")).intValue();
        if (height > TOP) {
            page.screenshot(new Page.ScreenshotOptions()
                    .setPath(SCREENSHOTS.resolve("top").resolve(name + ".png"))
                    .setFullPage(true)
                    .setClip(0, 0, page.viewportSize().width, TOP));
        }
    }
}
