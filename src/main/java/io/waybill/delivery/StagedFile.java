package io.waybill.delivery;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.StreamCache;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.commons.io.IOUtils;
import org.apache.commons.io.function.IOConsumer;

/** A file that waits to be delivered, as it is to arrive: whoever reads it does not see whether it is encrypted meanwhile. */
public final class StagedFile {

    private final Path path;
    private final StagingCipher cipher;
    private final byte[] counter;

    /** @param counter the counter of its first block; null for a file that is not encrypted */
    StagedFile(Path path, StagingCipher cipher, byte[] counter) {
        this.path = path;
        this.cipher = cipher;
        this.counter = counter;
    }

    /** One that lies as it is to arrive. */
    public static StagedFile plain(Path path) {
        return new StagedFile(path, StagingCipher.NONE, null);
    }

    /** What an exchange's body is: one of these, or what Camel takes for a file. */
    public static StagedFile of(Exchange exchange) throws InvalidPayloadException {
        Optional<StagedFile> staged = in(exchange);
        return staged.isPresent()
                ? staged.get()
                : plain(exchange.getMessage().getMandatoryBody(File.class).toPath());
    }

    /** What an exchange's body is; empty where it is neither one of these nor a file. */
    public static Optional<StagedFile> in(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        if (body instanceof Body staged) {
            return Optional.of(staged.file);
        }
        return body instanceof File file ? Optional.of(plain(file.toPath())) : Optional.empty();
    }

    /** Where it lies. */
    public Path path() {
        return path;
    }

    /** Whether it lies as it is to arrive. */
    public boolean isPlain() {
        return counter == null;
    }

    /** Its length as it is to arrive. */
    public long length() throws IOException {
        if (!isPlain()) {
            return StagingCipher.lengthOf(Files.size(path));
        }
        Optional<DistantFile> distant = distant();
        return distant.isPresent() ? distant.get().bytes() : Files.size(path);
    }

    /** What it stands for; empty where it is what it is. */
    public Optional<DistantFile> distant() throws IOException {
        return isPlain() ? DistantFile.of(path) : Optional.empty();
    }

    /** @throws IOException when it only stands for a file elsewhere */
    private void requireHere() throws IOException {
        Optional<DistantFile> distant = distant();
        if (distant.isPresent()) {
            throw new IOException(distant.get().name() + " lies in "
                    + distant.get().place() + ", where it is to be delivered, and is not read here");
        }
    }

    /** Reads it from its beginning. */
    public InputStream open() throws IOException {
        return open(0);
    }

    /** Reads it from somewhere on. */
    public InputStream open(long from) throws IOException {
        requireHere();
        return isPlain()
                ? Channels.newInputStream(
                        FileChannel.open(path, StandardOpenOption.READ).position(from))
                : cipher.open(path, counter, from);
    }

    /** The body of a message that takes it somewhere: a {@link File}, or where that is encrypted, a {@link StreamCache}. */
    public Object body() {
        return isPlain() ? path.toFile() : new Body(this);
    }

    /**
     * The body of a message whose copies go on beside their route, as behind a wire tap: each copy can be read also when the file was
     * published meanwhile, or is gone.
     */
    public StreamCache bodyBeside() {
        return new Beside(this);
    }

    /**
     * Stages another file beside it, which is made of it: encrypted where this one is.
     *
     * @param suffix what its name ends with
     * @param content writes what it is to hold
     */
    public StagedFile beside(String suffix, IOConsumer<OutputStream> content) throws IOException {
        Path other = path.resolveSibling(path.getFileName() + suffix);
        try (OutputStream file = Files.newOutputStream(other);
                OutputStream out = isPlain() ? file : cipher.encrypting(file)) {
            content.accept(out);
        }
        return isPlain() ? plain(other) : cipher.file(other);
    }

    /** For logs. */
    @Override
    public String toString() {
        return path.toString();
    }

    /** What is copied before anybody reads it. */
    private static final class Beside extends Body {

        Beside(StagedFile file) {
            super(file);
        }

        /** Opened at once: what is open stays readable, whatever becomes of its name. */
        @Override
        public StreamCache copy(Exchange exchange) throws IOException {
            if (!file().isPlain()) {
                Body copy = new Body(file());
                copy.stream.open();
                return copy;
            }
            FileChannel channel = FileChannel.open(file().path(), StandardOpenOption.READ);
            exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                @Override
                public void onDone(Exchange done) {
                    IOUtils.closeQuietly(channel);
                }
            });
            return new OpenBody(file(), channel);
        }
    }

    /** A file that stays open until its exchange is done, and is begun anew without its name. */
    private static final class OpenBody extends Body {

        private final FileChannel channel;

        OpenBody(StagedFile file, FileChannel channel) {
            super(file, from -> reading(channel, from));
            this.channel = channel;
        }

        /** Reads by a position of its own: each copy does. */
        private static InputStream reading(FileChannel channel, long from) {
            return new InputStream() {
                private long next = from;

                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
                }

                @Override
                public int read(byte[] bytes, int from, int length) throws IOException {
                    int read = length == 0 ? 0 : channel.read(ByteBuffer.wrap(bytes, from, length), next);
                    next += Math.max(0, read);
                    return read;
                }
            };
        }

        @Override
        public StreamCache copy(Exchange exchange) {
            return new OpenBody(file(), channel);
        }

        @Override
        public long length() {
            try {
                return channel.size();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** What it holds, as a stream that Camel begins anew for each try; it is opened when it is read. */
    private static class Body extends InputStream implements StreamCache {

        private final StagedFile file;
        private final ReopenedStream stream;

        Body(StagedFile file) {
            this(file, file::open);
        }

        Body(StagedFile file, ReopenedStream.Opening opening) {
            this.file = file;
            this.stream = new ReopenedStream(opening);
        }

        final StagedFile file() {
            return file;
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

        @Override
        public void reset() {
            try {
                stream.close();
                stream.seek(0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            transferTo(out);
        }

        @Override
        public StreamCache copy(Exchange exchange) throws IOException {
            return new Body(file);
        }

        @Override
        public boolean inMemory() {
            return false;
        }

        @Override
        public long length() {
            try {
                return file.length();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public long position() {
            return stream.position();
        }
    }
}
