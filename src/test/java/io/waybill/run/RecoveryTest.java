package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.TestFiles;
import io.waybill.TestLedgers;
import io.waybill.delivery.DeadLetter;
import io.waybill.delivery.Destinations;
import io.waybill.delivery.StagingCipher;
import io.waybill.delivery.StagingFolder;
import io.waybill.delivery.Transfer;
import io.waybill.delivery.folder.LocalDestination;
import io.waybill.delivery.folder.MovedFiles;
import io.waybill.facts.DeliveryFacts;
import io.waybill.facts.FileFacts;
import io.waybill.flow.Window;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.Occasion;
import io.waybill.ledger.Owner;
import io.waybill.ledger.PlannedRun;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import java.nio.charset.StandardCharsets;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the next start makes of a run whose process was killed, at each stage that it may have come to. */
class RecoveryTest {

    private static final String FLOW = """
            [properties.export]
            source_dataset_id = "t"
            file_path = "{{root}}/out/t_{part}.csv"
            max_rows_per_file = 2
            """;

    private static final String WAYBILL = "{\"run_id\": \"dead\"}";

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t AS SELECT x AS id FROM system_range(1, 4)")
            .withLedgerIn(this::newLedger);

    /** A process of the same host name, process number and kernel namespaces, on another machine. */
    private static final String ELSEWHERE =
            Owner.current().host() + " " + ProcessHandle.current().pid()
                    + " 1970-01-01T00:00:00Z 0123456789abcdef0123456789abcdef:4026531834:4026531836:100 00000000000000ff:4026531841";

    private Ledger ledger;
    private Path out;
    private Path staging;

    @BeforeEach
    void start() throws Exception {
        harness.load("t.toml", FLOW);
        ledger = harness.ledger();
        out = harness.file("out");
        staging = Files.createDirectories(out.resolve(".waybill/dead"));
        ledger.begin("t", "dead");
    }

    HikariDataSource newLedger() {
        return TestLedgers.h2();
    }

    private void planned() throws Exception {
        ledger.planned(
                "dead",
                new PlannedRun(
                        "full",
                        "t",
                        null,
                        Instant.EPOCH,
                        new Window.Everything(),
                        null,
                        List.of(RecordedDelivery.planned(
                                new DeliveryFacts("local", "file:out", out.toString(), "t_.waybill.json")))));
        Files.writeString(staging.resolve("1-t_1.csv"), "half");
    }

    private void staged() throws Exception {
        planned();
        Files.writeString(staging.resolve("1-t_1.csv"), "one");
        Files.writeString(staging.resolve("2-t_2.csv"), "two");
        Files.writeString(staging.resolve("waybill.json"), WAYBILL);
        ledger.staged("dead", 1, List.of(file("t_1.csv", "one"), file("t_2.csv", "two")), List.of());
    }

