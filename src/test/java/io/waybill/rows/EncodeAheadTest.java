package io.waybill.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.WaybillException;
import io.waybill.format.CsvDataFormat;
import io.waybill.format.CsvFormat;
import io.waybill.format.JsonDataFormat;
import io.waybill.format.JsonFormat;
import io.waybill.format.ParquetDataFormat;
import io.waybill.format.RowDataFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Several readers encode what they have read, each in its own thread; the file is the same as if nobody did. */
class EncodeAheadTest {

    private static final int READERS = 4;
    private static final int ROWS_EACH = 5 * RowBatch.CAPACITY / 2;

    private static ParallelRows rows(IntFunction<String> note) {
        List<Rows> sources = new ArrayList<>();
        for (int reader = 0; reader < READERS; reader++) {
            int first = reader * ROWS_EACH;
            sources.add(new MapRows(IntStream.range(first, first + ROWS_EACH)
                    .mapToObj(id -> new TreeMap<>(Map.of("id", id, "note", note.apply(id))))
                    .iterator()));
        }
        return new ParallelRows(sources);
    }

    private static byte[] written(RowFormat format, IntFunction<String> note, boolean ahead) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Rows rows = rows(note)) {
            if (ahead) {
                rows.encodeAhead(format);
            }
            RowEncoder encoder = format.open(rows.schema(), out);
            RowBatch batch = new RowBatch(rows.schema());
            while (rows.read(batch)) {
                encoder.write(batch, 0, batch.rows());
            }
            encoder.finish();
        }
        return out.toByteArray();
    }

    private static RowDataFormat lines() {
        JsonDataFormat lines = new JsonDataFormat();
        lines.set(JsonFormat.JSONL, true);
        return lines;
    }

    private static RowDataFormat latin() {
        CsvDataFormat latin = new CsvDataFormat();
        latin.set(CsvFormat.ENCODING, "iso-8859-1");
        return latin;
    }

    @Test
    void theFileIsTheSame() throws IOException {
        IntFunction<String> note = id -> id % 3 == 0 ? "a, \"b\" and\nc " + id : "\u00e9".repeat(id % 40);
        for (RowDataFormat format :
                List.of(new CsvDataFormat(), latin(), lines(), new JsonDataFormat(), new ParquetDataFormat())) {
            assertThat(written(format, note, true))
                    .as(format.getDataFormatName())
                    .isEqualTo(written(format, note, false));
        }
    }

    /** Each waits, with its first batch, until all of them are encoding. */
    @Test
    void allReadersEncodeAtOnce() throws IOException {
        CyclicBarrier all = new CyclicBarrier(READERS);
        CsvDataFormat meeting = new CsvDataFormat() {
            @Override
            public Optional<RowEncoder> openAhead(RowSchema schema, ByteSink out) {
                RowEncoder encoder = super.openAhead(schema, out).orElseThrow();
                return Optional.of(new Meeting(encoder, all));
            }
        };

        assertThat(written(meeting, id -> "note " + id, true))
                .isEqualTo(written(new CsvDataFormat(), id -> "note " + id, false));
        assertThat(all.isBroken()).isFalse();
    }

    private record Meeting(RowEncoder encoder, CyclicBarrier all) implements RowEncoder {

        @Override
        public void write(RowBatch batch, int from, int to) throws IOException {
            try {
                all.await(5, TimeUnit.MINUTES);
            } catch (Exception e) {
                throw new IOException(e);
            }
            encoder.write(batch, from, to);
        }

        @Override
        public void finish() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long bytes() {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void aValueWithoutATextIsToldByItsRowInTheFile() {
        CsvDataFormat bare = new CsvDataFormat();
        bare.set(CsvFormat.QUOTE_MODE, "none");
        IntFunction<String> note = id -> id == ROWS_EACH + 1500 ? "a, b" : "ab";

        // the first batch of each comes before it, and the second one of the first
        String row = "row " + (READERS * RowBatch.CAPACITY + 1500 + 1) + ", column \"note\": ";
        for (boolean ahead : List.of(true, false)) {
            assertThatThrownBy(() -> written(bare, note, ahead))
                    .isInstanceOf(WaybillException.class)
                    .hasMessageStartingWith(row);
        }
    }

    @Test
    void batchesOfLargeValuesAreEncodedAsTheyAreWritten() {
        CsvDataFormat format = new CsvDataFormat();
        for (int length : List.of(10, 2000)) {
            try (Rows rows = rows(id -> "x".repeat(length))) {
                rows.encodeAhead(format);
                RowBatch batch = new RowBatch(rows.schema());
                rows.read(batch);

                assertThat(batch.isEncodedBy(format)).isEqualTo(length == 10);
                assertThat(batch.isEncodedBy(new CsvDataFormat())).isFalse();
            }
        }
    }

    /** One that was written in two parts, as where a file ends in its middle. */
    @Test
    void aPartOfABatchIsEncodedAsItIsWritten() throws IOException {
        CsvDataFormat format = new CsvDataFormat();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        try (Rows rows = rows(id -> "n" + id)) {
            rows.encodeAhead(format);
            RowBatch batch = new RowBatch(rows.schema());
            rows.read(batch);
            write(format, batch, 0, 3, out);
            write(format, batch, 1022, 1024, rest);
        }

        assertThat(out.toString()).contains("0,n0").contains("2,n2").doesNotContain("n3");
        assertThat(rest.toString())
                .contains("1022,n1022")
                .contains("1023,n1023")
                .doesNotContain("n1021");
    }

    private static void write(RowFormat format, RowBatch batch, int from, int to, OutputStream out) throws IOException {
        RowEncoder encoder = format.open(batch.schema(), out);
        encoder.write(batch, from, to);
        encoder.finish();
    }
}
