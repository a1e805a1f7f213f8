package io.waybill.contract;

import io.waybill.contract.Condition.Unique;
import io.waybill.flow.ColumnType;
import io.waybill.rows.ByteSink;
import io.waybill.rows.ColumnVector;
import io.waybill.rows.RowBatch;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * Finds rows whose key another row has, too: exactly, and in bounded memory. Keys are sorted by their hashes, a buffer at a time; buffers that
 * are full go to files, which are merged at the end. Keys of the same hash are compared themselves.
 */
final class UniqueCheck implements Check {

    /** More files than that are first merged into one. */
    private static final int MOST_FILES = 32;

    private final int[] indexes;
    private final RowNames names;
    private final ScratchFiles files;
    private final String prefix;
    private final KeyBuffer buffer;
    private final ByteSink key = ByteSink.inMemory();
    private final List<String> spilled = new ArrayList<>();
    private int numbers;

    private long repeated;
    /** The first rows, by their numbers. */
    private final TreeMap<Long, String> rows = new TreeMap<>();
    /** The keys of one hash: nearly always one. */
    private final List<byte[]> keys = new ArrayList<>();

    private long hashOfKeys;

    /** @param number tells its files from those of others */
    UniqueCheck(Unique condition, RowNames names, ScratchFiles files, int number) {
        this(condition, names, files, number, KeyBuffer.FULL_BYTES);
    }

    /** @param bufferBytes how many bytes of keys are kept in memory, about */
    UniqueCheck(Unique condition, RowNames names, ScratchFiles files, int number, int bufferBytes) {
        this.buffer = new KeyBuffer(bufferBytes);
        this.indexes = condition.indexes().stream().mapToInt(Integer::intValue).toArray();
        this.names = names;
        this.files = files;
        this.prefix = "unique-" + number + "-";
    }

    @Override
    public void add(RowBatch batch, long before) throws IOException {
        for (int row = 0; row < batch.rows(); row++) {
            if (isNull(batch, row)) {
                continue;
            }
            key.clear();
            for (int index : indexes) {
                putKey(batch.column(index), row);
            }
            int keyLength = key.at();
            names.put(batch, row, key);
            buffer.add(before + row + 1, key.bytes(), keyLength, key.at() - keyLength);
            if (buffer.isFull()) {
                spill();
            }
        }
    }

    /** NULL is not the same as anything. */
    private boolean isNull(RowBatch batch, int row) {
        for (int index : indexes) {
            if (batch.column(index).isNull(row)) {
                return true;
            }
        }
        return false;
    }

    /** What is the same in the same bytes: 1.0 and 1.00, 0.0 and -0.0. */
    private void putKey(ColumnVector column, int row) throws IOException {
        ColumnType type = column.type();
        if (type.isFloating()) {
            putLong(Double.doubleToLongBits(column.doubleAt(row) + 0.0));
        } else if (!type.isBytes()) {
            putLong(column.longAt(row));
            if (type.hasNanos()) {
                putLong(column.subMicrosAt(row));
            }
        } else if (type.kind() == ColumnType.Kind.DECIMAL && DecimalText.isNumber(column.bytes(), column.end(row))) {
            byte[] bytes = column.bytes();
            int end = column.end(row);
            int from = DecimalText.firstDigit(bytes, column.start(row), end);
            int to = DecimalText.lastDigit(bytes, from, end);
            boolean negative = to > from && bytes[column.start(row)] == '-';
            putLong(negative ? -(to - from) : to - from);
            key.put(bytes, from, to - from);
        } else {
            int length = column.end(row) - column.start(row);
            putLong(length);
            key.put(column.bytes(), column.start(row), length);
        }
    }

    private void putLong(long value) throws IOException {
        byte[] room = key.room(Long.BYTES);
        int at = key.at();
        for (int shift = 56; shift >= 0; shift -= 8) {
            room[at++] = (byte) (value >>> shift);
        }
        key.filledTo(at);
    }

    private void spill() throws IOException {
        write(buffer.sorted());
        buffer.clear();
        if (spilled.size() == MOST_FILES) {
            List<String> merged = List.copyOf(spilled);
            spilled.clear();
            write(merged(merged));
            for (String name : merged) {
                files.delete(name);
            }
        }
    }

    private void write(KeyRecords records) throws IOException {
        String name = prefix + ++numbers;
        spilled.add(name);
        try (records;
                DataOutputStream out = new DataOutputStream(new BufferedOutputStream(files.create(name), 1 << 16))) {
            while (records.next()) {
                records.writeTo(out);
            }
        }
    }

    private KeyRecords merged(List<String> names) throws IOException {
        List<KeyRecords> opened = new ArrayList<>();
        try {
            for (String name : names) {
                opened.add(new KeyRecords.InFile(files.open(name)));
            }
            return new KeyRecords.Merged(opened);
        } catch (IOException | RuntimeException e) {
            for (KeyRecords file : opened) {
                file.close();
            }
            throw e;
        }
    }

    @Override
    public Found found(long all) throws IOException {
        if (!spilled.isEmpty() && !buffer.isEmpty()) {
            write(buffer.sorted());
            buffer.clear();
        }
        try (KeyRecords records = spilled.isEmpty() ? buffer.sorted() : merged(spilled)) {
            while (records.next()) {
                compare(records);
            }
        }
        String measured = repeated == 0
                ? Condition.rows(all) + ", none twice"
                : Condition.count(repeated) + " of " + Condition.rows(all)
                        + (repeated == 1 ? " repeats an earlier one" : " repeat earlier ones");
        return new Found(repeated == 0, repeated, measured, List.copyOf(rows.values()));
    }

    private void compare(KeyRecords record) {
        if (record.hash != hashOfKeys) {
            keys.clear();
            hashOfKeys = record.hash;
        }
        int end = record.start + record.keyLength;
        for (byte[] known : keys) {
            if (Arrays.equals(known, 0, known.length, record.bytes, record.start, end)) {
                repeated++;
                note(record);
                return;
            }
        }
        keys.add(Arrays.copyOfRange(record.bytes, record.start, end));
    }

    private void note(KeyRecords record) {
        if (rows.size() == MOST_ROWS && record.row > rows.lastKey()) {
            return;
        }
        String name = names.areKeys()
                ? new String(record.bytes, record.start + record.keyLength, record.nameLength, StandardCharsets.UTF_8)
                : RowNames.numbered(record.row);
        rows.put(record.row, name);
        if (rows.size() > MOST_ROWS) {
            rows.pollLastEntry();
        }
    }

    @Override
    public void close() {
        for (String name : spilled) {
            try {
                files.delete(name);
            } catch (IOException e) {
                // it goes with its folder
            }
        }
        spilled.clear();
    }
}
