package io.waybill.part;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.flow.Split;
import io.waybill.rows.RowBatch;
import java.io.IOException;
import java.util.Map;

/**
 * The parts of rows that go together, one after the other: another begins wherever the last one is full. Where a part ends depends on the
 * rows and the limits alone.
 */
final class PartSeries {

    /** Rows between two looks at a part's size. */
    private static final int ROWS_PER_CHECK = 64;

    /** Bytes, before compression, between two looks at an archive's size. */
    private static final long BYTES_PER_LOOK = 1 << 18;

    private final StagedParts parts;
    private final Split split;
    private final Spans spans;
    private final Map<String, String> values;
    private final Map<String, String> ofPath;
    private final NamesCheck namesCheck;
    private PartWriter current;
    private int entry;
    private boolean entryIsFull;
    /** How long the part was, before its compression, when its archive's size was looked at. */
    private long lookedAt;

    /**
     * @param spans tells where a span of rows ends, with which a part ends too; null where none does
     * @param values what the rows have in the columns by which files are told apart; empty where they are not
     * @param ofPath those of columns that stand in paths
     * @param namesCheck refuses a part that cannot be called by these; of the first of them it has been asked, without its number
     */
    PartSeries(
            StagedParts parts,
            Split split,
            Spans spans,
            Map<String, String> values,
            Map<String, String> ofPath,
            NamesCheck namesCheck) {
        this.parts = parts;
        this.split = split;
        this.spans = spans;
        this.values = values;
        this.ofPath = ofPath;
        this.namesCheck = namesCheck;
    }

    void write(RowBatch batch, int from, int to) throws IOException {
        if (split.isSingleFile() && spans == null) {
            if (to > from) {
                open().write(batch, from, to);
            }
            return;
        }
        int row = from;
        while (row < to) {
            if (spans != null && !spans.contains(batch, row)) {
                if (current != null) {
                    endFile();
                }
                spans.enter(batch, row);
            }
            PartWriter part = open();
            int next = Math.min(to, row + step(part));
            next = spans == null ? next : spans.end(batch, row, next);
            part.write(batch, row, next);
            row = next;
            if (isArchiveFull(part)) {
                handOnCurrent();
            } else if (isFull(part)) {
                endFile();
            }
        }
    }

    /** The next row begins another file, in the same archive where it holds some. */
    private void endFile() throws IOException {
        if (parts.staging().entries() == null) {
            handOnCurrent();
        } else {
            entryIsFull = true;
        }
    }

    /** Completes the part that is being written; the next row begins another. */
    void handOnCurrent() throws IOException {
        StagedPart part = parts.end(current);
        current = null;
        parts.handOn(part);
    }

    private int step(PartWriter part) {
        long step = looksAtBytes(split) ? ROWS_PER_CHECK : RowBatch.CAPACITY;
        return (int) (split.maxRowsPerFile() > 0 ? Math.min(step, split.maxRowsPerFile() - part.rows()) : step);
    }

    /** Whether a file ends where it has become large, which is looked at more often than once a batch. */
    static boolean looksAtBytes(Split split) {
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
            current = begin();
            lookedAt = 0;
        } else if (entryIsFull) {
            current.next(nextEntry());
        }
        entryIsFull = false;
        return current;
    }

    private PartWriter begin() throws IOException {
        PathValues of = parts.begin(ofPath);
        checkName(of);
        String name = parts.staging().names().part(parts.begun(), of);
        String inArchive = parts.staging().entries() == null ? FileCoding.entryName(name) : nextEntry();
        return new PartWriter(
                parts.staging(), parts.bufferBytes(), new PartWriter.Named(name, parts.begun(), values, of), inArchive);
    }

    /** Its values are known to make names; its number may make it another's. */
    private void checkName(PathValues of) {
        if (of.values().isEmpty()) {
            return;
        }
        try {
            namesCheck.check(parts.begun(), of);
        } catch (IllegalArgumentException e) {
            throw new WaybillException(Stage.STAGE, "file " + parts.begun() + ": " + e.getMessage(), e);
        }
    }

    private String nextEntry() {
        entry++;
        return FileCoding.entryName(parts.staging().entries().part(entry));
    }

    /** Completes the part that is being written; begins an empty one where there is none. */
    void finish() throws IOException {
        parts.end(open());
        current = null;
    }

    boolean isOpen() {
        return current != null;
    }

    /** Bytes of the part that is being written, before its compression; 0 where there is none. */
    long bytes() {
        PartWriter open = current;
        return open == null ? 0 : open.bytes();
    }

    /** See {@link io.waybill.rows.RowEncoder#heldBytes}. */
    long heldBytes() {
        return current == null ? 0 : current.heldBytes();
    }

    /** See {@link io.waybill.rows.RowEncoder#leastHeldBytes}. */
    long leastHeldBytes() {
        return current == null ? 0 : current.leastHeldBytes();
    }

    /** See {@link io.waybill.rows.RowEncoder#letGo}. */
    void letGo() throws IOException {
        if (current != null) {
            current.letGo();
        }
    }

    /** Removes what is not complete. */
    void abort() {
        if (current != null) {
            current.abort();
            current = null;
        }
    }
}
