package io.waybill.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A file that one process at a time has to itself. The operating system takes it from one that ends, however it does. */
final class FileLockHeld implements AutoCloseable {

    private static final long POLL_NANOS = 20_000_000L;

    private final FileChannel channel;

    private FileLockHeld(FileChannel channel) {
        this.channel = channel;
    }

    /** Waits for the file, and no longer than so long. */
    static FileLockHeld on(Path file, Duration patience) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        boolean held = false;
        try {
            long deadline = System.nanoTime() + patience.toNanos();
            while (!held) {
                held = tryLock(channel) != null;
                if (!held && System.nanoTime() > deadline) {
                    throw new IOException(
                            file + " is held by another process since " + patience.toSeconds() + " seconds");
                }
                if (!held) {
                    LockSupport.parkNanos(file, POLL_NANOS);
                }
            }
            return new FileLockHeld(channel);
        } finally {
            if (!held) {
                channel.close();
            }
        }
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // another thread of this process has it
        }
    }

    /** What the file says. */
    String read() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(channel.size(), 4096));
        channel.read(bytes, 0);
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    }

    /** Lets it say that, and nothing else. */
    void write(String text) throws IOException {
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        channel.close(); // and with it the lock
    }
}
