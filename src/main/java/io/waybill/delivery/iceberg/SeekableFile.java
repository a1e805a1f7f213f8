package io.waybill.delivery.iceberg;

import io.waybill.delivery.ReopenedStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SeekableInputStream;

/** A file that is read from anywhere by opening it there. */
final class SeekableFile implements InputFile {

    /** The length of a file, asked for once. */
    @FunctionalInterface
    interface Length {

        long get() throws IOException;
    }

    private final String location;
    private final Length length;
    private final ReopenedStream.Opening opening;

    SeekableFile(String location, Length length, ReopenedStream.Opening opening) {
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
        return new Reopened(new ReopenedStream(opening));
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

        private final ReopenedStream stream;

        Reopened(ReopenedStream stream) {
            this.stream = stream;
        }

        @Override
        public long getPos() {
            return stream.position();
        }

        @Override
        public void seek(long to) throws IOException {
            stream.seek(to);
        }

        @Override
        public int read() throws IOException {
            return stream.read();
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            return stream.read(bytes, from, length);
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }
}
