package io.waybill.route;

import static io.waybill.FlowHarness.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A message that comes again has its run already: what tells it is the option {@code messageKey}, or a header. */
class MessageKeyTest {

    private static final String SINK =
            "waybill:sink/inbox?filePath={{root}}/in/{run_id}.csv&messageKey=${header.JMSMessageID}";

    private static final List<Map<String, Integer>> ROWS = List.of(Map.of("id", 1), Map.of("id", 2));

    @RegisterExtension
    private final FlowHarness harness =
            FlowHarness.over("CREATE TABLE orders AS SELECT x AS id FROM system_range(1, 5)");

    private static Map<String, Object> message(Object id) {
        return Map.of("JMSMessageID", id);
    }

    private List<RunEntry> runs(String flow) {
        return harness.ledger().runs(flow, null, 10);
    }

    @Test
    void aMessageThatComesAgainIsNotExportedAgain() throws Exception {
        RunResult first = result(harness.sendTo(SINK, ROWS, message("ID:1")));

        RunResult again = result(harness.sendTo(SINK, ROWS, message("ID:1")));

        assertThat(again.runId()).isEqualTo(first.runId());
        assertThat(again.status()).isEqualTo(Status.DONE);
        assertThat(again.rows()).isEqualTo(2);
        assertThat(again.files()).isEqualTo(first.files());
        assertThat(again.waybill()).isEqualTo(first.waybill());
        assertThat(result(harness.sendTo(SINK, ROWS, message("ID:2"))).runId()).isNotEqualTo(first.runId());
        assertThat(runs("inbox")).hasSize(2);
        assertThat(Files.list(harness.file("in")).filter(file -> file.toString().endsWith(".csv")))
                .hasSize(2);
    }

