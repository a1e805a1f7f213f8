package io.waybill.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.TestFiles;
import io.waybill.contract.Check.Found;
import io.waybill.contract.Condition.Unique;
import io.waybill.contract.Contract.KeyColumn;
import io.waybill.flow.ColumnType;
import io.waybill.rows.Column;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowSchema;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys are compared exactly, however few of them fit into memory. */
class UniqueCheckTest {

    private static final RowSchema SCHEMA = new RowSchema(List.of(
            new Column("id", ColumnType.INT64), new Column("v", ColumnType.TEXT), new Column("n", ColumnType.INT32)));

    @TempDir
    private Path folder;

    private int created;

    private ScratchFiles scratch() {
        return new ScratchFiles() {
            @Override
            public OutputStream create(String name) throws IOException {
                created++;
                return Files.newOutputStream(folder.resolve(name));
            }

            @Override
            public InputStream open(String name) throws IOException {
                return Files.newInputStream(folder.resolve(name));
            }

            @Override
            public void delete(String name) throws IOException {
                Files.delete(folder.resolve(name));
            }
        };
    }

    private UniqueCheck check(int bufferBytes, boolean keys) {
        return new UniqueCheck(
                new Unique(List.of(1, 2), List.of("v", "n")),
                new RowNames(keys ? List.of(new KeyColumn("id", 0)) : List.of(), SCHEMA),
                scratch(),
                1,
                bufferBytes);
    }

    /** Adds rows, whose ids are ten times their numbers. */
    private static void add(UniqueCheck check, List<String> values, List<Integer> numbers) throws IOException {
        RowBatch batch = new RowBatch(SCHEMA);
        long before = 0;
        for (int i = 0; i < values.size(); i++) {
            batch.column(0).appendLong(10L * (i + 1));
            if (values.get(i) == null) {
                batch.column(1).appendNull();
            } else {
                batch.column(1).appendText(values.get(i));
            }
            batch.column(2).appendLong(numbers.get(i));
            batch.endRow();
            if (batch.isFull() || i == values.size() - 1) {
                check.add(batch, before);
                before += batch.rows();
                batch.clear();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"16777216, true", "10000, true", "1000, true", "1000, false", "30, true"})
    void findsEachRowThatRepeatsAnEarlierOne(int bufferBytes, boolean keys) throws Exception {
        Random random = new Random(bufferBytes);
        List<String> values = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        List<String> repeated = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 6000; i++) {
            String value = random.nextInt(20) == 0 ? null : "ä" + random.nextInt(100);
            int number = random.nextInt(300);
            values.add(value);
            numbers.add(number);
            if (value != null && !seen.add(value + " " + number)) {
                repeated.add(keys ? "id = " + 10 * (i + 1) : RowNames.numbered(i + 1));
            }
        }

        try (Closed check = new Closed(check(bufferBytes, keys))) {
            add(check.check(), values, numbers);
            Found found = check.check().found(values.size());

            assertThat(found.holds()).isFalse();
            assertThat(found.violations()).isEqualTo(repeated.size());
            assertThat(found.rows()).isEqualTo(repeated.subList(0, 10));
        }
        assertThat(TestFiles.below(folder)).isEmpty();
        // more than are merged at once, where hardly any fit
        assertThat(created).satisfies(files -> assertThat(files > 0).isEqualTo(bufferBytes < 1 << 20));
    }

    private record Closed(UniqueCheck check) implements AutoCloseable {

        @Override
        public void close() {
            check.close();
        }
    }

    @Test
    void tellsValuesApartThatWouldBeTheSameEndToEnd() throws Exception {
        UniqueCheck check = new UniqueCheck(
                new Unique(List.of(1, 1), List.of("v", "v")), new RowNames(List.of(), SCHEMA), scratch(), 1);
        add(check, List.of("a", "aa", "", "A"), List.of(1, 1, 1, 1));

        assertThat(check.found(4).holds()).isTrue();
    }

    @Test
    void takesOneKeyThatAllHaveInItsStride() throws Exception {
        UniqueCheck check = check(1000, true);
        List<String> values = java.util.Collections.nCopies(50_000, "same");
        List<Integer> numbers = java.util.Collections.nCopies(50_000, 1);
        add(check, values, numbers);

        Found found = check.found(50_000);
        check.close();

        assertThat(found.violations()).isEqualTo(49_999);
        assertThat(found.rows()).startsWith("id = 20", "id = 30");
        assertThat(TestFiles.below(folder)).isEmpty();
    }

    @Test
    void takesAKeyThatIsLongerThanItsBuffer() throws Exception {
        UniqueCheck check = check(1000, false);
        String longest = "x".repeat(100_000);
        add(check, List.of(longest + "a", longest + "b", longest + "a"), List.of(1, 1, 1));

        assertThat(check.found(3).rows()).containsExactly("row 3");
        check.close();
    }
}
