package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.TestFiles;
import io.waybill.delivery.DeadLetter;
import io.waybill.facts.FileFacts;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.Owner;
import io.waybill.ledger.PlannedRun;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import io.waybill.ledger.RunResult.DeliveryResult;
import io.waybill.servers.S3Server;
import io.waybill.servers.SftpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** One export that goes to a folder, to S3 and to SFTP. */
class SeveralDestinationsIT {

    private static final String FLOW = """
            [properties.export]
            source_dataset_id = "t"
            file_path = "{{root}}/out/{ds}/t_{part}.csv"
            max_rows_per_file = 2
            redelivery = { maximum_redeliveries = 1, redelivery_delay = "20ms" }
            %s

            [[properties.export.delivery]]
            uri = "s3://lake/orders/"
            connection = "lake"

            [[properties.export.delivery]]
            id = "partner"
            uri = "sftp:in/t_{ds}_{part}.csv"
            connection = "sftp"
            """;

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t AS SELECT x AS id FROM system_range(1, 4)");

    @TempDir
    private Path buckets;

    @TempDir
    private Path home;

    private S3Server s3;
    private SftpServer sftp;

    @BeforeEach
    void start() throws Exception {
        s3 = S3Server.start(buckets, "lake");
        sftp = SftpServer.start(home);
        s3.connection("lake").forEach(harness::property);
        sftp.connection("sftp").forEach(harness::property);
    }

    @AfterEach
    void stop() throws Exception {
        sftp.close();
        s3.close();
    }

    private void load(String keys) throws Exception {
        harness.load("t.toml", FLOW.formatted(keys));
    }

    private static final List<String> LOCAL =
            List.of("2026-01-15/t.csv.waybill.json", "2026-01-15/t_1.csv", "2026-01-15/t_2.csv");
    private static final List<String> LAKE = List.of("orders/t.csv.waybill.json", "orders/t_1.csv", "orders/t_2.csv");
    private static final List<String> PARTNER =
            List.of("in/t_2026-01-15.csv.waybill.json", "in/t_2026-01-15_1.csv", "in/t_2026-01-15_2.csv");

    private Ledger ledger() {
        return harness.ledger();
    }

    @Test
    void eachGetsEveryFileAndAWaybillOfItsOwn() throws Exception {
        load("");

        RunResult result = harness.run("t");

        assertThat(TestFiles.below(harness.file("out"))).isEqualTo(LOCAL);
        assertThat(TestFiles.below(buckets.resolve("lake"))).isEqualTo(LAKE);
        assertThat(TestFiles.below(home)).isEqualTo(PARTNER);
        assertThat(home.resolve("in/t_2026-01-15.csv.waybill.json"))
                .content()
                .contains("\"name\" : \"t_2026-01-15_2.csv\"");
        assertThat(home.resolve("in/t_2026-01-15_2.csv")).hasContent("id\n3\n4\n");
        assertThat(result.deliveries())
                .extracting(DeliveryResult::id, DeliveryResult::delivered)
                .containsExactly(tuple("local", true), tuple("lake", true), tuple("partner", true));
        assertThat(harness.file("staging")).doesNotExist();
    }

    @Test
    void oneThatFailsUndoesNoneOfTheOthersAndARedriveSendsOnlyWhatIsMissing() throws Exception {
        load("");
        sftp.roomLeft(8);

        RunResult failed = harness.fail("t");

        assertThat(failed.error()).startsWith("partner: delivery of t_2026-01-15_2.csv failed, 2 times: ");
        assertThat(TestFiles.below(harness.file("out"))).isEqualTo(LOCAL);
        assertThat(TestFiles.below(buckets.resolve("lake"))).isEqualTo(LAKE);
        assertThat(TestFiles.below(home)).isEmpty();
        RunEntry entry = ledger().find(failed.runId()).get(0);
        assertThat(entry.planned().deliveries())
                .extracting(RecordedDelivery::status)
                .containsExactly(
                        RecordedDelivery.Status.DELIVERED,
                        RecordedDelivery.Status.DELIVERED,
                        RecordedDelivery.Status.FAILED);
        sftp.roomLeft(Long.MAX_VALUE);
        Files.delete(harness.file("out/2026-01-15/t_1.csv")); // somebody has taken it

        RunResult redriven = harness.redrive("t", failed.runId());

        assertThat(redriven.status()).isEqualTo(RunEntry.Status.DONE);
        assertThat(TestFiles.below(home)).isEqualTo(PARTNER);
        assertThat(TestFiles.below(harness.file("out"))).doesNotContain("2026-01-15/t_1.csv");
        assertThat(Path.of(failed.deadLetter())).doesNotExist();
        assertThat(ledger().find(failed.runId()).get(0).status()).isEqualTo(Status.DONE);
    }

