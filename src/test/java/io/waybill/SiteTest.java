package io.waybill;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.Page.Block;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The documentation is a site: each page is found from its front page, and what leads on leads somewhere. */
class SiteTest {

    private static final Path FRONT = Path.of("docs/README.md");

    /** What blocks are; sh is run by a test, and what console and text show is not. */
    private static final Set<String> LANGUAGES = Set.of(
            "sh", "console", "text", "toml", "properties", "sql", "java", "xml", "yaml", "json", "ini", "promql");

    private static List<Page> pagesAndReadme() throws IOException {
        List<Page> pages = new ArrayList<>(Page.all());
        pages.add(Page.of(Path.of("README.md")));
        pages.add(Page.of(Path.of("bench/README.md")));
        pages.add(Page.of(Path.of("examples/README.md")));
        for (String example : List.of("camel-main", "jbang", "quarkus", "spring-boot")) {
            pages.add(Page.of(Path.of("examples", example, "README.md")));
        }
        return pages;
    }

    @Test
    void everyPageHasOneTitle() throws IOException {
        for (Page page : Page.all()) {
            assertThat(page.titles()).as(page.file().toString()).hasSize(1);
            assertThat(page.text()).as(page.file().toString()).startsWith("# ");
        }
    }

    @Test
    void everyPageIsLinkedFromTheFrontPage() throws IOException {
        List<Path> linked = Page.of(FRONT).links().stream()
                .map(link -> FRONT.resolveSibling(link.replaceFirst("#.*", "")).normalize())
                .toList();
        assertThat(Page.all())
                .extracting(Page::file)
                .allMatch(page -> page.equals(FRONT) || linked.contains(page), "is linked from " + FRONT);
    }

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        List<String> lost = new ArrayList<>();
        for (Page page : pagesAndReadme()) {
            for (String link : page.links()) {
                if (!link.matches("[a-z]+:.*") && !leads(page, link)) {
                    lost.add(page.file() + ": " + link);
                }
            }
        }
        assertThat(lost).isEmpty();
    }

    private static boolean leads(Page page, String link) throws IOException {
        String[] parts = link.split("#", 2);
        Path file = parts[0].isEmpty()
                ? page.file()
                : (page.file().getParent() == null
                                ? Path.of(parts[0])
                                : page.file().getParent().resolve(parts[0]))
                        .normalize();
        if (!Files.exists(file)) {
            return false;
        }
        return parts.length == 1 || Page.of(file).anchors().contains(parts[1]);
    }

    @Test
    void everyBlockSaysWhatItIs() throws IOException {
        List<String> unsaid = new ArrayList<>();
        for (Page page : pagesAndReadme()) {
            for (Block block : page.blocks()) {
                if (!LANGUAGES.contains(block.language())) {
                    unsaid.add(page.file() + ":" + block.line() + ": \"" + block.language() + "\"");
                }
            }
        }
        assertThat(unsaid).as("blocks whose language is none of " + LANGUAGES).isEmpty();
    }

    /** It reads well as text, too. */
    @Test
    void noPageHoldsMarkupOfItsOwn() throws IOException {
        for (Page page : Page.all()) {
            assertThat(page.prose().replaceAll("<!--.*?-->", "").replaceAll("<https?:[^>]*>", ""))
                    .as(page.file().toString())
                    .doesNotContainPattern("<[a-zA-Z/]");
        }
    }
}