    private static FileFacts file(String name, String text) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return new FileFacts(name, 2, text.length(), HexFormat.of().formatHex(hash));
    }

    private void waybillPublished() throws Exception {
        Files.move(staging.resolve("waybill.json"), out.resolve("t_.waybill.json"));
    }

    /** What an older run of three files has left. */
    private void olderFiles() throws Exception {
        Files.createDirectories(out);
        for (int part = 1; part <= 3; part++) {
            Files.writeString(out.resolve("t_" + part + ".csv"), "old" + part);
        }
        Files.writeString(
                out.resolve("t_.waybill.json"),
                "{\"waybill\": 1, \"run_id\": \"older\", \"files\": [{\"name\": \"t_1.csv\"},"
                        + " {\"name\": \"t_2.csv\"}, {\"name\": \"t_3.csv\"}]}");
    }

    private void assertDelivered() throws Exception {
        assertThat(dead().status()).isEqualTo(Status.DONE);
        assertThat(dead().error()).isNull();
        assertThat(out.resolve("t_1.csv")).hasContent("one");
        assertThat(out.resolve("t_2.csv")).hasContent("two");
        assertThat(out.resolve("t_.waybill.json")).hasContent(WAYBILL);
        assertThat(TestFiles.below(out)).containsExactly("t_.waybill.json", "t_1.csv", "t_2.csv");
        assertThat(ledger.abandoned()).isEmpty();
    }

    private void published(int part, CopyOption... options) throws Exception {
        Files.move(staging.resolve(part + "-t_" + part + ".csv"), out.resolve("t_" + part + ".csv"), options);
    }

    private void kill() throws Exception {
        Owner gone = new Owner(Owner.current().host(), 2_000_000_000L, Instant.EPOCH);
        inLedger("UPDATE waybill_lock SET owner = '" + gone + "'", "UPDATE waybill_run SET owner = '" + gone + "'");
    }

    private void inLedger(String... statements) {
        TestDatabases.execute(harness.ledgerDatabase(), statements);
    }

    private RunEntry dead() {
        return ledger.find("dead").get(0);
    }

    /** Its process was on another machine of this name, and its files are on that one's disk. */
    private void killElsewhere() throws Exception {
        inLedger(
                "UPDATE waybill_run SET owner = '" + ELSEWHERE + "'",
                "UPDATE waybill_lock SET owner = '" + ELSEWHERE + "', lease_until_ms = 0, lease_boot_ms = 0");
        Files.move(staging, harness.file("disk of the other machine"));
    }

    private void recover() {
        recover(ledger);
    }

    private void recover(Ledger open) {
        recovery(open).run("t");
    }

    private Recovery recovery(Ledger open) {
        return new Recovery(
                open,
                new Destinations(harness.context()),
                StagingCipher.NONE,
                new RunFolders(harness.file("staging"), harness.file("dead-letter")),
                new HeldRuns(),
                name -> harness.database(),
                Clock.fixed(FlowHarness.NOW, ZoneOffset.UTC));
    }

    private void assertInterruptedAndDoneAgain() throws Exception {
        kill();

        assertThat(harness.run("t").rows()).isEqualTo(4);

        assertThat(dead().status()).isEqualTo(Status.INTERRUPTED);
        assertThat(dead().error()).startsWith("process 2000000000 on ").endsWith(" ended before the run did");
        assertThat(out.resolve(".waybill")).doesNotExist();
        assertThat(out.resolve("t_1.csv")).hasContent("id\n1\n2");
        assertThat(out.resolve("t_2.csv")).hasContent("id\n3\n4");
        assertThat(ledger.abandoned()).isEmpty();
    }

    @Test
    void whatADatabaseWasWritingIntoAFolderOfItsOwnIsRolledBack() throws Exception {
        planned();
        Files.createDirectories(staging.resolve("pushed"));
        Files.writeString(staging.resolve("pushed/data_0.parquet"), "half");

        assertInterruptedAndDoneAgain();
    }

    @Test
    void whatAnotherMachineWasStagingIsRolledBackAndSweptThereLater() throws Exception {
        planned();
        killElsewhere();

        assertThat(harness.run("t").rows()).isEqualTo(4);
        assertThat(dead().status()).isEqualTo(Status.INTERRUPTED);

        Files.createDirectories(staging.getParent());
        Files.move(harness.file("disk of the other machine"), staging); // and its disk is there again
        harness.run("t");
        assertThat(out.resolve(".waybill")).doesNotExist();
    }

    @Test
    void whatAnotherMachineWasPublishingWaitsForItsFiles() throws Exception {
        staged();
        published(1);
        killElsewhere();

        assertThatThrownBy(this::recover)
                .hasMessage("run dead of flow \"t\" was publishing its files when process "
                        + ProcessHandle.current().pid() + " on "
                        + Owner.current().host()
                        + " ended, and they are not on this machine, while somebody may have taken some of them; start"
                        + " Waybill where they are, which goes on with the run, or, where they are gone for good,"
                        + " give it up: waybill redrive --discard dead");
        assertThat(dead().status()).isEqualTo(Status.RUNNING);
        assertThat(dead().attempt()).as("nobody has held it meanwhile").isEqualTo(1);
        assertThat(out.resolve("t_1.csv")).hasContent("one");

        Files.createDirectories(staging.getParent());
        Files.move(harness.file("disk of the other machine"), staging);
        recover();
        assertDelivered();
    }

    @Test
    void whatCannotBeAskedWhatAnotherMachineHasPublishedStandsInNoOtherFlowsWay() throws Exception {
        staged();
        inLedger(
                "UPDATE waybill_delivery SET endpoint = 'waybill-sftp:127.0.0.1:1/out?username=u&password=p', begun = 2");
        killElsewhere();

        recovery(ledger).run("another");

        assertThat(dead().status()).isEqualTo(Status.RUNNING);
        assertThatThrownBy(this::recover).hasMessageContaining("refused");
    }

    @Test
    void aRunOfManyTablesWhoseTablesAreAllDoneIsDone() throws Exception {
        ledger.begin("many", "whole");
        ledger.tables().found("whole", 2);
        for (String table : List.of("a", "b")) {
            ledger.begin("many/" + table, "run-" + table, new Occasion.OfTable("whole"));
            ledger.commit("run-" + table, 3);
        }
        kill();

        recovery(ledger).run("many");

        RunEntry whole = ledger.find("whole").get(0);
        assertThat(whole.status()).isEqualTo(Status.DONE);
        assertThat(whole.rows()).isEqualTo(6);
    }

    @Test
    void whatAnotherMachineHasPublishedWithoutItsWaybillIsNotTakenForDone() throws Exception {
        staged();
        published(1);
        published(2);
        ledger.committing("dead");
        killElsewhere();

        assertThatThrownBy(this::recover).hasMessageContaining("they are not on this machine");
        assertThat(dead().status()).isEqualTo(Status.RUNNING);
    }

    @Test
    void whatAnotherMachineHasPublishedWithItsWaybillIsDone() throws Exception {
        staged();
        published(1);
        published(2);
        ledger.committing("dead");
        waybillPublished();
        killElsewhere();

        recover();

        assertDelivered();
    }

    @Test
    void whatAnotherMachineHasDeliveredIsDoneThoughAReaderHasTakenAllOfIt() throws Exception {
        staged();
        ledger.committing("dead");
        ledger.delivered("dead");
        killElsewhere();

        recover();

        assertThat(dead().status()).isEqualTo(Status.DONE);
    }

    @Test
    void whatWaitsForAMachineThatDoesNotComeBackIsGivenUp() throws Exception {
        staged();
        killElsewhere();

        assertThat(recovery(ledger).giveUp(dead())).isTrue();

        assertThat(dead().status()).isEqualTo(Status.INTERRUPTED);
        assertThat(dead().error()).endsWith(" ended before the run did, and its files were given up");
        assertThat(ledger.audit().latest(1).get(0).action()).isEqualTo("discard");
        assertThat(harness.run("t").rows()).isEqualTo(4);
        assertThat(recovery(ledger).giveUp(dead())).as("once").isFalse();
    }

    @Test
    void beforeItWasPlanned() throws Exception {
        Files.delete(staging);

        assertInterruptedAndDoneAgain();
    }

    @Test
    void whileItStaged() throws Exception {
        planned();

        assertInterruptedAndDoneAgain();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void whileItPublishedItIsFinished(int published) throws Exception {
        staged();
        for (int part = 1; part <= published; part++) {
            published(part);
        }
        kill();

        recover();

        assertDelivered();
    }

    @Test
    void beforeItsWaybillWasPublishedItIsFinished() throws Exception {
        staged();
        published(1);
        published(2);
        ledger.committing("dead");
        kill();

        recover();

        assertDelivered();
    }

    @Test
    void afterItsWaybillWasPublishedItIsDone() throws Exception {
        staged();
        published(1);
        published(2);
        ledger.committing("dead");
        waybillPublished();
        kill();

        recover();

        assertDelivered();
    }

    @Test
    void afterItsStagingFolderWasRemovedItIsDone() throws Exception {
        staged();
        published(1);
        published(2);
        ledger.committing("dead");
        waybillPublished();
        new StagingFolder(staging).remove();
        kill();

        recover();

        assertDelivered();
    }

    @Test
    void whatAReaderHasTakenIsNotPublishedAgain() throws Exception {
        staged();
        published(1);
        Files.delete(out.resolve("t_1.csv"));
        kill();

        recover();

        assertThat(dead().status()).isEqualTo(Status.DONE);
        assertThat(TestFiles.below(out)).containsExactly("t_.waybill.json", "t_2.csv");
    }

    @Test
    void aSetThatAReaderHasTakenWholeIsDone() throws Exception {
        staged();
        published(1);
        published(2);
        ledger.committing("dead");
        waybillPublished();
        for (String name : List.of("t_1.csv", "t_2.csv", "t_.waybill.json")) {
            Files.delete(out.resolve(name));
        }
        kill();

        recover();

        assertThat(dead().status()).isEqualTo(Status.DONE);
        assertThat(TestFiles.below(out)).isEmpty();
    }

    @Test
    void olderFilesAreReplacedAndNeverGone() throws Exception {
        olderFiles();
        staged();
        published(1, StandardCopyOption.REPLACE_EXISTING);
        kill();

        recover();

        assertDelivered(); // the third of the older ones is gone with its waybill
    }

    @Test
    void whereAFileIsInTheWayTheOlderOnesAreThereAgainAndTheRunsOwnAreKept() throws Exception {
        olderFiles();
        staged();
        Files.delete(out.resolve("t_2.csv"));
        Files.createDirectories(out.resolve("t_2.csv/occupied"));
        kill();

        recover();

        assertThat(dead().status()).isEqualTo(Status.FAILED);
        assertThat(dead().error()).contains("ended before the run did; ").contains("t_2.csv cannot be published");
        assertThat(out.resolve("t_1.csv")).hasContent("old1");
        assertThat(out.resolve("t_3.csv")).hasContent("old3");
        assertThat(out.resolve("t_.waybill.json")).content().contains("older");
        assertThat(out.resolve(".waybill")).doesNotExist();
        assertThat(letter().resolve("1-t_1.csv")).hasContent("one");
        assertThat(letter().resolve("2-t_2.csv")).hasContent("two");
        assertThat(TestFiles.below(letter())).noneMatch(name -> name.startsWith("older"));
    }

    @Test
    void aFileThatIsNotWholeIsNotPublished() throws Exception {
        olderFiles();
        staged();
        Files.writeString(staging.resolve("2-t_2.csv"), "tw");
        kill();

        recover();

        assertThat(dead().status()).isEqualTo(Status.INTERRUPTED);
        assertThat(out.resolve("t_1.csv")).hasContent("old1");
        assertThat(out.resolve("t_2.csv")).hasContent("old2");
        assertThat(out.resolve("t_.waybill.json")).content().contains("older");
        assertThat(out.resolve(".waybill")).doesNotExist();
    }

    @Test
    void aProcessThatWakesUpLateFindsNothingToRename() throws Exception {
        staged();
        kill();
        recover();
        Files.writeString(out.resolve("t_1.csv"), "of the next run");

        MovedFiles late = new MovedFiles(new LocalDestination(out.toString()), staging, Transfer.first("dead"));
        late.publish(
                new MovedFiles.Moved(
                        1,
                        "t_1.csv",
                        staging.resolve("1-t_1.csv"),
                        MovedFiles.Content.of(new FileFacts("t_1.csv", 2, 3, "0"))),
                true);

        assertThat(out.resolve("t_1.csv")).hasContent("of the next run");
    }

    private Path letter() {
        return harness.file("dead-letter/dead");
    }

    private void keptAsDeadLetter() throws Exception {
        staged();
        new DeadLetter(
                        "dead",
                        "t",
                        "refused",
                        Instant.EPOCH,
                        List.of(new DeliveryFacts(
                                "local",
                                "file:out",
                                out.toString(),
                                "t_.waybill.json",
                                "waybill.json",
                                List.of("t_1.csv", "t_2.csv"),
                                Map.of(),
                                true)),
                        List.of(
                                new FileFacts("1-t_1.csv", 2, 3, file("", "one").sha256(), 0),
                                new FileFacts("2-t_2.csv", 2, 3, file("", "two").sha256(), 0)))
                .keep(staging, letter());
    }

    @Test
    void afterItsFilesWereKeptAndBeforeThatWasRecorded() throws Exception {
        keptAsDeadLetter();
        ledger.delivering("dead", "local", 0, 0, RecordedDelivery.Status.FAILED, "refused");
        kill();

        recover();

        assertThat(dead().status()).isEqualTo(Status.FAILED);
        assertThat(dead().deadLetter()).isEqualTo(letter().toString());
        assertThat(letter().resolve("1-t_1.csv")).hasContent("one");
        assertThat(out.resolve(".waybill")).doesNotExist();
    }

    @Test
    void whileItsFilesWereCopiedToAnotherFileSystem() throws Exception {
        staged();
        Files.createDirectories(letter());
        Files.copy(staging.resolve("1-t_1.csv"), letter().resolve("1-t_1.csv"));
        kill();

        recover();

        assertDelivered();
        assertThat(letter()).doesNotExist();
    }

    @Test
    void whatAnotherProcessInterruptsJustBeforeTheNextBeginsIsDeliveredFirst() throws Exception {
        keptAsDeadLetter();
        // the next run has looked what is to be delivered, and asks what time it is: until then this run was under way
        AtomicBoolean isUnderWay = new AtomicBoolean(true);
        InstantSource clock = () -> {
            if (isUnderWay.getAndSet(false)) {
                ledger.fail("dead", Status.INTERRUPTED, 4, "its process ended", letter().toString());
            }
            return FlowHarness.NOW;
        };
        harness.component().setClock(clock.withZone(ZoneOffset.UTC));

        assertThat(harness.run("t").status()).isEqualTo(Status.DONE);

        assertThat(isUnderWay).isFalse();
        assertThat(dead().status()).isEqualTo(Status.DONE);
        assertThat(letter()).doesNotExist();
    }

    @Test
    void whileItWasDeliveredAgain() throws Exception {
        keptAsDeadLetter();
        ledger.fail("dead", Status.FAILED, 4, "refused", letter().toString());
        ledger.resume(dead(), "tried again", null);
        Files.move(letter().resolve("1-t_1.csv"), out.resolve("t_1.csv"));
        // on its way to its name
        Files.move(letter().resolve("2-t_2.csv"), out.resolve(new Transfer("dead", 2).temporary("t_2.csv")));
        kill();

        recover();

        assertDelivered();
        assertThat(letter()).doesNotExist();
    }

    @Test
    void afterItsWaybillWasDeliveredAgainItIsDone() throws Exception {
        keptAsDeadLetter();
        ledger.fail("dead", Status.FAILED, 4, "refused", letter().toString());
        ledger.resume(dead(), "tried again", null);
        Files.move(letter().resolve("1-t_1.csv"), out.resolve("t_1.csv"));
        Files.move(letter().resolve("2-t_2.csv"), out.resolve("t_2.csv"));
        Files.move(letter().resolve("waybill.json"), out.resolve("t_.waybill.json"));
        ledger.committing("dead");
        kill();

        recover();

        assertThat(dead().status()).isEqualTo(Status.DONE);
        assertThat(dead().deadLetter()).isNull();
        assertThat(letter()).doesNotExist();
        assertThat(out.resolve("t_1.csv")).hasContent("one");
    }

    @ParameterizedTest
    @ValueSource(strings = {".waybill-dead-t_2.csv", ".waybill-t_2.csv"}) // the second is that of routes printed before
    void aFileOnItsWayToItsNameComesThere(String temporary) throws Exception {
        staged();
        published(1);
        Files.move(staging.resolve("2-t_2.csv"), out.resolve(temporary));
        Files.writeString(out.resolve("t_2.csv"), "of an older run");
        kill();

        recover();

        assertDelivered();
    }

    @Test
    void aDeadRunWhoseWatermarkWasMovedMeanwhileIsNotDone() throws Exception {
        Window span = new Window.Range("id", null, "4", false);
        ledger.planned(
                "dead",
                new PlannedRun(
                        "full",
                        "t",
                        null,
                        Instant.EPOCH,
                        span,
                        0L,
                        List.of(RecordedDelivery.planned(
                                new DeliveryFacts("local", "file:out", out.toString(), "t_.waybill.json")))));
        ledger.staged("dead", 1, List.of(file("t_1.csv", "one")), List.of());
        ledger.committing("dead");
        Files.writeString(out.resolve("t_.waybill.json"), WAYBILL);
        inLedger("INSERT INTO waybill_watermark VALUES ('t', 't', 'id', '9', 1, NULL, 0)");
        kill();

        recover();

        assertThat(dead().status()).isEqualTo(Status.FAILED);
        assertThat(dead().error()).contains("ended before the run did; the watermark of flow \"t\" was moved");
        assertThat(ledger.watermarks().find("t").orElseThrow().value()).isEqualTo("9");
    }

    @Test
    void aLedgerThatFailsAtTheEndLeavesTheFilesAndIsToldLater() throws Exception {
        ledger.fail("dead", Status.FAILED, 0, "not this one", null);
        Files.delete(staging);
        inLedger("ALTER TABLE waybill_run ADD CONSTRAINT never_done CHECK (status <> 'DONE')");

        assertThat(harness.fail("t").error())
                .startsWith("the files are delivered, and the run is not recorded as done: the ledger failed: ");

        assertThat(out.resolve("t_1.csv")).hasContent("id\n1\n2");
        RunEntry open = ledger.runs("t", Status.RUNNING, 1).get(0);
        assertThat(out.resolve(open.planned().delivery().facts().waybill())).exists();
        inLedger("ALTER TABLE waybill_run DROP CONSTRAINT never_done");
        inLedger("UPDATE waybill_lock SET lease_until_ms = 0, lease_boot_ms = 0");
        Instant later = FlowHarness.NOW.plus(Ledger.LEASE).plusSeconds(1);
        recover(Ledger.open(harness.ledgerDatabase(), Clock.fixed(later, ZoneOffset.UTC), null));
        assertThat(ledger.find(open.runId()).get(0).status()).isEqualTo(Status.DONE);
        assertThat(harness.run("t").rows()).isEqualTo(4);
    }

    @Test
    void aLedgerThatIsDownRefusesTheRunBeforeItBegins() throws Exception {
        try (FlowHarness other = new FlowHarness(harness.folder(), harness.database())) {
            other.context()
                    .getPropertiesComponent()
                    .addOverrideProperty("waybill.ledger.url", "jdbc:postgresql://localhost:1/ledger");
            other.context().getPropertiesComponent().addOverrideProperty("waybill.ledger.password", "s3cr3t");
            other.context().getPropertiesComponent().addOverrideProperty("waybill.ledger.connection-timeout-ms", "300");
            other.load("t.toml", FLOW);

            assertThatThrownBy(() -> other.run("t"))
                    .hasMessageStartingWith("the ledger cannot be opened: ")
                    .hasMessageNotContaining("s3cr3t");
            assertThat(out.resolve("t_1.csv")).doesNotExist();
        }
    }

    @Test
    void aSettingOfTheLedgerThatIsNotKnownIsNamed() throws Exception {
        try (FlowHarness other = new FlowHarness(harness.folder(), harness.database())) {
            other.context().getPropertiesComponent().addOverrideProperty("waybill.ledger.user", "me");

            assertThatThrownBy(() -> other.load("t.toml", FLOW))
                    .hasMessageStartingWith(
                            "application.properties: waybill.ledger.user is not a setting; allowed: connection-timeout-ms,");
        }
    }
}