    @Test
    void whereTheFilesCannotBeKeptNoDestinationHasThem() throws Exception {
        Files.writeString(harness.file("blocked"), "");
        harness.property(
                "waybill.dead-letter", harness.file("blocked/dead-letter").toString());
        load("");
        sftp.roomLeft(8);

        RunResult failed = harness.fail("t");

        assertThat(failed.deadLetter()).isNull();
        assertThat(TestFiles.below(harness.file("out"))).isEmpty();
        assertThat(TestFiles.below(buckets.resolve("lake"))).isEmpty();
        assertThat(TestFiles.below(home)).isEmpty();
        sftp.roomLeft(Long.MAX_VALUE);
        harness.run("t");
        assertThat(TestFiles.below(home)).isEqualTo(PARTNER);
    }

    @Test
    void whatOneDestinationHasIsNotExportedAgain() throws Exception {
        harness.load("datasets.toml", "[[dataset]]\nid = \"t\"\ntable = \"t\"\nwatermark = \"id\"\n");
        AtomicReference<Instant> now = new AtomicReference<>(FlowHarness.NOW);
        InstantSource source = now::get;
        harness.component().setClock(source.withZone(ZoneOffset.UTC));
        load("since_last_export = true\nif_exists = \"overwrite\"");
        sftp.refuseRenames(100);
        RunResult failed = harness.fail("t");
        sftp.refuseRenames(0);
        now.set(FlowHarness.NOW.plusSeconds(60));
        TestDatabases.execute(harness.database(), "INSERT INTO t VALUES (5)");

        RunResult next = harness.run("t");

        assertThat(next.rows()).isEqualTo(1); // and not all five
        // its file at the partner's is newer than those that were kept
        assertThatThrownBy(() -> harness.redrive("t", failed.runId()))
                .hasMessageContaining("run " + next.runId() + " has delivered a newer t_2026-01-15_1.csv");
    }