    @Test
    void filesThatCouldNotBeDeliveredAreDeliveredWhenItComesAgain() throws Exception {
        List<String> delivered = new ArrayList<>();
        AtomicBoolean isAway = new AtomicBoolean(true);
        harness.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:partner").process(exchange -> {
                    if (isAway.get()) {
                        throw new IOException("the partner is away");
                    }
                    delivered.add(exchange.getMessage().getBody(String.class));
                });
            }
        });
        String sink = "waybill:sink/inbox?filePath=direct:partner&messageKey=${header.JMSMessageID}";
        assertThat(harness.sendTo(sink, ROWS, message("ID:1")).getException())
                .hasMessageContaining("the partner is away");
        assertThat(runs("inbox").get(0).deadLetter()).isNotNull();

        assertThat(harness.sendTo(sink, ROWS, message("ID:1")).getException())
                .hasMessageContaining("the partner is away");
        isAway.set(false);
        RunResult done = result(harness.sendTo(sink, List.of(Map.of("id", 99)), message("ID:1")));

        assertThat(runs("inbox")).hasSize(1);
        assertThat(delivered)
                .as("the rows that the message had when it came first")
                .containsExactly("id\n1\n2\n");
        assertThat(result(harness.sendTo(sink, ROWS, message("ID:1"))).runId()).isEqualTo(done.runId());
        assertThat(delivered).hasSize(1);
    }

    @Test
    void aRunThatCameToNothingIsDoneAnew() throws Exception {
        Iterator<Map<String, Integer>> broken = Stream.iterate(1, id -> id + 1)
                .map(id -> {
                    if (id == 50_000) { // more than are looked at before the run begins
                        throw new IllegalStateException("the rest is lost");
                    }
                    return Map.of("id", id);
                })
                .iterator();
        assertThat(harness.sendTo(SINK, broken, message("ID:1")).getException())
                .hasMessageContaining("the rest is lost");

        RunResult done = result(harness.sendTo(SINK, ROWS, message("ID:1")));

        assertThat(runs("inbox")).extracting(RunEntry::status).containsExactlyInAnyOrder(Status.FAILED, Status.DONE);
        assertThat(result(harness.sendTo(SINK, ROWS, message("ID:1"))).runId()).isEqualTo(done.runId());
    }

    @Test
    void aKeyIsThatOfOneFlow() throws Exception {
        result(harness.sendTo(SINK, ROWS, message("ID:1")));

        result(harness.sendTo(SINK.replace("inbox", "others"), ROWS, message("ID:1")));

        assertThat(runs("inbox")).hasSize(1);
        assertThat(runs("others")).hasSize(1);
    }

    @Test
    void aMessageThatNothingTellsFromOthersIsRefused() throws Exception {
        assertThat(harness.sendTo(SINK, ROWS, Map.of()).getException())
                .hasMessage(
                        "waybill:sink/inbox: messageKey: ${header.JMSMessageID} is nothing in this message, and nobody"
                                + " would know it again");
        assertThat(harness.sendTo(SINK, ROWS, message(" ")).getException())
                .hasMessageContaining("is nothing in this message");
        assertThat(harness.sendTo("waybill:sink/plain?filePath={{root}}/x.csv", ROWS, Map.of("WaybillMessageKey", ""))
                        .getException())
                .hasMessage("WaybillMessageKey: is empty");
        assertThat(runs("inbox")).isEmpty();
        assertThat(runs("plain")).isEmpty();
    }

    @Test
    void aHeaderTellsWhereNoOptionDoes() throws Exception {
        String sink = "waybill:sink/inbox?filePath={{root}}/in/{run_id}.csv";
        harness.load("orders.toml", """
                [properties.export]
                source_dataset_id = "orders"
                file_path = "{{root}}/out/orders.csv"
                """);
        for (String to : List.of(
                sink,
                "waybill:orders",
                "direct:orders",
                "waybill:export/others?sourceDatasetId=orders&filePath={{root}}/out/x.csv")) {
            Map<String, Object> headers = Map.of("WaybillMessageKey", 42 + (to.startsWith("direct") ? "d" : ""));
            RunResult first = result(harness.sendTo(to, ROWS, headers));

            assertThat(result(harness.sendTo(to, ROWS, headers)).runId()).as(to).isEqualTo(first.runId());
        }
        assertThat(runs("inbox")).hasSize(1);
        assertThat(runs("orders")).hasSize(2);
        assertThat(runs("others")).hasSize(1);
    }

    @Test
    void anExportIsRunOnceForAMessage() throws Exception {
        String export =
                "waybill:export/asked?sourceDatasetId=orders&filePath={{root}}/out/{run_id}.csv&messageKey=${body}";
        RunResult first = result(harness.sendTo(export, "please", Map.of()));

        assertThat(result(harness.sendTo(export, "please", Map.of())).runId()).isEqualTo(first.runId());
        assertThat(result(harness.sendTo(export, "please!", Map.of())).runId()).isNotEqualTo(first.runId());
    }

    @Test
    void itIsForgottenWithItsRun() throws Exception {
        RunResult first = result(harness.sendTo(SINK, ROWS, message("ID:1")));
        harness.ledger().forget(FlowHarness.NOW.plus(Duration.ofDays(1)), 100);

        assertThat(result(harness.sendTo(SINK, ROWS, message("ID:1"))).runId()).isNotEqualTo(first.runId());
    }

    @Test
    void theKameletTakesIt() throws Exception {
        harness.load("sink.camel.yaml", """
                - route:
                    from:
                      uri: direct:in
                      steps:
                        - to:
                            uri: kamelet:waybill-export-sink
                            parameters:
                              flow: inbox
                              destination: "{{root}}/in/{run_id}.csv"
                              messageKey: "${header.JMSMessageID}"
                """);
        RunResult first = result(harness.sendTo("direct:in", ROWS, message("ID:1")));

        assertThat(result(harness.sendTo("direct:in", ROWS, message("ID:1"))).runId())
                .isEqualTo(first.runId());
        assertThat(result(harness.sendTo("direct:in", ROWS, message("ID:2"))).runId())
                .isNotEqualTo(first.runId());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "JMSMessageID | waybill:sink/x: messageKey: \"JMSMessageID\" is the same for all messages, of which the first alone would be exported; what tells them apart is asked for, ${header.JMSMessageID} for example",
                "${nothing.of.that} | waybill:sink/x: messageKey: \"${nothing.of.that}\" is none of Camel's simple language: ",
            })
    void whatTellsNothingIsRefusedWhenTheRouteStarts(String key, String message) {
        assertThatThrownBy(() -> harness.context().addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:in").to("waybill:sink/x?filePath=x.csv&messageKey=" + key);
                    }
                }))
                .hasStackTraceContaining(message);
    }

    @Test
    void isNoOptionOfAFlowThatIsRunByItsName() throws Exception {
        assertThatThrownBy(() -> harness.load("x.camel.yaml", """
                        - route:
                            from:
                              uri: direct:in
                              steps:
                                - to: waybill:orders?messageKey=${body}
                        """))
                .hasStackTraceContaining("messageKey: is an option of waybill:export, not of waybill:<flow>");
    }
}
