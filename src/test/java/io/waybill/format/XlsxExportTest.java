package io.waybill.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.facts.FileFacts;
import io.waybill.flow.Flow;
import io.waybill.flow.toml.FlowReader;
import io.waybill.ledger.RunResult;
import io.waybill.route.RouteYaml;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;
import org.apache.poi.ss.usermodel.DataFormatter;
import org.apache.poi.ss.usermodel.Row;
import org.apache.poi.ss.usermodel.Sheet;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Flows that export workbooks. */
class XlsxExportTest {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            "CREATE TABLE sales AS SELECT x AS id, CAST(x / 4.0 AS DECIMAL(10, 2)) AS amount, RANDOM_UUID() AS token,"
                    + " TIMESTAMP WITH TIME ZONE '2026-03-28 23:00:00+00:00' + x * INTERVAL '1' HOUR AS sold_at, '=' || x AS note"
                    + " FROM system_range(1, 12000)");

    private RunResult export(String keys) throws Exception {
        return harness.export("source_dataset_id = \"sales\"\norder_by = [\"id\"]\n" + keys);
    }

    private List<String> read(String file) throws Exception {
        Path path = harness.file(file);
        try (InputStream raw = Files.newInputStream(path);
                InputStream in = file.endsWith(".gz") ? new GZIPInputStream(raw) : raw;
                XSSFWorkbook workbook = new XSSFWorkbook(in)) {
            List<String> lines = new ArrayList<>();
            DataFormatter shown = new DataFormatter(Locale.ROOT);
            for (Sheet sheet : workbook) {
                for (Row row : sheet) {
                    List<String> cells = new ArrayList<>();
                    row.forEach(cell -> cells.add(shown.formatCellValue(cell)));
                    lines.add(sheet.getSheetName() + ": " + String.join(" ", cells));
                }
            }
            return lines;
        }
    }

    @Test
    void theRoutePrintedOfAFlowWritesTheSameWorkbook() throws Exception {
        String toml = """
                id = "workbook"
                [properties.export]
                source_dataset_id = "sales"
                file_path = "{{root}}/sales.xlsx"
                columns = ["id", "amount", "sold_at", "note"]
                order_by = ["id"]
                limit = 4
                exporter_config = { sheet_name = "Sales", max_rows_per_sheet = 3, timezone = "Europe/Vienna" }
                """;
        Flow flow = new FlowReader(UnaryOperator.identity())
                .read("workbook.toml", toml)
                .value();

        harness.load("workbook.camel.yaml", new RouteYaml(harness.context()).print(flow, null))
                .run("workbook");

        assertThat(read("sales.xlsx"))
                .containsExactly(
                        "Sales: id amount sold_at note",
                        "Sales: 1 0.25 2026-03-29 01:00:00.000 =1",
                        "Sales: 2 0.50 2026-03-29 03:00:00.000 =2",
                        "Sales 2: id amount sold_at note",
                        "Sales 2: 3 0.75 2026-03-29 04:00:00.000 =3",
                        "Sales 2: 4 1.00 2026-03-29 05:00:00.000 =4");
    }

    @Test
    void eachFileIsAWorkbookWhereRowsAreSplit() throws Exception {
        export("file_path = \"{{root}}/out.xlsx.gz\"\ncolumns = [\"id\"]\nlimit = 5\nmax_rows_per_file = 2\n");

        assertThat(read("out_part_1.xlsx.gz")).containsExactly("Sheet: id", "Sheet: 1", "Sheet: 2");
        assertThat(read("out_part_3.xlsx.gz")).containsExactly("Sheet: id", "Sheet: 5");
    }

    @Test
    void filesEndWhereTheyAreLargeAndTheSameRowsMakeTheSameFiles() throws Exception {
        String keys = "\"\ncolumns = [\"id\", \"token\"]\ntarget_file_size_bytes = 200000\n";
        RunResult first = export("file_path = \"{{root}}/a.xlsx" + keys);
        RunResult second = export("file_path = \"{{root}}/b.xlsx" + keys);

        assertThat(first.files()).hasSizeBetween(3, 8);
        assertThat(second.files())
                .extracting(FileFacts::sha256)
                .isEqualTo(first.files().stream().map(FileFacts::sha256).toList());
        List<String> ids = new ArrayList<>();
        for (int part = 1; part <= first.files().size(); part++) {
            assertThat(first.files().get(part - 1).bytes()).isLessThan(200_000);
            ids.addAll(read("a_part_" + part + ".xlsx").stream()
                    .skip(1)
                    .map(line -> line.split(" ")[1])
                    .toList());
        }
        assertThat(ids).hasSize(12_000).startsWith("1", "2").endsWith("12000");
    }

    @Test
    void aTextThatIsTooLongNamesItsRowAndColumn() {
        io.waybill.TestDatabases.execute(
                harness.database(),
                "CREATE TABLE notes AS SELECT x AS id, REPEAT('n', 32766 + x) AS note FROM system_range(1, 2)");

        assertThatThrownBy(() -> harness.export(
                        "source_dataset_id = \"notes\"\norder_by = [\"id\"]\nfile_path = \"{{root}}/n.xlsx\"\n"))
                .hasMessageStartingWith(
                        "row 2, column \"note\": the text has 32768 characters, and a cell holds 32767;");
    }
}
