package io.waybill.delivery.iceberg;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SeekableInputStream;

/** A file that is read from anywhere by opening it there. */
final class SeekableFile implements InputFile {

    /** What a file is read by that has no stream which seeks: it is opened anew. */
    @FunctionalInterface
    interface Opening {

        InputStream open(long from) throws IOException;
    }

    /** The length of a file, asked for once. */
    @FunctionalInterface
    interface Length {

        long get() throws IOException;
    }

    private final String location;
    private final Length length;
    private final Opening opening;

    SeekableFile(String location, Length length, Opening opening) {
        this.location = location;
        this.length = length;
        this.opening = opening;
    }

    @Override
    public long getLength() {
        try {
            return length.get();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public SeekableInputStream newStream() {
        return new Reopened(opening);
    }

    @Override
    public String location() {
        return location;
    }

    @Override
    public boolean exists() {
        try {
            return length.get() >= 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NotFoundException e) {
            return false;
        }
    }

    private static final class Reopened extends SeekableInputStream {

        private final Opening opening;
        private InputStream in;
        private long position;

        Reopened(Opening opening) {
            this.opening = opening;
        }

        @Override
        public long getPos() {
            return position;
        }

        @Override
        public void seek(long to) throws IOException {
            if (to != position) {
                close();
                position = to;
            }
        }

        private InputStream in() throws IOException {
            if (in == null) {
                in = opening.open(position);
            }
            return in;
        }

        @Override
        public int read() throws IOException {
            int octet = in().read();
            position += octet < 0 ? 0 : 1;
            return octet;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int read = in().read(bytes, from, length);
            position += Math.max(0, read);
            return read;
        }

        @Override
        public void close() throws IOException {
            if (in != null) {
                in.close();
                in = null;
            }
        }
    }
}
