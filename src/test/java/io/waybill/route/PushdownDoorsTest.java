package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.TestFiles;
import io.waybill.flow.EncryptionKeys;
import io.waybill.flow.ExpectKeys;
import io.waybill.flow.Flow;
import io.waybill.flow.Problem;
import io.waybill.flow.Refusal;
import io.waybill.flow.TransformKeys;
import io.waybill.flow.toml.FlowFolder;
import io.waybill.flow.toml.FlowReader;
import io.waybill.format.CsvDataFormat;
import io.waybill.format.CsvFormat;
import io.waybill.route.step.Planning;
import io.waybill.run.Planner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.function.UnaryOperator;
import org.apache.camel.Producer;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A flow whose files the database writes, by its file and by its route. */
class PushdownDoorsTest {

    private static final String FLOW =
            "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"{{root}}/out/t.csv\"\n"
                    + "engine = \"pushdown\"\nfilters = [{ column = \"id\", op = \">\", value = 1 }]\n"
                    + "exporter_config = { delimiter = \";\" }\n";

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.overAny();

    @TempDir
    private Path folder;

    @BeforeEach
    void open() throws Exception {
        harness.open(TestDatabases.duckdb(folder), "CREATE TABLE t AS SELECT i::INTEGER AS id FROM range(1, 4) r(i)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "max_rows_per_file = 5 | maxRowsPerFile=5 | max_rows_per_file | : no database ends a file just there; max_row_groups_per_file is allowed, of Parquet",
                "target_file_size_bytes = 5000 | targetFileSizeBytes=5000 | target_file_size_bytes | : no database ends a file just there",
                "chunk_by = { column = \"at\", every = \"day\" } | chunkBy=at | chunk_by | : no database ends a file just there",
                "parallelism = 2 | parallelism=2 | parallelism | : the database decides by how many threads it writes",
                "compression = \"zip\" | compression=zip | compression | : no database writes zip archives; gzip and zstd are allowed",
                "checksums = true | checksums=true | checksums | : columns are added up as rows go by, and none does",
                "pii_policy = \"mask\" | piiPolicy=mask | pii_policy | ~is done to values by this process, through which none goes; allowed: exclude, strict, allow~",
                "format = \"xlsx\" | format=xlsx | format | ~\"xlsx\" does not go with engine = \"pushdown\", since databases write csv, tsv, jsonl and parquet~",
                "format = \"json\" | format=json | format | ~\"json\" does not go with engine = \"pushdown\", since databases write csv, tsv, jsonl and parquet~",
                "encryption = { zip_password = \"x\" } | encryption=#zip | encryption | : the database writes files as they are",
                "expect = [{ min_rows = 1 }] | expect=#rows | expect | : what is expected of rows is measured as they go by, and none does",
                "transform = [{ column = \"id\", method = \"mask\" }] | transforms=#mask | transform | ~\"id\" would be masked by this process, through which no value goes; the method exclude is allowed~",
                "exporter_config = { line_ending = \"crlf\" } | dataFormat=#crlf | exporter_config.line_ending | : no database writes such files with it; leave it out",
            })
    void whatNoDatabaseWritesIsRefusedAtBoth(String keys, String options, String key, String message) {
        assertThat(new FlowReader(UnaryOperator.identity())
                        .read(
                                "t.toml",
                                "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"t.csv\"\nengine = \"pushdown\"\n"
                                        + keys + "\n")
                        .problems())
                .extracting(Problem::toString)
                .anyMatch(problem -> problem.startsWith("t.toml:5: " + key + ": ") && problem.contains(message));

        bind("zip", new EncryptionBean().set(EncryptionKeys.ZIP_PASSWORD, "x"));
        bind("rows", new ExpectBean().set(ExpectKeys.MIN_ROWS, "1"));
        bind("mask", new TransformBean().set(TransformKeys.COLUMN, "id").set(TransformKeys.METHOD, "mask"));
        CsvDataFormat crlf = new CsvDataFormat();
        crlf.set(CsvFormat.LINE_ENDING, "crlf");
        bind("crlf", crlf);
        Refusal atTheRoute = new Refusal(key, message).asOption();
        assertThatThrownBy(() -> start("waybill:begin/t?sourceDatasetId=t&filePath=t.csv&engine=pushdown&" + options))
                .hasStackTraceContaining("waybill:begin/t: " + atTheRoute.key() + ": ")
                .hasStackTraceContaining(atTheRoute.message());
    }

    @Test
    void aTableThatKnowsColumnsByIdsIsRefused() {
        assertThat(new FlowReader(UnaryOperator.identity())
                        .read(
                                "t.toml",
                                "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"iceberg://lake/shop.t\"\n"
                                        + "connection = \"lake\"\nengine = \"pushdown\"\n")
                        .problems())
                .extracting(Problem::toString)
                .contains(
                        "t.toml:5: engine: \"pushdown\" does not go with iceberg, whose tables know columns by ids in the"
                                + " files, which no database writes");
    }

