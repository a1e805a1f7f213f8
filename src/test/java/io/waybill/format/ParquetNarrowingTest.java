package io.waybill.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.WaybillException;
import io.waybill.flow.ColumnType;
import io.waybill.rows.Column;
import io.waybill.rows.ColumnVector;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowSchema;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A Parquet file holds the value, or the run fails: some databases hand over what the column's type does not hold. */
class ParquetNarrowingTest {

    @TempDir
    private Path folder;

    private static void write(ColumnType type, Consumer<ColumnVector> value, OutputStream out) throws IOException {
        RowSchema schema = new RowSchema(List.of(new Column("v", type)));
        RowEncoder encoder = new ParquetDataFormat().open(schema, out);
        RowBatch batch = new RowBatch(schema);
        value.accept(batch.column(0));
        batch.endRow();
        encoder.write(batch, 0, 1);
        encoder.finish();
    }

    private static void refuses(ColumnType type, Consumer<ColumnVector> value, String message) {
        assertThatThrownBy(() -> write(type, value, OutputStream.nullOutputStream()))
                .isInstanceOf(WaybillException.class)
                .hasMessageStartingWith("row 1, column \"v\": " + message);
    }

    @ParameterizedTest
    @CsvSource({
        "9, 2, 98765432101.25",
        "9, 2, -10000000",
        "9, 2, 1.255",
        "9, 9, 1",
        "18, 0, 1000000000000000000",
        "18, 4, 123456789012345.5",
        "18, 4, 99999999999999999999999999999999999999",
        "20, 2, 1234567890123456789.5",
        "38, 2, 1234567890123456789012345678901234567.25",
        "38, 2, 123456789012345678901234567890123456789012345678901234567890",
        "38, 2, 0.001"
    })
    void aDecimalBeyondItsDigitsIsRefused(int precision, int scale, String value) {
        ColumnType type = ColumnType.decimal(precision, scale);
        refuses(type, column -> column.appendText(value), value + " does not fit " + type);
    }

    @ParameterizedTest
    @CsvSource({
        "9, 2, 9999999.99",
        "9, 2, -9999999.99",
        "9, 2, 1.2500",
        "9, 9, 0.999999999",
        "18, 0, -999999999999999999",
        "18, 18, 0.999999999999999999",
        "20, 2, 999999999999999999.99",
        "38, 2, -999999999999999999999999999999999999.99",
        "38, 2, 1.5000"
    })
    void aDecimalWithinItsDigitsIsWhatItIs(int precision, int scale, String value) throws Exception {
        Path file = folder.resolve("decimal.parquet");
        try (OutputStream out = Files.newOutputStream(file)) {
            write(ColumnType.decimal(precision, scale), column -> column.appendText(value), out);
        }
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                ResultSet row = duckdb.createStatement().executeQuery("SELECT v FROM read_parquet('" + file + "')")) {
            row.next();
            assertThat(row.getBigDecimal(1)).isEqualByComparingTo(value);
        }
    }

    @Test
    void anIntegerBeyondItsBitsIsRefused() {
        refuses(ColumnType.INT16, column -> column.appendLong(32_768), "32768 does not fit smallint");
        refuses(
                ColumnType.INT32,
                column -> column.appendLong(Long.MAX_VALUE),
                "9223372036854775807 does not fit integer");
        refuses(ColumnType.FLOAT32, column -> column.appendDouble(1e300), "1e300 does not fit real");
        refuses(
                ColumnType.DATE,
                column -> column.appendLong(1L << 40),
                "a Parquet DATE reaches from the year -5877641 to 5881580; declare the column as type = \"text\"");
    }

    @Test
    void aTimeOrTimestampWithMoreDigitsThanItsTypeIsRefused() {
        refuses(
                ColumnType.time(6),
                column -> column.appendLong(1),
                "the time has digits below the microsecond, which time(6) has not; declare the column as type = \"time(9)\"");
        RowBatch batch = new RowBatch(new RowSchema(List.of(new Column("v", ColumnType.timestamp(6)))));
        assertThatThrownBy(() -> batch.column(0).appendTimestamp(0, 1))
                .hasMessage("the value has digits below the microsecond, which timestamp(6) has not;"
                        + " declare the column as type = \"timestamp(9)\" in datasets.toml");
    }

    /** Rows by hand settle their types by their first ones. */
    @Test
    void aLaterNumberOfAMapThatDoesNotFitIsRefused() {
        List<Object[]> cases = List.of(
                new Object[] {(short) 1, 70_000, "70000 does not fit the column's type, smallint"},
                new Object[] {1, 1L << 40, "1099511627776 does not fit the column's type, integer"},
                new Object[] {1f, 1e300, "1.0E300 does not fit the column's type, real"},
                new Object[] {new int[] {1}, new long[] {1L << 40}, "long[] does not fit the column's type, integer[]"
                });
        for (Object[] each : cases) {
            List<java.util.Map<String, ?>> rows = new java.util.ArrayList<>();
            for (int i = 0; i < 1024; i++) {
                rows.add(java.util.Map.of("v", each[0]));
            }
            rows.add(java.util.Map.of("v", each[1]));
            assertThatThrownBy(() -> Encoded.text(new CsvDataFormat(), rows))
                    .hasMessage("row 1025, column \"v\": " + each[2]);
        }
    }

    @Test
    void arraysOfMapsKeepTheirElementsTypes() throws Exception {
        JsonDataFormat format = new JsonDataFormat();
        format.set(JsonFormat.JSONL, true);
        assertThat(Encoded.text(
                        format,
                        List.of(
                                Encoded.row(
                                        "a", new int[] {1, 2}, "b", List.of(List.of(1.5), List.of()), "c", List.of()),
                                Encoded.row(
                                        "a", List.of(3), "b", List.of(), "c", List.of(java.time.LocalTime.of(10, 0))),
                                Encoded.row("a", java.util.Arrays.asList(4, null), "b", null, "c", null))))
                .isEqualTo("{\"a\":[1,2],\"b\":[[1.5],[]],\"c\":[]}\n{\"a\":[3],\"b\":[],\"c\":[\"10:00:00\"]}\n"
                        + "{\"a\":[4,null],\"b\":null,\"c\":null}\n");
    }
}
