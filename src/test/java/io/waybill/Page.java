package io.waybill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of the documentation.
 *
 * @param file where it is, from the project's folder
 * @param text its Markdown
 */
public record Page(Path file, String text) {

    private static final Pattern BLOCK = Pattern.compile("^```(\\S*)\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

    private static final Pattern HEADING = Pattern.compile("^(#{1,6}) (.+)$", Pattern.MULTILINE);

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

    /**
     * A fenced block.
     *
     * @param language what stands behind the fence; empty where nothing does
     * @param text its lines, each with its end
     * @param line the number of the first of them
     * @param from where its text begins in the page
     */
    public record Block(String language, String text, int line, int from) {

        public int to() {
            return from + text.length();
        }
    }

    public static Page of(Path file) throws IOException {
        return new Page(file, Files.readString(file));
    }

    /** All pages of the documentation, sorted by their paths. */
    public static List<Page> all() throws IOException {
        List<Page> pages = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("docs"))) {
            for (Path file : files.filter(found -> found.toString().endsWith(".md"))
                    .sorted()
                    .toList()) {
                pages.add(of(file));
            }
        }
        return pages;
    }

    public List<Block> blocks() {
        return BLOCK.matcher(text)
                .results()
                .map(found -> new Block(
                        found.group(1),
                        found.group(2),
                        (int) text.substring(0, found.start(2)).lines().count() + 1,
                        found.start(2)))
                .toList();
    }

    /** What stands between its blocks, without code. */
    public String prose() {
        return BLOCK.matcher(text).replaceAll("").replaceAll("`[^`\n]+`", "");
    }

    /** Its titles: headings of the first level. */
    public List<String> titles() {
        return HEADING.matcher(BLOCK.matcher(text).replaceAll(""))
                .results()
                .filter(found -> found.group(1).length() == 1)
                .map(found -> found.group(2))
                .toList();
    }

    /** Where its links lead, as they are written. */
    public List<String> links() {
        return LINK.matcher(prose()).results().map(found -> found.group(1)).toList();
    }

    /** What links to its headings end in, by GitHub and by MkDocs alike. */
    public List<String> anchors() {
        List<String> anchors = new ArrayList<>();
        Map<String, Integer> count = new HashMap<>();
        Matcher heading = HEADING.matcher(BLOCK.matcher(text).replaceAll(""));
        while (heading.find()) {
            String words = heading.group(2).replaceAll("\\[([^]]*)\\]\\([^)]*\\)", "$1");
            String anchor = words.toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                    .strip()
                    .replace(' ', '-');
            int before = count.merge(anchor, 1, Integer::sum) - 1;
            // of a heading that is there twice, and of blanks beside each other, each makes another anchor
            if (before == 0 && !anchor.contains("--")) {
                anchors.add(anchor);
            }
        }
        return anchors;
    }
}
