package io.waybill.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.xml.XmlMapper;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.facts.FileFacts;
import io.waybill.flow.Flow;
import io.waybill.flow.toml.FlowReader;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunResult;
import io.waybill.route.RouteYaml;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipFile;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Flows whose files data formats of Camel's own components write, read back. */
class CamelFormatsTest {

    private static final String ORDERS = "source_dataset_id = \"orders\"\norder_by = [\"id\"]\n";

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            "CREATE TABLE orders (id bigint primary key, paid boolean, amount numeric(12,7), score double precision, note varchar,"
                    + " details json, token uuid, raw varbinary, due date, at time(6), made timestamp(6),"
                    + " changed timestamp(6) with time zone, tags varchar array)",
            "INSERT INTO orders VALUES (1, true, 0.0000001, 1e10, 'a; \"b\",\nc', JSON '{\"n\": [1.50]}',"
                    + " UUID '018c7e4a-9a7a-7c00-8000-000000000001', X'00ff', DATE '2026-01-15', TIME '10:00:00',"
                    + " TIMESTAMP '2026-01-15 10:00:00', TIMESTAMP WITH TIME ZONE '2026-01-15 10:00:00.25+01:00', ARRAY['x', 'y, z'])",
            "INSERT INTO orders (id) VALUES (2)",
            "CREATE TABLE numbers AS SELECT x AS id, 'row ' || x AS note FROM system_range(1, 5000)");

    private RunResult export(String keys) throws Exception {
        return harness.export(ORDERS + keys);
    }

    private String read(String file) throws Exception {
        return Files.readString(harness.file(file));
    }

    @Test
    void camelCsvWritesTheTextsThatWaybillsCsvHas() throws Exception {
        export("""
                file_path = "{{root}}/orders.csv"
                exporter_config = { data_format = "csv", data_format_options = { header = "{columns}", recordSeparator = "\\n" } }
                """);

        assertThat(read("orders.csv"))
                .isEqualTo("id,paid,amount,score,note,details,token,raw,due,at,made,changed,tags\n"
                        + "1,true,0.0000001,10000000000,\"a; \"\"b\"\",\nc\",\"{\"\"n\"\":[1.50]}\",018c7e4a-9a7a-7c00-8000-000000000001,AP8=,"
                        + "2026-01-15,10:00:00,2026-01-15T10:00:00,2026-01-15T09:00:00.25Z,\"[\"\"x\"\",\"\"y, z\"\"]\"\n"
                        + "2,,,,,,,,,,,,\n");
    }

    @Test
    void camelCsvTakesItsOwnOptions() throws Exception {
        export("""
                file_path = "{{root}}/orders.csv"
                columns = ["note", "id", "paid", "score"]
                [properties.export.exporter_config]
                data_format = "csv"
                data_format_options = { delimiter = ";", quoteMode = "NON_NUMERIC", nullString = "NULL" }
                """);

        assertThat(read("orders.csv")).isEqualTo("\"a; \"\"b\"\",\nc\";1;\"true\";10000000000\r\nNULL;2;NULL;NULL\r\n");
    }

    @Test
    void camelJacksonWritesALineEachRow() throws Exception {
        export("file_path = \"{{root}}/orders.jsonl\"\nexporter_config = { data_format = \"jackson\" }\n");

        JsonMapper exact = JsonMapper.builder()
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build();
        List<String> lines = Files.readAllLines(harness.file("orders.jsonl"));
        assertThat(lines).hasSize(2);
        JsonNode first = exact.readTree(lines.get(0));
        assertThat(first.path("amount").decimalValue()).isEqualByComparingTo("0.0000001");
        assertThat(lines.get(0)).contains("\"details\":{\"n\":[1.50]}");
        assertThat(first.path("tags").path(1).asText()).isEqualTo("y, z");
        assertThat(first.path("raw").asText()).isEqualTo("AP8=");
        assertThat(first.path("changed").asText()).isEqualTo("2026-01-15T09:00:00.25Z");
        assertThat(lines.get(1)).startsWith("{\"id\":2,\"paid\":null,");
    }

    @Test
    void camelJacksonWritesOneArrayIntoAFileOfJson() throws Exception {
        harness.export("source_dataset_id = \"numbers\"\norder_by = [\"id\"]\nfile_path = \"{{root}}/numbers.json\"\n"
                + "exporter_config = { data_format = \"jackson\" }\n");

        JsonNode all = JsonMapper.builder()
                .build()
                .readTree(harness.file("numbers.json").toFile());
        assertThat(all).hasSize(5000);
        assertThat(all.path(4999).path("note").asText()).isEqualTo("row 5000");
    }

    @Test
    void camelJacksonXmlWritesAnElementEachRow() throws Exception {
        harness.export("source_dataset_id = \"numbers\"\norder_by = [\"id\"]\nfile_path = \"{{root}}/numbers.xml\"\n"
                + "exporter_config = { data_format = \"jacksonXml\" }\n");

        assertThat(read("numbers.xml")).startsWith("<Rows><item><id>1</id><note>row 1</note></item><item>");
        JsonNode all =
                new XmlMapper().readTree(harness.file("numbers.xml").toFile()).path("item");
        assertThat(all).hasSize(5000);
        assertThat(all.path(4999).path("note").asText()).isEqualTo("row 5000");
    }

    @Test
    void camelUnivocityWritesFieldsOfAFixedWidth() throws Exception {
        export("""
                file_path = "{{root}}/orders.txt"
                columns = ["id", "due", "score"]
                [properties.export.exporter_config]
                data_format = "univocityFixed"
                data_format_options = { fieldLengths = "4,12,12", padding = ".", headers = "{columns}", lineSeparator = "\\n" }
                """);

        assertThat(read("orders.txt")).isEqualTo("1...2026-01-15..10000000000.\n2...........................\n");
    }

    @Test
    void camelParquetAvroWritesTypedColumns() throws Exception {
        export("""
                file_path = "{{root}}/orders.parquet"
                skip_empty = true
                exporter_config = { data_format = "parquetAvro", data_format_options = { compressionCodecName = "SNAPPY" } }
                """);

        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:")) {
            String file = "read_parquet('" + harness.file("orders.parquet") + "')";
            assertThat(rows(
                            duckdb,
                            "SELECT column_name || ' ' || column_type FROM (DESCRIBE SELECT * FROM " + file + ")"))
                    .containsExactly(
                            "id BIGINT",
                            "paid BOOLEAN",
                            "amount DECIMAL(12,7)",
                            "score DOUBLE",
                            "note VARCHAR",
                            "details VARCHAR",
                            "token VARCHAR",
                            "raw BLOB",
                            "due DATE",
                            "at TIME WITH TIME ZONE", // of UTC, to parquet-avro
                            "made TIMESTAMP",
                            "changed TIMESTAMP WITH TIME ZONE",
                            "tags VARCHAR");
            assertThat(rows(
                            duckdb,
                            "SELECT id || ' ' || amount || ' ' || due || ' ' || made || ' ' || epoch_ms(changed) FROM "
                                    + file + " WHERE id = 1"))
                    .containsExactly("1 0.0000001 2026-01-15 2026-01-15 10:00:00 1768467600250");
            assertThat(rows(duckdb, "SELECT count(*) || ' ' || count(amount) FROM " + file))
                    .containsExactly("2 1");
        }
    }

    private static List<String> rows(Connection connection, String sql) throws Exception {
        List<String> rows = new ArrayList<>();
        try (ResultSet result = connection.createStatement().executeQuery(sql)) {
            while (result.next()) {
                rows.add(result.getString(1));
            }
        }
        return rows;
    }

    @Test
    void filesAreSplitCompressedAndNamedAsAlways() throws Exception {
        RunResult run = harness.export("""
                source_dataset_id = "numbers"
                order_by = ["id"]
                file_path = "{{root}}/numbers/"
                max_rows_per_file = 2000
                compression = "gzip"
                exporter_config = { data_format = "univocityTsv", data_format_options = { lineSeparator = "\\n" } }
                """);

        assertThat(run.files())
                .extracting(file -> file.rows() + " " + Path.of(file.name()).getFileName())
                .containsExactly("2000 part-00000.tsv.gz", "2000 part-00001.tsv.gz", "1000 part-00002.tsv.gz");
        try (InputStream in = new GZIPInputStream(Files.newInputStream(harness.file("numbers/part-00002.tsv.gz")))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("4001\trow 4001\n")
                    .endsWith("5000\trow 5000\n");
        }
    }

    @Test
    void filesEndWhereTheyAreLargeAndTheSameRowsMakeTheSameFiles() throws Exception {
        String keys = "\"\ntarget_file_size_bytes = 30000\nexporter_config = { data_format = \"csv\" }\n";
        RunResult first = harness.export(
                "source_dataset_id = \"numbers\"\norder_by = [\"id\"]\nfile_path = \"{{root}}/a.csv" + keys);
        RunResult second = harness.export(
                "source_dataset_id = \"numbers\"\norder_by = [\"id\"]\nfile_path = \"{{root}}/b.csv" + keys);

        assertThat(first.files()).hasSizeBetween(2, 4);
        assertThat(first.files())
                .extracting(FileFacts::rows)
                .isEqualTo(second.files().stream().map(FileFacts::rows).toList());
        assertThat(first.files())
                .extracting(FileFacts::sha256)
                .isEqualTo(second.files().stream().map(FileFacts::sha256).toList());
        assertThat(first.rows()).isEqualTo(5000);
    }

    @Test
    void anArchiveHoldsSeveralOfThem() throws Exception {
        harness.export("""
                source_dataset_id = "numbers"
                order_by = ["id"]
                file_path = "{{root}}/numbers.csv"
                max_rows_per_file = 3000
                compression = "zip"
                exporter_config = { data_format = "csv", data_format_options = { header = "{columns}" } }
                """);

        try (ZipFile zip = new ZipFile(harness.file("numbers.csv.zip").toFile())) {
            assertThat(zip.stream().map(Object::toString)).containsExactly("numbers_part_1.csv", "numbers_part_2.csv");
            String second = new String(
                    zip.getInputStream(zip.getEntry("numbers_part_2.csv")).readAllBytes(), StandardCharsets.UTF_8);
            assertThat(second).startsWith("id,note\r\n3001,row 3001\r\n");
        }
    }

    @Test
    void noRowsMakeAFileWithoutRows() throws Exception {
        export(
                "limit = 10\nfilters = [{ column = \"id\", op = \">\", value = 99 }]\nfile_path = \"{{root}}/none.csv\"\ncolumns = [\"id\", \"due\"]\n"
                        + "exporter_config = { data_format = \"csv\", data_format_options = { header = \"{columns}\" } }\n");

        assertThat(read("none.csv")).isEqualTo("id,due\r\n");
    }

    @Test
    void whatBecomesOfPrivateColumnsIsDecidedBefore() throws Exception {
        export("""
                columns = ["id", "note"]
                limit = 1
                file_path = "{{root}}/private.jsonl"
                transform = [{ column = "note", method = "mask", keep_last = 1 }]
                exporter_config = { data_format = "jackson" }
                """);

        assertThat(read("private.jsonl")).isEqualTo("{\"id\":1,\"note\":\"********c\"}\n");
    }

    @Test
    void theRoutePrintedOfAFlowWritesTheSameFile() throws Exception {
        String toml = """
                id = "printed"
                [properties.export]
                source_dataset_id = "numbers"
                order_by = ["id"]
                file_path = "{{root}}/printed.txt"
                max_rows_per_file = 4000
                [properties.export.exporter_config]
                data_format = "univocityFixed"
                data_format_charset = "utf-16"
                data_format_options = { fieldLengths = "6,12", padding = "_", headersDisabled = true }
                """;
        harness.load("printed.toml", toml).run("printed");
        byte[] first = Files.readAllBytes(harness.file("printed_part_1.txt"));
        byte[] second = Files.readAllBytes(harness.file("printed_part_2.txt"));
        Flow flow = new FlowReader(UnaryOperator.identity())
                .read("printed.toml", toml)
                .value();
        String yaml = new RouteYaml(harness.context()).print(flow, null);
        Files.delete(harness.file("printed_part_1.txt"));

        assertThat(yaml).contains("io.waybill.format.CamelDataFormat", "dataFormatOptions.padding: \"_\"");
        try (FlowHarness other = new FlowHarness(harness.folder(), harness.database())) {
            other.load("printed.camel.yaml", yaml).run("printed");
        }

        assertThat(harness.file("printed_part_1.txt")).hasBinaryContent(first);
        assertThat(harness.file("printed_part_2.txt")).hasBinaryContent(second);
    }

    @Test
    void namesWithCommasStandForNoList() throws Exception {
        TestDatabases.execute(harness.database(), "CREATE TABLE odd AS SELECT 1 AS \"a,b\"");

        assertThatThrownBy(
                        () -> harness.export(
                                "source_dataset_id = \"odd\"\nfile_path = \"{{root}}/odd.csv\"\n"
                                        + "exporter_config = { data_format = \"csv\", data_format_options = { header = \"{columns}\" } }\n"))
                .hasMessage(
                        "data_format_options: {columns} stands for names with commas between them, and a,b would not be told apart");
        assertThat(harness.file("odd.csv")).doesNotExist();
    }

    @Test
    void namesThatAvroHasNotAreRefused() throws Exception {
        TestDatabases.execute(harness.database(), "CREATE TABLE odd AS SELECT 1 AS \"order id\"");

        assertThatThrownBy(() -> harness.export(
                        "source_dataset_id = \"odd\"\nfile_path = \"{{root}}/odd.parquet\"\nskip_empty = true\n"
                                + "exporter_config = { data_format = \"parquetAvro\" }\n"))
                .hasMessageStartingWith("column \"order id\": Avro's names have letters, digits and _ alone");
    }

    @Test
    void namesThatXmlHasNotAreRefused() throws Exception {
        TestDatabases.execute(harness.database(), "CREATE TABLE odd AS SELECT 1 AS \"order id\"");

        assertThatThrownBy(() -> harness.export("source_dataset_id = \"odd\"\nfile_path = \"{{root}}/odd.xml\"\n"
                        + "exporter_config = { data_format = \"jacksonXml\" }\n"))
                .hasMessageStartingWith("column \"order id\" is no name of an element of XML");
    }

    @Test
    void anEncryptedArchiveHoldsThemToo() throws Exception {
        harness.property("zip.password", "correct horse battery staple");
        export("""
                columns = ["id"]
                file_path = "{{root}}/secret.csv.zip"
                encryption = { zip_password = "{{zip.password}}" }
                exporter_config = { data_format = "csv" }
                """);

        try (net.lingala.zip4j.ZipFile zip = new net.lingala.zip4j.ZipFile(
                        harness.file("secret.csv.zip").toFile(), "correct horse battery staple".toCharArray());
                InputStream in = zip.getInputStream(zip.getFileHeaders().get(0))) {
            assertThat(in).hasContent("1\r\n2\r\n");
        }
    }

    @Test
    void whatDoesNotHoldLetsNothingOfThemLeave() throws Exception {
        harness.load("held.toml", "[properties.export]\n" + ORDERS + """
                file_path = "{{root}}/held.csv"
                exporter_config = { data_format = "csv" }
                [[properties.export.expect]]
                column = "note"
                not_null = true
                """);

        assertThat(harness.fail("held").status()).isEqualTo(RunEntry.Status.QUARANTINED);
        assertThat(harness.file("held.csv")).doesNotExist();
    }

    @Test
    void aMessageSaysWhichMediaTypeTheyHave() throws Exception {
        harness.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:taken").convertBodyTo(String.class).to("mock:taken");
            }
        });
        MockEndpoint taken = harness.context().getEndpoint("mock:taken", MockEndpoint.class);
        taken.expectedHeaderReceived(Exchange.CONTENT_TYPE, "application/xml");

        export(
                "columns = [\"id\"]\nfile_path = \"direct:taken\"\nexporter_config = { data_format = \"jacksonXml\" }\n");

        taken.assertIsSatisfied();
        assertThat(taken.getExchanges().get(0).getMessage().getBody(String.class))
                .isEqualTo("<Rows><item><id>1</id></item><item><id>2</id></item></Rows>");
    }
}
