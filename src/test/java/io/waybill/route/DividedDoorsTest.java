package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.flow.ExpectKeys;
import io.waybill.flow.Problem;
import io.waybill.flow.Refusal;
import io.waybill.flow.toml.FlowReader;
import java.util.function.UnaryOperator;
import org.apache.camel.Producer;
import org.apache.camel.support.service.ServiceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A flow whose rows several processes read, by its file and by its route. */
class DividedDoorsTest {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            "CREATE TABLE t (id BIGINT PRIMARY KEY)", "INSERT INTO t SELECT x FROM system_range(1, 100)");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "order_by = [\"id\"] | orderBy=id | order_by | : nobody has all rows to order them",
                "limit = 5 | limit=5 | limit | : nobody counts all rows as they go by",
                "checksums = true | checksums=true | checksums | : columns are added up as all rows go by, in one process",
                "expect = [{ min_rows = 1 }] | expect=#rows | expect | : what is expected of rows is measured as all of them go by, in one process",
                "chunk_by = { column = \"at\", every = \"day\" } | chunkBy=at | chunk_by | : its files go by time, and ranges by the table's pages or its key",
                "compression = \"zip\" | compression=zip | compression | : an archive names its files by numbers that are known when all are there; gzip and zstd are allowed",
                "format = \"xlsx\" | format=xlsx | format | ~: \"xlsx\" is a workbook, which one process writes~",
                "parallelism = 2 | parallelism=2 | parallelism | : each process reads one range at a time; one of the two is allowed",
                "since_last_export = \"changes\" | sinceLastExport=changes | since_last_export | ~: \"changes\" are what one process has found; true is allowed~",
            })
    void whatIsOfAllRowsTogetherIsRefusedAtBoth(String keys, String options, String key, String message) {
        assertThat(new FlowReader(UnaryOperator.identity())
                        .read(
                                "t.toml",
                                "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"out/\"\nprocesses = 3\n"
                                        + keys + "\n" + (keys.startsWith("format") ? "" : "format = \"csv\"\n"))
                        .problems())
                .extracting(Problem::toString)
                .anyMatch(problem -> problem.startsWith("t.toml:5: " + key + ": does not go with processes = 3")
                        && problem.contains(message));

        harness.context().getRegistry().bind("rows", new ExpectBean().set(ExpectKeys.MIN_ROWS, "1"));
        Refusal atTheRoute = new Refusal(key, message).asOption();
        assertThatThrownBy(() -> start("waybill:begin/t?sourceDatasetId=t&filePath=out/&processes=3&" + options))
                .hasStackTraceContaining("waybill:begin/t: " + atTheRoute.key() + ": does not go with processes = 3")
                .hasStackTraceContaining(atTheRoute.message());
    }

    private void start(String uri) throws Exception {
        Producer producer = harness.context().getEndpoint(uri).createProducer();
        ServiceHelper.startService(producer);
    }

    private static void refused(String keys, String message) {
        assertThat(new FlowReader(UnaryOperator.identity())
                        .read("t.toml", "[properties.export]\nsource_dataset_id = \"t\"\n" + keys)
                        .problems())
                .extracting(Problem::toString)
                .contains(message);
    }

    @Test
    void oneFileIsRefused() {
        refused(
                "file_path = \"out/t.csv\"\nprocesses = 2\n",
                "t.toml:3: file_path: does not go with processes = 2: it is one file, and each range has files of its own;"
                        + " end it in /, write {part}, or set max_rows_per_file or target_file_size_bytes");
    }

    @Test
    void filesByValuesAreRefused() {
        refused(
                "file_path = \"out/{column:country}/{part}.csv\"\nprocesses = 2\n",
                "t.toml:3: file_path: does not go with processes = 2: with {column:…} its files go by values, of which each"
                        + " range may have any");
    }

    @Test
    void aReportManyTablesAndTheDatabaseItselfAreRefused() {
        refused(
                "file_path = \"out/\"\nformat = \"csv\"\nprocesses = 2\nreport = { metrics = [{ function = \"count\" }] }\n",
                "t.toml:6: report: does not go with processes = 2: the groups of a report are made of all rows");
        refused(
                "file_path = \"out/\"\nformat = \"csv\"\nprocesses = 2\nengine = \"pushdown\"\n",
                "t.toml:5: processes: does not go with engine = \"pushdown\", which divides the work itself; leave it out");
        assertThat(new FlowReader(UnaryOperator.identity())
                        .read(
                                "t.toml",
                                "[properties.export]\nsource_dataset_id = \"s.*\"\nfile_path = \"out/{table}/\"\nformat = \"csv\"\nprocesses = 2\n")
                        .problems())
                .extracting(Problem::toString)
                .contains(
                        "t.toml:2: source_dataset_id: does not go with processes = 2: of many tables, each has a run of its"
                                + " own; tables_at_once exports some of them side by side");
    }

    @Test
    void aFormatThatIsNotWaybillsIsRefused() {
        refused(
                "file_path = \"out/{part}.xml\"\nprocesses = 2\nexporter_config = { data_format = \"#mine\" }\n",
                "t.toml:5: exporter_config: does not go with processes = 2: its data_format may be another one in another"
                        + " process; formats of Waybill's own are allowed");
    }

    @Test
    void whatSeveralProcessesSeeIsNotAskedOfOne() {
        refused(
                "file_path = \"out/t.csv\"\nsnapshot = \"per_range\"\n",
                "t.toml:4: snapshot: is for several processes; with one, all rows are those of the same moment");
    }

    @Test
    void aStepThatDoesSomethingToRowsOnTheWayIsRefused() throws Exception {
        harness.load("t.yaml", """
                - route:
                    id: t
                    from:
                      uri: direct:t
                      steps:
                        - to: waybill:begin/t?sourceDatasetId=T&filePath=%s/&format=csv&processes=2&snapshot=per_range
                        - to: rows:db
                        - setBody: {simple: "${body}"}
                        - to: waybill:stage/t
                """.formatted(harness.file("out")));
        assertThat(harness.failure("t"))
                .hasMessageContaining(
                        "waybill:stage/t: other processes read rows of it, by processes = 2, as one step rows: between"
                                + " waybill:begin and this one would, and there is not that one step alone");
    }
}
