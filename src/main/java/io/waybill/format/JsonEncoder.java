package io.waybill.format;

import io.waybill.rows.ByteSink;
import io.waybill.rows.CellWriter;
import io.waybill.rows.Column;
import io.waybill.rows.ColumnVector;
import io.waybill.rows.JsonCells;
import io.waybill.rows.JsonText;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowEncoder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes rows as one JSON array, or as JSON lines. Types are kept: numbers with all their digits, booleans, JSON columns
 * and arrays as JSON. What JSON has no number for, NaN and the infinities, is a string.
 */
final class JsonEncoder implements RowEncoder {

    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

    private final boolean lines;
    private final byte[] separator;
    private final JsonLayout layout;
    private final List<Column> columns;
    private final int[] selection;
    private final CellWriter[] writers;
    private final ByteSink out;
    private long rows;

    /**
     * @param lines one object a line, rather than an array
     * @param indent spaces a level of the array; 0 for one object a line
     */
    JsonEncoder(
            JsonText text,
            boolean lines,
            boolean nest,
            int indent,
            List<Column> columns,
            int[] selection,
            OutputStream out)
            throws IOException {
        this.lines = lines;
        this.columns = columns;
        this.selection = selection;
        this.layout = JsonLayout.of(columns, nest, lines ? 0 : indent, 1, text);
        this.separator =
                (lines ? "" : indent > 0 ? "\n" + " ".repeat(indent) : "\n").getBytes(StandardCharsets.US_ASCII);
        this.writers = columns.stream()
                .map(column -> JsonCells.of(column.type(), text))
                .toArray(CellWriter[]::new);
        this.out = new ByteSink(out);
        if (!lines) {
            this.out.put('[');
        }
    }

    @Override
    public void write(RowBatch batch, int from, int to) throws IOException {
        int[] order = layout.order();
        for (int row = from; row < to; row++) {
            if (!lines && rows > 0) {
                out.put(',');
            }
            out.put(separator);
            for (int i = 0; i < order.length; i++) {
                out.put(layout.before()[i]);
                writeValue(batch.column(selection[order[i]]), row, order[i]);
            }
            out.put(layout.end());
            if (lines) {
                out.put('\n');
            }
            rows++;
        }
    }

    private void writeValue(ColumnVector column, int row, int index) throws IOException {
        if (column.isNull(row)) {
            out.put(NULL);
            return;
        }
        try {
            writers[index].write(column, row, out);
        } catch (IllegalArgumentException e) {
            throw RowDataFormat.failure(rows + 1, columns.get(index), e);
        }
    }

    @Override
    public void finish() throws IOException {
        if (!lines) {
            out.putAscii(rows == 0 ? "]\n" : "\n]\n");
        }
        out.flush();
    }

    @Override
    public long bytes() {
        return out.written();
    }
}
