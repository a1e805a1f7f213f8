package io.waybill.flow.toml;

import io.waybill.flow.toml.TomlScan.Block;
import io.waybill.flow.toml.TomlScan.Entry;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One change of a TOML text. What it comes to is checked by who asks for it. */
final class TomlEdit {

    private final String text;
    private final String lineBreak;
    private final List<Block> blocks;

    TomlEdit(String text) {
        this.text = text;
        int end = text.indexOf('\n');
        this.lineBreak = end > 0 && text.charAt(end - 1) == '\r' ? "\r\n" : "\n";
        this.blocks = TomlScan.of(text);
    }

    String set(TomlPath path, Object value) {
        Optional<Entry> there = entry(path);
        if (there.isPresent()) {
            return replaced(there.get().valueStart(), there.get().end(), TomlWriter.write(value));
        }
        if (isTable(path)) {
            return new TomlEdit(remove(path)).set(path, value);
        }
        Optional<Entry> around = around(path);
        if (around.isPresent()) {
            return added(around.get(), path, value);
        }
        if (path.last() instanceof Integer) {
            return addedBlock("[[" + path.header() + "]]", path.parent().parent(), path, (Map<?, ?>) value);
        }
        TomlPath parent = path.parent();
        for (TomlPath table = parent; !table.isRoot() && table.last() instanceof String; table = table.parent()) {
            Optional<Block> dotted = dotted(table, path);
            if (dotted.isPresent()) {
                return addedLine(dotted.get(), table, path, value);
            }
            if (isTable(table)) {
                break;
            }
        }
        Optional<Block> block = block(parent);
        return block.isPresent()
                ? addedLine(block.get(), parent, path, value)
                : addedBlock("[" + parent.header() + "]", parent, path, Map.of((String) path.last(), value));
    }

