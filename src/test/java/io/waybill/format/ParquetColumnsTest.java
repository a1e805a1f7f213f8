package io.waybill.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.WaybillException;
import io.waybill.flow.ColumnType;
import io.waybill.rows.Column;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The columns of a wide table are written by all processors; the file is the same as by one. */
class ParquetColumnsTest {

    private static final int COLUMNS = 40;
    private static final List<ColumnType> TYPES =
            List.of(ColumnType.INT64, ColumnType.TEXT, ColumnType.FLOAT64, ColumnType.DATE, ColumnType.decimal(20, 2));

    private static RowBatch batch(int firstRow) {
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < COLUMNS; i++) {
            columns.add(new Column("c" + i, TYPES.get(i % TYPES.size())));
        }
        RowBatch batch = new RowBatch(new RowSchema(columns));
        for (int row = firstRow; !batch.isFull(); row++) {
            for (int i = 0; i < COLUMNS; i++) {
                if ((row + i) % 7 == 0) {
                    batch.column(i).appendNull();
                } else {
                    append(batch, i, row);
                }
            }
            batch.endRow();
        }
        return batch;
    }

    private static void append(RowBatch batch, int column, int row) {
        switch (batch.column(column).type().kind()) {
            case TEXT -> batch.column(column).appendText("text " + row % (column * 100 + 1));
            case DECIMAL -> batch.column(column).appendText(row + "." + (10 + column));
            case FLOAT64 -> batch.column(column).appendDouble(row / (column + 1.0));
            default -> batch.column(column).appendLong((long) row * (column + 1));
        }
    }

    private static byte[] written() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RowEncoder encoder = new ParquetDataFormat().open(batch(0).schema(), out);
        for (int i = 0; i < 30; i++) {
            RowBatch batch = batch(i * RowBatch.CAPACITY);
            encoder.write(batch, 0, 500); // not where a chunk ends
            encoder.write(batch, 500, batch.rows());
        }
        encoder.finish();
        return out.toByteArray();
    }

    @Test
    void theFileIsTheSameAsByOneProcessor() throws Exception {
        ForkJoinPool one = new ForkJoinPool(1);
        try {
            assertThat(written())
                    .isEqualTo(one.submit(ParquetColumnsTest::written).get());
        } finally {
            one.shutdown();
        }
    }

    @Test
    void ofSeveralColumnsThatDoNotFitTheFirstIsTold() throws IOException {
        RowSchema schema = new RowSchema(IntStream.range(0, COLUMNS)
                .mapToObj(i -> new Column("c" + i, ColumnType.DATE))
                .toList());
        RowEncoder encoder = new ParquetDataFormat().open(schema, OutputStream.nullOutputStream());
        RowBatch batch = new RowBatch(schema);
        for (int i = 0; i < schema.size(); i++) {
            batch.column(i).appendLong(i % 3 == 2 ? ColumnType.POSITIVE_INFINITY : i);
        }
        batch.endRow();

        assertThatThrownBy(() -> encoder.write(batch, 0, 1))
                .isInstanceOf(WaybillException.class)
                .hasMessageStartingWith("row 1, column \"c2\": infinity has no form in Parquet");
    }
}
