package io.waybill.part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.facts.ColumnChecksum;
import io.waybill.facts.ColumnFacts;
import io.waybill.facts.FileFacts;
import io.waybill.flow.Window;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WaybillTest {

    private static final String SHA256 = "20066788c429e82bd0f74b17d2d81d9db7a8d9a3e00bd5b2d7770d4ddcc58ea4";

    @TempDir
    private Path folder;

    private static Waybill waybill(Window window, List<ColumnFacts> columns, FileFacts file) {
        return new Waybill(
                "news",
                "20261125T222434-1df4ae",
                "news",
                "full",
                window,
                null,
                "SELECT \"id\", \"born\", \"name\"\nFROM \"public\".\"news\"\nWHERE \"id\" <= ?",
                columns,
                "csv",
                List.of(file),
                "sha256",
                Instant.parse("2026-11-25T22:24:34.834507533Z"),
                Instant.parse("2026-11-25T22:24:35.652011697Z"),
                List.of());
    }

    private String written(Waybill waybill) throws IOException {
        Path file = folder.resolve("w.json");
        waybill.write(file);
        return Files.readString(file);
    }

    @Test
    void isWrittenAsAnEarlierVersionHasWrittenIt() throws IOException {
        Waybill waybill = waybill(
                new Window.Range("id", null, "5", false),
                List.of(
                        new ColumnFacts(
                                "id", "bigint", "number", new ColumnChecksum(5, new BigDecimal("15"), null, null)),
                        new ColumnFacts(
                                "born",
                                "date",
                                "date, ISO 8601",
                                new ColumnChecksum(5, new BigDecimal("1.0233E+5"), null, null)),
                        new ColumnFacts("name", "text", "text", new ColumnChecksum(5, null, 30L, 10256451687L))),
                new FileFacts("news_20261125T222434-1df4ae.csv", 5, 113, SHA256, 0));

        try (InputStream golden = getClass().getResourceAsStream("/golden/facts/news.waybill.json")) {
            assertThat(written(waybill)).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
        }
        Path file = folder.resolve("w.json");
        assertThat(Waybill.runId(file)).isEqualTo("20261125T222434-1df4ae");
        assertThat(Waybill.read(file).rows()).isEqualTo(5);
        assertThat(Waybill.readFiles(file)).isEqualTo(waybill.files());
        assertThat(Waybill.read(file).checksums())
                .containsEntry("id", new ColumnChecksum(5, new BigDecimal("15"), null, null))
                .containsEntry("name", new ColumnChecksum(5, null, 30L, 10256451687L));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{}", "{\"waybill\": 1, \"rows\": {}, \"files\": 3}"})
    void isOfNoRunWhereItIsNone(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("w.json"), text);

        assertThat(Waybill.runId(file)).isEmpty();
        assertThatThrownBy(() -> Waybill.readFiles(file)).hasMessage("is not a waybill of form 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"waybill\": 1, \"files\": [{\"name\": \"a", "{\"waybill\": 1, \"files\": [{", "{\"way"})
    void isNoJsonWhereItWasCutOff(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("w.json"), text);

        assertThatThrownBy(() -> Waybill.readFiles(file)).hasMessageStartingWith("is not JSON: ");
    }

    @Test
    void namesNothingWhereAFileHasNoName() throws IOException {
        Path file = Files.writeString(folder.resolve("w.json"), "{\"waybill\": 1, \"files\": [{}]}");

        assertThat(Waybill.readFiles(file)).containsExactly(new FileFacts("", 0, 0, "", 0));
    }

    @Test
    void tellsItsWindow() throws IOException {
        FileFacts file = new FileFacts("a.parquet", 1, 2, SHA256, 3);
        List<ColumnFacts> columns = List.of(new ColumnFacts("a", "text", "text", null));

        assertThat(written(waybill(new Window.Batch(7L), columns, file)))
                .contains("\"window\" : {\n    \"type\" : \"batch\",\n    \"batch_id\" : 7\n  }")
                .contains("\"row_groups\" : 3\n")
                .doesNotContain("checksum");
        assertThat(written(waybill(new Window.Batch("b"), columns, file))).contains("\"batch_id\" : \"b\"");
        assertThat(written(waybill(new Window.Slice("d", "2026-01-01", "2026-02-01"), columns, file)))
                .contains("\"type\" : \"slice\",\n    \"column\" : \"d\",\n    \"from\" : \"2026-01-01\",\n"
                        + "    \"before\" : \"2026-02-01\"\n");
        assertThat(written(waybill(new Window.Everything(), columns, file)))
                .contains("\"window\" : {\n    \"type\" : \"all\"\n  }");
    }
}
