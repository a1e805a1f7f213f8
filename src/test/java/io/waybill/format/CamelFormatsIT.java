package io.waybill.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.ledger.RunResult;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Data formats of Camel's write what PostgreSQL has, and others have not. */
class CamelFormatsIT {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            TestDatabases::postgres,
            "CREATE TABLE t (id integer PRIMARY KEY, note text)",
            "INSERT INTO t SELECT x, repeat('n', 40) || x FROM generate_series(1, 30000) x",
            "ANALYZE t",
            "CREATE TABLE odd AS SELECT 1 AS id, 'NaN'::numeric AS amount, 'Infinity'::float8 AS score, 'infinity'::timestamptz AS until,"
                    + " ARRAY[DATE '2026-01-15', NULL] AS days, '{\"b\": 1.0, \"a\": null}'::json AS details");

    /** One thread writes what several read. */
    @Test
    void severalReadersLoseAndDoubleNothing() throws Exception {
        RunResult run = harness.export(
                "source_dataset_id = \"t\"\nfile_path = \"{{root}}/t.csv\"\nparallelism = 3\ncolumns = [\"id\"]\n"
                        + "max_rows_per_file = 12000\nexporter_config = { data_format = \"csv\" }\n");

        List<Integer> ids = IntStream.rangeClosed(1, 3)
                .mapToObj(part -> harness.file("t_part_" + part + ".csv"))
                .flatMap(file -> {
                    try {
                        return Files.readAllLines(file).stream();
                    } catch (java.io.IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                })
                .map(Integer::valueOf)
                .sorted()
                .toList();
        assertThat(ids).isEqualTo(IntStream.rangeClosed(1, 30_000).boxed().toList());
        assertThat(run.files()).hasSize(3);
    }

    @Test
    void whatJavaHasNoValueForIsTextInText() throws Exception {
        harness.export(
                "source_dataset_id = \"odd\"\nfile_path = \"{{root}}/odd.csv\"\n"
                        + "exporter_config = { data_format = \"csv\", data_format_options = { delimiter = \";\", quoteDisabled = true } }\n");

        assertThat(harness.file("odd.csv"))
                .hasContent("1;NaN;Infinity;infinity;[\"2026-01-15\",null];{\"b\": 1.0, \"a\": null}\r\n");
    }

    @Test
    void itIsTextInJsonToo() throws Exception {
        harness.export("source_dataset_id = \"odd\"\nfile_path = \"{{root}}/odd.jsonl\"\n"
                + "exporter_config = { data_format = \"jackson\" }\n");

        assertThat(harness.file("odd.jsonl"))
                .hasContent(
                        "{\"id\":1,\"amount\":\"NaN\",\"score\":\"Infinity\",\"until\":\"infinity\",\"days\":[\"2026-01-15\",null],"
                                + "\"details\":{\"b\":1.0,\"a\":null}}\n");
    }

    @Test
    void itIsRefusedWhereJavasTypesAreAskedFor() {
        for (String column : List.of("amount", "until")) {
            assertThatThrownBy(() -> harness.export("source_dataset_id = \"odd\"\ncolumns = [\"" + column
                            + "\"]\nfile_path = \"{{root}}/odd.csv\"\n"
                            + "exporter_config = { data_format = \"csv\", data_format_values = \"java\" }\n"))
                    .hasMessageStartingWith("row 1, column \"" + column + "\": ")
                    .hasMessageContaining("set data_format_values, or declare the column as type = \"text\"");
        }
    }
}
