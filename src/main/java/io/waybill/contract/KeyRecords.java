package io.waybill.contract;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.PriorityQueue;

/** Records of rows and their keys in the order of the keys' hashes: one after the other, whether they lie in memory or in files. */
abstract class KeyRecords implements Closeable, Comparable<KeyRecords> {

    private static final int BUFFER_BYTES = 1 << 15;

    long hash;
    long row;
    /** Where the key lies, and behind it the row's name. */
    byte[] bytes = {};

    int start;
    int keyLength;
    int nameLength;

    /** Turns to the next record; answers false where there is none. */
    abstract boolean next() throws IOException;

    @Override
    public void close() throws IOException {
        // what lies in memory holds nothing
    }

    @Override
    public int compareTo(KeyRecords other) {
        return hash == other.hash ? Long.compare(row, other.row) : Long.compare(hash, other.hash);
    }

    void writeTo(DataOutputStream out) throws IOException {
        out.writeLong(hash);
        out.writeLong(row);
        out.writeInt(keyLength);
        out.writeInt(nameLength);
        out.write(bytes, start, keyLength + nameLength);
    }

    /** Those of a file. */
    static final class InFile extends KeyRecords {

        private final DataInputStream in;

        InFile(InputStream file) {
            in = new DataInputStream(new BufferedInputStream(file, BUFFER_BYTES));
        }

        @Override
        boolean next() throws IOException {
            in.mark(1);
            if (in.read() < 0) {
                return false;
            }
            in.reset();
            hash = in.readLong();
            row = in.readLong();
            keyLength = in.readInt();
            nameLength = in.readInt();
            if (bytes.length < keyLength + nameLength) {
                bytes = new byte[Math.max(keyLength + nameLength, 2 * bytes.length)];
            }
            in.readFully(bytes, 0, keyLength + nameLength);
            return true;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    /** Those of several, in one order. */
    static final class Merged extends KeyRecords {

        private final PriorityQueue<KeyRecords> heads = new PriorityQueue<>();
        private KeyRecords current;

        /** @param sources closed with this */
        Merged(Iterable<KeyRecords> sources) throws IOException {
            for (KeyRecords source : sources) {
                addUnlessEmpty(source);
            }
        }

        private void addUnlessEmpty(KeyRecords source) throws IOException {
            if (source.next()) {
                heads.add(source);
            } else {
                source.close();
            }
        }

        @Override
        boolean next() throws IOException {
            if (current != null) {
                addUnlessEmpty(current);
            }
            current = heads.poll();
            if (current == null) {
                return false;
            }
            hash = current.hash;
            row = current.row;
            bytes = current.bytes;
            start = current.start;
            keyLength = current.keyLength;
            nameLength = current.nameLength;
            return true;
        }

        @Override
        public void close() throws IOException {
            for (KeyRecords head : heads) {
                head.close();
            }
            if (current != null) {
                current.close();
            }
        }
    }
}
