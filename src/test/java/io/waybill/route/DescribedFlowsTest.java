package io.waybill.route;

import static io.waybill.FlowHarness.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code waybill:export} and {@code waybill:sink}: flows that the options of an endpoint describe. */
class DescribedFlowsTest {

    @RegisterExtension
    private final FlowHarness harness =
            FlowHarness.over("CREATE TABLE orders AS SELECT x AS id, 'n ' || x AS note FROM system_range(1, 5)");

    private JsonNode waybill(String path) throws Exception {
        return new ObjectMapper().readTree(harness.file(path).toFile());
    }

    @Test
    void anExportIsRunAsAFlowOfAFileIs() throws Exception {
        RunResult result = result(harness.sendTo(
                "waybill:export/orders?sourceDatasetId=orders&filePath={{root}}/out/orders_{part}.csv&maxRowsPerFile=3"
                        + "&orderBy=id&columns=id",
                "anything"));

        assertThat(result.flow()).isEqualTo("orders");
        assertThat(result.files()).hasSize(2);
        assertThat(harness.file("out/orders_1.csv")).hasContent("id\n1\n2\n3\n");
        assertThat(harness.file("out/orders_2.csv")).hasContent("id\n4\n5\n");
        assertThat(waybill("out/orders.csv.waybill.json").at("/dataset").asText())
                .isEqualTo("orders");
        assertThat(harness.ledger().runs("orders", Status.DONE, 5)).hasSize(1);
        assertThat(harness.run("orders").rows()).isEqualTo(5); // who knows its id runs it, too
    }

    @Test
    void headersAskForOtherRowsAsEver() throws Exception {
        TestDatabases.execute(
                harness.database(),
                "CREATE TABLE b AS SELECT x AS id, mod(x, 2) + 1 AS xt_batch_id FROM system_range(1, 5)");
        String uri = "waybill:export/b?sourceDatasetId=b&filePath={{root}}/out/b.csv";

        assertThat(result(harness.sendTo(uri, null)).rows()).isEqualTo(5);
        assertThat(result(harness.sendTo(
                                uri, null, Map.of(WaybillConstants.MODE, "batch", WaybillConstants.BATCH_ID, 2)))
                        .rows())
                .isEqualTo(3);
    }

