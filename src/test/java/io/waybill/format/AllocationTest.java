package io.waybill.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.waybill.flow.ColumnType;
import io.waybill.rows.Column;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowFormat;
import io.waybill.rows.RowSchema;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The encoders of text make no objects for a value: what they allocate does not grow with the rows. */
class AllocationTest {

    private static final int WARM_UP = 60;
    private static final int BATCHES = 200;

    private static final RowSchema SCHEMA = new RowSchema(List.of(
            new Column("id", ColumnType.INT64),
            new Column("customer", ColumnType.INT32),
            new Column("status", ColumnType.TEXT),
            new Column("amount", ColumnType.decimal(12, 2)),
            new Column("discount", ColumnType.FLOAT64),
            new Column("rate", ColumnType.FLOAT32),
            new Column("note", ColumnType.TEXT),
            new Column("ordered_at", ColumnType.instant(6)),
            new Column("changed_at", ColumnType.timestamp(6)),
            new Column("delivery", ColumnType.DATE),
            new Column("at", ColumnType.time(6)),
            new Column("paid", ColumnType.BOOLEAN),
            new Column("key", ColumnType.UUID),
            new Column("doc", ColumnType.JSON),
            new Column("hash", ColumnType.BINARY),
            new Column("tags", ColumnType.array(ColumnType.TEXT))));

    private static RowBatch batch() {
        RowBatch batch = new RowBatch(SCHEMA);
        for (int row = 0; !batch.isFull(); row++) {
            int column = 0;
            batch.column(column++).appendLong(row * 1_000_003L);
            batch.column(column++).appendLong(-row);
            batch.column(column++).appendText("shipped");
            batch.column(column++).appendText("-1234567.89");
            batch.column(column++).appendDouble(row / 7.0);
            batch.column(column++).appendDouble(row * 0.1f);
            if (row % 5 == 0) {
                batch.column(column++).appendNull();
            } else {
                batch.column(column++).appendText("a note, \"quoted\"\nand ünïcode 📦 " + row);
            }
            batch.column(column++).appendTimestamp(1_768_000_000_000_000L + row, 0);
            batch.column(column++).appendTimestamp(-1_768_000_000_000_000L + row, 0);
            batch.column(column++).appendLong(20_000 + row);
            batch.column(column++).appendLong(row * 1_234_567_000L);
            batch.column(column++).appendBoolean(row % 2 == 0);
            batch.column(column++).appendText("00000000-0000-0000-0000-00000000ffff");
            batch.column(column++).appendText("{\"a\": [1, 2.5, null]}");
            batch.column(column++).appendBytes(new byte[] {1, 2, 3, (byte) row});
            batch.column(column).appendText("[\"x\",\"y\"]");
            batch.endRow();
        }
        return batch;
    }

    private static double bytesPerRow(RowFormat format) throws IOException {
        RowBatch batch = batch();
        RowEncoder encoder = format.open(SCHEMA, OutputStream.nullOutputStream());
        for (int i = 0; i < WARM_UP; i++) {
            encoder.write(batch, 0, batch.rows());
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < BATCHES; i++) {
            encoder.write(batch, 0, batch.rows());
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        return (double) allocated / BATCHES / batch.rows();
    }

    @Test
    void aFileOfManyColumnsTakesNoRoomForEachBeforeItHasRows() throws Exception {
        RowSchema wide = new RowSchema(IntStream.range(0, 1600)
                .mapToObj(i -> new Column("c" + i, ColumnType.TEXT))
                .toList());
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        new CsvDataFormat().open(wide, OutputStream.nullOutputStream());

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(4 << 20);
    }

    @Test
    void csvMakesLessThanAByteOfGarbageARow() throws Exception {
        assertThat(bytesPerRow(new CsvDataFormat())).isLessThan(1);
    }

    @Test
    void soDoesTsvWithQuotes() throws Exception {
        CsvDataFormat format = new CsvDataFormat();
        format.set(CsvFormat.DELIMITER, "\t");
        format.set(CsvFormat.QUOTE_MODE, "non_numeric");

        assertThat(bytesPerRow(format)).isLessThan(1);
    }

    @Test
    void soDoWorkbooks() throws Exception {
        assertThat(bytesPerRow(new XlsxDataFormat())).isLessThan(1);
    }

    @Test
    void jsonLinesMakeLessThanAByteOfGarbageARow() throws Exception {
        JsonDataFormat format = new JsonDataFormat();
        format.set(JsonFormat.JSONL, true);

        assertThat(bytesPerRow(format)).isLessThan(1);
    }
}
