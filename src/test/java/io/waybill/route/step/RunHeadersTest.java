package io.waybill.route.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.route.WaybillConstants;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a message asks of a run is understood, or refused. */
class RunHeadersTest {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            "CREATE TABLE t AS SELECT x AS id, mod(x, 2) + 1 AS xt_batch_id, DATEADD(DAY, x, DATE '2026-01-01') AS d"
                    + " FROM system_range(1, 10)");

    @BeforeEach
    void start() throws Exception {
        harness.load("news.toml", """
                [properties.export]
                source_dataset_id = "t"
                file_path = "{{root}}/out/{ts_nodash}.csv"
                """);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "WaybillMode=btach | WaybillMode: \"btach\" is not a mode; allowed: full, batch, incremental, changes_only; did you"
                        + " mean \"batch\"?",
                "WaybillMode=full WaybillBatchId=1 | WaybillBatchId: is for mode \"batch\" alone, not for \"full\"",
                "WaybillFrom=yesterday WaybillTo=2026-01-05 | WaybillFrom: \"yesterday\" is not a time; write for example"
                        + " 2026-01-15 or 2026-01-15T02:00",
                "WaybillFrom=2026-01-05 WaybillTo=2026-01-05 | WaybillTo: 2026-01-05 is not after WaybillFrom, 2026-01-05",
                "WaybillFrom=2026-01-05T02:00+02:00 WaybillTo=2026-01-05T00:00Z | WaybillTo: 2026-01-05T00:00Z is not after"
                        + " WaybillFrom, 2026-01-05T02:00+02:00",
                "WaybillFrom=2026-01-05 | WaybillFrom and WaybillTo go together",
                "WaybillColumn=d | WaybillColumn: is for WaybillFrom and WaybillTo, which are missing",
                "WaybillTimezone=Europe/Viena | WaybillTimezone: \"Europe/Viena\" is not a time zone; write for example"
                        + " \"Europe/Vienna\" or \"UTC\"; did you mean \"Europe/Vienna\"?",
                "WaybillLogicalTime=yesterday | WaybillLogicalTime: \"yesterday\" is not a time with its zone; write for example"
                        + " 2026-01-15T02:00:00Z",
                "WaybillRerun=1 WaybillMode=full | WaybillMode: does not go with WaybillRerun, which has the rows of that run",
                "WaybillRerun=1 WaybillBatchId=4 | WaybillBatchId: does not go with WaybillRerun, which has the rows of that run",
                "WaybillAcceptDeletes=true | WaybillAcceptDeletes: is for feeds, and this is an export",
                "WaybillCompareAll=true | WaybillCompareAll: is for feeds, and this is an export",
                "WaybillRerun=1 | flow \"news\" has no run \"1\" that was planned",
            })
    void whatIsNotUnderstoodIsRefused(String headers, String message) {
        Map<String, Object> given = new LinkedHashMap<>();
        for (String header : headers.split(" ")) {
            given.put(header.substring(0, header.indexOf('=')), header.substring(header.indexOf('=') + 1));
        }

        assertThatThrownBy(() -> harness.run("news", given)).hasMessage(message);
        assertThat(harness.file("out"))
                .satisfiesAnyOf(
                        out -> assertThat(out).doesNotExist(),
                        out -> assertThat(out).isEmptyDirectory());
    }

    @Test
    void aBatchIsAWholeNumberOrAText() throws Exception {
        Map<String, Object> headers = new LinkedHashMap<>(Map.of(WaybillConstants.MODE, "batch"));
        for (Object wrong : new Object[] {1.5, true, " "}) {
            headers.put(WaybillConstants.BATCH_ID, wrong);
            assertThatThrownBy(() -> harness.run("news", headers)).hasMessageStartingWith("WaybillBatchId: ");
        }
        headers.put(WaybillConstants.BATCH_ID, 1);

        assertThat(harness.run("news", headers).rows()).isEqualTo(5);
    }

    @Test
    void aTimeAsTextIsTheRunsTime() throws Exception {
        harness.run("news", Map.of(WaybillConstants.LOGICAL_TIME, "2025-12-24T18:00:00+01:00"));

        assertThat(harness.file("out/20251224T170000.csv")).exists();
    }

    @Test
    void whetherColumnsThatHaveChangedAreTakenIsTrueOrFalse() throws Exception {
        harness.load("strict.toml", """
                [properties.export]
                source_dataset_id = "t"
                file_path = "{{root}}/out/strict.csv"
                schema_change = "fail"
                """);
        harness.run("strict");
        TestDatabases.execute(harness.database(), "ALTER TABLE t ADD COLUMN more integer");

        assertThatThrownBy(() -> harness.run("strict", Map.of(WaybillConstants.ACCEPT_SCHEMA, "yes")))
                .hasMessage("WaybillAcceptSchema: \"yes\" is not true or false");
        assertThat(harness.run("strict", Map.of(WaybillConstants.ACCEPT_SCHEMA, "true"))
                        .rows())
                .isEqualTo(10);
    }

    @Test
    void aFlowThatIsNotThereIsNamedAtOnce() throws Exception {
        try (ProducerTemplate template = harness.context().createProducerTemplate()) {
            assertThatThrownBy(() -> template.requestBody("waybill:nws", (Object) null))
                    .isInstanceOf(CamelExecutionException.class)
                    .cause()
                    .hasMessage("waybill:nws: there is no flow \"nws\"; flows: news; did you mean \"news\"?");
        }
    }

    @Test
    void aStreamOfAnEditedRouteLooksForWhatIsNewAlone() throws Exception {
        try (ProducerTemplate template = harness.context().createProducerTemplate()) {
            // the look is answered, and logged; nothing is exported over and over
            assertThat(template.requestBody("waybill:due/news?maxDelay=100ms&maxRows=1", (Object) null))
                    .isEqualTo(false);
        }
    }

    @Test
    void aRouteWithoutADataFormatWritesWhatItsFormatSays() throws Exception {
        for (String format : new String[] {"tsv", "jsonl"}) {
            harness.load(format + ".camel.yaml", """
                    - route:
                        id: %1$s
                        from:
                          uri: direct:%1$s
                          steps:
                            - to: waybill:begin/%1$s?sourceDatasetId=t&columns=id,xt_batch_id&limit=1&format=%1$s&filePath={{root}}/out/x.%1$s
                            - to: rows:db
                            - to: waybill:stage/%1$s
                            - split:
                                simple: "${body}"
                                steps:
                                  - to: waybill:part/%1$s
                                  - to: file:{{root}}/out
                            - to: waybill:manifest/%1$s
                            - to: file:{{root}}/out
                            - to: waybill:complete/%1$s
                    """.formatted(format));
            harness.run(format);
        }

        assertThat(Files.readString(harness.file("out/x.tsv"))).isEqualTo("id\txt_batch_id\n1\t2\n");
        assertThat(Files.readString(harness.file("out/x.jsonl"))).isEqualTo("{\"id\":1,\"xt_batch_id\":2}\n");
    }

    @Test
    void anEditedRouteCannotLoseTheRowsBeyondItsLimit() {
        assertThatThrownBy(() -> harness.load("edited.camel.yaml", """
                - route:
                    id: edited
                    from:
                      uri: direct:edited
                      steps:
                        - to:
                            id: edited.begin
                            uri: waybill:begin/edited
                            parameters:
                              sourceDatasetId: t
                              filePath: "{{root}}/out/x.csv"
                              sinceLastExport: true
                              limit: 10
                """))
                .hasStackTraceContaining("Failed to start route: edited (source: edited.camel.yaml:4)")
                .hasStackTraceContaining(
                        "waybill:begin/edited: limit: does not go with sinceLastExport: the rows beyond it would"
                                + " never be exported");
    }
}
