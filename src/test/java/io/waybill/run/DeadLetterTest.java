package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.TestFiles;
import io.waybill.TestLedgers;
import io.waybill.delivery.DeadLetter;
import io.waybill.ledger.Audit;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import io.waybill.ledger.Watermark;
import io.waybill.part.Verification;
import io.waybill.route.WaybillConstants;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Deliveries that fail: tried again, kept when that does not help, delivered later without reading again. */
class DeadLetterTest {

    private static final String EXPORT = """
            [properties.export]
            source_dataset_id = "t"
            file_path = "{{root}}/out/{part}/t.csv"
            max_rows_per_file = 2
            redelivery = { maximum_redeliveries = 3, redelivery_delay = "0s" }
            """;

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t AS SELECT x AS id FROM system_range(1, 4)")
            .withLedgerIn(this::newLedger);

    private Path out;
    /** What the delivery of part 2 still runs into. */
    private final AtomicInteger failures = new AtomicInteger();

    private final AtomicInteger tries = new AtomicInteger();

    @BeforeEach
    void start() {
        out = harness.file("out");
    }

    HikariDataSource newLedger() {
        return TestLedgers.h2();
    }

    private Ledger ledger() {
        return harness.ledger();
    }

    private void load(String keys) throws Exception {
        harness.load("t.toml", EXPORT + keys + "\n");
    }

    /** The delivery of part 2 fails so many times. */
    private void loadFailing(String keys, int times) throws Exception {
        load(keys);
        failures.set(times);
        AdviceWith.adviceWith(
                harness.context(),
                "t.delivery",
                route -> route.interceptSendToEndpoint("file:*").process(this::refuse));
    }

    private void refuse(Exchange exchange) throws Exception {
        String name = exchange.getMessage().getHeader(Exchange.FILE_NAME, String.class);
        if (name.startsWith("2/")) {
            tries.incrementAndGet();
            if (failures.getAndDecrement() > 0) {
                throw new ConnectException("Connection refused");
            }
        }
    }

    /** A regular file is where the folder of part 2 has to be. */
    private void block(Exchange exchange) throws Exception {
        Path blocker = out.resolve("2");
        if (failures.getAndDecrement() > 0) {
            Files.writeString(blocker, "in the way");
        } else if (Files.isRegularFile(blocker)) {
            Files.delete(blocker);
        }
    }

    private RunResult redrive(String runId) throws Exception {
        try (var template = harness.context().createProducerTemplate()) {
            Exchange exchange = template.send(
                    "direct:t.redrive", sent -> sent.getMessage().setHeader(WaybillConstants.RUN_ID, runId));
            if (exchange.getException() != null) {
                throw exchange.getException();
            }
            return exchange.getMessage().getBody(RunResult.class);
        }
    }

    private RunEntry entry(String runId) {
        return ledger().find(runId).get(0);
    }

    private List<String> files(Path root) throws Exception {
        return TestFiles.below(root);
    }

    @Test
    void aDeliveryThatFailsIsTriedAgainWithTheSameFileAndNothingIsReadAgain() throws Exception {
        loadFailing("", 3);

        RunResult result = harness.run("t");

        assertThat(tries).hasValue(4);
        assertThat(result.files()).hasSize(2);
        assertThat(out.resolve("2/t.csv")).hasContent("id\n3\n4");
        assertThat(Verification.of(out.resolve("t.csv.waybill.json")).passed()).isTrue();
        assertThat(ledger().runs("t", null, 10)).extracting(RunEntry::status).containsExactly(Status.DONE);
    }

    @Test
    void aFileInTheWayOfAFolderIsNoReasonToLoseAnything() throws Exception {
        load("");
        failures.set(2);
        AdviceWith.adviceWith(
                harness.context(),
                "t.delivery",
                route -> route.interceptSendToEndpoint("file:*").process(this::block));

        assertThat(harness.run("t").rows()).isEqualTo(4);
        assertThat(files(out)).containsExactly("1/t.csv", "2/t.csv", "t.csv.waybill.json");
    }

