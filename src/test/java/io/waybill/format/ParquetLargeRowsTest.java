package io.waybill.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.flow.ColumnType;
import io.waybill.rows.Column;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowSchema;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages end by what is in them, however few rows that are. */
class ParquetLargeRowsTest {

    private static final RowSchema SCHEMA = new RowSchema(
            List.of(new Column("id", ColumnType.INT64, false), new Column("text", ColumnType.TEXT, false)));

    @TempDir
    private Path folder;

    private int id;

    /** Values that compression makes short, so that a row group takes very many. */
    private RowBatch batch(int rows, int length) {
        RowBatch batch = new RowBatch(SCHEMA);
        for (int row = 0; row < rows && !batch.isFull(); row++) {
            byte[] text = text(id, length).getBytes(StandardCharsets.UTF_8);
            batch.column(0).appendLong(id++);
            batch.column(1).appendBytes(text, 0, text.length);
            batch.endRow();
        }
        return batch;
    }

    private static String text(int id, int length) {
        return (id + "-").repeat(length / 2 + 1).substring(0, length);
    }

    @Test
    void noMoreThanSomeOfThemAreKept() throws Exception {
        List<Integer> lengths = new ArrayList<>();
        long mostHeld = 0;
        Path file = folder.resolve("large.parquet");
        try (OutputStream out = Files.newOutputStream(file)) {
            RowEncoder encoder = new ParquetDataFormat().open(SCHEMA, out);
            for (int length : new int[] {100, 1_000_000, 200_000, 20, 3_000_000, 50_000, 100}) {
                for (int times = 0; times < 12; times++) {
                    RowBatch batch = batch(1024, length);
                    encoder.write(batch, 0, batch.rows());
                    mostHeld = Math.max(mostHeld, encoder.heldBytes());
                    for (int row = 0; row < batch.rows(); row++) {
                        lengths.add(length);
                    }
                }
            }
            encoder.finish();
        }

        assertThat(mostHeld).isLessThan(20_000_000);
        List<List<String>> rows = ParquetRows.of(file).rows();
        assertThat(rows).hasSize(lengths.size());
        for (int row = 0; row < rows.size(); row++) {
            assertThat(rows.get(row).get(1)).isEqualTo(text(row, lengths.get(row)));
        }
    }
}
