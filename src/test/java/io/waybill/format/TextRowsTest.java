package io.waybill.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.WaybillException;
import io.waybill.flow.ColumnType;
import io.waybill.rows.Column;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowFormat;
import io.waybill.rows.RowSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextRowsTest {

    private static final RowSchema SCHEMA = new RowSchema(List.of(
            new Column("id", ColumnType.INT64),
            new Column("amount", ColumnType.decimal(12, 2)),
            new Column("ratio", ColumnType.FLOAT64),
            new Column("note", ColumnType.TEXT),
            new Column("at", ColumnType.instant(6))));

    /** Some texts to be quoted, some empty, some NULL, in no order that the blocks have. */
    private static RowBatch batch() {
        RowBatch batch = new RowBatch(SCHEMA);
        for (int row = 0; !batch.isFull(); row++) {
            batch.column(0).appendLong(row * 1_000_003L);
            if (row % 11 == 0) {
                batch.column(1).appendNull();
            } else {
                batch.column(1).appendText(row + ".25");
            }
            batch.column(2).appendDouble(row / 8.0);
            switch (row / 70 % 4) {
                case 0 -> batch.column(3).appendText("plain " + row);
                case 1 -> batch.column(3).appendText(row % 7 == 0 ? "" : "plain, but for this");
                case 2 -> batch.column(3).appendText("short".repeat(row % 30));
                default -> batch.column(3).appendNull();
            }
            batch.column(4).appendTimestamp(1_768_000_000_000_000L + row, 0);
            batch.endRow();
        }
        return batch;
    }

    private static String written(RowFormat format, RowSchema schema, RowBatch batch, int step) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RowEncoder encoder = format.open(schema, out);
        for (int row = 0; row < batch.rows(); row += step) {
            encoder.write(batch, row, Math.min(batch.rows(), row + step));
        }
        encoder.finish();
        return out.toString(StandardCharsets.UTF_8);
    }

    private static CsvDataFormat csv(Consumer<CsvDataFormat> options) {
        CsvDataFormat format = new CsvDataFormat();
        options.accept(format);
        return format;
    }

    private static Map<String, RowFormat> formats() {
        JsonDataFormat lines = new JsonDataFormat();
        lines.set(JsonFormat.JSONL, true);
        return Map.of(
                "csv", new CsvDataFormat(),
                "nulls", csv(format -> format.set(CsvFormat.NULL_STRING, "NULL")),
                "all", csv(format -> format.set(CsvFormat.QUOTE_MODE, "all")),
                "non_numeric", csv(format -> format.set(CsvFormat.QUOTE_MODE, "non_numeric")),
                "guarded", csv(format -> format.set(CsvFormat.FORMULA_GUARD, true)),
                "json", new JsonDataFormat(),
                "jsonl", lines);
    }

    @ParameterizedTest
    @ValueSource(strings = {"csv", "nulls", "all", "non_numeric", "guarded", "json", "jsonl"})
    void rowsAreTheSameHoweverManyAreWrittenAtOnce(String format) throws IOException {
        RowBatch batch = batch();
        String one = written(formats().get(format), SCHEMA, batch, 1);

        assertThat(written(formats().get(format), SCHEMA, batch, batch.rows())).isEqualTo(one);
        assertThat(written(formats().get(format), SCHEMA, batch, 100)).isEqualTo(one);
    }

    @Test
    void aLargeValueIsWrittenAsSmallOnesAre() throws IOException {
        RowSchema schema =
                new RowSchema(List.of(new Column("id", ColumnType.INT32), new Column("text", ColumnType.TEXT)));
        RowBatch batch = new RowBatch(schema);
        String large = "x".repeat(3 << 20);
        for (String text : List.of("small", large, "with \"quotes\"")) {
            batch.column(0).appendLong(1);
            batch.column(1).appendText(text);
            batch.endRow();
        }

        assertThat(written(new CsvDataFormat(), schema, batch, 3))
                .isEqualTo("id,text\n1,small\n1," + large + "\n1,\"with \"\"quotes\"\"\"\n");
    }

    @Test
    void ofTwoValuesThatHaveNoTextTheOneInTheFirstRowIsNamed() {
        RowSchema schema = new RowSchema(List.of(new Column("a", ColumnType.TEXT), new Column("b", ColumnType.TEXT)));
        RowBatch batch = new RowBatch(schema);
        for (int row = 1; row <= 300; row++) {
            batch.column(0).appendText(row == 290 ? "late €" : "a");
            batch.column(1).appendText(row == 280 ? "early €" : "b");
            batch.endRow();
        }

        assertThatThrownBy(() ->
                        written(csv(format -> format.set(CsvFormat.ENCODING, "iso-8859-1")), schema, batch, 300))
                .isInstanceOf(WaybillException.class)
                .hasMessageContaining("row 280, column \"b\"");
    }

    @Test
    void rowsWithoutColumnsAreRowsAllTheSame() throws IOException {
        RowSchema schema = new RowSchema(List.of());
        RowBatch batch = new RowBatch(schema);
        for (int row = 0; row < 3; row++) {
            batch.endRow();
        }

        assertThat(written(formats().get("jsonl"), schema, batch, 3)).isEqualTo("{}\n{}\n{}\n");
        assertThat(written(formats().get("json"), schema, batch, 3)).isEqualTo("[\n{},\n{},\n{}\n]\n");
    }
}
