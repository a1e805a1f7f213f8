package io.waybill.flow.toml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.flow.ColumnType;
import io.waybill.flow.Compression;
import io.waybill.flow.DataSet;
import io.waybill.flow.DataSetKeys;
import io.waybill.flow.DataSetKind;
import io.waybill.flow.Engine;
import io.waybill.flow.Export;
import io.waybill.flow.ExportMode;
import io.waybill.flow.FileFormat;
import io.waybill.flow.Flow;
import io.waybill.flow.FlowType;
import io.waybill.flow.IfExists;
import io.waybill.flow.InvalidFlowException;
import io.waybill.flow.Order;
import io.waybill.flow.Problem;
import io.waybill.flow.Trigger;
import io.waybill.flow.Trigger.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlowReaderTest {

    private static final Path GOOD = Path.of("src/test/resources/flows/good");

    @TempDir
    private Path folder;

    private static Flow read(String name) throws Exception {
        return new FlowReader(UnaryOperator.identity())
                .read(name, Files.readString(GOOD.resolve(name)))
                .orThrow();
    }

    private static Flow parse(String text) {
        return new FlowReader(UnaryOperator.identity()).read("test.toml", text).orThrow();
    }

    @Test
    void tablesOverSeveralLinesMeanTheSameAsValidToml() throws Exception {
        Export relaxed = read("relaxed_inline_table.toml").export();

        Export strict = parse("""
                [properties.export]
                source_dataset_id = "orders"
                file_path = "exports/orders_{date}.csv"
                exporter_config = { delimiter = ";", include_header = true, null_string = "{NULL} = , [x]", columns = ["order_id", "amount"] }
                filters = [{ column = "status", op = "in", values = ["open", "paid"] }, { column = "note", op = "!=", value = "a \\"quoted\\" note" }]
                """).export();
        assertThat(relaxed).isEqualTo(strict);
        assertThat(relaxed.formatOptions())
                .containsEntry("delimiter", ";")
                .containsEntry("includeHeader", true)
                .containsEntry("nullString", "{NULL} = , [x]")
                .doesNotContainKey("columns");
        assertThat(relaxed.selection().columns()).containsExactly("order_id", "amount");
    }

    @Test
    void destinationIsFilePathAndTheFileNameIsTheId() throws Exception {
        Flow flow = read("destination_and_no_id.toml");

        assertThat(flow.id()).isEqualTo("destination_and_no_id");
        assertThat(flow.name()).isEqualTo("destination_and_no_id");
        assertThat(flow.namespace()).isEqualTo("public");
        assertThat(flow.type()).isEqualTo(FlowType.EXPORT_FLOW);
        assertThat(flow.export().delivery().uri().text()).isEqualTo("exports/{dataset}_{ds_nodash}_{part}.parquet");
        assertThat(flow.export().format()).isEqualTo(FileFormat.of("parquet"));
        assertThat(flow.export().mode()).isEqualTo(ExportMode.FULL);
    }

    @Test
    void feedFlowsAreRead() throws Exception {
        for (String name : List.of("invoices_change_feed.toml", "invoices_delta_publishing.toml")) {
            Flow flow = read(name);
            assertThat(flow.export()).isNull();
            assertThat(flow.feed().sourceDataset()).isEqualTo("invoices");
        }
    }

    @Test
    void whatRunsElsewhereIsRead() throws Exception {
        Flow flow = read("everything_that_comes_later.toml");

        assertThat(flow.export().engine()).isEqualTo(Engine.SPARK);
        assertThat(flow.export().transforms())
                .extracting(transform -> transform.columns().get(0) + " " + transform.words())
                .containsExactly("email masked", "phone left out");
        assertThat(flow.triggers())
                .extracting(Trigger::type)
                .containsExactly(Type.INTERVAL, Type.WEEKLY, Type.ON_NEW_DATA);
        assertThat(flow.triggers().get(1).enabled()).isFalse();
    }

    @Test
    void compressionFollowsFromTheExtension() throws Exception {
        Export export = read("quartz_and_compression.toml").export();

        assertThat(export.compression()).isEqualTo(Compression.GZIP);
        assertThat(export.format()).isEqualTo(FileFormat.of("csv"));
        assertThat(export.delivery().ifExists()).isEqualTo(IfExists.VERSION);
        assertThat(export.orderBy()).containsExactly(new Order("amount", true), new Order("order_id", false));
    }

    @Test
    void windowsLineEndsAndAByteOrderMarkAreTaken() {
        Flow flow =
                parse("\uFEFF[properties.export]\r\nsource_dataset_id = \"orders\"\r\nfile_path = \"orders.csv\"\r\n"
                        + "exporter_config = {\r\n  delimiter = \";\"\r\n  quote_mode = \"all\"\r\n}\r\n");

        assertThat(flow.export().formatOptions()).containsEntry("quoteMode", "all");
    }

    @Test
    void placeholdersAreResolvedToBeCheckedAndKeptInThePath() {
        Flow flow = new FlowReader(text -> text.replace("{{format}}", "parquet").replace("{{root}}", "/data"))
                .read(
                        "test.toml",
                        "[properties.export]\nsource_dataset_id = \"orders\"\nfile_path = \"{{root}}/orders_{{ds}}\"\n"
                                + "format = \"{{format}}\"\n")
                .orThrow();

        assertThat(flow.export().format()).isEqualTo(FileFormat.of("parquet"));
        assertThat(flow.export().delivery().uri().text()).isEqualTo("{{root}}/orders_{ds}");
        assertThat(flow.export().delivery().uri().fixedDirectory()).isEqualTo("{{root}}/");
    }

    @Test
    void aPlaceholderCannotBringAVariableOrLeaveItsRoot() {
        FlowReader reader =
                new FlowReader(text -> text.replace("{{root}}", "{run_id}").replace("{{up}}", ".."));
        String flow = "[properties.export]\nsource_dataset_id = \"orders\"\nfile_path = \"%s/orders.csv\"\n";

        assertThat(reader.read("test.toml", flow.formatted("{{root}}")).problems())
                .extracting(Problem::toString)
                .containsExactly("test.toml:3: file_path: the value of a property placeholder holds a variable;"
                        + " write variables in the flow");
        assertThat(reader.read("test.toml", flow.formatted("exports/{{up}}")).problems())
                .extracting(Problem::toString)
                .containsExactly("test.toml:3: file_path: \"exports/{{up}}/orders.csv\" leaves its directory by \"..\";"
                        + " paths below it are allowed");
    }

    @Test
    void twoFlowsOfOneIdAreRefused() throws Exception {
        String text =
                "id = \"orders\"\n[properties.export]\nsource_dataset_id = \"orders\"\nfile_path = \"orders.csv\"\n";
        Path first = Files.writeString(folder.resolve("a.toml"), text);
        Path second = Files.writeString(folder.resolve("b.toml"), text);

        FlowFolder read = FlowFolder.read(folder, UnaryOperator.identity());

        assertThat(read.problems())
                .extracting(Problem::toString)
                .containsExactly(second + ": id: \"orders\" is the id of the flow in " + first + " already");
    }

    @Test
    void aFileThatIsNoUtf8IsNamed() throws Exception {
        Path file = Files.write(folder.resolve("a.toml"), new byte[] {(byte) 0xE9, (byte) 0x20});

        assertThat(FlowFolder.read(List.of(file), UnaryOperator.identity()).problems())
                .extracting(Problem::toString)
                .contains(file + ": is not UTF-8");
    }

    @Test
    void dataSetsAreDeclaredWithTheirColumns() {
        DataSet customers = new DataSetsReader(UnaryOperator.identity())
                .read("datasets.toml", """
                        [[dataset]]
                        id = "customers"
                        datasource = "crm"
                        query = "SELECT * FROM people WHERE active"
                        kind = "plain"
                        primary_key = ["id"]
                        watermark = "updated_at"
                        watermark_lag = "5 minutes"
                        limits = { max_rows = 1000 }
                        columns = [
                          { name = "email", type = "text", pii = true },
                          { name = "score", type = "decimal(10,2)", required = true },
                        ]
                        """)
                .orThrow()
                .get("customers");

        assertThat(customers.get(DataSetKeys.KIND)).isEqualTo(DataSetKind.PLAIN);
        assertThat(customers.column("score").orElseThrow().type()).isEqualTo(ColumnType.decimal(10, 2));
        assertThat(customers.column("email").orElseThrow().pii()).isTrue();
    }

    @Test
    void wrongDataSetsAreRefusedWithTheirPlace() {
        assertThatThrownBy(() -> new DataSetsReader(UnaryOperator.identity())
                        .read("datasets.toml", """
                                [[dataset]]
                                id = "a"
                                [[dataset]]
                                id = "b"
                                table = "t"
                                query = "SELECT 1"
                                kind = "feed"
                                colums = []
                                [[dataset]]
                                id = "b"
                                table = "t"
                                watermark_lag = "soon"
                                columns = [{ name = "x", type = "strange" }]
                                """)
                        .orThrow())
                .isInstanceOf(InvalidFlowException.class)
                .hasMessageContaining("datasets.toml:1: dataset[1].table: is missing; a data set is a table or a query")
                .hasMessageContaining(
                        "datasets.toml:6: dataset[2].query: is there beside table; one of them is allowed")
                .hasMessageContaining("datasets.toml:7: dataset[2].kind: \"feed\" is not known; allowed: change_feed,")
                .hasMessageContaining(
                        "datasets.toml:8: dataset[2].colums: is not a key that is known here; did you mean \"columns\"?")
                .hasMessageContaining("datasets.toml:10: dataset[3].id: \"b\" is declared twice")
                .hasMessageContaining("datasets.toml:12: dataset[3].watermark_lag: \"soon\" is not a span of time")
                .hasMessageContaining("\"strange\" is not a column type; allowed: boolean, smallint");
    }
}
