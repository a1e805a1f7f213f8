package io.waybill.part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.WaybillException;
import io.waybill.facts.FileFacts;
import io.waybill.flow.Compression;
import io.waybill.flow.FileFormat;
import io.waybill.flow.Split;
import io.waybill.format.CsvDataFormat;
import io.waybill.format.CsvFormat;
import io.waybill.format.ParquetDataFormat;
import io.waybill.rows.Column;
import io.waybill.rows.MapRows;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowFormat;
import io.waybill.rows.RowSchema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that are divided among staged files by the values of a column. */
class DividedPartsTest {

    private static final Split NO_SPLIT = new Split(0, 0, 0, 0, null);

    private static final FilesMemory MEMORY = new FilesMemory(10 << 20);

    @TempDir
    private Path folder;

    private final List<StagedPart> handedOn = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(830471);

    private static RowBatch batch(int first, String... values) {
        MapRows rows = new MapRows(IntStream.range(0, values.length)
                .<Map<String, ?>>mapToObj(i -> {
                    Map<String, Object> row = new HashMap<>();
                    row.put("n", (long) first + i);
                    row.put("c", values[i].equals("-") ? null : values[i]);
                    return row;
                })
                .sorted((one, other) -> Long.compare((long) one.get("n"), (long) other.get("n")))
                .iterator());
        RowBatch batch = new RowBatch(rows.schema());
        rows.read(batch);
        return batch;
    }

    private PartsWriter writer(String path, Split split, RowFormat format, RowSchema schema, int open, int files) {
        int index = schema.indexOf("c");
        Column column = schema.column(index);
        DivisionByValue.By by =
                new DivisionByValue.By(DivisionByValue.byValue(column, false), batch -> batch.column(index), column);
        return new PartsWriter(
                new PartStaging(
                        folder,
                        new PartNames(path, "t", FileFormat.of("csv"), "", split.endsFiles(), 1),
                        null,
                        format,
                        schema,
                        new FileCoding(Compression.NONE, null, null, Instant.EPOCH, out -> out)),
                split,
                () -> null,
                new DivisionByValue(List.of(by), Set.of("c"), open, files, NamesCheck.NONE),
                handedOn::add,
                MEMORY);
    }

    private PartsWriter csv(String path, Split split, RowBatch of, int open, int files) {
        return writer(path, split, new CsvDataFormat(), of.schema(), open, files);
    }

    /** Names and the numbers of their rows: {@code c=a/part-00000.csv: 1 3}. */
    private static List<String> shown(List<StagedPart> parts) throws Exception {
        List<String> shown = new ArrayList<>();
        for (StagedPart part : parts) {
            List<String> lines = Files.readAllLines(part.file());
            int n = Arrays.asList(lines.get(0).split(",")).indexOf("n");
            List<String> numbers =
                    lines.stream().skip(1).map(line -> line.split(",", -1)[n]).toList();
            assertThat(part.facts().rows()).isEqualTo(numbers.size());
            assertThat(part.number()).isEqualTo(shown.size() + 1);
            assertThat(part.file())
                    .isEqualTo(StagedPart.fileIn(
                            part.file().getParent(), part.number(), part.facts().name()));
            shown.add(part.facts().name() + ": " + String.join(" ", numbers));
        }
        return shown;
    }

    @Test
    void goToTheFileOfTheirValueInTheirOrder() throws Exception {
        RowBatch batch = batch(1, "a", "b", "a", "-", "b", "a");
        PartsWriter writer = csv("c={column:c}/", NO_SPLIT, batch, 10, 10);
        writer.write(batch);
        writer.write(batch(7, "a", "a"));
        List<StagedPart> parts = writer.finish(false);

        assertThat(shown(parts))
                .containsExactly(
                        "c=a/part-00000.csv: 1 3 6 7 8",
                        "c=b/part-00000.csv: 2 5",
                        "c=__HIVE_DEFAULT_PARTITION__/part-00000.csv: 4");
        assertThat(parts).extracting(part -> part.facts().values().get("c")).containsExactly("a", "b", null);
        assertThat(handedOn).isEmpty();
    }

    @Test
    void goToASecondFileWhereTheirValueReturnsAfterOthersHaveTakenItsPlace() throws Exception {
        RowBatch batch = batch(1, "a", "b");
        PartsWriter writer = csv("{column:c}.csv", NO_SPLIT, batch, 2, 10);
        writer.write(batch);
        writer.write(batch(3, "a"));
        writer.write(batch(4, "c")); // b got no row for the longest time
        writer.write(batch(5, "b")); // and now a

        assertThat(handedOn).extracting(part -> part.facts().name()).containsExactly("b.csv", "a.csv");
        assertThat(shown(writer.finish(false)))
                .containsExactly("b.csv: 2", "a.csv: 1 3", "c.csv: 4", "b_part_2.csv: 5");
    }

    @Test
    void endAFileOfTheirsWhereItIsFull() throws Exception {
        RowBatch batch = batch(1, "a", "b", "a", "a", "b", "b", "a");
        PartsWriter writer = csv("{column:c}/x.csv", new Split(2, 0, 0, 0, null), batch, 10, 10);
        writer.write(batch);

        assertThat(shown(writer.finish(false)))
                .containsExactly(
                        "a/x_part_1.csv: 1 3", "a/x_part_2.csv: 4 7", "b/x_part_1.csv: 2 5", "b/x_part_2.csv: 6");
    }

