package io.waybill.contract;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Records of rows and their keys in memory, up to a limit: end to end in one array, and an array of numbers by which they are sorted, so
 * that a record takes no object.
 */
final class KeyBuffer {

    /** Room for about a quarter of a million keys that are numbers. */
    static final int FULL_BYTES = 8 << 20;

    /** For the record that it is full with. */
    private static final int SLACK_BYTES = 1 << 12;

    private static final int INDEX_BITS = 20;
    private static final int MOST = 1 << INDEX_BITS;
    private static final long INDEX = MOST - 1;

    /** The row, the key's length and the name's. */
    private static final int HEAD_BYTES = 16;

    private final int fullBytes;
    private byte[] bytes = new byte[1 << 12];
    private ByteBuffer heads = ByteBuffer.wrap(bytes);
    /** The upper bits of a key's hash, and below them the record's index. */
    private long[] order = new long[1 << 10];

    private int[] starts = new int[1 << 10];
    private int count;
    private int at;

    /** @param fullBytes how many bytes it takes, about */
    KeyBuffer(int fullBytes) {
        this.fullBytes = fullBytes;
    }

    boolean isFull() {
        return count == MOST || at >= fullBytes;
    }

    boolean isEmpty() {
        return count == 0;
    }

    void clear() {
        count = 0;
        at = 0;
        if (bytes.length / 2 > fullBytes) { // of a key that was very long
            bytes = new byte[fullBytes];
            heads = ByteBuffer.wrap(bytes);
        }
    }

    /**
     * Adds a record.
     *
     * @param keyAndName the key, and behind it the row's name
     */
    void add(long row, byte[] keyAndName, int keyLength, int nameLength) {
        int length = keyLength + nameLength;
        ensure(Math.addExact(at, HEAD_BYTES + length));
        heads.putLong(at, row);
        heads.putInt(at + 8, keyLength);
        heads.putInt(at + 12, nameLength);
        System.arraycopy(keyAndName, 0, bytes, at + HEAD_BYTES, length);
        order[count] = hash(keyAndName, keyLength) & ~INDEX | count;
        starts[count++] = at;
        at += HEAD_BYTES + length;
    }

    private void ensure(int size) {
        if (size > bytes.length) {
            long doubled = Math.min(2L * bytes.length, (long) fullBytes + SLACK_BYTES);
            bytes = Arrays.copyOf(bytes, (int) Math.max(size, doubled));
            heads = ByteBuffer.wrap(bytes);
        }
        if (count == order.length) {
            order = Arrays.copyOf(order, 2 * count);
            starts = Arrays.copyOf(starts, 2 * count);
        }
    }

    /** FNV-1a, its bits mixed: the upper ones count. */
    private static long hash(byte[] bytes, int length) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < length; i++) {
            hash = (hash ^ bytes[i]) * 0x100000001b3L;
        }
        hash = (hash ^ hash >>> 32) * 0x9e3779b97f4a7c15L;
        return hash ^ hash >>> 29;
    }

    /** The records in the order of their hashes, and of their rows where these are the same. */
    KeyRecords sorted() {
        Arrays.sort(order, 0, count);
        return new KeyRecords() {

            private int next;

            @Override
            boolean next() {
                if (next == count) {
                    return false;
                }
                int record = starts[(int) (order[next] & INDEX)];
                hash = order[next++] & ~INDEX;
                row = heads.getLong(record);
                keyLength = heads.getInt(record + 8);
                nameLength = heads.getInt(record + 12);
                bytes = KeyBuffer.this.bytes;
                start = record + HEAD_BYTES;
                return true;
            }
        };
    }
}
