package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.TestFiles;
import io.waybill.TestLedgers;
import io.waybill.facts.ExpectationFacts;
import io.waybill.ledger.Audit;
import io.waybill.ledger.FlowQuarantinedException;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.Owner;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import io.waybill.ledger.RunStage;
import io.waybill.route.WaybillConstants;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the next start makes of a run whose process was killed while it was quarantined, or released. */
class QuarantineRecoveryTest {

    private static final String FLOW = """
            [properties.export]
            source_dataset_id = "t"
            file_path = "{{root}}/out/t_{part}.csv"
            max_rows_per_file = 2

            [[properties.export.expect]]
            max_rows = 3
            """;

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t AS SELECT x AS id FROM system_range(1, 4)")
            .withLedgerIn(this::newLedger);

    private Ledger ledger;
    private Path out;
    private Path letter;
    private String runId;

    HikariDataSource newLedger() {
        return TestLedgers.h2();
    }

    @BeforeEach
    void quarantine() throws Exception {
        harness.load("t.toml", FLOW);
        ledger = harness.ledger();
        out = harness.file("out");
        RunResult result = harness.fail("t");
        runId = result.runId();
        letter = Path.of(result.deadLetter());
    }

    private RunEntry run() {
        return ledger.run(runId).orElseThrow();
    }

    private void inLedger(String... statements) {
        TestDatabases.execute(harness.ledgerDatabase(), statements);
    }

    /** As it was before it was told that the run is quarantined, in a stage; and the process is gone. */
    private void killedIn(RunStage stage) {
        Owner gone = new Owner(Owner.current().host(), 2_000_000_000L, Instant.EPOCH);
        inLedger(
                "UPDATE waybill_run SET status = 'RUNNING', stage = '" + stage
                        + "', ended_ms = NULL, error = NULL, dead_letter = NULL, owner = '" + gone + "'",
                "INSERT INTO waybill_lock (flow, run_id, owner, since_ms, lease_until_ms) VALUES ('t', '" + runId
                        + "', '" + gone + "', 0, 0)");
    }

    private Path staging() throws Exception {
        return Files.createDirectories(out.resolve(".waybill/" + runId));
    }

    /** Its files lie where they were staged. */
    private void staged() throws Exception {
        Path staging = staging();
        for (String name : TestFiles.below(letter)) {
            if (!name.equals("dead-letter.json")) {
                Files.move(letter.resolve(name), staging.resolve(name));
            }
        }
        Files.move(letter.resolve("dead-letter.json"), staging.resolve("shipment.json"));
        Files.delete(letter);
    }

    private RunResult release() throws Exception {
        return harness.run("t.redrive", Map.of(WaybillConstants.RUN_ID, runId, WaybillConstants.REASON, "known"));
    }

    private void assertQuarantined() throws Exception {
        assertThat(harness.failure("t")).isInstanceOf(FlowQuarantinedException.class);

        assertThat(run().status()).isEqualTo(Status.QUARANTINED);
        assertThat(run().error()).isEqualTo("what was expected does not hold: at most 3 rows (4 rows)");
        assertThat(run().deadLetter()).isEqualTo(letter.toString());
        assertThat(TestFiles.below(out)).isEmpty();
        assertThat(ledger.abandoned()).isEmpty();
        assertThat(release().status()).isEqualTo(Status.DONE);
        assertThat(TestFiles.below(out)).containsExactly("t.csv.waybill.json", "t_1.csv", "t_2.csv");
        assertThat(out.resolve("t_1.csv")).hasContent("id\n1\n2");
        assertThat(letter).doesNotExist();
    }

    @Test
    void beforeItsFilesWereKept() throws Exception {
        staged();
        killedIn(RunStage.QUARANTINE);

        assertQuarantined();
    }

    @Test
    void whileItsFilesWereCopiedToAnotherFileSystem() throws Exception {
        staged();
        Files.createDirectories(letter);
        Files.writeString(letter.resolve("1-t_1.csv"), "half");
        killedIn(RunStage.QUARANTINE);

        assertQuarantined();
    }

    @Test
    void afterItsFilesWereCopiedToAnotherFileSystem() throws Exception {
        Files.copy(letter.resolve("1-t_1.csv"), staging().resolve("1-t_1.csv"));
        killedIn(RunStage.QUARANTINE);

        assertQuarantined();
        assertThat(out.resolve(".waybill")).doesNotExist();
    }

    @Test
    void afterItsFilesWereKept() throws Exception {
        killedIn(RunStage.QUARANTINE);

        assertQuarantined();
    }

    @Test
    void whereItsFilesAreGoneItsRowsAreReadAgain() throws Exception {
        staged();
        Files.delete(staging().resolve("2-t_2.csv"));
        killedIn(RunStage.QUARANTINE);
        TestDatabases.execute(harness.database(), "DELETE FROM t WHERE id = 4");

        assertThat(harness.run("t").rows()).isEqualTo(3);

        assertThat(run().status()).isEqualTo(Status.INTERRUPTED);
        assertThat(out.resolve(".waybill")).doesNotExist();
    }