    @Test
    void areNumberedThroughWhereThePathDoesNotSayTheirValues() throws Exception {
        RowBatch batch = batch(1, "a", "b", "a");
        PartsWriter writer = csv("x/", NO_SPLIT, batch, 10, 10);
        writer.write(batch);

        assertThat(shown(writer.finish(false))).containsExactly("x/part-00000.csv: 1 3", "x/part-00001.csv: 2");
    }

    @Test
    void areAFileWithoutRowsWhereThereAreNone() throws Exception {
        RowBatch batch = batch(1, "a");

        assertThat(csv("c={column:c}/", NO_SPLIT, batch, 10, 10).finish(true)).isEmpty();
        assertThat(shown(csv("c={column:c}/", NO_SPLIT, batch, 10, 10).finish(false)))
                .containsExactly("c=__HIVE_DEFAULT_PARTITION__/part-00000.csv: ");
    }

    @Test
    void ofTooManyFilesStopTheRun() throws Exception {
        RowBatch batch = batch(1, "a", "b", "a");
        PartsWriter writer = csv("c={column:c}/", NO_SPLIT, batch, 1, 2);

        assertThatThrownBy(() -> {
                    writer.write(batch);
                    writer.write(batch(4, "c", "d"));
                })
                .isInstanceOf(WaybillException.class)
                .hasMessage(
                        "max_files: the run has more than 2 files, by the values of c; order the rows by that (order_by),"
                                + " so that no file ends before it has all of its rows, or let max_files be greater; nothing was delivered");
        writer.abort();
    }

    @Test
    void leaveNothingOfFilesThatAreNotComplete() throws Exception {
        RowBatch batch = batch(1, "a", "b", "c");
        PartsWriter writer = csv("c={column:c}/", NO_SPLIT, batch, 2, 10);
        writer.write(batch);
        writer.abort();

        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(handedOn.get(0).file());
        }
    }

    @Test
    void thatCannotBeWrittenAreNamedWithTheirFile() throws Exception {
        RowBatch batch = batch(1, "a", "ü");
        CsvDataFormat ascii = new CsvDataFormat();
        ascii.set(CsvFormat.ENCODING, "us-ascii");
        PartsWriter writer = writer("c={column:c}/", NO_SPLIT, ascii, batch.schema(), 5, 5);

        assertThatThrownBy(() -> writer.write(batch))
                .hasMessageStartingWith("c=ü/part-00000.csv, row 1, column \"c\": us-ascii has no character U+00FC");
        writer.abort();
    }

    /** Twenty files of 200 kB each, none of which has as much as a row group. */
    @Test
    void ofManyFilesKeepWithinTheirMemory() throws Exception {
        String[] values = IntStream.range(0, 20).mapToObj(i -> "v" + i).toArray(String[]::new);
        RowBatch first = large(values);
        PartsWriter writer = writer("c={column:c}/", NO_SPLIT, new ParquetDataFormat(), first.schema(), 50, 50);
        for (int i = 0; i < 20; i++) {
            writer.write(i == 0 ? first : large(values));
        }
        List<FileFacts> files =
                writer.finish(false).stream().map(StagedPart::facts).toList();

        assertThat(files).hasSize(20).allSatisfy(file -> assertThat(file.rows()).isEqualTo(20));
        assertThat(files.stream().mapToInt(FileFacts::rowGroups).sum()).isBetween(30, 50);
    }

    /** Each of 3,000 columns takes memory of each file that is open. */
    @Test
    void ofManyColumnsAreFewFilesAtATimeInASmallHeap() throws Exception {
        RowBatch batch = wide("a", "b", "a");
        PartsWriter writer = writer("c={column:c}/", NO_SPLIT, new ParquetDataFormat(), batch.schema(), 50, 50);
        writer.write(batch);
        writer.write(batch);

        assertThat(writer.finish(false))
                .extracting(part -> part.facts().name() + ": " + part.facts().rows())
                .containsExactly(
                        "c=a/part-00000.csv: 2",
                        "c=b/part-00000.csv: 1",
                        "c=a/part-00001.csv: 2",
                        "c=b/part-00001.csv: 1");
    }

    @Test
    void areTooManyFilesForTheHeapInTheMessage() throws Exception {
        RowBatch batch = wide("a", "b", "a", "b");
        PartsWriter writer = writer("c={column:c}/", NO_SPLIT, new ParquetDataFormat(), batch.schema(), 50, 2);

        assertThatThrownBy(() -> {
                    writer.write(batch);
                    writer.write(batch);
                })
                .hasMessage(
                        "max_files: the run has more than 2 files, by the values of c; order the rows by that (order_by),"
                                + " so that no file ends before it has all of its rows, or let max_files be greater; of files of this"
                                + " format and so many columns, a heap of 10 MB has room for 1 at a time, of the 50 of max_open_files"
                                + " (Java's -Xmx); nothing was delivered");
        writer.abort();
    }

    private RowBatch wide(String... values) {
        List<Map<String, ?>> rows = new ArrayList<>();
        for (String value : values) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("c", value);
            IntStream.range(0, 3_000).forEach(i -> row.put("n" + i, i));
            rows.add(row);
        }
        MapRows source = new MapRows(rows.iterator());
        RowBatch batch = new RowBatch(source.schema());
        source.read(batch);
        return batch;
    }

    private RowBatch large(String[] values) {
        MapRows rows = new MapRows(Stream.of(values)
                .<Map<String, ?>>map(value -> Map.of("c", value, "text", text()))
                .iterator());
        RowBatch batch = new RowBatch(rows.schema());
        rows.read(batch);
        return batch;
    }

    /** Ten thousand characters that no dictionary makes shorter. */
    private String text() {
        byte[] bytes = new byte[5_000];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
