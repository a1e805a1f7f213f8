package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.facts.FileContent;
import io.waybill.facts.FileFacts;
import io.waybill.format.ParquetRows;
import io.waybill.ledger.RunResult;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that the database writes hold what those hold that Waybill writes; they are read by libraries of neither. */
class PushdownIT {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final String TABLE = """
            CREATE TABLE t AS SELECT
              i::INTEGER AS id,
              i::TINYINT AS tiny, i::UTINYINT AS utiny, i::SMALLINT AS small, i::USMALLINT AS usmall,
              (4294967295 - i)::UINTEGER AS uint, (i * 9007199254740993)::BIGINT AS big,
              18446744073709551615::UBIGINT AS ubig, -170141183460469231731687303715884105727::HUGEINT AS huge,
              (i * 1.25)::DECIMAL(9, 2) AS d9, (i * 1234567890123.4567)::DECIMAL(18, 4) AS d18,
              (i::DECIMAL(38, 6) + 12345678901234567890123456789.012345)::DECIMAL(38, 6) AS d38,
              (i % 2 = 0) AS flag,
              CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'a,"b";' || chr(10) || 'ü€😀' || chr(13) ELSE '#NULL ''x'' \\ / ' || chr(9) END AS txt,
              CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN DATE '2026-01-31' ELSE DATE '0044-03-15 (BC)' END AS day,
              CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN TIMESTAMP '2026-01-31 10:11:12.123400' WHEN 2 THEN TIMESTAMP '12026-01-31 10:11:12.5' ELSE TIMESTAMP '2026-01-31 00:00:00' END AS at,
              CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN TIMESTAMPTZ '2026-07-31 10:11:12.000001+02' ELSE TIMESTAMPTZ '1969-12-31 23:59:59.9+00' END AS moment,
              TIMESTAMP_S '2026-01-31 10:11:12' AS at_s, TIMESTAMP_MS '2026-01-31 10:11:12.5' AS at_ms,
              TIMESTAMP_NS '2026-01-31 10:11:12.000000001' AS at_ns,
              TIME '23:59:59.999999' AS clock,
              uuid_text::UUID AS uid,
              CASE WHEN i % 2 = 0 THEN '\\x00\\xFFabc'::BLOB END AS bytes,
              ('{"a": [1, 2.50, 12345678901234567890.125],' || chr(10) || '"b": "x\\ny"}')::JSON AS doc,
              'x'::ENUM('x', 'y') AS kind, '10101'::BIT AS bits, INTERVAL 3 DAY AS span,
              i::DOUBLE / 3 AS dbl, CASE i % 4 WHEN 0 THEN 'NaN'::DOUBLE WHEN 1 THEN '-Infinity'::DOUBLE WHEN 2 THEN 1e300 ELSE 1e-7 END AS odd,
              (i / 3.0)::FLOAT AS flt
            FROM range(1, 13) r(i), (SELECT '0190163d-8694-739b-aea5-966c26f8ad91' AS uuid_text)""";

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.overAny();

    @TempDir
    private Path folder;

    @BeforeEach
    void open() throws IOException {
        harness.open(TestDatabases.duckdb(folder), TABLE);
    }

    private RunResult export(String engine, String file, String keys) throws Exception {
        return harness.export("source_dataset_id = \"t\"\nfile_path = \"{{root}}/" + engine + "/" + file
                + "\"\nengine = \"" + engine + "\"\n" + keys);
    }

    private Path path(String engine, String file) {
        return harness.file(engine + "/" + file);
    }

    /** Numbers by what they are: {@code 1.0} and {@code 1} are the same. */
    private static String value(String column, String text) {
        boolean floating = List.of("dbl", "odd", "flt").contains(column);
        return floating && !text.isEmpty() && Character.isDigit(text.charAt(text.length() - 1))
                ? new BigDecimal(text).stripTrailingZeros().toPlainString()
                : text;
    }

    private static List<List<String>> csv(InputStream in, char delimiter, char quote) throws IOException {
        try (in;
                CsvReader<CsvRecord> reader = CsvReader.builder()
                        .fieldSeparator(delimiter)
                        .quoteCharacter(quote)
                        .ofCsvRecord(in)) {
            List<List<String>> rows = new ArrayList<>();
            for (CsvRecord record : reader) {
                List<String> row = new ArrayList<>();
                for (int i = 0; i < record.getFieldCount(); i++) {
                    row.add(
                            rows.isEmpty()
                                    ? record.getField(i)
                                    : value(rows.get(0).get(i), record.getField(i)));
                }
                rows.add(row);
            }
            return rows;
        }
    }

