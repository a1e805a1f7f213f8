package io.waybill.part;

import io.waybill.flow.WaybillException;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowFormat;
import io.waybill.rows.RowSchema;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Stages one part: encodes on the caller's thread, compresses, hashes and writes on another, in one pass into a private file.
 * {@link #finish} answers the part, and nothing does before; {@link #abort} removes the file.
 */
final class PartWriter {

    private final Path file;
    private final String name;
    private final int number;
    private final MessageDigest sha256;
    private final FileOutputStream raw;
    private final CountingStream counted;
    private final BackgroundStream background;
    private final RowEncoder encoder;
    private long rows;

    PartWriter(Path file, String name, int number, RowFormat format, RowSchema schema, FileCoding coding)
            throws IOException {
        this.file = file;
        this.name = name;
        this.number = number;
        this.sha256 = newSha256();
        this.raw = new FileOutputStream(file.toFile());
        this.counted = new CountingStream(new DigestOutputStream(coding.atRest().open(raw), sha256));
        this.background = new BackgroundStream(coding.open(counted, name));
        this.encoder = open(format, schema);
    }

    /** Leaves no file behind where the format does not take the schema. */
    private RowEncoder open(RowFormat format, RowSchema schema) throws IOException {
        boolean opened = false;
        try {
            RowEncoder open = format.open(schema, background);
            opened = true;
            return open;
        } finally {
            if (!opened) {
                abort();
            }
        }
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    void write(RowBatch batch, int from, int to) throws IOException {
        try {
            encoder.write(batch, from, to);
        } catch (WaybillException e) {
            if (number == 1) {
                throw e;
            }
            // an encoder counts the rows of its own file
            throw new WaybillException(e.stage(), e.retryable(), "part " + number + ", " + e.getMessage(), e);
        }
        rows += to - from;
    }

    long rows() {
        return rows;
    }

    /** Bytes so far, before compression. */
    long bytes() {
        return encoder.bytes();
    }

    /** No less than the file would have if it ended now. Waits until what was written so far is compressed. */
    long bytesInFile() throws IOException {
        long handedOver = background.drain();
        return counted.count + encoder.bytes() - handedOver;
    }

    int rowGroups() {
        return encoder.rowGroups();
    }

    /** Completes the file, down to the disk. */
    StagedPart finish() throws IOException {
        encoder.finish();
        background.close(); // ends the compressed stream; the file itself stays open to be synced
        raw.getFD().sync();
        raw.close();
        String hash = HexFormat.of().formatHex(sha256.digest());
        return new StagedPart(file, name, number, rows, counted.count, hash, encoder.rowGroups());
    }

    void abort() {
        background.abort();
        try (raw) {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // the run fails for another reason; the next one sweeps the staging folder
        }
    }

    /** Counts what reaches the file, and leaves it open when it is closed itself. */
    private static final class CountingStream extends FilterOutputStream {

        private long count;

        CountingStream(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int value) throws IOException {
            out.write(value);
            count++;
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
            count += length;
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
