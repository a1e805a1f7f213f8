package io.waybill.part;

import io.waybill.rows.ThreadEnd;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Hands blocks of bytes to a thread that writes them to another stream, so that compressing, hashing and writing go on while
 * the next rows are encoded. A stream of less than one block needs no thread.
 *
 * <p>A failure of the other stream is thrown by the next write, or by {@link #close}. The thread ends with either, or with
 * {@link #abort}; it is never interrupted.
 */
final class BackgroundStream extends OutputStream {

    private static final int BLOCKS = 4;

    private static final class Block {
        private final byte[] bytes;
        private int size;

        Block(int capacity) {
            this.bytes = new byte[capacity];
        }
    }

    /** Tells the thread that nothing follows. */
    private static final Block END = new Block(0);

    private final OutputStream target;
    private final int blockBytes;
    private final BlockingQueue<Block> free = new ArrayBlockingQueue<>(BLOCKS);
    private final BlockingQueue<Block> full = new ArrayBlockingQueue<>(BLOCKS + 1);
    private volatile Throwable failure;
    private volatile boolean aborted;
    private Block block;
    private Thread thread;
    private long handedOver;
    private boolean closed;

    /**
     * @param target written and closed by this stream alone from now on
     * @param blockBytes of a block
     */
    BackgroundStream(OutputStream target, int blockBytes) {
        this.target = target;
        this.blockBytes = blockBytes;
        this.block = new Block(blockBytes);
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        int done = 0;
        while (done < length) {
            if (block.size == blockBytes) {
                handOver();
            }
            int count = Math.min(length - done, blockBytes - block.size);
            System.arraycopy(bytes, from + done, block.bytes, block.size, count);
            block.size += count;
            done += count;
        }
    }

    private void handOver() throws IOException {
        rethrow();
        if (thread == null) {
            start();
        }
        handedOver += block.size;
        full.add(block); // there is room: no more blocks go round than it takes
        block = take(free);
        block.size = 0;
        rethrow();
    }

    /**
     * Waits until all blocks that were handed over are written.
     *
     * @return how many bytes that are
     */
    long drain() throws IOException {
        if (thread != null) {
            Block[] idle = new Block[BLOCKS - 1];
            for (int i = 0; i < idle.length; i++) {
                idle[i] = take(free);
            }
            for (Block each : idle) {
                free.add(each);
            }
            rethrow();
        }
        return handedOver;
    }

    /** Writes all that is there, and waits until it is written: the other stream is the caller's until the next write. */
    void settle() throws IOException {
        drain();
        target.write(block.bytes, 0, block.size);
        handedOver += block.size;
        block.size = 0;
    }

    private void start() {
        for (int i = 1; i < BLOCKS; i++) {
            free.add(new Block(blockBytes));
        }
        thread = new Thread(this::writeBlocks, "waybill-writer");
        thread.setDaemon(true);
        thread.start();
    }

    private void writeBlocks() {
        for (Block next = take(full); next != END; next = take(full)) {
            if (failure == null && !aborted) {
                try {
                    target.write(next.bytes, 0, next.size);
                } catch (IOException | RuntimeException | Error e) {
                    failure = e; // the caller's, at its next write; what it has handed over until then is dropped
                }
            }
            free.add(next);
        }
    }

    private static Block take(BlockingQueue<Block> queue) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return queue.take();
                } catch (InterruptedException e) {
                    interrupted = true; // the other side always comes to its end
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void rethrow() throws IOException {
        ThreadEnd.rethrow(failure, IOException.class);
    }

    /** Writes what is left, and closes the other stream. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        awaitEnd();
        rethrow();
        target.write(block.bytes, 0, block.size);
        target.close();
    }

    /** Drops what is not written. The other stream stays as it is. */
    void abort() {
        aborted = true;
        if (!closed) {
            awaitEnd();
        }
    }

    private void awaitEnd() {
        closed = true;
        if (thread == null) {
            return;
        }
        full.add(END);
        ThreadEnd.await(thread);
    }
}
