package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import io.waybill.ledger.Watermark;
import io.waybill.part.Verification;
import io.waybill.route.WaybillConstants;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A run that does not hold what it has to: what becomes of it, of its files, and of the runs after it. */
class QuarantineTest {

    private static final String NEW_ROWS = """
            [properties.export]
            source_dataset_id = "orders"
            file_path = "{{root}}/out/orders_{run_id}_{part}.csv"
            max_rows_per_file = 2
            since_last_export = true
            redelivery = { maximum_redeliveries = 0 }

            [[properties.export.expect]]
            column = "note"
            not_null = true
            """;

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
                    "CREATE TABLE orders (id INT PRIMARY KEY, note VARCHAR(10))",
                    "INSERT INTO orders VALUES (1, 'a'), (2, NULL), (3, 'c')")
            .withLedgerIn(this::newLedger);

    HikariDataSource newLedger() {
        return TestLedgers.h2();
    }

    private Ledger ledger() {
        return harness.ledger();
    }

    private RunEntry entry(RunResult result) {
        return ledger().run(result.runId()).orElseThrow();
    }

    private Path letter(RunResult result) {
        return harness.file("dead-letter").resolve(result.runId());
    }

    private void insert(String values) {
        TestDatabases.execute(harness.database(), "INSERT INTO orders VALUES " + values);
    }

    private List<String> delivered() throws Exception {
        return TestFiles.below(harness.file("out"));
    }

    /** All rows that were delivered, of all files, in the order of the files' names. */
    private List<String> rows() throws Exception {
        List<String> rows = new ArrayList<>();
        for (String name : delivered()) {
            if (name.endsWith(".csv")) {
                List<String> lines = Files.readAllLines(harness.file("out").resolve(name));
                rows.addAll(lines.subList(1, lines.size()));
            }
        }
        return rows;
    }

    private void load() throws Exception {
        harness.load("datasets.toml", "[[dataset]]\nid = \"orders\"\ntable = \"orders\"\nwatermark = \"id\"\n");
        harness.load("t.toml", NEW_ROWS);
    }

    private RunResult quarantined() throws Exception {
        load();
        return harness.fail("t");
    }

    private RunResult release(String runId, String reason) throws Exception {
        return release(harness, runId, reason);
    }

    private static RunResult release(FlowHarness process, String runId, String reason) throws Exception {
        return process.run("t.redrive", Map.of(WaybillConstants.RUN_ID, runId, WaybillConstants.REASON, reason));
    }

    @Test
    void itsFilesAreKeptAndNothingOfItIsSeen() throws Exception {
        RunResult result = quarantined();

        assertThat(result.status()).isEqualTo(Status.QUARANTINED);
        assertThat(result.error()).isEqualTo("what was expected does not hold: note is not NULL (1 of 3 rows is NULL)");
        assertThat(result.files()).isEmpty();
        assertThat(delivered()).isEmpty();
        assertThat(harness.file("out/.waybill")).doesNotExist();
        RunEntry entry = entry(result);
        assertThat(entry.status()).isEqualTo(Status.QUARANTINED);
        assertThat(entry.error()).isEqualTo(result.error());
        assertThat(entry.rows()).isEqualTo(3);
        assertThat(entry.deadLetter()).isEqualTo(letter(result).toString()).isEqualTo(result.deadLetter());
        assertThat(TestFiles.below(letter(result)))
                .contains(
                        "1-orders_" + result.runId() + "_1.csv",
                        "2-orders_" + result.runId() + "_2.csv",
                        "waybill.json");
        assertThat(ledger().watermarks().find("t")).isEmpty();
        assertThat(ledger().abandoned()).isEmpty();
    }

    @Test
    void theLedgerKnowsWhatDoesNotHoldAndOfWhichRows() throws Exception {
        RunResult result = quarantined();

        assertThat(ledger().quarantine().of(result.runId()))
                .containsExactly(new ExpectationFacts(
                        "note is not NULL",
                        ExpectationFacts.State.VIOLATED,
                        1,
                        "1 of 3 rows is NULL",
                        List.of("id = 2")));
        assertThat(ledger().quarantine().all()).containsExactly(Map.entry("t", result.runId()));
    }

    @Test
    void theFlowBeginsNoOtherRunUntilSomebodyDecides() throws Exception {
        RunResult result = quarantined();
        TestDatabases.execute(harness.database(), "UPDATE orders SET note = 'b'");

        assertThat(harness.failure("t"))
                .isInstanceOf(FlowQuarantinedException.class)
                .hasMessage("flow \"t\" begins no run while run " + result.runId() + " is quarantined; waybill release "
                        + result.runId() + " --reason \"…\" publishes its files, waybill discard " + result.runId()
                        + " --reason \"…\" removes them");
        assertThat(ledger().runs("t", null, 10)).hasSize(1);
        assertThat(ledger().abandoned()).isEmpty();
        assertThat(delivered()).isEmpty();
    }

    @Test
    void otherFlowsRun() throws Exception {
        quarantined();
        harness.load(
                "u.toml", NEW_ROWS.replace("not_null = true", "unique = true").replace("out/", "out/u/"));

        assertThat(harness.run("u").status()).isEqualTo(Status.DONE);
    }

    @Test
    void aReleasePublishesTheFilesAsTheyAreAndMovesTheWatermark() throws Exception {
        RunResult result = quarantined();
        TestDatabases.execute(harness.database(), "UPDATE orders SET note = 'since'");

        RunResult released = release(result.runId(), "the gap is known");

        assertThat(released.status()).isEqualTo(Status.DONE);
        assertThat(released.runId()).isEqualTo(result.runId());
        assertThat(rows()).containsExactly("1,a", "2,", "3,c");
        assertThat(entry(result).status()).isEqualTo(Status.DONE);
        assertThat(entry(result).deadLetter()).isNull();
        assertThat(letter(result)).doesNotExist();
        assertThat(ledger().watermarks().find("t").map(Watermark::value)).contains("3");
        Path waybill = harness.file("out")
                .resolve(entry(result).planned().delivery().facts().waybill());
        assertThat(Verification.of(waybill).passed()).isTrue();
        JsonNode expected = new ObjectMapper().readTree(waybill.toFile()).get("expectations");
        assertThat(expected.get(0).get("state").asText()).isEqualTo("violated");
        assertThat(expected.get(0).has("rows")).isFalse();
    }

    /** What is on record of a run, but for who has asked for it. */
    private List<Audit.Entry> decisions(RunResult result) {
        return ledger().audit().of(result.runId()).stream()
                .filter(entry -> !entry.action().equals("run"))
                .toList();
    }

    @Test
    void aReleaseIsOnRecordWithWhoAndWhy() throws Exception {
        RunResult result = quarantined();

        release(result.runId(), "the gap is known");

        assertThat(decisions(result))
                .extracting(Audit.Entry::action, Audit.Entry::actor, Audit.Entry::detail)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(
                        "release", System.getProperty("user.name"), "the gap is known"));
    }

    @Test
    void theRunAfterAReleaseExportsWhatIsNew() throws Exception {
        release(quarantined().runId(), "known");
        insert("(4, 'd')");

        assertThat(harness.run("t").rows()).isEqualTo(1);
        assertThat(rows()).containsExactlyInAnyOrder("1,a", "2,", "3,c", "4,d");
    }

    @Test
    void theRunAfterADiscardReadsTheRowsAgain() throws Exception {
        RunResult result = quarantined();

        new Discard(ledger()).discard(entry(result), "the source is mended");

        assertThat(entry(result).status()).isEqualTo(Status.DISCARDED);
        assertThat(entry(result).deadLetter()).isNull();
        assertThat(letter(result)).doesNotExist();
        assertThat(ledger().watermarks().find("t")).isEmpty();
        assertThat(decisions(result))
                .extracting(Audit.Entry::action, Audit.Entry::detail)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("discard", "the source is mended"));
        TestDatabases.execute(harness.database(), "UPDATE orders SET note = 'b' WHERE id = 2");
        insert("(4, 'd')");
        assertThat(harness.run("t").rows()).isEqualTo(4);
        assertThat(rows()).containsExactly("1,a", "2,b", "3,c", "4,d");
    }

    @Test
    void whatIsDecidedIsNotDecidedAgain() throws Exception {
        RunResult result = quarantined();
        RunEntry before = entry(result);
        release(result.runId(), "known");

        assertThatThrownBy(() -> release(result.runId(), "again"))
                .hasMessage("run " + result.runId() + " has no dead letter: it is done");
        assertThatThrownBy(() -> new Discard(ledger()).discard(entry(result), "late"))
                .hasMessage("run " + result.runId() + " is not quarantined: it is done");
        // who has looked before
        assertThatThrownBy(() -> new Discard(ledger()).discard(before, "late"))
                .hasMessage("run " + result.runId()
                        + " is not quarantined any more: somebody else has released or discarded it");
        assertThat(rows()).hasSize(3);
    }

    @Test
    void aDiscardedRunIsNotReleased() throws Exception {
        RunResult result = quarantined();
        new Discard(ledger()).discard(entry(result), "no");

        assertThatThrownBy(() -> release(result.runId(), "yes"))
                .hasMessage("run " + result.runId() + " has no dead letter: it is discarded");
        assertThat(delivered()).isEmpty();
    }

    @Test
    void nothingIsReleasedOrDiscardedWithoutAReason() throws Exception {
        RunResult result = quarantined();

        assertThatThrownBy(() -> harness.redrive("t", result.runId()))
                .hasMessage("run " + result.runId() + " is quarantined: " + result.error() + "; waybill release "
                        + result.runId() + " --reason \"…\" publishes its files, and waybill discard " + result.runId()
                        + " --reason \"…\" removes them");
        assertThatThrownBy(() -> release(result.runId(), " ")).hasMessageContaining("is quarantined: ");
        assertThatThrownBy(() -> new Discard(ledger()).discard(entry(result), " "))
                .hasMessage("run " + result.runId() + " is discarded with a reason alone");
        assertThat(entry(result).status()).isEqualTo(Status.QUARANTINED);
    }

    @Test
    void aDiscardThatWasStoppedGoesOn() throws Exception {
        RunResult result = quarantined();
        ledger().quarantine().discard(entry(result), "no"); // and its process ended

        assertThat(entry(result).deadLetter()).isNotNull();
        new Discard(ledger()).discard(entry(result), "no");

        assertThat(letter(result)).doesNotExist();
        assertThat(entry(result).deadLetter()).isNull();
        assertThat(decisions(result)).hasSize(1);
    }

    @Test
    void aDiscardThatWasKilledIsFinishedByTheNextRun() throws Exception {
        RunResult result = quarantined();
        ledger().quarantine().discard(entry(result), "no"); // and its process ended

        harness.fail("t");

        assertThat(letter(result)).doesNotExist();
        assertThat(entry(result).deadLetter()).isNull();
        assertThat(entry(result).status()).isEqualTo(Status.DISCARDED);
        assertThat(decisions(result)).hasSize(1);
    }

    @Test
    void ofSeveralWhoReleaseItAtOnceOneDoes() throws Exception {
        RunResult result = quarantined();
        List<FlowHarness> processes = new ArrayList<>();
        ExecutorService people = Executors.newFixedThreadPool(4);
        CountDownLatch start = new CountDownLatch(1);
        int done = 0;
        try {
            for (int i = 0; i < 3; i++) {
                FlowHarness process = new FlowHarness(harness.folder(), harness.database(), harness.ledgerDatabase());
                processes.add(process);
                process.load("t.toml", NEW_ROWS);
            }
            List<Future<RunResult>> releases = new ArrayList<>();
            for (FlowHarness process : processes) {
                releases.add(people.submit(() -> {
                    start.await();
                    return release(process, result.runId(), "known");
                }));
            }
            Future<?> discard = people.submit(() -> {
                start.await();
                new Discard(ledger()).discard(entry(result), "no");
                return null;
            });
            start.countDown();
            for (Future<RunResult> release : releases) {
                done += succeeds(release) ? 1 : 0;
            }
            done += succeeds(discard) ? 1 : 0;
        } finally {
            people.shutdownNow();
            for (FlowHarness process : processes) {
                process.close();
            }
        }

        assertThat(done).isEqualTo(1);
        assertThat(entry(result).status()).isIn(Status.DONE, Status.DISCARDED);
        assertThat(rows()).hasSize(entry(result).status() == Status.DONE ? 3 : 0);
        assertThat(decisions(result)).hasSize(1);
        assertThat(letter(result)).doesNotExist();
    }

    private static boolean succeeds(Future<?> decision) throws Exception {
        try {
            decision.get();
            return true;
        } catch (java.util.concurrent.ExecutionException e) {
            assertThat(e.getCause())
                    .hasMessageMatching("(?s).*(is running since|any more|has no dead letter|is not quarantined"
                            + "|cannot be delivered).*");
            return false;
        }
    }

    @Test
    void itsRowsAreNotReleasedOnceSomebodyElseHasExportedThem() throws Exception {
        RunResult result = quarantined();
        ledger().watermarks().set("t", "orders", "id", "3");

        assertThatThrownBy(() -> release(result.runId(), "known"))
                .hasMessage(
                        "run " + result.runId() + " must not be delivered any more: its watermark was moved since, by"
                                + " waybill watermark set or waybill feed drop, and the next run goes on from there; waybill discard "
                                + result.runId() + " --reason \"…\" removes its files");
    }

    @Test
    void itIsNotForgottenBeforeSomebodyDecides() throws Exception {
        RunResult result = quarantined();

        ledger().forget(FlowHarness.NOW.plusSeconds(1), 100);
        assertThat(ledger().run(result.runId())).isPresent();

        new Discard(ledger()).discard(entry(result), "no");
        ledger().forget(FlowHarness.NOW.plusSeconds(1), 100);
        assertThat(ledger().run(result.runId())).isEmpty();
        assertThat(ledger().quarantine().of(result.runId())).isEmpty();
    }

    @Test
    void filesThatAreElsewhereAreReleasedAndDiscardedThere() throws Exception {
        RunResult result = quarantined();
        Owner elsewhere = new Owner("etl-7", 42, Instant.EPOCH);
        TestDatabases.execute(
                harness.ledgerDatabase(),
                "UPDATE waybill_run SET owner = '" + elsewhere + "', dead_letter = '/srv/letters/x'");

        assertThatThrownBy(() -> release(result.runId(), "known"))
                .hasMessage(
                        "run " + result.runId()
                                + " cannot be delivered here: its files are in /srv/letters/x on etl-7, where this is to be done");
        assertThatThrownBy(() -> new Discard(ledger()).discard(entry(result), "no"))
                .hasMessage(
                        "run " + result.runId()
                                + " cannot be discarded here: its files are in /srv/letters/x on etl-7, where this is to be done");
        assertThat(entry(result).status()).isEqualTo(Status.QUARANTINED);
    }

    @Test
    void filesThatAreGoneAreNotReleased() throws Exception {
        RunResult result = quarantined();
        Path first = letter(result).resolve("1-orders_" + result.runId() + "_1.csv");
        Files.delete(first);

        assertThatThrownBy(() -> release(result.runId(), "known"))
                .hasMessage("run " + result.runId() + " cannot be delivered: " + first
                        + " is not there any more, or not whole; waybill discard it, and run the flow again");
        assertThat(entry(result).status()).isEqualTo(Status.QUARANTINED);
    }

    @Test
    void aRunWithoutRowsIsQuarantinedWhereThereShouldBeSome() throws Exception {
        harness.load(
                "t.toml",
                "[properties.export]\nsource_dataset_id = \"orders\"\nfile_path = \"{{root}}/out/t.csv\"\nskip_empty = true\n"
                        + "[[properties.export.filters]]\ncolumn = \"id\"\nop = \">\"\nvalue = 9\n"
                        + "[[properties.export.expect]]\nmin_rows = 1\n");
        RunResult result = harness.fail("t");

        assertThat(entry(result).status()).isEqualTo(Status.QUARANTINED);
        assertThat(release(result.runId(), "a quiet day").status()).isEqualTo(Status.DONE);
        assertThat(delivered()).isEmpty();
        assertThat(harness.failure("t")).isNotInstanceOf(FlowQuarantinedException.class);
    }

    @Test
    void whoeverIsToldOfFailuresIsToldAndNoCopyOfItsFilesIsSent() throws Exception {
        load();
        harness.load(
                "n.toml",
                NEW_ROWS.replace("since_last_export = true\n", "dead_letter = \"file:{{root}}/copies\"\n")
                        + "[[properties.export.notifications]]\nuri = \"file:{{root}}/told?fileName=n.json\"\non = [\"failure\"]\n");
        RunResult result = harness.fail("n");

        JsonNode notice =
                new ObjectMapper().readTree(harness.file("told/n.json").toFile());
        assertThat(notice.get("status").asText()).isEqualTo("quarantined");
        assertThat(notice.get("error").asText()).isEqualTo(result.error());
        assertThat(notice.get("dead_letter").asText()).isEqualTo(letter(result).toString());
        assertThat(notice.get("expectations").get(0).get("measured").asText()).isEqualTo("1 of 3 rows is NULL");
        assertThat(notice.get("expectations").get(0).has("rows")).isFalse();
        assertThat(harness.file("copies")).doesNotExist();
    }

    @Test
    void aReleaseThatNobodyHasAnythingOfLeavesTheRunQuarantined() throws Exception {
        RunResult result = quarantined();
        Files.deleteIfExists(harness.file("out"));
        Files.writeString(harness.file("out"), "in the way of the folder");

        assertThatThrownBy(() -> release(result.runId(), "known")).isNotNull();
        assertThat(entry(result).status()).isEqualTo(Status.QUARANTINED);
        assertThat(entry(result).deadLetter()).isEqualTo(letter(result).toString());
        assertThat(ledger().undelivered()).isEmpty();
        assertThat(harness.failure("t")).isInstanceOf(FlowQuarantinedException.class);
        assertThatThrownBy(() -> harness.redrive("t", result.runId())).hasMessageContaining("is quarantined: ");

        Files.delete(harness.file("out"));
        assertThat(release(result.runId(), "known").status()).isEqualTo(Status.DONE);
        assertThat(rows()).containsExactly("1,a", "2,", "3,c");
    }

    private static final String ELSEWHERE_TOO = "[[properties.export.delivery]]\nuri = \"file:{{root}}/two/\"\n";

    private void loadToTwo(String expectations) throws Exception {
        harness.load("datasets.toml", "[[dataset]]\nid = \"orders\"\ntable = \"orders\"\nwatermark = \"id\"\n");
        harness.load("t.toml", NEW_ROWS.substring(0, NEW_ROWS.indexOf("[[")) + ELSEWHERE_TOO + expectations);
    }

    private void assertThatNothingGoesOutTwice(RunResult result) throws Exception {
        assertThat(entry(result).status()).isEqualTo(Status.FAILED);
        assertThat(entry(result).rows()).isEqualTo(3);
        assertThat(ledger().watermarks().find("t").map(Watermark::value)).contains("3");
        insert("(4, 'd')");
        harness.run("t");
        assertThat(rows()).containsExactlyInAnyOrder("1,a", "2,", "3,c", "4,d");
    }

    @Test
    void aReleaseThatOneOfTwoDestinationsHasMovesTheWatermark() throws Exception {
        loadToTwo(NEW_ROWS.substring(NEW_ROWS.indexOf("[[")));
        RunResult result = harness.fail("t");
        Files.writeString(harness.file("two"), "in the way of the folder");

        assertThatThrownBy(() -> release(result.runId(), "known")).isNotNull();

        Files.delete(harness.file("two"));
        assertThatNothingGoesOutTwice(result);
        assertThat(harness.redrive("t", result.runId()).status()).isEqualTo(Status.DONE);
        assertThat(rows()).containsExactlyInAnyOrder("1,a", "2,", "3,c", "4,d");
        assertThat(TestFiles.below(harness.file("two"))).hasSize(5);
        assertThat(ledger().watermarks().find("t").map(Watermark::value)).contains("4");
    }

    @Test
    void aRedriveThatOneOfTwoDestinationsHasMovesTheWatermark() throws Exception {
        loadToTwo("");
        Files.writeString(harness.file("out"), "in the way of the folder");
        Files.writeString(harness.file("two"), "in the way of the folder");
        RunResult result = harness.fail("t");
        assertThat(ledger().watermarks().find("t")).isEmpty();
        Files.delete(harness.file("out"));

        assertThatThrownBy(() -> harness.redrive("t", result.runId())).isNotNull();

        Files.delete(harness.file("two"));
        assertThatNothingGoesOutTwice(result);
        assertThat(harness.redrive("t", result.runId()).status()).isEqualTo(Status.DONE);
        assertThat(rows()).containsExactlyInAnyOrder("1,a", "2,", "3,c", "4,d");
    }
}