    /** What is written as a value, in a line or within another value. */
    private Optional<Entry> entry(TomlPath path) {
        return blocks.stream()
                .flatMap(block -> block.entries().stream())
                .map(entry -> within(entry, path))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<Entry> within(Entry entry, TomlPath path) {
        if (entry.path().equals(path)) {
            return Optional.of(entry);
        }
        // a list that a dotted key of an inline table stands in is found by going through all: keys of it may share a
        // beginning
        return entry.inner().stream()
                .map(inner -> within(inner, path))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** Whether something is a table, or a list of tables, that stands in blocks or dotted keys. */
    private boolean isTable(TomlPath path) {
        return blocks.stream()
                .anyMatch(block -> block != blocks.get(0) && block.path().isIn(path)
                        || block.entries().stream()
                                .anyMatch(entry -> entry.path().isIn(path)));
    }

    /** The deepest inline table or list that something new belongs into. */
    private Optional<Entry> around(TomlPath path) {
        for (TomlPath outer = path.parent(); !outer.isRoot(); outer = outer.parent()) {
            Optional<Entry> found = entry(outer);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private Optional<Block> block(TomlPath path) {
        return blocks.stream().filter(block -> block.path().equals(path)).findFirst();
    }

    /** The block whose dotted keys make a table. */
    private Optional<Block> dotted(TomlPath table, TomlPath path) {
        return blocks.stream()
                .filter(block -> path.isIn(block.path()) && !block.path().equals(table))
                .filter(block ->
                        block.entries().stream().anyMatch(entry -> entry.path().isIn(table)))
                .findFirst();
    }

    private String addedLine(Block block, TomlPath near, TomlPath path, Object value) {
        String line = path.keyBelow(block.path()) + " = " + TomlWriter.write(value);
        List<Entry> entries = block.entries();
        Optional<Entry> last =
                entries.stream().filter(entry -> entry.path().isIn(near)).reduce((first, second) -> second);
        if (last.isPresent()) {
            String indent = text.substring(
                    TomlScan.lineStart(text, last.get().start()), last.get().start());
            return insertedLine(TomlScan.nextLine(text, last.get().end()), indent + line);
        }
        if (block != blocks.get(0)) {
            return insertedLine(block.headerEnd(), line);
        }
        // above all headers, and what is said about the first of them
        int start = blocks.size() > 1 ? lead(blocks.get(1)) : text.length();
        return blocks.size() > 1 ? replaced(start, start, line + lineBreak + lineBreak) : insertedLine(start, line);
    }

    /** Where the comment begins that stands right above a header. */
    private int lead(Block block) {
        int start = block.start();
        while (start > 1) {
            int above = TomlScan.lineStart(text, start - 1);
            if (above == start || !text.substring(above, start).strip().startsWith("#") || isInAValue(above)) {
                return start;
            }
            start = above;
        }
        return start;
    }

    /** A line of a text over several lines may look like a comment. */
    private boolean isInAValue(int position) {
        return blocks.stream()
                .flatMap(block -> block.entries().stream())
                .anyMatch(entry -> entry.start() <= position && position < entry.end());
    }

    private String insertedLine(int position, String line) {
        boolean lineEnds = position == 0 || text.charAt(position - 1) == '\n' || text.equals("\uFEFF");
        return replaced(position, position, lineEnds ? line + lineBreak : lineBreak + line);
    }

    /** @param near what the new block stands after: all blocks of that, or of the deepest of its tables that has one */
    private String addedBlock(String header, TomlPath near, TomlPath path, Map<?, ?> values) {
        StringBuilder lines = new StringBuilder(header).append(lineBreak);
        values.forEach((key, value) -> lines.append(TomlPath.key((String) key))
                .append(" = ")
                .append(TomlWriter.write(value))
                .append(lineBreak));
        int after = blocks.size() - 1;
        TomlPath list = path.last() instanceof Integer ? path.parent() : near;
        for (TomlPath table = list; !table.isRoot(); table = table.parent()) {
            int last = lastBlockOf(table);
            if (last >= 0) {
                after = last;
                break;
            }
        }
        boolean atEnd = after == blocks.size() - 1;
        int position = atEnd ? text.length() : lead(blocks.get(after + 1));
        String before = text.substring(0, position);
        String gap = before.isBlank() || before.equals("\uFEFF") || before.matches("(?s).*\\n[ \\t]*\\r?\\n")
                ? ""
                : before.endsWith("\n") ? lineBreak : lineBreak + lineBreak;
        return before + gap + lines + (atEnd ? "" : lineBreak) + text.substring(position);
    }

    private int lastBlockOf(TomlPath table) {
        for (int i = blocks.size() - 1; i > 0; i--) {
            if (blocks.get(i).path().isIn(table)) {
                return i;
            }
        }
        return -1;
    }

    /** Adds to an inline table, or to a list in brackets. */
    private String added(Entry around, TomlPath path, Object value) {
        String item;
        if (around.isTable()) {
            item = path.keyBelow(around.path()) + " = " + TomlWriter.write(value);
        } else if (around.isList() && path.parent().equals(around.path())) {
            item = TomlWriter.write(value);
        } else {
            throw new IllegalArgumentException(around.path() + " is a single value");
        }
        if (around.inner().isEmpty()) {
            String inside = around.isTable() ? " " + item + " " : item;
            return replaced(around.valueStart() + 1, around.valueStart() + 1, inside)
                    .toString();
        }
        Entry last = around.inner().get(around.inner().size() - 1);
        int lineStart = TomlScan.lineStart(text, last.start());
        String indent = text.substring(lineStart, last.start());
        String gap = indent.isBlank() && lineStart > around.valueStart() ? lineBreak + indent : " ";
        return replaced(last.end(), last.end(), "," + gap + item);
    }

    String remove(TomlPath path) {
        for (Block block : blocks) {
            for (Entry entry : block.entries()) {
                Optional<String> less = removedWithin(entry, path);
                if (less.isPresent()) {
                    return less.get();
                }
            }
        }
        StringBuilder less = new StringBuilder(text);
        for (int i = blocks.size() - 1; i >= 0; i--) {
            Block block = blocks.get(i);
            if (i > 0 && block.path().isIn(path)) {
                int end = i + 1 < blocks.size() ? Math.min(less.length(), lead(blocks.get(i + 1))) : less.length();
                less.delete(end == less.length() ? withBlankLines(lead(block)) : lead(block), end);
            } else {
                for (int k = block.entries().size() - 1; k >= 0; k--) {
                    Entry entry = block.entries().get(k);
                    if (entry.path().isIn(path)) {
                        less.delete(TomlScan.lineStart(text, entry.start()), TomlScan.nextLine(text, entry.end()));
                    }
                }
            }
        }
        return less.toString();
    }

    /** Where the blank lines begin that stand above a place: at a file's end, none are left. */
    private int withBlankLines(int position) {
        int start = position;
        while (start > 1) {
            int above = TomlScan.lineStart(text, start - 1);
            if (above == start || !text.substring(above, start).isBlank()) {
                return start;
            }
            start = above;
        }
        return start;
    }

    /** The text without something that stands in a value. */
    private Optional<String> removedWithin(Entry entry, TomlPath path) {
        List<Entry> items = path.isIn(entry.path()) && !path.equals(entry.path()) ? entry.inner() : List.of();
        for (int i = items.size() - 1; i >= 0; i--) {
            if (items.get(i).path().isIn(path)) {
                TomlEdit less = new TomlEdit(withoutItem(entry, i));
                return Optional.of(entry.isTable() && less.hasDotted(path) ? less.remove(path) : less.text);
            }
            Optional<String> deeper = removedWithin(items.get(i), path);
            if (deeper.isPresent()) {
                return deeper;
            }
        }
        return Optional.empty();
    }

    /** Whether dotted keys of an inline table are left that make a table. */
    private boolean hasDotted(TomlPath path) {
        return blocks.stream().flatMap(block -> block.entries().stream()).anyMatch(entry -> anyIn(entry, path));
    }

    private static boolean anyIn(Entry entry, TomlPath path) {
        return entry.path().isIn(path) || entry.inner().stream().anyMatch(inner -> anyIn(inner, path));
    }

    private String withoutItem(Entry around, int i) {
        List<Entry> items = around.inner();
        Entry item = items.get(i);
        int start = item.start();
        int end = item.end();
        int comma = comma(end, i + 1 < items.size() ? items.get(i + 1).start() : around.end() - 1);
        if (comma >= 0) {
            end = comma + 1;
        }
        int lineStart = TomlScan.lineStart(text, start);
        int nextLine = TomlScan.nextLine(text, end);
        boolean ownLines = lineStart > around.valueStart()
                && text.substring(lineStart, start).isBlank()
                && nextLine < around.end()
                && (text.substring(end, nextLine).isBlank()
                        || text.substring(end, nextLine).strip().startsWith("#"));
        if (ownLines) {
            start = lineStart;
            end = nextLine;
        } else {
            while (i + 1 < items.size() && (text.charAt(end) == ' ' || text.charAt(end) == '\t')) {
                end++;
            }
        }
        StringBuilder less = new StringBuilder(text).delete(start, end);
        if (i > 0 && i + 1 == items.size() && comma < 0) {
            int before = comma(items.get(i - 1).end(), item.start());
            if (before >= 0) {
                less.delete(
                        before,
                        ownLines
                                ? before + 1
                                : text.substring(before + 1, start).isBlank() ? start : before + 1);
            }
        }
        return less.toString();
    }

    /** Where a comma stands that is in no comment; -1 for none. */
    private int comma(int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) == '#') {
                i = TomlScan.nextLine(text, i) - 1;
            } else if (text.charAt(i) == ',') {
                return i;
            }
        }
        return -1;
    }

    private String replaced(int start, int end, String by) {
        return text.substring(0, start) + by + text.substring(end);
    }
}
