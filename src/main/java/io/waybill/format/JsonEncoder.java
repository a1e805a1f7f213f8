package io.waybill.format;

import io.waybill.rows.ByteSink;
import io.waybill.rows.Column;
import io.waybill.rows.JsonCells;
import io.waybill.rows.JsonText;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes rows as one JSON array, or as JSON lines. Types are kept: numbers with all their digits, booleans, JSON columns
 * and arrays as JSON. What JSON has no number for, NaN and the infinities, is a string.
 */
final class JsonEncoder implements RowEncoder {

    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

    private final boolean lines;
    private final ByteSink out;
    private final TextRows rows;

    /**
     * @param lines one object a line, rather than an array
     * @param indent spaces a level of the array; 0 for one object a line
     */
    JsonEncoder(
            RowFormat format,
            JsonText text,
            boolean lines,
            boolean nest,
            int indent,
            List<Column> columns,
            int[] selection,
            ByteSink out)
            throws IOException {
        this.lines = lines;
        this.out = out;
        JsonLayout layout = JsonLayout.of(columns, nest, lines ? 0 : indent, lines ? "\n" : "", text);
        this.rows = new TextRows(
                format,
                columns,
                columns.stream()
                        .map(column -> CellTexts.of(JsonCells.of(column.type(), text), NULL))
                        .toArray(CellTexts[]::new),
                selection,
                layout.order(),
                (lines ? "" : ",\n" + " ".repeat(indent)).getBytes(StandardCharsets.US_ASCII),
                lines ? 0 : 1,
                layout.before(),
                layout.end(),
                out);
        if (!lines) {
            out.put('[');
        }
    }

    @Override
    public void write(RowBatch batch, int from, int to) throws IOException {
        rows.write(batch, from, to);
    }

    @Override
    public void finish() throws IOException {
        if (!lines) {
            out.putAscii(rows.rows() == 0 ? "]\n" : "\n]\n");
        }
        out.flush();
    }

    @Override
    public long bytes() {
        return out.written();
    }
}
