package io.waybill.part;

import io.waybill.flow.Split;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowFormat;
import io.waybill.rows.RowSchema;
import io.waybill.rows.Rows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Stages the rows of a run, beginning another part wherever the last one is full. Where a part ends depends on the rows
 * and the limits alone.
 */
public final class PartsWriter {

    /** Rows between two looks at a part's size. */
    private static final int ROWS_PER_CHECK = 64;

    /** Bytes, before compression, between two looks at an archive's size. */
    private static final long BYTES_PER_LOOK = 1 << 18;

    private final Path directory;
    private final PartNames names;
    private final PartNames entries;
    private final RowFormat format;
    private final RowSchema schema;
    private final FileCoding coding;
    private final Split split;
    private final Spans spans;
    private final Consumer<StagedPart> listener;
    private final List<StagedPart> parts = new ArrayList<>();
    private PartWriter current;
    private int entry;
    private boolean entryIsFull;
    /** How long the part was, before its compression, when its archive's size was looked at. */
    private long lookedAt;

    /**
     * @param directory where parts are staged; it exists
     * @param entries what the files of an archive are called that holds some; null where each part is a file
     * @param schema what the batches hold
     * @param spans tells where a span of rows ends, with which a part ends too; null where none does
     * @param listener gets each part that is full, as soon as it is complete
     */
    public PartsWriter(
            Path directory,
            PartNames names,
            PartNames entries,
            RowFormat format,
            RowSchema schema,
            FileCoding coding,
            Split split,
            Spans spans,
            Consumer<StagedPart> listener) {
        this.directory = directory;
        this.names = names;
        this.entries = entries;
        this.format = format;
        this.schema = schema;
        this.coding = coding;
        this.split = split;
        this.spans = spans;
        this.listener = listener;
    }

    /** Lets the readers of rows encode, too, where whole batches are written. */
    public void encodeAhead(Rows rows) {
        if (!looksAtBytes()) {
            rows.encodeAhead(format);
        }
    }

    public void write(RowBatch batch) throws IOException {
        if (split.isSingleFile() && spans == null) {
            if (batch.rows() > 0) {
                open().write(batch, 0, batch.rows());
            }
            return;
        }
        int row = 0;
        while (row < batch.rows()) {
            if (spans != null && !spans.contains(batch, row)) {
                if (current != null) {
                    endFile();
                }
                spans.enter(batch, row);
            }
            PartWriter part = open();
            int to = Math.min(batch.rows(), row + step(part));
            to = spans == null ? to : spans.end(batch, row, to);
            part.write(batch, row, to);
            row = to;
            if (isArchiveFull(part)) {
                handOnCurrent();
            } else if (isFull(part)) {
                endFile();
            }
        }
    }

    /** The next row begins another file, in the same archive where it holds some. */
    private void endFile() throws IOException {
        if (entries == null) {
            handOnCurrent();
        } else {
            entryIsFull = true;
        }
    }

    private void handOnCurrent() throws IOException {
        finishCurrent();
        listener.accept(parts.get(parts.size() - 1));
    }

    private int step(PartWriter part) {
        long step = looksAtBytes() ? ROWS_PER_CHECK : RowBatch.CAPACITY;
        return (int) (split.maxRowsPerFile() > 0 ? Math.min(step, split.maxRowsPerFile() - part.rows()) : step);
    }

    /** Whether a file ends where it has become large, which is looked at more often than once a batch. */
    private boolean looksAtBytes() {
        return split.targetFileSizeBytes() > 0 || split.maxRowGroupsPerFile() > 0 || split.maxArchiveSize() > 0;
    }

    private boolean isArchiveFull(PartWriter part) throws IOException {
        if (split.maxArchiveSize() == 0 || part.bytes() - lookedAt < BYTES_PER_LOOK) {
            return false;
        }
        lookedAt = part.bytes();
        // what comes until the next look has room as well, compressed or not
        return part.bytesInFile() + 2 * BYTES_PER_LOOK >= split.maxArchiveSize();
    }

    private boolean isFull(PartWriter part) {
        if (split.maxRowsPerFile() > 0 && part.rows() >= split.maxRowsPerFile()) {
            return true;
        }
        return split.maxRowGroupsPerFile() > 0
                ? part.rowGroups() >= split.maxRowGroupsPerFile()
                : split.targetFileSizeBytes() > 0 && part.fileBytes() >= split.targetFileSizeBytes();
    }

    private PartWriter open() throws IOException {
        if (current == null) {
            int number = parts.size() + 1;
            String name = names.part(number);
            Path file = StagedPart.fileIn(directory, number, name);
            String inArchive = entries == null ? FileCoding.entryName(name) : nextEntry();
            current = new PartWriter(file, name, number, inArchive, format, schema, coding);
            lookedAt = 0;
        } else if (entryIsFull) {
            current.next(nextEntry());
        }
        entryIsFull = false;
        return current;
    }

    private String nextEntry() {
        entry++;
        return FileCoding.entryName(entries.part(entry));
    }

    private void finishCurrent() throws IOException {
        parts.add(current.finish());
        current = null;
    }

    /** The number of the part that is being written, from 1. */
    public int partNumber() {
        return parts.size() + 1;
    }

    /** Bytes of all parts so far, before the compression of the last. */
    public long bytes() {
        PartWriter last = current;
        return parts.stream().mapToLong(part -> part.facts().bytes()).sum() + (last == null ? 0 : last.bytes());
    }

    /**
     * Completes the last part.
     *
     * @param skipEmpty whether no rows make no part; otherwise they make one without rows
     * @return all parts, in their order
     */
    public List<StagedPart> finish(boolean skipEmpty) throws IOException {
        if (current == null && parts.isEmpty() && !skipEmpty) {
            open();
        }
        if (current != null) {
            finishCurrent();
        }
        return List.copyOf(parts);
    }

    /** Removes what is not complete. What is complete is the staging folder's owner's to remove. */
    public void abort() {
        if (current != null) {
            current.abort();
            current = null;
        }
    }
}
