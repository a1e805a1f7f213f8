package bench;

import io.waybill.flow.ColumnType;
import io.waybill.format.CsvDataFormat;
import io.waybill.format.JsonDataFormat;
import io.waybill.format.JsonFormat;
import io.waybill.format.ParquetDataFormat;
import io.waybill.rows.Column;
import io.waybill.rows.ColumnVector;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowFormat;
import io.waybill.rows.RowSchema;
import java.io.IOException;
import java.io.OutputStream;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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

/** Nanoseconds for a value of each kind from a batch to the bytes of a format, on one thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class Encoders {

    /** Columns of one kind in the batch, so that what a row costs by itself is shared. */
    private static final int COLUMNS = 8;

    @Param({"csv", "jsonl", "parquet"})
    private String format;

    @Param({
        "bool", "int16", "int32", "int64", "numeric", "float64", "date", "timestamp", "instant", "uuid", "word", "text", "quoted", "letters", "json",
        "binary", "null"
    })
    private String kind;

    private RowBatch batch;
    private RowEncoder encoder;

    @Setup
    public void fill() throws IOException {
        RowSchema schema = new RowSchema(
                IntStream.range(0, COLUMNS).mapToObj(i -> new Column("column" + i, type())).toList());
        batch = new RowBatch(schema);
        for (int row = 0; !batch.isFull(); row++) {
            for (int i = 0; i < COLUMNS; i++) {
                append(batch.column(i), row, row * 7919L * (i + 1) % 1_000_003);
            }
            batch.endRow();
        }
        encoder = newFormat().open(schema, OutputStream.nullOutputStream());
    }

    private ColumnType type() {
        return switch (kind) {
            case "bool" -> ColumnType.BOOLEAN;
            case "int16" -> ColumnType.INT16;
            case "int32" -> ColumnType.INT32;
            case "int64" -> ColumnType.INT64;
            case "numeric" -> ColumnType.decimal(14, 3);
            case "float64" -> ColumnType.FLOAT64;
            case "date" -> ColumnType.DATE;
            case "timestamp" -> ColumnType.timestamp(6);
            case "instant" -> ColumnType.instant(6);
            case "uuid" -> ColumnType.UUID;
            case "json" -> ColumnType.JSON;
            case "binary" -> ColumnType.BINARY;
            default -> ColumnType.TEXT;
        };
    }

    private void append(ColumnVector column, int row, long number) {
        switch (kind) {
            case "bool" -> column.appendBoolean(number % 2 == 0);
            case "int16" -> column.appendLong(number % 1000);
            case "int32" -> column.appendLong(number);
            case "int64" -> column.appendLong(number * 1_000_000_007L);
            case "numeric" -> column.appendText(number + "." + (100 + number % 900));
            case "float64" -> column.appendDouble(number / 7.0);
            case "date" -> column.appendLong(20_454 + number % 300);
            case "timestamp", "instant" -> column.appendTimestamp(1_768_000_000_000_000L + number * 1_234_567L, 0);
            case "uuid" -> column.appendText(new UUID(number * 7919, number * 104_729).toString());
            case "word" -> column.appendText(number % 3 == 0 ? "open" : "shipped");
            case "text" -> column.appendText("text " + number + " with nothing to quote, but".replace(",", "") + " longer than a word or two ".repeat(3));
            case "quoted" -> column.appendText("text " + number + ", with \"quotes\" and\n" + "longer than a word or two ".repeat(3));
            case "letters" -> column.appendText("текст " + number + " ключ и знач " + "Fédération ".repeat(6));
            case "json" -> column.appendText("{\"n\": " + number + ", \"tags\": [\"a\", \"b\"]}");
            case "binary" -> column.appendText("bytes of " + number + " and some more");
            default -> column.appendNull();
        }
    }

    private RowFormat newFormat() {
        if (format.equals("jsonl")) {
            JsonDataFormat json = new JsonDataFormat();
            json.set(JsonFormat.JSONL, true);
            return json;
        }
        return format.equals("csv") ? new CsvDataFormat() : new ParquetDataFormat();
    }

    @Benchmark
    @OperationsPerInvocation(RowBatch.CAPACITY * COLUMNS)
    public void encode() throws IOException {
        encoder.write(batch, 0, batch.rows());
    }
}
