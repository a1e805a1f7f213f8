package io.waybill.flow.toml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Texts of all spellings, and changes of them: what is asked for is there, and nothing else has changed. */
class TomlTextPropertiesTest {

    @Provide
    Arbitrary<String> files() {
        Arbitrary<String> value = values();
        Arbitrary<String> comment = Arbitraries.of("", "", " # why", "   # ö, \"x\" = [1", "\t#");
        Arbitrary<String> gap = Arbitraries.of("", "", "\n", "# alone = 1\n", "\n# about the next\n");
        Arbitrary<List<String>> lines = Combinators.combine(gap, value, comment)
                .as((before, text, after) -> before + "%s = " + text + after + "\n")
                .list()
                .ofMaxSize(4);
        Arbitrary<String> breaks = Arbitraries.of("\n", "\n", "\r\n");
        return Combinators.combine(
                        lines,
                        lines,
                        lines,
                        lines,
                        gap,
                        breaks,
                        Arbitraries.of(true, false),
                        Arbitraries.of("", "\uFEFF"))
                .as((root, export, first, second, above, lineBreak, ends, bom) -> {
                    String text =
                            bom + keyed(root, List.of("name", "d.x", "\"d\".'y z'", "ä\"".substring(0, 0) + "'ä b'"))
                                    + above + "[properties.export]  # rows\n"
                                    + keyed(export, List.of("format", "changes.columns", "\"limit\"", "changes . key"))
                                    + "  [properties.export.exporter_config]\n"
                                    + keyed(first, List.of("delimiter", "a", "b", "c"))
                                    + above + "[[triggers]]\n" + keyed(second, List.of("type", "at", "x.y", "x.z"))
                                    + "[[triggers]]\n" + keyed(first, List.of("type", "at", "x.y", "x.z"));
                    text = text.replace("\n", lineBreak);
                    return ends ? text : text.strip().startsWith("#") ? text : text.stripTrailing();
                });
    }

