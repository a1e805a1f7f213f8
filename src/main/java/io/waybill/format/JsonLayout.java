package io.waybill.format;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.rows.ByteSink;
import io.waybill.rows.Column;
import io.waybill.rows.JsonText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All the bytes of a JSON object that are the same in every row: before each value its key, and the braces of nested
 * objects; after the last value what closes them. So a row is written as fragments and values in turn.
 *
 * @param order the values' order: positions in the list of columns
 * @param before the bytes before each value, in that order
 * @param end the bytes after the last value
 */
record JsonLayout(int[] order, byte[][] before, byte[] end) {

    /** A key's value: a column's position, or a nested object. */
    private sealed interface Node permits Leaf, Branch {}

    private record Leaf(int column) implements Node {}

    private record Branch(Map<String, Node> children) implements Node {}

    /**
     * Lays out the objects of some columns.
     *
     * @param nest whether {@code a.b} is the key {@code b} of an object {@code a}
     * @param indent spaces a level; 0 for all on one line
     * @param ending what follows an object
     * @throws WaybillException when a column is a value and an object at once
     */
    static JsonLayout of(List<Column> columns, boolean nest, int indent, String ending, JsonText text)
            throws IOException {
        Branch root = new Branch(new LinkedHashMap<>());
        for (int i = 0; i < columns.size(); i++) {
            String name = columns.get(i).name();
            insert(root, nest ? List.of(name.split("\\.", -1)) : List.of(name), i, name);
        }
        Builder builder = new Builder(indent, text);
        builder.object(root, 1);
        builder.pending.putAscii(ending);
        return new JsonLayout(
                builder.order.stream().mapToInt(Integer::intValue).toArray(),
                builder.before.toArray(byte[][]::new),
                builder.taken());
    }

    private static void insert(Branch branch, List<String> path, int column, String name) {
        String key = path.get(0);
        Node present = branch.children().get(key);
        if (path.size() > 1 && (present == null || present instanceof Branch)) {
            Branch next = present == null ? new Branch(new LinkedHashMap<>()) : (Branch) present;
            branch.children().put(key, next);
            insert(next, path.subList(1, path.size()), column, name);
        } else if (present == null) {
            branch.children().put(key, new Leaf(column));
        } else {
            throw new WaybillException(
                    Stage.ENCODE,
                    "nest: column \"" + name + "\" collides with another: \"" + key
                            + "\" would be a value and an object at once, or there twice");
        }
    }

    private static final class Builder {

        private final int indent;
        private final JsonText text;
        private final List<Integer> order = new ArrayList<>();
        private final List<byte[]> before = new ArrayList<>();
        private final ByteSink pending = ByteSink.inMemory();

        Builder(int indent, JsonText text) {
            this.indent = indent;
            this.text = text;
        }

        void object(Branch branch, int depth) throws IOException {
            pending.put('{');
            boolean first = true;
            for (Map.Entry<String, Node> child : branch.children().entrySet()) {
                pending.putAscii(first ? "" : ",");
                first = false;
                lineBreak(depth + 1);
                byte[] key = child.getKey().getBytes(StandardCharsets.UTF_8);
                text.putString(key, 0, key.length, pending);
                pending.putAscii(indent > 0 ? ": " : ":");
                if (child.getValue() instanceof Branch nested) {
                    object(nested, depth + 1);
                } else if (child.getValue() instanceof Leaf leaf) {
                    order.add(leaf.column());
                    before.add(taken());
                }
            }
            if (!first) {
                lineBreak(depth);
            }
            pending.put('}');
        }

        private byte[] taken() {
            byte[] taken = Arrays.copyOf(pending.bytes(), pending.at());
            pending.clear();
            return taken;
        }

        private void lineBreak(int depth) throws IOException {
            if (indent > 0) {
                pending.putAscii("\n" + " ".repeat(indent * depth));
            }
        }
    }
}
