package io.waybill.part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.flow.Compression;
import io.waybill.flow.FileFormat;
import io.waybill.flow.Split;
import io.waybill.rows.Column;
import io.waybill.rows.MapRows;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowFormat;
import io.waybill.rows.RowSchema;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows into staged files: where one ends, what is told of it, and what is left when the run fails. */
class PartsWriterTest {

    private static final Split SINGLE_FILE = new Split(0, 0, 0, 0, null);

    /** A number a line, and nothing else. */
    private static final class Lines implements RowFormat {

        @Override
        public RowEncoder open(RowSchema schema, OutputStream out) {
            return new LineEncoder(out);
        }

        @Override
        public String targetType(Column column) {
            return "a line";
        }
    }

    private static final class LineEncoder implements RowEncoder {

        private final OutputStream out;
        private long bytes;

        LineEncoder(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(RowBatch batch, int from, int to) throws IOException {
            for (int row = from; row < to; row++) {
                long number = batch.column(0).longAt(row);
                if (number < 0) {
                    throw new WaybillException(Stage.ENCODE, "row " + (row + 1) + " is negative");
                }
                byte[] line = (number + "\n").getBytes(StandardCharsets.US_ASCII);
                out.write(line);
                bytes += line.length;
            }
        }

        @Override
        public void finish() {}

        @Override
        public long bytes() {
            return bytes;
        }

        @Override
        public int rowGroups() {
            return 0;
        }
    }

    @TempDir
    private Path folder;

    private final List<StagedPart> handedOn = new ArrayList<>();

    private PartsWriter writer(String path, Split split, Compression compression, RowBatch of) {
        boolean archive = compression == Compression.ZIP;
        PartNames names =
                new PartNames(path, "n", FileFormat.of("csv"), archive ? ".zip" : "", split.endsFiles() && !archive, 1);
        return new PartsWriter(
                new PartStaging(
                        folder,
                        names,
                        archive ? names.inArchive() : null,
                        new Lines(),
                        of.schema(),
                        new FileCoding(compression, null, null, Instant.EPOCH, out -> out)),
                split,
                () -> null,
                null,
                handedOn::add);
    }

    private static RowBatch numbers(int from, int to) {
        MapRows rows = new MapRows(IntStream.rangeClosed(from, to)
                .<Map<String, ?>>mapToObj(number -> Map.of("n", (long) number))
                .iterator());
        RowBatch batch = new RowBatch(rows.schema());
        rows.read(batch);
        return batch;
    }

    private static Split rowsPerFile(int rows) {
        return new Split(rows, 0, 0, 0, null);
    }

    private static String text(StagedPart part) throws IOException {
        return Files.readString(part.file());
    }

    @Test
    void areOneFileWhereNothingEndsIt() throws Exception {
        RowBatch batch = numbers(1, 3);
        PartsWriter writer = writer("n.csv", SINGLE_FILE, Compression.NONE, batch);
        writer.write(batch);
        writer.write(numbers(4, 5));
        List<StagedPart> parts = writer.finish(false);

        assertThat(parts).singleElement().satisfies(part -> {
            assertThat(text(part)).isEqualTo("1\n2\n3\n4\n5\n");
            assertThat(part.facts().name()).isEqualTo("n.csv");
            assertThat(part.facts().rows()).isEqualTo(5);
            assertThat(part.facts().bytes()).isEqualTo(10);
            assertThat(part.facts().sha256())
                    .isEqualTo(HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(part.file()))));
        });
        assertThat(handedOn).isEmpty();
    }

    @Test
    void endAFileAtItsLastRowInTheMiddleOfABatchToo() throws Exception {
        RowBatch batch = numbers(1, 5);
        PartsWriter writer = writer("n.csv", rowsPerFile(2), Compression.NONE, batch);
        writer.write(batch);

        assertThat(handedOn).extracting(part -> part.facts().name()).containsExactly("n_part_1.csv", "n_part_2.csv");
        assertThat(writer.partNumber()).isEqualTo(3);
        assertThat(writer.bytes()).isEqualTo(10);
        List<StagedPart> parts = writer.finish(false);
        assertThat(parts).extracting(part -> part.facts().rows()).containsExactly(2L, 2L, 1L);
        assertThat(text(parts.get(1))).isEqualTo("3\n4\n");
    }

    @Test
    void beginNoFileAfterOneThatIsFull() throws Exception {
        RowBatch batch = numbers(1, 4);
        PartsWriter writer = writer("n.csv", rowsPerFile(2), Compression.NONE, batch);
        writer.write(batch);

        assertThat(writer.finish(false)).hasSize(2);
    }

    @Test
    void areAnEmptyFileWhereThereAreNoneUnlessThatIsToBeSkipped() throws Exception {
        RowBatch batch = numbers(1, 1);

        assertThat(writer("n.csv", SINGLE_FILE, Compression.NONE, batch).finish(true))
                .isEmpty();
        assertThat(writer("n.csv", SINGLE_FILE, Compression.NONE, batch).finish(false))
                .singleElement()
                .satisfies(part -> assertThat(part.facts().rows()).isZero());
    }

    @Test
    void leaveNothingOfAFileThatIsNotComplete() throws Exception {
        RowBatch batch = numbers(1, 3);
        PartsWriter writer = writer("n.csv", rowsPerFile(2), Compression.NONE, batch);
        writer.write(batch);
        writer.abort();

        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(handedOn.get(0).file());
        }
    }

    @Test
    void areCountedAsBytesOfTheFileAndNotOfWhatIsInIt() throws Exception {
        RowBatch batch = numbers(100_000, 101_000);
        PartsWriter writer = writer("n.csv.gz", SINGLE_FILE, Compression.GZIP, batch);
        writer.write(batch);
        StagedPart part = writer.finish(false).get(0);

        assertThat(part.facts().bytes()).isEqualTo(Files.size(part.file())).isLessThan(7 * 1001);
        try (InputStream in = new GZIPInputStream(Files.newInputStream(part.file()))) {
            assertThat(in.readAllBytes()).hasSize(7 * 1001);
        }
    }

    @Test
    void areSeveralFilesOfOneArchive() throws Exception {
        RowBatch batch = numbers(1, 5);
        PartsWriter writer = writer("n.csv", rowsPerFile(2), Compression.ZIP, batch);
        writer.write(batch);
        StagedPart part = writer.finish(false).get(0);

        assertThat(part.facts().rows()).isEqualTo(5);
        try (ZipFile zip = new ZipFile(part.file().toFile())) {
            assertThat(zip.stream().map(entry -> entry.getName()))
                    .containsExactly("n_part_1.csv", "n_part_2.csv", "n_part_3.csv");
        }
    }

    @Test
    void thatCannotBeWrittenAreNamedWithTheirFile() throws Exception {
        RowBatch batch = numbers(1, 2);
        PartsWriter writer = writer("n.csv", rowsPerFile(2), Compression.NONE, batch);
        writer.write(batch);

        assertThatThrownBy(() -> writer.write(numbers(-1, 2))).hasMessage("part 2, row 1 is negative");
    }
}