    private List<List<String>> csv(String engine, String file) throws IOException {
        return csv(Files.newInputStream(path(engine, file)), ',', '"');
    }

    private List<JsonNode> lines(String engine, String file) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(path(engine, file))) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    @Test
    void csvHasTheSameValues() throws Exception {
        RunResult pushed = export("pushdown", "t.csv", "order_by = \"id\"\n");
        export("local", "t.csv", "order_by = \"id\"\n");

        assertThat(pushed.rows()).isEqualTo(12);
        assertThat(csv("pushdown", "t.csv")).isEqualTo(csv("local", "t.csv")).hasSize(13);
    }

    /** NULL and an empty text are told apart, which no CSV library shows. */
    @Test
    void csvIsTheSameToTheByteWhereNumbersAreExactAndNothingIsQuotedInVain() throws Exception {
        String keys = "order_by = \"id\"\nexclude_columns = [\"dbl\", \"odd\", \"flt\"]\n"
                + "filters = [{ column = \"txt\", op = \"!=\", value = \"#NULL 'x' \\\\ / \\t\" }]\n";
        export("pushdown", "t.csv", keys);
        export("local", "t.csv", keys);

        assertThat(path("pushdown", "t.csv")).hasSameBinaryContentAs(path("local", "t.csv"));
    }

    @Test
    void csvHasTheSameValuesByItsOptions() throws Exception {
        String keys = "order_by = \"id\"\ncompression = \"gzip\"\nexporter_config = { delimiter = \";\", quote = \"'\","
                + " quote_mode = \"all\", null_string = \"#NULL\", include_header = false }\n";
        export("pushdown", "t.csv", keys);
        export("local", "t.csv", keys);

        assertThat(gunzipped("pushdown")).isEqualTo(gunzipped("local")).hasSize(12);
    }

    private List<List<String>> gunzipped(String engine) throws IOException {
        return csv(new GZIPInputStream(Files.newInputStream(path(engine, "t.csv.gz"))), ';', '\'').stream()
                .map(row -> row.subList(0, 27)) // without numbers whose spelling differs
                .toList();
    }

    @Test
    void jsonLinesHaveTheSameValuesWithAllTheirDigits() throws Exception {
        export("pushdown", "t.jsonl", "order_by = \"id\"\n");
        export("local", "t.jsonl", "order_by = \"id\"\n");

        List<JsonNode> pushed = lines("pushdown", "t.jsonl");
        List<JsonNode> local = lines("local", "t.jsonl");
        assertThat(pushed).hasSize(12);
        for (int i = 0; i < pushed.size(); i++) {
            JsonNode found = pushed.get(i);
            JsonNode expected = local.get(i);
            assertThat(found.fieldNames()).toIterable().containsExactlyElementsOf(expected::fieldNames);
            expected.fields().forEachRemaining(field -> {
                JsonNode value = found.get(field.getKey());
                assertThat(value.getNodeType())
                        .as(field.getKey())
                        .isEqualTo(field.getValue().getNodeType());
                assertThat(value(field.getKey(), value.asText()))
                        .as(field.getKey())
                        .isEqualTo(value(field.getKey(), field.getValue().asText()));
            });
            assertThat(found.get("doc")).isEqualTo(expected.get("doc"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"snappy", "zstd", "gzip", "none"})
    void parquetHasTheSameRowsAndTypes(String compression) throws Exception {
        String keys = "order_by = \"id\"\nexporter_config = { compression = \"" + compression + "\" }\n";
        RunResult pushed = export("pushdown", "t.parquet", keys);
        export("local", "t.parquet", keys);

        ParquetRows found = ParquetRows.of(path("pushdown", "t.parquet"));
        ParquetRows expected = ParquetRows.of(path("local", "t.parquet"));
        assertThat(found.types()).isEqualTo(expected.types());
        assertThat(found.rows()).isEqualTo(expected.rows()).hasSize(12);
        assertThat(pushed.files()).extracting(FileFacts::rowGroups).containsExactly(1);
    }

    @Test
    void whatTheWaybillTellsOfAFileIsWhatIsInIt() throws Exception {
        RunResult result = export("pushdown", "t.parquet", "");

        JsonNode waybill = JSON.readTree(Files.readString(path("pushdown", "t.parquet.waybill.json")));
        try (InputStream in = Files.newInputStream(path("pushdown", "t.parquet"))) {
            FileContent content = FileContent.of(in);
            JsonNode file = waybill.get("files").get(0);
            assertThat(file.get("rows").asLong()).isEqualTo(12);
            assertThat(file.get("bytes").asLong()).isEqualTo(content.bytes());
            assertThat(file.get("sha256").asText()).isEqualTo(content.sha256());
        }
        assertThat(result.files()).extracting(FileFacts::rows).containsExactly(12L);
        assertThat(harness.file("staging")).doesNotExist();
    }

    @Test
    void aFileOfEachRowGroupHasRowsOfItsOwnInTheirOrder() throws Exception {
        TestDatabases.execute(
                harness.database(), "CREATE TABLE many AS SELECT i AS id, 'row ' || i AS txt FROM range(300000) r(i)");
        RunResult result = harness.export("source_dataset_id = \"many\"\nfile_path = \"{{root}}/many/\"\n"
                + "format = \"parquet\"\norder_by = \"id desc\"\nmax_row_groups_per_file = 1\nengine = \"pushdown\"\n");

        assertThat(result.rows()).isEqualTo(300_000);
        assertThat(result.files()).hasSizeGreaterThan(1);
        long next = 299_999;
        for (FileFacts file : result.files()) {
            ParquetRows rows = ParquetRows.of(Path.of(file.name()));
            assertThat(rows.rows()).hasSize((int) file.rows());
            assertThat(rows.rowGroups()).isEqualTo(1).isEqualTo(file.rowGroups());
            for (List<String> row : rows.rows()) {
                assertThat(row.get(0)).isEqualTo(Long.toString(next--));
            }
        }
        assertThat(next).isEqualTo(-1);
    }

    @Test
    void noRowsAreAFileWithoutRowsOrNoneAtAll() throws Exception {
        String none = "filters = [{ column = \"id\", op = \">\", value = 1000 }]\n";
        export("pushdown", "t.csv", none);
        export("local", "t.csv", none);
        assertThat(path("pushdown", "t.csv")).hasSameBinaryContentAs(path("local", "t.csv"));

        assertThat(export("pushdown", "t.parquet", none).files())
                .extracting(FileFacts::rows)
                .containsExactly(0L);
        assertThat(export("pushdown", "u.parquet", none + "skip_empty = true\n").files())
                .isEmpty();
        assertThat(path("pushdown", "u.parquet")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "full         |                                                   | 1, 2, 3, 4, 5",
                "incremental  |                                                   | 1, 2, 5",
                "changes_only |                                                   | 1, 2, 3, 5",
                "batch        | batch_id = 1                                      | 1, 2, 3",
                "full         | filters = [{ column = \"txt\", op = \"in\", values = [\"it's\", \"?\"] }] | 2, 4",
                "full         | limit = 2                                         | 1, 2"
            })
    void eachModeTakesItsRows(String mode, String key, String ids) throws Exception {
        TestDatabases.execute(
                harness.database(),
                "CREATE TABLE feed (id integer primary key, xt_record_type varchar, xt_batch_id integer, txt varchar)",
                "INSERT INTO feed VALUES (1, 'new', 1, 'a'), (2, 'changed', 1, 'it''s'), (3, 'deleted', 1, 'b'),"
                        + " (4, 'unchanged', 2, '?'), (5, 'new', 2, 'c')");
        String keys = "source_dataset_id = \"feed\"\nexport_mode = \"" + mode
                + "\"\ncolumns = [\"id\"]\norder_by = \"id\"\n" + (key == null ? "" : key + "\n");
        for (String engine : List.of("pushdown", "local")) {
            harness.export(keys + "file_path = \"{{root}}/" + engine + "/feed.csv\"\nengine = \"" + engine + "\"\n");
            List<String> lines = Files.readAllLines(path(engine, "feed.csv"));
            assertThat(String.join(", ", lines.subList(1, lines.size()))).isEqualTo(ids);
        }
    }

    @Test
    void eachRowGoesOutOnceByItsWatermark() throws Exception {
        TestDatabases.execute(harness.database(), "CREATE TABLE w (id integer, w timestamp NOT NULL)");
        Files.writeString(harness.file("datasets.toml"), "[[dataset]]\nid = \"w\"\ntable = \"w\"\nwatermark = \"w\"\n");
        harness.load(
                "f.toml",
                "[properties.export]\nsource_dataset_id = \"w\"\nfile_path = \"{{root}}/out/{run_id}.csv\"\n"
                        + "since_last_export = true\nengine = \"pushdown\"\n");

        List<Long> rows = new ArrayList<>();
        for (int day = 1; day <= 3; day++) {
            TestDatabases.execute(harness.database(), "INSERT INTO w VALUES (" + day + ", '2025-12-0" + day + "')");
            rows.add(harness.run("f").rows());
        }
        rows.add(harness.run("f").rows());

        assertThat(rows).containsExactly(1L, 1L, 1L, 0L);
        assertThat(harness.ledger().watermarks().find("f").orElseThrow().value())
                .isEqualTo("2025-12-03T00:00");
    }

    @Test
    void aReportHasTheSameGroups() throws Exception {
        String keys =
                "report = { group_by = [\"flag\"], metrics = [{ function = \"count\" }, { function = \"sum\", column = \"d9\" }] }\n";
        export("pushdown", "t.csv", keys);
        export("local", "t.csv", keys);

        assertThat(path("pushdown", "t.csv")).hasSameBinaryContentAs(path("local", "t.csv"));
    }

    @Test
    void whatHasNoFormInParquetFailsAndLeavesNothing() throws Exception {
        TestDatabases.execute(harness.database(), "CREATE TABLE endless AS SELECT 'infinity'::TIMESTAMP AS at");
        harness.load(
                "endless.toml",
                "[properties.export]\nsource_dataset_id = \"endless\"\nfile_path = \"{{root}}/out/x.parquet\"\nengine = \"pushdown\"\n");

        assertThat(harness.failure("endless"))
                .hasMessageStartingWith("data source db: ")
                .hasMessageContaining("an infinite date or time has no form in Parquet; filter such rows out");

        try (var left = Files.walk(harness.folder())) {
            assertThat(left.filter(file -> file.toString().contains("parquet"))).isEmpty();
        }
    }

    @Test
    void limitsOfTheDataSetHold() throws Exception {
        Files.writeString(
                harness.file("datasets.toml"), "[[dataset]]\nid = \"t\"\ntable = \"t\"\nlimits = { max_rows = 5 }\n");

        assertThatThrownBy(() -> export("pushdown", "t.csv", ""))
                .hasMessage("data set \"t\": the export exceeds limits.max_rows = 5; nothing was delivered");
        assertThat(path("pushdown", "t.csv")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "exporter_config = { quote_mode = \"none\" } | exporter_config.quote_mode: \"none\" is not what DuckDB's COPY can do; allowed: minimal, all",
                "exporter_config = { escape = \"\\\\\" } | exporter_config.escape: does not go with engine = \"pushdown\": no database writes such files with it; leave it out"
            })
    void whatItCannotWriteIsRefusedBeforeItRuns(String keys, String message) {
        assertThatThrownBy(() -> export("pushdown", "t.csv", keys + "\n")).hasMessageEndingWith(message);
        assertThat(path("pushdown", "t.csv")).doesNotExist();
    }

    @Test
    void aTypeThatIsDeclaredOverTheDatabasesIsRefused() throws Exception {
        Files.writeString(
                harness.file("datasets.toml"),
                "[[dataset]]\nid = \"t\"\ntable = \"t\"\ncolumns = [{ name = \"id\", type = \"decimal(5, 2)\" }]\n");

        assertThatThrownBy(() -> export("pushdown", "t.csv", ""))
                .hasMessage("engine: \"pushdown\" writes what the database has, and column \"id\" is declared as"
                        + " decimal(5,2) over INTEGER; leave out its type in datasets.toml, or engine");
    }

    @Test
    void anOrderThatTheDatabaseDoesNotKeepIsRefused() {
        TestDatabases.execute(harness.database(), "SET GLOBAL preserve_insertion_order = false");

        assertThatThrownBy(() -> export("pushdown", "t.csv", "order_by = \"id\"\n"))
                .hasMessage(
                        "order_by: does not hold where DuckDB's preserve_insertion_order is off; switch it on for this"
                                + " data source");
    }

    @Test
    void aDatabaseThatWritesNoFilesIsRefused() throws Exception {
        harness.open(TestDatabases.h2(), "CREATE TABLE t AS SELECT 1 AS id");

        assertThatThrownBy(() -> export("pushdown", "t.csv", ""))
                .hasMessage("engine: \"pushdown\" has the database write the files, and H2 cannot; leave engine out");
    }

    @Test
    void filesThatAreToWaitEncryptedAreRefused() throws Exception {
        harness.property("waybill.staging.cipher", "AES/CTR/NoPadding");
        harness.property("waybill.staging.key", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");

        assertThatThrownBy(() -> export("pushdown", "t.csv", ""))
                .hasMessage(
                        "engine: \"pushdown\" has the database write files as they are, and waybill.staging.cipher has"
                                + " them wait encrypted; leave one of them out for flow flow1");
    }
}
