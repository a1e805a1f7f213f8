package io.waybill.format;

import java.io.IOException;
import java.io.OutputStream;

/**
 * What a data format writes into: the file, which stays open when the format closes it, as most do. It counts, and remembers why the file could
 * not be written, since a format may make something else of that.
 */
final class MarshalStream extends OutputStream {

    private final OutputStream out;
    private long written;
    private IOException failure;
    private volatile boolean dropped;

    MarshalStream(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        if (dropped) {
            return;
        }
        try {
            out.write(bytes, from, length);
            written += length;
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    /** Nothing that is written from now on gets into the file. */
    void drop() {
        dropped = true;
    }

    long written() {
        return written;
    }

    /** Why the file could not be written; null where it could. */
    IOException failure() {
        return failure;
    }
}