    /** As a process leaves it that was killed on its way: the folder and the bucket have all, the partner has half. */
    private void killedOnTheWayToThePartner() throws Exception {
        PlannedRun planned = ledger().find(harness.run("t").runId()).get(0).planned();
        Files.delete(home.resolve("in/t_2026-01-15.csv.waybill.json"));
        Files.writeString(home.resolve("in/.waybill-dead-t_2026-01-15_2.csv"), "id\n3");
        Files.delete(home.resolve("in/t_2026-01-15_2.csv"));
        Path staging = Files.createDirectories(harness.file("staging/dead"));
        Files.writeString(staging.resolve("1-t_1.csv"), "id\n1\n2\n");
        Files.writeString(staging.resolve("2-t_2.csv"), "id\n3\n4\n");
        for (String waybill : List.of("waybill.json", "waybill-2.json", "waybill-3.json")) {
            Files.writeString(staging.resolve(waybill), "{\"run_id\": \"dead\"}");
        }
        ledger().begin("t", "dead");
        ledger().planned("dead", planned);
        ledger().staged(
                        "dead",
                        1,
                        List.of(
                                new FileFacts("2026-01-15/t_1.csv", 2, 7, sha256(staging.resolve("1-t_1.csv"))),
                                new FileFacts("2026-01-15/t_2.csv", 2, 7, sha256(staging.resolve("2-t_2.csv")))),
                        planned.deliveries().stream()
                                .map(delivery -> delivery.facts().names())
                                .toList());
        ledger().delivering("dead", "local", 3, 0, RecordedDelivery.Status.DELIVERED, null);
        ledger().delivering("dead", "lake", 3, 0, RecordedDelivery.Status.DELIVERED, null);
        ledger().delivering("dead", "partner", 2, 0, RecordedDelivery.Status.OPEN, null);
        Owner gone = new Owner(Owner.current().host(), 2_000_000_000L, Instant.EPOCH);
        try (Connection connection = DriverManager.getConnection(harness.ledgerUrl(), "", "");
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE waybill_lock SET owner = '" + gone + "'");
        }
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    @Test
    void whereAProcessWasKilledOnItsWayTheFlowsNextRunGoesOnAndWhatIsThereStays() throws Exception {
        load("skip_empty = true");
        killedOnTheWayToThePartner();
        TestDatabases.execute(harness.database(), "DELETE FROM t");
        FileTime before = Files.getLastModifiedTime(home.resolve("in/t_2026-01-15_1.csv"));

        RunResult next = harness.run("t");

        RunEntry dead = ledger().find("dead").get(0);
        assertThat(dead.status()).isEqualTo(Status.DONE);
        assertThat(dead.planned().deliveries()).allMatch(RecordedDelivery::isDelivered);
        assertThat(next.rows()).isZero();
        assertThat(harness.file("staging")).doesNotExist();
        assertThat(harness.file("dead-letter/dead")).doesNotExist();
        assertThat(TestFiles.below(home)).isEqualTo(PARTNER);
        assertThat(home.resolve("in/t_2026-01-15_2.csv")).hasContent("id\n3\n4\n");
        assertThat(Files.getLastModifiedTime(home.resolve("in/t_2026-01-15_1.csv")))
                .isEqualTo(before);
    }

    @Test
    void aProcessThatIsKilledOnItsWayLeavesTheRestForARedrive() throws Exception {
        load("");
        killedOnTheWayToThePartner();
        harness.load("other.toml", FLOW.formatted("").replace("out/{ds}", "other/{ds}"));

        harness.run("other"); // which has not the route

        RunEntry dead = ledger().find("dead").get(0);
        assertThat(dead.status()).isEqualTo(Status.INTERRUPTED);
        assertThat(harness.file("staging")).doesNotExist();
        assertThat(TestFiles.below(Path.of(dead.deadLetter()))).contains("1-t_1.csv", "2-t_2.csv", "dead-letter.json");

        harness.redrive("t", "dead");

        assertThat(home.resolve("in/t_2026-01-15_2.csv")).hasContent("id\n3\n4\n");
        assertThat(home.resolve("in/t_2026-01-15.csv.waybill.json")).content().contains("dead");
        assertThat(TestFiles.below(home)).isEqualTo(PARTNER);
        assertThat(ledger().find("dead").get(0).status()).isEqualTo(Status.DONE);
    }

    @Test
    void withoutItsStagedFilesItIsTakenBackEverywhereAndDoneAgain() throws Exception {
        load("");
        killedOnTheWayToThePartner();
        DeadLetter.deleteFolder(harness.file("staging/dead"));

        harness.run("t");

        assertThat(ledger().find("dead").get(0).status()).isEqualTo(Status.INTERRUPTED);
        assertThat(TestFiles.below(harness.file("out"))).isEqualTo(LOCAL);
        assertThat(TestFiles.below(buckets.resolve("lake"))).isEqualTo(LAKE);
        assertThat(TestFiles.below(home)).isEqualTo(PARTNER);
    }

    @Test
    void whatCannotBeTakenBackNowIsTakenBackByALaterRun() throws Exception {
        load("");
        sftp.roomLeft(8);
        sftp.goAwayAfterTheDiskIsFull();
        RunResult failed = harness.fail("t");
        assertThat(TestFiles.below(home)).contains("in/t_2026-01-15_1.csv"); // nobody could remove it
        TestDatabases.execute(harness.database(), "DELETE FROM t WHERE id > 2");
        sftp.comeBack();

        harness.run("t");

        assertThat(ledger().find(failed.runId())
                        .get(0)
                        .planned()
                        .deliveries()
                        .get(2)
                        .begun())
                .isZero();
        assertThat(TestFiles.below(home)).containsExactly("in/t_2026-01-15.csv.waybill.json", "in/t_2026-01-15_1.csv");
    }
}
