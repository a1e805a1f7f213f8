package io.waybill.format;

import io.waybill.rows.RowBatch;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowFormat;
import io.waybill.rows.Rows;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** Rows as the bytes of a file, which are made while they are read: a batch at a time. Closing it closes the rows; so does its end. */
final class RowsStream extends InputStream {

    private final Rows rows;
    private final RowBatch batch;
    private final Made made = new Made();
    private final RowEncoder encoder;
    private int next;
    private boolean ended;

    /** @param rows taken by who asks for the bytes */
    RowsStream(Rows rows, RowFormat format) throws IOException {
        this.rows = rows;
        this.batch = new RowBatch(rows.schema());
        this.encoder = format.open(rows.schema(), made);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (next == made.size()) {
            if (ended) {
                return -1;
            }
            make();
        }
        int count = Math.min(length, made.size() - next);
        made.copy(next, target, from, count);
        next += count;
        return count;
    }

    @Override
    public int available() {
        return made.size() - next;
    }

    private void make() throws IOException {
        made.reset();
        next = 0;
        try {
            if (rows.read(batch)) {
                encoder.write(batch, 0, batch.rows());
            } else {
                encoder.finish();
                close();
            }
        } catch (RuntimeException e) { // who copies a stream expects no other
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        ended = true;
        rows.close();
    }

    /** For logs, which are no readers. */
    @Override
    public String toString() {
        return "bytes of " + rows;
    }

    /** The bytes that are made and not read. */
    private static final class Made extends ByteArrayOutputStream {

        void copy(int start, byte[] target, int from, int length) {
            System.arraycopy(buf, start, target, from, length);
        }
    }
}