    private void bind(String name, Object bean) {
        harness.context().getRegistry().bind(name, bean);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "engine = \"duckdb\" | engine=duckdb | ~engine: \"duckdb\" is not known; allowed: local, pushdown, spark~",
                "pushdown_access = \"x\" | pushdownAccess=x | ~ccess: is for engine = \"pushdown\" alone~",
            })
    void anEngineThatIsNotThereIsRefusedAtBoth(String keys, String options, String message) {
        assertThat(new FlowReader(UnaryOperator.identity())
                        .read(
                                "t.toml",
                                "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"t.csv\"\n" + keys + "\n")
                        .problems())
                .extracting(Problem::toString)
                .anyMatch(problem -> problem.startsWith("t.toml:4: ") && problem.contains(message));

        assertThatThrownBy(() -> start("waybill:begin/t?sourceDatasetId=t&filePath=t.csv&" + options))
                .hasStackTraceContaining(message);
    }

    private void start(String uri) throws Exception {
        Producer producer =
                CamelContextHelper.getMandatoryEndpoint(harness.context(), uri).createProducer();
        try {
            ServiceHelper.startService(producer);
        } finally {
            ServiceHelper.stopService(producer);
        }
    }

    private String print() throws Exception {
        FlowFolder read = harness.flows();
        Flow flow = read.flows().get("t");
        return new RouteYaml(harness.context()).print(flow, read.dataSetOf(flow).orElse(null));
    }

    @Test
    void itsRouteHasTheDatabaseStageAndWritesTheSameWithoutItsFlow() throws Exception {
        harness.load("t.toml", FLOW).run("t");
        byte[] byFlow = Files.readAllBytes(harness.file("out/t.csv"));
        String yaml = print();
        assertThat(yaml).contains("engine: pushdown").doesNotContain("rows:", "uri: rows", "t.rows");
        Files.delete(harness.file("t.toml"));
        Files.delete(harness.file("out/t.csv"));

        harness.open(TestDatabases.duckdb(folder), "CREATE TABLE t AS SELECT i::INTEGER AS id FROM range(1, 4) r(i)");
        harness.load("t.camel.yaml", yaml).run("t");

        assertThat(harness.file("out/t.csv")).hasBinaryContent(byFlow).hasContent("id\n2\n3\n");
        assertThat(TestFiles.below(harness.file("out"))).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT 7 AS id | another query, or has other parameters; neither a rows: step belongs before it, nor one that changes"
                        + " the query; before it stand: ",
                " | empty; neither a rows: step belongs before it"
            })
    void aRouteThatPutsSomethingElseIntoThePlaceOfTheQueryFails(String body, String message) throws Exception {
        harness.load("t.toml", FLOW);
        AdviceWith.adviceWith(
                harness.context(),
                "t",
                route -> route.weaveById("t.stage").before().setBody(route.constant(body)));

        assertThat(harness.failure("t"))
                .hasMessageStartingWith(
                        "waybill:stage/t has the database write the rows of the query that waybill:begin has"
                                + " planned, by engine=pushdown, and the body is " + message);
        assertThat(harness.file("out")).doesNotExist();
    }

    @Test
    void aRouteThatReadsRowsAsWellFails() throws Exception {
        harness.load("t.toml", FLOW);
        AdviceWith.adviceWith(
                harness.context(),
                "t",
                route -> route.weaveById("t.stage").before().to("rows:db"));

        assertThat(harness.failure("t"))
                .hasMessageContaining(
                        "and the body is io.waybill.rows.BodyRows; neither a rows: step belongs before it");
        assertThat(harness.file("out")).doesNotExist();
    }

    @Test
    void filesThatAreToWaitEncryptedAreRefusedWhenItIsPlanned() throws Exception {
        harness.property("waybill.staging.cipher", "AES/CTR/NoPadding");
        harness.property("waybill.staging.key", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
        harness.load("t.toml", FLOW);

        Flow flow = harness.flows().flows().get("t");
        String message = "engine: \"pushdown\" has the database write files as they are, and waybill.staging.cipher has"
                + " them wait encrypted; leave one of them out for flow t";
        assertThatThrownBy(() -> Planning.of(harness.context(), flow, null)
                        .plan(Planner.Request.look("look", FlowHarness.NOW.atZone(ZoneOffset.UTC))))
                .hasMessage(message);
        assertThat(harness.failure("t")).hasMessage(message);
        assertThat(harness.file("out")).doesNotExist();
    }

    @Test
    void itsPlanSaysThatTheDatabaseWrites() throws Exception {
        harness.load("t.toml", FLOW);

        Flow flow = harness.flows().flows().get("t");
        assertThat(Planning.of(harness.context(), flow, null)
                        .plan(Planner.Request.look("look", FlowHarness.NOW.atZone(ZoneOffset.UTC)))
                        .reading()
                        .words())
                .isEqualTo("by nobody: the database writes the files itself, by DuckDB's COPY");
    }
}
