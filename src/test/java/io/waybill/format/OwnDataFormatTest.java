package io.waybill.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.ledger.RunResult;
import io.waybill.rows.Column;
import io.waybill.rows.MapRows;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.spi.DataFormat;
import org.apache.camel.support.service.ServiceSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Flows whose files an engineer's own data format writes, right or wrong. */
class OwnDataFormatTest {

    @FunctionalInterface
    private interface Marshal {
        void marshal(Object body, OutputStream out) throws Exception;
    }

    private static final class Own extends ServiceSupport implements DataFormat {

        private final Marshal marshal;

        Own(Marshal marshal) {
            this.marshal = marshal;
        }

        @Override
        public void marshal(Exchange exchange, Object graph, OutputStream stream) throws Exception {
            marshal.marshal(graph, stream);
        }

        @Override
        public Object unmarshal(Exchange exchange, InputStream stream) {
            throw new UnsupportedOperationException();
        }
    }

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            "CREATE TABLE numbers AS SELECT x AS id, 'row ' || x AS note FROM system_range(1, 5000)",
            "CREATE TABLE typed (small smallint, big bigint, amount numeric(12,2), ratio real, note varchar, details json, token uuid,"
                    + " raw varbinary, due date, at time(6), made timestamp(9), changed timestamp with time zone, tags integer array)",
            "INSERT INTO typed VALUES (7, 8, 2.50, 0.5, 'x', JSON '[1]', UUID '018c7e4a-9a7a-7c00-8000-000000000001', X'00ff',"
                    + " DATE '2026-01-15', TIME '10:00:00.5', TIMESTAMP '2026-01-15 10:00:00.123456789',"
                    + " TIMESTAMP WITH TIME ZONE '2026-01-15 10:00:00+01:00', ARRAY[1, NULL, 3])");

    private void own(Marshal marshal) {
        harness.context().getRegistry().bind("mine", new Own(marshal));
    }

    private RunResult export(String keys) throws Exception {
        return harness.export("source_dataset_id = \"numbers\"\norder_by = [\"id\"]\n" + keys);
    }

    private static final String MINE =
            "file_path = \"{{root}}/mine.txt\"\nexporter_config = { data_format = \"#mine\" }\n";

    /** Whatever becomes of a file, nobody goes on writing it. */
    @AfterEach
    void noThreadIsLeft() {
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("waybill-marshal");
    }

    private void nothingIsPublished() throws IOException {
        try (Stream<Path> files = Files.walk(harness.folder())) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString())
                            .filter(name -> !name.endsWith(".toml")))
                    .isEmpty();
        }
    }

    private static void writeLines(Object body, OutputStream out) throws IOException {
        for (Iterator<?> rows = (Iterator<?>) body; rows.hasNext(); ) {
            out.write((((Map<?, ?>) rows.next()).get("note") + "\n").getBytes(StandardCharsets.UTF_8));
        }
        out.close(); // as most do
    }

    @Test
    void itGetsAnIteratorOfMaps() throws Exception {
        own(OwnDataFormatTest::writeLines);

        RunResult run = export(MINE + "max_rows_per_file = 3000\n");

        assertThat(Files.readAllLines(harness.file("mine_part_2.txt")))
                .hasSize(2000)
                .endsWith("row 5000");
        assertThat(run.rows()).isEqualTo(5000);
    }

    @Test
    void itGetsTheTypesThatJavaHas() throws Exception {
        List<Object> got = new ArrayList<>();
        own((body, out) -> ((Iterator<?>) body).forEachRemaining(row -> got.addAll(((Map<?, ?>) row).values())));

        harness.export("source_dataset_id = \"typed\"\n" + MINE);

        assertThat(got)
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(
                        7,
                        8L,
                        new BigDecimal("2.50"),
                        0.5f,
                        "x",
                        "[1]",
                        UUID.fromString("018c7e4a-9a7a-7c00-8000-000000000001"),
                        new byte[] {0, -1},
                        LocalDate.of(2026, 1, 15),
                        LocalTime.of(10, 0, 0, 500_000_000),
                        LocalDateTime.of(2026, 1, 15, 10, 0, 0, 123_456_789),
                        OffsetDateTime.of(2026, 1, 15, 9, 0, 0, 0, ZoneOffset.UTC),
                        java.util.Arrays.asList(1, null, 3));
    }

    @Test
    void itGetsAListWhereItIsAskedFor() throws Exception {
        List<Integer> sizes = new ArrayList<>();
        own((body, out) -> sizes.add(((List<?>) body).size()));

        export("file_path = \"{{root}}/mine.txt\"\nmax_rows_per_file = 2000\n"
                + "exporter_config = { data_format = \"#mine\", data_format_rows = \"list\" }\n");

        assertThat(sizes).containsExactly(2000, 2000, 1000);
    }

    @Test
    void itIsCalledForEachRowWhereItIsAskedFor() throws Exception {
        own((body, out) -> out.write(((Map<?, ?>) body).get("id").toString().getBytes(StandardCharsets.UTF_8)));

        export(
                "limit = 3\nfile_path = \"{{root}}/mine.txt\"\nexporter_config = { data_format = \"#mine\", data_format_rows = \"each\" }\n");

        assertThat(Files.readString(harness.file("mine.txt"))).isEqualTo("1\n2\n3\n");
    }

    @Test
    void oneThatFailsInTheMiddleFailsTheRunAndNothingIsSeen() throws Exception {
        own((body, out) -> {
            Iterator<?> rows = (Iterator<?>) body;
            for (int i = 0; i < 3000; i++) {
                rows.next();
            }
            throw new IllegalStateException("no more\nof this");
        });

        assertThatThrownBy(() -> export(MINE + "max_rows_per_file = 3500\n"))
                .hasMessage("row 3000: data format \"#mine\" failed: no more of this");
        nothingIsPublished();
    }

    @Test
    void whatItSaysOfPrivateValuesIsNotTold() throws Exception {
        own((body, out) -> {
            throw new IllegalStateException("cannot write " + ((Iterator<?>) body).next());
        });

        assertThatThrownBy(() -> export(MINE + "transform = [{ column = \"note\", method = \"mask\" }]\n"))
                .hasMessage(
                        "row 1: data format \"#mine\" failed; what it says is not shown: values of some columns are private")
                .hasNoCause();
    }

    @Test
    void oneThatEndsBeforeTheRowsDoFailsTheRun() throws Exception {
        own((body, out) -> ((Iterator<?>) body).next());

        assertThatThrownBy(() -> export(MINE))
                .hasMessageStartingWith(
                        "data format \"#mine\" has ended after 1 row, and there are more: does it take an iterator");
        nothingIsPublished();
    }

    @Test
    void oneThatSwallowsWhatAValueIsRefusedForFailsTheRun() throws Exception {
        io.waybill.TestDatabases.execute(
                harness.database(), "CREATE TABLE odd AS SELECT 1 AS id, CAST('NaN' AS DECFLOAT(10)) AS amount");
        own((body, out) -> {
            try {
                ((Iterator<?>) body).forEachRemaining(row -> {});
            } catch (RuntimeException e) {
                out.write('x');
            }
        });

        assertThatThrownBy(() -> harness.export("source_dataset_id = \"odd\"\n" + MINE))
                .hasMessageStartingWith("row 1, column \"amount\": NaN is no BigDecimal; set data_format_values");
    }

    @Test
    void aRunThatFailsWhileItIsWaitingForRowsEndsIt() throws Exception {
        own(OwnDataFormatTest::writeLines);
        harness.load(
                "datasets.toml", "[[dataset]]\nid = \"numbers\"\ntable = \"numbers\"\nlimits = { max_rows = 2000 }\n");

        assertThatThrownBy(() -> export(MINE)).hasMessageContaining("exceeds limits.max_rows = 2000");
        nothingIsPublished();
    }

    @Test
    void oneThatMissesALibrarySaysWhich() throws Exception {
        own((body, out) -> {
            throw new NoClassDefFoundError("org/acme/Printer");
        });

        assertThatThrownBy(() -> export(MINE))
                .hasMessage(
                        "data format \"#mine\" cannot run: org/acme/Printer; is a library missing beside its component?");
    }

    @Test
    void aFileThatCannotBeWrittenIsNoFailureOfTheFormat() {
        CamelDataFormat format = format();
        own((body, out) -> {
            try {
                writeLines(body, out);
            } catch (IOException e) {
                throw new IllegalStateException("cannot print");
            }
        });
        MapRows rows = new MapRows(
                IntStream.range(0, 3).mapToObj(i -> Map.of("note", i)).iterator());
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        };

        assertThatThrownBy(() -> write(format, rows, full))
                .isInstanceOf(IOException.class)
                .hasMessage("No space left on device");
    }

    private CamelDataFormat format() {
        CamelDataFormat format = new CamelDataFormat();
        format.setCamelContext(harness.context());
        format.set(CamelFormat.DATA_FORMAT, "#mine");
        format.set(CamelFormat.DATA_FORMAT_EXTENSION, "txt");
        return format;
    }

    private static void write(CamelDataFormat format, MapRows rows, OutputStream out) throws IOException {
        RowEncoder encoder = format.open(rows.schema(), out);
        try {
            RowBatch batch = new RowBatch(rows.schema());
            while (rows.read(batch)) {
                encoder.write(batch, 0, batch.rows());
            }
            encoder.finish();
        } finally {
            encoder.abort();
        }
    }

    @Test
    void whatItWritesAfterItsFileIsGivenUpGoesNowhere() throws Exception {
        CamelDataFormat format = format();
        own((body, out) -> {
            try {
                ((Iterator<?>) body).forEachRemaining(row -> {});
            } finally {
                out.write('x'); // as those do that end their file whatever happens
            }
        });
        MapRows rows = new MapRows(List.of(Map.of("n", 1)).iterator());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RowEncoder encoder = format.open(rows.schema(), out);
        RowBatch batch = new RowBatch(rows.schema());
        rows.read(batch);
        encoder.write(batch, 0, 1);

        encoder.abort();
        encoder.abort();

        assertThat(out.size()).isZero();
    }

    @Test
    void aPlanSaysWhatItGets() {
        CamelDataFormat format = format();

        assertThat(format.targetType(new Column("made", io.waybill.flow.ColumnType.timestamp(6))))
                .isEqualTo("LocalDateTime");
    }
}
