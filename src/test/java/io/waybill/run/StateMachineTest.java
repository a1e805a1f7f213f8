package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestLedgers;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import io.waybill.ledger.Watermark;
import io.waybill.route.WaybillConstants;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.model.Model;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A failure before and after each step of a run: the watermark stays where it is, nothing is left at the destination, and the next
 * run makes it whole.
 */
class StateMachineTest {

    private static final String FLOW = """
            [properties.export]
            source_dataset_id = "t"
            file_path = "{{root}}/out/t_{part}.csv"
            since_last_export = true
            max_rows_per_file = 2
            redelivery = { maximum_redeliveries = 0 }
            """;

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t AS SELECT x AS id FROM system_range(1, 5)")
            .withLedgerIn(this::newLedger);

    @BeforeEach
    void start() throws Exception {
        Files.writeString(
                harness.file("datasets.toml"), "[[dataset]]\nid = \"t\"\ntable = \"t\"\nwatermark = \"id\"\n");
        harness.load("t.toml", FLOW);
    }

    HikariDataSource newLedger() {
        return TestLedgers.h2();
    }

    private Ledger ledger() {
        return harness.ledger();
    }

    private void failAt(String route, String step, String where) throws Exception {
        AdviceWith.adviceWith(harness.context(), route, advised -> {
            var at = advised.weaveById("t." + step).selectLast();
            (where.equals("before") ? at.before() : at.after()).process(exchange -> {
                throw new IllegalStateException("stopped " + where + " " + step);
            });
        });
    }

    private List<Path> files() throws Exception {
        Path out = harness.file("out");
        if (!Files.exists(out)) {
            return List.of();
        }
        try (Stream<Path> found = Files.walk(out)) {
            return found.filter(file -> !file.equals(out)).sorted().toList();
        }
    }

    private List<Integer> exported() throws Exception {
        List<Integer> ids = new ArrayList<>();
        for (Path file : files()) {
            if (file.toString().endsWith(".csv")) {
                Files.readAllLines(file).stream().skip(1).map(Integer::valueOf).forEach(ids::add);
            }
        }
        return ids;
    }

    /** A split wraps what its parts run into. */
    private static Throwable innermost(Exchange failed) {
        Throwable failure = failed.getException();
        while (failure.getCause() != null) {
            failure = failure.getCause();
        }
        return failure;
    }

    private Exchange send() throws Exception {
        try (var template = harness.context().createProducerTemplate()) {
            return template.send("direct:t", exchange -> {});
        }
    }

    /** The flow as it was before something was woven into it. */
    private void reload() throws Exception {
        Model model = harness.context().getCamelContextExtension().getContextPlugin(Model.class);
        for (String route : List.of("t", "t.redrive", "t.delivery")) {
            harness.context().getRouteController().stopRoute(route);
            harness.context().removeRoute(route);
        }
        model.removeRouteConfiguration(model.getRouteConfigurationDefinition("t.failure"));
        harness.load("t.toml", FLOW);
    }

    @ParameterizedTest
    @CsvSource({
        "t,begin,before",
        "t,begin,after",
        "t,rows,before",
        "t,rows,after",
        "t,stage,before",
        "t,stage,after",
        "t.delivery,part,before",
        "t.delivery,part,after",
        "t.delivery,publish,before",
        "t.delivery,publish,after",
        "t.delivery,manifest,before",
        "t.delivery,manifest,after",
        "t.delivery,publish-manifest,before",
        "t.delivery,publish-manifest,after",
        "t.delivery,complete,before"
    })
    void aFailureLeavesNothingAndTheNextRunMakesItWhole(String route, String step, String where) throws Exception {
        failAt(route, step, where);

        Exchange failed = send();

        assertThat(innermost(failed)).hasMessage("stopped " + where + " " + step);
        assertThat(files()).isEmpty();
        assertThat(ledger().watermarks().find("t")).isEmpty();
        assertThat(ledger().abandoned()).isEmpty();
        boolean begun = !(step.equals("begin") && where.equals("before"));
        assertThat(ledger().runs("t", null, 10))
                .extracting(RunEntry::status)
                .containsExactlyElementsOf(begun ? List.of(Status.FAILED) : List.of());
        boolean staged = route.equals("t.delivery") || step.equals("stage") && where.equals("after");
        assertThat(ledger().undelivered()).hasSize(staged ? 1 : 0);

        reload();
        RunResult next = harness.run("t");

        assertThat(next.rows()).isEqualTo(5);
        assertThat(exported()).containsExactly(1, 2, 3, 4, 5);
        assertThat(ledger().watermarks().find("t").map(Watermark::value)).contains("5");
        assertThat(files()).hasSize(4);
        for (RunEntry undelivered : ledger().undelivered()) {
            assertThat(new Redrive(ledger(), delivery -> false).superseded(undelivered))
                    .isPresent();
        }
    }

    @Test
    void aRunThatWasTakenOverTouchesNothingAnyMore() throws Exception {
        AdviceWith.adviceWith(
                harness.context(),
                "t.delivery",
                advised -> advised.weaveById("t.manifest")
                        .before()
                        .process(
                                exchange -> { // as another process, and its next run, would do
                                    ActiveRun run = exchange.getProperty(WaybillConstants.RUN, ActiveRun.class);
                                    ledger().fail(run.runId(), Status.INTERRUPTED, 0, "not heard of", null);
                                    Files.writeString(harness.file("out/t_1.csv"), "id\n8\n9\n");
                                }));

        Exchange failed = send();

        assertThat(failed.getException())
                .hasMessageMatching(
                        "run \\S+ was not heard of for 60 seconds, and another process has cleaned up after it;"
                                + " run the flow again");
        assertThat(harness.file("out/t_1.csv")).hasContent("id\n8\n9");
        assertThat(ledger().watermarks().find("t")).isEmpty();
        assertThat(ledger().undelivered()).isEmpty();
    }

    @Test
    void aFailureAfterTheCommitUndoesNothing() throws Exception {
        failAt("t.delivery", "complete", "after");

        assertThat(send().getException()).hasMessage("stopped after complete");

        assertThat(exported()).containsExactly(1, 2, 3, 4, 5);
        assertThat(ledger().runs("t", null, 10)).extracting(RunEntry::status).containsExactly(Status.DONE);
        reload();
        assertThat(harness.run("t").rows()).isZero();
        assertThat(exported()).containsExactly(1, 2, 3, 4, 5);
    }

    @ParameterizedTest
    @CsvSource({"part,before", "publish,after", "manifest,after", "publish-manifest,after", "complete,before"})
    void aRedriveThatFailsAnywhereMayBeDoneAgain(String step, String where) throws Exception {
        failAt("t.delivery", "publish", "before");
        send();
        String runId = ledger().undelivered().get(0).runId();
        reload();
        failAt("t.delivery", step, where);

        assertThat(innermost(redrive(runId))).hasMessage("stopped " + where + " " + step);

        assertThat(files()).isEmpty();
        assertThat(ledger().undelivered()).extracting(RunEntry::runId).containsExactly(runId);
        reload();
        assertThat(redrive(runId).getException()).isNull();
        assertThat(exported()).containsExactly(1, 2, 3, 4, 5);
        assertThat(ledger().watermarks().find("t").map(Watermark::value)).contains("5");
        assertThat(harness.run("t").rows()).isZero();
    }

    private Exchange redrive(String runId) throws Exception {
        try (var template = harness.context().createProducerTemplate()) {
            return template.send(
                    "direct:t.redrive", exchange -> exchange.getMessage().setHeader(WaybillConstants.RUN_ID, runId));
        }
    }
}
