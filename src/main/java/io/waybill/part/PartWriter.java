package io.waybill.part;

import io.waybill.WaybillException;
import io.waybill.facts.FileContent;
import io.waybill.facts.FileFacts;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowFormat;
import io.waybill.rows.RowSchema;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import org.apache.commons.io.output.CountingOutputStream;

/**
 * Stages one part, a file or an archive of some: encodes on the caller's thread, compresses, hashes and writes on another, in one pass
 * into a private file. {@link #finish} answers the part, and nothing does before; {@link #abort} removes the file.
 */
final class PartWriter {

    /**
     * What a part is called, and what all its rows have in common.
     *
     * @param serial its number among the parts that have begun, from 1
     * @param values what they have in the columns by which files are told apart
     */
    record Named(String name, int serial, Map<String, String> values, PathValues of) {

        /** Where it is written, by the number that it would have were no other part written with it. */
        private Path file(Path folder) {
            return values.isEmpty() ? StagedPart.fileIn(folder, serial, name) : folder.resolve("open-" + serial);
        }
    }

    private final Path folder;
    private final Path file;
    private final Named named;
    private final MessageDigest sha256;
    private final FileOutputStream raw;
    private final CountingStream counted;
    private final BackgroundStream background;
    private final RowFormat format;
    private final RowSchema schema;
    private final OutputStream coded;
    private RowEncoder encoder;
    private String entry;
    private long rows;
    /** Rows, bytes and row groups of the archive's files before this one. */
    private long earlierRows;

    private long earlierBytes;
    private int earlierRowGroups;
    private long earlierUncompressed;

    /**
     * @param bufferBytes of each buffer on the way to the file
     * @param entry what the rows' file is called where this one is an archive
     */
    PartWriter(PartStaging staging, int bufferBytes, Named named, String entry) throws IOException {
        this.folder = staging.directory();
        this.file = named.file(folder);
        this.named = named;
        this.sha256 = FileContent.newSha256();
        this.raw = new FileOutputStream(file.toFile());
        this.counted = new CountingStream(
                new DigestOutputStream(staging.coding().atRest().open(raw), sha256));
        this.format = staging.format();
        this.schema = staging.schema();
        this.entry = entry;
        this.coded = staging.coding().open(counted, entry, bufferBytes);
        this.background = new BackgroundStream(coded, bufferBytes);
        this.encoder = open();
    }

    /** Leaves no file behind where the format does not take the schema. */
    private RowEncoder open() throws IOException {
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

    void write(RowBatch batch, int from, int to) throws IOException {
        try {
            encoder.write(batch, from, to);
        } catch (WaybillException e) {
            boolean isOfAny = named.values().isEmpty();
            if (named.serial() == 1 && earlierRows == 0 && isOfAny) {
                throw e;
            }
            // an encoder counts the rows of its own file
            String part = isOfAny ? "part " + named.serial() : named.name();
            String where = earlierRows == 0 ? part : entry;
            throw new WaybillException(e.stage(), e.retryable(), where + ", " + e.getMessage(), e);
        }
        rows += to - from;
    }

    /** Ends the file in the archive, and begins another of the same kind. */
    void next(String nextEntry) throws IOException {
        encoder.finish();
        earlierRows = rows;
        earlierBytes += encoder.bytes();
        earlierRowGroups += encoder.rowGroups();
        earlierUncompressed += encoder.uncompressedBytes();
        background.settle();
        ((FileCoding.Archive) coded).next(nextEntry);
        entry = nextEntry;
        encoder = open();
    }

    /** Rows so far, of the file in the archive alone. */
    long rows() {
        return rows - earlierRows;
    }

    /** Bytes so far, before compression, of the file in the archive alone. */
    long fileBytes() {
        return encoder.bytes();
    }

    /** Bytes so far, before compression. */
    long bytes() {
        return earlierBytes + encoder.bytes();
    }

    /** No less than the file would have if it ended now. Waits until what was written so far is compressed. */
    long bytesInFile() throws IOException {
        long handedOver = background.drain();
        return counted.getByteCount() + bytes() - handedOver;
    }

    /** Row groups so far, of the file in the archive alone. */
    int rowGroups() {
        return encoder.rowGroups();
    }

    /** See {@link RowEncoder#heldBytes}. */
    long heldBytes() {
        return encoder.heldBytes();
    }

    /** See {@link RowEncoder#leastHeldBytes}. */
    long leastHeldBytes() {
        return encoder.leastHeldBytes();
    }

    /** See {@link RowEncoder#letGo}. */
    void letGo() throws IOException {
        encoder.letGo();
    }

    /**
     * Completes the file, down to the disk.
     *
     * @param number its number among the parts that are complete, from 1
     */
    StagedPart finish(int number) throws IOException {
        encoder.finish();
        background.close(); // ends the compressed stream; the file itself stays open to be synced
        raw.getFD().sync();
        raw.close();
        String hash = HexFormat.of().formatHex(sha256.digest());
        int rowGroups = earlierRowGroups + encoder.rowGroups();
        FileFacts facts = new FileFacts(named.name(), rows, counted.getByteCount(), hash, rowGroups, named.values());
        Path staged = StagedPart.fileIn(folder, number, named.name());
        if (!staged.equals(file)) {
            Files.move(file, staged);
        }
        return new StagedPart(staged, number, facts, earlierUncompressed + encoder.uncompressedBytes(), named.of());
    }

    void abort() {
        if (encoder != null) {
            encoder.abort(); // it writes no more
        }
        background.abort();
        try (raw) {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // the run fails for another reason; the next one sweeps the staging folder
        }
    }

    /** Counts what reaches the file, and leaves it open when it is closed itself. */
    private static final class CountingStream extends CountingOutputStream {

        CountingStream(OutputStream out) {
            super(out);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
