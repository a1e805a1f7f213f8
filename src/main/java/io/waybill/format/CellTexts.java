package io.waybill.format;

import io.waybill.rows.ByteSearch;
import io.waybill.rows.ByteSink;
import io.waybill.rows.CellWriter;
import io.waybill.rows.ColumnVector;
import java.io.IOException;
import java.util.Arrays;

/** The texts of some rows of one column, end to end. Where a column's own bytes are the texts, they are taken as they lie there. */
final class CellTexts {

    private final CellWriter writer;
    private final byte[] nullText;
    private final boolean asTheyAre;
    private final ByteSearch written;
    private final ByteSink own = ByteSink.inMemory();
    private int[] ownOffsets = new int[1];
    private byte[] bytes;
    private int[] offsets;
    private int first;

    private CellTexts(CellWriter writer, byte[] nullText, boolean asTheyAre, ByteSearch written) {
        this.writer = writer;
        this.nullText = nullText;
        this.asTheyAre = asTheyAre;
        this.written = written;
    }

    /**
     * Texts that are written, each of them.
     *
     * @param nullText what stands for NULL
     */
    static CellTexts of(CellWriter writer, byte[] nullText) {
        return new CellTexts(writer, nullText, false, null);
    }

    /**
     * Texts that are the column's own bytes, where no value needs more.
     *
     * @param written what a value is written for that holds one of them, and for being {@code nullText}; null where no value is
     */
    static CellTexts asTheyAre(CellWriter writer, byte[] nullText, ByteSearch written) {
        return new CellTexts(writer, nullText, true, written);
    }

    /**
     * Makes the texts of some rows, which stay until they are released or the column changes.
     *
     * @throws IllegalArgumentException when a value has no text
     */
    void make(ColumnVector column, int from, int to) throws IOException {
        if (asTheyAre && areTexts(column, from, to)) {
            bytes = column.bytes();
            offsets = column.offsets();
            first = from;
            return;
        }
        if (ownOffsets.length <= to - from) {
            ownOffsets = new int[to - from + 1];
        }
        own.clear();
        for (int row = from; row < to; row++) {
            write(column, row, own);
            ownOffsets[row - from + 1] = own.at();
        }
        bytes = own.bytes();
        offsets = ownOffsets;
        first = 0;
    }

    /** Whether the values' own bytes are their texts. */
    private boolean areTexts(ColumnVector column, int from, int to) {
        int[] ends = column.offsets();
        if (written != null && written.next(column.bytes(), ends[from], ends[to]) < ends[to]) {
            return false;
        }
        for (int row = from; row < to; row++) {
            boolean writes = column.isNull(row)
                    ? nullText.length > 0
                    : written != null
                            && ends[row + 1] - ends[row] == nullText.length
                            && Arrays.equals(column.bytes(), ends[row], ends[row + 1], nullText, 0, nullText.length);
            if (writes) {
                return false;
            }
        }
        return true;
    }

    /** Writes one value's text, without keeping it. */
    void write(ColumnVector column, int row, ByteSink out) throws IOException {
        if (column.isNull(row)) {
            out.put(nullText);
        } else {
            writer.write(column, row, out);
        }
    }

    /** Where the texts are that were made last. */
    byte[] bytes() {
        return bytes;
    }

    /** Forgets where they are. */
    void release() {
        bytes = null;
    }

    /** Where each begins, from index {@link #first} on, and the last ends. */
    int[] offsets() {
        return offsets;
    }

    int first() {
        return first;
    }
}