    @Test
    void whatFailsIsKeptAndCanBeDeliveredAgain() throws Exception {
        Files.writeString(harness.file("taken"), "a file where a folder is to be");

        Exchange failed =
                harness.sendTo("waybill:export/orders?sourceDatasetId=orders&filePath={{root}}/taken/orders.csv", null);

        assertThat(failed.getException()).isNotNull();
        var run = harness.ledger().runs("orders", Status.FAILED, 5);
        assertThat(run).hasSize(1);
        if (run.get(0).deadLetter() != null) {
            Files.delete(harness.file("taken"));
            assertThat(harness.redrive("orders", run.get(0).runId()).rows()).isEqualTo(5);
            assertThat(harness.file("taken/orders.csv")).exists();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "waybill:export/orders?filePath=x.csv | waybill:export/orders: sourceDatasetId: is missing",
                "waybill:export/orders?sourceDatasetId=orders | waybill:export/orders: filePath: is missing",
                "waybill:export/orders?sourceDatasetId=orders&filePath=x.csv&limit=-5 | waybill:export/orders: limit: ",
                "waybill:export/orders?sourceDatasetId=orders&filePath=x.csv&format=pdf | waybill:export/orders: format: \"pdf\"",
                "waybill:sink/orders?filePath=x.csv&sourceDatasetId=orders | waybill:sink/orders: sourceDatasetId: is an option of waybill:begin, not of waybill:sink",
                "waybill:sink/orders | waybill:sink/orders: filePath: is missing",
                "waybill:sink/orders?filePath=s3://lake/x.csv&connection=lake | lake",
            })
    void whatIsWrongIsRefusedWhenTheRouteStarts(String uri, String message) {
        assertThatThrownBy(() -> harness.context().addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:in").to(uri);
                    }
                }))
                .hasStackTraceContaining(message);
    }

    @Test
    void anIdIsThatOfOneFlow() throws Exception {
        harness.load("orders.toml", """
                [properties.export]
                source_dataset_id = "orders"
                file_path = "{{root}}/out/orders.csv"
                """);
        assertThatThrownBy(() -> harness.sendTo("waybill:export/orders?sourceDatasetId=orders&filePath=x.csv", null))
                .hasStackTraceContaining("\"orders\" is the id of a route already; give this flow another");

        harness.sendTo("waybill:export/others?sourceDatasetId=orders&filePath={{root}}/out/x.csv", null);
        assertThatThrownBy(() -> harness.sendTo(
                        "waybill:export/others?sourceDatasetId=orders&filePath={{root}}/out/y.csv", null))
                .hasStackTraceContaining(
                        "flow \"others\" is described by another endpoint already, waybill://export/others, with other options;"
                                + " give this one another id");
    }

    @Test
    void maps() throws Exception {
        Map<String, Object> first = new LinkedHashMap<>();
        first.put("id", 1);
        first.put("amount", new BigDecimal("12.50"));
        first.put("note", null);
        Map<String, Object> second = Map.of("id", 2, "note", "x, y");

        RunResult result =
                result(harness.sendTo("waybill:sink/inbox?filePath={{root}}/in/{run_id}.csv", List.of(first, second)));

        assertThat(result.rows()).isEqualTo(2);
        assertThat(harness.file("in/" + result.runId() + ".csv")).hasContent("id,amount,note\n1,12.50,\n2,,\"x, y\"\n");
        JsonNode waybill = waybill("in/" + result.runId() + ".csv.waybill.json");
        assertThat(waybill.at("/dataset").asText()).isEqualTo("message");
        assertThat(waybill.at("/sql").asText()).isEqualTo("-- the rows of a message");
        assertThat(waybill.at("/columns/1/name").asText()).isEqualTo("amount");
        assertThat(harness.ledger().runs("inbox", Status.DONE, 5)).hasSize(1);
    }

    @Test
    void rowsOfAQueryAndOneMapAndAnIterator() throws Exception {
        harness.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .to("rows:db")
                        .to("waybill:sink/rows?format=parquet&filePath=" + harness.file("out/rows.parquet"));
            }
        });
        assertThat(result(harness.sendTo("direct:in", "SELECT * FROM orders")).rows())
                .isEqualTo(5);
        assertThat(harness.file("out/rows.parquet")).isNotEmptyFile();

        String sink = "waybill:sink/maps?format=jsonl&filePath={{root}}/out/maps.jsonl";
        assertThat(result(harness.sendTo(sink, Map.of("id", 1))).rows()).isEqualTo(1);
        Iterator<Map<String, Integer>> maps =
                List.of(Map.of("id", 1), Map.of("id", 2)).iterator();
        assertThat(result(harness.sendTo(sink, maps)).rows()).isEqualTo(2);
        assertThat(harness.file("out/maps.jsonl")).hasContent("{\"id\":1}\n{\"id\":2}\n");
        assertThat(harness.sendTo(sink, maps).getException())
                .hasMessage(
                        "waybill:take/maps: the iterator in the body cannot be read: waybill:take/maps has it already; it"
                                + " can be read once, and a list again and again");
    }

    @Test
    void severalFilesAndCompressionAndTransforms() throws Exception {
        TransformBean hashed = new TransformBean();
        hashed.set(io.waybill.flow.TransformKeys.COLUMN, "email");
        hashed.set(io.waybill.flow.TransformKeys.METHOD, "mask");
        harness.context().getRegistry().bind("hidden", hashed);

        RunResult result = result(harness.sendTo(
                "waybill:sink/people?filePath={{root}}/out/p_{part}.csv&maxRowsPerFile=1&transforms=#hidden",
                List.of(Map.of("email", "a@example.com"), Map.of("email", "b@example.com"))));

        assertThat(result.files()).hasSize(2);
        assertThat(harness.file("out/p_1.csv")).content().doesNotContain("a@example.com");
    }

    @Test
    void aDataFormatOfSomebodyElsesIsRefusedWithWhatHandsRowsToIt() {
        harness.context().getRegistry().bind("own", new org.apache.camel.component.jackson.JacksonDataFormat());

        assertThatThrownBy(() -> harness.sendTo(
                        "waybill:sink/inbox?filePath={{root}}/in/x.json&dataFormat=#own", List.of(Map.of("id", 1))))
                .hasStackTraceContaining(
                        "waybill:sink/inbox: dataFormat: org.apache.camel.component.jackson.JacksonDataFormat is no data format"
                                + " of Waybill's; a bean of io.waybill.format.CamelDataFormat hands rows to any other");
    }

    @Test
    void whatIsNoRowsIsRefusedBeforeARunBegins() throws Exception {
        String sink = "waybill:sink/inbox?filePath={{root}}/in/x.csv";

        assertThat(harness.sendTo(sink, "a text").getException())
                .hasMessage(
                        "waybill:take/inbox takes rows, a map, or a list or an iterator of maps, not java.lang.String");
        assertThat(harness.sendTo(sink, null).getException())
                .hasMessage(
                        "waybill:take/inbox takes rows, a map, or a list or an iterator of maps, not an empty body");
        assertThat(harness.sendTo(sink, List.of(Map.of("id", 1), "two")).getException())
                .hasMessage(
                        "waybill:take/inbox: element 2 is a java.lang.String; a map of names to values is expected");
        assertThat(harness.ledger().runs("inbox", null, 5)).isEmpty();
        assertThat(harness.file("in")).doesNotExist();
    }

    @Test
    void aListWithoutAMapHasNoColumnsAndIsRefused() throws Exception {
        Exchange sent = harness.sendTo("waybill:sink/inbox?filePath={{root}}/in/x.csv", List.of());

        assertThat(sent.getException()).hasMessageContaining("waybill:take/inbox: the list in the body is empty");
        assertThat(harness.ledger().runs("inbox", null, 5)).isEmpty();
    }
}
