package io.waybill.delivery.stream;

import io.waybill.delivery.StagedFile;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** The lines of a file, one after the other. */
final class RecordLines implements Closeable {

    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream in;
    private final boolean withEnds;
    private final int most;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int from;
    private int to;
    private long number;

    /**
     * @param withEnds whether a line holds the line feed that ends it
     * @param most how many bytes a line may have
     */
    RecordLines(StagedFile file, boolean withEnds, int most) throws IOException {
        this.in = file.open();
        this.withEnds = withEnds;
        this.most = most;
    }

    /**
     * The next line; null at the end of the file.
     *
     * @throws IllegalArgumentException when it is too long; the message says which it is
     */
    byte[] next() throws IOException {
        line.reset();
        number++;
        while (from < to || fill()) {
            int end = from;
            while (end < to && buffer[end] != '\n') {
                end++;
            }
            boolean isEnd = end < to;
            line.write(buffer, from, (isEnd && withEnds ? end + 1 : end) - from);
            from = isEnd ? end + 1 : end;
            if (line.size() > most) {
                throw new IllegalArgumentException(
                        "line " + number + " is longer than the " + most + " bytes that a record may have");
            }
            if (isEnd) {
                return line.toByteArray();
            }
        }
        return line.size() == 0 ? null : line.toByteArray();
    }

    private boolean fill() throws IOException {
        from = 0;
        to = Math.max(0, in.read(buffer));
        return to > 0;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
