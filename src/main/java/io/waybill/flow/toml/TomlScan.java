package io.waybill.flow.toml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tomlj.Toml;

/**
 * Where the parts of a TOML text stand. It is for texts that a parser has found good, and tells no mistakes; inline tables may be relaxed
 * ones.
 */
final class TomlScan {

    /**
     * A table's header and what stands below it; the first block is what stands before all headers.
     *
     * @param path which table that is, the elements of lists by their numbers
     * @param start where its header's line begins
     * @param headerEnd where that line ends, its comment and line break included
     * @param entries the keys below it
     */
    record Block(TomlPath path, int start, int headerEnd, List<Entry> entries) {}

    /**
     * A value and its key, or an element of a list.
     *
     * @param start where its key begins; its value, where it is an element
     * @param valueStart where its value begins
     * @param end where its value ends
     * @param opens {@code [} or <code>{</code> for a list or a table, another character for a single value
     * @param inner what such a list or table holds
     */
    record Entry(TomlPath path, int start, int valueStart, int end, char opens, List<Entry> inner) {

        boolean isTable() {
            return opens == '{';
        }

        boolean isList() {
            return opens == '[';
        }
    }

    private final String text;
    private final List<Block> blocks = new ArrayList<>();
    private final Map<TomlPath, Integer> elements = new HashMap<>();
    private int at;

    private TomlScan(String text) {
        this.text = text;
    }

    static List<Block> of(String text) {
        return new TomlScan(text).scan();
    }

    private List<Block> scan() {
        at = text.startsWith("\uFEFF") ? 1 : 0;
        blocks.add(new Block(TomlPath.ROOT, at, at, new ArrayList<>()));
        for (skip(true); at < text.length(); skip(true)) {
            if (text.charAt(at) == '[') {
                header();
            } else {
                Block block = blocks.get(blocks.size() - 1);
                block.entries().add(entry(block.path()));
            }
        }
        return blocks;
    }

    /** Goes over white space and comments, and over line breaks where they mean nothing. */
    private void skip(boolean lines) {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '#') {
                at = endOfLine(text, at);
            } else if (c == ' ' || c == '\t' || lines && (c == '\n' || c == '\r')) {
                at++;
            } else {
                return;
            }
        }
    }

    /** Where a line ends, before its line break. */
    private static int endOfLine(String text, int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end > from && text.charAt(end - 1) == '\r' ? end - 1 : end;
    }

    /** Where the next line begins. */
    static int nextLine(String text, int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end + 1;
    }

    static int lineStart(String text, int from) {
        int start = text.lastIndexOf('\n', from - 1) + 1;
        return start == 0 && text.startsWith("\uFEFF") ? 1 : start;
    }

    private void header() {
        int start = lineStart(text, at);
        boolean isElement = text.startsWith("[[", at);
        at += isElement ? 2 : 1;
        TomlPath path = TomlPath.ROOT;
        List<String> names = key(']');
        for (int i = 0; i < names.size(); i++) {
            path = path.then(names.get(i));
            boolean last = i == names.size() - 1;
            if (last && isElement) {
                path = path.then(elements.merge(path, 1, Integer::sum) - 1);
            } else if (elements.containsKey(path)) {
                path = path.then(elements.get(path) - 1);
            }
        }
        at = nextLine(text, at);
        blocks.add(new Block(path, start, at, new ArrayList<>()));
    }

    /** The names of a dotted key, which ends before a character. */
    private List<String> key(char end) {
        int start = at;
        while (text.charAt(at) != end) {
            char c = text.charAt(at);
            at = c == '"' || c == '\'' ? endOfString(at) : at + 1;
        }
        return Toml.parseDottedKey(text.substring(start, at).strip());
    }

    private Entry entry(TomlPath table) {
        int start = at;
        TomlPath path = table;
        for (String name : key('=')) {
            path = path.then(name);
        }
        at++;
        skip(true);
        return value(path, start);
    }

    private Entry value(TomlPath path, int start) {
        int valueStart = at;
        char first = text.charAt(at);
        List<Entry> inner = List.of();
        if (first == '{' || first == '[') {
            at++;
            inner = inner(path, first);
        } else if (first == '"' || first == '\'') {
            at = endOfString(at);
        } else {
            while (at < text.length() && "#,]}\r\n".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            while (Character.isWhitespace(text.charAt(at - 1))) {
                at--;
            }
        }
        return new Entry(path, start, valueStart, at, first, inner);
    }

    /** What an inline table or a list holds, up to its end. */
    private List<Entry> inner(TomlPath path, char opened) {
        char close = opened == '{' ? '}' : ']';
        List<Entry> inner = new ArrayList<>();
        for (skip(true); text.charAt(at) != close; skip(true)) {
            if (text.charAt(at) == ',') {
                at++;
            } else {
                inner.add(opened == '{' ? entry(path) : value(path.then(inner.size()), at));
            }
        }
        at++;
        return inner;
    }

    private int endOfString(int from) {
        return RelaxedToml.endOfString(text, from);
    }
}
