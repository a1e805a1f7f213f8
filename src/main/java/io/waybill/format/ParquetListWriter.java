package io.waybill.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import io.waybill.rows.ArrayElements;
import io.waybill.rows.Column;
import io.waybill.rows.ColumnVector;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowSchema;
import java.io.IOException;
import java.util.List;
import org.apache.parquet.column.ColumnWriter;

/**
 * Writes an array, kept as JSON text, as a Parquet LIST of its elements: each by the writer of a column of the elements' type.
 */
final class ParquetListWriter implements ParquetColumnWriter {

    private static final JsonFactory JSON = new JsonFactory();

    private final ColumnType element;
    private final RowBatch scratch;
    private final ParquetColumnWriter elementWriter;

    ParquetListWriter(ParquetTypes types, ColumnType element) {
        this.element = element;
        this.scratch = new RowBatch(new RowSchema(List.of(new Column("element", element))));
        this.elementWriter = types.writer(element);
    }

    /** {@code level} is that of the list being there; its repeated group and its elements each add one (Parquet, LIST). */
    @Override
    public void write(ColumnVector column, int row, ColumnWriter out, int repetition, int level) throws IOException {
        int start = column.start(row);
        try (JsonParser parser = JSON.createParser(column.bytes(), start, column.end(row) - start)) {
            parser.nextToken();
            int repeat = repetition;
            boolean empty = true;
            for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
                writeElement(parser, token, out, repeat, level);
                repeat = repetition + 1;
                empty = false;
            }
            if (empty) {
                out.writeNull(repetition, level);
            }
        }
    }

    private void writeElement(JsonParser parser, JsonToken token, ColumnWriter out, int repeat, int level)
            throws IOException {
        if (token == JsonToken.VALUE_NULL) {
            out.writeNull(repeat, level + 1);
        } else if (token == JsonToken.START_ARRAY) {
            throw new IllegalArgumentException(
                    "the array has several dimensions; a Parquet list of " + element + " has one");
        } else {
            scratch.clear();
            ArrayElements.append(parser, scratch.column(0));
            elementWriter.write(scratch.column(0), 0, out, repeat, level + 2);
        }
    }

    /** Whether a list of such elements has a form in Parquet. */
    static boolean supports(ColumnType element) {
        return element.kind() != Kind.JSON && element.kind() != Kind.ARRAY;
    }
}
