package io.waybill.flow.toml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.flow.Compression;
import io.waybill.flow.Delivery;
import io.waybill.flow.Export;
import io.waybill.flow.FileFormat;
import io.waybill.flow.Filter;
import io.waybill.flow.FilterOperator;
import io.waybill.flow.IfExists;
import io.waybill.flow.InvalidFlowException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an export is, by the keys of {@code [properties.export]}; each line that is wrong is told by itself. */
class ExportReaderTest {

    private static Export read(String keys) {
        return new FlowReader(UnaryOperator.identity())
                .read("t.toml", "[properties.export]\nsource_dataset_id = \"t\"\n" + keys)
                .orThrow()
                .export();
    }

    private static void assertRefused(String keys, String... problems) {
        assertThatThrownBy(() -> read(keys))
                .isInstanceOfSatisfying(
                        InvalidFlowException.class,
                        e -> assertThat(e.getMessage().split("\n")).containsExactly(problems));
    }

    @ParameterizedTest
    @CsvSource({
        "out/t.csv,      csv,     NONE",
        "out/t.tsv.gz,   tsv,     GZIP",
        "out/t.jsonl,    jsonl,   NONE",
        "out/t.parquet,  parquet, NONE",
        "out/t.csv.zst,  csv,     ZSTD"
    })
    void theFilesNameSaysItsFormatAndItsCompression(String path, String format, Compression compression) {
        Export export = read("file_path = \"" + path + "\"\n");

        assertThat(export.format()).isEqualTo(FileFormat.of(format));
        assertThat(export.compression()).isEqualTo(compression);
    }

    @Test
    void aKeySaysSoWhereTheNameDoesNot() {
        assertThat(read("file_path = \"out/t\"\nformat = \"csv\"\n").format()).isEqualTo(FileFormat.of("csv"));

        assertRefused(
                "file_path = \"out/t\"\n",
                "t.toml:1: format: is missing, and \"out/t\" has no extension that says it; allowed:"
                        + " csv, tsv, json, jsonl, parquet, xlsx");
    }

    @Test
    void rowsForAStreamAreLinesOfJson() {
        assertThat(read("file_path = \"kinesis://orders\"\nconnection = \"there\"\n")
                        .format())
                .isEqualTo(FileFormat.of("jsonl"));
    }

    @Test
    void newRowsDoNotReplaceThoseOfTheRunBefore() {
        assertThat(read("file_path = \"out/t.csv\"\n").deliveries())
                .extracting(Delivery::ifExists)
                .containsExactly(IfExists.OVERWRITE);
        assertThat(read("file_path = \"out/t.csv\"\nsince_last_export = true\n").deliveries())
                .extracting(Delivery::ifExists)
                .containsExactly(IfExists.VERSION);
    }

    @Test
    void optionsOfTheFormatStandInTheirTable() {
        Export export = read("""
                file_path = "out/t.csv"
                exporter_config = { delimiter = ";", null_string = "NULL", columns = ["id", "note"] }
                """);

        assertThat(export.formatOptions()).containsEntry("delimiter", ";").containsEntry("nullString", "NULL");
        assertThat(export.selection().columns()).containsExactly("id", "note");
    }

    @Test
    void whatIsNoTextIsToldWhichTextsAreAllowed() {
        assertRefused(
                "file_path = \"out/t.csv\"\nexporter_config = { line_ending = 5 }\n",
                "t.toml:4: exporter_config.line_ending: 5 is a number; allowed: lf, crlf");
    }

    @Test
    void anOptionOfAnotherFormatIsToldWhoseItIs() {
        assertRefused(
                "file_path = \"out/t.parquet\"\nexporter_config = { delimiter = \";\" }\n",
                "t.toml:4: exporter_config.delimiter: is not for parquet files, but for csv");
    }

    @Test
    void aFilterIsAComparisonOrASpanOfTime() {
        Export export = read("""
                file_path = "out/t.csv"
                filters = [
                  { column = "status", op = "in", values = ["open", "paid"] },
                  { column = "due", op = "is_null" },
                  { column = "created", last = "30 days" },
                ]
                """);

        assertThat(export.filters())
                .containsExactly(
                        new Filter("status", FilterOperator.IN, List.of("open", "paid")),
                        new Filter("due", FilterOperator.IS_NULL, List.of()),
                        new Filter("created", FilterOperator.LAST, List.of("30 days")));
    }

    @Test
    void allThatIsWrongIsToldAtOnceEachWithItsLine() {
        String wrong = """
                file_path = "out/t.csv"
                max_rows_per_file = -1
                filters = [
                  { column = "status", op = "inn", values = ["open"] },
                  { column = "due", op = "=", value = 1, last = "1 day" },
                ]
                colums = ["id"]
                """;

        assertRefused(
                wrong,
                "t.toml:4: max_rows_per_file: -1 is too small; a whole number of at least 1 is allowed",
                "t.toml:6: filters[1].op: \"inn\" is not an operator; allowed: =, !=, <, <=, >, >=, in, not_in, between, like,"
                        + " matches, is_null, not_null; did you mean \"in\"?",
                "t.toml:7: filters[2].op: stands beside another condition; one filter holds one",
                "t.toml:9: colums: is not a key that is known here; did you mean \"columns\"?");
    }

    @Test
    void filesOfATimeNeedItsColumnAndItsLength() {
        Export export = read("""
                file_path = "out/t_{ds}.csv"
                chunk_by = { column = "created", every = "day" }
                """);
        assertThat(export.split().chunks().column()).isEqualTo("created");

        assertRefused(
                "file_path = \"out/t_{ds}.csv\"\nchunk_by = { }\n",
                "t.toml:4: chunk_by.column: is missing",
                "t.toml:4: chunk_by.every: is missing; allowed: hour, day, week, month, year");
    }
}