    @Test
    void whatFinallyFailsIsKeptWithItsHeadersAndTheErrorAndNothingStaysBehind() throws Exception {
        loadFailing("", 99);

        RunResult failed = harness.fail("t");

        assertThat(tries).hasValue(4);
        assertThat(failed.error()).isEqualTo("delivery of 2/t.csv failed, 4 times: Connection refused");
        assertThat(files(out)).isEmpty(); // part 1 is taken back
        RunEntry run = entry(failed.runId());
        assertThat(run.status()).isEqualTo(Status.FAILED);
        Path letter = Path.of(run.deadLetter());
        assertThat(letter).isEqualTo(harness.file("dead-letter").resolve(failed.runId()));
        assertThat(files(letter)).containsExactly("1-t.csv", "2-t.csv", "dead-letter.json", "waybill.json");
        DeadLetter kept = DeadLetter.read(letter);
        assertThat(kept.error()).isEqualTo(failed.error());
        assertThat(kept.deliveries().get(0).names()).containsExactly("1/t.csv", "2/t.csv");
        assertThat(harness.component().activeRuns()).isEmpty();
        assertThat(ledger().abandoned()).isEmpty();
    }

    @Test
    void aRedriveDeliversWithoutAQueryAndCompletesTheRun() throws Exception {
        loadFailing("", 4);
        RunResult failed = harness.fail("t");
        TestDatabases.execute(harness.database(), "DROP TABLE t");

        RunResult result = redrive(failed.runId());

        assertThat(result.runId()).isEqualTo(failed.runId());
        assertThat(result.rows()).isEqualTo(4);
        assertThat(files(out)).containsExactly("1/t.csv", "2/t.csv", "t.csv.waybill.json");
        assertThat(Verification.of(out.resolve("t.csv.waybill.json")).passed()).isTrue();
        assertThat(harness.file("dead-letter").resolve(failed.runId())).doesNotExist();
        RunEntry run = entry(failed.runId());
        assertThat(run.status()).isEqualTo(Status.DONE);
        assertThat(run.error()).isNull();
        assertThat(run.deadLetter()).isNull();
        assertThat(ledger().audit().of(failed.runId()))
                .extracting(Audit.Entry::action, Audit.Entry::detail)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("run", null),
                        org.assertj.core.groups.Tuple.tuple("redrive", failed.error()));
        assertThatThrownBy(() -> redrive(failed.runId()))
                .hasMessage("run " + failed.runId() + " has no dead letter: it is done");
    }

    @Test
    void aRedriveThatFailsKeepsTheFilesForAnother() throws Exception {
        loadFailing("", 8);
        RunResult failed = harness.fail("t");

        assertThatThrownBy(() -> redrive(failed.runId())).isInstanceOf(Exception.class);

        assertThat(entry(failed.runId()).status()).isEqualTo(Status.FAILED);
        assertThat(files(out)).isEmpty();
        assertThat(redrive(failed.runId()).rows()).isEqualTo(4);
        assertThat(files(out)).containsExactly("1/t.csv", "2/t.csv", "t.csv.waybill.json");
    }

    @Test
    void aRedriveMovesTheWatermark() throws Exception {
        declareWatermark();
        loadFailing("since_last_export = true", 4);
        RunResult failed = harness.fail("t");
        assertThat(ledger().watermarks().find("t")).isEmpty();

        redrive(failed.runId());

        assertThat(ledger().watermarks().find("t").map(Watermark::value)).contains("4");
        TestDatabases.execute(harness.database(), "INSERT INTO t VALUES (5)");
        assertThat(harness.run("t").rows()).isEqualTo(1);
    }

    private void declareWatermark() throws Exception {
        Files.writeString(
                harness.file("datasets.toml"), "[[dataset]]\nid = \"t\"\ntable = \"t\"\nwatermark = \"id\"\n");
    }

    @Test
    void rowsThatALaterRunHasExportedAreNotDeliveredTwice() throws Exception {
        declareWatermark();
        loadFailing("since_last_export = true", 4);
        RunResult failed = harness.fail("t");
        RunResult later = harness.run("t"); // the same rows
        assertThat(later.rows()).isEqualTo(4);
        List<String> delivered = files(out);

        assertThatThrownBy(() -> redrive(failed.runId()))
                .hasMessage("run " + failed.runId() + " must not be delivered any more: its rows were exported since,"
                        + " by run " + later.runId() + "; waybill redrive --discard " + failed.runId()
                        + " removes its files");

        assertThat(files(out)).isEqualTo(delivered);
        assertThat(entry(failed.runId()).deadLetter()).isNotNull();
    }

    @Test
    void aNewerFileIsNotReplacedByAnOlderOne() throws Exception {
        loadFailing("", 4);
        AtomicReference<Instant> now = new AtomicReference<>(FlowHarness.NOW);
        InstantSource source = now::get;
        harness.component().setClock(source.withZone(ZoneOffset.UTC));
        RunResult failed = harness.fail("t");
        now.set(FlowHarness.NOW.plusSeconds(60));
        RunResult later = harness.run("t");

        assertThatThrownBy(() -> redrive(failed.runId()))
                .hasMessageContaining(
                        "must not be delivered any more: run " + later.runId() + " has delivered a newer 1/t.csv");
    }

    @Test
    void whatWillFailEachTimeIsNotTriedAgain() throws Exception {
        load("if_exists = \"fail\"");
        AdviceWith.adviceWith(
                harness.context(),
                "t.delivery",
                route -> route.interceptSendToEndpoint("file:*").process(exchange -> {
                    tries.incrementAndGet();
                    Files.createDirectories(out.resolve("1"));
                    Files.writeString(out.resolve("1/t.csv"), "somebody else's");
                }));

        RunResult failed = harness.fail("t");

        assertThat(tries).hasValue(1);
        assertThat(failed.error()).startsWith("delivery of 1/t.csv failed: File already exist: ");
        assertThat(out.resolve("1/t.csv")).hasContent("somebody else's");
    }

    @Test
    void aDeadLetterWhoseFilesAreNotWholeIsNamed() throws Exception {
        loadFailing("", 4);
        RunResult failed = harness.fail("t");
        Path file = Path.of(entry(failed.runId()).deadLetter()).resolve("1-t.csv");
        Files.writeString(file, "cut");

        assertThatThrownBy(() -> redrive(failed.runId()))
                .hasMessage("run " + failed.runId() + " cannot be delivered: " + file
                        + " is not there any more, or not whole; run the flow again");
        Files.delete(file.resolveSibling("dead-letter.json"));
        assertThatThrownBy(() -> redrive(failed.runId()))
                .hasMessage("run " + failed.runId() + " cannot be delivered: its dead letter " + file.getParent()
                        + " cannot be read: no such file");
        assertThatThrownBy(() -> redrive("nobody")).hasMessage("header WaybillRunId: flow \"t\" has no run \"nobody\"");
        assertThat(entry(failed.runId()).status()).isEqualTo(Status.FAILED);
    }

    @Test
    void anEndpointGetsACopyOfEachUndeliveredFile() throws Exception {
        List<Map<String, Object>> letters = new ArrayList<>();
        harness.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:undelivered")
                        .process(exchange -> letters.add(Map.of(
                                "name", exchange.getMessage().getHeader(Exchange.FILE_NAME),
                                "run", exchange.getMessage().getHeader(WaybillConstants.RUN_ID),
                                "flow", exchange.getMessage().getHeader(WaybillConstants.FLOW),
                                "error", exchange.getMessage().getHeader(WaybillConstants.ERROR),
                                "text", exchange.getMessage().getBody(String.class))));
            }
        });
        loadFailing("dead_letter = \"direct:undelivered\"", 4);

        RunResult failed = harness.fail("t");

        assertThat(letters)
                .containsExactly(
                        Map.of(
                                "name",
                                "1/t.csv",
                                "run",
                                failed.runId(),
                                "flow",
                                "t",
                                "error",
                                failed.error(),
                                "text",
                                "id\n1\n2\n"),
                        Map.of(
                                "name",
                                "2/t.csv",
                                "run",
                                failed.runId(),
                                "flow",
                                "t",
                                "error",
                                failed.error(),
                                "text",
                                "id\n3\n4\n"));
        assertThat(redrive(failed.runId()).rows()).isEqualTo(4);
    }

    @Test
    void anEndpointForDeadLettersThatFailsItselfHidesNothing() throws Exception {
        loadFailing("dead_letter = \"direct:nobody-listens?block=false\"", 4);

        RunResult failed = harness.fail("t");

        assertThat(failed.error()).startsWith("delivery of 2/t.csv failed, 4 times: ");
        assertThat(redrive(failed.runId()).rows()).isEqualTo(4);
    }

    @Test
    void anInterruptedRunIsNotKept() throws Exception {
        load("");
        AdviceWith.adviceWith(
                harness.context(),
                "t.delivery",
                route -> route.interceptSendToEndpoint("file:*").process(exchange -> {
                    exchange.getProperty(WaybillConstants.RUN, ActiveRun.class).cancel();
                    throw new IllegalArgumentException("stopped");
                }));

        RunResult failed = harness.fail("t");

        assertThat(entry(failed.runId()).deadLetter()).isNull();
        assertThat(files(harness.file("dead-letter"))).isEmpty();
        assertThat(files(out)).isEmpty();
    }
}
