package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.TestFiles;
import io.waybill.flow.EncryptionKeys;
import io.waybill.flow.ExpectKeys;
import io.waybill.flow.Flow;
import io.waybill.flow.Problem;
import io.waybill.flow.Refusal;
import io.waybill.flow.toml.FlowFolder;
import io.waybill.flow.toml.FlowReader;
import io.waybill.route.step.Planning;
import io.waybill.run.FlowJson;
import io.waybill.run.Plan;
import io.waybill.run.Planner;
import java.time.ZoneOffset;
import java.util.function.UnaryOperator;
import org.apache.camel.Producer;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A flow that Spark's executors write, by its file and by its route, in a process that has no Spark. */
class SparkDoorsTest {

    private static final String FLOW =
            "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"{{root}}/out/t.csv\"\n"
                    + "engine = \"spark\"\nparallelism = 4\n";

    private static final String NOT_HERE =
            "engine: \"spark\" cannot run here: this process has no Spark; start the run by"
                    + " spark-submit --class io.waybill.spark.Main lib-spark/waybill-spark.jar run FLOW, or leave engine out";

    @RegisterExtension
    private final FlowHarness harness =
            FlowHarness.over("CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1), (2)");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "chunk_by = { column = \"at\", every = \"day\" } | chunkBy=at | chunk_by | : spans of time are those of all rows, in their order",
                "compression = \"zip\" | compression=zip | compression | : executors write no zip archives; gzip and zstd are allowed",
                "checksums = true | checksums=true | checksums | : columns are added up where all rows go by, and executors have some each",
                "encryption = { zip_password = \"x\" } | encryption=#zip | encryption | : keys and passwords of files do not go to executors",
                "expect = [{ min_rows = 1 }] | expect=#rows | expect | : what is expected is measured of all rows in one place, and executors have some each",
                "format = \"xlsx\" | format=xlsx | format | ~: \"xlsx\" is a workbook, which one process writes; allowed: csv, tsv, json, jsonl, parquet~",
                "processes = 2 | processes=2 | processes | ~does not go with engine = \"spark\", which divides the work itself; leave it out~",
                "snapshot = \"per_range\" | snapshot=per_range | snapshot | ~does not go with engine = \"spark\": all its tasks read one exported snapshot, or one of them reads all rows~",
                "pushdown_access = \"x\" | pushdownAccess=x | pushdown_access | : is for engine = \"pushdown\" alone",
            })
    void whatExecutorsDoNotDoIsRefusedAtBoth(String keys, String options, String key, String message) {
        assertThat(new FlowReader(UnaryOperator.identity())
                        .read(
                                "t.toml",
                                "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"t.csv\"\nengine = \"spark\"\n"
                                        + keys + "\n")
                        .problems())
                .extracting(Problem::toString)
                .anyMatch(problem -> problem.startsWith("t.toml:5: " + key + ": ") && problem.contains(message));

        bind("zip", new EncryptionBean().set(EncryptionKeys.ZIP_PASSWORD, "x"));
        bind("rows", new ExpectBean().set(ExpectKeys.MIN_ROWS, "1"));
        Refusal atTheRoute = new Refusal(key, message).asOption();
        assertThatThrownBy(() -> start("waybill:begin/t?sourceDatasetId=t&filePath=t.csv&engine=spark&" + options))
                .hasStackTraceContaining("waybill:begin/t: " + atTheRoute.key() + ": ")
                .hasStackTraceContaining(atTheRoute.message());
    }

    @Test
    void tablesAndDataFormatsThatExecutorsDoNotKnowAreRefused() {
        assertThat(new FlowReader(UnaryOperator.identity())
                        .read(
                                "t.toml",
                                "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"iceberg://lake/shop.t\"\n"
                                        + "connection = \"lake\"\nengine = \"spark\"\n")
                        .problems())
                .extracting(Problem::toString)
                .contains(
                        "t.toml:5: engine: \"spark\" does not go with iceberg, whose tables know columns by ids in the"
                                + " files, which executors do not know");
        assertThat(new FlowReader(UnaryOperator.identity())
                        .read(
                                "t.toml",
                                "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"t.xml\"\nengine = \"spark\"\n"
                                        + "exporter_config = { data_format = \"jacksonXml\" }\n")
                        .problems())
                .extracting(Problem::toString)
                .anyMatch(problem ->
                        problem.contains("does not go with engine = \"spark\": a data format of Camel's cannot be"
                                + " made anew by executors; allowed: csv, tsv, json, jsonl, parquet"));
    }

    private void bind(String name, Object bean) {
        harness.context().getRegistry().bind(name, bean);
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

    private Flow flow() throws Exception {
        FlowFolder read = harness.flows();
        return read.flows().get("t");
    }

    private Plan look() throws Exception {
        return Planning.of(harness.context(), flow(), null)
                .plan(Planner.Request.look("look", FlowHarness.NOW.atZone(ZoneOffset.UTC)));
    }

    @Test
    void aRunIsRefusedBeforeThereIsAnythingOfItAndThePlanIsShown() throws Exception {
        harness.load("t.toml", FLOW);

        assertThat(harness.failure("t")).hasMessage(NOT_HERE);
        assertThat(harness.ledger().runs("t", null, 10)).isEmpty();
        assertThat(TestFiles.below(harness.folder())).noneMatch(file -> file.contains("out"));
        assertThat(look().reading().words())
                .isEqualTo("one task of Spark, by JDBC; parallelism = 4 is not used: H2 has no snapshot that several"
                        + " connections can share");
        assertThat(FlowJson.of(flow(), FlowJson.Held.NONE, FlowHarness.NOW)
                        .path("starts")
                        .asText())
                .isEqualTo("cannot run here");
    }

    @Test
    void itsRouteReadsNoRows() throws Exception {
        harness.load("t.toml", FLOW);

        assertThat(new RouteYaml(harness.context()).print(flow(), null))
                .contains("engine: spark", "parallelism: 4")
                .doesNotContain("uri: rows", "t.rows");
    }

    @Test
    void filesThatAreToWaitEncryptedAreRefusedWhenItIsPlanned() throws Exception {
        harness.property("waybill.staging.cipher", "AES/CTR/NoPadding");
        harness.property("waybill.staging.key", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
        harness.load("t.toml", FLOW);

        assertThatThrownBy(this::look)
                .hasMessage("engine: \"spark\" has executors write files as they are, and waybill.staging.cipher has"
                        + " them wait encrypted; leave one of them out for flow t");
    }
}
