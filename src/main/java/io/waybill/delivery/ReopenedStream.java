package io.waybill.delivery;

import java.io.IOException;
import java.io.InputStream;

/** A stream that is opened when it is read, and anew wherever it is to go on: of files that have no stream which seeks. */
public final class ReopenedStream extends InputStream {

    /** Opens a file in its middle. */
    @FunctionalInterface
    public interface Opening {

        InputStream open(long from) throws IOException;
    }

    private final Opening opening;
    private InputStream in;
    private long position;
    private boolean closed;

    public ReopenedStream(Opening opening) {
        this.opening = opening;
    }

    /** Opens it where it stands, unless it is open: what is open stays readable, whatever becomes of its name. */
    public InputStream open() throws IOException {
        if (closed) {
            throw new IOException("the stream is closed");
        }
        if (in == null) {
            in = opening.open(position);
        }
        return in;
    }

    /** How many bytes lie before the next one. */
    public long position() {
        return position;
    }

    /** Goes on elsewhere, after it was closed, too. */
    public void seek(long to) throws IOException {
        if (closed || to != position) {
            close();
            closed = false;
            position = to;
        }
    }

    @Override
    public int read() throws IOException {
        int octet = open().read();
        position += octet < 0 ? 0 : 1;
        return octet;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        int read = open().read(bytes, from, length);
        position += Math.max(0, read);
        return read;
    }

    @Override
    public void close() throws IOException {
        if (in != null) {
            closed = true;
            InputStream open = in;
            in = null;
            open.close();
        }
    }
}