    @Test
    void beforeTheLedgerKnewOfItsFilesItsRowsAreReadAgain() throws Exception {
        staged();
        inLedger("DELETE FROM waybill_file");
        killedIn(RunStage.STAGE);
        TestDatabases.execute(harness.database(), "DELETE FROM t WHERE id = 4");

        assertThat(harness.run("t").rows()).isEqualTo(3);

        assertThat(run().status()).isEqualTo(Status.INTERRUPTED);
        assertThat(ledger.quarantine().of(runId))
                .extracting(ExpectationFacts::isViolated)
                .containsExactly(true);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void whileItWasReleasedItIsFinished(int published) throws Exception {
        ledger.resume(run(), "known", null);
        if (published == 3) {
            ledger.committing(runId);
        }
        Owner gone = new Owner(Owner.current().host(), 2_000_000_000L, Instant.EPOCH);
        inLedger("UPDATE waybill_lock SET owner = '" + gone + "'", "UPDATE waybill_run SET owner = '" + gone + "'");
        List<String> names = List.of("t_1.csv", "t_2.csv");
        for (int part = 1; part <= Math.min(2, published); part++) {
            Files.move(letter.resolve(part + "-t_" + part + ".csv"), out.resolve(names.get(part - 1)));
        }
        if (published == 3) {
            Files.move(letter.resolve("waybill.json"), out.resolve("t.csv.waybill.json"));
        }
        TestDatabases.execute(harness.database(), "DELETE FROM t WHERE id = 4");
        harness.load("u.toml", FLOW.replace("out/", "out/u/"));

        harness.run("u"); // the next run of any flow goes on with it

        assertThat(run().status()).isEqualTo(Status.DONE);
        assertThat(TestFiles.below(out)).contains("t.csv.waybill.json", "t_1.csv", "t_2.csv");
        assertThat(out.resolve("t_1.csv")).hasContent("id\n1\n2");
        assertThat(out.resolve("t_2.csv")).hasContent("id\n3\n4");
        assertThat(letter).doesNotExist();
        assertThat(ledger.audit().of(runId)).extracting(Audit.Entry::action).containsOnlyOnce("release");
    }

    private void killedWhileReleased() {
        ledger.resume(run(), "known", null);
        Owner gone = new Owner(Owner.current().host(), 2_000_000_000L, Instant.EPOCH);
        inLedger("UPDATE waybill_lock SET owner = '" + gone + "'", "UPDATE waybill_run SET owner = '" + gone + "'");
    }

    /** Nobody but a person delivers it. */
    private void assertWaitsForADecision() throws Exception {
        assertThat(run().status()).isEqualTo(Status.QUARANTINED);
        assertThat(run().deadLetter()).isEqualTo(letter.toString());
        assertThat(ledger.undelivered()).isEmpty();
        assertThat(harness.failure("t")).isInstanceOf(FlowQuarantinedException.class);
    }

    @Test
    void whileItWasReleasedAndCannotBeFinishedItIsQuarantinedAgain() throws Exception {
        killedWhileReleased();
        Path inTheWay = Files.createDirectories(out.resolve("t_2.csv/of"));

        assertThat(harness.failure("t")).isInstanceOf(FlowQuarantinedException.class);

        assertWaitsForADecision();
        assertThat(out.resolve("t_1.csv")).doesNotExist();
        Files.delete(inTheWay);
        Files.delete(out.resolve("t_2.csv"));
        assertThat(release().status()).isEqualTo(Status.DONE);
        assertThat(out.resolve("t_2.csv")).hasContent("id\n3\n4");
    }

    @Test
    void whileItsReleaseWasFailingItIsQuarantinedAgain() throws Exception {
        killedWhileReleased();
        inLedger("UPDATE waybill_delivery SET status = 'FAILED', error = 'disk full'");

        assertThat(harness.failure("t")).isInstanceOf(FlowQuarantinedException.class);

        assertWaitsForADecision();
        assertThat(release().status()).isEqualTo(Status.DONE);
        assertThat(TestFiles.below(out)).containsExactly("t.csv.waybill.json", "t_1.csv", "t_2.csv");
    }

    /** Its files go to two places, so that its flow's own route has to go on with it. */
    private void quarantineOfTwoPlaces() throws Exception {
        harness.load(
                "two.toml",
                FLOW.replace(
                        "[[properties.export.expect]]",
                        "redelivery = { maximum_redeliveries = 0 }\n[[properties.export.delivery]]\nid = \"copy\"\nuri = \"{{root}}/copy/\"\n"
                                + "[[properties.export.expect]]"));
        RunResult result = harness.fail("two");
        runId = result.runId();
        letter = Path.of(result.deadLetter());
    }

    @Test
    void whatItsFlowGoesOnWithSaysThatItWasReleased() throws Exception {
        quarantineOfTwoPlaces();
        killedWhileReleased();
        harness.load("u.toml", FLOW.replace("out/", "out/u/").replace("max_rows = 3", "max_rows = 30"));

        harness.run("u");

        assertThat(run().status()).isEqualTo(Status.INTERRUPTED);
        assertThat(run().error())
                .startsWith("what was expected does not hold: at most 3 rows (4 rows); released, and ")
                .endsWith(" ended before the run did");
        assertThat(harness.redrive("two", runId).status()).isEqualTo(Status.DONE);
        assertThat(TestFiles.below(harness.file("copy"))).contains("t_1.csv", "t_2.csv");
    }

    @Test
    void whatItsFlowCannotFinishIsQuarantinedAgain() throws Exception {
        quarantineOfTwoPlaces();
        killedWhileReleased();
        Files.createDirectories(out.resolve("t_2.csv/of"));
        Files.createDirectories(harness.file("copy/t_2.csv/of"));

        assertThat(harness.failure("two")).isInstanceOf(FlowQuarantinedException.class);

        assertThat(run().status()).isEqualTo(Status.QUARANTINED);
        assertThat(ledger.undelivered()).isEmpty();
    }
}
