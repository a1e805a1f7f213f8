package io.waybill.part;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.rows.ByteSink;
import io.waybill.rows.ColumnVector;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Divides the rows of batches by the values of columns. The rows of a batch that go together become a block of it, in their order, so that
 * formats see as many rows at a time as there are; a batch of one value stays as it is.
 */
final class RowsByValue<T> {

    /**
     * The rows of some values.
     *
     * @param <T> where they go to
     */
    private static final class Group<T> {
        private final T target;
        private int rows;
        private int at;

        Group(T target) {
            this.target = target;
        }
    }

    /** What takes a block of rows. */
    @FunctionalInterface
    interface Taker<T> {
        void take(T target, RowBatch batch, int from, int to) throws IOException;
    }

    /** Bytes that tell rows apart; looked up by without being kept. */
    private static final class Key {
        private byte[] bytes;
        private int length;
        private int hash;

        Key(byte[] bytes, int length) {
            set(bytes, length);
        }

        void set(byte[] newBytes, int newLength) {
            bytes = newBytes;
            length = newLength;
            int sum = 1;
            for (int i = 0; i < length; i++) {
                sum = 31 * sum + bytes[i];
            }
            hash = sum;
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && Arrays.equals(bytes, 0, length, key.bytes, 0, key.length);
        }
    }

    private final List<DivisionByValue.By> by;
    private final Function<Map<String, String>, T> targets;
    private final Map<Key, Group<T>> groups = new HashMap<>();
    private final ColumnVector[] vectors;
    private final RowBatch sorted;
    private final List<Group<T>> inBatch = new ArrayList<>();
    private final List<Group<T>> ofRow = new ArrayList<>();
    private final int[] order = new int[RowBatch.CAPACITY];
    private final Key looked = new Key(new byte[0], 0);
    private ByteSink key = ByteSink.inMemory();
    private ByteSink keyBefore = ByteSink.inMemory();
    private long rows;

    /** @param targets where rows go to of values that come first now */
    RowsByValue(List<DivisionByValue.By> by, RowSchema schema, Function<Map<String, String>, T> targets) {
        this.by = by;
        this.targets = targets;
        this.vectors = new ColumnVector[by.size()];
        this.sorted = new RowBatch(schema);
    }

    void divide(RowBatch batch, Taker<T> taker) throws IOException {
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = by.get(i).values().of(batch);
        }
        inBatch.clear();
        ofRow.clear();
        Group<T> group = null;
        for (int row = 0; row < batch.rows(); row++) {
            group = groupOf(row, group);
            if (group.rows++ == 0) {
                inBatch.add(group);
            }
            ofRow.add(group);
        }
        if (inBatch.size() == 1) {
            group.rows = 0;
            taker.take(group.target, batch, 0, batch.rows());
        } else {
            takeSorted(batch, taker);
        }
        rows += batch.rows();
    }

    private void takeSorted(RowBatch batch, Taker<T> taker) throws IOException {
        int at = 0;
        for (Group<T> group : inBatch) {
            group.at = at;
            at += group.rows;
        }
        for (int row = 0; row < batch.rows(); row++) {
            order[ofRow.get(row).at++] = row;
        }
        sorted.take(batch, order, batch.rows());
        for (Group<T> group : inBatch) {
            int from = group.at - group.rows;
            group.rows = 0;
            taker.take(group.target, sorted, from, group.at);
        }
    }

    /** @param before that of the row before; null of the first */
    private Group<T> groupOf(int row, Group<T> before) throws IOException {
        ByteSink last = keyBefore;
        keyBefore = key;
        key = last;
        key.clear();
        for (int i = 0; i < vectors.length; i++) {
            try {
                by.get(i).divider().put(vectors[i], row, key);
            } catch (IllegalArgumentException e) {
                throw by.get(i).column().refused(Stage.STAGE, rows + row + 1, e);
            }
        }
        if (before != null && Arrays.equals(key.bytes(), 0, key.at(), keyBefore.bytes(), 0, keyBefore.at())) {
            return before;
        }
        looked.set(key.bytes(), key.at());
        Group<T> known = groups.get(looked);
        return known != null ? known : begin(row);
    }

    private Group<T> begin(int row) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < vectors.length; i++) {
            DivisionByValue.By each = by.get(i);
            try {
                values.put(each.divider().name(), each.divider().text(vectors[i], row));
            } catch (IllegalArgumentException e) {
                throw each.column().refused(Stage.STAGE, rows + row + 1, e);
            }
        }
        Group<T> group;
        try {
            group = new Group<>(targets.apply(values));
        } catch (IllegalArgumentException e) {
            throw new WaybillException(Stage.STAGE, "row " + (rows + row + 1) + ": " + e.getMessage(), e);
        }
        groups.put(new Key(Arrays.copyOf(key.bytes(), key.at()), key.at()), group);
        return group;
    }
}
