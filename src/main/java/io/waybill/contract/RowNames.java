package io.waybill.contract;

import io.waybill.contract.Contract.KeyColumn;
import io.waybill.flow.FloatText;
import io.waybill.rows.ByteSink;
import io.waybill.rows.CellWriter;
import io.waybill.rows.ColumnVector;
import io.waybill.rows.IsoText;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** How rows are told of: by the values of their key, {@code id = 17}, or where that is not to be told, by their number, {@code row 4}. */
final class RowNames {

    /** So many bytes of a text; its rest is left out. */
    private static final int MOST_BYTES = 60;

    private static final byte[] ELLIPSIS = "…".getBytes(StandardCharsets.UTF_8);
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final KeyColumn[] key;
    private final byte[][] labels;
    private final CellWriter[] writers;
    private final FloatText floats = new FloatText();
    private final ByteSink sink = ByteSink.inMemory();

    RowNames(List<KeyColumn> key, RowSchema schema) {
        this.key = key.toArray(KeyColumn[]::new);
        this.labels = new byte[this.key.length][];
        this.writers = new CellWriter[this.key.length];
        for (int i = 0; i < this.key.length; i++) {
            labels[i] = ((i == 0 ? "" : ", ") + this.key[i].name() + " = ").getBytes(StandardCharsets.UTF_8);
            writers[i] = writer(schema.column(this.key[i].index()).type());
        }
    }

    private CellWriter writer(io.waybill.flow.ColumnType type) {
        return switch (type.kind()) {
            case BOOLEAN -> (column, row, out) -> out.putAscii(column.longAt(row) == 0 ? "false" : "true");
            case INT16, INT32, INT64 -> (column, row, out) -> out.putLong(column.longAt(row));
            case FLOAT32, FLOAT64 -> (column, row, out) -> out.putDouble(floats, column.doubleAt(row));
            case DECIMAL, UUID -> (column, row, out) -> out.put(column, row);
            case DATE, TIME, TIMESTAMP, INSTANT -> IsoText.writer(type);
            case TEXT, JSON, ARRAY, BINARY -> RowNames::text;
        };
    }

    /** In quotes; what a terminal would act upon is left out. */
    private static void text(ColumnVector column, int row, ByteSink out) throws IOException {
        boolean binary = column.type().kind() == io.waybill.flow.ColumnType.Kind.BINARY;
        byte[] bytes = column.bytes();
        int end = cut(bytes, column.start(row), column.end(row), binary);
        out.put('"');
        for (int i = column.start(row); i < end; i++) {
            if (binary) {
                out.put(HEX[bytes[i] >> 4 & 15]);
                out.put(HEX[bytes[i] & 15]);
            } else {
                out.put(bytes[i] >= 0 && bytes[i] < ' ' || bytes[i] == 0x7F ? ' ' : bytes[i]);
            }
        }
        if (end < column.end(row)) {
            out.put(ELLIPSIS);
        }
        out.put('"');
    }

    /** Between two characters. */
    private static int cut(byte[] bytes, int start, int end, boolean binary) {
        if (end - start <= MOST_BYTES) {
            return end;
        }
        int cut = start + MOST_BYTES;
        while (!binary && cut > start && (bytes[cut] & 0xC0) == 0x80) {
            cut--;
        }
        return cut;
    }

    /** Whether rows are told of by more than their numbers. */
    boolean areKeys() {
        return key.length > 0;
    }

    /** Puts the name of a row, where it has one that is not its number. */
    void put(RowBatch batch, int row, ByteSink out) throws IOException {
        for (int i = 0; i < key.length; i++) {
            ColumnVector column = batch.column(key[i].index());
            out.put(labels[i]);
            if (column.isNull(row)) {
                out.putAscii("NULL");
            } else {
                writers[i].write(column, row, out);
            }
        }
    }

    /** @param number the row's number, from 1 */
    String name(RowBatch batch, int row, long number) {
        if (!areKeys()) {
            return numbered(number);
        }
        try {
            sink.clear();
            put(batch, row, sink);
            return new String(sink.bytes(), 0, sink.at(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
    }

    static String numbered(long number) {
        return "row " + Condition.count(number);
    }
}
