package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import java.nio.file.Files;
import java.util.Map;
import org.apache.camel.Producer;
import org.apache.camel.support.service.ServiceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The route of a flow of many tables: printed, read back and edited; and what it is refused for, as its file is. */
class ManyTablesRouteTest {

    private static final String FLOW = """
            [properties.export]
            source_dataset_id = "public.*"
            exclude = ["none_*"]
            file_path = "{{root}}/out/{table}.csv"
            tables_at_once = 2
            """;

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            "CREATE TABLE orders AS SELECT 1 AS id", "CREATE TABLE people AS SELECT 2 AS id, 'a@b.example' AS email");

    private PrintedRoute printed() throws Exception {
        Files.writeString(
                harness.file("datasets.toml"),
                "[[dataset]]\nid = \"persons\"\ntable = \"people\"\ncolumns = [{ name = \"email\", pii = true }]\n");
        io.waybill.route.MarkedDataSets.of(harness.context()).declared(harness.folder(), harness.flows());
        PrintedRoute route = PrintedRoute.of(harness, "nightly", FLOW);
        Files.delete(harness.file("datasets.toml"));
        io.waybill.route.MarkedDataSets.of(harness.context()).declared(harness.folder(), harness.flows());
        return route;
    }

    @Test
    void aPrintedRouteIsASplitOverTablesAndKeepsTheirMarksWithoutAnyFileBeside() throws Exception {
        PrintedRoute route = printed();

        assertThat(route.text())
                .contains(
                        "streaming: true",
                        "parallelProcessing: true",
                        "executorService: nightly.tables-at-once",
                        "id: nightly.each-table")
                .contains("name: tables/nightly", "name: gather/nightly");
        RunResult result = route.load(harness, "nightly").run("nightly");

        assertThat(result.status()).isEqualTo(Status.DONE);
        assertThat(result.tables()).hasSize(2);
        assertThat(harness.file("out/orders.csv")).hasContent("id\n1\n");
        assertThat(harness.file("out/people.csv")).hasContent("id\n2\n");
    }

    @Test
    void aPatternThatYamlWouldTakeForSomethingElseReadsBack() throws Exception {
        RunResult result = PrintedRoute.of(
                        harness,
                        "nightly",
                        "[properties.export]\nsource_dataset_id = \"*.orders\"\nexclude = [\"*.o_*\"]\n"
                                + "file_path = \"{{root}}/out/{schema}/{table}.csv\"\n")
                .load(harness, "nightly")
                .run("nightly");

        assertThat(result.tables()).hasSize(1);
    }

    @Test
    void aFilterBeforeTheFirstStepLeavesTablesOut() throws Exception {
        RunResult result =
                printed().before("nightly.begin", """
                        - filter:
                            simple: "${body} !contains 'people'"
                            steps:
                              - log: "table ${body}"
                        """).load(harness, "nightly").run("nightly");

        assertThat(result.tables()).hasSize(2);
    }

    @Test
    void withoutTheStepsAroundItNoTableIsExported() throws Exception {
        printed().remove("nightly.tables").load(harness, "nightly");

        assertThat(harness.failure("nightly"))
                .hasMessageContaining("waybill:gather/nightly: no run has begun on this exchange");
    }

    @Test
    void aBodyThatIsReplacedIsNoTable() throws Exception {
        printed()
                .before("nightly.begin", "- setBody:\n    constant: \"orders\"\n")
                .load(harness, "nightly");

        RunResult result = harness.fail("nightly");

        assertThat(result.error()).isEqualTo("2 of 2 have not been exported");
    }

    @Test
    void aRunWithoutItsLastStepIsNotDone() throws Exception {
        printed().remove("nightly.gather").load(harness, "nightly");

        assertThat(harness.failure("nightly")).hasMessageContaining("waybill:complete/nightly");
        assertThat(harness.ledger().runs("nightly", Status.RUNNING, 5)).isEmpty();
    }

    @Test
    void oneOfTheTablesMayBeAskedForAlone() throws Exception {
        harness.load("nightly.toml", FLOW);

        RunResult result = harness.run("nightly", Map.of(WaybillConstants.TABLE, "public.orders"));

        assertThat(result.tables()).hasSize(1);
        assertThat(harness.failure("nightly", Map.of(WaybillConstants.TABLE, "public.nothing")))
                .hasMessage("\"public.nothing\" is none of its tables: public.orders, public.people");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "source_dataset_id = \"public.*\" | sourceDatasetId=public.* | file_path: holds no {table}, and all tables of \"public.*\" would write to the same file; {table}, or {dataset} for schema and table, is needed",
                "source_dataset_id = \"*.*\" | sourceDatasetId=*.* | ",
                "source_dataset_id = \"a.b.*\" | sourceDatasetId=a.b.* | source_dataset_id: \"a.b.*\" has two dots; a schema and a table are allowed, and names with dots stand in double quotes",
                "source_dataset_id = \"x\\\"*\" | sourceDatasetId=x\"* | source_dataset_id: \"x\"*\" has a quote that does not end",
                "source_dataset_id = \".*\" | sourceDatasetId=.* | source_dataset_id: \".*\" has no schema; write sales.* for example",
                "source_dataset_id = \"orders\"/exclude = [\"a\"] | sourceDatasetId=orders&exclude=a | exclude: is for a source_dataset_id with *, which stands for many tables",
                "source_dataset_id = \"orders\"/watermark = \"id\" | sourceDatasetId=orders&watermark=id | watermark: is for a source_dataset_id with *, which stands for many tables",
                "source_dataset_id = \"orders\"/on_failure = \"stop\" | sourceDatasetId=orders&onFailure=stop | on_failure: is for a source_dataset_id with *, which stands for many tables",
                "source_dataset_id = \"public.*\"/on_failure = \"halt\" | sourceDatasetId=public.*&onFailure=halt | on_failure: \"halt\" is not known; allowed: continue, stop",
                "source_dataset_id = \"public.*\"/exclude = [\"a.b.c\"] | sourceDatasetId=public.*&exclude=a.b.c | exclude: \"a.b.c\" has two dots; a schema and a table are allowed, and names with dots stand in double quotes",
                "source_dataset_id = \"public.*\"/since_last_export = \"changes\" | sourceDatasetId=public.*&sinceLastExport=changes | since_last_export: \"changes\" does not go with a source_dataset_id with *: what has changed is kept beside each table; write a flow for each of them",
            })
    void whatDoesNotGoTogetherIsRefusedAtBothDoors(String keys, String options, String message) {
        String said = message == null
                ? "file_path: holds no {table}, and all tables of \"*.*\" would write to the same file; {table}, or {dataset} for schema and table, is needed"
                : message;
        assertThatThrownBy(() -> harness.load(
                        "f.toml",
                        "[properties.export]\nfile_path = \"{{root}}/out/x.csv\"\n" + keys.replace('/', '\n')))
                .hasMessageContaining("f.toml:")
                .hasMessageContaining(said);
        assertThatThrownBy(() -> {
                    try (Producer begin = harness.context()
                            .getEndpoint("waybill:begin/f?namespace=public&filePath=out/x.csv&" + options)
                            .createProducer()) {
                        ServiceHelper.startService(begin);
                    }
                })
                .hasMessageContaining(said.replace("file_path:", "filePath:")
                        .replace("source_dataset_id", "sourceDatasetId")
                        .replace("on_failure:", "onFailure:")
                        .replace("since_last_export:", "sinceLastExport:"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"*.*\" | {table} | holds no {schema}, and tables of the same name of several schemas",
                "\"orders\" | {table} | {table} is for a source_dataset_id with *",
                "\"orders\" | {dataset}_{schema} | {schema} is for a source_dataset_id with *",
            })
    void pathsTellTablesApart(String source, String name, String message) {
        assertThatThrownBy(() -> harness.load(
                        "f.toml",
                        "[properties.export]\nsource_dataset_id = " + source + "\nfile_path = \"out/" + name
                                + ".csv\"\n"))
                .hasMessageContaining("f.toml:3: file_path: ")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"on_new_data", "stream"})
    void aTriggerThatLooksAtOneTableIsRefused(String type) {
        assertThatThrownBy(() -> harness.load(
                        "f.toml",
                        FLOW + "since_last_export = true\nwatermark = \"id\"\n[[triggers]]\ntype = \"" + type + "\"\n"))
                .hasMessageContaining("triggers.type: \"" + type
                        + "\" does not go with a source_dataset_id with *: it looks at one table; a schedule or an interval exports"
                        + " all of them");
    }
}