    private static String keyed(List<String> lines, List<String> keys) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            text.append(lines.get(i).replaceFirst("%s", keys.get(i)));
        }
        return text.toString();
    }

    private static Arbitrary<String> values() {
        Arbitrary<String> single = Arbitraries.of(
                "\"text # [ } \\\" \\u00e4\"",
                "'literal \\ # {'",
                "1_000",
                "0x1F",
                "-3.5e2",
                "true",
                "1979-05-27 07:32:00",
                "02:00:00",
                "\"\"\"\nover\n[lines]\n# no comment\n\\\"\"\"\"\"\"",
                "'''one ''quoted''''",
                "\"ünï – 漢\"");
        Arbitrary<String> list = single.list()
                .ofMaxSize(3)
                .flatMap(items -> Arbitraries.of(
                        "[" + String.join(", ", items) + "]",
                        "[\n"
                                + String.join(
                                        "",
                                        items.stream()
                                                .map(item -> "  " + item + ", # it's one\n")
                                                .toList()) + "]",
                        "[ " + String.join(" ,", items) + "\n]"));
        Arbitrary<String> table = single.list().ofMaxSize(3).flatMap(items -> {
            List<String> pairs = new ArrayList<>();
            for (int i = 0; i < items.size(); i++) {
                pairs.add(List.of("p", "q.r", "q.\"s t\"").get(i) + " = " + items.get(i));
            }
            return Arbitraries.of(
                    "{" + String.join(", ", pairs) + "}",
                    "{\n  " + String.join("  # one\n  ", pairs) + "\n}",
                    "{ " + String.join(",\n ", pairs) + " }");
        });
        Arbitrary<String> tables =
                table.list().ofMinSize(1).ofMaxSize(3).map(items -> "[" + String.join(",\n", items) + "]");
        return Arbitraries.oneOf(single, single, list, table, tables);
    }

    @Provide
    Arbitrary<Object> news() {
        Arbitrary<Object> single = Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(6).map(text -> (Object) withoutHalves(text)),
                Arbitraries.longs().map(number -> (Object) number),
                Arbitraries.of(true, false).map(flag -> (Object) flag),
                Arbitraries.doubles().map(number -> (Object) number));
        return Arbitraries.oneOf(
                single,
                single.list().ofMaxSize(3).map(list -> (Object) list),
                single.map(value -> Map.of("k", value, "l m", value)));
    }

    /** Half a character is none. */
    private static String withoutHalves(String text) {
        return new String(
                text.getBytes(java.nio.charset.StandardCharsets.UTF_8), java.nio.charset.StandardCharsets.UTF_8);
    }

    private static List<TomlPath> paths(TomlPath at, Object value) {
        List<TomlPath> paths = new ArrayList<>();
        if (value instanceof Map<?, ?> table) {
            table.forEach((key, inner) -> {
                paths.add(at.then(key));
                paths.addAll(paths(at.then(key), inner));
            });
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                paths.add(at.then(i));
                paths.addAll(paths(at.then(i), list.get(i)));
            }
        }
        return paths;
    }

    /** Those that the files above have, in their order. */
    private static String comments(String text) {
        return Pattern.compile("# (why|alone = 1|about the next|one|it's one|rows|ö)")
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.joining("\n"));
    }

    @Property(tries = 400)
    void changesWhatIsAskedForAndKeepsTheRest(
            @ForAll("files") String file, @ForAll("news") Object value, @ForAll("picks") int pick) {
        TomlText before = TomlText.of(file);
        List<TomlPath> paths = paths(TomlPath.ROOT, before.values());
        TomlPath path = paths.get(pick % paths.size());
        if (before.value(path).orElseThrow() instanceof Map
                || before.value(path).orElseThrow() instanceof List) {
            return; // those are changed by what they hold
        }
        TomlText after = before.with(path, value);
        assertThat(after.value(path)).contains(value);
        if (after.text().equals(file)) {
            return; // it was that already, spelt like that
        }
        // the text is the same before and behind what was changed
        String written = TomlWriter.write(value);
        int same = Math.max(0, common(file, after.text()) - written.length());
        int start = after.text().indexOf(written, same);
        String behind = after.text().substring(start + written.length());
        assertThat(file).startsWith(after.text().substring(0, start)).endsWith(behind);
        assertThat(comments(after.text())).isEqualTo(comments(file));
        assertThat(after.with(path, before.value(path).orElseThrow()).values()).isEqualTo(before.values());
    }

    private static int common(String a, String b) {
        int i = 0;
        while (i < a.length() && i < b.length() && a.charAt(i) == b.charAt(i)) {
            i++;
        }
        return i;
    }

    @Property(tries = 400)
    void addsAndRemovesAgainToTheByte(
            @ForAll("files") String file, @ForAll("news") Object value, @ForAll("picks") int pick) {
        TomlText before = TomlText.of(file);
        List<TomlPath> tables = paths(TomlPath.ROOT, before.values()).stream()
                .filter(path -> before.value(path).orElseThrow() instanceof Map)
                .toList();
        TomlPath path = tables.get(pick % tables.size()).then("new one");
        TomlText after = before.with(path, value);
        assertThat(after.value(path)).contains(value);
        // whole lines are added, or a part of one: what was there is there, in its order
        assertThat(isIn(file, after.text())).isTrue();
        assertThat(after.without(path).values()).isEqualTo(before.values());
    }

    /** Whether a text is another one without some of its characters. */
    private static boolean isIn(String part, String whole) {
        int found = 0;
        for (int i = 0; i < whole.length() && found < part.length(); i++) {
            if (whole.charAt(i) == part.charAt(found)) {
                found++;
            }
        }
        return found == part.length();
    }

    @Property(tries = 600)
    void removesWhatIsAskedForAndKeepsTheRest(@ForAll("files") String file, @ForAll("picks") int pick) {
        TomlText before = TomlText.of(file);
        List<TomlPath> paths = paths(TomlPath.ROOT, before.values());
        TomlPath path = paths.get(pick % paths.size());
        TomlText after = before.without(path);
        assertThat(isIn(after.text(), file)).isTrue();
        if (!(path.last() instanceof Integer)) {
            assertThat(after.value(path)).isEmpty();
        }
    }

    @Property(tries = 200)
    void addsElementsAndTables(@ForAll("files") String file, @ForAll("news") Object value, @ForAll("picks") int pick) {
        TomlText before = TomlText.of(file);
        TomlPath path = List.of(
                        TomlPath.of("triggers", 2),
                        TomlPath.of("properties", "export", "delivery", 0),
                        TomlPath.of("properties", "export", "delivery", 0))
                .get(pick % 3);
        TomlText after = before.with(path, Map.of("uri", value))
                .with(path.then("options").then("a.b"), 1L);
        assertThat(after.value(path)).contains(Map.of("uri", value, "options", Map.of("a.b", 1L)));
        assertThat(isIn(file, after.text())).isTrue();
        assertThat(after.without(path).values()).isEqualTo(before.values());
    }

    @Provide
    Arbitrary<Integer> picks() {
        return Arbitraries.integers().between(0, 10_000);
    }
}
