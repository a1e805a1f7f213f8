package io.waybill.format;

import io.waybill.rows.ByteSink;
import io.waybill.rows.Column;
import io.waybill.rows.ColumnVector;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowFormat;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * Puts the texts of values together to rows: what stands before each value, the value, and what ends a row. Some rows at a time, column by
 * column first, since a processor is quicker at the same code again than at another for each value of a row.
 */
final class TextRows {

    /** Rows at a time: few enough for what they take to stay near the processor. */
    private static final int BLOCK_ROWS = 128;

    /** Beyond that, values go to the file one by one, and are in memory once. */
    private static final int MOST_BLOCK_BYTES = 1 << 20;

    private final RowFormat format;
    private final List<Column> columns;
    private final CellTexts[] cells;
    private final ColumnVector[] vectors;
    private final int[] selection;
    private final int[] order;
    private final byte[][] before;
    private final int[] beforeLengths;
    private final byte[] begin;
    private final int firstSkips;
    private final byte[] end;
    private final int besides;
    private final ByteSink out;
    private final byte[][] texts;
    private final int[][] offsets;
    private final int[] firsts;
    private long rows;

    /**
     * @param format whose texts of whole batches are taken as they are
     * @param cells the texts of each column's values
     * @param selection where the columns are in a batch
     * @param order in which the columns are put, as indexes of {@code cells}
     * @param begin what begins a row
     * @param firstSkips bytes of that which the first row leaves out
     * @param before what stands before each value, in that order
     * @param end what ends a row
     */
    TextRows(
            RowFormat format,
            List<Column> columns,
            CellTexts[] cells,
            int[] selection,
            int[] order,
            byte[] begin,
            int firstSkips,
            byte[][] before,
            byte[] end,
            ByteSink out) {
        this.format = format;
        this.columns = columns;
        this.cells = cells;
        this.vectors = new ColumnVector[cells.length];
        this.selection = selection;
        this.order = order;
        this.beforeLengths =
                Arrays.stream(before).mapToInt(bytes -> bytes.length).toArray();
        this.before = Arrays.stream(before)
                .map(bytes -> Arrays.copyOf(bytes, bytes.length + ByteSink.SLACK))
                .toArray(byte[][]::new);
        this.begin = begin;
        this.firstSkips = firstSkips;
        this.end = end;
        this.besides = begin.length + Arrays.stream(beforeLengths).sum() + end.length;
        this.out = out;
        this.texts = new byte[cells.length][];
        this.offsets = new int[cells.length][];
        this.firsts = new int[cells.length];
    }

    /** Rows put so far. */
    long rows() {
        return rows;
    }

    void write(RowBatch batch, int from, int to) throws IOException {
        if (batch.isEncodedBy(format) && from == 0 && to == batch.rows()) {
            out.put(batch.text().bytes(), 0, batch.text().at());
            rows += to;
            return;
        }
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = batch.column(selection[order[i]]);
        }
        int row = from;
        if (rows == 0 && row < to) {
            writeRow(row++);
        }
        for (; row < to; row += BLOCK_ROWS) {
            writeBlock(row, Math.min(to, row + BLOCK_ROWS));
        }
    }

    private void writeBlock(int from, int to) throws IOException {
        if (isLarge(from, to) || !make(from, to)) {
            for (int row = from; row < to; row++) {
                writeRow(row);
            }
            return;
        }
        int length = (to - from) * besides;
        for (int i = 0; i < texts.length; i++) {
            length += offsets[i][firsts[i] + to - from] - offsets[i][firsts[i]];
        }
        byte[] target = out.room(length + ByteSink.SLACK);
        int at = out.at();
        for (int number = 0; number < to - from; number++) {
            System.arraycopy(begin, 0, target, at, begin.length);
            at += begin.length;
            for (int i = 0; i < texts.length; i++) {
                at = ByteSink.copy(before[i], 0, beforeLengths[i], target, at);
                int[] ends = offsets[i];
                int start = ends[firsts[i] + number];
                at = ByteSink.copy(texts[i], start, ends[firsts[i] + number + 1] - start, target, at);
            }
            System.arraycopy(end, 0, target, at, end.length);
            at += end.length;
        }
        out.filledTo(at);
        rows += to - from;
        release();
    }

    /** A column may make itself another array, and need the room of this one. */
    private void release() {
        Arrays.fill(texts, null);
        for (CellTexts each : cells) {
            each.release();
        }
    }

    private boolean isLarge(int from, int to) {
        long bytes = 0;
        for (ColumnVector vector : vectors) {
            if (vector.type().isBytes()) {
                bytes += vector.end(to - 1) - vector.start(from);
            }
        }
        return bytes > MOST_BLOCK_BYTES;
    }

    /** Makes the texts of a block; answers whether each value has one: row by row it is found which is the first that has none. */
    private boolean make(int from, int to) throws IOException {
        try {
            for (int i = 0; i < vectors.length; i++) {
                CellTexts made = cells[order[i]];
                made.make(vectors[i], from, to);
                texts[i] = made.bytes();
                offsets[i] = made.offsets();
                firsts[i] = made.first();
            }
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void writeRow(int row) throws IOException {
        int skipped = rows == 0 ? firstSkips : 0;
        out.put(begin, skipped, begin.length - skipped);
        for (int i = 0; i < vectors.length; i++) {
            out.put(before[i], 0, beforeLengths[i]);
            try {
                cells[order[i]].write(vectors[i], row, out);
            } catch (IllegalArgumentException e) {
                throw RowDataFormat.failure(rows + 1, columns.get(order[i]), e);
            }
        }
        out.put(end);
        rows++;
    }
}
