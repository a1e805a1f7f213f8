package bench;

import io.waybill.flow.ColumnType;
import io.waybill.format.CsvDataFormat;
import io.waybill.format.JsonDataFormat;
import io.waybill.format.ParquetDataFormat;
import io.waybill.rows.Column;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowFormat;
import io.waybill.rows.RowSchema;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Nanoseconds for a row of the orders from a batch to the bytes of a format, on one thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class Encoders {

    private static final RowSchema SCHEMA = new RowSchema(List.of(
            new Column("id", ColumnType.INT64, false),
            new Column("customer", ColumnType.INT32),
            new Column("status", ColumnType.TEXT),
            new Column("amount", ColumnType.decimal(12, 2)),
            new Column("discount", ColumnType.FLOAT64),
            new Column("currency", ColumnType.TEXT),
            new Column("note", ColumnType.TEXT),
            new Column("ordered_at", ColumnType.instant(6)),
            new Column("delivery", ColumnType.DATE),
            new Column("paid", ColumnType.BOOLEAN),
            new Column("batch_id", ColumnType.INT32),
            new Column("record_type", ColumnType.TEXT)));

    @Param({"csv", "jsonl", "parquet"})
    private String format;

    private RowBatch batch;
    private RowEncoder encoder;

    @Setup
    public void fill() throws IOException {
        batch = new RowBatch(SCHEMA);
        for (int row = 0; !batch.isFull(); row++) {
            batch.column(0).appendLong(1_000_000L + row);
            batch.column(1).appendLong(row * 7919 % 50_000);
            batch.column(2).appendText(row % 3 == 0 ? "open" : row % 3 == 1 ? "paid" : "shipped");
            batch.column(3).appendText(row * 104_729 % 100_000 + ".25");
            batch.column(4).appendDouble(row % 100 / 400.0);
            batch.column(5).appendText("EUR");
            if (row % 5 == 0) {
                batch.column(6).appendNull();
            } else {
                batch.column(6).appendText("note " + row + ", \"quoted\" and\nlonger than a word or two");
            }
            batch.column(7).appendTimestamp(1_768_000_000_000_000L + row * 1_000_000L, 0);
            batch.column(8).appendLong(20_454 + row % 300);
            batch.column(9).appendBoolean(row % 2 == 0);
            batch.column(10).appendLong(row / 1000);
            batch.column(11).appendText("new");
            batch.endRow();
        }
        encoder = newFormat().open(SCHEMA, OutputStream.nullOutputStream());
    }

    private RowFormat newFormat() {
        if (format.equals("jsonl")) {
            JsonDataFormat json = new JsonDataFormat();
            json.setJsonl(true);
            return json;
        }
        return format.equals("csv") ? new CsvDataFormat() : new ParquetDataFormat();
    }

    @Benchmark
    @OperationsPerInvocation(RowBatch.CAPACITY)
    public void encode() throws IOException {
        encoder.write(batch, 0, batch.rows());
    }
}
